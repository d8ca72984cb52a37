"""What a newcomer finds: four interviews by invented people, one of them live while the server runs."""

import logging
import threading
import tomllib
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import OperationalError, close_old_connections, transaction
from django.utils import timezone

from interviews.models import (
    Conflict,
    Guest,
    Host,
    Interview,
    NotNow,
    Person,
    Publisher,
    Section,
    Suggestion,
    Turn,
    User,
)

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
SECOND_THOUGHT_SECONDS = 3  # until a turn of the broadcast is marked, corrected or retracted
INTERVAL_SECONDS = 15  # between the end of the broadcast and its next beginning

Script = dict[str, Any]
"""One of the .toml files beside this module."""


def scripts() -> list[Script]:
    return [tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))]


def load() -> Interview:
    """Make what is missing, and return the interview to broadcast."""
    for script in scripts():
        with transaction.atomic():
            interview = Interview.objects.filter(slug=script["slug"]).first() or _make(script)
        if script["state"] == "live":
            live = interview
    return live


def _make(script: Script) -> Interview:
    interview = Interview.objects.create(
        **{name: script[name] for name in ("slug", "headline", "language", "timezone", "lede")},
        summary=script.get("summary", ""),
        section=_section(script["sections"]),
        starts_at=_beginning(script),
    )
    interview.publishers.set(Publisher.objects.get_or_create(name=name)[0] for name in script["publishers"])
    several = len(script["hosts"]) > 1
    for entry in script["hosts"]:
        interview.seat(_person(Host, entry), label=entry["name"] if several else "")
    for entry in script["guests"]:
        interview.seat(_person(Guest, entry))
    if interview.lacks_approval:
        interview.submit()
        interview.approve()
    if script["state"] == "ended":
        _tell(interview, script)
    else:
        interview.announce()
    return interview


def _section(names: list[str]) -> Section:
    section = None
    for name in names:
        section, _ = Section.objects.get_or_create(name=name, parent=section)
    assert section
    return section


def _beginning(script: Script) -> datetime:
    zone = ZoneInfo(script["timezone"])
    day = timezone.now().astimezone(zone).date() + timedelta(days=script["day"])
    at = time.fromisoformat(script["at"]) if "at" in script else timezone.now().astimezone(zone).time()
    return datetime.combine(day, at, zone)


def _person(model: type[Host] | type[Guest], entry: Script) -> Person:
    fields = {name: entry[name] for name in ("name", "title", "organisation", "bio")}
    person, is_new = model.objects.get_or_create(slug=entry["slug"], defaults=fields)
    if is_new:
        portrait = (FOLDER / "portraits" / entry["portrait"]).read_bytes()
        person.photo.save(entry["portrait"], ContentFile(portrait))
    return person


def _tell(interview: Interview, script: Script) -> None:
    at = interview.starts_at
    assert at
    interview.go_live(at=at)
    for line in script["turns"]:
        at += timedelta(seconds=line["pause"])
        speaker = interview.speakers.get(label=line["speaker"])
        interview.say(speaker, line["text"], spoken_at=at, heading=line.get("heading", ""))
    interview.end(at=at + timedelta(seconds=10))


class Broadcast(threading.Thread):
    """Types the live script as an editor would, turn by turn, over and over, until it is stopped."""

    def __init__(self, interview: Interview, editor: User) -> None:
        super().__init__(name="broadcast", daemon=True)
        self._interview = interview
        self._editor = editor
        self._script = next(script for script in scripts() if script["slug"] == interview.slug)
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._stopped.is_set():
                self._do(lambda: rewind(self._interview))
                self._do(lambda: self._interview.go_live(by=self._editor))
                for line in self._script["turns"]:
                    self._type(line)
                self._do(lambda: self._interview.end(waiting="keep", by=self._editor))
                self._stopped.wait(INTERVAL_SECONDS)
        finally:
            close_old_connections()

    def _type(self, line: Script) -> None:
        self._stopped.wait(line["pause"])
        key = uuid.uuid4()
        speaker = self._do(lambda: self._interview.speakers.get(label=line["speaker"]))
        turn: Turn = self._do(lambda: self._interview.say(speaker, line["text"], key=key, by=self._editor))
        if "heading" in line:
            self._stopped.wait(SECOND_THOUGHT_SECONDS)
            self._do(lambda: turn.mark(line["heading"], by=self._editor))
        if "corrected" in line:
            self._stopped.wait(SECOND_THOUGHT_SECONDS)
            self._do(lambda: turn.correct(version=turn.version, text=line["corrected"], by=self._editor))
        if "retracted" in line:
            self._stopped.wait(SECOND_THOUGHT_SECONDS)
            self._do(lambda: turn.retract(reason=line["retracted"], by=self._editor))

    def _do(self, verb: Callable[[], Any]) -> Any:
        # Try again until it is acknowledged: the same key makes it one turn however often.
        while not self._stopped.is_set():
            try:
                return verb()
            except (NotNow, Conflict) as error:
                return logger.info("A visitor was quicker than the broadcast: %s", error)
            except OperationalError as error:
                logger.warning("The broadcast waits for the database: %s", error)
                close_old_connections()
                self._stopped.wait(1)
        raise SystemExit  # of this thread alone


def rewind(interview: Interview) -> None:
    """Set the interview back to before its start, under a new epoch so that open pages begin again.

    For the demo alone.
    """
    with interview.locked():
        interview.pinned = None
        interview.started_at = interview.ended_at = None
        interview.status = Interview.Status.SCHEDULED
        interview.seq, interview.epoch = 0, uuid.uuid4()
        interview.notice = ""
        interview.save()
        interview.photos.all().delete()
        Suggestion.objects.filter(turn__interview=interview).delete()
        interview.audiences.all().delete()
        interview.events.all().delete()
        interview.turns.all().delete()
