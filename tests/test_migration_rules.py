"""What a migration may do to a site that goes on: workers of the release before write into its tables meanwhile."""

import re

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

FIRST_HELD_TO_THEM = "0015"
LARGE = {"turn", "event", "interview", "turnsearched", "interviewsearched", "audience", "photo"}
TAKES_AWAY = (migrations.DeleteModel, migrations.RemoveField, migrations.RenameField, migrations.RenameModel)
REWRITES = re.compile(r"ALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE|SET\s+NOT\s+NULL|VACUUM\s+FULL|CLUSTER", re.I)
BUILDS_ALONE = re.compile(r"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", re.I)

# A release after nothing uses it any more may take it away: name the migration here, with the release that stopped.
MAY_TAKE_AWAY: dict[str, str] = {}


def faults(migration, before):
    """Return what is against the rules; `before` is the state of the models that it finds."""
    state = before.clone()
    found = []
    made = {operation.name_lower for operation in migration.operations if isinstance(operation, migrations.CreateModel)}
    for operation in migration.operations:
        found += [f"{type(operation).__name__}: {words}" for words in _faults(operation, state, made, migration)]
        operation.state_forwards("interviews", state)
    return found


def _faults(operation, state, made, migration):
    match operation:
        case _ if isinstance(operation, TAKES_AWAY) and migration.name not in MAY_TAKE_AWAY:
            yield "the release before still uses it"
        case migrations.AddField() if operation.model_name_lower not in made:
            yield from _faults_of_new(operation.field)
        case migrations.AlterField() if operation.model_name_lower not in made:
            old = state.models["interviews", operation.model_name_lower].fields[operation.name]
            yield from _faults_of_changed(old, operation.field, operation.model_name_lower in LARGE)
        case migrations.AddIndex() if not isinstance(operation, AddIndexConcurrently):
            if operation.model_name_lower in LARGE and operation.model_name_lower not in made:
                yield "build the index of a large table by AddIndexConcurrently, in a migration that isn't atomic"
        case migrations.AddConstraint() if not isinstance(operation, AddConstraintNotValid):
            if operation.model_name_lower in LARGE and operation.model_name_lower not in made:
                yield "AddConstraintNotValid for a large table, and ValidateConstraint in the next migration"
        case migrations.RunSQL():
            sql = str(operation.sql)
            if REWRITES.search(sql):
                yield "it reads or writes a whole table while nobody else may"
            if BUILDS_ALONE.search(sql) and not made:
                yield "CREATE INDEX CONCURRENTLY"


def _faults_of_new(field):
    if not isinstance(field, models.ManyToManyField) and not field.null and not field.has_db_default():
        yield "NOT NULL needs a db_default: the release before doesn't name the column"
    if field.has_db_default() and isinstance(field.db_default, models.Func):
        yield "a default that differs by row rewrites the table"


def _faults_of_changed(old, new, is_large):
    if old.null and not new.null and not new.has_db_default():
        yield "NOT NULL needs a db_default: the release before writes NULL"
    if old.null and not new.null and is_large:
        yield "SET NOT NULL reads a large table while nobody else may"
    if is_large and old.get_internal_type() != new.get_internal_type():
        yield "another type rewrites a large table"


def ours():
    loader = MigrationLoader(None)
    for key in loader.graph.forwards_plan(loader.graph.leaf_nodes("interviews")[0]):
        if key[0] == "interviews" and key[1] >= FIRST_HELD_TO_THEM:
            yield loader.graph.nodes[key], loader.project_state(key, at_end=False)


def test_our_migrations_let_the_site_go_on():
    found = {migration.name: faults(migration, before) for migration, before in ours()}
    assert not {name: words for name, words in found.items() if words}


def of(operation):
    loader = MigrationLoader(None)
    [leaf] = loader.graph.leaf_nodes("interviews")
    migration = migrations.Migration("9999_later", "interviews")
    migration.operations = [operation]
    return faults(migration, loader.project_state(leaf))


CHECK = models.CheckConstraint(condition=models.Q(version__gt=0), name="later")
AGAINST_THE_RULES = [
    migrations.AddField("turn", "later", models.TextField(default="")),
    migrations.AddField("guest", "later", models.IntegerField()),
    migrations.AlterField("turn", "corrected_at", models.DateTimeField(default=None)),
    migrations.AlterField("turn", "version", models.TextField()),
    migrations.RemoveField("turn", "heading"),
    migrations.RenameField("turn", "heading", "title"),
    migrations.DeleteModel("Report"),
    migrations.AddIndex("turn", models.Index(fields=["version"], name="later")),
    migrations.AddConstraint("turn", CHECK),
    migrations.RunSQL("ALTER TABLE interviews_turn ALTER COLUMN version TYPE bigint"),
    migrations.RunSQL("ALTER TABLE interviews_turn ALTER version SET NOT NULL"),
    migrations.RunSQL("CREATE INDEX later ON interviews_turn (version)"),
]
WITHIN_THEM = [
    migrations.AddField("turn", "later", models.TextField(null=True)),
    migrations.AddField("turn", "later", models.IntegerField(default=0, db_default=0)),
    migrations.AlterField("turn", "corrected_at", models.DateTimeField("another name", null=True)),
    AddIndexConcurrently("turn", models.Index(fields=["version"], name="later")),
    AddConstraintNotValid("turn", CHECK),
    migrations.RunSQL("CREATE INDEX CONCURRENTLY later ON interviews_turn (version)"),
    migrations.CreateModel("Later", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())]),
]


@pytest.mark.parametrize("operation", AGAINST_THE_RULES, ids=lambda operation: operation.describe())
def test_what_would_stop_the_site_is_found(operation):
    assert of(operation)


@pytest.mark.parametrize("operation", WITHIN_THEM, ids=lambda operation: operation.describe())
def test_what_lets_it_go_on_is_not(operation):
    assert not of(operation)
