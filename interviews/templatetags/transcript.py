"""Show times, links and names of a transcript."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import Urlizer, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from interviews.models import Interview, Speaker, Turn
from interviews.rendering.clocks import clock, clock_or_date, day, exact_time, which, zone, zones

from .names import lang

register = template.Library()
for of_local_time in (clock, day, exact_time, zone, zones):
    register.filter(expects_localtime=True)(of_local_time)
register.filter(clock_or_date)


MIN_TURNS_IN_STRETCHES = 300
TURNS_IN_A_STRETCH = 25


class _Links(Urlizer):
    # Chinese has no space after an address, so any character that an address would have to encode ends it.
    word_split_re = re.compile(r"""([\s<>"']+|[^\x00-\x7f]+)""")


# Looking at each word for an address is slow, and most texts have none.
MAY_HAVE_LINK = re.compile(r"https?:|mailto:|www\.|@|\.(com|edu|gov|int|mil|net|org)\b", re.IGNORECASE)
links = _Links()


@register.filter
def linked(text: str) -> SafeString:
    """Escape the text, and make links of its addresses."""
    if not MAY_HAVE_LINK.search(text):
        return escape(text)
    return mark_safe(links(str(text), nofollow=True, autoescape=True))


@register.filter
def paragraphs(text: str, around: str = "") -> SafeString:
    """Make each line a paragraph with its own language, if that isn't the one around it, and direction."""
    return format_html_join("", "<p{}>{}</p>", ((lang(line, around), linked(line)) for line in text.split("\n")))


@register.filter(expects_localtime=True)
def spoken(at: datetime) -> SafeString:
    # one filter for both, so that the zone is converted once
    return format_html('<time datetime="{}">{}</time>', iso(at), clock(at))


@register.filter
def happened(at: datetime, spoken_at: datetime) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', iso(timezone.localtime(at)), clock_or_date(at, spoken_at))


@register.filter(expects_localtime=True)
def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")  # a `datetime` attribute may have no microseconds


@register.filter(expects_localtime=True)
def comes_twice(at: datetime) -> list[tuple[str, str, bool]]:
    """Return the two that a clock shows alike in the hour put back, each with whether it is this one."""
    assert isinstance(at.tzinfo, ZoneInfo)
    return [(fold, words, fold == str(at.fold)) for fold, words in which(at.replace(tzinfo=None), at.tzinfo)]


@register.filter(expects_localtime=True)
def exactly(at: datetime) -> str:
    return at.isoformat()


@register.simple_tag
def new_key() -> uuid.UUID:
    return uuid.uuid4()  # a form that is sent twice counts once


@register.filter
def stretches(turns: Sequence[Turn]) -> list[list[Turn]]:
    """Return the turns in parts that a browser leaves out of its layout as a whole while they are far away.

    A transcript that isn't long is one part: the first change in a part of several counts as a shift in Chromium.
    """
    turns = list(turns)
    if len(turns) < MIN_TURNS_IN_STRETCHES:
        return [turns]
    return [turns[n : n + TURNS_IN_A_STRETCH] for n in range(0, len(turns), TURNS_IN_A_STRETCH)]


@register.filter
def hosts(interview: Interview) -> list[Speaker]:
    return [speaker for speaker in interview.speakers.all() if speaker.is_host]


@register.filter
def guests(interview: Interview) -> list[Speaker]:
    return [speaker for speaker in interview.speakers.all() if not speaker.is_host]
