"""`make bench`: measures this project beside its peers, and writes the report.

    .venv/bin/python benchmarks/run.py [--rounds N] [--only SECTION ...] [--output PATH]

Linux only, on a machine with two cores that has nothing else to do. Sections that are not asked for stay in the report
as they were measured before.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = str(ROOT / "var" / "speed")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")

import burst  # noqa: E402
import fanout  # noqa: E402
import growth  # noqa: E402
import joining  # noqa: E402
import long_desk  # noqa: E402
import machine  # noqa: E402
import million  # noqa: E402
import pages  # noqa: E402
import pictures  # noqa: E402
import posting  # noqa: E402
import reconnecting  # noqa: E402
import servers  # noqa: E402
import slow_phone  # noqa: E402
import waiting  # noqa: E402

from live import postgres  # noqa: E402

SECTIONS = {
    "From one turn to every reader": fanout,
    "A burst": burst,
    "Joining": joining,
    "Posting": posting,
    "What a post waits for": waiting,
    "Pages": pages,
    "Growth": growth,
    "Coming back": reconnecting,
    "Photos": pictures,
    "On a slow phone": slow_phone,
    "At the desk of a long interview": long_desk,
    "Among a million turns": million,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of each server, in turns (5)")
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "speed" / "speed", help="path without suffix")
    names = [module.__name__ for module in SECTIONS.values()]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="SECTION", help=", ".join(names))
    options = parser.parse_args()
    if lacks := servers.missing():
        sys.exit("This is missing:\n" + "\n".join(f"- {what}" for what in lacks))
    servers.install()
    os.sched_setaffinity(0, {machine.LOAD})  # what is started from here too, PostgreSQL first
    with postgres.database():
        prepare()
        for module in SECTIONS.values():
            if module.__name__ in options.only:
                report(module.__name__, module.measure(options.rounds), options)
    print(options.output.with_suffix(".md").read_text())


def prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def report(section: str, found: Any, options: argparse.Namespace) -> None:
    """After each section anew, so that nothing measured is lost."""
    path = options.output.with_suffix(".json")
    whole = json.loads(path.read_text()) if path.exists() else {}
    whole[section] = {
        "day": datetime.now(UTC).date().isoformat(),
        "machine": machine.described(),
        "rounds": options.rounds,
        "found": json.loads(json.dumps(found)),
    }
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    options.output.with_suffix(".md").write_text(written(whole))
    if section == "growth":
        growth.draw(whole[section]["found"], options.output.with_suffix(".svg"))


def written(whole: dict[str, Any]) -> str:
    text = "# Speed\n\nPrinted by `make bench`; medians of the rounds, ratios of the same round.\n"
    for title, module in SECTIONS.items():
        if one := whole.get(module.__name__):
            text += f"\n## {title}\n\n"
            text += f"{one['note']}\n\n" if "note" in one else ""  # by hand; the next measuring leaves it out
            text += f"{module.table(one['found'])}\n"
            text += f"\n{one['day']}, {one['machine']}, {one['rounds']} rounds.\n"
    return text


if __name__ == "__main__":
    main()
