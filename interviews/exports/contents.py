from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from interviews.models import Interview, Speaker, Turn
from interviews.rendering import frames
from interviews.syndication.structured_data import Absolute


@dataclass(frozen=True)
class Contents:
    """All that a file is made of: nothing in it is unpublished, and of what was retracted nothing may be written."""

    interview: Interview
    speakers: list[Speaker]
    turns: list[Turn]  # published and retracted, in the order of the talk
    absolute: Absolute

    @property
    def published(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.state == Turn.State.PUBLISHED]

    @property
    def hosts(self) -> list[Speaker]:
        return [speaker for speaker in self.speakers if speaker.is_host]

    @property
    def guests(self) -> list[Speaker]:
        return [speaker for speaker in self.speakers if not speaker.is_host]

    @property
    def section(self) -> list[str]:
        return [section.name for section in self.interview.section.path] if self.interview.section else []

    @property
    def summary(self) -> str:
        return self.interview.summary if self.interview.status == Interview.Status.ENDED else ""

    @property
    def date(self) -> datetime | None:
        first = self.published[0].spoken_at if self.published else self.interview.date
        return first and timezone.localtime(first)


def post_of(speaker: Speaker) -> str:
    return " · ".join(filter(None, [speaker.title, speaker.organisation]))


Write = Callable[[Contents], str]


def contents_of(interview: Interview, absolute: Absolute) -> Contents:
    speakers = interview.speakers.select_related("host", "guest")
    return Contents(interview, list(speakers), list(frames.turns_of(interview)), absolute)
