"""A person as a row of a CSV file."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import Diff, ModelResource
from import_export.widgets import Widget

from interviews.exports.spreadsheets import FORMULA_STARTS
from interviews.models import Guest, Host
from interviews.models.people.duplicates import plain
from interviews.models.values.text import one_line, with_gaps

PRIVATE = ("email", "phone", "notes")
LONG = ("bio_zh", "bio_en", "notes")  # may have several lines
COLUMNS = ("slug", "name", "title", "organisation", "bio_zh", "bio_en", *PRIVATE, "hidden")
ESCAPE = "'"
YES, NO = ("1", "true", "yes", "是"), ("", "0", "false", "no", "否")


def escaped(cell: str) -> str:
    return ESCAPE + cell if cell.startswith((*FORMULA_STARTS, ESCAPE)) else cell


def unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith(ESCAPE) and cell[1:].startswith((*FORMULA_STARTS, ESCAPE)) else cell


class Text(Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return with_gaps(unescaped(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return escaped(value or "")


class Line(Text):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return one_line(unescaped(value))


class YesNo(Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        word = value.strip().lower()
        if word not in YES + NO:
            raise ValueError(gettext("Write 1 for yes or 0 for no."))
        return word in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "1" if value else "0"


class Changes(Diff):  # type: ignore[misc]
    """What a row replaces, by column. The slug identifies the person and is never changed."""

    def as_html(self) -> list[tuple[str, str, str]]:
        pairs = zip(COLUMNS, map(unescaped, self.left), map(unescaped, self.right), strict=True)
        return [pair for pair in pairs if pair[1] != pair[2] and pair[0] != "slug"]


class PersonResource(ModelResource):  # type: ignore[misc]
    """A row with a slug is that person, or a new one with that slug; a row without a slug is a new person."""

    class Meta:
        fields = COLUMNS
        import_id_fields = ["slug"]
        instance_loader_class = CachedInstanceLoader
        clean_model_instances = True
        skip_unchanged = True
        store_instance = True
        report_skipped = False
        use_transactions = True

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        widget = YesNo() if field_name == "hidden" else Text() if field_name in LONG else Line()
        return Field(field_name, field_name, widget)

    @classmethod
    def get_diff_class(cls) -> type[Changes]:
        return Changes

    def get_queryset(self) -> Any:
        return super().get_queryset().unmerged()

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        people = self._meta.model.objects
        self.merged = {one.slug: one for one in people.exclude(merged_into=None).select_related("merged_into")}
        self.names = {plain(name): slug for slug, name in people.unmerged().values_list("slug", "name")}
        self.rows: dict[tuple[str, str], int] = {}

    def before_import_row(self, row: Any, row_number: int = 0, **kwargs: Any) -> None:
        slug, name = (self.fields[column].clean(row) if column in row else "" for column in ("slug", "name"))
        if slug in self.merged:
            words = {"into": self.merged[slug].stands_for}
            raise ValidationError({"slug": gettext("This is one with %(into)s now.") % words})
        first = self.rows.setdefault((slug, "" if slug else plain(name)), row_number)
        if first != row_number and (slug or name):
            words = {"row": first + 1}
            raise ValidationError({"slug": gettext("Row %(row)d is about the same person.") % words})
        if not slug and (known := self.names.get(plain(name))):
            hint = gettext("There is somebody of this name: write the slug %(slug)s, or for somebody else a new one.")
            raise ValidationError({"slug": hint % {"slug": known}})

    def after_import_row(self, row: Any, row_result: Any, row_number: int = 0, **kwargs: Any) -> None:
        row_result.number = row_number + 1  # as spreadsheets count: row 1 has the columns' names
        row_result.namesake = self.names.get(plain(str(row_result.instance))) if row_result.is_new() else None

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Leave the sequence of ids alone, which the library would repair: only the database gives ids here."""


class GuestResource(PersonResource):
    class Meta(PersonResource.Meta):
        model = Guest


class HostResource(PersonResource):
    class Meta(PersonResource.Meta):
        model = Host
