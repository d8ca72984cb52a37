"""Rows that the search finds: what it reads of them stands in a table beside theirs, folded when it was written."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from .folding import fold
from .grams import grams_in

SAVE = """
INSERT INTO {table} (row_id, folded, folded_later, grams)
SELECT row_id, folded, folded_later, array_to_tsvector(string_to_array(grams, ' '))
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS given (row_id, folded, folded_later, grams)
ON CONFLICT (row_id) {conflict}
"""
REPLACE = (
    "DO UPDATE SET (folded, folded_later, grams) = (excluded.folded, excluded.folded_later, excluded.grams) "
    "WHERE ({table}.folded, {table}.folded_later) IS DISTINCT FROM (excluded.folded, excluded.folded_later)"
)
# of a row that is being inserted by the same statement, under the name `turn`
SAVE_NEW = (
    "INSERT INTO {table} (row_id, folded, folded_later, grams) "
    "SELECT id, %s, %s, array_to_tsvector(string_to_array(%s, ' ')) FROM {new}"
)


class Searched(models.Model):
    """The texts of a row, folded, and their grams. A model's own table of them has a field `row`, its primary key."""

    folded = models.TextField()
    folded_later = models.TextField()  # what the public sees later only: an interview's summary
    grams = SearchVectorField()

    class Meta:
        abstract = True
        # without a list of what is still to be put in order, which each search would have to read through
        indexes: ClassVar = [GinIndex(fields=["grams"], name="%(class)s_grams", fastupdate=False)]


class Searchable(models.Model):
    SEARCHED: ClassVar[tuple[str, ...]]
    SEARCHED_LATER: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        written = kwargs.get("update_fields")
        if written is None or {*self.SEARCHED, *self.SEARCHED_LATER} & set(written):
            self.index([self])

    @classmethod
    def index(cls, rows: Iterable[Any], *, is_old: bool = False) -> None:
        """Keep what the search reads of rows; of old ones only if nothing newer is kept."""
        columns = list(zip(*((row.pk, *row.searched_as) for row in rows), strict=True))
        if not columns:
            return
        table = cls._searched_table()
        conflict = "DO NOTHING" if is_old else REPLACE.format(table=table)
        with connection.cursor() as cursor:
            cursor.execute(SAVE.format(table=table, conflict=conflict), [list(column) for column in columns])

    @classmethod
    def indexing_new(cls, new: str) -> str:
        """Return SQL that keeps it of a row that the same statement inserts as `new`; its values are searched_as."""
        return SAVE_NEW.format(table=cls._searched_table(), new=new)

    @property
    def searched_as(self) -> tuple[str, str, str]:
        """Return the folded texts, those that are seen later, and the grams of both, with spaces between."""
        folded, later = (fold("\n".join(getattr(self, name) for name in names)) for names in self._searched_fields)
        return folded, later, " ".join(grams_in(folded) | grams_in(later))

    @property
    def _searched_fields(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.SEARCHED, self.SEARCHED_LATER

    @classmethod
    def _searched_table(cls) -> str:
        related: Any = cls._meta.get_field("searched").related_model
        return str(related._meta.db_table)
