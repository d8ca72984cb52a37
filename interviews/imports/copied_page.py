"""The text of a page, copied as it is, becomes a transcript.

    您当前位置:首页 >>嘉宾访谈 >>访谈直播     the way to the section          may be missing
    访谈直播                                  the section                     may be missing
    河水怎样变清                              the headline
    日期:2026-05-04 主持人:林悦               the date and the host
    • 【12:00:00】                            a turn: its time,
    主持人                                    its speaker, by role or name,
    各位好。                                  its paragraphs, one a line
    访谈直播                                  a guest's card: the section,    may be missing
    陈安                                      the name,
    陈安                                      again as the photo's caption,   may be missing below the section
    河道工程师。                              and who that is                 may be missing
    0100703200100000                          the page's old id               may be missing

Blank lines and spaces around a line mean nothing; colons and brackets may be full-width or ASCII, the words English.
Turns stand in the order of their times: a time half a day before the last one is past midnight, one that is a little
before it is a mistake in the file. In the hour that a clock shows twice the order tells which is meant, unless an
offset does: 【01:30:00 UTC+00:00】. A page with cards names all its guests there; without any card whoever speaks is a
guest. Nothing is passed over in silence: a file with a line that has no place isn't imported.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from interviews.models.values.chinese import ideographs_in
from interviews.models.values.local_times import moments, nearest, to_the_second
from interviews.models.values.text import MAX_TEXT_CHARACTERS, tidy

from .page_lines import (
    CRUMB,
    SENTENCE,
    Card,
    Line,
    Utterance,
    begins_a_card,
    cards_of,
    crumbs,
    fields_of,
    lines_of,
    utterances_of,
)
from .transcript import Problem, Seat, SpokenTurn, Transcript, TranscriptError

ROLES = {"主持人": "主持人", "host": "Host"}
NOON = time(12)
PAST_MIDNIGHT_HOURS = 12  # back from one turn to the next
MAX_HEADLINE_CHARACTERS, MAX_NAME_CHARACTERS = 200, 100

DATE = re.compile(r"([12]\d{3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?(?:\s*UTC([+-]\d{2}:\d{2}))?")
NAME_AND_TEXT = re.compile(r"([^:：]+?)\s*[:：]\s*(.*)")
BETWEEN_NAMES = re.compile(r"\s*[、,，;；/]\s*")
OLD_ID = re.compile(r"\d{16,100}")
WORD = re.compile(r"[A-Za-z]+")


def parse(text: str, *, timezone: str = "Asia/Shanghai", language: str = "") -> Transcript:
    return _Page(text).transcript(timezone, language or guess_language(text))


def guess_language(text: str) -> str:
    return "zh-hans" if ideographs_in(text) > len(WORD.findall(text)) else "en"


class _Page:
    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.labels: dict[str, str] = {}  # of the speakers, by every name that the page may use for them
        lines = lines_of(text)
        self.old_id = lines.pop().text if lines and OLD_ID.fullmatch(lines[-1].text) else ""
        self.head, self.utterances = utterances_of(lines)
        if not self.utterances:
            self.problems.append(
                Problem(0, "", _("There is no turn: none of the lines is a time such as 【12:00:00】."))
            )

    def transcript(self, timezone: str, language: str) -> Transcript:
        day, hosts = self.day_and_hosts()
        section, headline = self.titles()
        cards = list(cards_of(self.below_the_turns(section), section))
        spoken = [self.spoken(utterance) for utterance in self.utterances]
        times = list(self.times(day, ZoneInfo(timezone)))
        seats = self.seats(hosts, cards, [name for name, _text in spoken])
        if self.problems:
            raise TranscriptError(self.problems)
        turns = [
            SpokenTurn(at, self.labels[name.text.casefold()], text)
            for at, (name, text) in zip(times, spoken, strict=True)
        ]
        return Transcript(headline, day, timezone, language, tuple(section), tuple(seats), tuple(turns), self.old_id)

    def wrong(self, line: Line, message: str) -> None:
        self.problems.append(Problem(*line, message))

    def day_and_hosts(self) -> tuple[date, list[Line]]:
        """Take the lines from the date on out of the head."""
        start = next((i for i, line in enumerate(self.head) if "date" in fields_of(line)), len(self.head))
        self.head, lines = self.head[:start], self.head[start:]
        fields: dict[str, Line] = {}
        for line in lines:
            if not fields_of(line):
                self.wrong(line, _("stands before the first time"))
            fields |= fields_of(line)
        hosts = fields.get("hosts", Line(0, ""))
        names = [Line(hosts.number, name) for name in BETWEEN_NAMES.split(hosts.text) if name]
        return self.day(fields.get("date")), names

    def day(self, line: Line | None) -> date:
        if not line:
            self.problems.append(Problem(0, "", _("There is no date: a line such as “日期:2026-05-04 主持人:林悦”.")))
            return date.min
        try:
            match = DATE.fullmatch(line.text)
            return date(*map(int, match.groups())) if match else date(0, 0, 0)
        except ValueError:
            self.wrong(line, _("is not a date"))
            return date.min

    def titles(self) -> tuple[list[str], str]:
        """The section's path and the headline, from at most three lines: the way to it, the section's name, the
        headline."""
        lines = list(self.head)
        path = crumbs(lines.pop(0)) if len(lines) > 1 and CRUMB.search(lines[0].text) else []
        if len(lines) > 1 and (not path or lines[0].text == path[-1]):
            path = path or [lines[0].text]
            lines = lines[1:]
        for name in path:
            self.check_length(Line(self.head[0].number, name), MAX_NAME_CHARACTERS)
        if not lines:
            self.problems.append(Problem(0, "", _("There is no headline: it stands above the date.")))
            return path, ""
        self.check_length(lines[0], MAX_HEADLINE_CHARACTERS)
        for line in lines[1:]:
            self.wrong(line, _("has no place: the line before the date is the headline"))
        return path, lines[0].text

    def check_length(self, line: Line, longest: int) -> None:
        if len(line.text) > longest:
            self.wrong(line, _("is longer than %(longest)d characters") % {"longest": longest})

    def below_the_turns(self, section: list[str]) -> list[Line]:
        """Take the lines from the first card on out of the last turn."""
        lines = self.utterances[-1].lines if self.utterances else []
        start = next((i for i in range(1, len(lines)) if begins_a_card(lines[i:], section)), len(lines))
        below = lines[start:]
        del lines[start:]
        return below

    def spoken(self, utterance: Utterance) -> tuple[Line, str]:
        """The speaker and the words. A name may share a line with the first words, with a colon between them."""
        if not utterance.lines:
            self.wrong(utterance.mark, _("has no speaker"))
            return Line(0, ""), ""
        name, *rest = utterance.lines
        paragraphs = [line.text for line in rest]
        if match := NAME_AND_TEXT.fullmatch(name.text):
            name, paragraphs = Line(name.number, match[1]), [match[2], *paragraphs]
        text = tidy("\n".join(paragraphs))
        if not text:
            self.wrong(utterance.mark, _("has a speaker who says nothing"))
        if len(text) > MAX_TEXT_CHARACTERS:
            self.wrong(utterance.mark, _("is longer than %(longest)d characters") % {"longest": MAX_TEXT_CHARACTERS})
        return name, text

    def times(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        last = datetime.combine(day, time.min, zone)
        for utterance in self.utterances:
            clock, offset = self.clock(utterance) or (last.time(), "")
            shown = date_and_time(clock, last)
            there = [at for at in moments(shown, zone) if offset in ("", f"{at:%z}")]
            if not there:
                self.wrong(utterance.mark, left_out(shown, zone))
            elif there[-1].timestamp() < last.timestamp():  # in one zone Python compares what the clock shows
                self.wrong(utterance.mark, _("is earlier than the time before it"))
            last = next((at for at in there if at.timestamp() >= last.timestamp()), (there or [last])[-1])
            yield last

    def clock(self, utterance: Utterance) -> tuple[time, str] | None:
        """The time, and the offset beside it: "+0100", or empty."""
        try:
            match = TIME.fullmatch(utterance.clock)
            hour, minute, second, offset = match.groups("") if match else ("24", "", "", "")
            return time(int(hour), int(minute), int(second or 0)), offset.replace(":", "")
        except ValueError:
            self.wrong(utterance.mark, _("is not a time"))
            return None

    def seats(self, hosts: list[Line], cards: list[Card], speakers: list[Line]) -> list[Seat]:
        spoken = [name.text.casefold() for name in speakers if name.text]
        seats: list[Seat] = []
        for name in hosts:
            role = "" if seats else next((ROLES[word] for word in spoken if word in ROLES), "")
            label = role or name.text
            seats.append(self.seat(name, Seat(label, name.text, is_host=True)))
        if seats:
            self.labels |= dict.fromkeys(ROLES, seats[0].label)
        seats += [self.seat(name, Seat(name.text, name.text, is_host=False, bio=bio)) for name, bio in cards]
        return seats + list(self.unknown(speakers, any_name=not cards))

    def seat(self, name: Line, seat: Seat) -> Seat:
        self.check_length(name, MAX_NAME_CHARACTERS)
        if SENTENCE.search(name.text) or name.text.casefold() in ROLES:
            self.wrong(name, _("is not a name"))
        if name.text.casefold() in self.labels:
            self.wrong(name, _("has a seat already"))
        self.labels[name.text.casefold()] = seat.label
        return seat

    def unknown(self, speakers: list[Line], any_name: bool) -> Iterator[Seat]:
        """Speakers without a card: guests if the page has no cards at all, faults if it has some."""
        for name in speakers:
            if not name.text or name.text.casefold() in self.labels:
                continue
            if any_name and name.text.casefold() not in ROLES:
                yield self.seat(name, Seat(name.text, name.text, is_host=False))
            else:
                self.wrong(name, self.nobody(name.text))

    def nobody(self, name: str) -> str:
        if name.casefold() in ROLES:
            return _("speaks, but no name is given beside the date")
        near = difflib.get_close_matches(name, list(dict.fromkeys(self.labels.values())), cutoff=0.5)
        if near:
            return _("has no card on this page: is it %(names)s?") % {"names": _(" or ").join(near)}
        return _("has no card on this page, where these speak: %(names)s") % {
            "names": ", ".join(dict.fromkeys(self.labels.values()))
        }


def date_and_time(clock: time, last: datetime) -> datetime:
    """Return what the clock shows, without a zone: on the day of the turn before it, or past midnight on the next."""
    if last.hour - clock.hour < PAST_MIDNIGHT_HOURS:
        return datetime.combine(last, clock)
    next_day = last.date() + timedelta(days=1)
    is_skipped = not moments(datetime.combine(next_day, NOON), last.tzinfo)  # type: ignore[arg-type]
    return datetime.combine(next_day + timedelta(days=is_skipped), clock)


def left_out(shown: datetime, zone: ZoneInfo) -> str:
    if moments(shown, zone):
        return _("has another offset than the clock had then")
    before, after = nearest(shown, zone)
    words = {"day": f"{shown:%Y-%m-%d}", "before": to_the_second(before), "after": to_the_second(after)}
    return _("never came on %(day)s: clocks went from %(before)s to %(after)s") % words
