"""What the lines of a copied page are: the fields above the turns, a time with its lines, a guest's card."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from interviews.models.values.text import tidy

FIELDS = {"日期": "date", "date": "date", "主持人": "hosts", "host": "hosts"}
HOME = ("首页", "主页", "home")

CRUMB = re.compile(r"\s*(?:>+|＞+|»|›)\s*")
FIELD = re.compile(r"(日期|date|主持人|host)s?\s*[:：]\s*(.*?)\s*(?=(?:日期|date|主持人|hosts?)\s*[:：]|$)", re.I)
MARK = re.compile(r"(?:[•●·*-]\s*)?[【\[［]\s*(\d[\d\s]*[:：;；点时h][^】\]］]*?)\s*[】\]］]\s*(.*)", re.I)
SENTENCE = re.compile(r"[。！？；，…!?;]")  # no name has these


class Line(NamedTuple):
    number: int
    text: str


class Utterance(NamedTuple):
    """A time and the lines under it."""

    mark: Line
    clock: str
    lines: list[Line]


class Card(NamedTuple):
    name: Line
    bio: str


def numbered(text: str) -> list[Line]:
    """Number the lines as an editor does."""
    return [Line(number, tidy(line)) for number, line in enumerate(text.splitlines(), 1)]


def lines_of(text: str) -> list[Line]:
    """Return the lines without those that mean nothing."""
    return [line for line in numbered(text) if line.text not in ("", "•")]


def utterances_of(lines: list[Line]) -> tuple[list[Line], list[Utterance]]:
    """The lines above the first time, and each time with the lines under it."""
    head: list[Line] = []
    utterances: list[Utterance] = []
    for line in lines:
        if mark := MARK.fullmatch(line.text):
            beside = [Line(line.number, mark[2])] if mark[2] else []
            utterances.append(Utterance(line, mark[1], beside))
        else:
            (utterances[-1].lines if utterances else head).append(line)
    return head, utterances


def fields_of(line: Line) -> dict[str, Line]:
    """The fields of a line such as “日期:2026-05-04 主持人:林悦”; empty for any other line."""
    found = FIELD.findall(line.text) if FIELD.match(line.text) else []
    return {FIELDS[name.casefold()]: Line(line.number, value) for name, value in found}


def crumbs(line: Line) -> list[str]:
    """The sections of a breadcrumb, without “you are here:” and the front page."""
    first, *rest = [crumb for crumb in CRUMB.split(line.text) if crumb]
    first = re.split("[:：]", first)[-1].strip()
    return rest if first.casefold() in HOME else [first, *rest]


def begins_a_card(lines: list[Line], section: list[str]) -> bool:
    # A card begins with the section's name, or with a name that stands twice.
    first = lines[0].text
    return first in section[-1:] or (len(lines) > 1 and lines[1].text == first and not SENTENCE.search(first))


def cards_of(lines: list[Line], section: list[str]) -> Iterator[Card]:
    starts = [i for i in range(len(lines)) if begins_a_card(lines[i:], section)]
    for start, end in pairwise([*starts, len(lines)]):
        card = [line for line in lines[start:end] if line.text not in section[-1:]]
        if card:
            name, *bio = card
            if bio and bio[0].text == name.text:
                bio = bio[1:]
            yield Card(name, "\n".join(line.text for line in bio))
