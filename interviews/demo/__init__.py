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
from django.db import InterfaceError, OperationalError, close_old_connections, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from interviews.models import (
    Conflict,
    Guest,
    Host,
    Interview,
    NotNow,
    Person,
    Publisher,
    Section,
    Speaker,
    Turn,
    User,
)
from interviews.models.accounts.roles import RUNS

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
    _seated(interview, script)
    if interview.lacks_approval:
        interview.submit()
        interview.approve()
    if script["state"] == "ended":
        _tell(interview, script)
    else:
        interview.announce()
    return interview


def _seated(interview: Interview, script: Script) -> dict[str, Speaker]:
    """Return who speaks in the script, by label; give a seat to those who have none."""
    hosts, guests = script.get("hosts", []), script.get("guests", [])
    with translation.override(interview.language):
        names = [entry["name"] if len(hosts) > 1 else gettext("Host") for entry in hosts]
    people: list[tuple[Any, Script, str]] = [(Host, *one) for one in zip(hosts, names, strict=True)]
    people += [(Guest, entry, entry["name"]) for entry in guests]
    seats = {seat.label: seat for seat in interview.speakers.all()}
    for model, entry, label in people:
        if label not in seats:
            person = _person(model, entry)
            seats[label] = interview.speakers.filter(**{person.role: person}).first() or interview.seat(person, label)
    return seats


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
    stands_for: Person = person.stands_for
    return stands_for


def _tell(interview: Interview, script: Script) -> None:
    at = interview.starts_at
    assert at
    interview.go_live(at=at)
    seats = _seated(interview, script)
    for line in script["turns"]:
        at += timedelta(seconds=line["pause"])
        interview.say(seats[line["speaker"]], line["text"], spoken_at=at, heading=line.get("heading", ""))
    interview.end(at=at + timedelta(seconds=10))


class Broadcast(threading.Thread):
    """Types the live script as an editor would, turn by turn, over and over, until it is stopped.

    Whatever visitors change meanwhile, it goes on: what fails is logged and left out, each round puts right what the
    script needs.
    """

    def __init__(self, interview: Interview, editor: User) -> None:
        super().__init__(name="broadcast", daemon=True)
        self._interview = interview
        self._seats: dict[str, Speaker] = {}
        self._editor = editor
        self._script = next(script for script in scripts() if script["slug"] == interview.slug)
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._stopped.is_set():
                self.once()
                self._stopped.wait(INTERVAL_SECONDS)
        finally:
            close_old_connections()

    def once(self) -> None:
        if self._do(self._begin):
            for line in self._script["turns"]:
                self._type(line)
            self._do(lambda: self._interview.end(waiting="keep", by=self._by))

    def _begin(self) -> bool:
        self._interview = Interview.objects.filter(pk=self._interview.pk).first() or load()
        rewind(self._interview)
        _put_right(self._interview, self._script)
        self._seats = _seated(self._interview, self._script)
        self._interview.go_live(by=self._by)
        return True

    @property
    def _by(self) -> User | None:
        # nobody while the editor's account is gone, or may not publish
        editor = User.objects.filter(pk=self._editor.pk, is_active=True).first()
        return editor if editor and self._interview.is_open_to(editor, RUNS) else None

    def _type(self, line: Script) -> None:
        self._stopped.wait(line["pause"])
        key = uuid.uuid4()
        turn: Turn | None = self._do(
            lambda: self._interview.say(self._seats[line["speaker"]], line["text"], key=key, by=self._by)
        )
        if not turn:
            return
        if "heading" in line:
            self._stopped.wait(SECOND_THOUGHT_SECONDS)
            self._do(lambda: turn.mark(line["heading"], by=self._by))
        if "corrected" in line:
            self._stopped.wait(SECOND_THOUGHT_SECONDS)
            self._do(lambda: turn.correct(version=turn.version, text=line["corrected"], by=self._by))
        if "retracted" in line:
            self._stopped.wait(SECOND_THOUGHT_SECONDS)
            self._do(lambda: turn.retract(reason=line["retracted"], by=self._by))

    def _do(self, verb: Callable[[], Any]) -> Any:
        """Return what it returns, or None where it fails. Try again while there is no database.

        The same key makes it one turn, however often it was acknowledged and not heard.
        """
        while not self._stopped.is_set():
            try:
                return verb()
            except (NotNow, Conflict) as error:
                return logger.info("A visitor was quicker than the broadcast: %s", error)
            except (OperationalError, InterfaceError) as error:
                logger.warning("The broadcast waits for the database: %s", error)
                close_old_connections()
                self._stopped.wait(1)
            except Exception:
                return logger.exception("A step of the broadcast failed; it goes on.")
        raise SystemExit  # of this thread alone


def rewind(interview: Interview) -> None:
    """Set the interview back to before its start, under a new epoch so that open pages begin again.

    For the demo alone.
    """
    with interview.locked():
        interview.pinned = None
        interview.started_at = interview.ended_at = None
        interview.status = Interview.Status.SCHEDULED
        interview.starts_at = interview.starts_at or timezone.now()
        interview.seq = interview.unseen = 0
        interview.epoch = uuid.uuid4()
        interview.notice = ""
        interview.save()
        turns = list(interview.turns.values_list("pk", flat=True))
        for relation in Turn._meta.related_objects:
            if relation.on_delete is models.PROTECT:  # reports, suggestions, photos, events; what is added later, too
                about_turns = {f"{relation.field.name}__in": turns}
                relation.related_model._base_manager.filter(**about_turns).delete()
        for of_this_round in (
            interview.photos,
            interview.audiences,
            interview.notes,
            interview.events,
            interview.turns,
        ):
            of_this_round.all().delete()


def _put_right(interview: Interview, script: Script) -> None:
    """Give it back its address and what the script says of it, and take the review off, where turns would wait."""
    with interview.locked():
        interview.reviewed = False
        for name in {"headline", "language", "timezone", "lede"} & script.keys():
            setattr(interview, name, script[name])
        if not Interview.objects.filter(slug=script["slug"]).exclude(pk=interview.pk).exists():
            interview.slug = script["slug"]
        interview.save()
