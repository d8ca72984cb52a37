"""The record: seq without gaps, nothing doubled, nothing sent that was not kept."""

import re
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from interviews.models import Conflict, Event, Host, Interview, NotNow, Speaker, Turn

from .conftest import NOON
from .crowd import together
from .sites import database_url


def seqs(interview):
    return list(interview.events.values_list("seq", flat=True))


@pytest.mark.django_db(transaction=True)
def test_forty_writers_at_once_leave_no_gap_in_seq(interview, host):
    before = interview.seq

    together(40, lambda n: [Interview.objects.get(pk=interview.pk).say(host, f"{n}.{i}") for i in range(5)])

    interview.refresh_from_db()
    assert interview.seq == before + 200
    assert seqs(interview) == list(range(1, before + 201))
    assert interview.turns.count() == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twenty_times_at_once_is_one_turn_and_twenty_equal_answers(interview, host):
    key = uuid.uuid4()

    answers = together(20, lambda n: Interview.objects.get(pk=interview.pk).say(host, "只说一次", key=key).pk)

    assert len(set(answers)) == 1
    assert interview.turns.count() == 1
    assert interview.events.filter(kind=Event.Kind.SAID).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_is_rolled_back_rings_no_bell_and_takes_no_seq(interview, host):
    with psycopg.connect(database_url(), autocommit=True) as listener:
        listener.execute("LISTEN interviews")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            interview.say(host, "这句话没有说成")
            raise ZeroDivisionError
        said = Interview.objects.get(pk=interview.pk).say(host, "这句话说成了")
        notices = [notice.payload for notice in listener.notifies(timeout=0.5)]

    assert notices == [f"{interview.pk}:{interview.events.get(turn=said).seq}"]
    assert seqs(interview) == list(range(1, interview.events.count() + 1))


def test_every_verb_writes_one_event(interview, host, guest, zhou):
    turn = interview.say(host, "您好", by=zhou)
    turn.correct(version=1, text="各位好", speaker=guest, by=zhou)
    turn.mark("开场", by=zhou)
    turn.pin(by=zhou)
    turn.unpin(by=zhou)
    turn.retract(reason="说错了", by=zhou)
    turn.restore(by=zhou)
    held = interview.say(guest, "稍后再发", held=True, by=zhou)
    held.release(by=zhou)
    interview.revise(headline="河水怎样变清了", by=zhou)
    interview.end(by=zhou)

    kinds = list(interview.events.filter(user=zhou).values_list("kind", flat=True))
    assert kinds == ("said corrected marked pinned unpinned retracted restored held released revised ended".split())


def test_a_correction_keeps_what_it_replaced(interview, host, guest):
    turn = interview.say(host, "一共九百棵", spoken_at=NOON)

    turn.correct(version=1, text="一共八百棵", speaker=guest, spoken_at=NOON + timedelta(seconds=5))

    event = interview.events.get(kind="corrected")
    assert event.before == {"text": "一共九百棵", "speaker": "主持人", "spoken_at": NOON.isoformat()}
    assert turn.version == 2


def test_a_correction_that_changes_nothing_leaves_no_trace(interview, host):
    turn = interview.say(host, "您好")

    turn.correct(version=1, text="您好\n")

    assert turn.version == 1
    assert not interview.events.filter(kind="corrected").exists()


def test_a_correction_of_an_older_version_is_refused_with_the_newer_text(interview, host):
    turn = interview.say(host, "初稿")
    other = Turn.objects.get(pk=turn.pk)
    other.correct(version=1, text="别人改过的")

    with pytest.raises(Conflict) as refused:
        turn.correct(version=1, text="我改的")

    assert refused.value.turn.text == "别人改过的"
    assert Turn.objects.get(pk=turn.pk).text == "别人改过的"


def test_a_retracted_turn_is_kept_and_comes_back(interview, host):
    turn = interview.say(host, "发重了")

    turn.retract(reason="重复")
    assert not interview.turns.published().exists()
    assert interview.events.get(kind="retracted").note == "重复"

    turn.restore()
    assert interview.turns.published().get().text == "发重了"


def test_retracting_the_pinned_turn_takes_the_pin_off(interview, host):
    turn = interview.say(host, "置顶")
    turn.pin()

    turn.retract()

    interview.refresh_from_db()
    assert interview.pinned is None


def test_nothing_is_said_before_the_start(scheduled):
    with pytest.raises(NotNow):
        scheduled.say(scheduled.speakers.first(), "太早了")
    assert not scheduled.turns.exists()


def test_a_turn_may_be_prepared_before_the_start_and_is_released_with_the_time_of_release(scheduled):
    prepared = scheduled.prepare(scheduled.speakers.first(), "准备好的第一问")
    assert not scheduled.turns.published().exists()
    scheduled.go_live()

    prepared.release()

    assert scheduled.turns.published().get().spoken_at >= scheduled.started_at


