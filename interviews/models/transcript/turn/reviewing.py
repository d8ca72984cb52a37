from typing import Any

from django.utils import timezone

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.suggestion import Suggestion
from interviews.models.values.text import tidy

from .changing import Changing


class Reviewing(Changing):
    """Decide what is published, and suggest what somebody else decides."""

    class Meta:
        abstract = True

    def release(self, *, by: User | None = None) -> Event:
        """Publish what was prepared, as spoken now, or what was held, as spoken then."""
        with self._locked():
            self._require(self.State.PREPARED, self.State.HELD)
            self.interview.require_begun()
            if self.state == self.State.PREPARED:
                self.spoken_at = timezone.now()
            if self.interview.reviews(by):
                self._require(self.State.PREPARED)
                return self._move_to(self.State.HELD, Event.Kind.HELD, by)
            return self._move_to(self.State.PUBLISHED, Event.Kind.RELEASED, by)

    def decline(self, *, reason: str = "", by: User | None = None) -> Event:
        """Keep it from being published; nothing of it is lost."""
        with self._locked():
            self._require(self.State.PREPARED, self.State.HELD)
            return self._move_to(self.State.DECLINED, Event.Kind.DECLINED, by, reason)

    def suggest(self, *, version: int, text: str, speaker: Speaker, by: User) -> Suggestion | None:
        """A correction that an editor takes or dismisses; the same again is one, None if nothing differs."""
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
