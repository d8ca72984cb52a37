"""Find words in public turns, interviews and people. migrations/0004_search.py makes the indexes."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable

from interviews.models.people.person import Guest, Host
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import Turn

from .search_words import Lines, Words

# So many of the newest are read without the index: a word seldom found there is rare, and the index finds it quickly.
NEWEST_TURNS, NEWEST_INTERVIEWS = 5_000, 500

Found = TypeVar("Found", bound=Model)


def find_turns(words: Words, many: int, before: Turn | None = None, by: Guest | Host | None = None) -> list[Turn]:
    turns = Turn.objects.published()
    theirs = turns.filter(speaker__in=by.seats.values("pk")) if by else turns
    public = words.stand_in(F("text")) & ~Q(interview__status="draft")
    order = ("spoken_at", before, NEWEST_TURNS)
    found = _newest(theirs, order, public, words.may_stand_in(F("text")), many)
    return _loaded(turns.select_related("interview", "speaker__host", "speaker__guest"), found)


def find_interviews(words: Words, many: int, before: Interview | None = None) -> list[Interview]:
    # the summary is public after the end
    summary = Case(When(status="ended", then=F("summary")), default=Value("", TextField()))
    public = words.stand_in(Lines(F("headline"), F("lede"), summary)) & ~Q(status="draft")
    indexed = words.may_stand_in(Lines(F("headline"), F("lede"), F("summary")))
    order = ("starts_at", before, NEWEST_INTERVIEWS)
    found = _newest(Interview.objects.all(), order, public, indexed, many)
    return _loaded(Interview.objects.prefetch_related("speakers"), found)


def find_people(words: Words, many: int) -> list[Guest | Host]:
    return [person for model in (Guest, Host) for person in _people(model, words)[:many]][:many]


def _people(model: type[Guest] | type[Host], words: Words) -> QuerySet[Any]:
    text = Lines(F("name"), F("title"), F("organisation"))
    seats = Speaker.objects.filter(**{model._meta.model_name or "": OuterRef("pk")}).exclude(interview__status="draft")
    by_name = Case(When(words.stand_in(F("name")), then=Value(0)), default=Value(1))
    people = model.objects.with_page().filter(words.stand_in(text), words.may_stand_in(text), Exists(seats))
    return people.order_by(by_name, "name", "pk")


def _newest(
    among: QuerySet[Any], order: tuple[str, Model | None, int], public: Q, indexed: Combinable, many: int
) -> list[int]:
    """Search the newest first: there a common word is soon found, and a rare one quickly in the index.

    PostgreSQL itself can't know which of the two a word is, least of all of several words.
    """
    at, before, newest = order
    newest_first = _older(among, at, before).order_by(f"-{at}", "-pk")
    border = newest_first.values_list(at, flat=True)[newest : newest + 1].first()
    recent = newest_first.filter(public, **{f"{at}__gte": border} if border else {})
    found = list(recent.values_list("pk", flat=True)[:many])
    if len(found) == many or not border:
        return found
    # an expression, or PostgreSQL walks along the index by time to the oldest
    past_their_index = (F(at) + timedelta(0)).desc()
    everywhere = newest_first.filter(public, indexed).order_by(past_their_index, "-pk")
    return list(everywhere.values_list("pk", flat=True)[:many])


def _older(among: QuerySet[Any], at: str, before: Model | None) -> QuerySet[Any]:
    if not before:
        return among
    stands = getattr(before, at)
    return among.filter(Q(**{f"{at}__lt": stands}) | Q(pk__lt=before.pk), **{f"{at}__lte": stands})


def _loaded(among: QuerySet[Found], found: list[int]) -> list[Found]:
    by_pk = among.in_bulk(found)
    return [by_pk[pk] for pk in found if pk in by_pk]
