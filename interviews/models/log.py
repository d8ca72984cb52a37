import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from auditlog.context import disable_auditlog
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from .event import Event
from .people import User

if TYPE_CHECKING:
    from .turn import Turn

CHANNEL = "interviews"  # PostgreSQL's NOTIFY: "<interview's id>:<seq>", or "<interview's id>:desk"
RIGHTS = "rights"  # NOTIFY by triggers when somebody may have lost a right (migration 0006)
SAVE_SEQ = "UPDATE interviews_interview SET seq = %s WHERE id = %s RETURNING pg_notify(%s, %s)"


class NotNow(ValidationError):
    """The interview is not in the state that this verb needs."""


class Logged(models.Model):
    """What has a log of its own: every change under one lock, with one event, told by one notice."""

    seq = models.PositiveBigIntegerField(_("seq"), default=0, editable=False)
    epoch = models.UUIDField(_("epoch"), default=uuid.uuid4, editable=False)

    _stood: dict[str, Any]  # when it was locked, or last recorded

    class Meta:
        abstract = True

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One change at a time: the row's lock is what keeps seq free of gaps."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self)._default_manager.select_for_update(no_key=True))
            self._stood = self._stands()
            yield

    def record(
        self,
        kind: Event.Kind,
        *,
        turn: "Turn | None" = None,
        by: User | None = None,
        before: dict[str, Any] | None = None,
        note: str = "",
        key: uuid.UUID | None = None,
    ) -> Event:
        """Take the next seq, write the event and ring the bell. Only the verbs call this, inside locked()."""
        self.seq += 1
        self._save_changes()
        return Event.objects.create(
            interview_id=self.pk,
            seq=self.seq,
            kind=kind,
            turn=turn,
            user=by,
            before=before or {},
            note=note,
            key=key,
        )

    def record_all(self, kind: Event.Kind, turns: "Sequence[Turn]", by: User | None) -> None:
        """As `record` of each new turn, with one bell for all."""
        if not turns:
            return
        first, self.seq = self.seq + 1, self.seq + len(turns)
        self._save_changes()
        Event.objects.bulk_create(
            Event(interview_id=self.pk, seq=seq, kind=kind, turn=turn, user=by, key=turn.key)
            for seq, turn in enumerate(turns, first)
        )

    def _save_changes(self) -> None:
        """And ring the bell, which PostgreSQL does when all is committed.

        The rest untouched: PostgreSQL takes a long text that is written again for another, and indexes it again.
        """
        stands = self._stands()
        if changed := [name for name, value in stands.items() if value != self._stood[name] and name != "seq"]:
            with disable_auditlog():  # the event is its record
                self.save(update_fields=changed)
        with connection.cursor() as cursor:
            cursor.execute(SAVE_SEQ, [self.seq, self.pk, CHANNEL, f"{self.pk}:{self.seq}"])
        self._stood = stands

    def _stands(self) -> dict[str, Any]:
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}

    def ring_the_desk(self) -> None:
        """Something that only the newsroom sees has changed, and is in no log."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{self.pk}:desk"])
