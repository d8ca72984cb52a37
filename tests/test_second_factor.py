"""The second factor: set up, asked for, lost; and, where the site says so, nothing is open to an admin without one."""

import re
import time
from base64 import b32decode

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from interviews.models import User
from interviews.models.accounts.second_factor import digits_of
from interviews.views.account import two_factor_steps

from .newsroom import JSON, at_desk
from .test_sign_in import HOME, PASSWORD, is_in, try_to
from .test_staff import DeskSocket

KEY = "31" * 20


def code_of(key=KEY, ago=0):
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() - ago
    return f"{totp.token():06}"


@pytest.fixture
def codes(zhou):
    """Zhou's recovery codes; her phone's code of just now is used."""
    return zhou.set_up_second_factor(KEY, code_of())


@pytest.fixture
def phone(codes, zhou):
    """Her phone, some time after it was set up."""
    TOTPDevice.objects.update(last_t=-1)
    return zhou


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def admin(db, sun):
    sun.groups.set(Group.objects.filter(name="admin"))
    User.objects.filter(pk=sun.pk).update(is_staff=True)
    return sun


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


def give(client, page, code, **more):
    """The second step, as the page of the first one is filled in."""
    return client.post(reverse("sign-in"), {"state": hidden(page.text, "state"), "code": code} | more, REMOTE_ADDR=HOME)


def shown_key(page):
    secret = re.search(r'class="secret">([^<]*)<', page.text)[1]
    return b32decode(secret.replace(" ", "")).hex()


# Asked for


def test_after_the_password_the_code_is_asked_for_and_there_is_no_session_before_it(client, phone):
    page = try_to("zhou", PASSWORD, client=client)
    assert page.status_code == 200
    assert 'autocomplete="one-time-code"' in page.text
    assert "sessionid" not in client.cookies
    assert not is_in(client)
    assert give(client, page, code_of()).url == reverse("desk:interviews")
    assert is_in(client)


def test_of_two_pages_that_ask_for_the_code_the_second_goes_in_by_the_first(phone):
    client = Client(enforce_csrf_checks=True)
    token = hidden(client.get(reverse("sign-in")).text, "csrfmiddlewaretoken")
    who = {"username": "zhou", "password": PASSWORD, "csrfmiddlewaretoken": token}
    first, second = (client.post(reverse("sign-in"), who | {"next": then}) for then in ("/desk/", "/account/password/"))
    assert give(client, first, code_of(), csrfmiddlewaretoken=token).url == "/desk/"
    assert give(client, second, "", csrfmiddlewaretoken=token).url == "/account/password/"


def test_where_one_wanted_to_go_is_kept_over_the_second_step(client, phone):
    page = client.post(reverse("sign-in"), {"username": "zhou", "password": PASSWORD, "next": "/account/password/"})
    assert give(client, page, code_of()).url == "/account/password/"


def test_a_code_is_good_once(client, phone):
    page = try_to("zhou", PASSWORD, client=client)
    assert give(client, page, code_of()).status_code == 302
    again = Client()
    page = give(again, try_to("zhou", PASSWORD, client=again), code_of())
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert not is_in(again)


@pytest.mark.parametrize("code", ["", "000", "000000000000", "abcdef", "1" * 5000, "\0"])
def test_a_wrong_code_lets_nobody_in(client, phone, code):
    page = give(client, try_to("zhou", PASSWORD, client=client), code)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert not is_in(client)


def test_recovery_codes_are_ten_and_each_is_good_once(client, codes):
    assert len(set(codes)) == 10
    page = try_to("zhou", PASSWORD, client=client)
    assert give(client, page, codes[3]).status_code == 302
    client.post(reverse("sign-out"))
    page = try_to("zhou", PASSWORD, client=client)
    assert give(client, page, codes[3]).status_code == 200
    assert not is_in(client)
    assert User.objects.get(username="zhou").recovery_codes_left == 9


def test_nobody_reads_a_recovery_code_in_the_database(codes):
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == 10
    assert not kept & {digits_of(code) for code in codes}
    assert not any(digits_of(code) in token for code in codes for token in kept)


def test_wrong_codes_lock_as_wrong_passwords_do(client, phone):
    page = try_to("zhou", PASSWORD, client=client)
    tried = [give(client, page, "000000000000").status_code for _ in range(5)]
    assert tried == [200] * 4 + [429]
    kept = AccessAttempt.objects.get().post_data
    assert "000000000000" not in kept
    assert hidden(page.text, "state") not in kept
    assert give(client, page, code_of()).status_code == 429
    assert try_to("zhou", PASSWORD).status_code == 429


