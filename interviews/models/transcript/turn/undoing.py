from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.transcript.errors import NotNow
from interviews.models.transcript.event import Event
from interviews.models.transcript.event_values import as_it_was

from .retracting import Retracting
from .reviewing import Reviewing


class Undoing(Retracting, Reviewing):
    """Take back the last change of a turn, whichever verb made it."""

    class Meta:
        abstract = True

    def undo(self, event: Event, *, by: User | None = None) -> Event:
        """Take back what the turn's last event did, by a new event.

        Raise NotNow if `event` isn't the last or can't be undone.
        """
        with self._locked():
            if self.events.last() != event:
                raise NotNow(_("Something has happened to this turn since."))
            if self.interview.reviews(by) and self.state in (self.State.PUBLISHED, self.State.RETRACTED):
                raise NotNow(_("What readers have seen is for an editor to change, since there is review."))
            if not (undone := self._undo(event, by)):
                raise NotNow(_("This can't be undone."))
            return undone

    def _undo(self, event: Event, by: User | None) -> Event | None:
        match event.kind:
            case Event.Kind.CORRECTED | Event.Kind.GREW | Event.Kind.MARKED | Event.Kind.MOVED:
                return self._set(Event.Kind.CORRECTED, as_it_was(event.before, self.interview.speakers), by)
            case Event.Kind.RETRACTED | Event.Kind.DECLINED:
                return self.restore(by=by)
            case Event.Kind.PINNED:
                return self.unpin(by=by)
            case Event.Kind.UNPINNED:
                return None if self.interview.pinned_id else self.pin(by=by)
            case Event.Kind.SUGGESTED | Event.Kind.DISMISSED:
                return None
        return self.retract(by=by) if self.state == self.State.PUBLISHED else self.decline(by=by)
