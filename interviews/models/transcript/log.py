import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from auditlog.context import disable_auditlog
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User

from .columns import columns_of
from .event import Event
from .seen import readers_see
from .turn.fields import TurnFields

CHANGES_CHANNEL = "interviews"  # PostgreSQL's NOTIFY: "<interview's id>:<seq>", or ":desk" for no reader
RIGHTS_CHANNEL = "rights"  # NOTIFY by triggers when somebody may have lost a right (migration 0006)
NUMBERS = ("seq", "unseen")
SELECT_FOR_UPDATE = "SELECT {} FROM interviews_interview interview WHERE id = %s FOR NO KEY UPDATE"
# PostgreSQL sends the notice when the transaction commits
SAVE_SEQ = "UPDATE interviews_interview SET seq = %s, unseen = %s WHERE id = %s RETURNING pg_notify(%s, %s)"


class Logged(models.Model):
    """A model with a log: every change is made under one lock, with one event, and announced by one notice."""

    seq = models.PositiveBigIntegerField(_("seq"), default=0, editable=False)
    unseen = models.PositiveBigIntegerField(_("changes readers don't see"), default=0, db_default=0, editable=False)
    epoch = models.UUIDField(_("epoch"), default=uuid.uuid4, editable=False)

    status: Any
    _stood: dict[str, Any]  # values of the columns when it was locked or last logged

    class Meta:
        abstract = True

    @property
    def public_seq(self) -> int:
        """Return how many changes readers could see. It has no gaps, so nobody can tell what else has happened."""
        return self.seq - self.unseen

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the row and read it again: one change at a time keeps seq free of gaps."""
        with transaction.atomic():
            self._read_again()
            self._stood = self._stands()
            yield

    def _read_again(self) -> None:
        # refresh_from_db() of all fields took a tenth of a post
        columns = columns_of(type(self))
        with connection.cursor() as cursor:
            cursor.execute(SELECT_FOR_UPDATE.format(columns.sql), [self.pk])
            row = cursor.fetchone()
        if not row:
            raise self.DoesNotExist
        vars(self).pop("_prefetched_objects_cache", None)
        vars(self).update(vars(columns.take(iter(row))))  # with its _state, which has no cached relations

    def log(
        self,
        kind: Event.Kind,
        *,
        turn: TurnFields | None = None,
        by: User | None = None,
        before: dict[str, Any] | None = None,
        note: str = "",
        key: uuid.UUID | None = None,
    ) -> Event:
        """Take the next seq, write the event, with its turn if that is new, and notify the servers.

        Only the verbs call this, inside locked().
        """
        said: Any = turn  # a Turn, which stands above its fields
        event = Event(interview_id=self.pk, kind=kind, turn=said, user=by, before=before or {}, note=note, key=key)
        self._number([event])
        self._save_changes()
        self._write(event)
        return event

    def _number(self, events: Sequence[Event]) -> None:
        for event in events:
            self.seq += 1
            event.seq, event.is_public = self.seq, readers_see(event, self.status)
            self.unseen += not event.is_public

    def _write(self, event: Event) -> None:
        # turn, seq and event by one statement: to ask PostgreSQL again costs more than what it does then
        new = event.turn if event.turn and not event.turn.pk else None
        said, words = columns_of(type(new)).inserting(new) if new else ("SELECT %s::bigint AS id", [event.turn_id])
        indexed, grams = (f", indexed AS ({new.indexing_new('turn')})", new.searched_as) if new else ("", ())
        told, values = columns_of(Event).inserting(event, turn_id="(SELECT id FROM turn)")
        with connection.cursor() as cursor:
            sql = f"WITH turn AS ({said}){indexed}, seq AS ({SAVE_SEQ}) {told}, turn_id"
            cursor.execute(sql, [*words, *grams, *self._seq_values([event]), *values])
            event.pk, turn_id = cursor.fetchone()
        if new:
            new.pk, new._state.adding = turn_id, False
            event.turn = new  # Django takes the id when a turn is assigned
        event._state.adding = False

    def log_all(
        self, kind: Event.Kind, turns: Sequence[Any], by: User | None, before: dict[str, Any] | None = None
    ) -> None:
        """Write an event of each turn by a few statements: of new ones with their keys, or with what was `before`."""
        if not turns:
            return
        about: dict[str, Any] = {"interview_id": self.pk, "kind": kind, "user": by, "before": before or {}}
        events = [Event(**about, turn=turn, key=None if before else turn.key) for turn in turns]
        self._number(events)
        self._save_changes()
        with connection.cursor() as cursor:
            cursor.execute(SAVE_SEQ, self._seq_values(events))
        Event.objects.bulk_create(events)

    def _save_changes(self) -> None:
        # the changed columns only: PostgreSQL indexes a long text anew when it is written again
        stands = self._stands()
        if changed := [name for name, value in stands.items() if value != self._stood[name] and name not in NUMBERS]:
            with disable_auditlog():  # the event is its record
                self.save(update_fields=changed)
        self._stood = stands

    def _seq_values(self, events: Sequence[Event]) -> list[Any]:
        what = self.seq if any(event.is_public for event in events) else "desk"
        return [self.seq, self.unseen, self.pk, CHANGES_CHANNEL, f"{self.pk}:{what}"]

    def _stands(self) -> dict[str, Any]:
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}

    def ring_the_desk(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANGES_CHANNEL, f"{self.pk}:desk"])
