"""How long the search, the archive and people's pages take among a million turns; prints a Markdown report.

    VAR_DIR=/tmp/bench .venv/bin/python benchmarks/search.py [--rebuild]

Makes its own database there (3 GB, five minutes) and keeps it for the next run; --rebuild makes the indexes again.
Linux only: it reads what the processes took of a CPU.
"""

import os
import random
import statistics
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("VAR_DIR", str(Path(__file__).parent.parent / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")

from million_turns import COMMON, INTERVIEWS, SEARCHED, TURNS_EACH, Vocabulary, fill, indexes, sql

from live import postgres

RUNS = 20


def main() -> None:
    with postgres.database():
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.ALLOWED_HOSTS.append("testserver")
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        call_command("migrate", verbosity=0)
        words = Vocabulary(random.Random(7))
        built = fill(words)
        print(f"# The search among {INTERVIEWS * TURNS_EACH:,} turns in {INTERVIEWS:,} interviews\n")
        tell_sizes(built)
        tell_times(words)
        tell_insertion(words)
        tell_trigrams(words)


def tell_sizes(built: dict[str, float]) -> None:
    size = "SELECT pg_size_pretty({}('{}'))"
    print("| | size | made in |\n|---|---|---|")
    print(f"| interviews_turn, its rows alone | {sql(size.format('pg_table_size', 'interviews_turn'))[0][0]} | |")
    for name in [*SEARCHED, *(f"{table.removeprefix('interviews_')}_grams" for table in SEARCHED), *indexes()]:
        seconds = f"{built[name]:.1f} s" if name in built else ""
        print(f"| {name} | {sql(size.format('pg_table_size', name))[0][0]} | {seconds} |")
    print()


def tell_times(words: Vocabulary) -> None:
    from urllib.parse import urlencode

    pages = {what: f"/search/?{urlencode({'q': q})}" for what, q in questions(words).items()} | addresses(words)
    print("| ms | page p50 | p95 | of it on the CPU p50 | p95 | PostgreSQL on the CPU p50 | p95 | queries |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for what, address in pages.items():
        columns, queries = timed(address)
        figures = (f"{figure:.1f}" for took in columns for figure in (statistics.median(took), high(took)))
        print(f"| {what} | {' | '.join(figures)} | {queries} |", flush=True)
    print(f"\n{RUNS} runs each; load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")


def high(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


def timed(address: str) -> tuple[list[list[float]], int]:
    """Run by run, in ms: the view by the clock, then what it and PostgreSQL took of a CPU, and that of PostgreSQL
    alone, which a busy machine does not change so much."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    backend = sql("SELECT pg_backend_pid()")[0][0]
    client, runs = Client(), []
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    many = len(queries)
    for _ in range(RUNS + 1):
        at, own, theirs = time.perf_counter(), time.process_time(), on_the_cpu(backend)
        client.get(address)
        took = (time.perf_counter() - at, time.process_time() - own, on_the_cpu(backend) - theirs)
        runs.append([1000 * took[0], 1000 * (took[1] + took[2]), 1000 * took[2]])
    return [list(column) for column in zip(*runs[1:], strict=True)], many


def on_the_cpu(process: int) -> float:
    """Seconds, as Linux counts them."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def questions(words: Vocabulary) -> dict[str, str]:
    zh, en = words.chinese, words.english
    asked = {
        "rare word": zh[30_000],
        "word of a topic": zh[3_000],
        "common two-character word": next(word for word in zh[len(COMMON) :] if len(word) == 2),
        "one common character": "的",
        "one less common character": "霜",
        "phrase of common words": "".join(zh[:3]),
        "phrase of two less common words": zh[80] + zh[81],
        "English, common": en[2],
        "English, rare": en[9_000],
        "English, two letters": "wa",
        "two common words": f"{zh[50]} {zh[60]}",
        "common and rare word": f"{zh[0]} {zh[30_000]}",
        "two words, Chinese and English, never together": f"{zh[40]} {en[20]}",
        "not there": "鑫淼焱",
        "not there, of known pairs": "我们的是在了",
    }
    return {f"search: {what} ({q})": q for what, q in asked.items()}


def addresses(words: Vocabulary) -> dict[str, str]:
    from urllib.parse import urlencode

    from interviews.models import Turn

    old = Turn.objects.published().filter(speaker__host=1)[5000]
    older = Turn.objects.published()[len(words.chinese)]
    many, *_, few = sql(
        "SELECT guest.slug FROM interviews_guest guest JOIN interviews_speaker seat ON seat.guest_id = guest.id "
        "GROUP BY guest.slug HAVING count(*) > 1 ORDER BY count(*) DESC"
    )
    return {
        "search, older: one common character": f"/search/?{urlencode({'q': '的', 'before': older.pk})}",
        "search, what one guest said": f"/search/?{urlencode({'q': '的', 'guest': few[0]})}",
        "search, what one host said, rare": f"/search/?{urlencode({'q': words.chinese[30_000], 'host': 'p0'})}",
        "front page": "/",
        "archive": "/interviews/",
        "archive, page 1,250": "/interviews/?page=1250",
        "archive, a year": "/interviews/?year=2020",
        "archive, a section with its own": "/interviews/?section=s1",
        "archive, a section and a year, page 5": "/interviews/?section=s1&year=2020&page=5",
        "archive, a host": "/interviews/?host=p0",
        "host with 250,000 turns": "/hosts/p0/",
        "the same, older": f"/hosts/p0/?before={old.pk}",
        "guest with most interviews": f"/guests/{many[0]}/",
        "guest with few": f"/guests/{few[0]}/",
    }


def tell_insertion(words: Vocabulary) -> None:
    from django.db import transaction

    print("| a turn more, in one transaction with 500 others | PostgreSQL on the CPU p50 | p95 |\n|---|---:|---:|")
    with transaction.atomic():
        print(f"| with what the search reads | {inserted(words, is_searched=True)} |")
        print(f"| without | {inserted(words, is_searched=False)} |\n")
        transaction.set_rollback(True)


def inserted(words: Vocabulary, *, is_searched: bool) -> str:
    from interviews.models import Turn

    insert = (
        "INSERT INTO interviews_turn (interview_id, speaker_id, spoken_at, text, heading, state, version, key) "
        "VALUES (1, 2, now(), %s, '', 'published', 1, %s) RETURNING id"
    )
    topic, took, backend = words.topic("zh-hans"), [], sql("SELECT pg_backend_pid()")[0][0]
    for _ in range(500):
        turn = Turn(text=words.turn("zh-hans", topic))
        begun = on_the_cpu(backend)
        turn.pk = sql(insert, turn.text, uuid.uuid4())[0][0]
        if is_searched:
            Turn.index([turn])
        took.append((on_the_cpu(backend) - begun) * 1000)
    return f"{statistics.median(took):.2f} | {high(took):.2f}"


def tell_trigrams(words: Vocabulary) -> None:
    """Measure what pg_trgm would take for the same words."""
    sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    begun = time.perf_counter()
    sql("CREATE INDEX turn_trigrams ON interviews_turn USING gin (text gin_trgm_ops) WHERE state = 'published'")
    print(f"pg_trgm: made in {time.perf_counter() - begun:.0f} s, ", end="")
    print(sql("SELECT pg_size_pretty(pg_relation_size('turn_trigrams'))")[0][0] + "\n")
    print("| pg_trgm: text LIKE | ms |\n|---|---:|")
    like = "SELECT id FROM interviews_turn WHERE state = 'published' AND text LIKE %s"
    select = f"{like} ORDER BY spoken_at + interval '0' DESC LIMIT 21"
    for what, q in list(questions(words).items())[:3]:
        begun = time.perf_counter()
        sql(select, f"%{q}%")
        print(f"| {what} | {(time.perf_counter() - begun) * 1000:.0f} |")
    sql("DROP INDEX turn_trigrams")


if __name__ == "__main__":
    main()
