"""What changed since seq n, as frames; the pages use the same templates."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NotRequired, TypedDict

from django.template.loader import render_to_string
from django.utils import timezone, translation

from interviews.models import Event, Interview

Place = Literal["reader", "desk"]

CHANGES_BEFORE_RELOAD = 300  # more than this cost more than the page itself
CHARACTERS_BEFORE_RELOAD = 150_000  # of HTML; as UTF-8 it must fit into what the server keeps for a slow reader
PARTS = ("masthead", "pinned", "cards")  # of a page, beside its turns: templates/<place>/_<part>.html


class Frame(TypedDict):
    """One turn or one part of the page as it stands: `html`, or `gone`."""

    turn: NotRequired[int]
    part: NotRequired[str]
    html: NotRequired[str]
    gone: NotRequired[bool]


Message = TypedDict(
    "Message",
    {
        "epoch": str,
        "from": NotRequired[int],
        "seq": int,
        "frames": NotRequired[list[Frame]],
        "reload": NotRequired[bool],
    },
)


def changes(interview: Interview, epoch: str, after: int, place: Place = "reader") -> Message:
    """What takes a page that stands at `after` or later to the interview's seq.

    The interview's row must be read before anything else is: a state that is newer than its seq
    is sent again with the next message and does no harm, an older one would never be.
    """
    begin_again: Message = {"epoch": str(interview.epoch), "seq": interview.seq, "reload": True}
    if epoch != str(interview.epoch) or not 0 <= interview.seq - after <= CHANGES_BEFORE_RELOAD:
        return begin_again
    events = list(interview.events.filter(seq__gt=after, seq__lte=interview.seq).values_list("kind", "turn"))
    if any(kind == Event.Kind.RECAST for kind, _ in events):
        return begin_again
    turns = {turn for _, turn in events if turn}
    frames = [*turn_frames(interview, turns, place), *part_frames(interview, events, place)]
    if place == "reader" and sum(len(frame.get("html", "")) for frame in frames) > CHARACTERS_BEFORE_RELOAD:
        return begin_again
    return {"epoch": str(interview.epoch), "from": after, "seq": interview.seq, "frames": frames}


def turn_frames(interview: Interview, ids: set[int], place: Place) -> Iterator[Frame]:
    shown = {turn.pk: turn for turn in turns_of(interview, place).filter(pk__in=ids)}
    for turn in shown.values():
        yield {"turn": turn.pk, "html": render(interview, "turn", place, turn=turn)}
    for pk in sorted(once_published(interview, ids - shown.keys())):
        yield {"turn": pk, "gone": True}


def once_published(interview: Interview, ids: set[int]) -> set[int]:
    """Of a turn that was never published the readers hear nothing, not even that it is there."""
    published = interview.events.filter(turn__in=ids, kind__in=[Event.Kind.SAID, Event.Kind.RELEASED])
    return set(published.values_list("turn", flat=True)) if ids else set()


def part_frames(interview: Interview, events: Sequence[tuple[str, int | None]], place: Place) -> Iterator[Frame]:
    """A part is sent whole whenever it may have changed; most turns change none."""
    changed: set[str] = set()
    for kind, turn in events:
        if turn is None:
            changed.update(PARTS)
        elif turn == interview.pinned_id or kind in (Event.Kind.PINNED, Event.Kind.UNPINNED):
            changed.add("pinned")
    for part in sorted(changed):
        yield {"part": part, "html": render(interview, part, place)}


def turns_of(interview: Interview, place: Place = "reader") -> Any:
    """The turns that are shown in that place, in their order, each knowing its interview and speaker."""
    turns = interview.turns.all() if place == "desk" else interview.turns.published()
    return turns.select_related("speaker__host", "speaker__guest")


def render(interview: Interview, part: str, place: Place = "reader", **context: Any) -> str:
    with as_the_interview_speaks(interview):
        return render_to_string(f"{place}/_{part}.html", {"interview": interview, **context}).strip()


@contextmanager
def as_the_interview_speaks(interview: Interview) -> Iterator[None]:
    """In the interview's language and time zone, the same for every reader."""
    with translation.override(interview.language), timezone.override(interview.tz):
        yield
