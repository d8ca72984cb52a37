"""How long an editor's post waits while many sign in at once.

    VAR_DIR=/tmp/signing-in .venv/bin/python benchmarks/signing_in.py

prints the table. The server is one process; each who signs in has a connection of their own, and the right password.
"""

import http.client
import os
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")

from editor import Editor  # noqa: E402
from servers import Fangtan, said  # noqa: E402

AT_ONCE = (0, 30, 200)
EVERY = 0.05  # seconds from one post to the next
LASTING = 3  # seconds of posts, and for as long as somebody waits to be let in
PATIENCE = 120
NAME, PASSWORD = "signs-in", "a-password-for-benchmarks"


class Posts(threading.Thread):
    """An editor who posts all the time."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.took: list[float] = []
        self._editor, self._over = Editor(server), threading.Event()

    def run(self) -> None:
        while not self._over.wait(EVERY):
            self.took.append(self._editor.say(said(len(self.took))))

    def stop(self) -> list[float]:
        self._over.set()
        self.join(PATIENCE)
        return sorted(self.took)


def sign_in(port: int, answers: list[tuple[int, float]], together: threading.Barrier) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    secret = "a" * 32
    fields = urlencode({"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": secret})
    headers = {"Cookie": f"csrftoken={secret}", "Content-Type": "application/x-www-form-urlencoded"}
    together.wait(PATIENCE)
    begun = time.monotonic()
    line.request("POST", "/sign-in/", fields, headers)
    answers.append((line.getresponse().status, time.monotonic() - begun))
    line.close()


def measure(server, at_once: int) -> str:
    posts, answers = Posts(server), []
    together = threading.Barrier(at_once + 1)
    crowd = [threading.Thread(target=sign_in, args=(server.port, answers, together)) for _ in range(at_once)]
    for one in crowd:
        one.start()
    posts.start()
    time.sleep(LASTING / 3)
    together.wait(PATIENCE)
    for one in crowd:
        one.join(PATIENCE)
    time.sleep(LASTING)
    took = posts.stop()
    kinds = Counter(status for status, _ in answers)
    waited = max((seconds for _, seconds in answers), default=0)
    middle = statistics.median(took) * 1000
    return f"| {at_once} | {middle:.0f} | {took[-1] * 1000:.0f} | {kinds[302]} | {kinds[429]} | {waited:.1f} |"


def main() -> None:
    from live import postgres

    with postgres.database():
        import django

        django.setup()
        from django.core.management import call_command

        from interviews.models import User

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        User.objects.filter(username=NAME).delete()
        User.objects.create_user(NAME, password=PASSWORD)
        print("| sign in at once | post, median ms | slowest post, ms | let in | 429 | slowest answer, s |")
        print("|---:|---:|---:|---:|---:|---:|")
        with Fangtan("") as server:
            Editor(server).say(said(0))
            for at_once in AT_ONCE:
                print(measure(server, at_once), flush=True)


if __name__ == "__main__":
    main()
