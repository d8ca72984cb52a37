"""Prepare turns from a text that was written before."""

import base64
import binascii
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from interviews.imports.encodings import choices
from interviews.imports.prepared_turns import parse
from interviews.models import Interview, Speaker, Turn

MAX_SCRIPT_CHARACTERS = 200_000
TOO_BIG = _("This is too big for one script: take it in parts.")


class ScriptFileForm(forms.Form):
    """A text file of prepared turns; `content` is its bytes in base64."""

    content = forms.CharField(max_length=4 * MAX_SCRIPT_CHARACTERS * 4 // 3, error_messages={"max_length": TOO_BIG})
    encoding = forms.ChoiceField(choices=choices, required=False)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except binascii.Error as error:
            raise ValidationError(TOO_BIG) from error


class PreparedTurnsForm(forms.Form):
    """`speaker` says the turns whose text names nobody."""

    speaker = forms.ModelChoiceField(Speaker.objects.none())
    script = forms.CharField(label=_("Script"), max_length=MAX_SCRIPT_CHARACTERS, strip=False)
    key = forms.UUIDField()

    def __init__(self, data: QueryDict, interview: Interview) -> None:
        super().__init__(data)
        self.interview = interview
        self.speakers = interview.speakers.select_related("host", "guest")
        self.fields["speaker"].queryset = self.speakers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        # Give each turn a key made from the form's, so that a form sent twice prepares them once.
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        written = parse(data["script"], self.speakers, data["speaker"])
        keys = [uuid.uuid5(data["key"], f"{n} {turn.speaker.pk} {turn.text}") for n, turn in enumerate(written)]
        return {
            "turns": [
                Turn(interview=self.interview, speaker=turn.speaker, text=turn.text, key=key)
                for key, turn in zip(keys, written, strict=True)
            ]
        }
