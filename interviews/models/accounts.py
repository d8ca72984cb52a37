"""Accounts: who is let in, by which session, and by which link the first time."""

import hashlib
import secrets
import time
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import AbstractUser, Permission
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models import Q, Sum
from django.db.models.deletion import Collector, ProtectedError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from .rights import EVERYWHERE
from .second_factor import SecondFactor

SINCE, SEEN = "signed_in_at", "seen_at"  # in a session: when it began and was last prolonged, as time.time() says it
VALID = timedelta(days=7)  # a link to come in by


class Account(SecondFactor, AbstractUser):
    assignments: Any
    signed_out_at = models.DateTimeField(
        _("signed out everywhere at"), null=True, editable=False, help_text=_("Sessions that began before are over.")
    )

    class Meta(AbstractUser.Meta):
        abstract = True

    @property
    def name(self) -> str:
        """Whole, as a Chinese name is: Django would part it and put the family's name last."""
        return self.get_full_name()

    @name.setter
    def name(self, name: str) -> None:
        self.first_name, self.last_name = name, ""

    def may_use(self, session: Any) -> bool:
        """Whether it is young enough and has shown the second factor, where there is one or must be one."""
        if time.time() - session.get(SINCE, time.time()) > settings.SESSION_LONGEST.total_seconds():
            return False
        if self.app_id:
            return bool(session.get(DEVICE_ID_SESSION_KEY) == TOTPDevice(pk=self.app_id).persistent_id)
        return not self.needs_second_factor

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Django's own, which goes by the password, and by what ends sessions without a new one."""
        stands: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.signed_out_at:
            return stands
        since = f"{stands}{self.signed_out_at.timestamp()}"
        return salted_hmac("interviews.signed_out_at", since, secret=secret, algorithm="sha256").hexdigest()

    def sign_out_everywhere(self) -> None:
        self.signed_out_at = timezone.now()
        self.save(update_fields=["signed_out_at"])
        self.withdraw_invitations()

    def take_second_factor_away(self) -> None:
        """Whoever has the lost phone is out, too."""
        with transaction.atomic():
            self.forget_second_factor()
            self.sign_out_everywhere()

    @transaction.atomic
    def invite(self, by: "Account | None" = None) -> str:
        """The secret of a link to choose a password by, told this once; links made before are void."""
        self.withdraw_invitations()
        token = secrets.token_urlsafe(32)
        Invitation.objects.create(user_id=self.pk, by_id=by.pk if by else None, fingerprint=_fingerprint(token))
        return token

    def withdraw_invitations(self) -> int:
        """Each by itself, so that the record of changes has it."""
        links = list(Invitation.objects.open().filter(user=self.pk))
        for link in links:
            link.withdrawn_at = timezone.now()
            link.save(update_fields=["withdrawn_at"])
        return len(links)

    @property
    def open_invitation(self) -> "Invitation | None":
        return Invitation.objects.open().filter(user=self.pk).first()

    def may_manage(self, other: "Account") -> bool:
        """Nobody reaches, by way of another's account, for rights they don't hold."""
        if self.is_superuser:
            return True
        theirs = Permission.objects.filter(Q(group__user=other.pk) | Q(user=other.pk))
        here = {EVERYWHERE[role] for role in other.assignments.values_list("role", flat=True)}
        return not other.is_superuser and names_of(theirs) | here <= self.get_all_permissions()

    @property
    def is_on_record(self) -> bool:
        """Whether something that is kept was done by this user."""
        try:
            Collector(using=router.db_for_write(type(self)), origin=self).collect([self])
        except ProtectedError:
            return True
        return False


def names_of(permissions: "models.QuerySet[Permission]") -> set[str]:
    """As has_perm() takes them."""
    return {f"{app}.{name}" for app, name in permissions.values_list("content_type__app_label", "codename")}


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(used_at=None, withdrawn_at=None, user__is_active=True, made_at__gt=timezone.now() - VALID)

    def of(self, token: str) -> "Invitation":
        return self.select_related("user").get(fingerprint=_fingerprint(token))


class Invitation(models.Model):
    """A link by which a user chooses a password: the first, or another one for a forgotten one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations", verbose_name=_("user")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("made by")
    )
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    used_at = models.DateTimeField(_("used at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def valid_until(self) -> datetime:
        return self.made_at + VALID

    @property
    def why_void(self) -> str:
        """In words for whoever opens the link; empty while it is good."""
        if self.used_at:
            return str(_("This link was used already. Sign in with the password that was chosen then."))
        if self.withdrawn_at or not self.user.is_active or not self._maker_still_may:
            return str(_("This link was withdrawn, or a newer one was made."))
        if self.valid_until < timezone.now():
            return str(_("This link has expired: links are good for seven days."))
        return ""

    @property
    def _maker_still_may(self) -> bool:
        """None made it at the terminal."""
        return not self.by or (self.by.has_perm("interviews.change_user") and self.by.may_manage(self.user))

    def accept(self, password: str) -> None:
        """Once: of two who try at the same time, one is told that it was used."""
        with transaction.atomic():
            stands = Invitation.objects.select_for_update(of=["self"]).select_related("user", "by").get(pk=self.pk)
            if stands.why_void:
                raise ValidationError(stands.why_void)
            stands.used_at = timezone.now()
            stands.save()
            stands.user.set_password(password)
            stands.user.save(update_fields=["password"])
        self.user = stands.user


def _fingerprint(token: str) -> str:
    """Of 256 random bits: nobody finds the token from it."""
    return hashlib.sha256(token.encode()).hexdigest()


class LockQuerySet(models.QuerySet["Lock"]):
    def fresh(self) -> "LockQuerySet":
        return self.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)


class Lock(AccessAttempt):  # type: ignore[misc]
    """Failed attempts to sign in to one account from one address, by one browser. What has expired is nobody's lock."""

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
        """This account from this address, or every account from it."""
        from_there = Lock.objects.fresh().filter(ip_address=self.ip_address)
        return (
            _failures(from_there.filter(username=self.username)) >= settings.AXES_FAILURE_LIMIT
            or _failures(from_there) >= settings.FAILURES_OF_AN_ADDRESS
        )

    def lift(self) -> None:
        Lock.objects.filter(ip_address=self.ip_address, username=self.username).delete()


def _failures(attempts: "models.QuerySet[Any]") -> int:
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
