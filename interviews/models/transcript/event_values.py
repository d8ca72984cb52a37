"""The values that an event keeps of what it replaced, to JSON and back."""

from datetime import datetime
from typing import Any

from .speaker import Speaker


def as_json(value: Any) -> Any:
    if isinstance(value, Speaker):
        return value.label
    return value.isoformat() if isinstance(value, datetime) else value


def as_it_was(before: dict[str, Any], speakers: Any) -> dict[str, Any]:
    # without photos: an editor who removed one can attach it again
    was: dict[str, Any] = {name: before[name] for name in ("text", "heading") if name in before}
    if "speaker" in before:
        was["speaker"] = speakers.filter(label=before["speaker"]).first()
    if "spoken_at" in before:
        was["spoken_at"] = datetime.fromisoformat(before["spoken_at"])
    return was
