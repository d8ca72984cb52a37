"""Failed attempts to sign in, which lock an account or an address for a while; django-axes counts them."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from interviews.models.values.recent import around

# Failures are counted for each of these networks around an address: {IP version: {prefix length: factor}}. The limit
# of a network is that of one address times the factor. One line may have a whole /64, a bigger one a /56 or /48.
NETWORKS = {4: {32: 1, 24: 4}, 6: {64: 1, 56: 2, 48: 4}}


class LockQuerySet(models.QuerySet["Lock"]):
    def fresh(self) -> "LockQuerySet":
        return self.filter(attempt_time__range=around(settings.AXES_COOLOFF_TIME))

    def near(self, address: str | None) -> "LockQuerySet":
        """Return the failures from the widest network around this address."""
        widest, _ = networks_of(address)[-1]
        return self.filter(_in(widest))


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
        return failures(self.username, self.ip_address) >= settings.AXES_FAILURE_LIMIT

    def lift(self) -> None:
        Lock.objects.near(self.ip_address).filter(username=self.username).delete()


def failures(username: str | None, address: str | None) -> int:
    """Count failed attempts on one scale, on which AXES_FAILURE_LIMIT locks: the most of what the address is in.

    FAILURES_OF_AN_ADDRESS for any account count as much as AXES_FAILURE_LIMIT for one account; a wider network takes
    more.
    """
    sums: dict[str, Sum] = {}
    scales: dict[str, int] = {}
    for network, times in networks_of(address):
        here = _in(network)
        for name, which, limit in (
            (f"account_{times}", here & Q(username=username), settings.AXES_FAILURE_LIMIT),
            (f"any_{times}", here, settings.FAILURES_OF_AN_ADDRESS),
        ):
            sums[name], scales[name] = Sum("failures_since_start", filter=which, default=0), times * limit
    counted = Lock.objects.fresh().near(address).aggregate(**sums)
    return int(max(counted[name] * settings.AXES_FAILURE_LIMIT // scale for name, scale in scales.items()))


def networks_of(address: str | None) -> list[tuple[IPv4Network | IPv6Network | None, int]]:
    """Return the networks around an address, the narrowest first, each with its factor of the limit."""
    if not address:
        return [(None, 1)]
    version = ip_network(address).version
    return [(ip_network(f"{address}/{bits}", strict=False), times) for bits, times in NETWORKS[version].items()]


def _in(network: IPv4Network | IPv6Network | None) -> Q:
    return Q(ip_address__range=(str(network[0]), str(network[-1]))) if network else Q(ip_address=None)
