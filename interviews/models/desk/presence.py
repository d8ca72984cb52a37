"""Who is at the desk, and what they are typing."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from interviews.models.accounts.user import User
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import Turn
from interviews.models.values.recent import around

PRESENCE_VALID = timedelta(seconds=50)  # a window reports every 20 s


class Presence(models.Model):
    """An open window of the desk, and what is being typed in it: a turn of a speaker, or a turn's correction."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="presences")
    window = models.UUIDField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    speaker = models.ForeignKey(Speaker, models.CASCADE, null=True, related_name="+")
    turn = models.ForeignKey(Turn, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["user__username", "id"]
        constraints = [models.UniqueConstraint(fields=["interview", "window"], name="presence_once")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_typing(self) -> bool:
        return bool(self.speaker_id or self.turn_id)


def be_present(
    interview: Interview, window: uuid.UUID, user: User, *, speaker: Speaker | None = None, turn: Turn | None = None
) -> None:
    doing = {"user": user, "speaker": speaker, "turn": turn}
    same = interview.presences.filter(window=window, at__range=around(PRESENCE_VALID), **doing)
    is_news = not same.exists()
    Presence.objects.update_or_create(interview=interview, window=window, defaults=doing)
    if is_news:
        interview.ring_the_desk()


def leave(interview: Interview, window: uuid.UUID, user: User) -> None:
    interview.presences.filter(Q(window=window, user=user) | Q(at__lt=timezone.now() - PRESENCE_VALID)).delete()
    interview.ring_the_desk()


def at_the_desk(interview: Interview) -> list[Presence]:
    """Return each window in which something is typed, then one window of everybody else."""
    windows = interview.presences.filter(at__range=around(PRESENCE_VALID))
    windows = windows.select_related("user", "speaker", "turn__speaker")
    typing = [window for window in windows if window.is_typing]
    idle = {window.user_id: window for window in windows if not window.is_typing}
    typists = {window.user_id for window in typing}
    return [*typing, *(window for user, window in idle.items() if user not in typists)]
