"""Signing in: how often one may try, where one comes, how long a session lasts, and how all of them are ended."""

import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from interviews.models import Assignment, Lock, Role, User
from interviews.models.accounts.account import SEEN_AT, SIGNED_IN_AT
from interviews.sessions import SessionStore
from interviews.views.account.forms import AboutForm
from live.throttle import client_address

from .conftest import NOON
from .newsroom import JSON, at_desk
from .test_staff import DeskSocket

HOME, AWAY = "192.0.2.1", "198.51.100.7"
PASSWORD = "typing-all-day"


def try_to(username, password, address=HOME, client=None, **more):
    client = client or Client(headers={"accept-language": "en"})
    what = {"username": username, "password": password}
    return client.post(reverse("sign-in"), what, REMOTE_ADDR=address, **more)


def fail(times, username="zhou", address=HOME):
    return [try_to(username, "wrong", address).status_code for _ in range(times)]


def is_in(client):
    return client.get(reverse("account")).status_code == 200


# How often one may try


def test_the_fifth_failure_locks_one_account_for_one_address_and_says_how_long(zhou):
    assert fail(5) == [200, 200, 200, 200, 429]
    answer = try_to("zhou", PASSWORD)
    assert answer.status_code == 429
    assert "Try again in 15 minutes" in answer.text
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert "no-store" in answer["Cache-Control"]


def test_the_locked_page_speaks_chinese_too_and_json_to_a_script(zhou):
    fail(5)
    assert '<html lang="zh-hans"' in try_to("zhou", PASSWORD, client=Client(headers={"accept-language": "zh"})).text
    errors = try_to("zhou", PASSWORD, headers=JSON | {"accept-language": "en"}).json()["errors"]
    assert "Try again in 15 minutes" in errors["__all__"][0]


def test_nobody_locks_an_editor_out_from_elsewhere(zhou):
    fail(20, address=AWAY)
    assert try_to("zhou", PASSWORD, AWAY).status_code == 429
    assert try_to("zhou", PASSWORD, HOME).status_code == 302


def test_others_at_the_same_address_may_go_on(zhou, sun):
    fail(5)
    assert try_to("sun", PASSWORD).status_code == 302


def test_one_password_tried_at_many_accounts_locks_the_address(zhou, sun):
    tried = [try_to(f"somebody{n}", "summer-2026").status_code for n in range(50)]
    assert tried == [200] * 49 + [429]
    assert try_to("sun", PASSWORD).status_code == 429
    assert try_to("sun", PASSWORD, AWAY).status_code == 302


def test_an_account_of_ones_own_wins_no_new_attempts_at_others(zhou, sun):
    for n in range(49):
        try_to(f"somebody{n}", "summer-2026")
    assert try_to("sun", PASSWORD).status_code == 302
    assert fail(1, "zhou") == [429]


def test_signing_in_forgets_the_failures_before_it(zhou):
    fail(4)
    assert try_to("zhou", PASSWORD).status_code == 302
    assert fail(4) == [200] * 4


def test_other_browsers_of_one_address_are_counted_together(zhou):
    for n in range(4):
        try_to("zhou", "wrong", headers={"user-agent": f"browser {n}"})
    assert fail(1) == [429]


def test_the_lock_ends_by_itself_and_what_was_tried_while_it_held_does_not_prolong_it(zhou):
    fail(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))
    assert fail(3) == [429] * 3
    assert "Try again in 5 minutes" in try_to("zhou", PASSWORD).text
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert try_to("zhou", PASSWORD).status_code == 302


def test_no_address_outlives_the_next_sign_in_after_a_quarter_of_an_hour(zhou, sun):
    fail(3, address=AWAY)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    try_to("sun", PASSWORD)
    assert not AccessAttempt.objects.exists()


def test_what_is_kept_of_a_failure_holds_no_password(zhou):
    fail(1)
    kept = AccessAttempt.objects.get()
    assert "wrong" not in f"{kept.get_data}{kept.post_data}"
    assert (kept.username, kept.ip_address) == ("zhou", HOME)


