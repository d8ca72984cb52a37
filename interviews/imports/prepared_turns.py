"""Questions that were written before, pasted as they are, become turns of the queue.

    主持人：各位网友大家好。       who says it, by label or name, and what
    今天我们来谈谈东河。           its further paragraphs
                                 an empty line ends a turn
    （一）河水怎样变清？           who names nobody speaks for the default speaker
    2、花了多少时间？              there a number begins a turn as well; numbers are dropped

Where no line is empty and nobody is named each line is a turn. A topic may stand before a colon as well as a name: in a
script that names its speakers, or if it comes twice, it is taken for a name, and who has no seat is a mistake.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interviews.models import Speaker
from interviews.models.values.chinese import IDEOGRAPHS
from interviews.models.values.text import MAX_TEXT_CHARACTERS

from .copied_page import ROLES
from .page_lines import Line, numbered
from .transcript import Problem

MAX_TURNS = 200
NUMERAL = "[一二三四五六七八九十]"
NUMBER = re.compile(
    rf"^(?:[(（]?(?:\d{{1,3}}|{NUMERAL}{{1,3}})[)）、](?!\d|{NUMERAL})"  # 1) 1、 （一） but no 一、二号
    r"|\d{1,3}[.．](?!\d)"  # 1. but no 1.5
    r"|[①-⑳]"
    r"|(?:Q|问题?)\s*\d{1,3}\s*[.．、)）:：])\s*",
    re.I,
)
LABEL = re.compile(r"([^:：]{1,100}?)\s*[:：]\s*(.*)")
ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]$")  # 陈安（工程师）：
NAME_LIKE = re.compile(
    rf"[{IDEOGRAPHS}]{{1,5}}[A-Z\d]{{0,2}}|[{IDEOGRAPHS}]+(?:·[{IDEOGRAPHS}]+)+"
    r"|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2}"
)


class Part(NamedTuple):
    """One line: what stands before its colon, which speaker that is, and the words after it."""

    line: Line
    label: str
    speaker: Speaker | None
    words: str


@dataclass
class WrittenTurn:
    line: Line  # where it begins
    speaker: Speaker
    is_named: bool
    paragraphs: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def parse(script: str, speakers: Iterable[Speaker], default: Speaker) -> list[WrittenTurn]:
    """ValidationError names each line that has no place."""
    names = names_of(list(speakers))
    lines = numbered(script)
    parts = [part_of(line, names) for line in lines]
    turns = turns_of(parts, default)
    problems = [*strangers(parts, names), *too_short_or_long(turns)]
    if not turns:
        problems.append(Problem(0, "", _("There is nothing in it.")))
    if len(turns) > MAX_TURNS:
        message = _("These are more than %(most)d turns: take them in parts.")
        problems.append(Problem(0, "", message % {"most": MAX_TURNS}))
    if problems:
        raise ValidationError({"script": [str(problem) for problem in sorted(problems)]})
    return turns


def names_of(speakers: list[Speaker]) -> dict[str, Speaker]:
    """Speakers by everything that a text may call them; a name that two share stands for neither."""
    shared = Counter(speaker.person.name for speaker in speakers)
    hosts = [speaker for speaker in speakers if speaker.is_host]
    names = dict.fromkeys(ROLES, hosts[0]) if len(hosts) == 1 else {}
    names |= {speaker.person.name.casefold(): speaker for speaker in speakers if shared[speaker.person.name] == 1}
    return names | {speaker.label.casefold(): speaker for speaker in speakers}


def part_of(line: Line, names: dict[str, Speaker]) -> Part:
    words = unnumbered(line.text)
    label, said = match.groups() if (match := LABEL.fullmatch(words)) else ("", "")
    name = ASIDE.sub("", label)
    speaker = names.get(label.casefold()) or names.get(name.casefold())
    return Part(line, name, speaker, unnumbered(said) if speaker else words)


def unnumbered(text: str) -> str:
    return NUMBER.sub("", text) or text


def turns_of(parts: list[Part], default: Speaker) -> list[WrittenTurn]:
    has_gaps = "\n\n" in "\n".join(part.line.text for part in parts).strip()
    each_line = not has_gaps and not any(part.speaker for part in parts)
    turns: list[WrittenTurn] = []
    is_apart = True
    for line, _label, speaker, words in parts:
        if not line.text:
            is_apart = not turns or bool(turns[-1].paragraphs)  # a name may stand alone above a gap
            continue
        if speaker:
            turns.append(WrittenTurn(line, speaker, True, [words] if words else []))
        elif is_apart or (NUMBER.match(line.text) and not turns[-1].is_named):
            turns.append(WrittenTurn(line, default, False, [words]))
        else:
            turns[-1].paragraphs.append(line.text)
        is_apart = each_line
    return turns


def strangers(parts: list[Part], names: dict[str, Speaker]) -> Iterator[Problem]:
    has_names = any(part.speaker for part in parts)
    times = Counter(part.label for part in parts)
    known = ", ".join(dict.fromkeys(speaker.label for speaker in names.values()))
    for line, label, speaker, _words in parts:
        if not speaker and NAME_LIKE.fullmatch(label) and (has_names or times[label] > 1):
            message = _("begins with “%(label)s”, who has no seat here; these have one: %(known)s")
            yield Problem(*line, message % {"label": label, "known": known})


def too_short_or_long(turns: list[WrittenTurn]) -> Iterator[Problem]:
    for turn in turns:
        if not turn.text:
            yield Problem(*turn.line, _("has a speaker who says nothing"))
        if len(turn.text) > MAX_TEXT_CHARACTERS:
            yield Problem(*turn.line, _("is longer than %(longest)d characters") % {"longest": MAX_TEXT_CHARACTERS})
