"""Search all that was ever said."""

from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from psycopg.errors import QueryCanceled

from interviews.forms import SearchForm
from interviews.models import Guest, Host, Interview, Turn
from interviews.models.archive.search import find_interviews, find_people, find_turns

from .archive import ROWS_A_PAGE, page_and_older
from .caching import public

INTERVIEWS_ABOVE_TURNS = 5
STATEMENT_TIMEOUT = "3s"
# A search must not keep the database from readers.
SET_LIMITS = (
    "SELECT set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', '0', true)"
)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        if form.errors.keys() - {"q"}:
            raise Http404
        said = form.errors["q"] if "q" in request.GET else []
        return _answer(request, {"errors": said}, None, status=400 if request.GET.get("q") else 200)
    asked = form.cleaned_data
    by = _person(asked)
    try:
        found = _found(asked, by)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        said = [_("This takes too long: these words are too common. Add another one.")]
        return _answer(request, {"errors": said}, by, status=503)
    return _answer(request, {"words": asked["q"], **found}, by)


def _found(asked: dict[str, Any], by: Guest | Host | None) -> dict[str, Any]:
    words, before, kind = asked["q"], asked["before"], asked["kind"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SET_LIMITS, [STATEMENT_TIMEOUT])
        if kind == "interviews":
            cursor_at = get_object_or_404(Interview.objects.announced(), pk=before) if before else None
            return page_and_older("interviews", find_interviews(words, ROWS_A_PAGE + 1, cursor_at))
        last = get_object_or_404(Turn.objects.shown(), pk=before) if before else None
        turns = page_and_older("turns", find_turns(words, ROWS_A_PAGE + 1, last, by))
        if by or before or kind == "turns":
            return turns
        interviews, people = find_interviews(words, INTERVIEWS_ABOVE_TURNS + 1), find_people(words, ROWS_A_PAGE)
        return {
            **turns,
            "people": people,
            "interviews": interviews[:INTERVIEWS_ABOVE_TURNS],
            "more": len(interviews) > INTERVIEWS_ABOVE_TURNS,
        }


def _person(asked: dict[str, Any]) -> Guest | Host | None:
    if asked["guest"] and asked["host"]:
        raise Http404  # nobody is both
    if asked["guest"]:
        return get_object_or_404(Guest.objects.with_page(), slug=asked["guest"])
    return get_object_or_404(Host.objects.with_page(), slug=asked["host"]) if asked["host"] else None


def _answer(request: HttpRequest, context: dict[str, Any], by: Guest | Host | None, status: int = 200) -> HttpResponse:
    asked = {"q": request.GET.get("q", ""), "by": by, "role": by._meta.model_name if by else ""}
    return public(render(request, "reader/search.html", {**asked, **context}, status=status), seconds=10)
