import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.photo import Photo
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import GAP, Turn

from .fields import InterviewFields

# Asked before each turn is saved: Django would take longer to compose it than PostgreSQL takes to answer.
FIND_TURN_BY_KEY = """
SELECT turn.* FROM interviews_event event JOIN interviews_turn turn ON turn.id = event.turn_id
WHERE event.interview_id = %s AND event.key = %s
"""
LAST_SPOKEN = """
SELECT max(spoken_at) FROM interviews_turn WHERE interview_id = %s AND state IN ('held', 'published', 'retracted')
"""
TICK = timedelta(microseconds=1)  # the least by which a prepared turn, which is older, comes behind another


class Speaking(InterviewFields):
    """Add turns."""

    class Meta:
        abstract = True

    def heard(self, key: uuid.UUID | None) -> Turn | None:
        """Return the turn that a post with this key has made or was added to, if there is one."""
        found = Turn.objects.raw(FIND_TURN_BY_KEY, [self.pk, key]) if key else []
        return next(iter(found), None)

    def say(
        self,
        speaker: Speaker,
        text: str,
        *,
        key: uuid.UUID | None = None,
        spoken_at: datetime | None = None,
        began_at: datetime | None = None,
        heading: str = "",
        held: bool = False,
        photos: Iterable[Photo] = (),
        by: User | None = None,
    ) -> Turn:
        """Add a turn. If the key came before, return the turn that it made then.

        A time that nobody gives is when typing began, or this moment; never before what stands in the future.
        """
        with self.locked():
            if turn := self.heard(key):
                return turn
            self.require_begun()
            held = held or self.reviews(by)
            turn = self._new_turn(speaker, text, key, heading=heading)
            turn.spoken_at = spoken_at or self.present(began_at)
            turn.state = Turn.State.HELD if held else Turn.State.PUBLISHED
            turn.begin(Event.Kind.HELD if held else Event.Kind.SAID, photos, by)
        return turn

    def say_all(self, turns: Sequence[Turn], *, by: User | None = None) -> list[Turn]:
        """Add new, checked turns, all or none. For a key that came before, return the turn that it made then."""
        with self.locked():
            self.require_begun()
            heard = self._heard_of(turns)
            new = [turn for turn in turns if heard[turn.key] is turn]
            now = self.present()
            for turn in new:
                turn.spoken_at = turn.spoken_at or now
            held = self.reviews(by)
            self.turns.append(new, Turn.State.HELD if held else Turn.State.PUBLISHED)
            self.log_all(Event.Kind.HELD if held else Event.Kind.SAID, new, by)
        return [heard[turn.key] for turn in turns]

    def prepare_all(self, turns: Sequence[Turn], *, by: User | None = None) -> None:
        """Put new, checked turns at the end of the queue, all or none. A key that came before makes no turn."""
        with self.locked():
            heard = self._heard_of(turns)
            new = [turn for turn in turns if heard[turn.key] is turn]
            queue = self.turns.prepared()
            first = queue.time_after(last) if (last := queue.last()) else timezone.now()
            for n, turn in enumerate(new):
                turn.spoken_at = first + n * GAP
            self.turns.append(new, Turn.State.PREPARED)
            self.log_all(Event.Kind.PREPARED, new, by)

    def present(self, at: datetime | None = None) -> datetime:
        """Return that moment, now at the latest; right after the last turn where the clock was put back before that."""
        with connection.cursor() as cursor:
            cursor.execute(LAST_SPOKEN, [self.pk])
            last, now = cursor.fetchone()[0], timezone.now()
        return last + TICK if last and last >= now else min(at or now, now)

    def not_to_come(self, at: datetime) -> datetime:
        """Return that moment; one to come as now, or as right after the last published turn where that is to come."""
        now = timezone.now()
        if at <= now:
            return at
        last = self.turns.published().last()
        return min(at, max(now, last.spoken_at + TICK) if last else now)

    def _heard_of(self, turns: Sequence[Turn]) -> dict[uuid.UUID, Turn]:
        """Return by key the turns that these have made before, and the others as they are."""
        known = self.events.filter(key__in=[turn.key for turn in turns]).select_related("turn")
        heard = {event.key: event.turn for event in known if event.turn}
        for turn in turns:
            heard.setdefault(turn.key, turn)
        return heard

    def prepare(self, speaker: Speaker, text: str, *, key: uuid.UUID | None = None, by: User | None = None) -> Turn:
        with self.locked():
            if turn := self.heard(key):
                return turn
            turn = self._new_turn(speaker, text, key)
            turn.state = Turn.State.PREPARED
            queue = self.turns.prepared()
            turn.spoken_at = queue.time_after(last) if (last := queue.last()) else timezone.now()
            turn.begin(Event.Kind.PREPARED, (), by)
        return turn

    def _new_turn(self, speaker: Speaker, text: str, key: uuid.UUID | None, **more: Any) -> Turn:
        own: Any = self  # an Interview, which stands above this part of it
        return Turn(interview=own, speaker=speaker, text=text, key=key or uuid.uuid4(), **more)
