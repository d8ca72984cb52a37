"""Which changes readers see. Whatever is logged asks here: a kind of event without a rule can't be written."""

from .event import Event
from .turn.fields import SHOWN_STATES

Kind = Event.Kind

NEVER_SEEN = {
    *(Kind.SUBMITTED, Kind.APPROVED, Kind.SENT_BACK),
    *(Kind.PREPARED, Kind.MOVED, Kind.HELD, Kind.DECLINED, Kind.SUGGESTED, Kind.DISMISSED),
}
ALWAYS_SEEN = {
    *(Kind.ANNOUNCED, Kind.STARTED, Kind.PAUSED, Kind.RESUMED, Kind.ENDED, Kind.REOPENED, Kind.RECAST),
    *(Kind.SAID, Kind.RELEASED, Kind.RETRACTED, Kind.PINNED, Kind.UNPINNED),
}
ON_NO_PAGE = {"reviewed"}  # of an interview's fields
SHOWN_OF_RETRACTED = {"speaker", "spoken_at"}


def readers_see(event: Event, status: str) -> bool:
    """Tell whether readers see what the event did, by its turn and the interview's status as they are afterwards."""
    if status == "draft" or event.kind in NEVER_SEEN:
        return False
    if event.kind in ALWAYS_SEEN:
        return True
    match event.kind:
        case Kind.REVISED:
            unseen = ON_NO_PAGE if status == "ended" else ON_NO_PAGE | {"summary"}
            return not event.before.keys() <= unseen
        case Kind.RESTORED:
            return _turn_state(event) in SHOWN_STATES
        case Kind.GREW | Kind.CORRECTED | Kind.MARKED:
            if _turn_state(event) == "retracted":
                return not event.before.keys().isdisjoint(SHOWN_OF_RETRACTED)
            return _turn_state(event) == "published"
    raise NotImplementedError(f"say whether readers see what is {event.kind}")


def _turn_state(event: Event) -> str:
    assert event.turn
    return event.turn.state
