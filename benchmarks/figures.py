"""How long the statistics take among a million turns; prints a Markdown report.

    VAR_DIR=/tmp/bench .venv/bin/python benchmarks/figures.py

In the database that benchmarks/search.py makes; to it come an event of each turn, one turn in fifty corrected, and
two hours of readers of each interview. Linux only.
"""

import os
import random

import search

EVENTS = """
INSERT INTO interviews_event (interview_id, seq, kind, turn_id, at, before, note)
SELECT interview_id, 2 * row_number() OVER (PARTITION BY interview_id ORDER BY spoken_at, id), 'said', id, spoken_at,
    '{}', ''
FROM interviews_turn
"""
CORRECTIONS = """
INSERT INTO interviews_event (interview_id, seq, kind, turn_id, at, before, note)
SELECT interview_id, seq + 1, 'corrected', turn_id, at, '{"text": "What stood there before."}', ''
FROM interviews_event WHERE turn_id % 50 = 0
"""
READERS = """
INSERT INTO interviews_audience (interview_id, minute, readers)
SELECT id, date_trunc('minute', started_at) + n * interval '1 minute', (random() * 2000)::integer
FROM interviews_interview, generate_series(0, 119) n
"""
PAGES = {
    "all years": "/desk/statistics/",
    "a year": "/desk/statistics/?year=2020",
    "the interviews of a year, as a file": "/desk/statistics.csv?year=2020&table=interviews",
    "one interview": "/desk/i10/statistics/",
}


def main() -> None:
    with search.postgres.database():
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.ALLOWED_HOSTS.append("testserver")
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        call_command("migrate", verbosity=0)
        search.fill(search.Vocabulary(random.Random(7)))
        if not search.sql("SELECT 1 FROM interviews_event LIMIT 1"):
            for statement in (EVENTS, CORRECTIONS, READERS, "VACUUM (ANALYZE)"):
                search.sql(statement)
        tell_times()


def tell_times() -> None:
    from django.test import Client

    from interviews.models import User

    client = Client()
    client.force_login(User.objects.get_or_create(username="bench", is_superuser=True)[0])
    print("| ms | page p50 | p95 |\n|---|---:|---:|")
    for what, address in PAGES.items():
        took = sorted(once(client, address) for _ in range(search.RUNS))
        print(f"| {what} | {took[len(took) // 2]:.0f} | {search.high(took):.0f} |", flush=True)
    print(f"\n{search.RUNS} runs each; load at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


def once(client, address: str) -> float:
    begun = search.time.perf_counter()
    assert client.get(address).status_code == 200, address
    return 1000 * (search.time.perf_counter() - begun)


if __name__ == "__main__":
    main()