def test_guessing_codes_from_many_addresses_is_slowed_down_by_the_second_wrong_one(phone):
    for code in ("000001", "000002"):
        with pytest.raises(ValidationError):
            phone.check_code(code)
    with pytest.raises(ValidationError, match="分钟|minute"):
        phone.check_code(code_of())


def test_guessing_recovery_codes_does_not_lock_the_phone(phone):
    for _ in range(3):
        with pytest.raises(ValidationError):
            phone.check_code("000000000000")
    phone.check_code(code_of())


def test_digits_are_read_however_they_are_typed():
    assert digits_of(" 123 456 ") == digits_of("１２３４５６") == "123456"
    assert digits_of("٣٤") == ""


@pytest.mark.parametrize(
    "forge", [lambda user: "nonsense", lambda user: signing.dumps({"user": user.pk}, salt="other")]
)
def test_the_second_step_alone_lets_nobody_in(client, phone, forge):
    page = client.post(reverse("sign-in"), {"state": forge(phone), "code": code_of()})
    assert page.status_code == 200
    assert 'name="password"' in page.text
    assert not is_in(client)


def test_the_second_step_can_wait_a_quarter_of_an_hour(client, phone, monkeypatch):
    page = try_to("zhou", PASSWORD, client=client)
    later = time.time() + two_factor_steps.MAX_SECONDS_TO_CODE + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert 'name="password"' in give(client, page, code_of()).text
    assert not is_in(client)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda user: user.sign_out_everywhere(),
        lambda user: (user.set_password("another-one"), user.save()),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: user.delete(),
    ],
)
def test_the_second_step_is_void_when_the_account_has_changed_meanwhile(client, phone, meanwhile):
    page = try_to("zhou", PASSWORD, client=client)
    code = code_of()
    meanwhile(phone)
    give(client, page, code)
    assert not is_in(client)


# Set up


def set_up(client, code=None, **more):
    page = client.get(reverse("second-factor"))
    code = code or code_of(shown_key(page))
    what = {"state": hidden(page.text, "state"), "code": code, "password": PASSWORD} | more
    return client.post(reverse("second-factor"), what, REMOTE_ADDR=HOME)


def test_it_is_set_up_with_a_picture_for_the_phone_and_ten_codes_are_shown_once(zhou):
    here, there = at_desk(zhou), at_desk(zhou)
    page = here.get(reverse("second-factor")).text
    assert "<svg" in page
    assert "style=" not in page
    codes = set_up(here).text
    assert len(re.findall(r"<code>\d{4}-\d{4}-\d{4}</code>", codes)) == 10
    assert (is_in(here), is_in(there)) == (True, False)
    assert not re.search(r"\d{4}-\d{4}-\d{4}", here.get(reverse("account")).text)


@pytest.mark.parametrize("wrong", [{"code": "000000"}, {"password": "wrong"}, {"state": "forged"}])
def test_it_is_not_set_up_without_code_and_password(zhou, wrong):
    answer = set_up(at_desk(zhou), **wrong)
    assert answer.status_code == 200
    assert not TOTPDevice.objects.exists()


def test_a_key_of_somebody_else_is_not_set_up(zhou, sun):
    page = at_desk(sun).get(reverse("second-factor"))
    set_up(at_desk(zhou), state=hidden(page.text, "state"), code=code_of(shown_key(page)))
    assert not TOTPDevice.objects.exists()


def in_with_phone(client, phone):
    assert give(client, try_to("zhou", PASSWORD, client=client), code_of()).status_code == 302
    return client


def test_there_is_one_and_a_second_is_not_set_up_over_it(client, phone):
    in_with_phone(client, phone)
    assert client.get(reverse("second-factor")).url == reverse("account")
    with pytest.raises(ValidationError):
        phone.set_up_second_factor("32" * 20, code_of("32" * 20))


def test_a_session_that_has_not_shown_it_is_nobodys(client, phone):
    client.force_login(phone)
    assert client.get(reverse("desk:interviews")).url.startswith(reverse("sign-in"))
    assert client.get(reverse("desk:interviews"), headers=JSON).status_code == 401
    assert not is_in(client)


def test_new_recovery_codes_ask_for_the_password_and_void_the_old(client, codes, phone):
    in_with_phone(client, phone)
    assert "0000" not in client.post(reverse("recovery-codes"), {"password": "wrong"}).text
    new = re.findall(r"<code>([\d-]+)</code>", client.post(reverse("recovery-codes"), {"password": PASSWORD}).text)
    assert len(new) == 10
    with pytest.raises(ValidationError):
        phone.check_code(codes[0])


def test_it_is_turned_off_with_the_password(client, phone):
    in_with_phone(client, phone)
    client.post(reverse("without-second-factor"), {"password": "wrong"})
    assert TOTPDevice.objects.exists()
    client.post(reverse("without-second-factor"), {"password": PASSWORD})
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert is_in(client)
    assert try_to("zhou", PASSWORD).status_code == 302


