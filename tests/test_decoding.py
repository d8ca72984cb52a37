"""In which encoding a file was written: certain, guessed, or asked for."""

import codecs
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from interviews.imports.decoding import read
from interviews.imports.encodings import ENCODINGS, NotDecoded, named
from interviews.models import Interview

from .test_imports import LIBRARY, RIVER, TRANSCRIPTS

MAX_SECONDS_OF_TWO_MEGABYTES = 3  # it took about fifteen when the whole file was judged
NAMES = "name,title\r\n"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


WRITTEN = {  # by Python's codec: a few rows, as somebody's spreadsheet saves them
    "gb18030": NAMES + "陈安,河道工程师\r\n",
    "gbk": NAMES + "林悦,主持人\r\n乔梅,中学教师\r\n",
    "big5": NAMES + "陳安國,工程師\r\n",
    "big5hkscs": NAMES + "陳安國,工程師\r\n梁嘉琪,記者，住在鰂魚涌，喜歡𨋢同埋嘅\r\n",
    "shift_jis": NAMES + "山田太郎,教授\r\n",
    "euc_jp": NAMES + "山田さくら,アナウンサー\r\n",
    "euc_kr": NAMES + "김철수,서울대학교 교수\r\n",
    "cp1252": NAMES + "Jürgen Müller,Präsident der Universität\r\n",
    "cp1250": NAMES + "Łukasz Wiśniewski,członek zarządu\r\nJiří Dvořák,učitel\r\nMałgorzata Źródło,księgowa\r\n",
    "cp1251": NAMES + "Иван Петров,учитель\r\n",
    "cp1253": NAMES + "Γιώργος Παπαδόπουλος,καθηγητής\r\n",
    "cp1254": NAMES + "Işıl Doğan,öğretmen\r\n",
    "cp1255": NAMES + "דוד כהן,מהנדס\r\n",
    "cp1256": NAMES + "محمد علي,أستاذ\r\n",
    "cp874": NAMES + "สมชาย ใจดี,อาจารย์\r\n",
    "iso2022_jp": NAMES + "山田太郎,教授\r\n",
    "iso2022_kr": NAMES + "김철수,교수\r\n",
    "hz": NAMES + "陈安,工程师\r\n",
    "koi8_r": NAMES + "Иван Петров,учитель\r\n",
    "utf-16-le": NAMES + "陈安,工程师\r\n",
    "utf-16-be": NAMES + "Jürgen Müller,Präsident\r\n",
    "utf-32-le": NAMES + "陈安,工程师\r\n",
    "utf-32-be": NAMES + "김철수,교수\r\n",
    "utf-8": NAMES + "陈安,工程师\r\nJürgen Müller,Präsident\r\nנועה,مهندس\r\n",
}


@pytest.mark.parametrize("codec", WRITTEN)
def test_a_few_words_are_enough_to_know_the_encoding(codec):
    assert read(WRITTEN[codec].encode(codec)).text == WRITTEN[codec]


@pytest.mark.parametrize("codec", ["gb18030", "utf-16-le", "utf-16-be", "utf-8"])
def test_a_whole_page_is_read(codec):
    assert read(RIVER.encode(codec)).text == RIVER


def test_a_page_in_english_with_curly_quotes_is_that_of_western_windows():
    text = LIBRARY.replace("Thank you", "It’s late, “thank you”")
    assert read(text.encode("cp1252")) == ("Windows-1252", text)


def test_a_few_curly_quotes_are_enough_too():
    text = "How it — got clean\nDate: 2026-05-04 Host: Ann Lee\n[15:00:00]\nHost\nIt’s “fine”…\n"
    assert read(text.encode("cp1252")) == ("Windows-1252", text)


@pytest.mark.parametrize(
    "mark",
    [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE],
)
def test_a_mark_says_it_and_may_stand_twice(mark):
    codec = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"} | {
        codecs.BOM_UTF32_LE: "utf-32-le",
        codecs.BOM_UTF32_BE: "utf-32-be",
    }
    assert read(mark + mark + "陈".encode(codec[mark])).text == "陈"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("陈安", "gb18030"),
        ("袁雪", "gb18030"),
        ("韩梓", "gb18030"),
        ("林悅", "big5"),
        ("周花", "big5"),
        ("Gökhan Şahin", "cp1254"),
    ],
)
def test_what_is_too_short_to_tell_is_asked_for_with_how_it_would_read(text, codec):
    with pytest.raises(NotDecoded, match="choose one") as asked:
        read(f"name\n{text}\n".encode(codec))
    samples = [reading.sample for reading in asked.value.readings]
    assert text in samples
    assert len(set(samples)) == len(samples)


