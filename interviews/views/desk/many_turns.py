"""Read many turns from one post, as a program sends them: {"turns": [{"speaker", "text", "key"}, …]}."""

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.forms import SpokenForm, cleaned
from interviews.models import Interview, Turn
from interviews.models.values.text import MAX_TEXT_CHARACTERS

MAX_TURNS_A_POST = 200  # readers who get more than 300 changes at once have to load the page again


class PostedTurnForm(forms.Form):
    """One turn; `speaker` is a speaker's id, which stands on every turn of the page as `data-speaker`."""

    speaker = forms.IntegerField()
    text = forms.CharField(max_length=MAX_TEXT_CHARACTERS)
    key = forms.UUIDField()
    spoken_at = forms.DateTimeField(required=False)

    clean_spoken_at = SpokenForm.clean_spoken_at


def posted_turns(body: bytes, interview: Interview) -> list[Turn]:
    """Return turns that are checked and not saved.

    ValidationError names each fault by its place, from 0: `turns.3.text`.
    """
    seats = {seat.pk: seat for seat in interview.speakers.all()}
    return [_turn(place, row, interview, seats) for place, row in _rows(body)]


def _rows(body: bytes) -> Iterator[tuple[str, Any]]:
    try:
        rows = json.loads(body)["turns"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValidationError({"turns": _("Send JSON with a list named “turns”.")}) from error
    if (
        not isinstance(rows, list)
        or not 0 < len(rows) <= MAX_TURNS_A_POST
        or not all(isinstance(row, dict) for row in rows)
    ):
        raise ValidationError({"turns": _("Send a list of 1 to %(most)s turns.") % {"most": MAX_TURNS_A_POST}})
    for n, row in enumerate(rows):
        yield f"turns.{n}", row


def _turn(place: str, row: dict[str, Any], interview: Interview, seats: dict[int, Any]) -> Turn:
    try:
        said = cleaned(PostedTurnForm(row))
        speaker = seats.get(said["speaker"])
        if not speaker:
            raise ValidationError({"speaker": _("This speaker has no seat in this interview.")})
        turn = Turn(
            interview=interview, **said | {"speaker": speaker, "spoken_at": said["spoken_at"] or timezone.now()}
        )
        turn.check_text()
    except ValidationError as error:
        raise ValidationError({f"{place}.{name}": words for name, words in error.message_dict.items()}) from error
    return turn
