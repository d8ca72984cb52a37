#!/usr/bin/env python
import os
import signal
import sys

from live import postgres


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the database is stopped too
    try:
        with postgres.database():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except postgres.Unavailable as error:
        sys.exit(f"PostgreSQL can't be started: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
