"""A turn: what one speaker says without interruption. Its verbs stand in the files beside this one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews.models.values.searched import Searched

from .correcting import Correcting
from .fields import SHOWN_STATES, TurnFields
from .queueing import Queueing
from .undoing import Undoing

GAP = timedelta(seconds=1)  # between a turn and the one that it is put beside, if there is room


def earlier(turn: TurnFields) -> Q:
    return Q(spoken_at__lt=turn.spoken_at) | Q(spoken_at=turn.spoken_at, pk__lt=turn.pk)


def later(turn: TurnFields) -> Q:
    return Q(spoken_at__gt=turn.spoken_at) | Q(spoken_at=turn.spoken_at, pk__gt=turn.pk)


class TurnQuerySet(models.QuerySet["Turn"]):
    def published(self) -> "TurnQuerySet":
        return self.filter(state="published")

    def shown(self) -> "TurnQuerySet":
        return self.filter(state__in=SHOWN_STATES)

    def held(self) -> "TurnQuerySet":
        return self.filter(state="held")

    def prepared(self) -> "TurnQuerySet":
        """Return the queue: turns not spoken yet, whose `spoken_at` is only their place in it."""
        return self.filter(state="prepared")

    def append(self, turns: "Sequence[Turn]", state: str) -> None:
        # called only by the interview's verbs, which log it
        for turn in turns:
            turn.state = state
        self.bulk_create(turns)
        Turn.index(turns)

    def spoken(self) -> "TurnQuerySet":
        return self.exclude(state="prepared")

    def time_before(self, turn: TurnFields) -> datetime:
        """Return a time that puts another turn right before this one. Raise ValidationError if there is no room."""
        return turn.spoken_at - _needed(self.room_before(turn))

    def time_after(self, turn: TurnFields) -> datetime:
        return turn.spoken_at + _needed(_room(turn, self.filter(later(turn)).first()))

    def room_before(self, turn: TurnFields) -> timedelta:
        return _room(self.filter(earlier(turn)).last(), turn)


def _room(one: TurnFields | None, other: TurnFields | None) -> timedelta:
    return min(GAP, (other.spoken_at - one.spoken_at) / 2) if one and other else GAP


def _needed(room: timedelta) -> timedelta:
    if not room:
        raise ValidationError(_("There is no room between these two turns: correct the time of one of them first."))
    return room


class Turn(Undoing, Correcting, Queueing):
    """The verbs: grow, correct, mark (Correcting); move (Queueing); release, decline, suggest (Reviewing);
    pin, unpin (Pinning); retract, restore (Retracting); undo (Undoing)."""

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["spoken_at", "id"]
        indexes = [models.Index(fields=["interview", "spoken_at", "id"], name="turn_order")]
        constraints = [
            models.UniqueConstraint(fields=["interview", "key"], name="turn_key_once"),
            models.CheckConstraint(condition=~Q(text=""), name="turn_says_something"),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "held", "published", "retracted", "declined"]),
                name="turn_known_state",
            ),
            models.CheckConstraint(condition=Q(version__gt=0), name="turn_version_from_one"),
        ]


class TurnSearched(Searched):
    row = models.OneToOneField(Turn, models.CASCADE, primary_key=True, related_name="searched")

    def __str__(self) -> str:
        return str(self.row)
