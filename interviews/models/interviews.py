from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from .people import User
from .rights import Role

if TYPE_CHECKING:
    from .interview import Interview
    from .turn import Turn

RELATED = 4


def own_clock(interview: str = "") -> Func:
    """When it took or takes place, as a clock in its own zone shows it; `interview` is the way to it, if any."""
    begun = Coalesce(f"{interview}started_at", f"{interview}starts_at")
    return Func(F(f"{interview}timezone"), begun, function="timezone", output_field=models.DateTimeField())


class InterviewQuerySet(models.QuerySet["Interview"]):
    def announced(self) -> "InterviewQuerySet":
        return self.exclude(status="draft")

    def drafts(self) -> "InterviewQuerySet":
        return self.filter(status="draft")

    def waiting_for_approval(self) -> "InterviewQuerySet":
        return self.drafts().filter(submitted_at__isnull=False, approved_at=None).order_by("submitted_at")

    def newest_first(self) -> "InterviewQuerySet":
        """By the date that each page shows; the index interview_own_clock has this order."""
        return self.alias(own_clock=own_clock()).order_by("-own_clock", "-pk")

    def of_year(self, year: int) -> "InterviewQuerySet":
        """Each by its own midnight."""
        begins, ends = (Value(date(y, 1, 1), models.DateField()) for y in (year, year + 1))
        return self.alias(own_clock=own_clock()).filter(own_clock__gte=begins, own_clock__lt=ends)

    def with_latest_turn(self) -> list[tuple["Interview", "Turn | None"]]:
        """Each with what readers were given last."""
        from .turn import Turn  # which stands on this module

        latest = Turn.objects.published().filter(interview=OuterRef("pk")).order_by("-spoken_at", "-pk")
        pairs = dict(self.values_list("pk", Subquery(latest.values("pk")[:1])))
        public = Turn.objects.published().select_related("speaker__host", "speaker__guest")
        turns = public.in_bulk(list(filter(None, pairs.values())))
        return [(interview, turns.get(pairs.get(interview.pk))) for interview in self]

    def open_to(self, user: User, roles: Collection[Role]) -> "InterviewQuerySet":
        """For which the user holds one of the roles."""
        if not user.is_active:
            return self.none()
        if user.holds(roles):
            return self
        return self.filter(pk__in=user.assignments.filter(role__in=roles).values("interview"))

    def related_to(self, interview: "Interview") -> "InterviewQuerySet":
        """First those with the same guest, then those of the same section, the newest of each; a few."""
        same_guest = Q(pk__in=self.model.objects.filter(guests__interviews=interview).values("pk"))
        same_section = Q(section=interview.section_id) if interview.section_id else Q(pk=None)
        nearness = Case(When(same_guest, then=Value(0)), default=Value(1))
        others = self.filter(same_guest | same_section).exclude(pk=interview.pk)
        return others.order_by(nearness, "-starts_at", "-pk")[:RELATED]
