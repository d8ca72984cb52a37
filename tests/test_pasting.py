"""Turns that were written before, pasted as they are."""

import base64
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from interviews.imports import prepared_turns
from interviews.models import Guest, Host, Turn

from .locking import under_the_lock

JSON = {"Accept": "application/json"}
TEN = [f"第{n}个问题：河水怎样变清？" for n in "一二三四五六七八九十"]


def read(text, interview):
    """Return who says what; the host says what names nobody."""
    speakers = interview.speakers.all()
    return [(turn.speaker.label, turn.text) for turn in prepared_turns.parse(text, speakers, speakers[0])]


def problems(text, interview):
    with pytest.raises(ValidationError) as refusal:
        read(text, interview)
    return refusal.value.message_dict["script"]


# Reading


def test_a_label_or_a_name_begins_a_turn_and_the_lines_below_are_its_paragraphs(scheduled):
    text = "主持人：各位好。\n今天谈东河。\n陈安: 大家好。\n林悦：请坐。\n乔梅（教师）：谢谢。"
    assert read(text, scheduled) == [
        ("主持人", "各位好。\n今天谈东河。"),
        ("陈安", "大家好。"),
        ("主持人", "请坐。"),
        ("乔梅", "谢谢。"),
    ]


def test_a_name_may_stand_alone_above_its_text(scheduled):
    assert read("陈安：\n\n大家好。\n我修河。\n\n\n主持人：\n请讲。", scheduled) == [
        ("陈安", "大家好。\n我修河。"),
        ("主持人", "请讲。"),
    ]


def test_after_an_empty_line_the_default_speaker_speaks(scheduled):
    assert read("陈安：大家好。\n\n那么河水呢？\n也清了吗？\n\n后来呢？", scheduled) == [
        ("陈安", "大家好。"),
        ("主持人", "那么河水呢？\n也清了吗？"),
        ("主持人", "后来呢？"),
    ]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n", "\r\n\r\n\r\n"])
def test_ten_questions_are_ten_turns_whatever_parts_them(scheduled, between):
    assert read(between.join(TEN), scheduled) == [("主持人", question) for question in TEN]


@pytest.mark.parametrize(
    "number", ["1.", "1. ", "12、", "1)", "(1)", "（一）", "十一、", "③", "Q1:", "Q1.", "问题1：", "问 2、", "１．"]
)
def test_the_number_of_a_question_is_dropped(scheduled, number):
    assert read(f"{number}河水怎样变清？", scheduled) == [("主持人", "河水怎样变清？")]
    assert read(f"{number}主持人：河水怎样变清？", scheduled) == [("主持人", "河水怎样变清？")]
    assert read(f"陈安：{number}河水变清了。", scheduled) == [("陈安", "河水变清了。")]


@pytest.mark.parametrize("words", ["1.5亿吨水", "2026年的水", "一、二号泵站", "10", "第一、水", "Q一下"])
def test_what_only_looks_like_a_number_stays(scheduled, words):
    assert read(words, scheduled) == [("主持人", words)]


def test_numbers_part_questions_but_not_what_somebody_who_is_named_says(scheduled):
    assert read("1、水怎样？\n深的。\n2、鱼怎样？\n\n陈安：两点。\n1、水清。\n2、鱼多。", scheduled) == [
        ("主持人", "水怎样？\n深的。"),
        ("主持人", "鱼怎样？"),
        ("陈安", "两点。\n1、水清。\n2、鱼多。"),
    ]


def test_in_an_english_interview_the_host_is_named_in_english(scheduled):
    assert read("Host: Welcome.\n\nHOST: And good night.", scheduled) == [
        ("主持人", "Welcome."),
        ("主持人", "And good night."),
    ]


def test_a_label_that_is_nobodys_is_a_mistake_that_names_line_label_and_who_has_a_seat(scheduled):
    (problem,) = problems("主持人：各位好。\n\n王五：大家好。\n王五：又是我。\n", scheduled)[:1]
    for words in ("3", "王五", "主持人", "陈安", "乔梅"):
        assert words in problem


@pytest.mark.parametrize("label", ["王五", "网友1", "约翰·史密斯", "答", "Smith", "J. R. Smith"])
def test_what_looks_like_a_name_and_comes_twice_is_one(scheduled, label):
    assert len(problems(f"{label}：一句\n\n{label}：两句", scheduled)) == 2


@pytest.mark.parametrize(
    "words",
    [
        "水质：现在是几类？",
        "他只说了一句话：不行。",
        "今天，我们问：为什么？",
        "请看 https://river.example/a：这里",
        "https://river.example/",
        "12:30 开始吗？",
        "：为什么？",
    ],
)
def test_a_sentence_with_a_colon_is_a_sentence(scheduled, words):
    assert read(f"{words}\n\n后来呢？", scheduled) == [("主持人", words), ("主持人", "后来呢？")]


@pytest.mark.parametrize("words", ["他只说了一句话：不行。", "请看 https://river.example/a：这里", "12:30 开始。"])
def test_also_among_speakers_who_are_named(scheduled, words):
    assert read(f"陈安：大家好。\n{words}", scheduled) == [("陈安", f"大家好。\n{words}")]


