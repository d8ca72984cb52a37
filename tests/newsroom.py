"""What a script in a page of the desk asks, and the answer."""

import uuid

from django.test import Client
from django.urls import reverse

from interviews.models import Event, Interview, Suggestion, Turn

JSON = {"Accept": "application/json"}


def at_desk(user):
    """A client in which the user is signed in."""
    client = Client()
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
