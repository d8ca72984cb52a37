from django.utils import timezone

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event

from .pinning import Pinning


class Retracting(Pinning):
    """Take a turn off the readers' page, and bring it back."""

    class Meta:
        abstract = True

    def retract(self, *, version: int | None = None, reason: str = "", by: User | None = None) -> Event:
        with self._locked(version):
            self._require(self.State.PUBLISHED)
            self._take_the_pin_off(by)
            self.retracted_at = timezone.now()
            return self._move_to(self.State.RETRACTED, Event.Kind.RETRACTED, by, reason)

    def restore(self, *, by: User | None = None) -> Event:
        with self._locked():
            self._require(self.State.RETRACTED, self.State.DECLINED)
            farewell = self.events.filter(kind__in=[Event.Kind.RETRACTED, Event.Kind.DECLINED]).last()
            assert farewell
            self.retracted_at = None
            return self._move_to(self.State(farewell.before["state"]), Event.Kind.RESTORED, by)
