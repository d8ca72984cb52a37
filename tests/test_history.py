"""What has become of a turn: who changed what, and when."""

import random
import re
import time
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.models import Turn
from interviews.models.transcript.history import history_of
from interviews.models.values.text import MAX_TEXT_CHARACTERS
from interviews.rendering.differences import CONTEXT_CHARACTERS, differences, shortened

from .conftest import NOON
from .newsroom import address, ask, at_desk, correction

# Differences


def written(pairs):
    """-gone- and +new+, beside what stayed."""
    return "".join(
        new if gone == new else (f"-{gone}-" if gone else "") + (f"+{new}+" if new else "") for gone, new in pairs
    )


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("河水先是黑的。", "河水先是黄的。", "河水先是-黑-+黄+的。"),
        ("种了九百棵树", "种了八百棵柳树", "种了-九-+八+百棵+柳+树"),
        ("The river was black.", "The river was very brown.", "The river was -black-+very brown+."),
        ("I don't know.", "I do know.", "I -don't-+do+ know."),
        ("a red car here", "a blue bus here", "a -red car-+blue bus+ here"),
        ("用了GPS测量", "用了GPT测量", "用了-GPS-+GPT+测量"),
        ("第一段\n第二段", "第一段\n新的一段\n第二段", "第一段\n+新的一段\n+第二段"),
        ("第一段\n第二段", "第二段", "-第一段\n-第二段"),
        ("河水黑\n树少", "河水清\n树多", "河水-黑-+清+\n树-少-+多+"),
        ("河水  清了", "河水 清了", "河水-  -+ +清了"),
        ("", "新的", "+新的+"),
        ("没变", "没变", "没变"),
        ("", "", ""),
    ],
)
def test_what_differs_is_told_by_words_and_in_chinese_by_characters(old, new, difference):
    assert written(differences(old, new)) == difference


@pytest.mark.parametrize(
    ("old", "new"),
    [("今天天气很好", "我们去年种了三百棵树"), ("The weather is nice.", "We never talked about money, I think.")],
)
def test_another_text_is_shown_as_one_in_place_of_the_other_and_not_as_confetti(old, new):
    assert differences(old, new) == [(old, new)]


SAMPLES = ["河水", "先是", "黑的", "后来", "，", "。", "\n", " ", "the ", "river", "9", "’", "😀", "的"]


@pytest.mark.parametrize("seed", range(40))
def test_from_the_differences_both_texts_can_be_read_again(seed):
    chance = random.Random(seed)
    old = chance.choices(SAMPLES, k=60)
    new = [chance.choice(SAMPLES) if chance.random() < 0.2 else sample for sample in old if chance.random() > 0.1]
    pairs = differences("".join(old), "".join(new))
    assert "".join(gone for gone, _ in pairs) == "".join(old)
    assert "".join(came for _, came in pairs) == "".join(new)


def characters(count, alphabet="的一是了不人我在有他这中大来上个国到说们"):
    chance = random.Random(1)
    return "".join(chance.choice(alphabet) for _ in range(count))


def changed(text, share):
    chance = random.Random(2)
    return "".join("改" if letter not in "，。\n" and chance.random() < share else letter for letter in text)


def spoken(length, paragraph):
    """Sentences of twenty characters."""
    letters = characters(length)
    sentences = [letters[n : n + 19] + "。" for n in range(0, length, 20)]
    return "\n".join("".join(sentences[n : n + paragraph]) for n in range(0, len(sentences), paragraph))[:length]


LONG = {
    "one word of a speech": (
        spoken(MAX_TEXT_CHARACTERS, 15),
        spoken(MAX_TEXT_CHARACTERS, 15)[:-9] + "完全不同的结尾。",
    ),
    "every sentence of a speech": (spoken(MAX_TEXT_CHARACTERS, 15), changed(spoken(MAX_TEXT_CHARACTERS, 15), 0.1)),
    "every sentence of one paragraph": (
        spoken(MAX_TEXT_CHARACTERS, 9999),
        changed(spoken(MAX_TEXT_CHARACTERS, 9999), 0.1),
    ),
    "no sentences at all": (characters(MAX_TEXT_CHARACTERS), changed(characters(MAX_TEXT_CHARACTERS), 0.1)),
    "one character only": ("长" * MAX_TEXT_CHARACTERS, "长" * (MAX_TEXT_CHARACTERS - 1)),
    "one character a line": ("长\n" * 9_999, "长\n" * 9_998),
    "the same few characters": ("好坏\n" * 300 + "好坏" * 9_000, "坏好坏\n" * 300 + "坏好坏" * 6_000),
    "many lines of the same few": (("好坏" * 85 + "\n") * 115, ("坏好坏" * 56 + "\n") * 115),
}


