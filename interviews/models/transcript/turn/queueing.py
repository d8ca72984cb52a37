from datetime import datetime

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event

from .changing import Changing


class Queueing(Changing):
    """Order the turns that were prepared ahead."""

    class Meta:
        abstract = True

    def move(self, before: Changing | None = None, *, by: User | None = None) -> Event:
        """Move the turn in the queue to before that one, or to the end. This is no correction: the version stays."""
        with self._locked():
            self._require(self.State.PREPARED)
            others = self.interview.turns.prepared().exclude(pk=self.pk)
            follower = others.filter(pk=before.pk).first() if before else None
            if follower and not others.room_before(follower):
                follower._queue_at(others.time_after(follower), by)
            last = others.last() or self
            return self._queue_at(others.time_before(follower) if follower else others.time_after(last), by)

    def _queue_at(self, place: datetime, by: User | None) -> Event:
        before, self.spoken_at = self.spoken_at, place
        self.save()
        return self.interview.log(Event.Kind.MOVED, turn=self, by=by, before={"spoken_at": before.isoformat()})
