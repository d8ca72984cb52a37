"""The address book as CSV: out, and after a look at what would change, in.

django-import-export reads the rows, finds what they change and takes it all back if one is wrong. Its own pages are
not used: they keep the file in /tmp until somebody confirms, let good rows in where others are refused, and need
inline styles.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import tablib
from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from interviews.models import Guest, Host, Interview
from interviews.models.archive.merging import FOLLOWED_STATUSES, all_locked
from interviews.models.values.text import decoded

from .base import ModelAdmin, editor
from .person_resource import COLUMNS, PRIVATE, GuestResource, HostResource

MAX_FILE_BYTES = 1024 * 1024
MAX_FILE_ROWS = 2_000


class ImportForm(forms.Form):
    """First a file, to show what it would change; then its text again, with the mark of what was shown, to import."""

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if not data["file"] and not data["text"]:
            raise ValidationError({"file": _("Choose a file.")})
        text = text_of(data["file"]) if data["file"] else data["text"]
        return {**data, "text": text, "dataset": dataset(text)}


class Refused(Exception):
    """Nothing was imported; `result` is what the rows would do now."""

    def __init__(self, result: Any) -> None:
        super().__init__("the rows are wrong, or do something else than what was shown")
        self.result = result


class Mistake(NamedTuple):
    row: int | None
    column: str
    message: str


def text_of(file: Any) -> str:
    if file.size > MAX_FILE_BYTES:
        raise ValidationError({"file": _("This is too big: at most 1 MB.")})
    try:
        text = decoded(file.read())
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # as in the files that spreadsheets keep themselves
        raise ValidationError({"file": _("This is no text in UTF-8 or GB18030: save it as CSV.")})
    return text


def dataset(text: str) -> tablib.Dataset:
    """Read the rows, and add a column for the slug. As in spreadsheets, row 1 has the columns' names."""
    try:
        names, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error as error:
        raise ValidationError({"file": _("This is no CSV: %(error)s") % {"error": error}}) from error
    while rows and not any(rows[-1]):
        rows.pop()
    names = [name.strip().lower() for name in names]
    _require_known(names)
    if not rows or len(rows) > MAX_FILE_ROWS:
        raise ValidationError({"file": _("There have to be from 1 to %(most)d rows.") % {"most": MAX_FILE_ROWS}})
    table = tablib.Dataset(headers=names if "slug" in names else [*names, "slug"])
    for number, row in enumerate(rows, 2):
        if any(row[len(names) :]):
            words = {"row": number}
            raise ValidationError({"file": _("Row %(row)d has more cells than there are columns.") % words})
        table.append((row + [""] * table.width)[: len(names)] + [""] * (table.width - len(names)))
    return table


def _require_known(names: list[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    twice = [name for name in COLUMNS if names.count(name) > 1]
    words = {"names": ", ".join(unknown or twice), "known": ", ".join(COLUMNS)}
    if unknown:
        message = _("Columns that are not known: %(names)s. Those that are: %(known)s.")
    elif twice:
        message = _("Columns that are there twice: %(names)s.")
    elif not {"name", "slug"} & set(names):
        message = _("There has to be a column “name” or “slug”.")
    else:
        return
    raise ValidationError({"file": message % words})


def mistakes(result: Any) -> Iterator[Mistake]:
    for error in result.base_errors:
        yield Mistake(None, "", str(error.error))
    for number, errors in result.row_errors():
        yield from (Mistake(number + 1, "", str(error.error)) for error in errors)
    for row in result.invalid_rows:
        for column, messages_ in row.error_dict.items():
            yield from (Mistake(row.number + 1, "" if column == "__all__" else column, words) for words in messages_)


def mark(result: Any) -> str:
    """Return a hash of what the rows do: the same as long as an import would change the same."""
    does = [(row.number, row.import_type, row.diff) for row in result.rows]
    return hashlib.sha256(json.dumps(does).encode()).hexdigest()


class ExchangeAdmin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        leave = self.admin_site.admin_view(require_safe(self.export_view))
        enter = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.import_view))
        own = [path("export/", leave, name=f"{named}_export"), path("import/", enter, name=f"{named}_import")]
        return [*own, *super().get_urls()]

    def has_exchange_permission(self, request: HttpRequest) -> bool:
        # all private data at once: only for users who may do everything with these people
        return (
            self.has_add_permission(request)
            and self.has_change_permission(request)
            and self.has_delete_permission(request)
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        may = {"may_exchange": self.has_exchange_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Export the people that the list shows, as searched and filtered."""
        self._require_exchange_permission(request)
        try:
            chosen = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._list)
        content = self._resource().export(chosen).export("csv").encode("utf-8-sig")  # by the mark Excel knows UTF-8
        name = f"{self.opts.model_name}s-{timezone.localdate()}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        self._require_exchange_permission(request)
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        result, is_other = None, False
        if form.is_valid() and form.cleaned_data["seen"]:
            try:
                return self._brought_in(request, **form.cleaned_data)
            except Refused as refused:
                result, is_other = refused.result, True
        elif form.is_valid():
            result = self._run(form.cleaned_data["dataset"], dry_run=True)
        context = {"form": form, "result": result, "is_other": is_other, "columns": COLUMNS, "most": MAX_FILE_ROWS}
        if result:
            context["mistakes"] = list(mistakes(result))
        if result and result.rows and not context["mistakes"]:
            context["confirm"] = ImportForm(initial={"text": form.cleaned_data["text"], "seen": mark(result)})
        common = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, "title": _("Import")}
        return TemplateResponse(request, "admin/interviews/people/import.html", {**common, **context})

    def _brought_in(self, request: HttpRequest, dataset: Any, seen: str, **_about: Any) -> HttpResponse:
        role = f"speakers__{self.opts.model_name}"
        open_pages = Interview.objects.filter(status__in=FOLLOWED_STATUSES)
        theirs = open_pages.filter(**{f"{role}__slug__in": list(filter(None, dataset["slug"]))}).distinct()
        with all_locked(theirs) as interviews:
            result = self._run(dataset, dry_run=False)
            if any(mistakes(result)) or mark(result) != seen:
                raise Refused(result)
            shown = [row.object_id for row in result.rows if {name for name, _, _ in row.diff} - set(PRIVATE)]
            for interview in interviews:
                if interview.speakers.filter(**{f"{self.opts.model_name}__in": shown}).exists():
                    interview.recast(by=editor(request))
            self._log(request, result)
        words = {"new": result.totals["new"], "changed": result.totals["update"], "same": result.totals["skip"]}
        told = gettext("%(new)d new, %(changed)d changed, %(same)d as they were.") % words
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(self._list)

    def _run(self, dataset: Any, *, dry_run: bool) -> Any:
        return self._resource().import_data(dataset, dry_run=dry_run, rollback_on_validation_errors=True)

    def _log(self, request: HttpRequest, result: Any) -> None:
        for row in result.rows:
            log = self.log_addition if row.is_new() else self.log_change
            log(request, row.instance, gettext("Imported from a CSV file."))

    def _resource(self) -> Any:
        return {Guest: GuestResource, Host: HostResource}[self.model]()

    @property
    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _require_exchange_permission(self, request: HttpRequest) -> None:
        if not self.has_exchange_permission(request):
            raise PermissionDenied
