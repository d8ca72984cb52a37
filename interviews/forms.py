from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image

from interviews.models import Event, Interview, Speaker, Turn
from interviews.models.turn import LONGEST_TEXT, tidy

CLOCKS_DIFFER = timedelta(minutes=5)
PHOTO_BYTES = 5 * 1024 * 1024
PHOTO_PIXELS = 40_000_000
PHOTO_FORMATS = ["JPEG", "PNG", "WEBP"]


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
        if at and at > timezone.now() + CLOCKS_DIFFER:
            raise ValidationError(_("Nobody has spoken in the future."))
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


class PhotoField(forms.ImageField):
    default_validators = [FileExtensionValidator(["jpg", "jpeg", "png", "webp"])]

    def to_python(self, data: Any) -> Any:
        """Looks at the size and at the image's header before anything is decoded."""
        if data in self.empty_values:
            return None
        if data.size > PHOTO_BYTES:
            most = filesizeformat(PHOTO_BYTES)
            raise ValidationError(gettext("The photo is bigger than %(most)s: make it smaller.") % {"most": most})
        if pixels(data) > PHOTO_PIXELS:
            raise ValidationError(gettext("The photo has more than 40 million pixels: make it smaller."))
        return super().to_python(data)


def pixels(file: Any) -> int:
    try:
        image = Image.open(file, formats=PHOTO_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PHOTO_PIXELS + 1
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError(gettext("The photo must be a JPEG, PNG or WebP image.")) from error
    file.seek(0)
    return image.width * image.height
