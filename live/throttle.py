"""How often somebody may try to sign in. django-axes counts in PostgreSQL, so all server processes count together."""

import re
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from interviews.models.accounts.lock import Lock, failures

NAT64 = IPv6Network("64:ff9b::/96")
WITH_PORT = re.compile(r"\[([^]]+)\](?::\d+)?|([\d.]+):\d+")  # [2001:db8::1]:443, [2001:db8::1], 203.0.113.7:443


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]
    """Five failures lock one account for one address, many more the address for every account, and the networks around
    it take more again."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        return failures(get_client_username(request, credentials), request.axes_ip_address)  # type: ignore[attr-defined]

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **how: Any) -> None:
        # Keep nothing of what was typed: beside a wrong password may stand the new one.
        typed = request and (request.GET, request.POST)
        if request:
            request.GET, request.POST = QueryDict(), QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **how)
        finally:
            if request:
                request.GET, request.POST = typed

    def reset_user_attempts(self, request: HttpRequest, credentials: Any = None) -> int:
        # Forget only the failures of the account that came in, or its owner could try all the others anew.
        of_both, _ = self.filter_user_attempts(request, credentials)
        return int(of_both.delete()[0])

    def wait(self, request: HttpRequest, credentials: Any) -> timedelta:
        """How long it stays locked at most."""
        attempts = Lock.objects.fresh().near(request.axes_ip_address)  # type: ignore[attr-defined]
        newest = attempts.aggregate(newest=Max("attempt_time"))["newest"] or timezone.now()
        return timedelta(seconds=max(1, ceil((newest + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds())))


def client_address(request: HttpRequest) -> str | None:
    """The peer's address, or the one that the site's trusted proxies name; for IPv6 its network."""
    for address in (_named_by_proxies(request), request.META.get("REMOTE_ADDR") or ""):
        try:
            found = ip_address(address)
        except ValueError:
            continue
        if found.version == 4:
            return str(found)
        return str(_ipv4_in(found) or ip_network((int(found), 64), strict=False).network_address)
    return None


def _ipv4_in(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that one of IPv6 stands for: mapped, 6to4, Teredo or by NAT64."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _named_by_proxies(request: HttpRequest) -> str:
    """Each of our proxies adds on the right whom it was asked by; what stands further left anybody can make up."""
    if not settings.CLIENT_ADDRESS_HEADER:
        return ""
    named = [one for one in map(str.strip, request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").split(",")) if one]
    if len(named) < settings.TRUSTED_PROXIES:
        return ""
    address = named[-settings.TRUSTED_PROXIES]
    with_port = WITH_PORT.fullmatch(address)
    return (with_port[1] or with_port[2]) if with_port else address
