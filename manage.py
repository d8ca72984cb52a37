#!/usr/bin/env python
import os
import signal
import sys

from live import __version__, postgres


def main() -> None:
    if sys.argv[1:] in (["--version"], ["version"]):  # Django's own answer would be Django's version
        print("Fangtan", __version__)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the database is stopped too
    try:
        with postgres.database():
            run(sys.argv)
    except postgres.Unavailable as error:
        sys.exit(f"PostgreSQL can't be started: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def run(argv: list[str]) -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    speak_as_the_terminal()
    execute_from_command_line(argv)


def speak_as_the_terminal() -> None:
    """Commands answer in the language of who types them, not in the site's."""
    from django.utils import translation

    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    translation.activate("zh-hans" if locale.startswith("zh") else "en")


if __name__ == "__main__":
    main()
