from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from interviews.forms import ChangesForm, ModelForm
from interviews.models import Assignment, Interview, Speaker
from interviews.models.values.text_fields import LineInput
from interviews.models.values.time_zones import ZONES
from interviews.rendering.zone_names import zone_chosen
from interviews.time_fields import ZoneField, ZoneInput

from .base import OwnClockAdmin, by_verb, editor, on_own_clock
from .known_choices import KnownChoices

if TYPE_CHECKING:
    BaseInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    from django.contrib.admin import TabularInline
    from django.forms import BaseInlineFormSet


class SpeakerForm(ModelForm):
    interview: Interview
    label = LineInput(
        label=_("label"), max_length=100, required=False, help_text=_("If empty: a host's role, a guest's name.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if person := data.get("host") or data.get("guest"):
            data["label"] = data.get("label") or self.interview.label_for(person)
            for name in ("title", "organisation"):
                data[name] = data.get(name) or ("" if self.instance.pk else getattr(person, name))
        return data


class Seats(BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.interview = self.instance
        if not form.instance.pk:
            form.fields["order"].initial = self.initial_form_count() + 1


class SpeakerInline(KnownChoices, TabularInline):
    model = Speaker
    form = SpeakerForm
    formset = Seats
    autocomplete_fields = ["host", "guest"]
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Keep a row narrow: links to change the person would push out its last columns.
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in ("host", "guest"):
            field.widget.can_change_related = field.widget.can_view_related = False
            field.queryset = field.queryset.unmerged()
        elif field and db_field.name in ("label", "title", "organisation"):
            field.widget.attrs["size"] = 11
        return field


class AssignmentInline(KnownChoices, TabularInline):
    model = Assignment
    autocomplete_fields = ["user"]
    extra = 0


class InterviewForm(ChangesForm):
    class Meta:
        field_classes = {"timezone": ZoneField}
        widgets = {"timezone": ZoneInput}  # or the admin's own

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.status != Interview.Status.DRAFT and "starts_at" in data and not data["starts_at"]:
            self.add_error("starts_at", _("An interview that is announced has a date."))
        return data


@admin.register(Interview)
class InterviewAdmin(KnownChoices, OwnClockAdmin):
    form = InterviewForm
    inlines = [SpeakerInline, AssignmentInline]
    list_display = ["headline", "status", "section", "begins", "timezone", "language"]
    list_filter = ["status", "section", "language"]
    list_select_related = ["section"]
    search_fields = ["headline", "old_id", "speakers__host__name", "speakers__guest__name"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["section", "publishers"]
    actions = [
        by_verb("submit", _("Submit for approval")),
        by_verb("approve", _("Approve"), "approve"),
        by_verb("announce", _("Announce")),
        by_verb("go_live", _("Go live")),
        by_verb("end", _("End")),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Interview | None = None) -> list[str]:
        # Readers may know the address of an announced interview.
        known = ["slug"] if obj and obj.status != Interview.Status.DRAFT else []
        return ["status", "started_at", "ended_at", *known]

    def clock(self, request: HttpRequest, stands: Interview | None) -> ZoneInfo:
        chosen = zone_chosen(request.POST.get("timezone", "")) or (stands.timezone if stands else settings.TIME_ZONE)
        return ZoneInfo(chosen if chosen in ZONES else settings.TIME_ZONE)

    @admin.display(description=_("starts at"), ordering="starts_at")
    def begins(self, interview: Interview) -> str:
        return on_own_clock(interview.starts_at, interview)

    def has_delete_permission(self, request: HttpRequest, obj: Interview | None = None) -> bool:
        # An announced interview stays on record.
        is_draft = obj is None or obj.status == Interview.Status.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return editor(request).has_perm("interviews.approve_interview")

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
        seats = (formset for formset in formsets if formset.model is Speaker)
        cast = "publishers" in form.changed_data or any(formset.has_changed() for formset in seats)
        if cast:
            interview.recast(by=editor(request))
