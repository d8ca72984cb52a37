"""How long an editor's post waits while the site does its longest jobs, which touch the interview that is live.

    VAR_DIR=/tmp/waiting .venv/bin/python benchmarks/waiting.py

prints the table alone; `make bench` runs it as one of its sections. The server is one process, so that the jobs that
are requests share its interpreter with the posts.
"""

import base64
import http.client
import os
import secrets
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")

from editor import Editor, session  # noqa: E402
from servers import Fangtan, said  # noqa: E402

PEOPLE, INTERVIEWS, ROWS, TURNS = 10_000, 500, 2_000, 2_000
SHARED, TURNS_MOVED = 20, 2_000  # interviews in which both of two people sit who are merged, and turns in one of them
EVERY = 0.05  # seconds from one post to the next
QUIET = 3  # seconds of posts before the first job
PATIENCE = 600


class Site:
    """The site at size: an interview is live, and somebody in it sits in hundreds of others that are announced."""

    def __init__(self, server: Fangtan):
        from django.utils import timezone

        from interviews.models import Guest, Interview, Section, Speaker, Turn

        self.server, self.name = server, uuid.uuid4().hex[:6]
        made = [
            Guest(name=f"Guest {n} {self.name}", slug=f"{self.name}-{n}", title="Engineer", email=f"{n}@x.example")
            for n in range(PEOPLE)
        ]
        self.guests = Guest.objects.bulk_create(made)
        self.section = Section.objects.create(name=f"Section {self.name}")
        first, twin, *_ = self.guests
        interview = server.interview
        Interview.objects.filter(pk=interview.pk).update(section=self.section)
        rows = [
            Interview(headline=f"{n}", slug=f"{self.name}-{n}", section=self.section, status="scheduled", starts_at=now)
            for now in [timezone.now()]
            for n in range(2 * INTERVIEWS)
        ]
        others = Interview.objects.bulk_create(rows)
        seats = [(first, one) for one in (*others[:INTERVIEWS], interview)]
        seats += [(twin, one) for one in (*others[INTERVIEWS - SHARED :], interview)]
        Speaker.objects.bulk_create(Speaker(interview=one, guest=who, label=who.name) for who, one in seats)
        seat = interview.speakers.get(guest=twin)
        about = {"interview": interview, "speaker": seat, "spoken_at": timezone.now()}
        interview.say_all([Turn(text=said(n), **about) for n in range(TURNS_MOVED)])

    def table(self) -> bytes:
        """Half of the rows change somebody, the first of them whoever sits in the live interview; half are new."""
        known = [f"{one.slug},{one.name},Engineer {uuid.uuid4().hex[:6]}" for one in self.guests[: ROWS // 2]]
        new = [f",New {n} {uuid.uuid4().hex[:6]},Teacher" for n in range(ROWS // 2)]
        return "\n".join(["slug,name,title", *known, *new]).encode()


class Admin:
    def __init__(self, server: Fangtan):
        secret = secrets.token_hex(16)
        cookie = f"sessionid={session('admin')}; csrftoken={secret}"
        self._headers = {"Cookie": cookie, "X-CSRFToken": secret, "Content-Type": "application/x-www-form-urlencoded"}
        self._port = server.port

    def post(self, path: str, **fields) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        line.request(
            "POST",
            path if path.startswith("/") else f"/admin/interviews/{path}",
            urlencode(fields, doseq=True),
            self._headers,
        )
        answer = line.getresponse()
        told = answer.read().decode()
        line.close()
        assert answer.status in (200, 302, 303), f"{path} was answered {answer.status}: {told[:300]}"
        return told

    def get(self, path: str) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        line.request("GET", path, headers=self._headers)
        answer = line.getresponse()
        assert answer.status == 200, f"{path} was answered {answer.status}"
        return answer.read().decode()


def jobs(site: Site, admin: Admin) -> dict[str, Callable[[], object]]:
    first, twin = site.guests[:2]
    live = site.server.interview
    file = {"content": base64.b64encode(site.table()).decode(), "encoding": "UTF-8"}
    seen: list[str] = []

    def preview():
        seen.append(admin.post("guest/import/", **file).split('name="seen" value="')[1].split('"')[0])

    def merge():
        who = f"who={first.pk}&who={twin.pk}"
        fields = {"stays": first.pk, "name": first.pk, "title": first.pk, "email": first.pk, "hidden": first.pk}
        told = admin.post(f"guest/merge/?{who}", **fields)
        assert not told, told[:500]

    def script():
        text = "\n\n".join(f"Question {n}: how did the river get clear?" for n in range(200))
        fields = {"script": text, "speaker": site.server.speaker.pk, "key": str(uuid.uuid4())}
        admin.post(f"/desk/{live.slug}/script/", **fields)

    return {
        f"an import of {ROWS:,} people, previewed": preview,
        f"an import of {ROWS:,} people, written": lambda: admin.post("guest/import/", **file, seen=seen[0]),
        f"somebody with {INTERVIEWS} announced interviews hidden": lambda: admin.post(
            "guest/", action="hide", _selected_action=first.pk
        ),
        f"two people merged, with {INTERVIEWS} interviews each": merge,
        f"a section of {2 * INTERVIEWS:,} announced interviews renamed": lambda: admin.post(
            f"section/{site.section.pk}/change/", name=f"{site.name} again", slug=site.section.slug, parent=""
        ),
        "a script of 200 turns prepared": script,
        f"a page of {TURNS:,} turns brought in": lambda: command("import_transcript", "-", input=page()),
        "a new epoch given to all": lambda: command("new_epoch"),
        "the statistics of all years": lambda: admin.get("/desk/statistics/"),
        f"{PEOPLE:,} people looked through for duplicates": lambda: admin.get("/admin/interviews/guest/duplicates/"),
        f"{PEOPLE:,} people exported": lambda: admin.get("/admin/interviews/guest/export/"),
    }


def page() -> str:
    turns = "".join(f"[{12 + n // 3600}:{n // 60 % 60:02}:{n % 60:02}]\nHost\n{said(n)}\n" for n in range(TURNS))
    return f"Brought in {uuid.uuid4().hex[:6]}\nDate: 2026-05-04 Host: Ann Lee\n{turns}"


def command(*words: str, **how) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(command, text=True, capture_output=True, timeout=PATIENCE, check=False, **how)
    assert not done.returncode, done.stderr[-500:]


class Posts(threading.Thread):
    """An editor who posts all the time; `longest()` is the slowest post since it was last asked."""

    def __init__(self, server: Fangtan):
        super().__init__(daemon=True)
        self._editor, self._took, self._over = Editor(server), [0.0], threading.Event()

    def run(self) -> None:
        n = 0
        while not self._over.wait(EVERY):
            n += 1
            self._took.append(self._editor.say(said(n)))

    def longest(self) -> float:
        assert self.is_alive(), "a post was refused"
        longest, self._took = max(self._took), [0.0]
        return longest

    def stop(self) -> None:
        self._over.set()
        self.join(PATIENCE)


def measure(rounds: int) -> dict[str, list[list[float]]]:
    """Return by job, for each round, the seconds that it took and those of the slowest post meanwhile."""
    found: dict[str, list[list[float]]] = {}
    for _ in range(rounds):
        server = Fangtan("")
        site = Site(server)
        with server:
            posts = Posts(server)
            posts.start()
            admin = Admin(server)
            for name, job in {"nothing else": lambda: time.sleep(QUIET), **jobs(site, admin)}.items():
                posts.longest()
                begun = time.monotonic()
                job()
                took = time.monotonic() - begun
                time.sleep(2 * EVERY)  # a post that waited has come through
                found.setdefault(name, []).append([took, posts.longest()])
                print(f"  {name}: {took:.2f} s, slowest post {found[name][-1][1]:.3f} s", flush=True)
            posts.stop()
    return found


def table(found: dict[str, list[list[float]]]) -> str:
    lines = [
        f"An editor posts every {EVERY * 1000:.0f} ms. Of each round the slowest post, and of the rounds the slowest.\n"
    ]
    lines += ["| meanwhile | took, s | slowest post, ms |", "|---|---:|---:|"]
    for name, rounds in found.items():
        took, post = (max(one[n] for one in rounds) for n in (0, 1))
        lines.append(f"| {name} | {took:.1f} | {post * 1000:.0f} |")
    return "\n".join(lines)


def main() -> None:
    from live import postgres

    with postgres.database():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        print(table(measure(1)))


if __name__ == "__main__":
    main()
