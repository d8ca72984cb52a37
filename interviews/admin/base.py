"""What the admins of people, interviews and turns share."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from interviews.models import Interview, User
from interviews.models.values.local_times import to_the_second
from interviews.time_fields import MomentField, MomentInput

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    from django.contrib.admin import ModelAdmin


def editor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def by_verb(verb: str, description: Any, permission: str = "change") -> Callable[..., None]:
    """Make an action that calls one verb on each chosen row, and tells which rows refused it."""

    @admin.action(description=description, permissions=[permission])
    def action(model_admin: ModelAdmin, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = 0
        for thing in chosen:
            try:
                if not model_admin.has_change_permission(request, thing):
                    raise ValidationError(gettext("You may not change this."))
                getattr(thing, verb)(by=editor(request))
                done += 1
            except ValidationError as error:
                model_admin.message_user(request, f"{thing}: {' '.join(error.messages)}", messages.ERROR)
        if done:
            message = ngettext("%(count)d done.", "%(count)d done.", done) % {"count": done}
            model_admin.message_user(request, message, messages.SUCCESS)

    action.__name__ = verb
    return action


class OwnClockAdmin(ModelAdmin):
    """Reads and writes times on the interview's own clock, as its pages show them."""

    formfield_overrides = {models.DateTimeField: {"form_class": MomentField, "widget": MomentInput}}

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        stands = self.get_object(request, unquote(object_id)) if object_id else None
        with timezone.override(self.clock(request, stands)):
            response = super().changeform_view(request, object_id, *args, **kwargs)
            return response.render() if isinstance(response, TemplateResponse) else response

    def clock(self, request: HttpRequest, stands: Any) -> ZoneInfo:
        """The time zone of what is shown; `stands` is None for what is added, and where nothing is found."""
        return stands.interview.tz if stands else ZoneInfo(settings.TIME_ZONE)


def on_own_clock(at: datetime | None, interview: Interview) -> str:
    return to_the_second(at.astimezone(interview.tz)) if at else ""
