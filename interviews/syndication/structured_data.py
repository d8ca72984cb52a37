"""An interview as a LiveBlogPosting of schema.org, for search engines."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import to_locale

from interviews.models import Interview, Speaker, Turn
from interviews.models.archive.public_dates import published_at, with_public_dates

Absolute = Callable[[str], str]  # makes an address of this site absolute
Thing = dict[str, Any]

LOGO = "logo.png"  # search engines want no SVG
MAX_TURNS = 100  # all of a long interview would double the page's weight
IN_A_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def json_ld(thing: Thing) -> SafeString:
    """Write data that no browser runs, and that can't end the element, whatever was typed."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":")).translate(IN_A_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def live_blog(interview: Interview, turns: Iterable[Turn], absolute: Absolute) -> Thing:
    page = absolute(interview.get_absolute_url())
    published, changed = first_and_last_change(interview)
    started_at = interview.started_at or interview.starts_at
    speakers = list(interview.speakers.all())
    newest = newest_of(turns)
    return {"@context": "https://schema.org"} | thing(
        "LiveBlogPosting",
        id=page,
        url=page,
        mainEntityOfPage=thing("WebPage", id=page),
        headline=interview.headline,
        description=" ".join(interview.lede.split()),
        inLanguage=language_tag(interview.language),
        datePublished=iso(published, interview),
        dateModified=iso(changed, interview),
        coverageStartTime=iso(started_at, interview),
        coverageEndTime=iso(interview.ended_at, interview),
        image=portraits(speakers, absolute)
        or [photo for turn in newest for photo in photos(turn, absolute)][:1]
        or [logo(absolute)],
        author=one_or_many([person(speaker, absolute) for speaker in speakers if speaker.is_host]),
        publisher=one_or_many(publishers(interview, absolute)),
        about=thing(
            "Event",
            name=interview.headline,
            startDate=iso(started_at, interview),
            endDate=iso(interview.ended_at, interview),
            location=thing("VirtualLocation", url=page),
        ),
        liveBlogUpdate=[update(turn, interview, page, absolute) for turn in newest],
    )


def update(turn: Turn, interview: Interview, page: str, absolute: Absolute) -> Thing:
    address = f"{page}#turn-{turn.pk}"
    return thing(
        "BlogPosting",
        id=address,
        url=address,
        headline=turn.headline,
        articleBody=turn.text,
        datePublished=iso(turn.spoken_at, interview),
        dateModified=iso(turn.corrected_at or turn.spoken_at, interview),
        author=person(turn.speaker, absolute),
        image=photos(turn, absolute),
    )


def newest_of(turns: Iterable[Turn]) -> list[Turn]:
    published = [turn for turn in turns if turn.state == Turn.State.PUBLISHED]
    return sorted(published, key=lambda turn: (turn.spoken_at, turn.pk))[-MAX_TURNS:]


def first_and_last_change(interview: Interview) -> tuple[datetime | None, datetime | None]:
    """Return when readers first saw the page, or will see it, and when it last changed for them."""
    dates = with_public_dates(Interview.objects.filter(pk=interview.pk)).values_list("announced_at", "changed_at")
    announced_at, changed_at = dates.first() or (None, None)
    return published_at(announced_at, interview.started_at) or interview.starts_at, changed_at


def publishers(interview: Interview, absolute: Absolute) -> list[Thing]:
    named = [thing("Organization", name=one.name, url=one.url, logo=one.logo) for one in interview.publishers.all()]
    return named or [thing("Organization", name=settings.SITE_NAME, url=absolute("/"), logo=logo(absolute))]


def logo(absolute: Absolute) -> str:
    return absolute(static(LOGO))


def person(speaker: Speaker, absolute: Absolute) -> Thing:
    return thing("Person", name=speaker.person.name, url=url_of_person(speaker, absolute))


def url_of_person(speaker: Speaker, absolute: Absolute) -> str:
    return absolute(speaker.person.get_absolute_url()) if speaker.person.has_page else ""


def portraits(speakers: Iterable[Speaker], absolute: Absolute) -> list[str]:
    return [absolute(one.person.photo.url) for one in speakers if one.person.photo and not one.is_host]


def photos(turn: Turn, absolute: Absolute) -> list[str]:
    return [absolute(photo.url) for photo in turn.photos.all()]


def thing(type: str, id: str = "", **properties: Any) -> Thing:
    properties = {"@type": type, "@id": id} | properties
    return {name: value for name, value in properties.items() if value not in ("", None, [])}


def one_or_many(things: list[Thing]) -> Thing | list[Thing]:
    return things[0] if len(things) == 1 else things


def iso(at: datetime | None, interview: Interview) -> str | None:
    return at.astimezone(interview.tz).isoformat(timespec="seconds") if at else None


def language_tag(language: str) -> str:
    """Return the language as BCP 47 writes it: zh-Hans."""
    return to_locale(language).replace("_", "-")
