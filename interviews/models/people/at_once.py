"""Save and record many rows by a few statements, where save() would take several for each."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils.encoding import smart_str

from interviews.models.values.searched import Searchable

ROWS_A_STATEMENT = 1000

Change = tuple[Model | None, Model | None]  # a row as it was, or None if it is new, and as it is, or None if it goes


def save_all(changes: Sequence[Change], columns: Collection[str]) -> None:
    """Save and record rows of one model. Of a row that is there only these columns are saved: lock it first."""
    new = [after for before, after in changes if after and not before]
    changed = [after for before, after in changes if after and before]
    for some, how in (
        (new, {}),
        # faster than bulk_update(), which writes a CASE with a line for each row and column
        (changed, {"update_conflicts": True, "unique_fields": ["id"], "update_fields": columns}),
    ):
        if some:
            type(some[0])._default_manager.bulk_create(some, ROWS_A_STATEMENT, **how)  # type: ignore[arg-type]
    rows = new + changed
    if rows and isinstance(rows[0], Searchable):
        type(rows[0]).index(rows)
    record_all(changes)


def record_all(changes: Iterable[Change]) -> None:
    """Have django-auditlog record changes as it does when each row is saved."""
    entries = [entry for before, after in changes if (entry := _entry(before, after))]
    for entry in entries:
        pre_save.send(LogEntry, instance=entry, raw=False, using=None, update_fields=None)  # signs it
    LogEntry.objects.bulk_create(entries, ROWS_A_STATEMENT)


def _entry(before: Model | None, after: Model | None) -> LogEntry | None:
    changes = model_instance_diff(before, after, use_json_for_changes=settings.AUDITLOG_STORE_JSON_CHANGES)
    row: Any = after or before
    if not changes:
        return None
    action = LogEntry.Action.UPDATE if before and after else LogEntry.Action.CREATE
    return LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=row.pk,
        object_id=row.pk,
        object_repr=smart_str(row),
        action=action if after else LogEntry.Action.DELETE,
        changes=changes,
        additional_data=row.get_additional_data(),
    )
