"""Later migrations, ours and those of libraries: nothing that ours have made stands in their way."""

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from interviews.models import Record

# Keys stay what they are, for the tables that point at them: to say a column's type anew asks for the same rights.
OTHER_TYPES = {
    "character varying": "text",
    "text": "varchar(9000)",
    "smallint": "integer",
    "integer": "bigint",
    "jsonb": "json",
    "boolean": "text",
    "inet": "text",
    "uuid": "text",
}
COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
JOIN pg_tables ON schemaname = table_schema AND tablename = table_name WHERE table_schema = 'public' ORDER BY 1, 2
"""


@pytest.fixture
def cursor():
    with connection.cursor() as cursor:
        yield cursor


def refusal(cursor, table, column, new_type):
    """What PostgreSQL, or the record of changes afterwards, says against it; nothing is left altered."""
    try:
        with transaction.atomic():
            cursor.execute(f'ALTER TABLE "{table}" ALTER "{column}" TYPE {new_type} USING "{column}"::{new_type}')
            shown = list(Record.objects.order_by("pk").values())
            transaction.set_rollback(True)
    except Exception as error:
        return str(error)
    assert shown == list(Record.objects.order_by("pk").values())
    return None


def test_a_migration_may_alter_each_column_of_each_table(cursor, interview, guest):
    interview.say(guest, "河水先是黑的。").retract(reason="说错了")
    connection.check_constraints()  # at once: PostgreSQL alters no table while some are still to be checked
    cursor.execute(COLUMNS)
    columns = cursor.fetchall()
    assert ("interviews_event", "note", "character varying") in columns
    refused = {
        f"{table}.{column}": why
        for table, column, its_type in columns
        if (why := refusal(cursor, table, column, OTHER_TYPES.get(its_type, its_type)))
    }
    assert not refused


def test_a_migration_of_the_auditlog_comes_after_the_record_has_let_go_of_its_tables():
    # If this fails: name the auditlog's migration in `run_before` of 0012, since before that the view stands in its way
    graph = MigrationLoader(connection).graph
    ours = ("interviews", "0012_record_by_function")
    early = graph.forwards_plan(ours)
    late = [key for key in graph.nodes if key[0] == "auditlog" and key not in early]
    assert [key for key in late if ours not in graph.forwards_plan(key)] == []
