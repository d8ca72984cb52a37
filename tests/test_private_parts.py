"""What the code stands on and libraries don't promise: when a release changes it, somebody reads this again.

A library's private names are used nowhere but in the files that stand here, which another test looks for.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from functools import cache
from hashlib import sha256
from importlib.metadata import packages_distributions, version

import pytest
from auditlog.models import LogEntry
from axes.handlers.database import AxesDatabaseHandler
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.handlers import asgi, base
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Model
from django.forms import BaseForm
from django_otp.plugins.otp_totp.models import TOTPDevice
from psycopg_pool import ConnectionPool
from servestatic.middleware import ServeStaticMiddleware

import interviews
import live
from interviews.backend import WITH_RIGHTS
from interviews.models import Event, User
from interviews.models.accounts.roles import Assignment
from interviews.sessions import VALID

from .sites import ROOT

STANDS_ON = {  # the file, and how its parts of libraries read today
    "live/handler.py": {
        asgi.ASGIHandler.handle: "98faeb5bef80",
        asgi.ASGIHandler.read_body: "cf4aa904631d",
        asgi.ASGIHandler.create_request: "5eae59c66960",
        asgi.ASGIHandler.run_get_response: "0234ea5fe09a",
        asgi.ASGIHandler.send_response: "77eda2b08689",
        asgi.get_script_prefix: "bd6e761a557e",
        base.BaseHandler.load_middleware: "a1fb7ee5f858",
        base.BaseHandler.get_response: "3d6a79b124c2",
        base.BaseHandler.get_response_async: "ad82c920df0c",
        ServeStaticMiddleware.__call__: "84ddaedac85e",
    },
    "live/hub.py": {DatabaseWrapper.get_connection_params: "c3b08b880d60"},
    "live/db/base.py": {
        DatabaseWrapper.get_new_connection: "acc4e253c2e3",
        DatabaseWrapper._close: "8e39d0e91862",
        ConnectionPool.getconn: "778325c161bc",
        ConnectionPool.putconn: "7fdaa8e95e7f",
        ConnectionPool.check_connection: "5a7c233f4096",
    },
    "live/throttle.py": {
        AxesDatabaseHandler.get_failures: "a9cfc141b111",
        AxesDatabaseHandler.user_login_failed: "936c079e1699",
        AxesDatabaseHandler.reset_user_attempts: "c64cfb0ce041",
    },
    "interviews/models/transcript/log.py": {Model.from_db: "eba347895d11", Model.refresh_from_db: "b30116005da7"},
    "interviews/middleware.py": {
        AuthenticationMiddleware.process_request: "6dd39b90ad63"
    },  # every way in that it opens
    "interviews/admin/portraits.py": {BaseForm.full_clean: "890e316a9431"},
}
PARTS = [(file, part) for file, parts in STANDS_ON.items() for part in parts]


@pytest.mark.parametrize(("file", "part"), PARTS, ids=lambda one: getattr(one, "__qualname__", one))
def test_what_a_file_stands_on_reads_as_it_did(file, part):
    reads = sha256(inspect.getsource(part).encode()).hexdigest()[:12]
    assert reads == STANDS_ON[file][part], read_again(file, part, reads)


def read_again(file, part, reads):
    [library, *_] = packages_distributions()[part.__module__.split(".")[0]]
    name = f"{part.__module__}.{part.__qualname__}"
    return f"{library} {version(library)} has changed {name}. Read this again beside {file}; then it is {reads!r} here."


# Private names

DOCUMENTED = {"_meta", "_state", "_base_manager", "_default_manager"}  # of Django's models
ANOTHER_ISSUE = {"live/connections.py"}  # readers' sockets, which get a way in of their own
FILES = {
    str(path.relative_to(ROOT))
    for folder in ("interviews", "live")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
}


@cache
def parsed(file):
    return ast.parse((ROOT / file).read_text())


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name.strip("_") and name not in DOCUMENTED


def defined(node):
    """The names that a piece of code gives to something."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
            return {name}
    return set()


@cache
def ours():
    return {name for file in FILES for node in ast.walk(parsed(file)) for name in defined(node)}


@pytest.mark.parametrize("file", sorted(FILES - ANOTHER_ISSUE - STANDS_ON.keys()))
def test_no_other_file_reads_a_librarys_private_name(file):
    read = {node.attr for node in ast.walk(parsed(file)) if isinstance(node, ast.Attribute)}
    assert not {name for name in read - ours() if is_private(name)}


def our_classes():
    for package in (interviews, live):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith(".asgi"):
                classes = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
                yield from (one for _, one in classes if one.__module__ == module.name)


def test_no_class_of_ours_overrides_a_librarys_private_name():
    for one in our_classes():
        theirs = [base for base in one.__mro__ if base.__module__.split(".")[0] not in ("interviews", "live")]
        mine = {name for name in ours() & vars(one).keys() if is_private(name)}
        taken = {name for name in mine for base in theirs if name in vars(base)}
        file = f"{one.__module__.replace('.', '/')}.py"
        assert not taken or file in ANOTHER_ISSUE, f"{file}: {one.__name__} overrides {taken}"


# Tables in SQL worded by hand

NAMED = {  # of each model the columns that this SQL names
    User: "id is_active is_superuser is_staff password signed_out_at",
    User.user_permissions.through: "user_id permission_id",
    User.groups.through: "user_id group_id",
    Group.permissions.through: "group_id permission_id",
    Permission: "id content_type_id codename",
    ContentType: "id app_label",
    Session: "session_key expire_date",
    TOTPDevice: "id user_id confirmed",
    Assignment: "user_id interview_id role",
    Event: "id at user_id kind interview_id turn_id before note",
    LogEntry: "id timestamp actor_id additional_data action content_type_id object_id object_repr changes",
}
OF_OUR_OWN = {"interviews_doubt", "interviews_record", "interviews_record_rows"}


def sql():
    migrations = ("0006_rights", "0008_accounts", "0012_record_by_function")
    rights, accounts, record = (importlib.import_module(f"interviews.migrations.{name}") for name in migrations)
    return " ".join([WITH_RIGHTS, VALID, rights.NOTICE, accounts.NOTICE, record.BY_FUNCTION])


def test_sql_names_the_models_tables():
    tables = set(re.findall(r"\b(?:auth|django|otp_totp|auditlog|interviews)_\w+", sql())) - OF_OUR_OWN
    assert tables == {model._meta.db_table for model in NAMED}


@pytest.mark.parametrize("model", NAMED, ids=lambda model: model._meta.db_table)
def test_sql_names_the_models_columns(model):
    columns = set(NAMED[model].split())
    assert columns <= {field.column for field in model._meta.concrete_fields}
    assert columns <= set(re.findall(r"\w+", sql()))