@pytest.mark.parametrize("case", LONG)
def test_the_longest_texts_are_compared_in_a_moment(case):
    old, new = LONG[case]
    begun = time.process_time()
    pairs = differences(old, new)
    assert time.process_time() - begun < 1  # a tenth of that on a machine that does nothing else
    assert "".join(gone for gone, _ in pairs) == old


def test_of_a_long_text_only_what_is_beside_a_change_is_shown():
    stays = characters(500)
    pairs = list(shortened([(stays, stays), ("九", "八"), (stays, stays), ("", "完")]))
    assert pairs[1] == ("九", "八")
    assert [new for _, new in (pairs[0], pairs[2])] == [
        f" … {stays[-CONTEXT_CHARACTERS:]}",
        f"{stays[:CONTEXT_CHARACTERS]} … {stays[-CONTEXT_CHARACTERS:]}",
    ]


def test_what_is_short_enough_is_shown_whole():
    pairs = [("河水", "河水"), ("九", "八"), ("百棵", "百棵")]
    assert list(shortened(pairs)) == pairs


# The history


@pytest.fixture
def turn(interview, guest, sun):
    return interview.say(guest, "一共种了九百棵树。", spoken_at=NOON, by=sun)


def told(turn):
    """The kind of each event, and what it changed from and to."""
    return [
        (change.event.kind, {name: (change.before[name], change.after[name]) for name in change.before})
        for change in history_of(Turn.objects.get(pk=turn.pk))
    ]


def test_every_change_is_told_with_what_stood_there_before_and_after(turn, host, zhou):
    turn.correct(version=1, text="一共种了八百棵树。", by=zhou)
    turn.mark("八百棵树", by=zhou)
    turn.correct(version=3, speaker=host, spoken_at=NOON.replace(second=5), by=zhou)
    turn.retract(reason="数错了", by=zhou)
    turn.restore(by=zhou)
    turn.grow("都在东岸。", by=zhou)
    turn.mark("", by=zhou)

    assert told(turn) == [
        ("said", {}),
        ("corrected", {"text": ("一共种了九百棵树。", "一共种了八百棵树。")}),
        ("marked", {"heading": ("", "八百棵树")}),
        ("corrected", {"speaker": ("陈安", "主持人"), "spoken_at": (NOON, NOON.replace(second=5))}),
        ("retracted", {}),
        ("restored", {}),
        ("grew", {"text": ("一共种了八百棵树。", "一共种了八百棵树。\n都在东岸。")}),
        ("marked", {"heading": ("八百棵树", "")}),
    ]
    first = history_of(turn)[0]
    assert (first.after["text"], first.after["speaker"], first.event.user) == (
        "一共种了九百棵树。",
        "陈安",
        turn.events.first().user,
    )


def test_an_undone_change_is_told_as_two(turn, zhou):
    turn.undo(turn.correct(version=1, text="一共种了八百棵树。", by=zhou), by=zhou)
    assert told(turn)[1:] == [
        ("corrected", {"text": ("一共种了九百棵树。", "一共种了八百棵树。")}),
        ("corrected", {"text": ("一共种了八百棵树。", "一共种了九百棵树。")}),
    ]


def test_a_place_in_the_queue_is_no_time(interview, host, zhou):
    first, second = interview.prepare(host, "甲"), interview.prepare(host, "乙")
    second.undo(second.move(first, by=zhou), by=zhou)
    second.release()
    second.correct(version=second.version, spoken_at=NOON)
    moment = interview.turns.get(text="乙").events.last().before["spoken_at"]
    assert [(kind, list(what)) for kind, what in told(second)] == [
        ("prepared", []),
        ("moved", []),
        ("corrected", []),
        ("released", []),
        ("corrected", ["spoken_at"]),
    ]
    assert told(second)[-1][1]["spoken_at"][0].isoformat() == moment


