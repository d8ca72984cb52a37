from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models import Event, Interview, Speaker, Turn
from interviews.models.turn import LONGEST_TEXT, tidy

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # PostgreSQL keeps years that Python can't read again
CLOCKS_DIFFER = timedelta(minutes=5)


class AfterForm(forms.Form):
    """The cursor of a page: which log it follows, and how far it has come."""

    epoch = forms.UUIDField()
    after = forms.IntegerField(min_value=0, max_value=2**53)

    def clean_epoch(self) -> str:
        return str(self.cleaned_data["epoch"])


class SpokenForm(forms.Form):
    """Who said what, in this interview."""

    speaker = forms.ModelChoiceField(Speaker.objects.none())
    text = forms.CharField(max_length=LONGEST_TEXT)

    def __init__(self, data: Any, interview: Interview) -> None:
        super().__init__(data)
        self.fields["speaker"].queryset = interview.speakers.all()  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class SayForm(SpokenForm):
    key = forms.UUIDField()
    spoken_at = forms.DateTimeField(required=False)

    def clean_spoken_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["spoken_at"]
        if at and not EARLIEST < at < timezone.now() + CLOCKS_DIFFER:
            raise ValidationError(_("Nothing can have been said at that time."))
        return at


class CorrectForm(SpokenForm):
    version = forms.IntegerField(min_value=1)


class MarkForm(forms.Form):
    heading = forms.CharField(required=False, max_length=Turn._meta.get_field("heading").max_length)


class RetractForm(forms.Form):
    reason = forms.CharField(required=False, max_length=Event._meta.get_field("note").max_length)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What the form was given, or ValidationError: a form refuses in the same way as a verb does."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form.cleaned_data
