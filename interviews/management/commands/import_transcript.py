import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from interviews.imports import NotDecoded, Transcript, TranscriptError, bring_in, parse, read
from interviews.imports.encodings import ENCODINGS, Reading
from interviews.models.values.time_zones import validate_timezone


class Command(BaseCommand):
    help = (
        "Make an interview of a page's text and print its slug. interviews/imports/copied_page.py shows how it looks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the page's text; - reads standard input")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be imported, and import nothing")
        parser.add_argument(
            "--encoding", default="", help=f"of the file, if it isn't recognised: {', '.join(ENCODINGS)}"
        )
        parser.add_argument("--timezone", default=settings.TIME_ZONE, help="of the times (default: %(default)s)")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="", help="default: guessed"
        )

    def handle(self, *, file: str, dry_run: bool, encoding: str, timezone: str, language: str, **options: Any) -> None:
        try:
            validate_timezone(timezone)
            reading = read(bytes_of(file), encoding)
            if not encoding and reading.encoding != "UTF-8":
                words = _("Read as %(encoding)s; --encoding reads it otherwise.") % {"encoding": reading.encoding}
                self.stderr.write(words)
            transcript = parse(reading.text, timezone=timezone, language=language)
            self.stdout.write(outline(transcript, reading.encoding) if dry_run else bring_in(transcript).slug)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except NotDecoded as error:
            raise CommandError("\n".join([str(error), *map(candidate, error.readings)])) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except TranscriptError as error:
            raise CommandError(str(error)) from error


def candidate(reading: Reading) -> str:
    return f'--encoding "{reading.encoding}"  {reading.sample}'


def bytes_of(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def outline(transcript: Transcript, encoding: str) -> str:
    speakers = [f"{seat.label} ({seat.name})" if seat.label != seat.name else seat.name for seat in transcript.seats]
    lines = {
        _("encoding"): encoding,
        _("headline"): transcript.headline,
        _("date"): transcript.date.isoformat(),
        _("section"): " > ".join(transcript.section) or "-",
        _("language"): transcript.language,
        _("speakers"): ", ".join(speakers),
        _("turns"): len(transcript.turns),
        _("paragraphs"): transcript.paragraphs,
        _("old id"): transcript.old_id or "-",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())