def test_who_there_is_can_not_be_learned(zhou):
    User.objects.filter(pk=zhou.pk).update(is_active=False)
    answers = [
        try_to(name, password).text for name, password in [("zhou", "wrong"), ("nobody", "wrong"), ("zhou", PASSWORD)]
    ]
    same = [
        answer.split("<form")[1].split("csrfmiddlewaretoken")[0] + answer.split('role="alert"')[1][:150]
        for answer in answers
    ]
    assert len(set(same)) == 1


@pytest.mark.parametrize("who", ["nobody", "invited", "zhou"])
def test_every_answer_takes_the_work_of_one_hash(zhou, monkeypatch, who):
    from tests.conftest import OneRound

    User.objects.create_user("invited")
    hashed, encode = [], OneRound.encode
    monkeypatch.setattr(OneRound, "encode", lambda *args, **how: hashed.append(1) or encode(*args, **how))
    try_to(who, "wrong")
    assert len(hashed) == 1


@pytest.mark.parametrize(
    ("header", "sent", "found"),
    [
        ("", {}, "10.0.0.1"),
        ("", {"HTTP_X_REAL_IP": AWAY, "HTTP_X_FORWARDED_FOR": AWAY}, "10.0.0.1"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": AWAY}, AWAY),
        ("X-Real-IP", {"HTTP_X_FORWARDED_FOR": AWAY}, "10.0.0.1"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": "nonsense\0"}, "10.0.0.1"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": f"::ffff:{AWAY}"}, AWAY),
    ],
)
def test_only_the_header_that_the_proxy_writes_names_the_address(settings, header, sent, found):
    settings.CLIENT_ADDRESS_HEADER = header
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **sent)) == found


@pytest.mark.parametrize(
    ("named", "proxies", "found"),
    [
        *((named, 1, AWAY) for named in (f"{AWAY}:4711", f" {AWAY} ", f"[::ffff:{AWAY}]:4711", f"made.up, {AWAY}:1")),
        *((named, 1, AWAY) for named in (f"192.0.2.66,{AWAY}", f"192.0.2.66 , ,\t{AWAY},", f"2001:db8::1, {AWAY}")),
        *((named, 1, "2001:db8:1:2::") for named in ("[2001:db8:1:2::3]:4711", "[2001:db8:1:2::3]", "2001:db8:1:2::3")),
        *((named, 2, AWAY) for named in (f"{AWAY}, 192.0.2.1", f"192.0.2.66, {AWAY}:80, [2001:db8::1]:443")),
        ("2001:DB8:1:2:3:4:5:6%eth0, 192.0.2.1", 2, "2001:db8:1:2::"),
        *((named, 2, "10.0.0.1") for named in (AWAY, "", "192.0.2.66, unknown, 192.0.2.1")),
        *(
            (named, 1, "10.0.0.1")
            for named in (f"{AWAY}, unknown", f"{AWAY}, _hidden:80", f"{AWAY}:http", f"{AWAY}:", ",")
        ),
        *(
            (named, 1, "10.0.0.1")
            for named in (f"{AWAY}, 1.2.3", f"{AWAY}, []", "[", f"for={AWAY}", "1.2.3.4.5:80", "\xff")
        ),
    ],
)
def test_of_a_list_of_addresses_what_our_own_proxies_have_added_counts(settings, named, proxies, found):
    settings.CLIENT_ADDRESS_HEADER, settings.TRUSTED_PROXIES = "X-Forwarded-For", proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=named)
    assert client_address(request) == found


def test_where_nobody_is_connected_by_an_address_signing_in_works_all_the_same(zhou):
    assert try_to("zhou", "wrong", "").status_code == 200
    assert try_to("zhou", PASSWORD, "").status_code == 302


# Where one comes


