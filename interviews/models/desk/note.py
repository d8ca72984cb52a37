import uuid

from django.db import models

from interviews.models.accounts.user import User
from interviews.models.transcript.interview import Interview
from interviews.models.values.text_fields import ShortProseField

NOTES_SHOWN = 100


class Note(models.Model):
    """A message among the staff of an interview's desk."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="notes")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = ShortProseField(max_length=1000)
    key = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["interview", "key"], name="note_key_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.text[:60]}"


def tell_the_staff(interview: Interview, text: str, key: uuid.UUID, by: User) -> Note:
    note, is_new = Note.objects.get_or_create(interview=interview, key=key, defaults={"text": text, "user": by})
    if is_new:
        interview.ring_the_desk()
    return note


def latest_notes(interview: Interview) -> list[Note]:
    return list(interview.notes.select_related("user").order_by("-id")[:NOTES_SHOWN])[::-1]
