"""What a script in a page of the desk asks, and the answer."""

import uuid

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.urls import reverse

from interviews.backend import Rights
from interviews.models import Event, Interview, Suggestion, Turn
from interviews.models.accounts.account import RIGHTS
from interviews.sessions import SessionStore

JSON = {"Accept": "application/json"}


class Browser(Client):
    def force_login(self, user):
        """Give it a session as signing in does, by three statements instead of twenty: nearly every test does it.

        That the user signed in just now isn't noted.
        """
        if settings.SESSION_COOKIE_NAME in self.cookies:
            return super().force_login(user)
        store = SessionStore()
        store.update(session_of(user))
        row = store.create_model_instance(dict(store.items()))
        row.save(force_insert=True)
        self.cookies[settings.SESSION_COOKIE_NAME] = row.session_key


def session_of(user):
    session = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: f"{Rights.__module__}.{Rights.__qualname__}",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    known = Rights().get_user(user.pk)
    return session | {RIGHTS: known.rights} if known else session


def at_desk(user):
    """A client in which the user is signed in."""
    client = Browser()
    client.force_login(user)
    return client


def cookie_of(user):
    """The cookie of a signed-in user, for requests without a client."""
    return f"sessionid={at_desk(user).cookies['sessionid'].value}"


def address(verb, about):
    match about:
        case Interview():
            args = [about.slug]
        case Turn():
            args = [about.interview.slug, about.pk]
        case Suggestion():
            args = [about.turn.interview.slug, about.pk]
        case Event():
            args = [about.interview.slug, about.seq]
    return reverse(f"desk:{verb}", args=args)


def ask(user, verb, about, **what):
    return at_desk(user).post(address(verb, about), what, headers=JSON)


def say(user, interview, speaker, text="后来就清了。", **more):
    return ask(user, "say", interview, speaker=speaker.pk, text=text, **{"key": uuid.uuid4()} | more)


def correction(turn, **changed):
    """The fields that a turn's form sends: all that it shows, with what was changed in it."""
    shown = turn.spoken_at.astimezone(turn.interview.tz).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "version": turn.version,
        "speaker": turn.speaker.pk,
        "spoken_at": shown,
        "text": turn.text,
    } | changed
