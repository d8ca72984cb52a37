from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.values.text import one_line

from .approval import Approvable


class Running(Approvable):
    """Take an interview from draft to its end, with pauses."""

    class Meta:
        abstract = True

    def announce(self, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT)
            self._require_approval()
            if not self.starts_at:
                raise ValidationError(_("Set when it starts before it is announced."))
            self.status = self.Status.SCHEDULED
            self.log(Event.Kind.ANNOUNCED, by=by)

    def go_live(self, *, at: datetime | None = None, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.DRAFT, self.Status.SCHEDULED)
            self._require_approval()
            self.status = self.Status.LIVE
            self.started_at = at or timezone.now()
            self.starts_at = self.starts_at or self.started_at
            self.log(Event.Kind.STARTED, by=by)

    def pause(self, notice: str, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.LIVE)
            before, self.notice = self.notice, one_line(notice)
            if not self.notice:
                raise ValidationError({"notice": _("Say in a few words why there is a pause.")})
            self.full_clean()
            self.log(Event.Kind.PAUSED, by=by, before={"notice": before}, note=self.notice)

    def resume(self, *, by: User | None = None) -> None:
        with self.locked():
            self._take_the_notice_off(by)

    def end(self, *, at: datetime | None = None, waiting: str = "", by: User | None = None) -> None:
        """End it. `waiting` says what to do with turns that wait for review: "keep", "release" or "decline"."""
        with self.locked():
            self._require(self.Status.LIVE)
            self._settle(waiting, by)
            self._take_the_notice_off(by)
            self.status = self.Status.ENDED
            assert self.started_at
            self.ended_at = at or max(timezone.now(), self.started_at)  # the clock may have been put back
            self.log(Event.Kind.ENDED, by=by)

    def reopen(self, *, by: User | None = None) -> None:
        with self.locked():
            self._require(self.Status.ENDED)
            before = self.ended_at
            self.status, self.ended_at = self.Status.LIVE, None
            self.log(Event.Kind.REOPENED, by=by, before={"ended_at": before.isoformat() if before else None})

    def _settle(self, waiting: str, by: User | None) -> None:
        held = list(self.turns.held())
        if held and waiting not in ("keep", "release", "decline"):
            message = _("Turns wait for review: publish them, decline them, or keep them waiting.")
            raise ValidationError({"waiting": message})
        if waiting == "release":
            self._move_all(held, "published", Event.Kind.RELEASED, by)
        elif waiting == "decline":
            self._move_all(held, "declined", Event.Kind.DECLINED, by)

    def _move_all(self, held: Sequence[Any], state: str, kind: Event.Kind, by: User | None) -> None:
        # as release() and decline() do it, by as few statements for hundreds as for one
        self.turns.filter(pk__in=[turn.pk for turn in held]).update(state=state, version=F("version") + 1)
        self.log_all(kind, held, by, before={"state": "held"})

    def _take_the_notice_off(self, by: User | None) -> None:
        if self.notice:
            before, self.notice = self.notice, ""
            self.log(Event.Kind.RESUMED, by=by, before={"notice": before})
