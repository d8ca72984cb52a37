"""What a newcomer finds, and may do to it."""

import pytest

from interviews import demo
from interviews.models import Interview, NotNow, Turn


def test_the_demo_is_one_live_to_be_one_scheduled_and_two_ended_interviews(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    live = demo.load()
    demo.load()

    statuses = sorted(Interview.objects.exclude(pk=live.pk).values_list("status", "language"))
    assert statuses == [("ended", "en"), ("ended", "zh-hans"), ("scheduled", "en")]
    assert all(speaker.person.photo for interview in Interview.objects.all() for speaker in interview.speakers.all())


@pytest.fixture
def broadcast(interview, zhou, monkeypatch):
    script = {"slug": interview.slug, "turns": [{"speaker": "主持人", "pause": 0, "text": "您好"}]}
    monkeypatch.setattr(demo, "scripts", lambda: [script])
    return demo.Broadcast(interview, zhou)


def test_a_visitor_who_is_quicker_does_not_end_the_broadcast(broadcast, interview):
    interview.end()

    assert broadcast._do(interview.end) is None

    with pytest.raises(NotNow):
        interview.end()


def test_the_broadcast_corrects_over_nobodys_correction(broadcast, interview, host):
    turn = interview.say(host, "一共九百棵")
    Turn.objects.get(pk=turn.pk).correct(version=1, text="来访者改的")

    broadcast._do(lambda: turn.correct(version=1, text="一共八百棵"))

    assert interview.turns.get().text == "来访者改的"


def test_a_rewound_interview_begins_again_under_another_epoch(interview, host):
    before = interview.epoch
    interview.say(host, "上一轮").pin()

    demo.rewind(interview)
    interview.go_live()

    assert interview.epoch != before
    assert (interview.seq, interview.turns.count(), interview.pinned) == (1, 0, None)
