"""What can't be seen is no text: alone it is nothing, at an edge it goes; it stays where it changes what is seen."""

import random
import uuid

import pytest
from django.core.exceptions import ValidationError

from interviews.models import Event, Guest, Section, Turn
from interviews.models.values.text import one_line, tidy

from .conftest import NOON
from .test_desk import JSON, url
from .test_exchange import refusal, table, upload

ALONE = {
    "space of no width": "\u200b",
    "byte order mark": "\ufeff",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "joiner": "\u200d",
    "non-joiner": "\u200c",
    "Hangul filler": "\u3164",
    "Hangul fillers of a syllable": "\u115f\u1160",
    "narrow Hangul filler": "\uffa0",
    "blank Braille": "\u2800",
    "left-to-right mark": "\u200e",
    "Arabic mark": "\u061c",
    "C1": "\u0080",
    "next line": "\u0085",
    "escape": "\x1b",
    "variation selector": "\ufe0f",
    "ideographic variation": "\U000e0100",
    "tag": "\U000e0041",
    "grapheme joiner": "\u034f",
    "Khmer vowel": "\u17b4",
    "Mongolian separator": "\u180e",
    "override": "\u202e",
    "override with its end": "\u202d\u202c",
    "isolates of nothing": "\u2066\u2069\u2067\u2069",
    "invisible plus": "\u2064",
    "musical beam": "\U0001d173",
    "object": "\ufffc",
    "noncharacter": "\ufdd0",
    "unassigned": "\U000e0fff",
    "accent above nothing": "\u0301",
    "wide space": "\u3000",
    "half of UTF-16": "\ud83d",
}
CHARACTERS = pytest.mark.parametrize("character", ALONE.values(), ids=ALONE)
STORED = pytest.mark.parametrize(
    "character", [c for c in ALONE.values() if c != "\ud83d"], ids=[n for n, c in ALONE.items() if c != "\ud83d"]
)


@CHARACTERS
def test_alone_it_is_nothing(character):
    assert tidy(character) == tidy(f" {character * 3}\n\u200b{character}") == one_line(character) == ""


@CHARACTERS
def test_at_an_edge_of_a_text_or_a_word_it_goes(character):
    if character != "\u0301":  # which is an accent there
        assert one_line(f"Adaeze{character} Winslade{character}") == "Adaeze Winslade"
        assert one_line(f"陈安{character}") in ("陈安", "陈安\U000e0100")  # a variant of the last ideograph
    assert one_line(f"{character}Adaeze") == "Adaeze"


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦 🏳️‍🌈 ❤️‍🔥 🏴‍☠️ 👩🏽‍🚀",  # joined, with selectors and colours of skin
        "☺️ ℹ️ 1️⃣ #️⃣ ™️ ‼️ ⁉️ 〰️ 〽️ ㊗️ Ⓜ️",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "می\u200cخواهم",
        "क्\u200dष शर्\u200cमा",
        "അവന്\u200d",  # chillu, at the end of a word
        "1445ه\u200d",
        "ភាសា\u200bខ្មែរ",
        "Auf\u200clage, co\u00adoperate",
        "שלום C++\u200e יופי",
        "ראה \u2066C++\u2069 כאן",
        "辻\U000e0101さん",
        "ᠮᠣᠩᠭᠣᠯ\u180bᠠ",
        "ᄒ\u1160ᆫ",
        "⠓⠑\u2800⠓⠑",
        "10\u00a0km, «\u202foui\u202f»",
        "Ｒiver，１",  # full-width letters are the writer's
        "\ufffd",
    ],
)
def test_it_stays_where_it_changes_what_is_seen(text):
    assert tidy(text) == text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Cafe\u0301", "Café"),
        ("각", "각"),
        ("Ada\u202eeze", "Adaeze"),
        ("a \u202eb\u202c c", "a b c"),  # an override is nobody's way of writing
        ("a\u202c \u2069b", "a b"),
        ("\u2067שלום\u2069", "שלום"),
        ("\u202bשלום", "שלום"),
        ("می\u200c\u200cخواهم", "می\u200cخواهم"),  # each once
        ("a\u200d👩", "a👩"),
        ("陈安\ufe0f", "陈安"),
        ("1\ufe0f", "1"),
        ("🏴\U000e0067", "🏴"),
        ("abc\u200e def", "abc def"),
        ("a\u2800b", "a b"),
        ("a\x80b\x9bc", "abc"),
        ("one\u2028two\u0085three", "one\ntwo\nthree"),
        ("\u3000第一段\u3000\r\n\u00a0\r\n第二段", "第一段\n第二段"),
    ],
)
def test_of_everything_else_the_visible_part_is_kept(written, kept):
    assert tidy(written) == kept


