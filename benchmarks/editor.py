"""An editor who posts by HTTP, as the desk does: signed in, with a CSRF token and a key of each post's own."""

import http.client
import json
import secrets
import time
import uuid
from importlib import import_module
from urllib.parse import urlencode


class Editor:
    def __init__(self, server, keeps_line: bool = True):
        """An editor of that server's interview; without `keeps_line` each post has to connect first."""
        secret = secrets.token_hex(16)
        self._desk = f"/desk/{server.interview.slug}/turns/"
        self._speaker = server.speaker.pk
        self._headers = {
            "Accept": "application/json",
            "Cookie": f"sessionid={session()}; csrftoken={secret}",
            "X-CSRFToken": secret,
        }
        self._keeps_line = keeps_line
        self._line = http.client.HTTPConnection("127.0.0.1", server.port)

    def say(self, text: str) -> float:
        """Seconds from the post to its 201, by when the turn is committed."""
        return self._post("", "application/x-www-form-urlencoded", urlencode(self._turn(text)))

    def say_all(self, texts: list[str]) -> float:
        """Post all in one request, as a program does, and return the seconds that it took."""
        turns = [self._turn(text) for text in texts]
        return self._post("all/", "application/json", json.dumps({"turns": turns}))

    def _turn(self, text: str) -> dict:
        return {"speaker": self._speaker, "text": text, "key": str(uuid.uuid4())}

    def _post(self, path: str, kind: str, body: str) -> float:
        begun = time.monotonic()
        self._line.request("POST", self._desk + path, body, self._headers | {"Content-Type": kind})
        answer = self._line.getresponse()
        told = answer.read()
        took = time.monotonic() - begun
        assert answer.status == 201, f"the post was answered {answer.status}: {told.decode()[:300]}"
        if not self._keeps_line:
            self._line.close()
        return took


def session(role: str = "editor") -> str:
    """The key of one that is signed in, an editor's or an admin's."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group

    from interviews.models import User

    user, _ = User.objects.get_or_create(username=role, is_superuser=role == "admin", is_staff=role == "admin")
    user.groups.add(Group.objects.get(name=role))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store.create()
    return store.session_key
