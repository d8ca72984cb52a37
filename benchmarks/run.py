"""`make bench`: measures this project beside its peers, and writes the report.

    .venv/bin/python benchmarks/run.py [--rounds N]

Linux only, on a machine with two cores that has nothing else to do.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = str(ROOT / "var" / "speed")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")

import fanout  # noqa: E402
import machine  # noqa: E402
import pages  # noqa: E402
import servers  # noqa: E402

from live import postgres  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of each server, in turns (5)")
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "speed" / "speed", help="path without suffix")
    options = parser.parse_args()
    if lacks := servers.missing():
        sys.exit("This is missing:\n" + "\n".join(f"- {what}" for what in lacks))
    servers.install()
    os.sched_setaffinity(0, {machine.LOAD})  # what is started from here too, PostgreSQL first
    with postgres.database():
        prepare()
        found = {"pages": pages.measure(options.rounds), "fan-out": fanout.measure(servers.message(), options.rounds)}
        report(found, options)


def prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def report(found: dict, options: argparse.Namespace) -> None:
    day = datetime.now(UTC).date().isoformat()
    whole = {"day": day, "machine": machine.described(), "rounds": options.rounds} | found
    options.output.with_suffix(".json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    text = f"# Speed\n\n{day}, {machine.described()}; medians of {options.rounds} rounds, ratios to Nchan's.\n"
    text += f"\n## From one turn to every reader\n\n{fanout.table(found['fan-out'])}\n"
    text += f"\n## Pages\n\n{pages.table(found['pages'])}\n"
    options.output.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