def test_a_text_that_was_tidied_is_tidy():
    chance = random.Random(7)
    pieces = [*"".join(ALONE.values()), *"ab ا ه ש 中辻👩❤🏴1\u20e3\u202a\u2067\u2069\u202c\U000e0067\U000e007fᄀ⠓\n"]
    for _ in range(20_000):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 12)))
        assert tidy(tidy(text)) == tidy(text), ascii(text)


# Wherever a text comes in


@STORED
def test_a_turn_of_it_is_refused_as_an_empty_one_is(interview, guest, character):
    def refusal(text):
        with pytest.raises(ValidationError) as error:
            interview.say(guest, text)
        return error.value.message_dict

    assert refusal(character) == refusal("")
    assert not interview.turns.exists()


@pytest.mark.parametrize("character", ["\u200b", "\u2800", "\ufe0f"])
def test_every_form_of_the_desk_refuses_it_as_empty(client, zhou, interview, guest, say_one, character):
    turn = say_one("水")
    client.force_login(zhou)
    for name, about, data in [
        ("say", [interview.slug], {"speaker": guest.pk, "key": uuid.uuid4()}),
        ("prepare", [interview.slug], {"speaker": guest.pk, "key": uuid.uuid4()}),
        ("correct", [interview.slug, turn.pk], {"speaker": guest.pk, "version": 1}),
        ("note", [interview.slug], {"key": uuid.uuid4()}),
    ]:
        answers = [client.post(url(name, *about), {**data, "text": text}, headers=JSON) for text in (character, "")]
        assert [answer.status_code for answer in answers] == [400, 400], name
        assert answers[0].content == answers[1].content


def test_what_stands_around_a_turn_is_tidied_too(interview, guest, zhou):
    turn = interview.say(guest, "水", heading="要\u200b 点\ufeff")
    assert turn.heading == "要 点"
    turn.mark("新\u2060", by=zhou)
    assert turn.heading == "新"
    turn.retract(reason="错\u200b", by=zhou)
    assert interview.events.get(kind=Event.Kind.RETRACTED).note == "错"
    interview.revise(headline="河水\u00ad", lede="一\u200b\n\n二")
    assert (interview.headline, interview.lede) == ("河水", "一\n\n二")
    assert Section.objects.create(name="民\u200b 生\ufeff").name == "民 生"
    assert interview.seat(Guest.objects.create(name="乔\u2060"), label="乔工\u200b").label == "乔工"


def test_a_headline_of_nothing_visible_is_refused(interview):
    with pytest.raises(ValidationError):
        interview.revise(headline="\u200b\u2800")


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800\u200d"])
def test_nobody_is_named_by_it_in_a_csv_file(keeper, name):
    seen, empty = (refusal(upload(keeper, table({"name": one, "title": "工程师"}))) for one in (name, ""))
    assert seen == empty
    assert seen


@pytest.mark.parametrize("behind", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u3164", "\u0080"])
def test_a_namesake_is_noticed_whatever_stands_behind_the_name(keeper, behind):
    Guest.objects.create(name="Adaeze Winslade")
    page = upload(keeper, table({"name": f"Adaeze Winslade{behind}"})).content.decode()
    assert "0 new, 0 changed, 1 as they are" in page


# What was kept before this rule


@pytest.fixture
def old_turn(interview, say_one):
    def old_turn(text):
        turn = say_one("水")
        Turn.objects.filter(pk=turn.pk).update(text=text)
        turn.refresh_from_db()
        return turn

    return old_turn


@pytest.fixture
def say_one(interview, guest):
    return lambda text: interview.say(guest, text, spoken_at=NOON)


def test_an_old_turn_of_nothing_visible_can_be_corrected_and_retracted(old_turn, host, zhou):
    turn = old_turn("\u200b")
    turn.correct(version=1, speaker=host, by=zhou)
    turn.mark("要点", by=zhou)
    turn.retract(by=zhou)
    turn.refresh_from_db()
    assert (turn.text, turn.speaker, turn.state) == ("\u200b", host, "retracted")


def test_a_correction_of_something_else_is_none_of_an_old_text(old_turn, host, zhou):
    turn = old_turn("水\u200b")
    turn.correct(version=1, text="水", speaker=host, by=zhou)  # as the desk sends it
    assert turn.text == "水\u200b"
    assert list(interview_before(turn)) == ["speaker"]
    turn.correct(version=2, text="河水", by=zhou)
    assert interview_before(turn) == {"text": "水\u200b"}


def interview_before(turn):
    return turn.events.last().before
