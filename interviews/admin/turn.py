from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from interviews.forms import ChangesForm
from interviews.models import Interview, Turn
from interviews.models.accounts.roles import RUNS

from .base import OwnClockAdmin, by_verb, editor, on_own_clock


class TurnForm(ChangesForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        self.fields["seen"].show_hidden_initial = False
        if "speaker" in self.fields:
            self.fields["speaker"].queryset = self.instance.interview.speakers.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        # Locked as the verbs lock it, until the admin's transaction ends: what is checked here holds when it is saved.
        Interview.objects.select_for_update(no_key=True).get(pk=self.instance.interview_id)
        stands = Turn.objects.get(pk=self.instance.pk)
        if data.get("seen") != stands.version:
            self.data = data_again = cast(QueryDict, self.data).copy()
            data_again["seen"] = str(stands.version)
            self.add_error(None, self.conflict(stands))
        return data

    def conflict(self, turn: Turn) -> str:
        last = turn.events.select_related("user").last()
        who = (last and last.user) or gettext("Somebody")
        words = {"who": who, "state": turn.get_state_display(), "text": turn.text}
        return (
            gettext(
                "%(who)s changed this turn after you opened it; nothing is saved yet. It is %(state)s and says: "
                "“%(text)s” Save again to put your changes in its place."
            )
            % words
        )


class KeptAdmin(OwnClockAdmin):
    """Neither adds nor deletes: verbs make these rows, and they are kept for good."""

    show_full_result_count = False

    @admin.display(description=_("interview"), ordering="interview__headline")
    def headline(self, thing: Turn) -> str:
        return truncatechars(thing.interview.headline, 20)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Turn)
class TurnAdmin(KeptAdmin):
    form = TurnForm
    fields = ["interview", "state", "speaker", "spoken_at", "text", "heading", "seen"]
    readonly_fields = ["interview", "state"]
    list_display = ["spoken", "speaker", "start", "state", "headline"]
    list_display_links = ["spoken", "start"]
    list_filter = ["state"]
    list_select_related = ["interview", "speaker"]
    search_fields = ["text", "heading", "speaker__label", "interview__headline"]
    date_hierarchy = "spoken_at"
    actions = [
        by_verb("release", _("Publish what is held")),
        by_verb("decline", _("Decline")),
        by_verb("retract", _("Retract")),
        by_verb("restore", _("Restore")),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Turn | None = None) -> bool:
        # The form marks key moments too, which is for editors; others correct or suggest at the desk.
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or obj.interview.is_open_to(editor(request), RUNS))

    @admin.display(description=_("spoken at"), ordering="spoken_at")
    def spoken(self, turn: Turn) -> str:
        return on_own_clock(turn.spoken_at, turn.interview)

    @admin.display(description=_("text"))
    def start(self, turn: Turn) -> str:
        return truncatechars(turn.text, 30)

    def view_on_site(self, turn: Turn) -> str | None:
        return turn.get_absolute_url() if turn.is_shown else None

    def save_model(self, request: HttpRequest, obj: Turn, form: Any, change: bool) -> None:
        turn = Turn.objects.get(pk=obj.pk)
        if corrected := form.changed("speaker", "spoken_at", "text"):
            turn.correct(version=form.cleaned_data["seen"], by=editor(request), **corrected)
        if marked := form.changed("heading"):
            turn.mark(marked["heading"], by=editor(request))
