"""Find people who are in the address book twice, and merge them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from interviews.models import Guest, Host
from interviews.models.archive.merging import CHOSEN_FIELDS, label_of, merge, together
from interviews.models.people.duplicates import duplicates

from .base import ModelAdmin, editor

MAX_PEOPLE_COMPARED = 6  # beside each other
GROUPS_A_PAGE = 25


class MergeForm(forms.Form):
    """Asks who stays, and for each field that differs whose value stays."""

    def __init__(self, data: Any, people: Sequence[Guest | Host]) -> None:
        super().__init__(data)
        self.people = sorted(people, key=lambda one: (-one.seats_taken, one.pk))  # type: ignore[union-attr]
        self._offer("stays", _("Stays"), self.people[0])
        for name in CHOSEN_FIELDS:
            values = [getattr(person, name) for person in self.people]
            if len(set(values)) > 1:
                filled = (person for person, value in zip(self.people, values, strict=True) if value)
                self._offer(name, label_of(self.people[0], name), self.people[0] if name == "hidden" else next(filled))

    def _offer(self, name: str, label: Any, initial: Guest | Host) -> None:
        choices = [(str(person.pk), person.name) for person in self.people]
        widget = forms.RadioSelect
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=str(initial.pk), widget=widget)

    def merged(self, by: Any) -> Guest | Host:
        """Merge them; ValidationError if they can't be merged any more."""
        those = {str(person.pk): person for person in self.people}
        chosen = {name: those[pk] for name, pk in self.cleaned_data.items()}
        kept = chosen.pop("stays")
        others = [person for person in self.people if person != kept]
        return merge(kept, others, chosen=chosen, by=by)

    @property
    def rows(self) -> "Iterator[Row]":
        """The rows of the table that compares them: each value, with a radio button where there is a choice."""
        for name in (*CHOSEN_FIELDS, "notes"):
            values = [getattr(person, name) for person in self.people]
            radios = self[name] if name in self.fields else [None] * len(values)
            if any(values):
                yield Row(name, label_of(self.people[0], name), list(zip(values, radios, self.people, strict=True)))


class Row(NamedTuple):
    name: str
    label: str
    cells: list[tuple[Any, Any, Guest | Host]]


class MergingAdmin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        own: dict[str, Callable[..., HttpResponse]] = {
            "duplicates": require_safe(self.duplicates_view),
            "merge": require_http_methods(["GET", "HEAD", "POST"])(self.merge_view),
        }
        views = {name: self.admin_site.admin_view(view) for name, view in own.items()}
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        return [*(path(f"{name}/", views[name], name=f"{named}_{name}") for name in own), *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        def many() -> int:  # called where it is shown, and not when an action leads elsewhere
            return len(duplicates(self.model)) if self.has_merge_permission(request) else 0

        return super().changelist_view(request, {"duplicates": many, **(extra_context or {})})

    @admin.action(description=_("Merge the chosen %(verbose_name_plural)s"), permissions=["merge"])
    def merge_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
        who = chosen.values_list("pk", flat=True)[: MAX_PEOPLE_COMPARED + 1]
        return HttpResponseRedirect(f"{self._address('merge')}?{urlencode({'who': list(who)}, doseq=True)}")

    def duplicates_view(self, request: HttpRequest) -> HttpResponse:
        self._require_merge_permission(request)
        page = Paginator(duplicates(self.model), GROUPS_A_PAGE).get_page(request.GET.get("p"))
        people = self.get_queryset(request).in_bulk([pk for group in page for pk in group.people])
        groups = [([people[pk] for pk in group.people if pk in people], group.reasons) for group in page]
        context = {"title": _("Possible duplicates"), "page": page, "groups": groups, "most": MAX_PEOPLE_COMPARED}
        return self._page(request, "duplicates", context)

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        self._require_merge_permission(request)
        people = self._asked_for(request)
        if not 2 <= len(people) <= MAX_PEOPLE_COMPARED:
            words = gettext("Choose from two to %(most)d who are in this list.") % {"most": MAX_PEOPLE_COMPARED}
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(self._address("changelist"))
        form = MergeForm(request.POST if request.method == "POST" else None, people)
        if form.is_valid():
            try:
                return self._merged(request, form)
            except ValidationError as error:
                form.add_error(None, error)
        context = {"title": _("Merge"), "form": form, "shares": map(share, form.people), "together": together(people)}
        return self._page(request, "merge", context)

    def _merged(self, request: HttpRequest, form: MergeForm) -> HttpResponse:
        kept = form.merged(by=editor(request))
        for person in form.people:
            self.log_change(request, person, gettext("Merged into %(name)s.") % {"name": kept})
        words = gettext("They are one now: %(name)s. The pages of the others lead there.") % {"name": kept}
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(self._address("change", kept.pk))

    def _asked_for(self, request: HttpRequest) -> list[Any]:
        field = forms.ModelMultipleChoiceField(self.get_queryset(request))
        try:
            return list(field.clean(request.GET.getlist("who")))
        except ValidationError:
            return []

    def _require_merge_permission(self, request: HttpRequest) -> None:
        if not self.has_merge_permission(request):
            raise PermissionDenied

    def _address(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/interviews/people/{name}.html", {**common, **context})


def share(person: Guest | Host) -> dict[str, int]:
    """Count the interviews and turns that move with this person's seats."""
    return person.seats.aggregate(interviews=Count("interview", distinct=True), turns=Count("turns"))
