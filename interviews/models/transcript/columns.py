"""SQL for a model's rows, composed once: Django often takes longer to compose it than PostgreSQL to answer it."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection, models


class Columns:
    """All columns of a model, one after the other in a query's row."""

    def __init__(self, model: type[models.Model]):
        fields = model._meta.concrete_fields
        self._model = model
        self._names = [field.attname for field in fields]
        self._readings = [getattr(field, "from_db_value", None) for field in fields]
        self._given = [field for field in fields if not field.primary_key]
        self._into = f"INSERT INTO {model._meta.db_table} ({', '.join(field.attname for field in self._given)})"
        self.sql = ", ".join(f'{model._meta.model_name}."{field.column}"' for field in fields)

    def take(self, row: Iterator[Any]) -> Any:
        """Return an instance made of the row's next values; None if the join found nothing."""
        values = list(islice(row, len(self._names)))
        if values[0] is None:
            return None
        for n, read in enumerate(self._readings):
            values[n] = read(values[n], None, connection) if read else values[n]
        return self._model.from_db(connection.alias, self._names, values)

    def inserting(self, row: models.Model, **worded: str) -> tuple[str, list[Any]]:
        """Return SQL that inserts `row` and returns its id, and its parameters; `worded` has columns given as SQL."""
        given = [field for field in self._given if field.attname not in worded]
        values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in given]
        places = ", ".join(worded.get(field.attname, "%s") for field in self._given)
        return f"{self._into} VALUES ({places}) RETURNING id", values


columns_of = cache(Columns)