@pytest.mark.parametrize("codec", ["gb18030", "big5", "cp1252", "koi8_r", "cp874"])
def test_a_large_file_is_known_as_quickly_as_a_page(codec):
    names, row = WRITTEN[codec].split("\n", 1)
    data = (f"{names}\n" + row * (2_000_000 // len(row.encode(codec)))).encode(codec)
    begun = time.process_time()
    assert read(data).text.startswith(WRITTEN[codec])
    assert time.process_time() - begun < MAX_SECONDS_OF_TWO_MEGABYTES


def test_what_a_mac_wrote_is_among_the_choices():
    with pytest.raises(NotDecoded, match="choose one") as asked:
        read((NAMES + "José,chef\r\n").encode("mac_roman"))
    assert "José,chef" in [reading.sample for reading in asked.value.readings]


def test_a_telephone_number_or_a_price_in_ascii_is_no_other_encoding():
    text = NAMES + "Ann ~{approx},+86-138- \x1b[0m\r\n"
    assert read(text.encode()) == ("UTF-8", text)


@pytest.mark.parametrize(
    ("codec", "name"), [("big5", "Big5"), ("cp1252", "windows-1252"), ("gb18030", "GBK"), ("cp932", "sjis")]
)
def test_whoever_names_an_encoding_is_believed(codec, name):
    text = "name\n" + {"cp1252": "Zoë"}.get(codec, "安")
    assert read(text.encode(codec), name).text == text


def test_an_encoding_that_is_unknown_is_told_which_are():
    with pytest.raises(NotDecoded, match="“Klingon” is no encoding.* Known are: UTF-8, GB18030, Big5"):
        read(b"name", "Klingon")
    assert [named(name) for name in ENCODINGS] == list(ENCODINGS)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ((RIVER + "完").encode()[:-1], "UTF-8 that ends in the middle of a character: the file was cut off"),
        (RIVER.replace("各位", "各\udcff位", 1).encode(errors="surrogateescape"), r"Line \d+ isn't UTF-8"),
        (codecs.BOM_UTF16_LE + "陈安".encode("utf-16-le")[:-1], "UTF-16 LE that ends in the middle"),
        ("name\n陈安\n".encode("utf-16-be")[:-1], "UTF-16 BE that ends in the middle"),
        ("name\n刘洋，记者和工程师\n".encode("gbk") + b"\xff\n", "Line 3 isn't GB18030"),
        ("name\n劉小姐，編輯與主持人\n".encode("big5") + b"\xff\n", "Line 3 isn't Big5"),
        ("name\n劉小姐，編輯與主持人".encode("big5")[:-1], "Big5 that ends in the middle of a character"),
        ("name\n陈\0安".encode(), "This is no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is no text"),
        (b"PK\x03\x04\x14\0\x06", "This is a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "This is an old Office file"),
        (b"%PDF-1.7", "This is a PDF"),
    ],
)
def test_what_is_broken_or_no_text_is_refused_in_words_that_help(data, told):
    with pytest.raises(NotDecoded, match=told):
        read(data)


def test_an_empty_file_is_an_empty_text():
    assert read(b"").text == read(codecs.BOM_UTF8).text == ""


# The command


@pytest.fixture
def page(tmp_path):
    """Writes the page of the example in an encoding; its path."""

    def write(text, codec):
        path = tmp_path / "page.txt"
        path.write_bytes(text.encode(codec))
        return path

    return write


def told_by_import(path, *options):
    out, errors = StringIO(), StringIO()
    call_command("import_transcript", str(path), *options, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_a_dry_run_says_in_which_encoding_it_was_read(page):
    assert "encoding: UTF-8" in told_by_import(TRANSCRIPTS / "river.txt", "--dry-run")[0]
    out, errors = told_by_import(page(RIVER, "utf-16-be"), "--dry-run")
    assert "encoding: UTF-16 BE" in out
    assert errors.strip() == "Read as UTF-16 BE; --encoding reads it otherwise."


@pytest.mark.django_db
def test_the_command_reads_what_it_is_told(page):
    slug, errors = told_by_import(page(RIVER, "gb18030"), "--encoding", "gbk")
    assert Interview.objects.get(slug=slug.strip()).turns.count()
    assert not errors
    with pytest.raises(CommandError, match="isn't UTF-8"):
        told_by_import(page(RIVER, "gb18030"), "--encoding", "UTF-8")


def test_the_command_lists_what_a_short_file_may_say(page):
    with pytest.raises(CommandError, match='--encoding "GB18030"  陈安'):
        told_by_import(page("陈安", "gb18030"))