def test_of_two_hosts_neither_is_simply_the_host(scheduled):
    scheduled.speakers.filter(label="主持人").update(label="林悦")
    scheduled.seat(Host.objects.create(name="李明"))
    assert len(problems("林悦：各位好。\n\n主持人：大家好。", scheduled)) == 1
    assert read("李明：大家好。", scheduled) == [("李明", "大家好。")]


def test_of_two_of_one_name_neither_is_called_by_it(scheduled):
    scheduled.seat(Guest.objects.create(name="陈安"), label="陈安（东河）")
    scheduled.speakers.filter(label="陈安").update(label="陈安（西河）")
    assert len(problems("主持人：各位好。\n\n陈安：大家好。", scheduled)) == 1
    assert read("陈安（东河）：大家好。", scheduled) == [("陈安（东河）", "大家好。")]


def test_a_name_without_words_and_an_empty_script_are_mistakes(scheduled):
    assert "2" in problems("主持人：各位好。\n陈安：\n\n主持人：他没来。", scheduled)[0]
    assert len(problems(" \n\t\n", scheduled)) == 1


def test_a_script_has_its_limits(scheduled):
    assert len(problems("长" * 20_001, scheduled)) == 1
    assert len(problems("问题\n" * 201, scheduled)) == 1


# At the desk


@pytest.fixture
def at_desk(client, zhou):
    client.force_login(zhou)
    return client


def paste(client, interview, text, key=None, **how):
    what = {"script": text, "speaker": interview.speakers.first().pk, "key": key or uuid.uuid4()}
    return client.post(reverse("desk:script", args=[interview.slug]), what, **how)


def queue(interview):
    return [(turn.speaker.label, turn.text) for turn in interview.turns.prepared()]


def test_what_is_pasted_stands_in_the_queue_in_its_order(at_desk, zhou, scheduled):
    assert paste(at_desk, scheduled, "\n\n".join(TEN), headers=JSON).status_code == 201
    assert queue(scheduled) == [("主持人", question) for question in TEN]
    assert {event.user for event in scheduled.events.filter(kind="prepared")} == {zhou}
    assert paste(at_desk, scheduled, "陈安：最后一句").status_code == 303
    assert queue(scheduled)[-1] == ("陈安", "最后一句")


def test_the_same_script_sent_twice_is_there_once(at_desk, scheduled):
    key = uuid.uuid4()
    for _ in range(2):
        assert paste(at_desk, scheduled, "一问\n\n二问", key, headers=JSON).status_code == 201
    assert queue(scheduled) == [("主持人", "一问"), ("主持人", "二问")]
    paste(at_desk, scheduled, "一问\n\n三问", key)
    assert [text for _, text in queue(scheduled)] == ["一问", "二问", "三问"]


def test_however_long_a_script_is_the_interview_is_locked_for_the_same_few_statements(at_desk, scheduled):
    paste(at_desk, scheduled, "先有一问")
    counted = []
    for many in (2, 200):
        with under_the_lock() as asked:
            paste(at_desk, scheduled, "\n\n".join(f"第{n}问" for n in range(many)))
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert scheduled.turns.prepared().count() == 203


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "big5"])
def test_a_file_is_read_whatever_wrote_it(at_desk, scheduled, encoding):
    text = "主持人：各位好，今天我們談河水。" if encoding == "big5" else "主持人：各位好，今天我们谈河水。"
    answer = read_file(at_desk, scheduled, text.encode(encoding)).json()
    assert answer["text"] == text
    again = read_file(at_desk, scheduled, text.encode("gb18030", "replace"), encoding="Windows-1252").json()
    assert (again["encoding"], again["text"][:2]) == ("Windows-1252", "Ö÷")


def test_a_file_too_short_to_tell_is_offered_in_each_encoding_that_makes_sense(at_desk, scheduled):
    answer = read_file(at_desk, scheduled, "陈安".encode("gb18030")).json()
    assert answer["text"] is None
    assert {"value": "GB18030", "name": "GB18030 (简体中文，包括 GBK): 陈安"} in answer["encodings"]


@pytest.mark.parametrize("content", [b"PK\x03\x04", "各位好，今天".encode()[:-1]])
def test_a_file_that_is_no_text_is_refused_in_words(at_desk, scheduled, content):
    answer = read_file(at_desk, scheduled, content)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["script"])


def test_what_is_no_file_is_refused(at_desk, scheduled):
    what = {"content": "no base64!"}
    answer = at_desk.post(reverse("desk:script-file", args=[scheduled.slug]), what, headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["content"])


def read_file(client, interview, content, **how):
    what = {"content": base64.b64encode(content).decode(), **how}
    return client.post(reverse("desk:script-file", args=[interview.slug]), what, headers=JSON)


def test_one_line_without_a_place_and_nothing_is_prepared(at_desk, scheduled):
    answer = paste(at_desk, scheduled, "主持人：各位好。\n\n王五：大家好。", headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["script"])
    assert paste(at_desk, scheduled, "", headers=JSON).status_code == 400
    assert not Turn.objects.exists()


def test_the_default_speaker_has_a_seat_here(at_desk, scheduled, draft):
    what = {"script": "一问", "speaker": draft.speakers.get().pk, "key": uuid.uuid4()}
    answer = at_desk.post(reverse("desk:script", args=[scheduled.slug]), what, headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["speaker"])
