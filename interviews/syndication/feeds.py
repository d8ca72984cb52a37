"""Atom feeds (RFC 4287) of an interview's turns and of the site's interviews, with tombstones (RFC 6721) for turns
that were retracted."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from interviews.models import Event, Interview, Turn
from interviews.models.archive.public_dates import published_at, with_public_dates
from interviews.models.values.scripts import direction_of, language_of
from interviews.rendering import frames

from .identity import identity, urn
from .structured_data import Absolute, language_tag, url_of_person

MAX_ENTRIES = 100
UPDATING_KINDS = [  # what makes a turn news again after it was said
    Event.Kind.RELEASED,
    Event.Kind.GREW,
    Event.Kind.CORRECTED,
    Event.Kind.MARKED,
    Event.Kind.RESTORED,
]
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BEFORE_ANYTHING = datetime(2000, 1, 1, tzinfo=UTC)


def feed_of(interview: Interview, absolute: Absolute) -> str:
    """Return the feed of an interview from with_public_dates()."""
    with frames.as_the_interview_speaks(interview):
        feed = Atom(
            title=fit_for_xml(interview.headline),
            subtitle=fit_for_xml(interview.lede) or None,
            description="",
            author_name=publisher(interview),
            link=absolute(interview.get_absolute_url()),
            language=language_tag(interview.language),
            feed_url=absolute(reverse("feed", args=[interview.slug])),
            feed_guid=urn(identity(interview, "feed")),
            updated=clock(interview.changed_at, interview),
            retracted=[(urn(turn), clock(turn.retracted_at, interview)) for turn in retracted(interview)],
        )
        for turn in newest(interview):
            add_turn(feed, turn, interview, absolute)
        return feed.writeString("utf-8")


def site_feed(absolute: Absolute) -> str:
    announced = with_public_dates(Interview.objects.announced()).prefetch_related("publishers")
    interviews = list(announced[:MAX_ENTRIES])
    with translation.override(settings.LANGUAGE_CODE):
        address = absolute(reverse("site-feed"))
        feed = Atom(
            title=_("Live interviews"),
            subtitle=_("Live interviews, published turn by turn."),
            description="",
            author_name=settings.SITE_NAME,
            link=absolute("/"),
            language=language_tag(settings.LANGUAGE_CODE),
            feed_url=address,
            feed_guid=address,  # which is all that a site is known by
            updated=max((clock(one.changed_at, one) for one in interviews), default=BEFORE_ANYTHING),
        )
        for interview in interviews:
            add_interview(feed, interview, absolute)
        return feed.writeString("utf-8")


def newest(interview: Interview) -> Iterable[Turn]:
    later = (
        Event.objects.filter(turn=OuterRef("pk"), kind__in=UPDATING_KINDS, is_public=True)
        .order_by("-seq")
        .values("at")[:1]
    )
    published = frames.turns_of(interview).filter(state=Turn.State.PUBLISHED)
    turns: Iterable[Turn] = published.annotate(changed_at=Subquery(later.values("at")[:1])).reverse()[:MAX_ENTRIES]
    return turns


def retracted(interview: Interview) -> Iterable[Turn]:
    return interview.turns.filter(state=Turn.State.RETRACTED).order_by("-retracted_at")[:MAX_ENTRIES]


def add_turn(feed: "Atom", turn: Any, interview: Interview, absolute: Absolute) -> None:
    feed.add_item(
        title=fit_for_xml(turn.headline),
        description=fit_for_xml(html_of(turn, absolute)),
        author_name=fit_for_xml(turn.speaker.person.name),
        author_link=url_of_person(turn.speaker, absolute) or None,
        link=absolute(turn.get_absolute_url()),
        unique_id=urn(turn),
        pubdate=clock(turn.spoken_at, interview),
        updateddate=clock(max(turn.spoken_at, turn.changed_at or turn.spoken_at), interview),
    )


def add_interview(feed: "Atom", interview: Interview, absolute: Absolute) -> None:
    feed.add_item(
        title=fit_for_xml(interview.headline),
        description=fit_for_xml(paragraphs(interview.lede.splitlines(), interview.language)),
        author_name=publisher(interview),
        link=absolute(interview.get_absolute_url()),
        unique_id=urn(identity(interview)),
        pubdate=clock(published_at(interview.announced_at, interview.started_at), interview),
        updateddate=clock(interview.changed_at, interview),
        language=language_tag(interview.language),
    )


def html_of(turn: Turn, absolute: Absolute) -> str:
    image = '<p><img src="{}" alt="{}" width="{}" height="{}"></p>'
    photos = [(absolute(one.url), one.alt, one.width, one.height) for one in turn.photos.all()]
    return paragraphs(turn.paragraphs, turn.interview.language) + format_html_join("", image, photos)


def paragraphs(lines: Iterable[str], around: str) -> str:
    return format_html_join("", "<p{}{}>{}</p>", ((*_script(line, around), line) for line in lines if line))


def _script(line: str, around: str) -> tuple[str, str]:
    """Return the attributes for a direction and a language that a program wouldn't take for granted."""
    language = language_of(line, around)
    is_rtl = direction_of(line) == "rtl"
    return format_html(' lang="{}"', language) if language else "", mark_safe(' dir="rtl"') if is_rtl else ""


def publisher(interview: Interview) -> str:
    return fit_for_xml(", ".join(one.name for one in interview.publishers.all()) or settings.SITE_NAME)


def fit_for_xml(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def clock(at: datetime | None, interview: Interview) -> datetime:
    return (at or interview.date or BEFORE_ANYTHING).astimezone(interview.tz).replace(microsecond=0)


class Atom(Atom1Feed):
    """An Atom feed with whole texts, tombstones, and a date that stays the same until something changes."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:at": "http://purl.org/atompub/tombstones/1.0"}

    def latest_post_date(self) -> datetime:
        updated: datetime = self.feed["updated"]
        return updated

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for ref, when in self.feed.get("retracted", []):
            handler.addQuickElement("at:deleted-entry", None, {"ref": ref, "when": when.isoformat()})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item.get("language") else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        if item["description"]:
            handler.addQuickElement("content", item["description"], {"type": "html"})
