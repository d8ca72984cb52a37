"""Everything that was changed, and by whom: the interviews' events and django-auditlog's entries, as one list."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Max, Min, Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from interviews.models.accounts.user import User
from interviews.models.transcript.event import Event
from interviews.models.transcript.history import HISTORY_FIELDS, backwards, stand_of
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.turn import Turn
from interviews.models.values.local_times import to_the_second
from interviews.models.values.text import opening

from .registered import named

CREATED, CHANGED, DELETED = "created", "changed", "deleted"  # django-auditlog's actions
ACTIONS = [*Event.Kind.choices, (CREATED, _("created")), (CHANGED, _("changed")), (DELETED, _("deleted"))]
LEADS_TO = {  # the status after these events, which don't keep it
    Event.Kind.ANNOUNCED: Interview.Status.SCHEDULED,
    Event.Kind.STARTED: Interview.Status.LIVE,
    Event.Kind.ENDED: Interview.Status.ENDED,
    Event.Kind.REOPENED: Interview.Status.LIVE,
}
FIELD_NAMES = {
    "photos": _("photos"),
    "seat": _("seat"),
    "suggestion": _("suggestion"),
    "suggested_by": _("suggested by"),
    "groups": _("users"),  # of a group
}
MODEL_NAMES = {"otp_totp.TOTPDevice": _("second factor"), "otp_static.StaticDevice": _("recovery codes")}
NEXT_PERIOD = {  # the first day after the year, month or day that this one is in
    "year": lambda day: day.replace(year=day.year + 1, month=1, day=1),
    "month": lambda day: (day.replace(day=1) + timedelta(days=32)).replace(day=1),
    "day": lambda day: day + timedelta(days=1),
}


class Difference(NamedTuple):
    """What one field is called, and its values before and after, in words."""

    field: str
    before: str
    after: str


class RecordQuerySet(models.QuerySet["Record"]):
    def newest_first(self) -> "RecordQuerySet":
        return self.order_by("-at", "-pk")

    def datetimes(self, field_name: str, kind: str, *args: Any, **more: Any) -> Any:
        ends = self.aggregate(first=Min(field_name), last=Max(field_name))
        if ends["first"] is None:
            return []
        first, last = (timezone.localdate(ends[end]) for end in ("first", "last"))
        # days without a change, too: to find them, all rows would have to be read
        return list(_days(first, last, kind))

    def in_chunks(self, size: int) -> Iterator[list["Record"]]:
        """Yield all, newest first, in lists of `size` that have been passed through tell()."""
        chunk = list(self.newest_first()[:size])
        while chunk:
            tell(chunk)
            yield chunk
            last = chunk[-1]
            older = self.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
            chunk = list(older.newest_first()[:size])


class Record(models.Model):
    """A line of the list: a row of a view in the database (migration 0012), which nothing can write to."""

    id = models.BigIntegerField(primary_key=True)  # an event's, or minus that of django-auditlog's entry
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("user")
    )
    who = models.TextField(null=True)  # the user's name then; empty: nobody had signed in; None: an event or a command
    action = models.CharField(_("action"), max_length=20, choices=ACTIONS)
    interview = models.ForeignKey(
        Interview, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("interview")
    )
    turn = models.ForeignKey(Turn, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    content_type = models.ForeignKey(
        ContentType, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )  # None if it is an event
    object_id = models.BigIntegerField(null=True)
    thing = models.TextField(_("what"))  # its name then; tell() adds that of an event
    changes = models.JSONField()
    reason = models.TextField(_("reason"))

    differences: list[Difference]  # tell() adds these two
    is_there: bool

    objects = RecordQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "interviews_record"
        default_permissions = ["view"]
        verbose_name = _("change")
        verbose_name_plural = _("record of changes")

    def __str__(self) -> str:
        return f"{to_the_second(timezone.localtime(self.at))} {self.get_action_display()}"

    @property
    def by(self) -> str:
        if self.who or self.user:
            return self.who or named(self.user)  # type: ignore[arg-type]
        return gettext("a command") if self.who is None else gettext("nobody signed in")

    @property
    def model(self) -> type[models.Model] | None:
        if self.content_type:
            return self.content_type.model_class()
        return Turn if self.turn_id else Interview

    @property
    def kind(self) -> str:
        return str(kind_of(self.model) if self.model else self.content_type)

    @property
    def thing_pk(self) -> int | None:
        return self.object_id if self.content_type_id else self.turn_id or self.interview_id


def kind_of(model: type[models.Model]) -> Any:
    return MODEL_NAMES.get(model._meta.label, model._meta.verbose_name)


def tell(records: list[Record]) -> list[Record]:
    """Add to each what it changed (`differences`), and whether that thing still exists (`is_there`)."""
    prefetch_related_objects(records, "user", "interview", "content_type")
    told = {event.pk: (thing, differences) for event, thing, differences in _of_events(records)}
    for record in records:
        if record.content_type_id:
            record.differences = list(_recorded(record))
        else:
            record.thing, record.differences = told[record.pk]
    _look_for_the_things(records)
    return records


def _of_events(records: list[Record]) -> Iterator[tuple[Event, str, list[Difference]]]:
    events = [record for record in records if not record.content_type_id]
    newest_first = Event.objects.order_by("-seq")
    turns = Turn.objects.filter(pk__in={event.turn_id for event in events}).select_related("speaker")
    of_turn = Prefetch("events", newest_first)
    for turn in turns.prefetch_related("photos", "suggestions__speaker", of_turn):
        yield from _of_turn(turn)
    interviews = Interview.objects.filter(pk__in={event.interview_id for event in events if not event.turn_id})
    of_interview = Prefetch("events", newest_first.filter(turn=None))
    for interview in interviews.select_related("section").prefetch_related(of_interview):
        yield from _of_interview(interview)


def _of_turn(turn: Turn) -> Iterator[tuple[Event, str, list[Difference]]]:
    events, suggestions = list(turn.events.all()), list(turn.suggestions.all())
    for event, stands in backwards(events, stand_of(turn)):
        before, after = event.before, stands
        if event.kind == Event.Kind.SUGGESTED:
            suggestion = suggestions.pop()
            after = {"speaker": suggestion.speaker.label, "text": suggestion.text}
            before = {name: stands[name] for name in after if after[name] != stands[name]}
        names = [*HISTORY_FIELDS, "state"] if event is events[-1] else list(before)
        if stands["state"] == Turn.State.PREPARED and "spoken_at" in names:
            names.remove("spoken_at")  # only the turn's place in the queue
        yield event, f"{stands['speaker']}: {opening(stands['text'])}", list(_differ(Turn, before, after, names))


def _of_interview(interview: Interview) -> Iterator[tuple[Event, str, list[Difference]]]:
    events, status = list(interview.events.all()), Interview.Status.DRAFT
    for event in reversed(events):
        if event.kind in LEADS_TO:
            event.before["status"], status = status, LEADS_TO[Event.Kind(event.kind)]
    stands = {name: getattr(interview, name, None) for event in events for name in event.before}
    for event, after in backwards(events, stands | {"headline": interview.headline}):
        yield event, after["headline"], list(_differ(Interview, event.before, after, event.before))


def _recorded(record: Record) -> Iterator[Difference]:
    for name, change in (record.changes or {}).items():
        if isinstance(change, dict):  # what was added to a relation, or taken from it
            is_gone = change["operation"] == "delete"
            change = [change["objects"], None] if is_gone else [None, change["objects"]]
        yield from _differ(record.model, {name: change[0]}, {name: change[1]}, [name])


def _differ(
    model: type[models.Model] | None, before: dict[str, Any], after: dict[str, Any], names: Iterable[str]
) -> Iterator[Difference]:
    for name in names:
        one, other = before.get(name), after.get(name)
        if name == "suggested_by":  # it stands in `before`, but replaces nothing
            one, other = other, one
        if one or other:
            field = _field(model, name)
            label = str(getattr(field, "verbose_name", FIELD_NAMES.get(name, name)))
            yield Difference(label, _in_words(field, one), _in_words(field, other))


def _field(model: type[models.Model] | None, name: str) -> Any:
    try:
        return model and model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _in_words(field: Any, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return ", ".join(str(one) for one in (value.values() if isinstance(value, dict) else value) if one)
    if isinstance(field, models.Field) and not field.is_relation:
        value = _parsed(field, value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        at = value if value.tzinfo else value.replace(tzinfo=UTC)  # django-auditlog writes times in UTC, without a zone
        return to_the_second(timezone.localtime(at))
    choices: dict[Any, Any] = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value, value))


def _parsed(field: "models.Field[Any, Any]", value: Any) -> Any:
    try:
        return field.to_python(value)
    except ValidationError:
        return value


def _look_for_the_things(records: list[Record]) -> None:
    wanted: dict[type[models.Model] | None, set[int | None]] = defaultdict(set)
    for record in records:
        wanted[record.model].add(record.thing_pk)
    there = {
        model: set(model._base_manager.filter(pk__in=pks).values_list("pk", flat=True)) if model else set()
        for model, pks in wanted.items()
    }
    for record in records:
        record.is_there = record.thing_pk in there[record.model]


def _days(day: date, last: date, kind: str) -> Iterator[date]:
    while day <= last:
        yield day
        day = NEXT_PERIOD[kind](day)
