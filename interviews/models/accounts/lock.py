"""Failed attempts to sign in, which lock an account or an address for a while; django-axes counts them."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LockQuerySet(models.QuerySet["Lock"]):
    def fresh(self) -> "LockQuerySet":
        return self.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)


class Lock(AccessAttempt):  # type: ignore[misc]
    """Failed attempts to sign in to one account from one address, by one browser. Expired ones lock nobody."""

    objects = LockQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        ordering = ["-attempt_time"]

    def __str__(self) -> str:
        return f"{self.username}, {self.ip_address}"

    @property
    def is_locked(self) -> bool:
        from_there = Lock.objects.fresh().filter(ip_address=self.ip_address)
        return failures(from_there.filter(username=self.username), from_there) >= settings.AXES_FAILURE_LIMIT

    def lift(self) -> None:
        Lock.objects.filter(ip_address=self.ip_address, username=self.username).delete()


def failures(of_both: "models.QuerySet[Any]", of_address: "models.QuerySet[Any]") -> int:
    """Count failed attempts on one scale, on which AXES_FAILURE_LIMIT locks.

    FAILURES_OF_AN_ADDRESS from one address, for any account, count as much as AXES_FAILURE_LIMIT for one account.
    """
    account, address = (
        attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0 for attempts in (of_both, of_address)
    )
    return int(max(account, address * settings.AXES_FAILURE_LIMIT // settings.FAILURES_OF_AN_ADDRESS))
