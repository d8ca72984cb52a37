"""The history of a turn, change by change, for the newsroom and for readers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .event import Event
from .suggestion import Suggestion
from .turn import TELLS_READERS, Turn

HISTORY_FIELDS = ("speaker", "spoken_at", "heading", "text", "photos")


@dataclass
class Change:
    """An event, with the values before and after of the fields that it changed."""

    event: Event
    before: dict[str, Any]
    after: dict[str, Any]
    suggestion: Suggestion | None = None


@dataclass
class Correction:
    """A correction as readers are shown it, without the editor's name and the reason."""

    at: datetime
    before: dict[str, Any]
    after: dict[str, Any]
    hides_text: bool


def history_of(turn: Turn) -> list[Change]:
    suggestions = list(turn.suggestions.select_related("user", "speaker"))
    changes = []
    for event, stands in _backwards(turn):
        suggestion = suggestions.pop() if event.kind == Event.Kind.SUGGESTED else None
        changes.append(_suggested(event, stands, suggestion) if suggestion else _changed(event, stands))
    if changes:
        changes[-1].after = stands
    return changes[::-1]


def public_history_of(turn: Turn) -> list[Correction]:
    """Return the corrections of what readers had seen, oldest first.

    If the turn was ever retracted, leave out all its earlier texts, even from after it came back: most of what was
    taken off may still stand in them.
    """
    if turn.state != Turn.State.PUBLISHED or not turn.corrected_at:
        return []
    log = list(_backwards(turn))[::-1]
    hides_text = any(event.kind == Event.Kind.RETRACTED for event, _ in log)
    public = [_correction(event, stands, hides_text) for event, stands in log if _was_seen(event, stands)]
    return [correction for correction in public if correction.before or correction.hides_text]


def backwards(events: Iterable[Event], stands: dict[str, Any]) -> Iterator[tuple[Event, dict[str, Any]]]:
    """Yield each event with the values after it. `events` come newest first, since each keeps only what it replaced."""
    for event in events:
        yield event, stands
        stands = stands | _parsed(event.before)


def stand_of(turn: Turn) -> dict[str, Any]:
    stands = {name: getattr(turn, name) for name in (*HISTORY_FIELDS, "state")}
    return stands | {"speaker": turn.speaker.label, "photos": [str(photo) for photo in turn.photos.all()]}


def _backwards(turn: Turn) -> Iterator[tuple[Event, dict[str, Any]]]:
    return backwards(turn.events.select_related("user").order_by("-seq"), stand_of(turn))


def _was_seen(event: Event, stands: dict[str, Any]) -> bool:
    return event.kind == Event.Kind.CORRECTED and stands["state"] == Turn.State.PUBLISHED


def _correction(event: Event, stands: dict[str, Any], hides_text: bool) -> Correction:
    before = {name: value for name, value in _parsed(event.before).items() if name in TELLS_READERS}
    if "speaker" in before and not event.interview.speakers.filter(label=before["speaker"]).exists():
        before.pop("speaker", None)  # nobody has this label any more, perhaps for a reason
    hides_text = hides_text and before.pop("text", None) is not None
    return Correction(event.at, before, {name: stands[name] for name in before}, hides_text)


def _changed(event: Event, stands: dict[str, Any]) -> Change:
    before = _parsed(event.before)
    if stands["state"] == Turn.State.PREPARED:
        before.pop("spoken_at", None)  # only the turn's place in the queue
    names = [name for name in HISTORY_FIELDS if name in before]
    return Change(event, {name: before[name] for name in names}, {name: stands[name] for name in names})


def _suggested(event: Event, stands: dict[str, Any], suggestion: Suggestion) -> Change:
    after = {"speaker": suggestion.speaker.label, "text": suggestion.text}
    names = [name for name in after if after[name] != stands[name]]
    return Change(event, {name: stands[name] for name in names}, {name: after[name] for name in names}, suggestion)


def _parsed(before: dict[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(value) for name, value in before.items() if name == "spoken_at"}
    return before | times
