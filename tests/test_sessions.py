"""A session that has ended stays so: whoever copied its cookie before has nothing, whatever its owner does later."""

import http.client
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from interviews.models import Assignment, Role, User
from interviews.models.accounts.account import SEEN_AT, SIGNED_IN_AT
from interviews.sessions import REPLACED_VALID, SessionStore

from .newsroom import JSON, at_desk
from .sites import PATIENCE
from .test_second_factor import KEY, code_of, give, in_with_phone, set_up
from .test_sign_in import PASSWORD, aged, change_password, is_in, try_to
from .test_staff import DeskSocket

COOKIE = settings.SESSION_COOKIE_NAME


def copy_of(client):
    """A browser that has this one's cookies as they are now."""
    other = Client()
    for name, morsel in client.cookies.items():
        other.cookies[name] = morsel.value
    return other


def key_of(client):
    return client.cookies[COOKIE].value


def opens_nothing(copy, interview):
    """Neither pages nor what scripts ask, nor the admin; and nothing is posted."""
    for address in (
        reverse("account"),
        reverse("account-password"),
        reverse("desk:interviews"),
        reverse("desk:interview", args=[interview.slug]),
        reverse("admin:index"),
        reverse("admin:interviews_user_changelist"),
    ):
        page = copy.get(address)
        assert page.status_code == 503 or page.url.startswith(("/sign-in/", "/admin/login/")), address
    assert copy.get(reverse("desk:changes", args=[interview.slug]), headers=JSON).status_code in (401, 503)
    what = {"speaker": interview.speakers.first().pk, "text": "不是我说的。", "key": "1" * 32}
    assert copy.post(reverse("desk:say", args=[interview.slug]), what, headers=JSON).status_code in (401, 503)
    assert not interview.turns.exists()
    return True


def signed_in(user, password=PASSWORD):
    client = Client(headers={"accept-language": "en"})
    assert try_to(user.get_username(), password, client=client).status_code == 302
    assert is_in(client)
    return client


def later_in(client, user, password=PASSWORD):
    """The owner signs in anew, in the same browser, and works."""
    assert try_to(user.get_username(), password, client=client).status_code == 302
    assert is_in(client)


# Another key


def test_each_sign_in_gives_another_key(zhou, interview):
    client = signed_in(zhou)
    copy = copy_of(client)
    later_in(client, zhou)
    assert key_of(client) != key_of(copy)
    assert opens_nothing(copy, interview)
    assert is_in(client)


def test_a_session_that_was_too_old_is_not_brought_back_by_its_owner_s_next_sign_in(zhou, interview):
    client = signed_in(zhou)
    copy = copy_of(client)
    aged(client, **{SIGNED_IN_AT: timedelta(days=7, seconds=1)})
    assert not is_in(copy_of(client))
    later_in(client, zhou)
    assert opens_nothing(copy, interview)


def test_what_the_second_step_gives_no_copy_from_before_it_has(zhou, interview):
    """A session without the factor opened nothing; when its owner shows the factor, its copy still opens nothing."""
    client = signed_in(zhou)
    copy = copy_of(client)
    zhou.set_up_second_factor(KEY, code_of())
    TOTPDevice.objects.update(last_t=-1)
    assert give(client, try_to("zhou", PASSWORD, client=client), code_of()).status_code == 302
    assert is_in(client)
    assert opens_nothing(copy, interview)


@pytest.fixture
def phone(zhou):
    zhou.set_up_second_factor(KEY, code_of())
    TOTPDevice.objects.update(last_t=-1)
    return zhou


def invited(user, client):
    """A link that an admin has made is opened in this browser, and the password chosen that there is already."""
    new = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    return client.post(f"{reverse('invitation')}?token={user.invite()}", new)