def test_after_the_end_a_forgotten_turn_can_still_be_added(interview, host):
    interview.end()

    interview.say(host, "补录", spoken_at=NOON)

    assert interview.turns.published().count() == 1


@pytest.mark.parametrize("verb", ["announce", "go_live"])
def test_an_interview_that_is_live_is_not_begun_again(interview, verb):
    with pytest.raises(NotNow):
        getattr(interview, verb)()


def test_an_interview_is_announced_only_with_a_date(draft):
    with pytest.raises(ValidationError):
        draft.announce()
    draft.refresh_from_db()
    assert draft.status == Interview.Status.DRAFT


@pytest.mark.parametrize("text", ["", "  \n\u3000 ", "\x00", "\x1f\n\x7f"])
def test_a_turn_without_words_is_refused(interview, host, text):
    with pytest.raises(ValidationError) as refused:
        interview.say(host, text)
    assert "text" in refused.value.message_dict
    assert not interview.turns.exists()


def test_a_turn_that_is_too_long_is_refused_and_changes_nothing(interview, host):
    with pytest.raises(ValidationError) as refused:
        interview.say(host, "长" * 20_001)
    assert "text" in refused.value.message_dict
    assert interview.events.filter(kind="said").count() == 0


def test_paragraphs_lose_their_ragged_blank_lines(interview, host):
    turn = interview.say(host, "\u3000\u3000第一段。\r\n\r\n\r\n    第二段。\x0b第三段。 \n\n")

    assert turn.paragraphs == ["第一段。", "第二段。", "第三段。"]


def test_a_speaker_of_another_interview_is_refused(interview, draft):
    with pytest.raises(ValidationError) as refused:
        interview.say(draft.speakers.get(), "我坐错了地方")
    assert "speaker" in refused.value.message_dict


def test_turns_stand_in_the_order_of_their_time_and_then_of_their_arrival(interview, host):
    late = interview.say(host, "后", spoken_at=NOON + timedelta(minutes=1))
    first, second = (interview.say(host, text, spoken_at=NOON) for text in "一二")

    assert list(interview.turns.all()) == [first, second, late]

    late.correct(version=1, spoken_at=NOON - timedelta(minutes=1))
    assert interview.turns.first() == late


def test_a_single_host_is_shown_by_role_and_further_hosts_by_name(draft):
    second = draft.seat(Host.objects.create(name="方舟"))

    assert [speaker.label for speaker in draft.speakers.all()] == ["主持人", "方舟"]
    assert second.is_host
    english = Interview.objects.create(headline="Clean water", language="en")
    assert english.seat(Host.objects.create(name="Ann")).label == "Host"


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE interviews_interview SET status = 'ended'",
        "UPDATE interviews_interview SET status = 'live', started_at = NULL",
        "UPDATE interviews_interview SET starts_at = NULL",
        "UPDATE interviews_interview SET status = 'nonsense'",
        "UPDATE interviews_turn SET text = ''",
        "UPDATE interviews_turn SET state = 'nonsense'",
        "UPDATE interviews_event SET seq = 0",
        "UPDATE interviews_speaker SET guest_id = NULL, host_id = NULL",
        "UPDATE interviews_speaker SET label = 'same'",
    ],
)
def test_the_database_itself_refuses_a_broken_record(interview, host, broken):
    interview.say(host, "您好")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(broken)


def test_a_speaker_who_spoke_can_not_be_deleted(interview, host):
    interview.say(host, "您好")
    with pytest.raises(ProtectedError):
        Speaker.objects.filter(pk=host.pk).delete()


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_a_year_that_nobody_speaks_in_is_refused(interview, host, year):
    with pytest.raises(ValidationError) as refused:
        interview.say(host, "什么年代", spoken_at=NOON.replace(year=year))
    assert "spoken_at" in refused.value.message_dict


def test_what_was_held_when_it_was_declined_is_held_again_when_restored(interview, host):
    held = interview.say(host, "未经审核", held=True)
    held.decline()

    held.restore()

    assert held.state == Turn.State.HELD
    assert not interview.turns.published().exists()


def test_nothing_is_released_before_the_start(scheduled):
    prepared = scheduled.prepare(scheduled.speakers.first(), "太早了")
    with pytest.raises(NotNow):
        prepared.release()
    assert not scheduled.turns.published().exists()


def test_an_interview_in_a_year_that_can_not_be_read_back_is_refused(scheduled):
    with pytest.raises(ValidationError) as refused:
        scheduled.revise(starts_at=NOON.replace(year=9999))
    assert "starts_at" in refused.value.message_dict


def test_a_verb_writes_only_what_it_changes(interview, host):
    interview.revise(lede="长" * 5_000)
    with CaptureQueriesContext(connection) as queries:
        interview.say(host, "您好。")
    asked = " ".join(query["sql"].replace('"', "") for query in queries)
    numbers = f"seq = {interview.seq}, unseen = {interview.unseen}"
    assert re.findall(r"UPDATE interviews_interview SET (.*?) WHERE", asked) == [numbers]
