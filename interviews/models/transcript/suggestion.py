from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.values.text import MAX_TEXT_CHARACTERS
from interviews.models.values.text_fields import ParagraphsField

from .errors import NotNow
from .event import Event
from .speaker import Speaker


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def open(self) -> "SuggestionQuerySet":
        return self.filter(decided_at=None)


class Suggestion(models.Model):
    """A typist's correction of a published turn, for an editor to decide."""

    turn = models.ForeignKey("Turn", models.PROTECT, related_name="suggestions")
    version = models.PositiveIntegerField()
    text = ParagraphsField(max_length=MAX_TEXT_CHARACTERS)
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    is_taken = models.BooleanField(default=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.user}: {self.text[:60]}"

    def take(self, *, version: int, by: User | None = None) -> Event | None:
        """Correct the turn as suggested. Raise Conflict if the turn is no longer at the version that the editor saw."""
        with self.turn.interview.locked():
            self._decide(is_taken=True)
            event = self.turn.correct(version=version, text=self.text, speaker=self.speaker, by=by)
            if event:
                event.before["suggested_by"] = str(self.user)
                event.save(update_fields=["before"])
            return event

    def dismiss(self, *, reason: str = "", by: User | None = None) -> Event:
        with self.turn.interview.locked():
            self._decide(is_taken=False)
            before = {"suggestion": self.text, "suggested_by": str(self.user)}
            return self.turn.interview.log(Event.Kind.DISMISSED, turn=self.turn, by=by, before=before, note=reason)

    def _decide(self, *, is_taken: bool) -> None:
        self.refresh_from_db(fields=["decided_at"])
        if self.decided_at:
            raise NotNow(_("Somebody has decided about this suggestion already."))
        self.decided_at, self.is_taken = timezone.now(), is_taken
        self.save(update_fields=["decided_at", "is_taken"])