STEPS = {
    "another password": change_password,
    "a second factor": lambda user, client: set_up(client),
    "a link to choose a password by": invited,
}
STEPS_WITH_A_PHONE = {
    "signing in by a recovery code": lambda user, client: give(
        client, try_to("zhou", PASSWORD, client=client), user.make_recovery_codes()[0]
    ),
    "a link to choose a password by": lambda user, client: (
        TOTPDevice.objects.update(last_t=-1),  # the code of just now, again
        give(client, invited(user, client), code_of()),
    ),
    "no second factor": lambda user, client: client.post(reverse("without-second-factor"), {"password": PASSWORD}),
    "other recovery codes": lambda user, client: client.post(reverse("recovery-codes"), {"password": PASSWORD}),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_each_change_of_how_one_signs_in_gives_another_key(zhou, interview, step):
    client, elsewhere = signed_in(zhou), signed_in(zhou)
    copy = copy_of(client)
    step(zhou, client)
    assert key_of(client) != key_of(copy)
    assert is_in(client)
    assert not is_in(elsewhere)
    assert opens_nothing(copy, interview)


@pytest.mark.parametrize("step", STEPS_WITH_A_PHONE.values(), ids=STEPS_WITH_A_PHONE)
def test_so_does_each_change_of_the_second_factor(phone, interview, step):
    client = in_with_phone(Client(), phone)
    copy = copy_of(client)
    step(phone, client)
    assert key_of(client) != key_of(copy)
    assert is_in(client)
    assert opens_nothing(copy, interview)


def test_a_key_from_before_signing_in_is_dead_and_what_was_planted_under_it_gone(client, zhou, interview):
    planted = SessionStore()
    planted["planted"] = True
    planted.create()
    client.cookies[COOKIE] = planted.session_key
    later_in(client, zhou)
    assert key_of(client) != planted.session_key
    assert "planted" not in client.session
    copy = Client()
    copy.cookies[COOKIE] = planted.session_key
    assert opens_nothing(copy, interview)


def test_a_key_that_somebody_has_made_up_is_not_taken(client, zhou):
    client.cookies[COOKIE] = "a" * 32
    later_in(client, zhou)
    assert key_of(client) != "a" * 32


def test_nobody_has_a_session_before_signing_in(client, zhou, interview):
    for address in (reverse("sign-in"), reverse("front-page"), interview.get_absolute_url()):
        client.get(address)
    try_to("zhou", "wrong", client=client)
    assert COOKIE not in client.cookies
    assert not Session.objects.exists()


# More rights


RISES = {
    "a role": lambda user, interview: user.groups.add(Group.objects.get(name="editor")),
    "a role here": lambda user, interview: Assignment.objects.create(user=user, interview=interview, role=Role.TYPIST),
    "staff": lambda user, interview: User.objects.filter(pk=user.pk).update(is_staff=True),
    "a superuser": lambda user, interview: User.objects.filter(pk=user.pk).update(is_superuser=True),
    "a role taken away": lambda user, interview: user.groups.clear(),
}


@pytest.mark.parametrize("rise", RISES.values(), ids=RISES)
def test_with_other_rights_the_next_request_gets_another_key(sun, interview, rise):
    client = signed_in(sun)
    copy = copy_of(client)
    rise(sun, interview)
    assert is_in(client)
    assert key_of(client) != key_of(copy)
    assert opens_nothing(copy, interview)
    kept = key_of(client)
    assert is_in(client)
    assert key_of(client) == kept, "once"


def test_of_two_requests_in_that_moment_one_is_answered_as_before_it_and_the_other_may_ask_again(sun, interview):
    client, parallel = signed_in(sun), Client()
    RISES["a role"](sun, interview)
    before = SessionStore(key_of(client))
    assert before[SIGNED_IN_AT]  # read, as the other request is answered
    parallel = copy_of(client)
    assert is_in(client)
    with pytest.raises(UpdateError):
        before.cycle_key()
    with pytest.raises(UpdateError):
        before.save()
    answer = parallel.get(reverse("desk:interviews"))
    assert (answer.status_code, answer["Retry-After"], answer["Refresh"]) == (503, "1", "1")
    assert COOKIE not in answer.cookies, "the new one stays"
    script = parallel.get(reverse("desk:changes", args=[interview.slug]), headers=JSON)
    assert (script.status_code, "Refresh" in script) == (503, True)
    parallel.cookies[COOKIE] = key_of(client)
    assert is_in(parallel)


def test_a_form_that_came_with_the_old_key_is_given_back_to_be_sent_again(sun):
    client = signed_in(sun)
    stale = copy_of(client)
    sun.groups.add(Group.objects.get(name="editor"))
    assert is_in(client)
    answer = stale.post(reverse("account"), {"name": "孙 小"})
    assert answer.status_code == 503
    assert "孙 小" in answer.text


def test_soon_the_old_key_is_one_that_nobody_knows(sun):
    client = signed_in(sun)
    stale = copy_of(client)
    sun.groups.add(Group.objects.get(name="editor"))
    assert is_in(client)
    Session.objects.filter(pk=f"was-{key_of(stale)}").update(expire_date=timezone.now())
    assert stale.get(reverse("account")).url.startswith(reverse("sign-in"))
    assert timedelta(seconds=5) < REPLACED_VALID < timedelta(minutes=1)


@pytest.mark.parametrize("way", ["/sign-out/", "/sign-out/?next=/sign-in/%3Fnext=/desk/", "/admin/logout/"])
def test_signing_out_ends_the_session_under_the_key_that_it_has_just_got(sun, way):
    client = signed_in(sun)
    leaving = copy_of(client)
    sun.groups.add(Group.objects.get(name="editor"))
    assert is_in(client)
    assert leaving.post(way).status_code == 302, "and is not told to ask again"
    assert not is_in(client)


def test_nor_is_who_signs_in_anew_with_it(sun):
    client = signed_in(sun)
    stale = copy_of(client)
    sun.groups.add(Group.objects.get(name="editor"))
    assert is_in(client)
    what = {"username": "sun", "password": PASSWORD, "next": "/sign-in/?next=/desk/"}
    assert stale.post(reverse("sign-in"), what).status_code == 302
    assert is_in(stale)


def test_an_answer_that_fails_gives_no_key_that_the_browser_would_never_hear_of(sun, monkeypatch):
    client = signed_in(sun)
    client.raise_request_exception = False
    sun.groups.add(Group.objects.get(name="editor"))
    with monkeypatch.context() as broken:
        broken.setattr("interviews.models.User.name", property(lambda user: 1 / 0))
        assert client.get(reverse("account")).status_code == 500
    assert is_in(client)


# Ended for good


def disable(user, client):
    User.objects.filter(pk=user.pk).update(is_active=False)


def enable(user):
    User.objects.filter(pk=user.pk).update(is_active=True)


def at_the_admin(verb, **what):
    """What the admin does on the user's page."""

    def do(user, client):
        keeper = at_desk(User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("gao"))
        answer = keeper.post(reverse(f"admin:interviews_user_{verb}", args=[user.pk]), what)
        assert answer.status_code == 302, answer.text

    return do


NO_ASSIGNMENTS = {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}


def made_again(user, client):
    name, roles = user.username, [*user.groups.all()]
    at_the_admin("delete", post="yes")(user, client)
    User.objects.create_user(name, password=PASSWORD).groups.set(roles)


ENDS = {
    "signed out": lambda user, client: client.post(reverse("sign-out")),
    "signed out in another tab": lambda user, client: copy_of(client).post(reverse("sign-out")),
    "signed out at the admin": lambda user, client: client.post(reverse("admin:logout")),
    "signed out everywhere": lambda user, client: client.post(reverse("sign-out-everywhere")),
    "signed out everywhere in another browser": lambda user, client: signed_in(user).post(
        reverse("sign-out-everywhere")
    ),
    "signed out everywhere by an admin": at_the_admin("sign_out"),
    "disabled": disable,
    "disabled by an admin": at_the_admin("change", username="zhou", name="周", **NO_ASSIGNMENTS),
    "deleted and made again under the same name": made_again,
    "disabled by a form that knows nothing of it": lambda user, client: User(
        **{f.attname: getattr(user, f.attname) for f in user._meta.concrete_fields} | {"is_active": False}
    ).save(),
    "idle": lambda user, client: Session.objects.update(expire_date=timezone.now()),
    "too old": lambda user, client: aged(client, **{SIGNED_IN_AT: timedelta(days=7, seconds=1)}),
    "second factor set up and taken away": lambda user, client: (
        user.set_up_second_factor(KEY, code_of()),
        user.take_second_factor_away(),
    ),
    "second factor set up elsewhere and taken away by an admin": lambda user, client: (
        user.set_up_second_factor(KEY, code_of()),
        at_the_admin("without_second_factor")(user, client),
    ),
    "a password chosen by a link in another browser": lambda user, client: invited(user, Client()),
    "another password in another browser": lambda user, client: (
        change_password(user, signed_in(user)),
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD)),
    ),
    "another password at the terminal": lambda user, client: (user.set_password(PASSWORD), user.save()),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_no_session_that_has_ended_comes_back(zhou, interview, end):
    client = signed_in(zhou)
    copy, untried = copy_of(client), copy_of(client)
    end(zhou, client)
    assert opens_nothing(copy, interview)
    owner = User.objects.get(username="zhou")
    enable(owner)
    User.objects.get(pk=owner.pk).save()
    later_in(client, owner)
    assert opens_nothing(copy, interview)
    assert opens_nothing(untried, interview), "nor one that was not seen while it was shut out"


