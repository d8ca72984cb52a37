"""CommonMark. Typed text stays as it is; only addresses become links."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from interviews.models import Speaker, Turn
from interviews.rendering.clocks import clock, clock_or_date, day, zone
from interviews.syndication.structured_data import Absolute

from .contents import Contents, post_of

URL = re.compile(r"(https?://[^\s<>\x80-\U0010ffff]*[\w/=&#%-])", re.ASCII)  # not what ends the sentence
MARKUP = re.compile(r"([\\`*_\[\]<>|~&!])")
BEGINS_A_BLOCK = re.compile(r"^(\d*)([#+=:.)-])")


def write(contents: Contents) -> str:
    blocks = [*head(contents), *(block for turn in contents.turns for block in blocks_of(turn, contents.absolute))]
    return "\n\n".join(blocks) + "\n"


def head(contents: Contents) -> Iterator[str]:
    yield f"# {inline(contents.interview.headline)}"
    yield "\n".join(f"- {inline(line)}" for line in facts(contents))
    yield from paragraphs(contents.interview.lede)
    if contents.summary:
        yield f"## {_('Summary')}"
        yield from paragraphs(contents.summary)
    yield "---"


def facts(contents: Contents) -> Iterator[str]:
    if date := contents.interview.date:
        yield _("Date: ") + day(date)
        yield _("All times: ") + zone(date, contents.interview)
    if hosts := contents.hosts:
        yield ngettext("Host: ", "Hosts: ", len(hosts)) + named(hosts)
    if guests := contents.guests:
        yield ngettext("Guest: ", "Guests: ", len(guests)) + named(guests)
    yield contents.absolute(contents.interview.get_absolute_url())


def named(speakers: Iterable[Speaker]) -> str:
    between = pgettext("between names", ", ")
    return between.join(f"{one.person.name} ({post_of(one)})" if post_of(one) else one.person.name for one in speakers)


def blocks_of(turn: Turn, absolute: Absolute) -> Iterator[str]:
    is_shown = turn.state == Turn.State.PUBLISHED
    if turn.heading and is_shown:
        yield f"## {inline(turn.heading)}"
    yield f"**{inline(turn.speaker.label)}** {clock(timezone.localtime(turn.spoken_at))}"
    yield from said(turn, absolute) if is_shown else [retracted(turn.retracted_at or turn.spoken_at, turn)]


def said(turn: Turn, absolute: Absolute) -> Iterator[str]:
    yield from paragraphs(turn.text)
    for photo in turn.photos.all():
        yield f"![{inline(photo.alt)}](<{absolute(photo.url)}>)"


def retracted(at: datetime, turn: Turn) -> str:
    return _("This turn was retracted at %(at)s.") % {"at": clock_or_date(at, turn.spoken_at)}


def paragraphs(text: str) -> Iterator[str]:
    for line in filter(None, map(str.strip, text.splitlines())):
        yield BEGINS_A_BLOCK.sub(r"\1\\\2", inline(line))


def inline(text: str) -> str:
    parts = URL.split(text)
    return "".join(f"<{part}>" if URL.fullmatch(part) else MARKUP.sub(r"\\\1", part) for part in parts)
