import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LINK_VALID = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(
            used_at=None, withdrawn_at=None, user__is_active=True, made_at__gt=timezone.now() - LINK_VALID
        )

    def of(self, token: str) -> "Invitation":
        return self.select_related("user").get(fingerprint=fingerprint_of(token))


class Invitation(models.Model):
    """A link by which a user chooses a password: the first one, or another when that is forgotten."""

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
        return self.made_at + LINK_VALID

    @property
    def why_void(self) -> str:
        if self.used_at:
            return str(_("This link was used already. Sign in with the password that was chosen then."))
        if self.withdrawn_at or not self.user.is_active or not self._maker_still_may:
            return str(_("This link was withdrawn, or a newer one was made."))
        if self.valid_until < timezone.now():
            return str(_("This link has expired: links are good for seven days."))
        return ""

    @property
    def _maker_still_may(self) -> bool:
        # a link made at the terminal has no maker
        return not self.by or (self.by.has_perm("interviews.change_user") and self.by.may_manage(self.user))

    def accept(self, password: str) -> None:
        """Set the password. Raise ValidationError if the link is void, as for the second of two requests at once."""
        hashed = make_password(password)  # before anything is locked
        with transaction.atomic():
            stands = Invitation.objects.select_for_update(of=["self"]).select_related("user", "by").get(pk=self.pk)
            if stands.why_void:
                raise ValidationError(stands.why_void)
            stands.used_at = timezone.now()
            stands.save()
            stands.user.password = hashed
            stands.user.save(update_fields=["password"])
        self.user = stands.user


def fingerprint_of(token: str) -> str:
    # nobody finds a token of 256 random bits from its hash, so this one may be fast
    return hashlib.sha256(token.encode()).hexdigest()
