from typing import Any

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.suggestion import Suggestion
from interviews.models.values.text import tidy

from .changing import Changing


class Reviewing(Changing):
    """Publish or decline what waits, and suggest corrections."""

    class Meta:
        abstract = True

    def release(self, *, by: User | None = None) -> Event:
        with self._locked():
            self._require(self.State.PREPARED, self.State.HELD)
            self.interview.require_begun()
            if self.state == self.State.PREPARED:
                self.spoken_at = self.interview.present()
            if self.interview.reviews(by):
                self._require(self.State.PREPARED)
                return self._move_to(self.State.HELD, Event.Kind.HELD, by)
            return self._move_to(self.State.PUBLISHED, Event.Kind.RELEASED, by)

    def decline(self, *, reason: str = "", by: User | None = None) -> Event:
        with self._locked():
            self._require(self.State.PREPARED, self.State.HELD)
            return self._move_to(self.State.DECLINED, Event.Kind.DECLINED, by, reason)

    def suggest(self, *, version: int, text: str, speaker: Speaker, by: User) -> Suggestion | None:
        """Suggest a correction for an editor to decide; None if nothing differs. The same one again is only one.

        Raise Conflict if the turn is no longer at this version.
        """
        with self._locked(version):
            self._require(self.State.PUBLISHED)
            suggested: dict[str, Any] = {"text": tidy(text), "speaker": speaker}
            if suggested == {"text": self.text, "speaker": self.speaker}:
                return None
            if same := self.suggestions.open().filter(version=version, user=by, **suggested).first():
                return same  # type: ignore[no-any-return]
            suggestion = Suggestion(turn=self, version=version, user=by, **suggested)  # type: ignore[misc]
            suggestion.full_clean(exclude=["decided_at"])
            suggestion.save()
            self.interview.log(Event.Kind.SUGGESTED, turn=self, by=by)
        return suggestion
