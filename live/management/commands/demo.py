import os
from socket import socket
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from interviews import demo
from interviews.models import Interview, Role, User
from live import postgres, server

from .serve import listen


class Command(BaseCommand):
    help = "Everything, from nothing: prepare the database, load the demo, broadcast it and serve. PORT, DEMO_PASSWORD."

    interview_is = "live now"

    def handle(self, **options: Any) -> None:
        server.on_end_signals(server.end)
        if not postgres.is_embedded():
            raise CommandError("The demo is not for a database of your own: unset DATABASE_URL, or see README.md.")
        with listen("127.0.0.1", self._port()) as listener:
            self.say("Preparing the database …")
            call_command("migrate", verbosity=0)
            self.say("Loading the demo …")
            interview, password = demo.load(), self._password()
            self._make_accounts(password)
            try:
                self.serve(listener, interview, self._welcome(listener.getsockname(), interview, password))
            finally:
                self.say("Stopped.")

    def serve(self, listener: socket, interview: Interview, welcome: str) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)
        broadcast = demo.Broadcast(interview, editor=User.objects.get(username=Role.EDITOR))
        broadcast.start()
        try:
            server.serve(listener, ready=lambda: self.say(welcome))
        finally:
            broadcast.stop()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _port(self) -> int:
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit():
            raise CommandError(f"PORT={port!r} is no number.")
        return int(port)

    def _password(self) -> str:
        """DEMO_PASSWORD, or one that is made up once and kept beside the data, so that a restart signs nobody out."""
        if given := os.environ.get("DEMO_PASSWORD"):
            return given
        return postgres.keep_secret("demo_password", strength=9)

    def _make_accounts(self, password: str) -> None:
        for role in Role:
            is_admin = role == Role.ADMIN
            user, _ = User.objects.get_or_create(
                username=role, defaults={"is_staff": is_admin, "is_superuser": is_admin}
            )
            user.groups.set(Group.objects.filter(name=role))
            if not user.check_password(password):
                user.set_password(password)
                user.save()

    def _welcome(self, address: tuple[str, int], interview: Interview, password: str) -> str:
        here = f"http://{address[0]}:{address[1]}"
        return (
            f"\n  Fangtan is ready. Stop it with Ctrl-C; its data stay in {postgres.VAR}.\n\n"
            f"  readers   {here}/\n"
            f"  {self.interview_is:<9} {here}{interview.get_absolute_url()}\n"
            f"  desk      {here}/desk/    editor, typist or moderator / {password}\n"
            f"  admin     {here}/admin/   admin / {password}\n"
        )
