import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.photo import Photo
from interviews.models.transcript.speaker import Speaker

from .changing import Changing


class Correcting(Changing):
    """Change what a turn says."""

    class Meta:
        abstract = True

    def grow(self, text: str, *, key: uuid.UUID | None = None, by: User | None = None) -> Self:
        """Add paragraphs to a turn that is still being spoken; a key that came before adds nothing.

        Text that waits for review can't join a published turn, and nothing can join a turn that was taken off
        meanwhile. It then becomes a turn of its own, which is returned.
        """
        with self._locked():
            if turn := self.interview.heard(key):
                return turn  # type: ignore[return-value]
            public = [] if self.interview.reviews(by) else [self.State.PUBLISHED]
            if self.state not in (self.State.PREPARED, self.State.HELD, *public):
                return self.interview.say(self.speaker, text, key=key, by=by)  # type: ignore[return-value]
            self._set(Event.Kind.GREW, {"text": f"{self.text}\n{text}"}, by, key)
        return self

    def correct(
        self,
        *,
        version: int,
        text: str | None = None,
        speaker: Speaker | None = None,
        spoken_at: datetime | None = None,
        photos: Iterable[Photo] | None = None,
        by: User | None = None,
    ) -> Event | None:
        """Replace what is given; None if nothing differs. Raise Conflict if the turn is no longer at this version."""
        with self._locked(version):
            new = {"text": text, "speaker": speaker, "spoken_at": spoken_at, "photos": photos}
            return self._set(Event.Kind.CORRECTED, new, by)

    def mark(self, heading: str, *, by: User | None = None) -> Event | None:
        # an empty heading takes the mark away
        with self._locked():
            return self._set(Event.Kind.MARKED, {"heading": heading}, by)
