"""A page as data, and its faults."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

NAMESPACE = uuid.UUID("5c1a7b0e-0b4f-4c59-9f0e-3f3f1f3ad1b6")  # what the keys of imported turns are derived from
MAX_TITLE_CHARACTERS = 200


class Problem(NamedTuple):
    line: int  # 0: of the file as a whole
    text: str
    message: str

    def __str__(self) -> str:
        if not self.line:
            return self.message
        text = self.text if len(self.text) <= 60 else f"{self.text[:60]}…"
        return _('line %(line)d: "%(text)s" %(message)s') % {"line": self.line, "text": text, "message": self.message}


class TranscriptError(Exception):
    """All faults of a file, not just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Seat:
    label: str
    name: str
    is_host: bool
    bio: str = ""

    @property
    def title(self) -> str:
        title = self.bio.rstrip("。")
        return title if "\n" not in title and len(title) <= MAX_TITLE_CHARACTERS else ""


@dataclass(frozen=True)
class SpokenTurn:
    spoken_at: datetime
    label: str
    text: str


@dataclass(frozen=True)
class Transcript:
    headline: str
    date: date
    timezone: str
    language: str
    section: tuple[str, ...]
    seats: tuple[Seat, ...]
    turns: tuple[SpokenTurn, ...]
    old_id: str

    @property
    def paragraphs(self) -> int:
        return sum(turn.text.count("\n") + 1 for turn in self.turns)

    @property
    def keys(self) -> list[uuid.UUID]:
        """Keys of the turns: the same for the same page, others for a page that differs anywhere."""
        seats = [f"{seat.label}: {seat.name}: {seat.bio}" for seat in self.seats]
        turns = [f"{turn.spoken_at.isoformat()} {turn.label}: {turn.text}" for turn in self.turns]
        page = uuid.uuid5(NAMESPACE, "\n\n".join([self.old_id, self.headline, *self.section, *seats, *turns]))
        return [uuid.uuid5(page, str(number)) for number in range(len(turns))]
