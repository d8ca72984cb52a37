"""The record of changes. Admins read it, nobody writes or deletes it."""

from collections.abc import Iterator
from os.path import commonprefix
from typing import Any

import auditlog.admin
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from interviews.exports.spreadsheets import BOM, as_csv
from interviews.models import Interview, Record, Turn, User
from interviews.models.changes.record import Difference, RecordQuerySet, kind_of, tell
from interviews.models.changes.registered import PARTLY_RECORDED, RELATIONS
from interviews.models.values.local_times import to_the_second
from interviews.models.values.text import opening

from .base import ModelAdmin
from .progress import Streamed

assert auditlog.admin  # which puts its own list, of half of the record, beside ours
admin.site.unregister(LogEntry)

MAX_ROWS_COUNTED = 10_000  # on the pages of the list; to count them all would take longer than to show them
MAX_ROWS_FOUND = 1000  # of a search
INTERVIEWS_OFFERED = 10  # the latest, to filter by
ROWS_READ_AT_ONCE = 1000  # for a file
CHARACTERS_AROUND_A_CHANGE = 30  # that the list shows
FIELDS_SHOWN = 4  # of one change in the list
CHARACTERS_SHOWN = 120  # of one field's change in the list


class Newest(Paginator):  # type: ignore[type-arg]
    @cached_property
    def count(self) -> int:
        records: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return records.order_by()[:MAX_ROWS_COUNTED].count()


class RecordList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = tell(list(self.result_list))

    @property
    def is_cut_off(self) -> bool:
        return self.result_count >= (MAX_ROWS_FOUND if self.query else MAX_ROWS_COUNTED)


