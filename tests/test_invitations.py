"""A link by which somebody comes in the first time, or with a new password."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from interviews.models import Invitation, User

from .newsroom import at_desk
from .test_second_factor import KEY, code_of, give, shown_key
from .test_sign_in import is_in, try_to

CHOSEN = "北桥边上的柳树绿了"
CHOICE = {"new_password1": CHOSEN, "new_password2": CHOSEN}
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def invited(db):
    user = User.objects.create_user("xu", first_name="徐")
    return user


def link_to(user, by=None):
    return f"{reverse('invitation')}?token={user.invite(by=by)}"


def test_whoever_opens_the_link_chooses_a_password_and_is_in(client, invited):
    link = link_to(invited)
    page = client.get(link)
    assert page.status_code == 200
    assert 'value="xu"' in page.text
    assert client.post(link, CHOICE).url == reverse("account")
    assert is_in(client)
    assert try_to("xu", CHOSEN).status_code == 302


def test_nobody_signs_in_before(invited):
    link_to(invited)
    for password in ("", "!", invited.password, "None"):
        assert try_to("xu", password).status_code == 200


def test_looking_at_the_link_uses_nothing_up(client, invited):
    link = link_to(invited)
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    assert client.post(link, CHOICE).status_code == 302


def expired(invitation):
    Invitation.objects.update(made_at=timezone.now() - timedelta(days=7, seconds=1))


def used(invitation):
    invitation.accept("something-else-chosen")


def withdrawn(invitation):
    invitation.user.withdraw_invitations()


def replaced(invitation):
    invitation.user.invite()


def disabled(invitation):
    User.objects.update(is_active=False)


@pytest.mark.parametrize(
    ("happen", "told"),
    [
        (expired, "expired"),
        (used, "used already"),
        (withdrawn, "withdrawn"),
        (replaced, "a newer one was made"),
        (disabled, "withdrawn"),
    ],
)
def test_a_link_that_is_not_good_any_more_says_so_and_lets_nobody_in(invited, happen, told):
    link = link_to(invited)
    happen(Invitation.objects.get())
    before = User.objects.get(pk=invited.pk).password
    client = Client(headers=ENGLISH)
    for answer in (client.get(link), client.post(link, CHOICE)):
        assert answer.status_code == 410
        assert told in answer.text
    assert User.objects.get(pk=invited.pk).password == before
    assert not is_in(client)


@pytest.mark.parametrize("token", ["", "?token=", "?token=made-up", "?token=%00", "?token=" + "x" * 5000])
def test_a_link_that_there_never_was_says_so(client, invited, token):
    link_to(invited)
    assert client.get(reverse("invitation") + token).status_code == 410
    assert client.post(reverse("invitation") + token, CHOICE).status_code == 410


def test_of_two_who_use_it_at_once_one_is_told_that_it_was_used(invited):
    link_to(invited)
    one, other = Invitation.objects.get(), Invitation.objects.get()
    one.accept(CHOSEN)
    with pytest.raises(Exception, match="用过|used already"):
        other.accept("another-password")
    assert User.objects.get().check_password(CHOSEN)


@pytest.mark.parametrize("password", ["short", "1234567890", "password123"])
def test_a_bad_password_is_refused_and_the_link_stays_good(client, invited, password):
    link = link_to(invited)
    page = client.post(link, {"new_password1": password, "new_password2": password})
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert client.post(link, CHOICE).status_code == 302


def test_the_secret_is_kept_nowhere_and_told_to_nobody(client, invited, caplog):
    token = invited.invite()
    link = f"{reverse('invitation')}?token={token}"
    with caplog.at_level(logging.DEBUG):
        page = client.get(link)
        refused = Client(enforce_csrf_checks=True).post(link, CHOICE)
        client.post(link, CHOICE)
        client.get(link)
    assert page["Referrer-Policy"] == refused["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert token not in caplog.text
    assert token not in str(list(Invitation.objects.values()))
    assert len(token) >= 43


def test_a_link_for_a_forgotten_password_leaves_the_old_one_until_it_is_used(client, zhou):
    there = at_desk(zhou)
    link = link_to(zhou)
    assert is_in(there)
    assert client.post(link, CHOICE).url == reverse("desk:interviews")
    assert not is_in(there)
    assert try_to("zhou", "typing-all-day").status_code == 200
    assert try_to("zhou", CHOSEN).status_code == 302


def test_who_has_a_second_factor_is_asked_for_it(client, zhou):
    zhou.set_up_second_factor(KEY, code_of())
    TOTPDevice.objects.update(last_t=-1)
    page = client.post(link_to(zhou), CHOICE)
    assert not is_in(client)
    assert give(client, page, code_of()).status_code == 302
    assert is_in(client)


def test_who_needs_a_second_factor_sets_it_up(client, settings, invited):
    settings.REQUIRE_SECOND_FACTOR = True
    User.objects.update(is_staff=True)
    page = client.post(link_to(invited), CHOICE)
    assert not is_in(client)
    assert len(re.findall("<code>", give(client, page, code_of(shown_key(page))).text)) == 10
    assert is_in(client)


def test_somebody_elses_browser_is_signed_in_anew(client, zhou, invited):
    client.force_login(zhou)
    client.post(link_to(invited), CHOICE)
    assert 'value="徐"' in client.get(reverse("account")).text


@pytest.mark.parametrize(
    "change",
    [
        lambda maker, user: User.objects.filter(pk=maker.pk).update(is_active=False),
        lambda maker, user: maker.groups.clear(),
        lambda maker, user: User.objects.filter(pk=user.pk).update(is_superuser=True),
        lambda maker, user: user.sign_out_everywhere(),
        lambda maker, user: maker.delete(),
    ],
    ids=["maker disabled", "maker without the role", "user beyond the maker", "signed out everywhere", "maker deleted"],
)
def test_a_link_is_worth_no_more_than_whoever_made_it(client, invited, zhou, change):
    zhou.groups.add(Group.objects.get(name="admin"))
    link = link_to(invited, by=zhou)
    assert client.get(link).status_code == 200
    change(User.objects.get(pk=zhou.pk), User.objects.get(pk=invited.pk))
    assert client.post(link, CHOICE).status_code == 410
    assert not is_in(client)
