"""What is compared: this project's server, and its peers on the same work."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

from machine import LOAD, SERVER, cpu_seconds, pinned, resident

HERE = Path(__file__).parent
ROOT = HERE.parent
WORK = ROOT / "var" / "speed"
WS = "ws@8.18.3"
PATIENCE = 30  # seconds for a start
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)


class Server:
    """A process on a core and a port of its own; `publish(n)` sends the turn that carries [[n]] to who reads `path`."""

    name: str
    path = "/read"
    folder: Path | None = None

    def __init__(self, text: str):
        """The message as this project's readers get it, with [[N]] for the marker."""
        self._text = text

    def __enter__(self):
        self.port = free_port()
        self._process = subprocess.Popen(
            self.command(), cwd=self.folder, env=os.environ | self.environment(), preexec_fn=pinned(*self.cores)
        )
        self.pid = self._process.pid
        self._wait_for_the_port()
        self._publisher = http.client.HTTPConnection("127.0.0.1", self.port)
        self.idle = resident(self.pid)
        return self

    def __exit__(self, *exception) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)

    cores: tuple[int, ...] = (SERVER,)

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def publish(self, n: int) -> float:
        """When it was published, by time.monotonic(): as the request goes out."""
        begun = time.monotonic()
        self._publisher.request("POST", "/publish", self._text.replace("[[N]]", f"[[{n}]]").encode())
        answer = self._publisher.getresponse()
        answer.read()
        assert answer.status in (200, 201, 202), f"{self.name} answered {answer.status}"
        return begun

    def cpu(self) -> float:
        return cpu_seconds(self.pid)

    def memory(self) -> int:
        """Bytes beyond those of the idle process."""
        return resident(self.pid) - self.idle

    def _wait_for_the_port(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} doesn't answer")


class Fangtan(Server):
    name = "Fangtan"
    folder = ROOT

    def __init__(self, text: str, workers: int = 1):
        super().__init__(text)
        self.workers = workers
        if workers > 1:
            self.name, self.cores = f"Fangtan, {workers} workers", tuple(range(os.cpu_count() or 1))
        self.interview, self.speaker = live_interview()

    @property
    def path(self) -> str:
        """Return the socket's address, with the interview's present seq as the cursor."""
        return self.path_of(self.interview)

    @staticmethod
    def path_of(interview) -> str:
        return f"/ws/interviews/{interview.slug}/?epoch={interview.epoch}&after={interview.public_seq}"

    def command(self) -> list[str]:
        options = ["--port", str(self.port), "--workers", str(self.workers)]
        return [sys.executable, "manage.py", "serve", *options]

    def publish(self, n: int) -> float:
        """When it was committed, by time.monotonic()."""
        self.interview.say(self.speaker, said(n))
        return time.monotonic()


class Nchan(Server):
    name = "nginx + Nchan"

    def command(self) -> list[str]:
        self.folder = WORK / "nchan"
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = (HERE / "peers" / "nchan.conf").read_text().replace("PORT", str(self.port))
        configuration = configuration.replace("modules/", "/usr/lib/nginx/modules/")
        (self.folder / "nginx.conf").write_text(configuration)
        return ["nginx", "-p", str(self.folder), "-c", "nginx.conf", "-e", "stderr"]


class NodeWs(Server):
    name = "Node ws"

    def command(self) -> list[str]:
        self.folder = WORK / "node"
        return ["node", str(HERE / "peers" / "ws.mjs"), str(self.port)]


class Tutorial(Server):
    name = "Channels' tutorial, in memory"
    folder = HERE / "peers"

    def command(self) -> list[str]:
        endpoint = f"tcp:port={self.port}:interface=127.0.0.1:backlog=4096"
        ping = ["--ping-interval", "25"]  # as often as the others
        return [sys.executable, "-m", "daphne", "-v", "0", *ping, "-e", endpoint, "tutorial:application"]


class OnRedis(Tutorial):
    name = "Channels' tutorial, channels_redis"

    @staticmethod
    def is_there() -> bool:
        return shutil.which("redis-server") is not None

    def __enter__(self):
        self._redis_port = free_port()
        command = ["redis-server", "--port", str(self._redis_port), "--save", "", "--loglevel", "warning"]
        self._redis = subprocess.Popen(command, cwd=WORK, preexec_fn=pinned(LOAD))  # Channels has its core for itself
        return super().__enter__()

    def __exit__(self, *exception) -> None:
        super().__exit__(*exception)
        self._redis.terminate()
        self._redis.wait(PATIENCE)

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://127.0.0.1:{self._redis_port}"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def said(n: int | str) -> str:
    """A turn of some 500 bytes."""
    return f"[[{n}]] " + "河边种了九百棵柳树，第二年活下来的有八百多棵。" * 7


def live_interview():
    from interviews.models import Host, Interview

    name = uuid.uuid4().hex[:8]
    interview = Interview.objects.create(headline=f"Benchmark {name}")
    speaker = interview.seat(Host.objects.create(name=f"Host {name}"))
    interview.go_live()
    return interview, speaker


def message() -> str:
    """Return one turn as this project sends it; all the others send the same."""
    from interviews.rendering import frames
    from live.room import Encoded

    interview, speaker = live_interview()
    before = interview.public_seq
    interview.say(speaker, said("N"))
    return Encoded.of(frames.changes(interview.pk, str(interview.epoch), before)).text


def missing() -> list[str]:
    """List what this machine lacks, each with the way to get it."""
    lacks = []
    if not (shutil.which("nginx") and Path("/usr/lib/nginx/modules/ngx_nchan_module.so").exists()):
        lacks.append("nginx with Nchan: apt-get install nginx libnginx-mod-nchan")
    if not shutil.which("gcc"):
        lacks.append("a C compiler for the readers: apt-get install gcc libc6-dev")
    if not shutil.which("wrk"):
        lacks.append("wrk for the pages: apt-get install wrk")
    if not shutil.which("npm"):
        lacks.append("Node for its ws: apt-get install nodejs npm")
    if not CHROMIUM:
        lacks.append("Chromium for the slow phone: apt-get install chromium-headless-shell fonts-noto-cjk")
    return lacks


def install() -> None:
    """Node's ws, into the folder of what benchmarks make."""
    folder = WORK / "node"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules" / "ws").exists():
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", folder, WS], check=True)
