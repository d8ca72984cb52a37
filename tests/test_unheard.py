"""An open page hears what is public, and nothing else."""

import pytest
from django.db import connection

from interviews.models import Interview, Turn

from .conftest import NOON
from .pages import Page
from .silence import SILENT, Newsroom, made_ready, under_way


@pytest.fixture
def newsroom(interview, draft, zhou, sun, gao, media, settings):
    settings.APPROVAL_REQUIRED = True
    return Newsroom(under_way(interview, sun), made_ready(draft), zhou, sun, gao)


def test_a_socket_hears_nothing_until_something_is_public(site, client, newsroom):
    page = site.open(newsroom.talk)
    with site.follow(page) as socket:
        assert socket.next(also_quiet=True)["frames"] == []
        for name in SILENT:
            newsroom.does(name)
            newsroom.talk.revise(reviewed=True)  # which the form took away
        turn = newsroom.talk.say(newsroom.guest, "大家都听得到")
        heard = socket.next(also_quiet=True)
    assert (heard["from"], heard["seq"]) == (page.seq, page.seq + 1)
    assert [frame.get("turn") for frame in heard["frames"]] == [turn.pk]


# Beside a worker of the version before, which names no column that it doesn't know

SAID_BEFORE = """
WITH told AS (UPDATE interviews_interview SET seq = seq + 1 WHERE id = %s RETURNING id, seq)
INSERT INTO interviews_event (interview_id, seq, kind, turn_id, at, before, note)
SELECT id, seq, 'said', %s, now(), '{}', '' FROM told
"""


def say_as_before(interview, speaker, text):
    turn = Turn.objects.create(interview=interview, speaker=speaker, text=text, spoken_at=NOON.replace(hour=5))
    with connection.cursor() as cursor:
        cursor.execute(SAID_BEFORE, [interview.pk, turn.pk])
    return turn


def test_an_open_page_misses_nothing_that_a_worker_of_the_version_before_wrote(client, interview, guest, host):
    Interview.objects.update(unseen=0)  # as migrated
    page = Page(client.get(interview.get_absolute_url()).text)
    interview.say(guest, "先压着", held=True)
    said = [
        say_as_before(interview, guest, "旧的"),
        interview.say(host, "新的"),
        say_as_before(interview, guest, "又旧的"),
    ]
    interview.prepare(host, "备着")

    message = client.get(f"{page.changes}?{page.cursor}").json()

    assert {frame["turn"] for frame in message["frames"] if "turn" in frame} == {turn.pk for turn in said}
    assert message["seq"] == page.seq + 3
    page.apply(message)
    assert page.shown == Page(client.get(interview.get_absolute_url()).text).shown
