"""The interview: the aggregate of all that is said in it. Its verbs stand in the files beside this one."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import connection, models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.roles import Role
from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.log import CHANGES_CHANNEL
from interviews.models.transcript.seen import readers_see
from interviews.models.transcript.turn import Turn, TurnQuerySet
from interviews.models.values.searched import Searched

from .revising import Revising
from .running import Running
from .seating import Seating
from .speaking import Speaking

RELATED_SHOWN = 4
SEVERAL_LOCK = 0x7365766572616C  # PostgreSQL's advisory lock: one transaction at a time locks several interviews
# In the live ones people post: they are locked last. A draft has no readers to tell.
RECAST = """
WITH locked AS (
    SELECT id FROM interviews_interview WHERE id = ANY(%s) AND status <> 'draft'
    ORDER BY status = 'live', id FOR NO KEY UPDATE
), recast AS (
    UPDATE interviews_interview SET seq = seq + 1 FROM locked WHERE interviews_interview.id = locked.id
    RETURNING interviews_interview.id, seq
), events AS (
    INSERT INTO interviews_event (interview_id, seq, kind, user_id, at, before, note, is_public)
    SELECT id, seq, 'recast', %s, %s, '{}', '', true FROM recast
)
SELECT pg_notify(%s, id || ':' || seq) FROM recast
"""
TAKE_SEQS = """
UPDATE interviews_interview SET seq = seq + many, unseen = unseen + hidden
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS taken (id, many, hidden)
WHERE interviews_interview.id = taken.id
RETURNING interviews_interview.id, seq - many, pg_notify(%s, interviews_interview.id || ':' || seq)
"""


def own_clock(interview: str = "") -> Func:
    """Return SQL for when it took or takes place, in local time of its own time zone.

    `interview` is the lookup that leads to the interview, such as "interview__".
    """
    begun = Coalesce(f"{interview}started_at", f"{interview}starts_at")
    return Func(F(f"{interview}timezone"), begun, function="timezone", output_field=models.DateTimeField())


class InterviewQuerySet(models.QuerySet["Interview"]):
    def announced(self) -> "InterviewQuerySet":
        return self.exclude(status="draft")

    def drafts(self) -> "InterviewQuerySet":
        return self.filter(status="draft")

    def newest_first(self) -> "InterviewQuerySet":
        return self.alias(own_clock=own_clock()).order_by("-own_clock", "-pk")  # index interview_own_clock

    def of_year(self, year: int) -> "InterviewQuerySet":
        begins, ends = (Value(date(y, 1, 1), models.DateField()) for y in (year, year + 1))
        return self.alias(own_clock=own_clock()).filter(own_clock__gte=begins, own_clock__lt=ends)

    def followed(self) -> "InterviewQuerySet":
        """Return those whose readers are told at once when something beside the turns changes."""
        return self.filter(status__in=["scheduled", "live"])

    def lock_several(self) -> list[int]:
        """Lock them until the transaction ends, and return their ids.

        Whoever locks several interviews waits first until nobody else does: their orders can't cross.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEVERAL_LOCK])
        return list(self.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))

    def recast(self, by: User | None) -> None:
        """Tell readers that speakers have changed, by one statement, however many interviews these are.

        It comes last in a transaction: until that ends, nobody can post in these interviews.
        """
        connection.check_constraints()  # what PostgreSQL would otherwise look at when it commits
        pks = list(self.order_by().values_list("pk", flat=True).distinct())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEVERAL_LOCK])
            cursor.execute(RECAST, [pks, by.pk if by else None, timezone.now(), CHANGES_CHANNEL])

    def log_apart(self, events: Sequence[Event]) -> None:
        """Write events of interviews that are locked, by a few statements, however many interviews these are."""
        many = Counter(event.interview_id for event in events)
        status = dict(self.model.objects.filter(pk__in=many).values_list("pk", "status"))
        for event in events:
            event.is_public = readers_see(event, status[event.interview_id])
        hidden = Counter(event.interview_id for event in events if not event.is_public)
        with connection.cursor() as cursor:
            taken = [list(many), list(many.values()), [hidden[pk] for pk in many]]
            cursor.execute(TAKE_SEQS, [*taken, CHANGES_CHANNEL])
            last = {pk: seq for pk, seq, _notified in cursor.fetchall()}
        for event in events:
            last[event.interview_id] += 1
            event.seq = last[event.interview_id]
        Event.objects.bulk_create(events)

    def with_latest_turn(self) -> list[tuple["Interview", "Turn | None"]]:
        latest = Turn.objects.published().filter(interview=OuterRef("pk")).order_by("-spoken_at", "-pk")
        pairs = dict(self.values_list("pk", Subquery(latest.values("pk")[:1])))
        public = Turn.objects.published().select_related("speaker__host", "speaker__guest")
        turns = public.in_bulk(list(filter(None, pairs.values())))
        return [(interview, turns.get(pairs.get(interview.pk))) for interview in self]

    def open_to(self, user: User, roles: Collection[Role]) -> "InterviewQuerySet":
        """Return those in which the user has one of the roles, by an assignment or everywhere."""
        if not user.is_active:
            return self.none()
        if user.has_any_role(roles):
            return self
        return self.filter(pk__in=user.assignments.filter(role__in=roles).values("interview"))

    def related_to(self, interview: "Interview") -> "InterviewQuerySet":
        same_guest = Q(pk__in=self.model.objects.filter(guests__interviews=interview).values("pk"))
        same_section = Q(section=interview.section_id) if interview.section_id else Q(pk=None)
        nearness = Case(When(same_guest, then=Value(0)), default=Value(1))
        others = self.filter(same_guest | same_section).exclude(pk=interview.pk)
        return others.order_by(nearness, "-starts_at", "-pk")[:RELATED_SHOWN]


class Interview(Running, Revising, Seating, Speaking):
    """The verbs: submit, approve, send_back (Approvable); announce, go_live, pause, resume, end, reopen (Running);
    revise, recast (Revising); seat (Seating); say, say_all, prepare (Speaking)."""

    announced_at: datetime | None  # both set by with_public_dates()
    changed_at: datetime | None

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ["-starts_at", "-id"]
        permissions = [("approve_interview", "Can approve interview")]
        indexes = [models.Index(fields=["id"], name="interview_draft", condition=Q(status="draft"))]  # few rows of many
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(starts_at__isnull=False), name="interview_announced_with_a_date"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["live", "ended"]) | Q(started_at__isnull=False), name="interview_live_started"
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False, ended_at__gte=models.F("started_at"))
                | (~Q(status="ended") & Q(ended_at__isnull=True)),
                name="interview_ended_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "scheduled", "live", "ended"]), name="interview_known_status"
            ),
        ]

    @property
    def key_moments(self) -> TurnQuerySet:
        return self.turns.published().exclude(heading="")

    @property
    def related(self) -> InterviewQuerySet:
        return Interview.objects.announced().related_to(self).prefetch_related("speakers")


class InterviewSearched(Searched):
    row = models.OneToOneField(Interview, models.CASCADE, primary_key=True, related_name="searched")

    def __str__(self) -> str:
        return str(self.row)