def test_after_signing_in_each_comes_where_there_is_something_to_do(zhou, pan):
    assert try_to("zhou", PASSWORD).url == reverse("desk:interviews")
    assert try_to("pan", "only-visiting").url == reverse("account")
    User.objects.filter(pk=pan.pk).update(is_staff=True)
    assert try_to("pan", "only-visiting").url == reverse("admin:index")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_nobody_is_sent_to_another_site(zhou, elsewhere):
    answer = Client().post(reverse("sign-in"), {"username": "zhou", "password": PASSWORD, "next": elsewhere})
    assert answer.url == reverse("desk:interviews")


def test_the_admin_has_no_sign_in_of_its_own(client, zhou, gao):
    login = client.get("/admin/interviews/guest/?q=1").url
    assert client.get(login).url == "/sign-in/?next=/admin/interviews/guest/%3Fq%3D1"
    assert client.post(reverse("admin:login"), {"username": "gao", "password": "keeps-the-keys"}).status_code == 302
    assert not is_in(client)
    client.force_login(gao)
    assert client.get(login).url == reverse("admin:index")
    client.force_login(zhou)
    assert client.get(login).status_code == 403


def test_the_admins_own_page_for_a_password_leads_to_the_account(client, gao):
    client.force_login(gao)
    assert client.get(reverse("admin:password_change")).url == reverse("account-password")


@pytest.mark.parametrize("where", ["sign-out", "admin:logout"])
def test_one_signs_out_by_post_alone(gao, where):
    client = at_desk(gao)
    assert client.get(reverse(where)).status_code == 405
    assert is_in(client)
    client.post(reverse(where))
    assert not is_in(client)


def test_signing_in_changes_the_sessions_key(client, zhou):
    client.get(reverse("sign-in"))
    session = client.session
    session["planted"] = True
    session.save()
    try_to("zhou", PASSWORD, client=client)
    assert client.session.session_key != session.session_key


def test_an_answer_to_a_session_that_has_ended_leaves_the_cookie_that_may_be_another_ones_by_now(client, zhou):
    client.force_login(zhou)
    Session.objects.all().delete()
    answer = client.get(reverse("sign-in"))
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert "Cookie" in answer["Vary"]


def test_signing_out_takes_the_cookie_away(client, zhou):
    client.force_login(zhou)
    answer = client.post(reverse("sign-out"))
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_forms_tell_the_browser_which_field_is_which(client, zhou):
    page = client.get(reverse("sign-in"))
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    client.force_login(zhou)
    assert client.get(reverse("account-password")).text.count('autocomplete="new-password"') == 2


# How long a session lasts


def aged(client, **ages):
    session = client.session
    session.update({name: time.time() - age.total_seconds() for name, age in ages.items()})
    session.save()


def test_a_session_is_over_after_a_week_whatever_was_done_in_it(client, zhou):
    try_to("zhou", PASSWORD, client=client)
    aged(client, **{SIGNED_IN_AT: timedelta(days=6, hours=23)})
    assert is_in(client)
    aged(client, **{SIGNED_IN_AT: timedelta(days=7, seconds=1)})
    assert not is_in(client)


def test_a_session_is_over_when_its_time_is_up_or_its_row_is_gone(client, zhou):
    try_to("zhou", PASSWORD, client=client)
    assert is_in(client)
    Session.objects.update(expire_date=timezone.now())
    assert not is_in(client)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    assert is_in(client)
    Session.objects.all().delete()
    assert not is_in(client)


def test_a_key_that_was_never_given_out_is_forgotten(db):
    store = SessionStore("x" * 32)
    assert store.get(SIGNED_IN_AT) is None
    assert store.session_key is None
    store.save()
    assert Session.objects.get().session_key == store.session_key != "x" * 32


def test_work_keeps_a_session_and_reading_does_not(client, zhou, interview):
    try_to("zhou", PASSWORD, client=client)
    aged(client, **{SEEN_AT: timedelta(minutes=11)})
    assert not client.get(interview.get_absolute_url()).cookies
    kept = client.get(reverse("desk:interviews")).cookies["sessionid"]
    assert kept["max-age"] == 12 * 3600
    assert not client.get(reverse("desk:interviews")).cookies.get("sessionid"), "not with every request"


