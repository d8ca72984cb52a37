from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .turn import Turn

SHOWN = ("published", "retracted")  # to readers: the words, or a note that they were retracted
APART = timedelta(seconds=1)  # between turns that are put beside each other, where there is room


def earlier(turn: "Turn") -> Q:
    """Than that one, in the order of the talk."""
    return Q(spoken_at__lt=turn.spoken_at) | Q(spoken_at=turn.spoken_at, pk__lt=turn.pk)


def later(turn: "Turn") -> Q:
    return Q(spoken_at__gt=turn.spoken_at) | Q(spoken_at=turn.spoken_at, pk__gt=turn.pk)


class TurnQuerySet(models.QuerySet["Turn"]):
    def published(self) -> "TurnQuerySet":
        return self.filter(state="published")

    def shown(self) -> "TurnQuerySet":
        return self.filter(state__in=SHOWN)

    def held(self) -> "TurnQuerySet":
        return self.filter(state="held")

    def prepared(self) -> "TurnQuerySet":
        """The queue; its turns were not spoken yet, and `spoken_at` is only their place in it."""
        return self.filter(state="prepared")

    def append(self, turns: "Sequence[Turn]", state: str) -> None:
        """Only the interview's verbs call this."""
        for turn in turns:
            turn.state = state
        self.bulk_create(turns)

    def spoken(self) -> "TurnQuerySet":
        """The transcript as the newsroom sees it."""
        return self.exclude(state="prepared")

    def moment_before(self, turn: "Turn") -> datetime:
        """A time that puts a turn right before that one, among these."""
        return turn.spoken_at - _some(self.room_before(turn))

    def moment_after(self, turn: "Turn") -> datetime:
        return turn.spoken_at + _some(_room(turn, self.filter(later(turn)).first()))

    def room_before(self, turn: "Turn") -> timedelta:
        return _room(self.filter(earlier(turn)).last(), turn)


def _room(one: "Turn | None", other: "Turn | None") -> timedelta:
    return min(APART, (other.spoken_at - one.spoken_at) / 2) if one and other else APART


def _some(room: timedelta) -> timedelta:
    if not room:
        raise ValidationError(_("There is no room between these two turns: correct the time of one of them first."))
    return room
