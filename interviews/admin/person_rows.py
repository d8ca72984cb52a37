"""People as rows of a CSV file, and what the rows of such a file would change."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from interviews.exports.spreadsheets import FORMULA_STARTS
from interviews.models import Guest, Host
from interviews.models.people.likeness import plain
from interviews.models.values.slugs import slug_for
from interviews.models.values.text import one_line, with_gaps

PRIVATE = ("email", "phone", "notes")
LONG = ("bio_zh", "bio_en", "notes")  # may have several lines
COLUMNS = ("slug", "name", "title", "organisation", "bio_zh", "bio_en", *PRIVATE, "hidden")
ESCAPE = "'"
YES, NO = ("1", "true", "yes", "是"), ("", "0", "false", "no", "否")
ROWS_A_STEP = 100  # then whoever waits is told how far it is

Someone = Guest | Host
Row = Mapping[str, str]  # cells by column


def escaped(cell: str) -> str:
    return ESCAPE + cell if cell.startswith((*FORMULA_STARTS, ESCAPE)) else cell


def unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith(ESCAPE) and cell[1:].startswith((*FORMULA_STARTS, ESCAPE)) else cell


def row_of(person: Someone) -> list[str]:
    return [escaped(in_words(getattr(person, column))) for column in COLUMNS]


def in_words(value: Any) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


class Mistake(NamedTuple):
    row: int | None  # as spreadsheets count: row 1 has the columns' names
    column: str
    message: str


class Change(NamedTuple):
    """Says what one row does: `before` is the person as it is, None if the row adds somebody."""

    number: int
    before: Someone | None
    person: Someone
    namesake: str | None  # the slug of somebody else of this name

    @property
    def diff(self) -> list[tuple[str, str, str]]:
        """Columns with what is there and what will be. The slug identifies the person and is never changed."""
        after = {column: in_words(getattr(self.person, column)) for column in COLUMNS[1:]}
        before = {column: in_words(getattr(self.before, column)) if self.before else "" for column in after}
        return [(column, before[column], after[column]) for column in after if before[column] != after[column]]


class Changes:
    """Compares rows with an address book. One with a slug is that person or a new one; one without is a new person."""

    def __init__(self, model: type[Someone], rows: Sequence[Row]) -> None:
        self.rows = rows
        self.columns = [column for column in COLUMNS[1:] if rows and column in rows[0]]
        self.changes: list[Change] = []
        self.mistakes: list[Mistake] = []
        self.model: Any = model

    def check(self) -> Iterator[int]:
        """Yield how many rows are done, again and again: it may take seconds."""
        self._read_the_book()
        for number, row in enumerate(self.rows, 2):
            try:
                if any(row.values()):
                    self._check(number, row)
            except ValidationError as error:
                self.mistakes += self._told(number, error)
            if (number - 1) % ROWS_A_STEP == 0:
                yield number - 1

    @property
    def new(self) -> int:
        return sum(not change.before for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.new

    @property
    def same(self) -> int:
        return sum(any(row.values()) for row in self.rows) - len(self.changes)

    @property
    def on_pages(self) -> list[int]:
        """The ids of those of whom readers see what changes."""
        shown = (one for one in self.changes if {column for column, _old, _new in one.diff} - set(PRIVATE))
        return [change.person.pk for change in shown if change.before]

    @property
    def mark(self) -> str:
        """A hash of what the rows do: the same as long as an import would change the same."""
        does = [(one.number, not one.before, one.diff) for one in self.changes]
        return hashlib.sha256(json.dumps(does).encode()).hexdigest()

    def _read_the_book(self) -> None:
        everybody = self.model.objects.values_list("slug", "name", "merged_into")
        self._slugs = {slug for slug, _name, _merged in everybody}
        self._names = {plain(name): slug for slug, name, merged in everybody if not merged}
        wanted = [slug for row in self.rows if (slug := cleaned("slug", row.get("slug", "")))]
        known = self.model.objects.filter(slug__in=wanted).order_by("pk").select_related("merged_into")
        self._known: dict[str, Someone] = {person.slug: person for person in known}
        self._rows_of: dict[tuple[str, str], int] = {}

    def _check(self, number: int, row: Row) -> None:
        slug, name = (cleaned(column, row.get(column, "")) for column in ("slug", "name"))
        self._require_alone(number, slug, name)
        before = self._known.get(slug)
        person = copy(before) if before else self.model(slug=slug)
        wrong = {}
        for column in self.columns:
            try:
                setattr(person, column, cleaned(column, row[column]))
            except ValidationError as error:
                wrong[column] = error
        if wrong:
            raise ValidationError(wrong)
        if before and all(getattr(before, column) == getattr(person, column) for column in self.columns):
            return
        person.slug = slug or slug_for(self.model, name, self._slugs)
        self._slugs.add(person.slug)
        person.clean_fields(exclude={field.name for field in person._meta.fields} - set(COLUMNS))
        self.changes.append(Change(number, before, person, None if before else self._names.get(plain(name))))

    def _require_alone(self, number: int, slug: str, name: str) -> None:
        if (known := self._known.get(slug)) and known.merged_into:
            words: dict[str, Any] = {"into": known.stands_for}
            raise ValidationError({"slug": gettext("This is one with %(into)s now.") % words})
        first = self._rows_of.setdefault((slug, "" if slug else plain(name)), number)
        if first != number and (slug or name):
            raise ValidationError({"slug": gettext("Row %(row)d is about the same person.") % {"row": first}})
        if not slug and (namesake := self._names.get(plain(name))):
            hint = gettext("There is somebody of this name: write the slug %(slug)s, or for somebody else a new one.")
            raise ValidationError({"slug": hint % {"slug": namesake}})

    @staticmethod
    def _told(number: int, error: ValidationError) -> Iterator[Mistake]:
        for column, messages in error.message_dict.items():
            yield from (Mistake(number, column, message) for message in messages)


def cleaned(column: str, cell: str) -> Any:
    text = unescaped(cell)
    if column != "hidden":
        return with_gaps(text) if column in LONG else one_line(text)
    word = one_line(text).lower()
    if word not in YES + NO:
        raise ValidationError(gettext("Write 1 for yes or 0 for no."))
    return word in YES
