"""Passwords are hashed by a thread of their own; who would have to wait too long for it is told so at once."""

import asyncio
import os
import threading
from contextlib import contextmanager

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from interviews.models.accounts import hashing
from live.handler import MAX_PASSWORDS_AT_ONCE, PASSWORD_PATHS, PageHandler

from .newsroom import JSON, at_desk
from .sites import PATIENCE
from .test_sign_in import PASSWORD, is_in, try_to

SHIPPED = ["interviews.models.accounts.hashing.Argon2", "interviews.models.accounts.hashing.PBKDF2"]


class OneRound(hashing.PBKDF2):
    iterations = 1


@pytest.fixture
def in_turn(settings):
    """Passwords are hashed as on a site, but cheaply."""
    settings.PASSWORD_HASHERS = ["tests.test_hashing.OneRound"]


@contextmanager
def crowded(places=hashing.HASHES_AT_ONCE + hashing.MAX_WAITING):
    """While so many passwords wait to be hashed."""
    go_on = threading.Event()
    waiting = [threading.Thread(target=hashing.in_turn, args=(lambda: go_on.wait(PATIENCE),)) for _ in range(places)]
    for one in waiting:
        one.start()
    try:
        yield
    finally:
        go_on.set()
        for one in waiting:
            one.join(PATIENCE)


def test_they_are_hashed_in_one_thread_that_gives_way_to_all_others():
    seen = {hashing.in_turn(lambda: (threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0))) for _ in range(3)}
    [(thread, niceness)] = seen
    assert thread != threading.get_native_id()
    assert niceness >= hashing.NICENESS


def test_a_crowd_leaves_a_thread_to_tell_those_who_come_later():
    assert hashing.HASHES_AT_ONCE + hashing.MAX_WAITING < MAX_PASSWORDS_AT_ONCE


@pytest.mark.parametrize("name", ["sign-in", "invitation", "account-password", "recovery-codes"])
def test_however_many_sign_in_a_post_does_not_stand_behind_them(rf, monkeypatch, name):
    go_on, handler = threading.Event(), PageHandler()
    crowd = [rf.post(reverse(name)) for _ in range(200)]
    post = rf.post("/desk/here/turns/")
    monkeypatch.setattr(handler, "_whole_answer", lambda request: request is post or go_on.wait(PATIENCE))

    async def all_at_once():
        waiting = [asyncio.create_task(handler._in_a_thread(one)) for one in crowd]
        await asyncio.sleep(0)  # they are on their way
        try:
            return await asyncio.wait_for(handler._in_a_thread(post), PATIENCE)
        finally:
            go_on.set()
            await asyncio.gather(*waiting)

    assert asyncio.run(all_at_once()) is True


def test_who_comes_while_too_many_wait_is_asked_to_come_again(zhou, in_turn):
    with crowded():
        answer = try_to("zhou", PASSWORD)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(hashing.BUSY_SECONDS))
    assert "Too many are signing in just now" in answer.text
    assert "in a few seconds" in answer.text
    assert 'name="password"' in answer.text, "the page asks again"
    assert 'value="zhou"' in answer.text
    assert try_to("zhou", PASSWORD).status_code == 302, "and nothing was counted against anybody"


def test_a_script_hears_so_in_json(zhou, in_turn):
    with crowded():
        answer = try_to("zhou", PASSWORD, headers=JSON | {"accept-language": "en"})
    assert answer.status_code == 429
    assert "in a few seconds" in answer.json()["errors"]["__all__"][0]


NEW = {"new_password1": "河水又清了2026", "new_password2": "河水又清了2026"}
ELSEWHERE = {
    "another password": lambda user: at_desk(user).post(reverse("account-password"), {"password": PASSWORD} | NEW),
    "an invitation": lambda user: Client().post(f"{reverse('invitation')}?token={user.invite()}", NEW),
    "nobody": lambda user: try_to("nobody", PASSWORD),
}


@pytest.mark.parametrize("ask", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_same_goes_wherever_a_password_is_hashed(zhou, in_turn, ask):
    with crowded():
        answer = ask(zhou)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(hashing.BUSY_SECONDS))
    address = answer.wsgi_request.get_full_path()
    assert f'href="{address}"' in answer.text or f'action="{address}"' in answer.text, "back to the form"
    assert answer.wsgi_request.path.startswith(PASSWORD_PATHS), "those threads are for it"
    zhou.refresh_from_db()
    assert zhou.check_password(PASSWORD)


def test_while_passwords_wait_everything_else_goes_on(zhou, in_turn, interview):
    client = at_desk(zhou)
    with crowded():
        assert is_in(client)
        assert client.get(reverse("sign-in")).status_code == 200


def test_what_was_hashed_before_is_hashed_anew_when_its_owner_signs_in(zhou, settings):
    zhou.password = PBKDF2PasswordHasher().encode(PASSWORD, "a" * 22, 1)
    zhou.save()
    settings.PASSWORD_HASHERS = SHIPPED
    there = at_desk(zhou)
    assert try_to("zhou", "wrong").status_code == 200
    assert try_to("zhou", PASSWORD).status_code == 302
    zhou.refresh_from_db()
    assert zhou.password.startswith("argon2$argon2id$v=19$m=65536,t=2,p=1$")
    assert is_in(there)
    assert try_to("zhou", PASSWORD).status_code == 302
    assert try_to("zhou", "wrong").status_code == 200
