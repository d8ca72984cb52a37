"""What a verb writes and reads by SQL of its own is what Django would have written and read."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Event, Interview, Section, Turn

from .conftest import NOON, fields_of
from .newsroom import JSON, address, at_desk


def test_a_turn_and_its_event_are_kept_as_they_were_said(interview, guest, zhou):
    key = uuid.uuid4()
    said = interview.say(guest, "“先治岸%。”\n再治水{}。", key=key, heading="岸", spoken_at=NOON, by=zhou)
    turn, event = Turn.objects.get(), Event.objects.get(kind="said")
    assert (fields_of(turn), fields_of(event)) == (fields_of(said), fields_of(said.beginning))
    assert (event.turn, event.seq, event.user, event.key) == (turn, interview.seq, zhou, key)
    assert said.beginning.turn is said


def test_an_event_keeps_what_the_change_replaced(interview, guest, zhou):
    turn = interview.say(guest, "“先治岸。”")
    done = turn.correct(version=1, text="“改了。”", by=zhou)
    event = Event.objects.get(kind="corrected")
    assert fields_of(event) == fields_of(done)
    assert (event.before, event.turn) == ({"text": "“先治岸。”"}, turn)


def test_what_is_saved_that_way_can_be_saved_again(interview, host):
    said = interview.say(host, "一")
    said.heading = "二"
    for row in (said, said.beginning):
        row.validate_unique()  # which takes what is new for twice there
        row.validate_constraints()
        row.save()
    assert (Turn.objects.get().heading, interview.turns.count(), interview.events.count()) == ("二", 1, interview.seq)


def test_whoever_has_the_lock_has_the_interview_as_it_is_now(interview, host, guest):
    old, new = Section.objects.create(name="环境", slug="water"), Section.objects.create(name="城市", slug="city")
    Interview.objects.update(section=old)
    mine = Interview.objects.prefetch_related("speakers").select_related("section").get()
    Interview.objects.update(section=new, headline="河水变清了", notice="休息")
    guest.delete()
    with mine.locked():
        assert fields_of(mine) == fields_of(Interview.objects.get())
        assert (mine.section, len(mine.speakers.all())) == (new, 2)


def test_nobody_locks_what_is_gone(draft):
    Interview.objects.filter(pk=draft.pk).delete()
    with pytest.raises(Interview.DoesNotExist), draft.locked():
        pass


def test_a_post_asks_postgresql_for_little(interview, host, zhou):
    desk, words = at_desk(zhou), {"speaker": host.pk, "text": "一", "key": uuid.uuid4()}
    with CaptureQueriesContext(connection) as queries:
        assert desk.post(address("say", interview), words, headers=JSON).status_code == 201
    assert [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]] == [
        *("SELECT", "SELECT"),  # the session, and whose it is with what they may
        *("SELECT", "SELECT"),  # the interview, and the speaker
        *("SELECT", "SELECT"),  # the lock, and whether it was heard before
        "SELECT",  # when the last one was spoken: the clock may have been put back since
        "WITH",  # the turn, its event, the seq and the bell
    ]
