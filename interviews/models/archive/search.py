"""Find words in public turns, interviews and people: in what models/values/searched.py folded and kept of them."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Case, Exists, F, Func, Model, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable

from interviews.models.people.person import Guest, Host
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.speaker import Speaker
from interviews.models.transcript.turn import Turn

from . import unfolded
from .search_words import Words
from .unfolded import Lines

# So many of the newest are read without the index: a word seldom found there is rare, and the index finds it quickly.
NEWEST_TURNS, NEWEST_INTERVIEWS = 2_000, 500

FOLDED = F("searched__folded")  # the fields' texts, one below the other
NAME = Func(FOLDED, Value("\n"), Value(1), function="split_part", output_field=TextField())  # a person's first line

Found = TypeVar("Found", bound=Model)


def find_turns(words: Words, many: int, before: Turn | None = None, by: Guest | Host | None = None) -> list[Turn]:
    turns = Turn.objects.published()
    theirs = turns.filter(speaker__in=by.seats.values("pk")) if by else turns
    found, indexed = _conditions(words, F("text"), FOLDED)
    order = ("spoken_at", before, NEWEST_TURNS)
    newest = _newest(theirs, order, found & ~Q(interview__status="draft"), indexed, many)
    return _loaded(turns.select_related("interview", "speaker__host", "speaker__guest"), newest)


def find_interviews(words: Words, many: int, before: Interview | None = None) -> list[Interview]:
    lines = Lines(F("headline"), F("lede"), _after_the_end(F("summary")))
    folded = Lines(FOLDED, _after_the_end(F("searched__folded_later")))
    found, indexed = _conditions(words, lines, folded, Lines(F("headline"), F("lede"), F("summary")))
    order = ("starts_at", before, NEWEST_INTERVIEWS)
    newest = _newest(Interview.objects.all(), order, found & ~Q(status="draft"), indexed, many)
    return _loaded(Interview.objects.prefetch_related("speakers"), newest)


def find_people(words: Words, many: int) -> list[Guest | Host]:
    return [person for model in (Guest, Host) for person in _people(model, words)[:many]][:many]


def about(words: Words) -> Q:
    """Return the condition that each word stands in an interview's headline, in its lede or in the name of whoever
    takes part."""
    fits = Q()
    for term in words.each:
        seats = Q(host__in=_called(Host, term)) | Q(guest__in=_called(Guest, term))
        found, indexed = _conditions(term, Lines(F("headline"), F("lede")), FOLDED)
        themselves = Interview.objects.filter(found, indexed).order_by()
        fits &= Q(pk__in=themselves.values("pk")) | Q(
            pk__in=Speaker.objects.filter(seats).order_by().values("interview")
        )
    return fits


def _called(model: type[Guest] | type[Host], words: Words) -> QuerySet[Any]:
    found, indexed = _conditions(words, Lines(F("name"), F("title"), F("organisation")), FOLDED)
    by_name, _ = _conditions(words, F("name"), NAME)
    return model.objects.filter(found & by_name, indexed).order_by().values("pk")


def _people(model: type[Guest] | type[Host], words: Words) -> QuerySet[Any]:
    found, indexed = _conditions(words, Lines(F("name"), F("title"), F("organisation")), FOLDED)
    by_name, _ = _conditions(words, F("name"), NAME)
    seats = Speaker.objects.filter(**{model._meta.model_name or "": OuterRef("pk")}).exclude(interview__status="draft")
    people = model.objects.with_page().filter(found, indexed, Exists(seats))
    return people.order_by(Case(When(by_name, then=Value(0)), default=Value(1)), "name", "pk")


def _conditions(
    words: Words, text: Combinable, folded: Combinable, indexed: Combinable | None = None
) -> tuple[Q, Combinable]:
    """Return what the words have to stand in, and what the index says about it."""
    if unfolded.is_in_use():
        return unfolded.stand_in(words, text), unfolded.may_stand_in(words, indexed or text)
    return words.stand_in(folded), words.may_stand_in(F("searched__grams"))


def _after_the_end(summary: Combinable) -> Case:
    # the summary is public after the end
    return Case(When(status="ended", then=summary), default=Value("", TextField()))


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
