"""Put a slip in somebody's name or title right, wherever it is shown, and say what it was before."""

from collections.abc import Mapping
from copy import copy

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from interviews.models.accounts.user import User
from interviews.models.people.at_once import save_all
from interviews.models.people.person import Guest, Host
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.speaker import Speaker

MENDED = ("name", "title")


def mend(person: Guest | Host, changes: Mapping[str, str], by: User | None = None) -> None:
    """Seats that show the old name show the new one; titles stay as of the day of each interview."""
    if not changes:
        return
    with transaction.atomic():
        stands = type(person)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        old = stands.name
        for field, value in changes.items():
            setattr(stands, field, value)
        stands.save()
        if stands.name != old:
            _show(stands, old)
        stands.interviews.followed().recast(by)


def _show(person: Guest | Host, old: str) -> None:
    """Show the name that the person has now where the old one stood."""
    theirs = person.seats.filter(label=old).values_list("interview", flat=True)
    where = Interview.objects.filter(pk__in=list(theirs)).lock_several()  # before the seats, as a plan does
    if taken := Speaker.objects.filter(interview__in=where, label=person.name).select_related("interview").first():
        words = _("“%(interview)s” shows somebody else under this name already.")
        raise ValidationError({"name": words % {"interview": taken.interview}})
    seats = list(person.seats.filter(interview__in=where, label=old))
    shown = [copy(seat) for seat in seats]
    for seat in shown:
        seat.label = person.name
    save_all(list(zip(seats, shown, strict=True)), ["label"])


def before_the_last_change(person: Guest | Host) -> dict[str, str]:
    """Return what the last change to the person replaced, if that was a name or title and still stands."""
    last = LogEntry.objects.get_for_object(person).filter(action=LogEntry.Action.UPDATE).first()
    changes = {field: pair for field, pair in (last.changes_dict if last else {}).items() if field in MENDED}
    if any(getattr(person, field) != new for field, (_old, new) in changes.items()):
        return {}
    return {field: old for field, (old, _new) in changes.items()}
