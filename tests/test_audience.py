"""How many read, minute by minute: the most at once, over all processes, and nothing about anybody."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from interviews.models import Audience, Interview, Readership
from interviews.models.figures.audience import JUST_COUNTED
from interviews.models.figures.readership import count_readers

from .conftest import NOON
from .crowd import together
from .test_staff import eventually, hurried  # noqa: F401

ONE, OTHER = uuid.uuid4(), uuid.uuid4()
YEARS_LATER = 10 * 365 * 86_400  # s: a server of another test would forget counts that are older than its own clock


@pytest.fixture
def clock(monkeypatch):
    """Stands at noon until it is set to another second."""

    def at(seconds):
        monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(seconds=seconds))

    at(0)
    return at


def kept(interview):
    return {(row.minute - NOON).total_seconds() / 60: row.readers for row in interview.audiences.all()}


def test_the_most_at_once_in_each_minute_is_kept(clock, interview):
    for second, readers in [(0, 3), (5, 8), (10, 2), (60, 4), (65, 5), (185, 1)]:
        clock(second)
        count_readers(ONE, {interview.pk: readers})
    assert kept(interview) == {0: 8, 1: 5, 3: 1}


def test_the_readers_of_all_processes_count_together(clock, interview):
    count_readers(ONE, {interview.pk: 30})
    count_readers(OTHER, {interview.pk: 12})
    assert kept(interview) == {0: 42}
    clock(4)
    count_readers(ONE, {interview.pk: 1})
    assert kept(interview) == {0: 42}


def test_readers_who_went_over_from_a_dead_process_to_another_are_not_counted_twice(clock, interview):
    count_readers(ONE, {interview.pk: 1000})
    clock(JUST_COUNTED.total_seconds() + 1)
    count_readers(OTHER, {interview.pk: 1000})
    assert kept(interview) == {0: 1000}


def test_where_nobody_reads_nothing_is_kept(clock, interview):
    count_readers(ONE, {})
    count_readers(ONE, {interview.pk: 0})
    assert not Audience.objects.exists()


def test_each_interview_has_its_own_readers(clock, interview, lin_yue):
    another = Interview.objects.create(headline="另一场")
    another.go_live(at=NOON)
    count_readers(ONE, {interview.pk: 3, another.pk: 4})
    count_readers(OTHER, {another.pk: 5})
    assert (kept(interview), kept(another)) == ({0: 3}, {0: 9})


def test_readers_are_kept_from_the_start_until_a_day_after_the_end(clock, scheduled, draft):
    count_readers(ONE, {scheduled.pk: 3, draft.pk: 1})
    assert kept(scheduled) == kept(draft) == {}
    scheduled.go_live(at=NOON)
    count_readers(ONE, {scheduled.pk: 4})
    scheduled.end(at=NOON + timedelta(minutes=1))
    for day, readers in [(1, 5), (1.01, 6), (30, 7)]:
        clock(day * 86_400)
        count_readers(ONE, {scheduled.pk: readers})
    assert kept(scheduled) == {0: 4, 1440: 5}


def test_processes_that_count_at_the_same_moment_lose_no_peak(transactional_db, clock, interview):
    for second in range(0, 600, 60):
        clock(YEARS_LATER + second)
        together(8, lambda n: count_readers(uuid.UUID(int=n), {interview.pk: 10 + n}))
    assert set(kept(interview).values()) == {sum(range(10, 18))}
    assert len(kept(interview)) == 10


def test_what_is_kept_are_numbers_and_of_nobody_in_particular(db):
    """Neither here nor in what the processes tell each other: no address, no account, no cookie, no browser."""
    with connection.cursor() as cursor:
        columns = {
            model: [column.name for column in connection.introspection.get_table_description(cursor, table)]
            for model, table in [("kept", Audience._meta.db_table), ("told", Readership._meta.db_table)]
        }
    assert columns == {
        "kept": ["id", "minute", "readers", "interview_id"],
        "told": ["id", "process", "readers", "at", "interview_id"],
    }


def test_an_open_page_is_counted_by_the_server(hurried, interview):  # noqa: F811
    site = hurried()
    Interview.objects.filter(pk=interview.pk).update(started_at=timezone.now())
    with site.follow(site.open(interview)), site.follow(site.open(interview)):
        eventually(lambda: interview.audiences.filter(readers=2).exists())