class UserFilter(admin.SimpleListFilter):
    title = _("user")
    parameter_name = "user"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        users = [(str(user.pk), user.get_username()) for user in User.objects.order_by("username")]
        return [*users, ("nobody", _("nobody signed in")), ("command", _("a command"))]

    def queryset(self, request: HttpRequest, records: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "nobody":
                return records.filter(user=None, who="")
            case "command":
                return records.filter(user=None, who=None)
            case str(pk) if pk.isdecimal():
                return records.filter(user=int(pk))
        return records


class KindFilter(admin.SimpleListFilter):
    title = _("kind of thing")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        models: list[type[Model]] = [Turn, *RELATIONS, *map(apps.get_model, PARTLY_RECORDED)]
        return [(model._meta.label_lower, kind_of(model)) for model in models]

    def queryset(self, request: HttpRequest, records: QuerySet[Any]) -> QuerySet[Any]:
        kinds = dict(self.lookup_choices)
        if self.value() not in kinds:
            return records
        model = apps.get_model(str(self.value()))
        of_events = Q(content_type=None, turn__isnull=model is not Turn)
        if model is Turn:
            return records.filter(of_events)
        recorded = Q(content_type=ContentType.objects.get_for_model(model))
        return records.filter(recorded | of_events if model is Interview else recorded)


class InterviewFilter(admin.SimpleListFilter):
    """Offers the newest interviews and the chosen one; the list's rows and the search lead to the others."""

    title = _("interview")
    parameter_name = "interview"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        chosen = request.GET.get(self.parameter_name, "")
        latest = Interview.objects.order_by("-pk").values_list("pk")[:INTERVIEWS_OFFERED]
        wanted = Q(pk__in=latest) | Q(pk=int(chosen) if chosen.isdecimal() else None)
        return [(str(one.pk), opening(one.headline)) for one in Interview.objects.filter(wanted).order_by("-pk")]

    def queryset(self, request: HttpRequest, records: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or ""
        return records.filter(interview=int(chosen)) if chosen.isdecimal() else records


@admin.register(Record)
class RecordAdmin(ModelAdmin):
    list_display = ["time", "whose", "about", "changed"]
    list_display_links = ["time"]
    list_filter = [UserFilter, KindFilter, InterviewFilter, "action"]
    fields = ["time", "whose", "about", "reason", "in_full"]
    readonly_fields = ["time", "whose", "about", "in_full"]
    search_fields = ["thing"]
    search_help_text = _("Searches names, headlines, reasons and what was there before and after.")
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    sortable_by = ()
    actions = None
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    paginator = Newest

    class Media:
        css = {"all": ["css/admin/record.css"]}

    @admin.display(description=_("at"))
    def time(self, record: Record) -> str:
        return to_the_second(timezone.localtime(record.at))

    @admin.display(description=_("who"))
    def whose(self, record: Record) -> str:
        return record.by

    @admin.display(description=_("what"))
    def about(self, record: Record) -> str:
        return render_to_string("admin/interviews/record/_thing.html", {"record": record, "url": admin_url_of(record)})

    @admin.display(description=pgettext_lazy("record", "from what to what"))
    def changed(self, record: Record) -> str:
        first = record.differences[:FIELDS_SHOWN]
        changes = [(change.field, *around(change.before, change.after), is_short(change)) for change in first]
        context = {"changes": changes, "more": len(record.differences) - len(first), "reason": record.reason}
        return render_to_string("admin/interviews/record/_changes.html", context)

    @admin.display(description=pgettext_lazy("record", "from what to what"))
    def in_full(self, record: Record) -> str:
        return render_to_string("admin/interviews/record/_in_full.html", {"changes": record.differences})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Record | None:
        record = super().get_object(request, object_id, from_field)
        return tell([record])[0] if record else None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        # Find users and the like in their small tables first: a join of the record with them reads every row.
        for word in search_term.split():
            users = User.objects.filter(
                Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
            )
            interviews = Interview.objects.filter(headline__icontains=word)
            words = [Q(**{f"{name}__icontains": word}) for name in ("thing", "who", "reason", "changes")]
            fits = Q(user__in=list(users.values_list("pk", flat=True)))
            for one in (Q(interview__in=list(interviews.values_list("pk", flat=True))), *words):
                fits |= one
            queryset = queryset.filter(fits)
        is_for_pages = "csv" not in request.path
        return (found_once(queryset) if search_term and is_for_pages else queryset), False

    def get_urls(self) -> list[Any]:
        export = self.admin_site.admin_view(require_safe(self.export))
        return [path("csv/", export, name="interviews_record_csv"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            chosen: Any = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect("admin:interviews_record_changelist")  # an address typed by hand
        response = Streamed(table(chosen), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="record-{timezone.localdate()}.csv"'
        return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def found_once(records: QuerySet[Any]) -> QuerySet[Any]:
    # The page asks for the newest rows several times, and each time the search would look at every row.
    newest = records.order_by("-at", "-pk").values_list("pk", flat=True)[:MAX_ROWS_FOUND]
    return Record.objects.filter(pk__in=list(newest)).newest_first()


def table(records: RecordQuerySet) -> Iterator[str]:
    """One line for each field that was changed."""
    heads = [_("at"), _("who"), _("action"), _("kind of thing"), _("what"), _("interview")]
    heads += [_("field"), pgettext_lazy("record", "from"), pgettext_lazy("record", "to"), _("reason")]
    yield as_csv(heads)
    for chunk in records.in_chunks(ROWS_READ_AT_ONCE):
        yield as_csv(*(line for record in chunk for line in lines_of(record))).removeprefix(BOM)


def lines_of(record: Record) -> Iterator[list[str]]:
    at = timezone.localtime(record.at).isoformat(timespec="seconds")
    interview = record.interview.headline if record.interview else ""
    about = [at, record.by, record.get_action_display(), record.kind, record.thing, interview]
    for change in record.differences or [Difference("", "", "")]:
        yield [*about, *change, record.reason]


def admin_url_of(record: Record) -> str:
    """Return the address of the thing's page in the admin, or "" if it has none."""
    if not record.is_there or not record.model:
        return ""
    try:
        return reverse(f"admin:{record.model._meta.label_lower.replace('.', '_')}_change", args=[record.thing_pk])
    except NoReverseMatch:
        return ""


def is_short(change: Difference) -> bool:
    """Whether one value in place of the other is easier to read than their differences."""
    return bool(change.before and change.after) and len(change.before + change.after) < CHARACTERS_SHOWN / 2


def around(before: str, after: str) -> tuple[str, str]:
    """Both values without what is the same at their beginnings and ends."""
    start = max(len(commonprefix([before, after])) - CHARACTERS_AROUND_A_CHANGE, 0)
    same = len(commonprefix([before[:start:-1], after[:start:-1]]))
    end = max(same - CHARACTERS_AROUND_A_CHANGE, 0)
    return tuple(cut(text, start, len(text) - end) for text in (before, after))  # type: ignore[return-value]


def cut(text: str, start: int, end: int) -> str:
    part = text[start:end]
    if len(part) > CHARACTERS_SHOWN:
        part, end = part[:CHARACTERS_SHOWN], 0
    return ("… " if start else "") + part + (" …" if end < len(text) else "")
