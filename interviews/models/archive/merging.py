"""Merge rows that are one person. Nothing that was said or typed is lost."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interviews.models.accounts.user import User
from interviews.models.people.at_once import Change, record_all, save_all
from interviews.models.people.person import Guest, Host
from interviews.models.transcript.event import Event
from interviews.models.transcript.interview import Interview, InterviewQuerySet
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import Turn

CHOSEN_FIELDS = ("name", "title", "organisation", "bio_zh", "bio_en", "photo", "email", "phone", "hidden")
SEAT_FIELDS = ("label", "title", "organisation")
WHO_SITS_WHERE = ("pk", "interview", "host", "guest")
RECORDED = ("interview", "host", "guest")  # which the record of a seat names
POINT_AT = """
UPDATE {table} SET {column} = own FROM unnest(%s::bigint[], %s::bigint[]) AS pair (emptied, own)
WHERE {column} = emptied
"""
DELETE = "DELETE FROM interviews_speaker WHERE id = ANY(%s)"  # Django's would ask again what points at each
PHOTO_FIELDS = ("photo", "original", "crop")

SEATED_MEANWHILE = gettext_lazy("One of them was given a seat just now: try again.")

Someone = Guest | Host


def merge(
    kept: Someone,
    others: Sequence[Someone],
    *,
    chosen: Mapping[str, Someone] | None = None,
    by: User | None = None,
) -> Someone:
    """Give all seats to `kept`, and lead the others' pages there.

    `chosen` names the person whose value of a field stays; by default it is that of `kept`, or the first there is.
    What doesn't stay is added to the notes. Raise ValidationError if they can't be merged.
    """
    with transaction.atomic():
        kept, others = _lock_people(kept, others)
        is_seen = _settle(kept, others, {name: person.pk for name, person in (chosen or {}).items()})
        seats = _Seats([kept, *others], kept_is_seen_to_change=is_seen)
        for interviews in seats.concerned:
            seats.give(interviews, by)
            interviews.recast(by)
        if _seats_of(others).exists():
            raise ValidationError(SEATED_MEANWHILE)
    return kept


class _Seats:
    """The seats of people who become the first of them. All that can be is done before interviews are locked."""

    def __init__(self, people: Sequence[Someone], *, kept_is_seen_to_change: bool) -> None:
        self._people, self._kept, self._is_seen = people, people[0], kept_is_seen_to_change
        self._stand = set(_seats_of(people).values_list(*WHO_SITS_WHERE))
        self._shared = set(together(people).values_list("pk", flat=True))
        alone = _seats_of(people[1:]).exclude(interview__in=self._shared).select_related(*RECORDED)
        record_all(self._moved(seat) for seat in alone)

    @property
    def concerned(self) -> Iterator[InterviewQuerySet]:
        """Yield the interviews of those who go, and those whose open pages show another one who stays. The live ones
        come last: people post there, and wait for the rest."""
        theirs = _seats_of(self._people[1:]).values("interview")
        followed = Interview.objects.followed() if self._is_seen else Interview.objects.none()
        pages = followed.filter(pk__in=self._kept.seats.values("interview"))
        found = (Interview.objects.filter(pk__in=theirs) | pages).values_list("pk", "status")
        live = Interview.Status.LIVE
        parts = [[pk for pk, status in found if (status == live) is is_live] for is_live in (False, True)]
        yield from (Interview.objects.filter(pk__in=pks) for pks in parts if pks)

    def give(self, interviews: InterviewQuerySet, by: User | None) -> None:
        pks = set(interviews.lock_several())  # from here on nobody posts there
        seats = _seats_of(self._people).filter(interview__in=pks)
        if set(seats.values_list(*WHO_SITS_WHERE)) != {seat for seat in self._stand if seat[1] in pks}:
            raise ValidationError(SEATED_MEANWHILE)
        self._join(seats.filter(interview__in=self._shared & pks).select_related(*RECORDED), by)
        _seats_of(self._people[1:]).filter(interview__in=pks).update(**{self._kept.role: self._kept})
        for interview in interviews.filter(status=Interview.Status.DRAFT).exclude(submitted_at=None):
            interview.recast(by=by)  # it has to be approved anew

    def _join(self, seats: QuerySet[Speaker], by: User | None) -> None:
        """Make one seat of those that they have in each interview, by a few statements for all."""
        groups = defaultdict(list)
        for seat in seats:
            groups[seat.interview_id].append(seat)
        owns: dict[Speaker, Speaker] = {}  # by the seats that are emptied
        changes: list[Change] = []
        for group in groups.values():
            own, *emptied = sorted(group, key=lambda seat: seat.person.pk != self._kept.pk)  # then in their order
            owns |= dict.fromkeys(emptied, own)
            changes += [(own, self._filled(own, emptied)), *((seat, None) for seat in emptied)]
        if owns:
            Interview.objects.log_apart(_told(owns, by))
            _point_at(owns)
            save_all(changes, [self._kept.role, "title", "organisation"])

    def _filled(self, own: Speaker, emptied: Sequence[Speaker]) -> Speaker:
        _before, after = self._moved(own)
        for seat in emptied:
            after.title, after.organisation = after.title or seat.title, after.organisation or seat.organisation
        return after

    def _moved(self, seat: Speaker) -> tuple[Speaker, Speaker]:
        """Return the seat as it is and as it will be, with its person loaded for the record."""
        after = copy(seat)
        setattr(after, self._kept.role, self._kept)
        return seat, after


def together(people: Sequence[Someone]) -> QuerySet[Interview]:
    """Return the interviews in which more than one of them has a seat."""
    seats = Counter(Speaker.objects.filter(**_whose(people)).values_list("interview", flat=True))
    return Interview.objects.filter(pk__in=[pk for pk, many in seats.items() if many > 1])


def _whose(people: Sequence[Someone]) -> dict[str, list[int]]:
    role = "host" if any(isinstance(person, Host) for person in people) else "guest"
    return {f"{role}__in": [person.pk for person in people]}


def _seats_of(people: Sequence[Someone]) -> QuerySet[Speaker]:
    return Speaker.objects.filter(**_whose(people))


def _lock_people(kept: Someone, others: Sequence[Someone]) -> tuple[Someone, list[Someone]]:
    model, people = type(kept), [kept, *others]
    pks = [person.pk for person in people]
    if not others or any(type(person) is not model for person in people):
        raise ValidationError(_("Choose two or more guests, or two or more hosts."))
    if len(set(pks)) < len(pks):
        raise ValidationError(_("Nobody can be merged into themselves."))
    rows = model._default_manager.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
    found: dict[int, Someone] = {person.pk: person for person in rows}
    for person in people:
        _require_unmerged(person, found.get(person.pk))
    return found[kept.pk], [found[person.pk] for person in others]


def _require_unmerged(person: Someone, stands: Someone | None) -> None:
    if not stands:
        raise ValidationError(_("%(name)s is no longer there."), params={"name": person})
    if stands.merged_into:
        words = {"name": person, "into": stands.stands_for}
        raise ValidationError(_("%(name)s has been merged into %(into)s already."), params=words)


def _told(owns: Mapping[Speaker, Speaker], by: User | None) -> list[Event]:
    turns = defaultdict(list)
    for pk, speaker in Turn.objects.filter(speaker__in=list(owns)).order_by("pk").values_list("pk", "speaker"):
        turns[speaker].append(pk)
    return [
        Event(
            interview_id=seat.interview_id,
            kind=Event.Kind.RECAST,
            user=by,
            before={"seat": {name: getattr(seat, name) for name in SEAT_FIELDS} | {"turns": turns[seat.pk]}},
            note=f"{seat.label} → {own.label}",
        )
        for seat, own in owns.items()
    ]


def _point_at(owns: Mapping[Speaker, Speaker]) -> None:
    """Let everything that points at the emptied seats point at those that stay, and delete the empty ones."""
    pairs = [[seat.pk for seat in seats] for seats in (owns.keys(), owns.values())]
    fields: list[Any] = Speaker._meta.get_fields(include_hidden=True)
    with connection.cursor() as cursor:
        for relation in (field for field in fields if field.auto_created and field.one_to_many):
            table, column = relation.related_model._meta.db_table, relation.field.column
            cursor.execute(POINT_AT.format(table=table, column=column), pairs)
        cursor.execute(DELETE, pairs[:1])


def _settle(kept: Someone, others: Sequence[Someone], chosen: Mapping[str, int]) -> bool:
    """Return whether readers see another person than before."""
    people = [kept, *others]
    before = {(person.pk, name): getattr(person, name) for person in people for name in CHOSEN_FIELDS}
    for name in CHOSEN_FIELDS:
        filled = (person for person in people if getattr(person, name) and name != "hidden")
        giver = next((person for person in people if person.pk == chosen.get(name)), next(filled, kept))
        if giver is not kept:
            _take(kept, giver, name)
    notes = [_left_over(kept, person, before) for person in people]
    kept.notes = "\n\n".join(filter(None, [kept.notes, *notes]))
    kept.save()
    for person in others:
        person.merged_into = kept
        person.save()
    return any(before[kept.pk, name] != getattr(kept, name) for name in CHOSEN_FIELDS if name not in ("email", "phone"))


def _take(kept: Someone, giver: Someone, name: str) -> None:
    if name != "photo":
        setattr(kept, name, getattr(giver, name))
        return
    for part in PHOTO_FIELDS:  # exchanged, so that kept's own file stays with the row that is no longer shown
        ours, theirs = str(getattr(kept, part)), str(getattr(giver, part))
        setattr(kept, part, theirs)
        setattr(giver, part, ours)


def _left_over(kept: Someone, person: Someone, before: Mapping[tuple[int, str], object]) -> str:
    lost = []
    for name in CHOSEN_FIELDS:
        value = before[person.pk, name]
        if name not in ("photo", "hidden") and value and value != getattr(kept, name):
            lost.append(f"{label_of(kept, name)}: {value}")
    notes = [person.notes] if person is not kept and person.notes else []
    if not lost and not notes:
        return ""
    heading = _("Merged: %(name)s (%(slug)s)") % {"name": before[person.pk, "name"], "slug": person.slug}
    return "\n".join([heading, *lost, *notes])


def label_of(person: Someone, name: str) -> str:
    field: Any = person._meta.get_field(name)
    return str(field.verbose_name)
