"""Who may enter the desk, and how it answers: a plain form with a page, a script that asks for JSON with JSON."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from interviews.models import Event, Interview, Role, Turn, User
from interviews.models.accounts.roles import MODERATES, RUNS, SEES, TYPES
from interviews.time_fields import MomentInput
from interviews.views.answers import errors_of, signed_out, wants_json

APPROVE_PERMISSION = "interviews.approve_interview"
NOT_TYPED = ("csrfmiddlewaretoken", "spoken_at_fold")  # a new field asks for the second

View = Callable[..., HttpResponse]
Answer = Event | HttpResponse | None


class DeskRequest(HttpRequest):
    user: User


class SeeOther(HttpResponseRedirect):
    status_code = 303


def newsroom(view: View) -> View:
    """Admit signed-in users who have work at a desk, and let nothing on the way keep the answer.

    It is compressed: Django changes the look of the token in a form, and the length of the answer, each time, so that
    nobody learns anything from how well it compresses.
    """

    @gzip_page
    @never_cache
    @wraps(view)
    def guarded(request: DeskRequest, slug: str = "", **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or is_of_anothers_page(request):
            return signed_out(request, desk_of(slug) if slug else reverse("desk:interviews"))
        if not request.user.is_at_the_desk:
            raise PermissionDenied
        return view(request, **({"slug": slug} if slug else {}), **kwargs)

    return guarded


def is_of_anothers_page(request: DeskRequest) -> bool:
    """Whether somebody else has signed in beside an open page: what was typed there must not go out in their name."""
    return request.headers.get("X-User", str(request.user.pk)) != str(request.user.pk)


def interview_for(request: DeskRequest, slug: str, roles: Collection[Role] = SEES) -> Interview:
    """Http404 if the user may not know of the interview, PermissionDenied if another role is needed."""
    interview = get_object_or_404(Interview.objects.open_to(request.user, SEES), slug=slug)
    if roles != SEES and not interview.is_open_to(request.user, roles):
        raise PermissionDenied
    return interview


def verb_for(roles: Collection[Role]) -> Callable[[View], View]:
    """Make a view of a verb: POST only, for these roles; a refusal by the models is told by the interview's clock."""

    def decorate(view: View) -> View:
        @require_POST
        @newsroom
        @wraps(view)
        def refusable(request: DeskRequest, slug: str, **kwargs: Any) -> HttpResponse:
            interview = interview_for(request, slug, roles)
            with timezone.override(interview.tz):
                try:
                    return view(request, interview, **kwargs)
                except ValidationError as error:
                    return refused(request, interview, error)

        return refusable

    return decorate


anybodys_verb = verb_for(SEES)
typists_verb = verb_for(TYPES)
moderators_verb = verb_for(MODERATES)
editors_verb = verb_for(RUNS)


def approvers_verb(view: View) -> View:
    @editors_verb
    @wraps(view)
    def approved(request: DeskRequest, interview: Interview, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(APPROVE_PERMISSION):
            raise PermissionDenied
        return view(request, interview, **kwargs)

    return approved


def of_a_turn(guard: Callable[[View], View]) -> Callable[[Callable[..., Answer]], View]:
    """Make a view of a turn's verb, which answers with the turn as it stands then unless the view answers itself."""

    def decorate(view: Callable[..., Answer]) -> View:
        @guard
        @wraps(view)
        def of_turn(request: DeskRequest, interview: Interview, pk: int) -> HttpResponse:
            turn = get_object_or_404(interview.turns, pk=pk)
            turn.interview = interview
            answer = view(request, turn)
            return answer if isinstance(answer, HttpResponse) else done(request, interview, turn, event=answer)

        return of_turn

    return decorate


turn_verb = of_a_turn(typists_verb)
editors_turn_verb = of_a_turn(editors_verb)


def done(
    request: HttpRequest, interview: Interview, turn: Turn | None = None, status: int = 200, event: Event | None = None
) -> HttpResponse:
    """Answer with the event's number, by which the change can be undone."""
    if wants_json(request):
        about: dict[str, Any] = {"turn": turn.pk, "version": turn.version} if turn else {"status": interview.status}
        return JsonResponse(about | ({"event": event.seq} if event and event.turn_id else {}), status=status)
    return SeeOther(desk_of(interview.slug) + (f"#turn-{turn.pk}" if turn else ""))


def refused(request: HttpRequest, interview: Interview, error: ValidationError) -> HttpResponse:
    errors = errors_of(error)
    if wants_json(request):
        return JsonResponse({"errors": errors}, status=400)
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_TYPED]
    has_words = request.POST.get("text") or request.POST.get("script")
    context = {"interview": interview, "errors": errors, "typed": typed if has_words else []}
    if "spoken_at" in errors:
        field = MomentInput()
        context["spoken_at"] = field.render("spoken_at", field.value_from_datadict(request.POST, {}, "spoken_at"))
    return render(request, "desk/refused.html", context, status=400)


def desk_of(slug: str) -> str:
    return reverse("desk:interview", args=[slug])
