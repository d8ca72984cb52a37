"""The pages that search engines should know, and when each last changed for readers."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import sitemaps
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from interviews.models import Guest, Host, Interview
from interviews.models.archive.public_dates import with_public_dates

if TYPE_CHECKING:
    Sitemap = sitemaps.Sitemap[Any]
else:
    Sitemap = sitemaps.Sitemap

ADDRESSES_A_FILE = 10_000  # the format allows five times as many


def seconds(at: datetime | None) -> datetime | None:
    return at and at.replace(microsecond=0)


class Lists(Sitemap):
    def items(self) -> list[str]:
        return ["front-page", "interviews", "guests", "hosts"]

    def location(self, item: str) -> str:
        return reverse(item)

    def lastmod(self, item: str) -> datetime | None:
        return seconds(self._last_change)

    @cached_property
    def _last_change(self) -> datetime | None:
        # these pages show all interviews
        last: datetime | None = with_public_dates(Interview.objects.announced()).aggregate(last=Max("changed_at"))[
            "last"
        ]
        return last


class Interviews(Sitemap):
    limit = ADDRESSES_A_FILE

    def items(self) -> QuerySet[Interview]:
        interviews: QuerySet[Interview] = with_public_dates(Interview.objects.announced()).order_by("pk")
        return interviews

    def lastmod(self, item: Interview) -> datetime | None:
        return seconds(item.changed_at)


class People(Sitemap):
    """People whom readers know: those with a seat in an announced interview."""

    limit = ADDRESSES_A_FILE
    model: type[Guest] | type[Host]
    seat: str

    def items(self) -> QuerySet[Any]:
        theirs = with_public_dates(Interview.objects.announced()).filter(**{f"speakers__{self.seat}": OuterRef("pk")})
        changed_at = Subquery(theirs.order_by("-changed_at").values("changed_at")[:1])
        people = self.model.objects.with_page().annotate(changed_at=changed_at)
        return people.filter(Q(changed_at__isnull=False)).order_by("pk")

    def lastmod(self, item: Any) -> datetime | None:
        return seconds(item.changed_at)


class Guests(People):
    model, seat = Guest, "guest"


class Hosts(People):
    model, seat = Host, "host"


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": Lists,
    "interviews": Interviews,
    "guests": Guests,
    "hosts": Hosts,
}