def test_a_session_is_asked_for_once(client, zhou, django_assert_num_queries):
    client.force_login(zhou)
    store = SessionStore(client.session.session_key)
    with django_assert_num_queries(1):
        assert store[SESSION_KEY] == str(zhou.pk)


# How all are ended


@pytest.mark.parametrize(
    ("signed_out_at", "by_todays_key", "by_yesterdays"),
    [
        (
            None,
            "f01db3dd73857f89016b53c68b3c1a24e905f4943a65925f73253cc56f50eaa9",
            "38713e0a0d7275f3aea469eb6466544c5dbaa447c99184aa14e7269b0066d04e",
        ),
        (
            NOON,
            "89ee39fa43261207bd3e503b86ebc9d23a6e613df2f1a88ad7ebe79491f64912",
            "d8345f56a681f8dd083ab3119a13e2b19d16ca9b4fdbb6e529751261f2aa1168",
        ),
    ],
)
def test_a_new_release_ends_no_session(settings, signed_out_at, by_todays_key, by_yesterdays):
    """Each carries this hash, by the SECRET_KEY of when it began."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the-key-of-today", ["the-key-of-yesterday"]
    user = User(password="pbkdf2_sha256$1$salt$hash", signed_out_at=signed_out_at)
    assert user.get_session_auth_hash() == by_todays_key
    assert list(user.get_session_auth_fallback_hash()) == [by_yesterdays]


def test_signing_out_everywhere_ends_every_session_of_that_user_alone(zhou, sun):
    one, other, somebody = at_desk(zhou), at_desk(zhou), at_desk(sun)
    assert one.post(reverse("sign-out-everywhere")).url == reverse("sign-in")
    assert [is_in(client) for client in (one, other, somebody)] == [False, False, True]
    try_to("zhou", PASSWORD, client=one)
    assert is_in(one)


def test_another_password_ends_the_other_sessions_and_keeps_this_one(zhou):
    here, there = at_desk(zhou), at_desk(zhou)
    new = {"new_password1": "河水又清了2026", "new_password2": "河水又清了2026"}
    assert here.post(reverse("account-password"), {"password": PASSWORD, **new}).url == reverse("account")
    assert (is_in(here), is_in(there)) == (True, False)
    assert try_to("zhou", "河水又清了2026").status_code == 302


def test_nobody_at_an_open_screen_changes_the_password(zhou):
    here = at_desk(zhou)
    new = {"new_password1": "河水又清了2026", "new_password2": "河水又清了2026"}
    assert here.post(reverse("account-password"), {"password": "wrong", **new}).status_code == 200
    assert [here.post(reverse("account-password"), {"password": "wrong", **new}).status_code for _ in range(4)][
        -1
    ] == 429
    zhou.refresh_from_db()
    assert zhou.check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "12345678901", "password123"])
def test_a_password_is_none_of_those_that_are_tried_first(zhou, password):
    new = {"password": PASSWORD, "new_password1": password, "new_password2": password}
    assert at_desk(zhou).post(reverse("account-password"), new).status_code == 200
    zhou.refresh_from_db()
    assert zhou.check_password(PASSWORD)


def test_the_own_name_and_address_can_be_changed_and_nothing_else(zhou):
    at_desk(zhou).post(
        reverse("account"), {"name": "周舟", "email": "zhou@example.org", "is_staff": "on", "username": "root"}
    )
    zhou.refresh_from_db()
    assert (zhou.name, str(zhou), zhou.email) == ("周舟", "周舟", "zhou@example.org")
    assert (zhou.is_staff, zhou.username) == (False, "zhou")
    assert at_desk(zhou).post(reverse("account"), {"name": "周", "email": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    "name", ["account", "account-password", "second-factor", "without-second-factor", "recovery-codes"]
)
def test_an_account_is_shown_to_whose_it_is(client, name):
    assert client.get(reverse(name)).url.startswith(reverse("sign-in"))
    assert client.post(reverse(name)).url.startswith(reverse("sign-in"))


# Open desks


ANOTHER = "河水又清了2026"


def change_password(user, client):
    what = {"password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}
    assert client.post(reverse("account-password"), what).status_code == 302


LOSSES = {
    "signing out everywhere": lambda user, client: client.post(reverse("sign-out-everywhere")),
    "another password": change_password,
    "another role": lambda user, client: user.groups.set(Group.objects.filter(name="none")),
    "disabled": lambda user, client: User.objects.filter(pk=user.pk).update(is_active=False),
    "deleted": lambda user, client: user.delete(),
    "a second factor elsewhere": lambda user, client: user.totpdevice_set.create(name="app"),
}


def closes_in_time(socket, began):
    assert socket.code() == 4403
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_what_ends_a_session_closes_that_persons_desks_and_no_others(site, zhou, sun, interview, lose):
    page, client = site.open(interview), at_desk(sun)  # signing in lets the desks look, too
    with (
        DeskSocket(site, interview.slug, sun) as one,
        DeskSocket(site, interview.slug, sun) as other,
        DeskSocket(site, interview.slug, zhou) as anothers,
        site.follow(page) as reader,
    ):
        for socket in (one, other, anothers):
            socket.settle()
        began = time.monotonic()
        lose(sun, client)
        closes_in_time(one, began)
        closes_in_time(other, began)
        interview.say(interview.speakers.first(), "还在")
        assert anothers.next() == {}
        assert reader.bring(page, interview.public_seq)


def test_signing_out_closes_the_desks_of_this_browser_alone(site, sun, interview):
    here = at_desk(sun)
    cookie = {"Cookie": f"sessionid={here.cookies['sessionid'].value}"}
    with (
        DeskSocket(site, interview.slug, additional_headers=cookie) as mine,
        DeskSocket(site, interview.slug, sun) as elsewhere,
    ):
        mine.settle()
        elsewhere.settle()
        began = time.monotonic()
        here.post(reverse("sign-out"))
        closes_in_time(mine, began)
        interview.say(interview.speakers.first(), "还在")
        assert elsewhere.next() == {}


def test_an_assignment_that_is_taken_away_closes_that_interviews_desk(site, pan, zhou, interview):
    task = Assignment.objects.create(user=pan, interview=interview, role=Role.TYPIST)
    with DeskSocket(site, interview.slug, pan) as socket, DeskSocket(site, interview.slug, zhou) as anothers:
        socket.settle()
        anothers.settle()
        began = time.monotonic()
        task.delete()
        closes_in_time(socket, began)
        interview.say(interview.speakers.first(), "还在")
        assert anothers.next() == {}


# Locks in the admin


def test_a_lock_is_seen_and_lifted_by_an_admin(client, gao, zhou):
    fail(5)
    fail(2, "sun")
    client.force_login(gao)
    page = client.get(reverse("admin:interviews_lock_changelist")).text
    assert page.count('alt="True"') == 1
    assert HOME in page
    lock = Lock.objects.get(username="zhou")
    what = {"action": "lift", "_selected_action": [lock.pk]}
    client.post(reverse("admin:interviews_lock_changelist"), what)
    assert try_to("zhou", PASSWORD).status_code == 302
    assert Lock.objects.filter(username="sun").exists()


def test_a_lock_is_not_made_or_changed_by_hand(client, gao):
    fail(1)
    client.force_login(gao)
    assert client.get(reverse("admin:interviews_lock_add")).status_code == 403
    lock = Lock.objects.get()
    client.post(reverse("admin:interviews_lock_change", args=[lock.pk]), {"failures_since_start": 0})
    lock.refresh_from_db()
    assert lock.failures_since_start == 1


def test_of_a_failure_nothing_is_kept_that_was_typed(client, zhou):
    client.force_login(zhou)
    new = {"new_password1": "柳树又绿了十七回", "new_password2": "柳树又绿了十七回"}
    client.post(reverse("account-password"), {"password": "wrong"} | new, REMOTE_ADDR=HOME)
    try_to("zhou", "wrong")
    kept = [attempt.get_data + attempt.post_data for attempt in AccessAttempt.objects.all()]
    assert kept
    assert "=" not in "".join(kept)


def test_a_name_of_any_length_is_refused_and_nothing_falls_over(db):
    assert [try_to("名" * n, PASSWORD).status_code for n in (151, 256, 5000)] == [200, 200, 200]


def test_saving_ones_name_puts_nothing_else_back(client, zhou, monkeypatch):
    client.force_login(zhou)
    clean = AboutForm.clean

    def meanwhile(form):
        User.objects.filter(pk=zhou.pk).update(is_active=False, signed_out_at=timezone.now())
        return clean(form)

    monkeypatch.setattr(AboutForm, "clean", meanwhile)
    client.post(reverse("account"), {"name": "周一", "email": ""})
    zhou.refresh_from_db()
    assert (zhou.name, zhou.is_active) == ("周一", False)
    assert zhou.signed_out_at


# Networks around an address


def test_guesses_from_many_networks_of_one_provider_are_counted_together(zhou):
    tried = [try_to("zhou", "wrong", f"2001:db8:7:{n:x}00::1").status_code for n in range(40)]
    assert tried == [200] * 19 + [429] * 21
    assert try_to("zhou", PASSWORD, "2001:db8:7:ffff::9").status_code == 429
    assert try_to("zhou", PASSWORD, "2001:db8:8::1").status_code == 302


@pytest.mark.parametrize(
    ("named", "locks"),
    [
        (lambda n: f"2001:db8:7:1::{n + 1:x}", 5),
        (lambda n: f"2001:db8:7:1{n:02x}::1", 10),
        (lambda n: f"2001:db8:7:{n:02x}00::1", 20),
        (lambda n: f"203.0.113.{n}", 20),
        (lambda n: f"::ffff:203.0.113.{n}", 20),
        (lambda n: f"2002:cb00:71{n:02x}::1", 20),  # 6to4
        (lambda n: f"64:ff9b::203.0.113.{n}", 20),  # NAT64
        (lambda n: f"2001:{n:x}::1", 41),
        (lambda n: f"203.0.{n}.1", 41),
    ],
    ids=["/64", "/56", "/48", "/24", "mapped", "6to4", "NAT64", "providers", "others"],
)
def test_the_wider_a_network_the_more_it_takes(zhou, named, locks):
    tried = [try_to("zhou", "wrong", named(n)).status_code for n in range(40)]
    assert tried == [200 if n < locks else 429 for n in range(1, 41)]


def test_of_one_ipv4_address_it_is_the_same_by_which_way_it_comes(zhou):
    ways = ["203.0.113.7", "::ffff:203.0.113.7", "2002:cb00:7107::1", "64:ff9b::cb00:7107", "2002:cb00:7107:9::1"]
    assert [try_to("zhou", "wrong", way).status_code for way in ways] == [200] * 4 + [429]


def test_one_password_tried_at_many_accounts_from_all_over_a_network_locks_that(zhou):
    tried = [try_to(f"somebody{n}", "summer", f"203.0.113.{n}").status_code for n in range(200)]
    assert tried == [200] * 199 + [429]
    assert try_to("zhou", PASSWORD, "203.0.113.250").status_code == 429
    assert try_to("zhou", PASSWORD, "203.0.112.250").status_code == 302


def test_who_shares_an_address_with_somebody_locked_out_goes_on(zhou, sun):
    fail(20, "zhou", "203.0.113.9")
    assert try_to("sun", PASSWORD, "203.0.113.9").status_code == 302
    assert try_to("sun", PASSWORD, "203.0.113.10").status_code == 302


def test_lifting_the_lock_lifts_that_of_the_networks_around(zhou):
    for n in range(20):
        try_to("zhou", "wrong", f"2001:db8:7:{n:x}::1")
    assert Lock.objects.first().is_locked
    Lock.objects.first().lift()
    assert try_to("zhou", PASSWORD, "2001:db8:7:5::1").status_code == 302
