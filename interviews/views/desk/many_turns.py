"""Read many turns from one post, as a program sends them (docs/protocol.md, *Posting by a program*)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from interviews.forms import cleaned, time_set_by_hand
from interviews.models import Interview, Turn
from interviews.models.values.text import MAX_TEXT_CHARACTERS
from interviews.models.values.text_fields import ParagraphsInput
from interviews.time_fields import MomentField
from interviews.views import json_body

MAX_TURNS_A_POST = 200  # readers who get more than 300 changes at once have to load the page again
POSTED_TURN = {"speaker": int, "text": str, "key": str, "spoken_at?": str}
POST = {"turns": json_body.ListOf(POSTED_TURN, MAX_TURNS_A_POST)}


class PostedTurnForm(forms.Form):
    """One turn; `speaker` is a speaker's id, which stands on every turn of the page as `data-speaker`."""

    speaker = forms.IntegerField()
    text = ParagraphsInput(max_length=MAX_TEXT_CHARACTERS)
    key = forms.UUIDField()
    spoken_at = MomentField(required=False)

    def __init__(self, row: dict[str, Any], interview: Interview) -> None:
        super().__init__(row)
        self.interview = interview

    def clean_spoken_at(self) -> datetime | None:
        return time_set_by_hand(self.cleaned_data["spoken_at"], self.interview)


def posted_turns(request: HttpRequest, interview: Interview) -> list[Turn]:
    """Return turns that are checked and not saved.

    ValidationError names each mistake by its place, from 0: `turns.3.text`.
    """
    rows = json_body.read(request, POST)["turns"]
    seats = {seat.pk: seat for seat in interview.speakers.all()}
    turns: list[Turn] = []
    mistakes: dict[str, list[str]] = {}
    for n, row in enumerate(rows):
        try:
            turns.append(_turn(row, interview, seats))
        except ValidationError as error:
            mistakes |= {f"turns.{n}.{name}": words for name, words in error.message_dict.items()}
    if mistakes:
        raise ValidationError(mistakes)
    return turns


def _turn(row: dict[str, Any], interview: Interview, seats: dict[int, Any]) -> Turn:
    said = cleaned(PostedTurnForm(row, interview))
    speaker = seats.get(said["speaker"])
    if not speaker:
        raise ValidationError({"speaker": _("This speaker has no seat in this interview.")})
    turn = Turn(interview=interview, **said | {"speaker": speaker})
    turn.check_text({"text", "spoken_at"} if turn.spoken_at else {"text"})  # say_all gives the others their time
    return turn
