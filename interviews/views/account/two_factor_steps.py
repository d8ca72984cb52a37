"""The steps of signing in: the password, then the code of the second factor, or setting one up where it is required."""

import re
import time
from base64 import b32encode
from dataclasses import dataclass
from typing import Any, Self

import segno
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from interviews.models import User
from interviews.models.accounts.account import SEEN_AT, SIGNED_IN_AT

SIGN_IN, SET_UP = "interviews.sign-in", "interviews.set-up"  # what a sealed state is good for, and for nothing else
MAX_SECONDS_TO_CODE = 15 * 60  # from the password on: an app may have to be installed


class Lapsed(Exception):
    """Too much time has passed since the password, or it was changed meanwhile."""


@dataclass
class HalfWay:
    """A user who has given the right password.

    The page of the second step carries this, since there is no session yet.
    """

    user: User
    then: str
    key: str = ""
    """Of an app that is being set up."""
    good_for: str = SIGN_IN

    @classmethod
    def to_set_up(cls, user: User, then: str = "", good_for: str = SIGN_IN) -> Self:
        return cls(user, then, random_hex(20), good_for)

    def sealed(self) -> str:
        stands = self.user.get_session_auth_hash()
        about = {"user": self.user.pk, "stands": stands, "then": self.then, "key": self.key}
        return signing.dumps(about, salt=self.good_for)

    @classmethod
    def unsealed(cls, sealed: str, good_for: str = SIGN_IN) -> Self:
        try:
            about = signing.loads(sealed, salt=good_for, max_age=MAX_SECONDS_TO_CODE)
            user = User.objects.get(pk=about["user"], is_active=True)
        except (signing.BadSignature, User.DoesNotExist) as error:
            raise Lapsed from error
        if not user.accepts(about["stands"]):
            raise Lapsed
        return cls(user, about["then"], about["key"], good_for)

    def take(self, code: str) -> list[str]:
        """Accept the code and return recovery codes if it has set up the app; ValidationError if the code is wrong."""
        if self.key:
            return self.user.set_up_second_factor(self.key, code)
        self.user.check_code(code)
        return []

    @property
    def secret(self) -> str:
        return " ".join(re.findall("....", b32encode(bytes.fromhex(self.key)).decode()))

    @property
    def qr(self) -> SafeString:
        # Dark on light in dark pages too: some cameras can't read it inverted.
        code = segno.make(TOTPDevice(user=self.user, key=self.key).config_url, error="m")
        svg: str = code.svg_inline(scale=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
        return mark_safe(svg)


def let_in(request: HttpRequest, user: User, then: str = "") -> HttpResponse:
    if user.second_factor:
        return ask_for_code(request, HalfWay(user, then))
    if user.needs_second_factor:
        return ask_for_code(request, HalfWay.to_set_up(user, then))
    begin(request, user)
    return redirect(then or place_of(user))


def ask_for_code(request: HttpRequest, half: HalfWay, errors: Any = ()) -> HttpResponse:
    return render(request, "account/code.html", {"half": half, "errors": errors})


def begin(request: HttpRequest, user: User) -> None:
    """Begin a session under a key of its own: whoever has a copy of the one before has nothing."""
    request.session.supersede()  # type: ignore[attr-defined]
    user.otp_device = user.second_factor  # type: ignore[attr-defined]  # django-otp notes it in the session
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()


def go_on(request: HttpRequest, user: User) -> None:
    """Keep this browser's session, under another key, when what has changed of the account ends all sessions."""
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session.cycle_key()


def place_of(user: User) -> str:
    if user.is_at_the_desk:
        return reverse("desk:interviews")
    return reverse("admin:index") if user.is_staff else reverse("account")
