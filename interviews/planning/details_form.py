"""What an interview is about, and when it begins."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interviews.forms import ChangesForm
from interviews.imports.archive import section_at
from interviews.models import Interview, Section
from interviews.models.values.text import one_line
from interviews.models.values.text_fields import LineInput
from interviews.time_fields import MomentField, ZoneField

BETWEEN_SECTIONS = " / "
MAX_SECTION_CHARACTERS = 100


class DetailsForm(ChangesForm):
    section = LineInput(
        label=_("Section"), required=False, max_length=300, help_text=_("Choose one, or type the name of a new one.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = Interview
        fields = ["headline", "starts_at", "lede", "summary", "language", "timezone", "reviewed", "slug"]
        field_classes = {"starts_at": MomentField, "timezone": ZoneField}
        widgets = {
            "lede": forms.Textarea({"rows": 3}),
            "summary": forms.Textarea({"rows": 3}),
        }
        labels = {
            "headline": _("Headline"),
            "starts_at": _("When it begins"),
            "lede": _("What it is about"),
            "summary": _("Summary"),
            "language": _("Language"),
            "timezone": _("Time zone"),
            "reviewed": _("What typists write waits until an editor publishes it"),
            "slug": _("Address"),
        }
        help_texts = {
            "starts_at": _("On the clock of the time zone below. May stay empty until it is announced."),
            "lede": _("A few sentences that stand under the headline."),
            "summary": _("Stands above the transcript when the interview is over."),
            "language": _("Of the interview, and so of its page."),
            "timezone": _("All its times are shown by this clock."),
            "reviewed": "",
            "slug": _("The last part of its page’s address. It stays as it is once the interview is announced."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].widget.attrs |= {"list": "sections", "autocomplete": "off"}
        self.initial["section"] = path_of(self.instance.section)
        is_draft = self.instance.status == Interview.Status.DRAFT
        for name in ("key", "slug")[: 1 if is_draft else 2] if self.instance.pk else ("summary", "slug"):
            del self.fields[name]

    @property
    def announces(self) -> bool:
        return "announce" in self.data and self.instance.status == Interview.Status.DRAFT

    @property
    def submits(self) -> bool:
        return "submit" in self.data and self.instance.status == Interview.Status.DRAFT

    def clean_section(self) -> str:
        path = path_in(self.cleaned_data["section"])
        if any(len(name) > MAX_SECTION_CHARACTERS for name in path):
            raise ValidationError(
                _("A section’s name has at most %(most)d characters."), params={"most": MAX_SECTION_CHARACTERS}
            )
        return BETWEEN_SECTIONS.join(path)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.announces and settings.APPROVAL_REQUIRED:
            self.add_error(None, _("It has to be approved before readers see it."))
        needs_a_date = self.announces or self.instance.status != Interview.Status.DRAFT
        if needs_a_date and "starts_at" in data and not data["starts_at"]:
            self.add_error("starts_at", _("Set when it starts before it is announced."))
        return data

    def changes(self) -> dict[str, Any]:
        """What Interview.revise takes.

        A new time zone moves the beginning, since the page showed the hour and not UTC.
        """
        changes = self.changed(*self.Meta.fields)
        if "timezone" in changes:
            changes["starts_at"] = self.cleaned_data["starts_at"]
        if "section" in self.changed_data:
            changes["section"] = section_called(self.cleaned_data["section"])
        return changes


def path_of(section: Section | None) -> str:
    return BETWEEN_SECTIONS.join(step.name for step in section.path) if section else ""


def path_in(words: str) -> list[str]:
    return [name for name in map(one_line, words.split(BETWEEN_SECTIONS)) if name]


def section_called(words: str) -> Section | None:
    """Find a section by its path, or by its name if only one has it; else make it."""
    path = path_in(words)
    alone = Section.objects.filter(name=path[0]) if len(path) == 1 else Section.objects.none()
    return alone[0] if len(alone) == 1 else section_at(path)
