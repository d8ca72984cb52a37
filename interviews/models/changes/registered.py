"""Have django-auditlog record what no verb of an interview changes: people, seats, sections, users, rights.

A verb's changes are in its event. record.py reads both as one list.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from auditlog.signals import pre_log
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Model
from django.db.models.signals import pre_delete, pre_save

from interviews.models.accounts.roles import Assignment
from interviews.models.accounts.user import User
from interviews.models.archive.section import Publisher, Section
from interviews.models.desk.report import Report
from interviews.models.people.person import Guest, Host
from interviews.models.transcript.interview import Interview
from interviews.models.transcript.speaker import Speaker

RELATIONS: dict[type[Model], set[str]] = {
    Interview: {"publishers"},
    Speaker: set(),
    Assignment: set(),
    Report: set(),
    Guest: set(),
    Host: set(),
    Section: set(),
    Publisher: set(),
    User: {"groups", "user_permissions"},
    Group: {"permissions"},
}
PARTLY_RECORDED = {  # without the key, the tokens and the secret of the link
    "otp_totp.TOTPDevice": ["user", "name", "confirmed"],
    "otp_static.StaticDevice": ["user", "name", "confirmed"],
    "interviews.Invitation": ["user", "by", "used_at", "withdrawn_at"],
}
FIELDS_LEFT_OUT = {"id", "seq", "unseen", "epoch", "last_login", "date_joined", "disabled_at", "hash_before"}
MASK = "***"

Whose = Callable[[], User | AnonymousUser]
acting: ContextVar[Whose | None] = ContextVar("acting", default=None)  # None in a command


@contextmanager
def in_the_name_of(whose: Whose) -> Iterator[None]:
    """Record changes under this user's name. The user is looked up only when something changes."""
    token = acting.set(whose)
    try:
        yield
    finally:
        acting.reset(token)


def register() -> None:
    for model, relations in RELATIONS.items():
        _register(model, [field.name for field in model._meta.concrete_fields], relations)
        model.get_additional_data = _interview_of  # type: ignore[attr-defined]
    for name, fields in PARTLY_RECORDED.items():
        _register(apps.get_model(name), fields)
    pre_log.connect(_is_the_newsrooms, sender=Report)
    pre_save.connect(_sign, sender=LogEntry)
    pre_delete.connect(_leave, sender=User)


def _register(model: type[Model], fields: list[str], relations: set[str] | None = None) -> None:
    auditlog.register(
        model,
        include_fields=[name for name in fields if name not in FIELDS_LEFT_OUT],
        m2m_fields=relations,
        mask_fields=["password"],
        mask_callable=f"{__name__}.not_kept",
    )


def not_kept(value: str) -> str:
    return MASK


def named(user: User) -> str:
    # with the account, since two people may have the same name
    full, account = user.get_full_name(), user.get_username()
    return f"{full} ({account})" if full else account


def _interview_of(thing: Any) -> dict[str, int]:
    # kept with an entry, so that it can be found by the interview
    thing = thing.turn if isinstance(thing, Report) else thing
    pk = thing.pk if isinstance(thing, Interview) else getattr(thing, "interview_id", None)
    return {"interview": pk} if pk else {}


def _is_the_newsrooms(action: int, **about: Any) -> bool:
    # reports are made by readers, about whom nothing is kept, and settled by the newsroom
    return bool(action != LogEntry.Action.CREATE)


def _sign(instance: LogEntry, **about: Any) -> None:
    if not (whose := acting.get()):
        return
    user = whose()
    who = named(user) if isinstance(user, User) else ""  # stays when the account is gone; empty if not signed in
    instance.additional_data = (instance.additional_data or {}) | {"who": who}
    if who and not getattr(user, "is_leaving", False):
        instance.actor = user


def _leave(instance: User, **about: Any) -> None:
    # an entry can't point at the account that its own user deletes
    if (whose := acting.get()) and whose() == instance:
        whose().is_leaving = True  # type: ignore[union-attr]
