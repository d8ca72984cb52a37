"""The second factor of an account: a code from an app on a phone, or one of ten recovery codes that were printed."""

import secrets
import unicodedata
from binascii import unhexlify
from collections.abc import Callable
from math import ceil

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
APPS_CODE, RECOVERY_CODE = 6, 12  # digits: both are typed into one field, on a phone's number keys


class SecondFactor(models.Model):
    is_staff: bool
    is_superuser: bool
    end_sessions: Callable[[], None]

    class Meta:
        abstract = True

    @property
    def second_factor(self) -> TOTPDevice | None:
        return TOTPDevice.objects.filter(user=self.pk, confirmed=True).order_by("id").first()

    @cached_property
    def app_id(self) -> int | None:
        # backend.py sets it on the user of a request, which saves this query
        return self.second_factor and self.second_factor.pk

    @property
    def needs_second_factor(self) -> bool:
        return settings.REQUIRE_SECOND_FACTOR and (self.is_staff or self.is_superuser)

    def check_code(self, code: str) -> None:
        """Use the code up. Raise ValidationError if it is wrong or used.

        Failures count against the app or the recovery codes, whichever the code looks like.
        """
        digits = digits_of(code)
        with transaction.atomic():
            device = self._device_for(digits)
            allowed, why = device.verify_is_allowed() if device else (True, {})
            right = allowed and device and device.verify_token(_as_kept(digits))
        if why and not allowed:
            raise ValidationError(_too_many(ceil((why["locked_until"] - timezone.now()).total_seconds() / 60)))
        if not right:
            raise ValidationError(_("This code is not right, or was used already."))

    def _device_for(self, digits: str) -> TOTPDevice | StaticDevice | None:
        kind = TOTPDevice if len(digits) == APPS_CODE else StaticDevice
        return kind.objects.select_for_update().filter(user=self.pk, confirmed=True).first()

    @transaction.atomic
    def set_up_second_factor(self, key: str, code: str) -> list[str]:
        """Return the recovery codes, which can't be shown again. Raise ValidationError if the code is wrong."""
        totp, digits = TOTP(unhexlify(key)), digits_of(code)
        if len(digits) != APPS_CODE or not totp.verify(int(digits), tolerance=1):
            raise ValidationError(_("This code is not right. Is the phone’s clock?"))
        # of two requests at once, the second finds what the first has set up
        type(self)._default_manager.select_for_update().get(pk=self.pk)
        if self.second_factor:
            raise ValidationError(_("There is a second factor already."))
        TOTPDevice.objects.create(user_id=self.pk, name="app", key=key, last_t=totp.t(), drift=totp.drift)
        self.end_sessions()  # they have not shown it, and must not come back if it is turned off again
        return self.make_recovery_codes()

    @transaction.atomic
    def make_recovery_codes(self) -> list[str]:
        StaticDevice.objects.filter(user=self.pk).delete()
        device = StaticDevice.objects.create(user_id=self.pk, name="recovery")
        codes = [f"{secrets.randbelow(10**RECOVERY_CODE):0{RECOVERY_CODE}}" for n in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=_as_kept(code)) for code in codes)
        return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]

    @property
    def recovery_codes_left(self) -> int:
        return int(StaticToken.objects.filter(device__user=self.pk).count())

    @transaction.atomic
    def forget_second_factor(self) -> None:
        for device in (TOTPDevice, StaticDevice):
            device.objects.filter(user=self.pk).delete()
        self.end_sessions()


def digits_of(code: str) -> str:
    # NFKC makes plain digits of the full-width ones that a Chinese keyboard types
    return "".join(c for c in unicodedata.normalize("NFKC", code) if c in "0123456789")


def _as_kept(digits: str) -> str:
    # recovery codes are hashed, so that nobody reads them in the database; an app's codes aren't stored
    if len(digits) == APPS_CODE:
        return digits
    return salted_hmac("interviews.recovery", digits, algorithm="sha256").hexdigest()[:16]


def _too_many(minutes: int) -> str:
    words = ngettext(
        "Too many wrong codes: try again in a minute.",
        "Too many wrong codes: try again in %(minutes)d minutes.",
        minutes,
    )
    return words % {"minutes": minutes}
