"""How often somebody may try to sign in. django-axes counts in PostgreSQL, so all server processes count together."""

import re
from datetime import timedelta
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from interviews.models.accounts.lock import failures

WITH_PORT = re.compile(r"\[([^]]+)\](?::\d+)?|([\d.]+):\d+")  # [2001:db8::1]:443, [2001:db8::1], 203.0.113.7:443


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]
    """Five failures lock one account for one address, and many more lock the address for every account."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        return failures(*self.get_user_attempts(request, credentials))

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
        attempts = [found for kind in self.get_user_attempts(request, credentials) for found in kind]
        newest = max((attempt.attempt_time for attempt in attempts), default=timezone.now())
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
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False).network_address)
    return None


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
