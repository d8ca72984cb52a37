"""Make an interview of a transcript."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from interviews.models import Guest, Host, Interview, Section, Speaker, Turn, User
from interviews.models.values.slugs import slug_from

from .transcript import Problem, Seat, Transcript, TranscriptError

IMPORT_LOCK = 0x696D706F7274  # PostgreSQL's advisory lock


@transaction.atomic
def bring_in(transcript: Transcript, by: User | None = None) -> Interview:
    """Make the interview by the desk's own verbs, or find it if it was imported before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    if interview := imported_before(transcript):
        return interview
    if interview := same_page(transcript):
        message = _("This page is here already, as %(slug)s, and differs from the file: correct it at the desk.")
        raise TranscriptError([Problem(0, "", message % {"slug": interview.slug})])
    interview = Interview.objects.create(
        headline=transcript.headline,
        section=section_at(transcript.section),
        language=transcript.language,
        timezone=transcript.timezone,
        old_id=transcript.old_id or None,
    )
    people = {seat: person_of(seat) for seat in sorted(transcript.seats, key=_slugs_in_order)}
    speakers = {seat.label: _seated(interview, seat, people[seat]) for seat in transcript.seats}
    if interview.lacks_approval:  # it was published before, elsewhere
        interview.submit(by=by)
        interview.approve(by=by)
    interview.go_live(at=transcript.turns[0].spoken_at, by=by)
    turns = [
        Turn(interview=interview, speaker=speakers[turn.label], text=turn.text, key=key, spoken_at=turn.spoken_at)
        for key, turn in zip(transcript.keys, transcript.turns, strict=True)
    ]
    for turn in turns:
        turn.check_text()
    interview.say_all(turns, by=by)
    interview.end(at=transcript.turns[-1].spoken_at, by=by)
    return interview


def imported_before(transcript: Transcript) -> Interview | None:
    # Find it by a turn's key, which stays when the desk corrects everything else.
    found: Interview | None = Interview.objects.filter(turns__key=transcript.keys[0]).first()
    return found


def same_page(transcript: Transcript) -> Interview | None:
    midnight = datetime.combine(transcript.date, time(), ZoneInfo(transcript.timezone))
    that_day = Q(started_at__gte=midnight, started_at__lt=midnight + timedelta(days=1))
    same = Q(headline=transcript.headline) & that_day
    if transcript.old_id:
        same = Q(old_id=transcript.old_id) | same & Q(old_id=None)
    found: Interview | None = Interview.objects.filter(same).first()
    return found


def section_at(path: Iterable[str]) -> Section | None:
    section = None
    for name in path:
        section, _made = Section.objects.get_or_create(parent=section, name=name)
    return section


def person_of(seat: Seat) -> Host | Guest:
    if seat.is_host:
        hosts = Host.objects.unmerged().filter(name=seat.name)
        return hosts[0] if len(hosts) == 1 else Host.objects.create(name=seat.name)
    guests = [guest for guest in Guest.objects.unmerged().filter(name=seat.name) if may_be(guest, seat)]
    return guests[0] if len(guests) == 1 else _met(seat)


def _slugs_in_order(seat: Seat) -> tuple[bool, str]:
    # Hosts first, as plans take them: two that take the same slugs can't wait for each other.
    return not seat.is_host, slug_from(Host if seat.is_host else Guest, seat.name)


def _seated(interview: Interview, seat: Seat, person: Host | Guest) -> Speaker:
    # The organisation of that day may differ from today's, unless the card names it.
    organisation = person.organisation if person.organisation in seat.bio else ""
    return interview.seat(person, seat.label, seat.title, organisation)


def _met(seat: Seat) -> Guest:
    guest = Guest(name=seat.name, title=seat.title)
    guest.bio = seat.bio
    guest.save()
    return guest


def may_be(guest: Guest, seat: Seat) -> bool:
    # Many people share a name: the card must not name another title or organisation.
    known = [words for words in (guest.title, guest.organisation) if words]
    return not seat.bio or not known or any(words in seat.bio for words in known)
