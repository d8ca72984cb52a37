"""Accounts: who is let in, with which session, and by which link for the first time."""

import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Permission
from django.db import models, router, transaction
from django.db.models import Q
from django.db.models.deletion import Collector, ProtectedError
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from .invitation import Invitation, fingerprint_of
from .roles import ROLE_PERMISSIONS
from .second_factor import SecondFactor
from .signed_in import SignedIn

SIGNED_IN_AT = "signed_in_at"  # in a session: when it began, by time.time()
SEEN_AT = "seen_at"  # in a session: when it was last prolonged
RIGHTS = "rights"  # in a session: which ones its user had when it got its key


class Account(SecondFactor, SignedIn, AbstractUser):
    assignments: Any

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

    def sign_out_everywhere(self) -> None:
        self.end_sessions()
        self.withdraw_invitations()

    def take_second_factor_away(self) -> None:
        with transaction.atomic():
            self.forget_second_factor()  # the finder of a lost phone is out, too
            self.withdraw_invitations()

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