def test_a_renamed_user_goes_on_and_whoever_gets_the_old_name_is_not_opened_by_the_old_cookie(zhou):
    client = signed_in(zhou)
    at_the_admin("change", username="zhou2", name="周", is_active="on", **NO_ASSIGNMENTS)(zhou, client)
    new = User.objects.create_user("zhou", password=PASSWORD)
    assert is_in(client)
    assert client.session["_auth_user_id"] == str(zhou.pk) != str(new.pk)
    assert try_to("zhou", PASSWORD, client=client).url == reverse("account"), "who has no roles"


def test_it_is_too_late_to_write_to_it(zhou):
    client = signed_in(zhou)
    kept = SessionStore(key_of(client))
    kept["work"] = "is done"
    client.post(reverse("sign-out"))
    with pytest.raises(UpdateError):
        kept.save()
    with pytest.raises(UpdateError):
        kept.cycle_key()
    assert not Session.objects.exists()


def test_what_has_run_out_between_reading_and_writing_is_not_prolonged(zhou):
    client = signed_in(zhou)
    kept = SessionStore(key_of(client))
    kept["work"] = "is done"
    Session.objects.update(expire_date=timezone.now())
    with pytest.raises(UpdateError):
        kept.save()


def test_a_post_that_is_done_while_its_session_ends_is_answered_as_done(sun, interview, host, monkeypatch):
    client = signed_in(sun)
    aged(client, **{SEEN_AT: timedelta(minutes=11)})
    done, say_it = [], type(interview).say
    monkeypatch.setattr(
        type(interview), "say", lambda *a, **k: (done.append(Session.objects.all().delete()), say_it(*a, **k))[1]
    )
    what = {"speaker": host.pk, "text": "说完了。", "key": "2" * 32}
    answer = client.post(reverse("desk:say", args=[interview.slug]), what, headers=JSON)
    assert (len(done), answer.status_code) == (1, 201)
    assert COOKIE not in answer.cookies
    assert not Session.objects.exists()