def test_there_are_no_recovery_codes_without_a_second_factor(zhou):
    assert at_desk(zhou).post(reverse("recovery-codes"), {"password": PASSWORD}).status_code == 403


# Required


def test_where_it_is_required_an_admin_sets_it_up_before_anything_else(client, required, admin, interview):
    page = try_to("sun", PASSWORD, client=client)
    assert "<svg" in page.text
    assert not is_in(client)
    codes = give(client, page, code_of(shown_key(page)))
    assert len(re.findall(r"<code>\d{4}-", codes.text)) == 10
    assert f'action="{reverse("desk:interviews")}"' in codes.text
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_wrong_code_while_setting_up_shows_the_same_picture_again(client, required, admin):
    page = try_to("sun", PASSWORD, client=client)
    again = give(client, page, "000000")
    assert shown_key(again) == shown_key(page)
    assert not TOTPDevice.objects.exists()
    assert not is_in(client)


def test_who_may_not_open_the_admin_is_not_asked_for_it(client, required, zhou):
    assert try_to("zhou", PASSWORD, client=client).status_code == 302


def test_a_session_from_before_it_was_required_opens_nothing(client, required, admin, interview):
    client.force_login(admin)
    for address in (reverse("desk:interviews"), reverse("desk:interview", args=[interview.slug]), reverse("account")):
        assert client.get(address).url.startswith(reverse("sign-in")), address
    assert client.get(reverse("admin:index")).status_code == 302
    say = reverse("desk:say", args=[interview.slug])
    assert client.post(say, {"text": "x"}, headers=JSON).status_code == 401
    assert client.get(interview.get_absolute_url()).status_code == 200


def test_it_can_not_be_turned_off_where_it_is_required(client, required, phone):
    User.objects.filter(pk=phone.pk).update(is_staff=True)
    in_with_phone(client, phone)
    assert client.post(reverse("without-second-factor"), {"password": PASSWORD}).status_code == 403
    assert reverse("without-second-factor") not in client.get(reverse("account")).text
    assert TOTPDevice.objects.exists()


def test_no_desk_rings_for_a_session_without_the_second_factor(sites, monkeypatch, admin, zhou, interview):
    admin.groups.set(Group.objects.filter(name="editor"))
    monkeypatch.setenv("REQUIRE_SECOND_FACTOR", "true")
    site = sites()
    with DeskSocket(site, interview.slug, admin) as socket, DeskSocket(site, interview.slug, zhou) as editors:
        assert socket.code() == 4403
        assert editors.next() == {}
    TOTPDevice.objects.create(user=zhou, name="app")
    with DeskSocket(site, interview.slug, zhou) as socket:
        assert socket.code() == 4403


def test_a_desk_rings_for_a_session_with_it(site, client, phone, interview):
    in_with_phone(client, phone)
    cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    with DeskSocket(site, interview.slug, additional_headers=cookie) as socket:
        assert socket.next() == {}


# Lost


def test_an_admin_takes_it_away_and_whoever_has_the_phone_is_out(client, gao, phone):
    in_with_phone(client, phone)
    address = reverse("admin:interviews_user_without_second_factor", args=[phone.pk])
    keeper = at_desk(gao)
    keeper.get(address)
    assert TOTPDevice.objects.exists(), "not by looking"
    keeper.post(address)
    assert not TOTPDevice.objects.exists()
    assert not is_in(client)
    assert try_to("zhou", PASSWORD).status_code == 302


def test_no_admin_sees_a_secret(gao, codes, phone):
    from django.contrib import admin as django_admin

    assert not [model for model in django_admin.site._registry if model._meta.app_label.startswith("otp_")]
    device = TOTPDevice.objects.get()
    page = at_desk(gao).get(reverse("admin:interviews_user_change", args=[phone.pk])).text
    for secret in (device.key, two_factor_steps.HalfWay(phone, "", device.key).secret, phone.password):
        assert secret not in page


def test_what_the_own_account_shows_opens_no_door(client, zhou):
    """With an open screen alone, without the password, nobody sets a phone up and comes in by it elsewhere."""
    client.force_login(zhou)
    page = client.get(reverse("second-factor"))
    thief = Client()
    answer = give(thief, page, code_of(shown_key(page)))
    assert not is_in(thief)
    assert "secret" not in answer.text
    assert not TOTPDevice.objects.exists()


def test_a_superuser_without_the_mark_staff_needs_one_too(required, gao):
    User.objects.filter(pk=gao.pk).update(is_staff=False)
    client = Client()
    try_to("gao", "keeps-the-keys", client=client)
    assert not is_in(client)
