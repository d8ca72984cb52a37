"""Accounts: who is let in, with which session, and by which link for the first time."""

import secrets
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Permission
from django.db import models, router, transaction
from django.db.models import Q
from django.db.models.deletion import Collector, ProtectedError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from .invitation import Invitation, fingerprint_of
from .roles import ROLE_PERMISSIONS
from .second_factor import SecondFactor

SIGNED_IN_AT = "signed_in_at"  # in a session: when it began, by time.time()
SEEN_AT = "seen_at"  # in a session: when it was last prolonged


class Account(SecondFactor, AbstractUser):
    assignments: Any
    signed_out_at = models.DateTimeField(
        _("signed out everywhere at"), null=True, editable=False, help_text=_("Sessions that began before are over.")
    )

    class Meta(AbstractUser.Meta):
        abstract = True

    @property
    def name(self) -> str:
        return self.get_full_name()

    @name.setter
    def name(self, name: str) -> None:
        self.first_name, self.last_name = name, ""  # in one: Django would put a Chinese family name last

    def may_use(self, session: Any) -> bool:
        """Whether the session is young enough, and has shown the second factor if the account has or needs one."""
        if time.time() - session.get(SIGNED_IN_AT, time.time()) > settings.SESSION_LONGEST.total_seconds():
            return False
        if self.app_id:
            return bool(session.get(DEVICE_ID_SESSION_KEY) == TOTPDevice(pk=self.app_id).persistent_id)
        return not self.needs_second_factor

    def get_session_auth_hash(self) -> str:
        """Return a hash that changes, and so ends sessions, with the password and by signing out everywhere."""
        return self._since_signed_out(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        hashes = super().get_session_auth_fallback_hash()
        for secret, by_password in zip(settings.SECRET_KEY_FALLBACKS, hashes, strict=True):
            yield self._since_signed_out(by_password, secret)

    def _since_signed_out(self, by_password: str, secret: str | bytes | None = None) -> str:
        if not self.signed_out_at:
            return by_password
        since = f"{by_password}{self.signed_out_at.timestamp()}"
        return salted_hmac("interviews.signed_out_at", since, secret=secret, algorithm="sha256").hexdigest()

    def sign_out_everywhere(self) -> None:
        self.signed_out_at = timezone.now()
        self.save(update_fields=["signed_out_at"])
        self.withdraw_invitations()

    def take_second_factor_away(self) -> None:
        with transaction.atomic():
            self.forget_second_factor()
            self.sign_out_everywhere()  # the finder of a lost phone, too

    @transaction.atomic
    def invite(self, by: "Account | None" = None) -> str:
        """Return the secret of a link to choose a password by, which can't be shown again. Earlier links are void."""
        self.withdraw_invitations()
        token = secrets.token_urlsafe(32)
        Invitation.objects.create(user_id=self.pk, by_id=by.pk if by else None, fingerprint=fingerprint_of(token))
        return token

    def withdraw_invitations(self) -> int:
        links = list(Invitation.objects.open().filter(user=self.pk))
        for link in links:  # one by one, so that each is in the record of changes
            link.withdrawn_at = timezone.now()
            link.save(update_fields=["withdrawn_at"])
        return len(links)

    @property
    def open_invitation(self) -> Invitation | None:
        return Invitation.objects.open().filter(user=self.pk).first()

    def may_manage(self, other: "Account") -> bool:
        """Whether this account has all rights of the other, so that nobody gains rights by taking over an account."""
        if self.is_superuser:
            return True
        theirs = Permission.objects.filter(Q(group__user=other.pk) | Q(user=other.pk))
        here = {ROLE_PERMISSIONS[role] for role in other.assignments.values_list("role", flat=True)}
        return not other.is_superuser and names_of(theirs) | here <= self.get_all_permissions()

    @property
    def is_on_record(self) -> bool:
        try:
            Collector(using=router.db_for_write(type(self)), origin=self).collect([self])
        except ProtectedError:
            return True
        return False


def names_of(permissions: "models.QuerySet[Permission]") -> set[str]:
    return {f"{app}.{name}" for app, name in permissions.values_list("content_type__app_label", "codename")}