def test_a_password_is_not_changed_by_a_session_that_ends_meanwhile(zhou, monkeypatch):
    client = signed_in(zhou)
    withdraw = User.withdraw_invitations
    monkeypatch.setattr(User, "withdraw_invitations", lambda user: (Session.objects.all().delete(), withdraw(user))[1])
    new = {"password": PASSWORD, "new_password1": "河水又清了2026", "new_password2": "河水又清了2026"}
    assert client.post(reverse("account-password"), new).url.startswith(reverse("sign-in"))
    zhou.refresh_from_db()
    assert zhou.check_password(PASSWORD)


def test_a_clock_that_was_set_back_ends_sessions_all_the_same(zhou):
    User.objects.filter(pk=zhou.pk).update(signed_out_at=timezone.now() + timedelta(hours=1))
    client, other = signed_in(zhou), signed_in(zhou)
    client.post(reverse("sign-out-everywhere"))
    assert not is_in(other)
    other = signed_in(zhou)
    disable(zhou, other)
    enable(zhou)
    assert not is_in(other)


# Several processes, and open desks


def asked(site, path, key):
    """Status and headers of an answer, over a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    line.request("GET", path, headers={"Cookie": f"{COOKIE}={key}"})
    answer = line.getresponse()
    line.close()
    return answer.status, str(answer.headers)


def socket_code(site, interview, key):
    with DeskSocket(site, interview.slug, additional_headers={"Cookie": f"{COOKIE}={key}"}) as socket:
        return socket.code()


def test_the_old_key_is_dead_in_every_process_at_once_and_for_the_desk_s_socket(sites, zhou, interview):
    site = sites("--workers", "2")
    here = signed_in(zhou)
    old = key_of(here)
    aged(here, **{SEEN_AT: timedelta(minutes=11)})  # a request would prolong it
    change_password(zhou, here)
    for _ in range(8):  # one worker or the other
        status, headers = asked(site, "/account/", old)
        assert status != 200
        assert old not in headers
    assert socket_code(site, interview, old) == 4503
    Session.objects.filter(pk=f"was-{old}").delete()
    assert socket_code(site, interview, old) == 4403


def test_an_open_desk_comes_back_by_the_new_key_and_one_by_a_copied_key_is_closed(site, sun, interview):
    client = signed_in(sun)
    cookie = {"Cookie": f"{COOKIE}={key_of(client)}"}
    with DeskSocket(site, interview.slug, additional_headers=cookie) as socket:
        socket.settle()
        sun.groups.add(Group.objects.get(name="editor"))
        began = time.monotonic()
        assert is_in(client)
        assert socket.code() == 4503, "come back"
        assert time.monotonic() - began < 2
    cookie = {"Cookie": f"{COOKIE}={key_of(client)}"}
    with DeskSocket(site, interview.slug, additional_headers=cookie) as socket:
        assert socket.next() == {}


# The same password, hashed anew


class TwoRounds(PBKDF2PasswordHasher):
    iterations = 2


@pytest.fixture
def slower(settings):
    """From now on passwords are hashed otherwise."""
    settings.PASSWORD_HASHERS = ["tests.test_sessions.TwoRounds"]


def test_to_hash_a_password_anew_ends_no_session(zhou, slower):
    here, there = at_desk(zhou), at_desk(zhou)
    anew = signed_in(zhou)
    zhou.refresh_from_db()
    assert zhou.password.startswith("pbkdf2_sha256$2$")
    for client in (here, there, anew, here):
        assert is_in(client)


def test_nor_does_it_close_a_desk(site, sun, interview, slower):
    with DeskSocket(site, interview.slug, sun) as socket:
        socket.settle()
        signed_in(sun)
        interview.say(interview.speakers.first(), "还在")
        assert socket.next() == {}
        assert socket.is_silent() or socket.settle()


@pytest.mark.parametrize(
    "step",
    [*STEPS.values(), lambda user, client: client.post(reverse("sign-out-everywhere"))],
    ids=[*STEPS, "signing out everywhere"],
)
def test_who_has_both_steps_in_one_request_is_led_through_and_others_are_out(zhou, interview, slower, step):
    here, there = at_desk(zhou), at_desk(zhou)
    copy = copy_of(here)
    step(zhou, here)
    assert not is_in(there)
    assert opens_nothing(copy, interview)
    assert is_in(here) or step not in STEPS.values()


def test_after_it_another_password_ends_also_the_sessions_from_before_it(zhou, slower):
    before = at_desk(zhou)
    later = signed_in(zhou)
    User.objects.get(pk=zhou.pk).set_password("nobody hears of it")
    changed = User.objects.get(pk=zhou.pk)
    changed.password = make_password("河水又清了2026")
    changed.save()
    assert not is_in(before)
    assert not is_in(later)


def test_a_password_that_is_changed_while_the_old_one_is_hashed_anew_stays_changed(zhou, slower):
    stale = User.objects.get(pk=zhou.pk)
    changed = User.objects.get(pk=zhou.pk)
    changed.set_password("河水又清了2026")
    changed.save()
    assert not stale.check_password(PASSWORD)
    assert User.objects.get(pk=zhou.pk).check_password("河水又清了2026")


def test_two_who_hash_it_anew_at_once_are_both_let_in(zhou, slower):
    one, other = User.objects.get(pk=zhou.pk), User.objects.get(pk=zhou.pk)
    assert one.check_password(PASSWORD)
    assert other.check_password(PASSWORD)
    assert other.get_session_auth_hash() == User.objects.get(pk=zhou.pk).get_session_auth_hash()


@pytest.mark.parametrize("way", ["sign-out", "sign-out-everywhere"])
def test_who_signs_out_just_after_their_rights_changed_leaves_no_session(sun, way):
    client = signed_in(sun)
    sun.groups.add(Group.objects.get(name="editor"))
    client.post(reverse(way))
    assert not client.cookies[COOKIE].value
    assert not Session.objects.exclude(session_key__startswith="was-").exists()
