"""What changed after a seq, as frames. Pages use the same templates.

Readers' frames are rendered once for all, in the interview's language; the desk's for each user, in the user's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NotRequired, TypedDict

from django.db.models import OuterRef, Prefetch, Subquery
from django.template.loader import render_to_string
from django.utils import timezone, translation

from interviews.models import Event, Interview, Suggestion, Turn
from interviews.models.desk.left import left_of
from interviews.models.desk.note import latest_notes
from interviews.models.desk.presence import at_the_desk
from interviews.models.desk.report import open_reports
from interviews.models.desk.waiting import waiting_at
from interviews.models.figures.readership import reading_now
from interviews.models.transcript import log_reading
from interviews.models.transcript.turn import TurnQuerySet, earlier, later

Place = Literal["reader", "desk"]

CHANGES_BEFORE_RELOAD = 300  # more of them cost more than the page itself
CHARACTERS_BEFORE_RELOAD = 150_000  # of HTML; as UTF-8 it must fit into what the server keeps for a slow reader
PARTS: dict[Place, set[str]] = {  # of a page, beside its turns: templates/<place>/parts/_<part>.html
    "reader": {"breadcrumb", "masthead", "pinned", "moments", "notice", "ending", "cards"},
    "desk": {"headline", "masthead", "pinned"},
}
BEGINS_AGAIN: dict[Place, set[str]] = {  # these change every turn, or the bar of tools, which is no part
    "reader": {Event.Kind.RECAST, Event.Kind.REOPENED},
    "desk": {Event.Kind.RECAST},
}
IN_NO_LOG = ("waiting", "staff", "notes", "reports", "left")  # parts of the desk that are sent each time


class Frame(TypedDict):
    """One turn or one part of the page as it stands."""

    turn: NotRequired[int]
    part: NotRequired[str]
    html: str


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


def changes(pk: int, epoch: str, after: int, place: Place = "reader") -> Message:
    """Return what takes a page that stands at `after` or later to the interview's seq: for readers its public_seq.

    Raise Interview.DoesNotExist if there is no such interview, or none that readers may know of.
    """
    interview, events = log_reading.since(pk, after, CHANGES_BEFORE_RELOAD, for_readers=place == "reader")
    if place == "reader" and interview.status == Interview.Status.DRAFT:
        raise Interview.DoesNotExist
    seq = interview.public_seq if place == "reader" else interview.seq
    begin_again: Message = {"epoch": str(interview.epoch), "seq": seq, "reload": True}
    if epoch != str(interview.epoch) or not 0 <= seq - after <= CHANGES_BEFORE_RELOAD:
        return begin_again
    if any(event.kind in BEGINS_AGAIN[place] for event in events):
        return begin_again
    frames = [*turn_frames(interview, events, place), *part_frames(interview, events, place)]
    if place == "reader" and sum(len(frame["html"]) for frame in frames) > CHARACTERS_BEFORE_RELOAD:
        return begin_again
    return {"epoch": str(interview.epoch), "from": after, "seq": seq, "frames": frames}


def turn_frames(interview: Interview, events: Sequence[Event], place: Place) -> Iterator[Frame]:
    # a turn that isn't shown there has no frame, so that nobody learns that it exists
    touched = {event.turn.pk: event.turn for event in events if event.turn}
    turns = touched.values()
    for turn in desk_turns(interview).filter(pk__in=touched) if place == "desk" else for_readers(interview, turns):
        yield {"turn": turn.pk, "html": render(interview, "turn", place, turn=turn)}


def for_readers(interview: Interview, turns: Iterable[Turn]) -> Iterable[Turn]:
    shown = sorted((turn for turn in turns if turn.is_shown), key=lambda turn: (turn.sort_key, turn.pk))
    for turn in shown:
        turn.interview = interview
    return shown


def part_frames(interview: Interview, events: Sequence[Event], place: Place) -> Iterator[Frame]:
    changed: set[str] = set(IN_NO_LOG if place == "desk" else ())
    for event in events:
        if event.turn is None:
            changed |= PARTS[place]
        elif event.turn_id == interview.pinned_id or event.kind in (Event.Kind.PINNED, Event.Kind.UNPINNED):
            changed.add("pinned")
        if event.turn and (event.turn.heading or "heading" in event.before):
            changed |= {"moments"} & PARTS[place]
    context = of_the_staff(interview) if place == "desk" else {}
    for part in sorted(changed):
        yield {"part": part, "html": render(interview, part, place, **context)}


def turns_of(interview: Interview) -> TurnQuerySet:
    return _whole(interview.turns.shown())


def around(turn: Turn) -> dict[str, Turn | None]:
    turns = turns_of(turn.interview)
    return {"before": turns.filter(earlier(turn)).last(), "after": turns.filter(later(turn)).first()}


def desk_turns(interview: Interview) -> TurnQuerySet:
    """Return all turns, with the reason why one was taken off (`reason`) and its `open_suggestions`."""
    farewells = Event.objects.filter(turn=OuterRef("pk"), kind__in=[Event.Kind.RETRACTED, Event.Kind.DECLINED])
    suggestions = Suggestion.objects.open().select_related("user", "speaker")
    turns = interview.turns.annotate(reason=Subquery(farewells.order_by("-seq").values("note")[:1]))
    return _whole(turns).prefetch_related(Prefetch("suggestions", suggestions, to_attr="open_suggestions"))


def _whole(turns: TurnQuerySet) -> TurnQuerySet:
    return turns.select_related("speaker__host", "speaker__guest").prefetch_related("photos")


def render(interview: Interview, part: str, place: Place = "reader", **context: Any) -> str:
    with as_the_interview_speaks(interview) if place == "reader" else timezone.override(interview.tz):
        return render_to_string(f"{place}/parts/_{part}.html", {"interview": interview, **context}).strip()


def of_the_staff(interview: Interview) -> dict[str, Any]:
    return {
        "present": at_the_desk(interview),
        "readers": reading_now(interview),
        "notes": latest_notes(interview),
        "reports": open_reports(interview),
        "left": left_of(interview),
        "waiting": waiting_at(interview),
    }


@contextmanager
def as_the_interview_speaks(interview: Interview) -> Iterator[None]:
    """Render in the interview's language and time zone, the same for every reader."""
    with translation.override(interview.language), timezone.override(interview.tz):
        yield
