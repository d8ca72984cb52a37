import os
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.core.management.base import BaseCommand, CommandError

from interviews.exports import FORMATS, export
from interviews.models import Interview


class Command(BaseCommand):
    help = "Write an interview's transcript: what its readers see, and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="of the interview, as in its address")
        parser.add_argument("--format", choices=list(FORMATS), default="txt", help="default: %(default)s")
        parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
        parser.add_argument("--site", metavar="ADDRESS", default="", help="for the links in it: https://example.org")

    def handle(self, *, slug: str, format: str, output: str | None, site: str, **options: Any) -> None:
        transcript = export(announced(slug), format, partial(urljoin, site))
        if not output:
            self.stdout.write(transcript, ending="")
            return
        try:
            write(Path(output), transcript)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error


def announced(slug: str) -> Interview:
    interview = Interview.objects.filter(slug=slug).first()
    if not interview:
        raise CommandError(f"There is no interview “{slug}”.")
    if interview.status == Interview.Status.DRAFT:
        raise CommandError(f"“{slug}” is a draft: it can be exported when it is announced.")
    return interview


def write(path: Path, text: str) -> None:
    """Write the file whole or not at all: what stood there stays until the new one is complete."""
    path = path.resolve()
    if path.exists() and not path.is_file():  # a directory says so itself, a device takes what it is given
        path.write_text(text, encoding="utf-8")
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
