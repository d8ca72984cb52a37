"""Django's admin. What readers can see is changed by the verbs alone, as at the desk, so that open pages follow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import truncatechars
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .forms import PhotoField
from .models import Event, Guest, Host, Interview, Person, Publisher, Section, Speaker, Turn, User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    BaseInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    from django.contrib.admin import ModelAdmin, TabularInline
    from django.forms import BaseInlineFormSet, ModelForm

admin.site.site_header = admin.site.site_title = "Fangtan"
admin.site.register(User, UserAdmin)


def editor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def by_verb(verb: str, description: Any) -> Callable[..., None]:
    """An action that calls one verb on each of the chosen rows and tells of those that refuse it."""

    @admin.action(description=description, permissions=["change"])
    def action(model_admin: ModelAdmin, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = 0
        for thing in chosen:
            try:
                getattr(thing, verb)(by=editor(request))
                done += 1
            except ValidationError as error:
                model_admin.message_user(request, f"{thing}: {' '.join(error.messages)}", messages.ERROR)
        if done:
            message = ngettext("%(count)d done.", "%(count)d done.", done) % {"count": done}
            model_admin.message_user(request, message, messages.SUCCESS)

    action.__name__ = verb
    return action


class PlainForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        """Lines end as they do everywhere else in the record, not as browsers send them."""
        data = super().clean() or self.cleaned_data
        return {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in data.items()}


class EditedForm(PlainForm):
    """Carries what every field said when the page was opened: what the admin left alone is left alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = bool(self.instance.pk)

    def changed(self, *names: str) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names if name in self.changed_data}


class NamedOnPagesAdmin(ModelAdmin):
    """Of what stands on interviews' pages: those that are open show a change of it."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            on_the_page = [Interview.Status.SCHEDULED, Interview.Status.LIVE]
            for interview in obj.interviews.filter(status__in=on_the_page).order_by("pk"):
                interview.recast(by=editor(request))


@admin.register(Guest, Host)
class PersonAdmin(NamedOnPagesAdmin):
    list_display = ["name", "title", "organisation", "portrait"]
    search_fields = ["name", "title", "organisation"]
    form = PlainForm
    formfield_overrides = {models.ImageField: {"form_class": PhotoField}}

    @admin.display(description=_("photo"))
    def portrait(self, person: Person) -> str:
        return format_html('<img src="{}" height="32" alt="">', person.photo.url) if person.photo else ""


@admin.register(Section)
class SectionAdmin(NamedOnPagesAdmin):
    list_display = ["name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]


@admin.register(Publisher)
class PublisherAdmin(NamedOnPagesAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class SpeakerForm(PlainForm):
    interview: Interview
    label = forms.CharField(
        label=_("label"), max_length=100, required=False, help_text=_("If empty: a host's role, a guest's name.")
    )

    def clean(self) -> dict[str, Any]:
        """As Interview.seat does it."""
        data = super().clean()
        if person := data.get("host") or data.get("guest"):
            with translation.override(self.interview.language):
                shown_as = gettext("Host") if isinstance(person, Host) else person.name
            data["label"] = data.get("label") or shown_as
            data["title"] = data.get("title") or ("" if self.instance.pk else person.title)
        return data


class Seats(BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.interview = self.instance
        if not form.instance.pk:
            form.fields["order"].initial = self.initial_form_count() + 1


class SpeakerInline(TabularInline):
    model = Speaker
    form = SpeakerForm
    formset = Seats
    autocomplete_fields = ["host", "guest"]
    extra = 0


class InterviewForm(EditedForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.status != Interview.Status.DRAFT and "starts_at" in data and not data["starts_at"]:
            self.add_error("starts_at", _("An interview that is announced has a date."))
        return data


@admin.register(Interview)
class InterviewAdmin(ModelAdmin):
    form = InterviewForm
    inlines = [SpeakerInline]
    list_display = ["headline", "status", "section", "starts_at", "language"]
    list_filter = ["status", "section", "language"]
    list_select_related = ["section"]
    search_fields = ["headline", "old_id", "speakers__host__name", "speakers__guest__name"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["section", "publishers"]
    actions = [by_verb("announce", _("Announce")), by_verb("go_live", _("Go live")), by_verb("end", _("End"))]

    def get_readonly_fields(self, request: HttpRequest, obj: Interview | None = None) -> list[str]:
        """The address stays once it is known."""
        known = ["slug"] if obj and obj.status != Interview.Status.DRAFT else []
        return ["status", "started_at", "ended_at", *known]

    def view_on_site(self, interview: Interview) -> str | None:
        return None if interview.status == Interview.Status.DRAFT else interview.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Interview, form: Any, change: bool) -> None:
        if not change:
            return super().save_model(request, obj, form, change)
        own = [field.name for field in Interview._meta.concrete_fields]
        Interview.objects.get(pk=obj.pk).revise(by=editor(request), **form.changed(*own))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        interview = Interview.objects.get(pk=form.instance.pk)
        cast = "publishers" in form.changed_data or any(formset.has_changed() for formset in formsets)
        if cast and interview.status != Interview.Status.DRAFT:
            interview.recast(by=editor(request))


class TurnForm(EditedForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        self.fields["seen"].show_hidden_initial = False
        if "speaker" in self.fields:
            self.fields["speaker"].queryset = self.instance.interview.speakers.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
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


class KeptAdmin(ModelAdmin):
    """Of what the verbs make and nothing deletes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Turn)
class TurnAdmin(KeptAdmin):
    form = TurnForm
    fields = ["interview", "state", "speaker", "spoken_at", "text", "heading", "seen"]
    readonly_fields = ["interview", "state"]
    list_display = ["spoken_at", "interview", "speaker", "start", "state"]
    list_display_links = ["spoken_at", "start"]
    list_filter = ["state"]
    list_select_related = ["interview", "speaker"]
    search_fields = ["text", "heading", "speaker__label", "interview__headline"]
    date_hierarchy = "spoken_at"
    actions = [
        by_verb("retract", _("Retract")),
        by_verb("restore", _("Restore")),
        by_verb("release", _("Publish what is held")),
    ]

    @admin.display(description=_("text"))
    def start(self, turn: Turn) -> str:
        return truncatechars(turn.text, 60)

    def save_model(self, request: HttpRequest, obj: Turn, form: Any, change: bool) -> None:
        turn = Turn.objects.get(pk=obj.pk)
        if corrected := form.changed("speaker", "spoken_at", "text"):
            turn.correct(version=form.cleaned_data["seen"], by=editor(request), **corrected)
        if marked := form.changed("heading"):
            turn.mark(marked["heading"], by=editor(request))


@admin.register(Event)
class EventAdmin(KeptAdmin):
    list_display = ["at", "interview", "seq", "kind", "turn", "user", "note"]
    list_filter = ["kind"]
    list_select_related = ["interview", "turn__speaker", "user"]
    search_fields = ["interview__headline", "user__username", "note"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
