from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event

from .changing import Changing


class Pinning(Changing):
    """Keep one turn at the top of the readers' page."""

    class Meta:
        abstract = True

    def pin(self, *, by: User | None = None) -> Event | None:
        with self._locked():
            self._require(self.State.PUBLISHED)
            if self.interview.pinned_id == self.pk:
                return None
            if self.interview.pinned:
                self.interview.log(Event.Kind.UNPINNED, turn=self.interview.pinned, by=by)
            self.interview.pinned = self  # type: ignore[assignment]
            return self.interview.log(Event.Kind.PINNED, turn=self, by=by)

    def unpin(self, *, by: User | None = None) -> Event | None:
        with self._locked():
            return self._take_the_pin_off(by)

    def _take_the_pin_off(self, by: User | None) -> Event | None:
        if self.interview.pinned_id != self.pk:
            return None
        self.interview.pinned = None
        return self.interview.log(Event.Kind.UNPINNED, turn=self, by=by)
