import errno
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from live import server


class Command(BaseCommand):
    help = "Serve the site, pages and sockets, until SIGINT or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="IPv4 address or name to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument("--workers", type=int, default=1, help="processes, one per core at most (1)")
        parser.add_argument("--fd", type=int, help="a listening socket to serve instead; how workers are started")
        parser.add_argument("--master", type=int, help="the process to end with, unless there are workers")

    def handle(self, *, host: str, port: int, workers: int, fd: int | None, master: int | None, **options: Any) -> None:
        server.on_end_signals(server.end)
        if fd is not None:
            return server.serve(socket.socket(fileno=fd), master=master)
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError("The static files are not collected: run manage.py collectstatic first.")
        if workers < 1:
            raise CommandError(f"--workers {workers}: at least 1 is needed.")
        listener = listen(host, port)
        if workers == 1:
            return server.serve(listener, ready=lambda: self._say(host, port), master=master)
        self._say(host, port)
        return server.serve_many(listener, workers)

    def _say(self, host: str, port: int) -> None:
        self.stdout.write(f"Fangtan serves http://{host}:{port}/")
        self.stdout.flush()


def listen(host: str, port: int) -> socket.socket:
    try:
        return server.listen(host, port)
    except OverflowError as error:
        raise CommandError(f"There is no port {port}: ports go from 0 to 65535.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"Port {port} of {host} is taken: stop what runs there, or choose another.") from error
        raise CommandError(f"Can't listen on {host}, port {port}: {str(error.strerror).split(' (')[0]}.") from error
