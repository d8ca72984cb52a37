"""People as rows of a CSV file, and what the rows of such a file would change."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext

from interviews.exports.spreadsheets import FORMULA_STARTS
from interviews.models import Guest, Host
from interviews.models.people.duplicates import Reason
from interviews.models.people.likeness import plain
from interviews.models.values.slugs import slug_for
from interviews.models.values.text import one_line, with_gaps

from .person_matches import Book, Match

PRIVATE = ("email", "phone", "notes")
LONG = ("bio_zh", "bio_en", "notes")  # may have several lines
COLUMNS = ("slug", "name", "title", "organisation", "bio_zh", "bio_en", *PRIVATE, "hidden")
IDENTITY = ("slug", "name", "title", "email")  # by which a row is known to be about somebody
NEW, SKIP, CHOICE, SKIP_OPEN = "new", "skip", "row-", "skip-open"
MARK_CHARACTERS = 16
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


@dataclass
class Option:
    """Says what a row may do: `before` is the person as it is, None if the row adds somebody."""

    before: Someone | None
    person: Someone
    reasons: Sequence[Reason] = ()  # why it may be this person

    @property
    def value(self) -> str:
        return str(self.before.pk) if self.before else NEW

    @cached_property
    def diff(self) -> list[tuple[str, str, str]]:
        """Columns with what is there and what will be. The slug identifies the person and is never changed."""
        after = {column: in_words(getattr(self.person, column)) for column in COLUMNS[1:]}
        before = {column: in_words(getattr(self.before, column)) if self.before else "" for column in after}
        return [(column, before[column], after[column]) for column in after if before[column] != after[column]]


@dataclass
class Change:
    """One row, with what it may do. Where the default is empty somebody has to decide."""

    number: int
    row: Row
    options: list[Option]
    default: str
    namesake: str | None  # the slug of somebody else of this name, if the row brings a slug of its own
    chosen: str = ""  # an option's value, SKIP, or nothing as long as it is open

    @cached_property
    def mark(self) -> str:
        """A hash of all that the row may do."""
        may = [self.number, self.default, *((option.value, option.diff) for option in self.options)]
        return hashlib.sha256(json.dumps(may).encode()).hexdigest()[:MARK_CHARACTERS]

    def choose(self, said: str | None) -> None:
        """Take what the page sends, if this is the row that it has shown; a row that is another one now starts anew."""
        value, _, mark = (said or "").partition(".")
        if said is None or (len(mark) == MARK_CHARACTERS and mark != self.mark):
            self.chosen = self.default
        elif mark == self.mark and value in (SKIP, *(option.value for option in self.options)):
            self.chosen = value

    @property
    def does(self) -> Option | None:
        return next((option for option in self.options if option.value == self.chosen), None)

    @property
    def changes_nothing(self) -> bool:
        return bool(self.does and self.does.before and not self.does.diff)

    @property
    def whom(self) -> object:
        """Return what is the same in all rows about one person, or None if the row does nothing."""
        person = self.does and self.does.person
        return person and (person.pk or cleaned("slug", self.row.get("slug", "")) or (plain(person.name),))


class Changes:
    """Compares rows with an address book, and says what each may do and, by the choices that were made, does.

    One with a slug is that person or a new one. One without may be who is known by e-mail, or by name and title.
    """

    def __init__(self, model: type[Someone], rows: Sequence[Row], choices: Mapping[str, str]) -> None:
        self.rows = rows
        self.choices = choices  # by CHOICE and the row's number; SKIP_OPEN is for all that are open
        self.columns = [column for column in COLUMNS[1:] if rows and column in rows[0]]
        self.changes: list[Change] = []
        self.mistakes: list[Mistake] = []
        self.can_be_chosen = False  # nothing is wrong but what another choice can mend
        self.model: Any = model

    def check(self) -> Iterator[int]:
        """Yield how many rows are done, again and again: it may take seconds."""
        self._read_the_book()
        all_rows = []
        for number, row in enumerate(self.rows, 2):
            try:
                if any(row.values()):
                    all_rows.append(self._checked(number, row))
            except ValidationError as error:
                self.mistakes += self._told(number, error)
            if (number - 1) % ROWS_A_STEP == 0:
                yield number - 1
        self.can_be_chosen = not self.mistakes
        self.mistakes += self._clashes(all_rows)
        self.changes = [one for one in all_rows if not (one.default == one.chosen and one.changes_nothing)]

    @property
    def done(self) -> list[Option]:
        return [does for change in self.changes if (does := change.does) and not change.changes_nothing]

    @property
    def new(self) -> int:
        return sum(not option.before for option in self.done)

    @property
    def changed(self) -> int:
        return len(self.done) - self.new

    @property
    def skipped(self) -> int:
        return sum(change.chosen == SKIP for change in self.changes)

    @property
    def open(self) -> list[int]:
        """The numbers of the rows of which somebody has to say what they do."""
        return [change.number for change in self.changes if not change.chosen]

    @property
    def same(self) -> int:
        return sum(any(row.values()) for row in self.rows) - len(self.done) - self.skipped - len(self.open)

    @property
    def on_pages(self) -> list[int]:
        """The ids of those of whom readers see what changes."""
        shown = (one for one in self.done if {column for column, _old, _new in one.diff} - set(PRIVATE))
        return [option.person.pk for option in shown if option.before]

    @property
    def mark(self) -> str:
        """A hash of all that the rows may do: the same as long as each choice would change what was shown with it."""
        return hashlib.sha256("".join(one.mark for one in self.changes).encode()).hexdigest()

    def _read_the_book(self) -> None:
        self._book = Book(self.model)
        said = {
            number: {it: cleaned(it, row.get(it, "")) for it in IDENTITY} for number, row in enumerate(self.rows, 2)
        }
        self._matches = {
            number: self._book.match(it["name"], it["title"], it["email"])
            for number, it in said.items()
            if not it["slug"]
        }
        slugs = [it["slug"] for it in said.values() if it["slug"]]
        people = {pk for match in self._matches.values() for pk in match.people}
        known = self.model.objects.filter(Q(slug__in=slugs) | Q(pk__in=people)).order_by("pk")
        self._known: dict[int | str, Someone] = {}
        for person in known.select_related("merged_into"):
            self._known[person.slug] = self._known[person.pk] = person

    def _checked(self, number: int, row: Row) -> Change:
        slug, name = (cleaned(column, row.get(column, "")) for column in ("slug", "name"))
        match = self._matches.get(number) or self._of_slug(slug)
        cells = self._cells(row)
        options = [self._option(self._known[pk], cells, reasons) for pk, reasons in match.people.items()]
        if not options or (name and not slug):
            options.append(self._option(self.model(slug=slug), cells))
        default = options[0].value if match.is_certain or not match.people else ""
        namesake = self._book.slug_of_name.get(plain(name)) if slug and not match.people else None
        change = Change(number, row, options, default, namesake)
        change.choose(self.choices.get(f"{CHOICE}{number}"))
        if not change.chosen and self.choices.get(SKIP_OPEN):
            change.chosen = SKIP
        return change

    def _of_slug(self, slug: str) -> Match:
        known = self._known.get(slug)
        if known and known.merged_into:
            words: dict[str, Any] = {"into": known.stands_for}
            raise ValidationError({"slug": gettext("This is one with %(into)s now.") % words})
        return Match({known.pk: []} if known else {}, is_certain=True)

    def _cells(self, row: Row) -> dict[str, Any]:
        cells, wrong = {}, {}
        for column in self.columns:
            try:
                cells[column] = cleaned(column, row[column])
            except ValidationError as error:
                wrong[column] = error
        if wrong:
            raise ValidationError(wrong)
        return cells

    def _option(self, start: Someone, cells: Mapping[str, Any], reasons: Sequence[Reason] = ()) -> Option:
        person = copy(start)
        for column, cell in cells.items():
            setattr(person, column, cell)
        before = start if start.pk else None
        if not before or any(getattr(before, column) != cell for column, cell in cells.items()):
            person.slug = person.slug or slug_for(self.model, person.name, self._book.slugs)
            self._book.slugs.add(person.slug)
            person.clean_fields(exclude={field.name for field in person._meta.fields} - set(COLUMNS))
        return Option(before, person, reasons)

    @staticmethod
    def _clashes(rows: Sequence[Change]) -> Iterator[Mistake]:
        first: dict[object, int] = {}
        for number, whom in [(one.number, one.whom) for one in rows if one.whom]:
            if first.setdefault(whom, number) != number:
                yield Mistake(number, "slug", gettext("Row %(row)d is about the same person.") % {"row": first[whom]})

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
