"""The address book as CSV: out, and after a look at what would change, in.

Between the two the file stays in the page that shows the changes, and nowhere else.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from interviews.exports.spreadsheets import as_csv
from interviews.imports.decoding import read
from interviews.imports.encodings import NotDecoded, Reading, choices, described
from interviews.imports.table import rows_of
from interviews.models import Interview
from interviews.models.people.at_once import save_all

from .base import ModelAdmin, editor
from .person_rows import CHOICE, COLUMNS, SKIP, SKIP_OPEN, Changes, row_of
from .progress import Job, Step, answered

MAX_FILE_BYTES = 1024 * 1024
MAX_FILE_ROWS = 2_000
ADDRESS_BOOK_LOCK = 0x70656F706C65  # PostgreSQL's advisory lock: one import writes at a time


class ImportForm(forms.Form):
    """First a file, to show what it would change; then its bytes again, with the mark of what was shown, to import."""

    file = forms.FileField(label=_("CSV file"), required=False)
    content = forms.CharField(required=False, widget=forms.HiddenInput)  # the file, in base64
    encoding = forms.ChoiceField(label=_("Encoding"), choices=choices, required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    readings: Iterable[Reading] = ()  # what the file may say, if that isn't certain

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        content = self._content(**data)
        try:
            reading = read(content, data["encoding"])
        except NotDecoded as error:
            self.readings = error.readings
            raise ValidationError({"file": str(error)}) from error
        try:
            return {**data, "reading": reading, "rows": rows_of(reading.text, COLUMNS, MAX_FILE_ROWS)}
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error

    def _content(self, file: Any, content: str, **_about: Any) -> bytes:
        if not file and not content:
            raise ValidationError({"file": _("Choose a file.")})
        if file and file.size > MAX_FILE_BYTES:
            raise ValidationError({"file": _("This is too big: at most 1 MB.")})
        try:
            whole = file.read() if file else base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise ValidationError({"file": _("Choose a file.")}) from error
        self.kept = {"content": base64.b64encode(whole).decode(), "encoding": self.cleaned_data["encoding"]}
        return whole

    kept: dict[str, str] | None = None  # what another form of the page sends again


class Refused(Exception):
    """Nothing was imported: these are what the rows would do now."""

    def __init__(self, changes: Changes) -> None:
        super().__init__("the rows are wrong, or do something else than what was shown")
        self.changes = changes


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
        name = f"{self.opts.model_name}s-{timezone.localdate()}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        content = as_csv(COLUMNS, *map(row_of, chosen))
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        self._require_exchange_permission(request)
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if not form.is_valid():
            return self._import_page(request, form)
        waiting = self._import_page(request, ImportForm(), is_waiting=True)
        return answered(request, self._job(request, form), waiting)

    def _job(self, request: HttpRequest, form: ImportForm) -> Job:
        seen = form.cleaned_data["seen"]
        changes = Changes(self.model, form.cleaned_data["rows"], request.POST if seen else {})
        for done in changes.check():
            yield Step(gettext("Compared with the address book"), done, len(changes.rows))
        if not seen or changes.open or changes.mistakes:
            yield Step(gettext("What would change is written down …"))
            return self._import_page(
                request, form, changes, is_other=seen not in ("", changes.mark), is_refused=bool(seen)
            )
        yield Step(gettext("All rows are saved at once …"))
        try:
            return self._brought_in(request, changes, seen)
        except Refused as refused:
            return self._import_page(request, form, refused.changes, is_other=True)

    def _import_page(
        self, request: HttpRequest, form: ImportForm, changes: Changes | None = None, **about: Any
    ) -> TemplateResponse:
        context = {"form": form, "columns": COLUMNS, "most": MAX_FILE_ROWS, "changes": changes, **about}
        context |= {"choice": CHOICE, "skip": SKIP, "skip_open": SKIP_OPEN}
        if form.kept:
            context["again"] = ImportForm(initial={**form.kept, **self._read_as(form)})
            context["readings"] = [(one, described(one.encoding)) for one in form.readings]
        if reading := form.is_bound and form.cleaned_data.get("reading"):
            context["read_as"] = described(reading.encoding)
        if changes and changes.changes and changes.can_be_chosen:
            context["confirm"] = ImportForm(initial={**form.kept, **self._read_as(form), "seen": changes.mark})  # type: ignore[dict-item]
        common = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, "title": _("Import")}
        return TemplateResponse(request, "admin/interviews/people/import.html", {**common, **context})

    @staticmethod
    def _read_as(form: ImportForm) -> dict[str, str]:
        reading = form.cleaned_data.get("reading")
        return {"encoding": reading.encoding} if reading else {}

    def _brought_in(self, request: HttpRequest, changes: Changes, seen: str) -> HttpResponse:
        try:
            changes = self._write(request, changes, seen)
        except IntegrityError:  # somebody else has just been given one of the new slugs
            raise Refused(_checked(changes)) from None
        words = {"new": changes.new, "changed": changes.changed, "same": changes.same}
        told = gettext("%(new)d new, %(changed)d changed, %(same)d as they were.") % words
        self.message_user(request, told, messages.SUCCESS)
        if n := changes.skipped:
            told = ngettext("%(n)d row was skipped.", "%(n)d rows were skipped.", n) % {"n": n}
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(self._list)

    @transaction.atomic
    def _write(self, request: HttpRequest, changes: Changes, seen: str) -> Changes:
        """Save what was seen, all or nothing. Interviews are locked last, when everything else has been done."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADDRESS_BOOK_LOCK])
        theirs = [option.before.pk for option in changes.done if option.before]
        list(self.model.objects.filter(pk__in=theirs).order_by("pk").select_for_update(no_key=True).values_list("pk"))
        changes = _checked(changes)
        if changes.mistakes or changes.open or changes.mark != seen:
            raise Refused(changes)
        by_slug = sorted(changes.done, key=lambda option: option.person.slug)  # as plans take them
        save_all([(option.before, option.person) for option in by_slug], changes.columns)
        self._log(request, changes)
        role = f"speakers__{self.opts.model_name}__in"
        Interview.objects.followed().filter(**{role: changes.on_pages}).recast(editor(request))
        return changes

    def _log(self, request: HttpRequest, changes: Changes) -> None:
        told = gettext("Imported from a CSV file.")
        for flag, is_new in ((ADDITION, True), (CHANGE, False)):
            people = [option.person for option in changes.done if (not option.before) is is_new]
            LogEntry.objects.log_actions(editor(request).pk, people, flag, told)

    @property
    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _require_exchange_permission(self, request: HttpRequest) -> None:
        if not self.has_exchange_permission(request):
            raise PermissionDenied


def _checked(changes: Changes) -> Changes:
    again = Changes(changes.model, changes.rows, changes.choices)
    for _done in again.check():
        pass
    return again
