"""The form of a page as interviews/imports/copied_page.py reads it: what is written here can be imported again.

It has no room for headings, photos and corrections, for the date of a turn more than half a day after the one before,
and a paragraph that looks like a time can't be told from one.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from interviews.imports.copied_page import OLD_ID, ROLES
from interviews.models import Speaker, Turn
from interviews.rendering.clocks import speaks_chinese

from .contents import Contents

CHINESE_WORDS = {"here": "您当前位置:首页", "date": "日期:", "hosts": " 主持人:", "and": "、", "clock": "【%H:%M:%S】"}
ENGLISH_WORDS = {"here": "Home", "date": "Date: ", "hosts": " Host: ", "and": ", ", "clock": "[%H:%M:%S]"}


def write(contents: Contents) -> str:
    words = CHINESE_WORDS if speaks_chinese() else ENGLISH_WORDS
    blocks = [*head(contents, words), *turns(contents, words), *cards(contents)]
    old_id = contents.interview.old_id or ""
    return "\n\n".join([*blocks, *([old_id] if OLD_ID.fullmatch(old_id) else [])]) + "\n"


def head(contents: Contents, words: dict[str, str]) -> Iterator[str]:
    if contents.section:
        yield " >>".join([words["here"], *contents.section])
        yield contents.section[-1]
    yield contents.interview.headline
    hosts = words["and"].join(host.person.name for host in contents.hosts)
    date = f"{words['date']}{contents.date:%Y-%m-%d}" if contents.date else ""
    yield (date + (f"{words['hosts']}{hosts}" if hosts else "")).strip()


def turns(contents: Contents, words: dict[str, str]) -> Iterator[str]:
    names = {speaker.pk: name_of(speaker, contents.hosts) for speaker in contents.speakers}
    last = None
    for turn in contents.published:
        at = timezone.localtime(turn.spoken_at).replace(microsecond=0)
        yield "\n\n".join([f"  • {clock(at, last, words)}", f"    {names[turn.speaker_id]}", said(turn)])
        last = at


def clock(at: datetime, last: datetime | None, words: dict[str, str]) -> str:
    """The time; with its offset where the clock shows it twice, and the turn before it doesn't tell which is meant."""
    is_clear = not at.fold or (last is not None and at.replace(fold=0).timestamp() < last.timestamp())
    return at.strftime(words["clock"] if is_clear else words["clock"].replace("%S", f"%S UTC{at.isoformat()[-6:]}"))


def said(turn: Turn) -> str:
    return "\n".join(f"    {paragraph}" for paragraph in turn.paragraphs)


def name_of(speaker: Speaker, hosts: list[Speaker]) -> str:
    is_role = hosts == [speaker] and speaker.label.casefold() in ROLES
    return speaker.label if is_role or not speaker.is_host else speaker.person.name


def cards(contents: Contents) -> Iterator[str]:
    for guest in contents.guests:
        yield "\n\n".join([*contents.section[-1:], guest.label, guest.label, *about(guest)])


def about(guest: Speaker) -> Iterator[str]:
    """Title and organisation of that day, unless the bio says the same."""
    bio = guest.person.bio.strip()
    title = guest.title if guest.title != bio.rstrip("。") else ""
    organisation = guest.organisation if guest.organisation not in bio else ""
    lines = list(filter(None, [" · ".join(filter(None, [title, organisation])), bio]))
    yield from ["\n".join(lines)] if lines else []
