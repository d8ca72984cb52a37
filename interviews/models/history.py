"""What has become of a turn, change by change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .event import Event
from .suggestion import Suggestion
from .turn import Turn

FIELDS = ("speaker", "spoken_at", "heading", "text", "photos")


@dataclass
class Change:
    """One event, and of the fields that it changed what stood there before and after."""

    event: Event
    before: dict[str, Any]
    after: dict[str, Any]
    suggestion: Suggestion | None = None


def history_of(turn: Turn) -> list[Change]:
    """Oldest first. An event keeps only what it replaced, so this goes backwards from how the turn stands."""
    stands = {name: getattr(turn, name) for name in (*FIELDS, "state")}
    stands |= {"speaker": turn.speaker.label, "photos": [str(photo) for photo in turn.photos.all()]}
    suggestions = list(turn.suggestions.select_related("user", "speaker"))
    changes = []
    for event in turn.events.select_related("user").order_by("-seq"):
        suggestion = suggestions.pop() if event.kind == Event.Kind.SUGGESTED else None
        changes.append(_suggested(event, stands, suggestion) if suggestion else _changed(event, stands))
        stands |= _parsed(event.before)
    if changes:
        changes[-1].after = stands
    return changes[::-1]


def _changed(event: Event, stands: dict[str, Any]) -> Change:
    before = _parsed(event.before)
    if stands["state"] == Turn.State.PREPARED:
        before.pop("spoken_at", None)  # only a place in the queue
    names = [name for name in FIELDS if name in before]
    return Change(event, {name: before[name] for name in names}, {name: stands[name] for name in names})


def _suggested(event: Event, stands: dict[str, Any], suggestion: Suggestion) -> Change:
    after = {"speaker": suggestion.speaker.label, "text": suggestion.text}
    names = [name for name in after if after[name] != stands[name]]
    return Change(event, {name: stands[name] for name in names}, {name: after[name] for name in names}, suggestion)


def _parsed(before: dict[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(value) for name, value in before.items() if name == "spoken_at"}
    return before | times