def test_suggestions_are_told_with_what_they_would_have_changed_then(turn, host, sun, zhou):
    turn.suggest(version=1, text="一共种了八百棵树。", speaker=host, by=sun).dismiss(reason="录音里是九百", by=zhou)
    taken = turn.suggest(version=1, text="一共种了九百棵柳树。", speaker=turn.speaker, by=sun)
    taken.take(version=1, by=zhou)
    turn.suggest(version=2, text="种了九百棵柳树。", speaker=turn.speaker, by=sun)

    changes = history_of(Turn.objects.get(pk=turn.pk))
    assert [(change.event.kind, change.before, change.after) for change in changes[1:]] == [
        (
            "suggested",
            {"speaker": "陈安", "text": "一共种了九百棵树。"},
            {"speaker": "主持人", "text": "一共种了八百棵树。"},
        ),
        ("dismissed", {}, {}),
        ("suggested", {"text": "一共种了九百棵树。"}, {"text": "一共种了九百棵柳树。"}),
        ("corrected", {"text": "一共种了九百棵树。"}, {"text": "一共种了九百棵柳树。"}),
        ("suggested", {"text": "一共种了九百棵柳树。"}, {"text": "种了九百棵柳树。"}),
    ]
    assert [change.suggestion.is_taken for change in changes if change.suggestion] == [False, True, False]
    assert changes[4].event.before["suggested_by"] == "孙"


# Its page


def page(user, turn, **headers):
    return at_desk(user).get(address("history", turn), headers=headers)


def marked(html):
    return re.findall(r"<(del|ins)><span[^>]*>[^<]*</span>(.*?)</\1>", html)


def test_the_page_shows_who_did_what_and_why_the_newest_last(turn, host, sun, zhou):
    turn.correct(version=1, text="一共种了八百棵树。", speaker=host, spoken_at=NOON.replace(second=5), by=zhou)
    turn.retract(reason="数错了", by=zhou)
    html = page(sun, turn).text
    assert "2026-05-04 12:00:00" in html  # on the interview's clock
    assert marked(html) == [
        ("del", "陈安"),
        ("ins", "主持人"),
        ("del", "2026-05-04 12:00:00"),
        ("ins", "2026-05-04 12:00:05"),
        ("del", "九"),
        ("ins", "八"),
    ]
    changes = html[html.index('class="turn-history"') :]
    assert changes.index("一共种了九百棵树。") < changes.index("周") < changes.index("数错了")
    assert len(re.findall("<li>", changes)) == 3


def test_the_page_shows_photos_by_their_descriptions(interview, turn, zhou):
    shown = {"widths": [640], "width": 640, "height": 480}
    photo = interview.photos.create(key=uuid.uuid4(), alt="东岸的柳树", **shown)
    turn.correct(version=1, photos=[photo], by=zhou)
    assert told(turn)[1:] == [("corrected", {"photos": ([], ["东岸的柳树"])})]
    assert marked(page(zhou, turn).text) == [("ins", "东岸的柳树")]


def test_the_page_escapes_what_was_typed(turn, zhou):
    turn.correct(version=1, text="一共种了<script>九百棵树。", by=zhou)
    turn.mark("<script>", by=zhou)
    turn.retract(reason="<script>", by=zhou)
    assert "<script>" not in page(zhou, turn).text


def test_what_changed_can_be_heard_too(turn, zhou):
    turn.correct(version=1, text="一共种了八百棵树。", by=zhou)
    html = page(zhou, turn).text
    assert len(re.findall('<(?:del|ins)><span class="visually-hidden" lang="zh-hans">[^<]+</span>', html)) == 2


def test_a_longer_history_takes_no_more_queries(turn, guest, sun, zhou, host):
    client = at_desk(zhou)

    def something_happens():
        turn.correct(version=turn.version, text=f"{turn.text}又", speaker=host if turn.version % 2 else guest, by=zhou)
        turn.suggest(version=turn.version, text="改吧", speaker=turn.speaker, by=sun)

    something_happens()
    with CaptureQueriesContext(connection) as short:
        client.get(address("history", turn))
    for _ in range(10):
        something_happens()
    with CaptureQueriesContext(connection) as long:
        client.get(address("history", turn))
    assert len(long) == len(short)


def test_the_history_of_another_interviews_turn_is_not_found(turn, draft, zhou):
    elsewhere = reverse("desk:history", args=[draft.slug, turn.pk])
    assert at_desk(zhou).get(elsewhere).status_code == 404


def test_a_conflict_shows_what_differs(turn, host, zhou):
    what = correction(turn, text="一共种了八百棵树。", speaker=host.pk)
    turn.correct(version=1, text="一共种了七百棵树。")
    answer = at_desk(zhou).post(address("correct", turn), what)
    assert answer.status_code == 409
    assert marked(answer.text) == [("del", "七"), ("ins", "八")]
    assert ask(zhou, "correct", turn, **what).status_code == 409
