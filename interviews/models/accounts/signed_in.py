"""Which sessions of an account are good: those that began after it was last signed out, by the password of today."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _


class SignedIn(AbstractBaseUser):
    signed_out_at = models.DateTimeField(
        _("signed out everywhere at"), null=True, editable=False, help_text=_("Sessions that began before are over.")
    )
    # A trigger (migration 0015) writes it, or any path by which an account is disabled could forget to; it is not set
    # back when the account is enabled, and neither is signed_out_at.
    disabled_at = models.DateTimeField(null=True, editable=False)
    # The session hash from before the same password was hashed anew, so that older sessions go on. The trigger of
    # migration 0015 empties it when the password changes.
    hash_before = models.CharField(max_length=64, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    @transaction.atomic
    def end_sessions(self) -> None:
        """End all that there are, for good: later none of them lets in, whatever the account's owner does."""
        stood = type(self)._default_manager.select_for_update().values_list("signed_out_at", flat=True).get(pk=self.pk)
        # later than before also by a clock that was set back
        self.signed_out_at = max(timezone.now(), stood + timedelta(microseconds=1)) if stood else timezone.now()
        self.save(update_fields=["signed_out_at"])

    def accepts(self, carried: str) -> bool:
        """Tell whether a session with this hash may still be used."""
        hashes = [self.get_session_auth_hash(), *self.get_session_auth_fallback_hash()]
        return any(constant_time_compare(carried, one) for one in hashes)

    def get_session_auth_hash(self) -> str:
        """Return a hash that changes, and so ends sessions, with the password and by signing out everywhere."""
        return self._since_signed_out(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        hashes = super().get_session_auth_fallback_hash()
        for secret, by_password in zip(settings.SECRET_KEY_FALLBACKS, hashes, strict=True):
            yield self._since_signed_out(by_password, secret)
        if self.hash_before:
            yield self._since_signed_out(self.hash_before)

    def _since_signed_out(self, by_password: str, secret: str | bytes | None = None) -> str:
        ended = [str(at.timestamp()) for at in (self.signed_out_at, self.disabled_at) if at]
        if not ended:
            return by_password
        since = by_password + "/".join(ended)
        return salted_hmac("interviews.signed_out_at", since, secret=secret, algorithm="sha256").hexdigest()

    def check_password(self, raw_password: str | None) -> bool:
        """Check it, and hash it anew if that is out of date.

        That ends no session, and never puts back a password that is being changed, as Django's way would.
        """
        is_right, is_out_of_date = hashers.verify_password(raw_password, self.password)
        return is_right and (not is_out_of_date or self._hash_anew(raw_password))

    def _hash_anew(self, password: str | None) -> bool:
        anew = {"password": hashers.make_password(password), "hash_before": super().get_session_auth_hash()}
        if type(self)._default_manager.filter(pk=self.pk, password=self.password).update(**anew):
            self.password, self.hash_before = anew["password"], anew["hash_before"]
            return True
        # Another request has done so, or the password is another by now.
        self.refresh_from_db(fields=["password", "hash_before"])
        return self.check_password(password)
