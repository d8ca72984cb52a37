"""A transcript as a file: by the links on the page and by manage.py export_interview."""

import io
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from interviews.exports import FORMATS
from interviews.imports import bring_in, parse
from interviews.models import Host, Interview, Photo, Section

from .conftest import NOON
from .test_imports import LIBRARY, RIVER

EVIL = '"><script>alert(1)</script>'


def exported(slug, *options):
    out = io.StringIO()
    call_command("export_interview", slug, *options, stdout=out)
    return out.getvalue()


def downloaded(client, interview, format):
    response = client.get(f"/interviews/{interview.slug}/transcript.{format}")
    assert response.status_code == 200
    return response


@pytest.fixture
def talk(interview, host, guest):
    """Two published turns, and one each of what readers may not read."""
    interview.say(host, "各位好。", spoken_at=NOON)
    turn = interview.say(
        guest, "大家好。\n见https://example.com/a_b。", spoken_at=NOON + timedelta(seconds=7), heading="开场"
    )
    turn.correct(version=1, text="大家都好。\n见https://example.com/a_b。")
    interview.say(guest, "说错了的话", spoken_at=NOON + timedelta(minutes=1), heading="错的要点").retract()
    interview.say(host, "先压一压", held=True)
    interview.say(host, "不要的话", held=True).decline()
    interview.prepare(host, "备好的")
    interview.revise(summary="治河先治岸。")
    return interview


def spoken(transcript):
    return [(turn.spoken_at, turn.label, turn.text) for turn in transcript.turns]


def recorded(interview):
    """The published turns as a page's text can hold them: with times in whole seconds."""
    return [
        (turn.spoken_at.replace(microsecond=0), turn.speaker.label, turn.text)
        for turn in interview.turns.published().select_related("speaker")
    ]


# Text


@pytest.mark.parametrize(("page", "zone"), [(RIVER, "Asia/Shanghai"), (LIBRARY, "Europe/London")], ids=["zh", "en"])
def test_what_was_imported_is_exported_as_it_came(db, page, zone):
    transcript = parse(page, timezone=zone)

    again = parse(exported(bring_in(transcript).slug), timezone=zone)

    assert spoken(again) == spoken(transcript)
    assert (again.headline, again.date, again.section, again.old_id, again.language) == (
        transcript.headline,
        transcript.date,
        transcript.section,
        transcript.old_id,
        transcript.language,
    )
    assert [(seat.label, seat.name, seat.is_host, seat.bio) for seat in again.seats] == [
        (seat.label, seat.name, seat.is_host, seat.bio) for seat in transcript.seats
    ]


def test_an_exported_page_imported_again_is_the_interview_that_is_there(db):
    interview = bring_in(parse(RIVER))

    assert bring_in(parse(exported(interview.slug))) == interview


def test_a_transcript_in_text_looks_like_the_page_it_comes_from(talk):
    talk.section = Section.objects.create(name="访谈直播", parent=Section.objects.create(name="嘉宾访谈"))
    talk.old_id = "0100703200100000"
    talk.save()

    text = exported(talk.slug)

    assert text.startswith(
        "您当前位置:首页 >>嘉宾访谈 >>访谈直播\n\n访谈直播\n\n河水怎样变清\n\n日期:2026-05-04 主持人:林悦\n\n"
        "  • 【12:00:00】\n\n    主持人\n\n    各位好。\n\n  • 【12:00:07】\n\n    陈安\n\n    大家都好。\n    见https"
    )
    assert text.endswith("访谈直播\n\n乔梅\n\n乔梅\n\n教师\n带学生沿河走了三年。\n\n0100703200100000\n")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_interview_typed_at_the_desk_is_read_back_the_same(talk, host, language):
    second = talk.seat(Host.objects.create(name="周行"))
    talk.say(second, "我也问一句。", spoken_at=NOON + timedelta(minutes=2))
    Interview.objects.update(language=language)
    if language == "en":
        talk.speakers.filter(pk=host.pk).update(label="Host")

    again = parse(exported(talk.slug), language=language)

    labels = {"Host": "林悦", "主持人": "林悦"}  # beside a second host the first is called by name
    expected = [(at, labels.get(label, label), text) for at, label, text in recorded(talk)]
    assert spoken(again) == expected


def test_past_midnight_the_date_is_the_first_turns(interview, host):
    late = NOON.replace(hour=15, minute=59)  # 23:59 in Shanghai
    interview.started_at = late
    interview.save()
    for minutes in (2, 3):
        interview.say(host, f"{minutes}", spoken_at=late + timedelta(minutes=minutes))

    assert spoken(parse(exported(interview.slug))) == recorded(interview)


def test_an_interview_without_turns_or_hosts_has_still_a_head(client, db):
    interview = Interview.objects.create(headline="明天再谈", starts_at=NOON)
    interview.announce()

    assert exported(interview.slug) == "明天再谈\n\n日期:2026-05-04\n"


# Markdown


def test_markdown_has_headings_names_times_and_links(talk):
    text = exported(talk.slug, "--format", "md", "--site", "https://talks.example.org")

    assert text.startswith("# 河水怎样变清\n\n- ")
    assert f"<https://talks.example.org/interviews/{talk.slug}/>" in text
    assert (
        "\n\n## 开场\n\n**陈安** 【12:00:07】\n\n大家都好。\n\n见<https://example.com/a_b>。\n\n**陈安** 【12:01"
        in text
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("*a* _b_ `c` [d](e) <f> ~g~ |h| \\", r"\*a\* \_b\_ \`c\` \[d\](e) \<f\> \~g\~ \|h\| " + "\\\\"),
        ("# 一", r"\# 一"),
        ("- 一", r"\- 一"),
        ("+ 一", r"\+ 一"),
        ("1. 一", r"1\. 一"),
        ("2) 一", r"2\) 一"),
        ("---", r"\---"),
        ("===", r"\==="),
        ("> 一", r"\> 一"),
        ("&amp;", r"\&amp;"),
        ("![x](y)", r"\!\[x\](y)"),
        ("2026年", "2026年"),
    ],
)
def test_what_was_typed_is_no_markdown(interview, host, typed, written):
    interview.say(host, typed, spoken_at=NOON)

    assert exported(interview.slug, "--format", "md").endswith(f"\n\n{written}\n")


# JSON


def test_json_says_everything_that_readers_see(talk, chen_an, guest):
    photo = Photo.objects.create(interview=talk, key=uuid.uuid4(), widths=[640], width=640, height=480, alt="岸边")
    turn = talk.turns.get(heading="开场")
    turn.correct(version=turn.version, photos=[photo])

    data = json.loads(exported(talk.slug, "--format", "json", "--site", "https://talks.example.org"))

    page = f"https://talks.example.org/interviews/{talk.slug}/"
    assert data["format"] == "fangtan-transcript/1"
    assert data["interview"] == {
        "headline": "河水怎样变清",
        "url": page,
        "language": "zh-Hans",
        "timezone": "Asia/Shanghai",
        "status": "live",
        "starts_at": "2026-05-04T12:00:00+08:00",
        "started_at": "2026-05-04T12:00:00+08:00",
        "ended_at": None,
        "lede": "两位嘉宾谈东河。",
        "summary": "",
        "section": [],
        "publishers": [],
        "old_id": None,
    }
    assert data["speakers"][1] == {
        "id": guest.pk,
        "role": "guest",
        "label": "陈安",
        "name": "陈安",
        "title": "河道工程师",
        "organisation": "东河水务",
        "bio": {"zh-Hans": "修了二十年河。", "en": ""},
        "url": "https://talks.example.org/guests/chen-an/",
    }
    assert [turn.get("paragraphs") for turn in data["turns"]] == [
        ["各位好。"],
        ["大家都好。", "见https://example.com/a_b。"],
        None,
    ]
    assert data["turns"][1] | {"paragraphs": []} == {
        "id": turn.pk,
        "url": f"{page}#turn-{turn.pk}",
        "speaker": guest.pk,
        "spoken_at": "2026-05-04T12:00:07+08:00",
        "corrected_at": turn.corrected_at.astimezone(talk.tz).isoformat(),
        "heading": "开场",
        "paragraphs": [],
        "photos": [{"url": f"https://talks.example.org{photo.url}", "alt": "岸边", "width": 640, "height": 480}],
    }


def test_of_a_retracted_turn_json_says_only_when(talk):
    turn = talk.turns.get(text="说错了的话")

    last = json.loads(exported(talk.slug, "--format", "json"))["turns"][-1]

    assert last == {"retracted_at": turn.retracted_at.astimezone(talk.tz).isoformat()}


# HTML


def test_html_is_one_file_that_needs_and_runs_nothing(talk, client):
    photo = Photo.objects.create(interview=talk, key=uuid.uuid4(), widths=[640], width=640, height=480, alt="岸边")
    turn = talk.turns.get(heading="开场")
    turn.correct(version=turn.version, photos=[photo])

    html = downloaded(client, talk, "html").content.decode()

    assert html.startswith('<!doctype html>\n<html lang="zh-hans">')
    assert not re.search("<script|<iframe|stylesheet| on[a-z]+=|javascript:", html)
    assert re.findall(r'src="([^"]*)"', html) == [f"http://testserver{photo.url}"]
    assert all(re.match("http|#", address) for address in re.findall(r'href="([^"]*)"', html))
    words = " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.S)).split())
    assert "【12:00:00】 主持人 各位好。 开场 【12:00:07】 陈安" in words


def test_in_html_what_was_typed_is_text(interview, host, client, lin_yue):
    interview.revise(headline=f"标题{EVIL}", lede=f"导语{EVIL}")
    lin_yue.name = f"名{EVIL}"
    lin_yue.save()
    interview.say(host, f"问{EVIL}", heading=f"节{EVIL}")

    html = downloaded(client, interview, "html").content.decode()

    assert "<script" not in html
    for expected in ("标题", "导语", "名", "问", "节"):
        assert f"{expected}&quot;&gt;&lt;script" in html


# Every format


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_has_what_readers_may_not_read(talk, client, format):
    text = downloaded(client, talk, format).content.decode()

    assert "各位好。" in text
    assert not re.search("说错了的话|错的要点|先压一压|不要的话|备好的|大家好|治河先治岸", text)


@pytest.mark.parametrize("format", ["md", "json", "html"])
def test_the_summary_is_in_it_after_the_end(talk, client, format):
    talk.end(waiting="keep")

    assert "治河先治岸。" in downloaded(client, talk, format).content.decode()


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_has_its_type_and_the_headlines_name(talk, client, format):
    response = downloaded(client, talk, format)

    kinds = {"txt": "text/plain", "md": "text/markdown", "json": "application/json", "html": "text/html"}
    assert response["Content-Type"] == f"{kinds[format]}; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    name = "2026-05-04%20%E6%B2%B3%E6%B0%B4%E6%80%8E%E6%A0%B7%E5%8F%98%E6%B8%85"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}.{format}"


def test_a_headline_makes_no_path_and_no_header(talk, client):
    talk.revise(headline='../a/b\\c: "d"\r\nX: y. ' + "长" * 150)

    name = downloaded(client, talk, "txt")["Content-Disposition"]

    assert not re.search(r'[/\\\r\n:]|"d"|%2F|%5C|%0A', name)
    assert len(name) < 900


@pytest.mark.parametrize("format", ["pdf", "TXT", "txt.exe", "__init__"])
def test_a_format_that_is_none_is_not_found(talk, client, format):
    assert client.get(f"/interviews/{talk.slug}/transcript.{format}").status_code == 404


def test_the_ended_page_offers_every_format(talk, client):
    address = talk.get_absolute_url()
    assert f"{address}transcript." not in client.get(address).content.decode()

    talk.end(waiting="keep")

    html = client.get(address).content.decode()
    for format in FORMATS:
        assert f'href="{address}transcript.{format}"' in html


# The command


def test_to_a_file_it_writes_what_it_prints(talk, tmp_path):
    file = tmp_path / "河水.txt"
    file.write_text("old")

    assert exported(talk.slug, "-o", str(file)) == ""

    assert file.read_text() == exported(talk.slug)
    assert [path.name for path in tmp_path.iterdir()] == ["河水.txt"]


def test_to_a_device_it_writes_as_well(talk):
    assert exported(talk.slug, "-o", "/dev/null") == ""
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("output", ["nowhere/file.txt", "taken", "file.txt/below"])
def test_where_nothing_can_be_written_it_says_so_and_changes_nothing(talk, tmp_path, output):
    (tmp_path / "file.txt").write_text("old")
    (tmp_path / "taken").mkdir()

    with pytest.raises(CommandError, match=f"{output}: [A-Z]"):
        exported(talk.slug, "-o", str(tmp_path / output))

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file.txt", "taken"]
    assert (tmp_path / "file.txt").read_text() == "old"


def test_a_disk_that_is_full_at_the_last_moment_leaves_the_old_file(talk, tmp_path, monkeypatch):
    file = tmp_path / "old.txt"
    file.write_text("old")

    def full(*_):
        assert file.read_text() == "old"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CommandError, match="old.txt: No space left on device"):
        exported(talk.slug, "-o", str(file))

    assert [path.name for path in tmp_path.iterdir()] == ["old.txt"]


def test_an_interview_that_is_not_there_is_an_error(db, tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("old")

    with pytest.raises(CommandError, match="There is no interview “nothing”"):
        exported("nothing", "-o", str(file))

    assert file.read_text() == "old"


def test_a_draft_is_never_exported(draft):
    with pytest.raises(CommandError, match="is a draft"):
        exported(draft.slug)


def test_a_format_that_is_none_is_an_error(talk):
    with pytest.raises(CommandError, match="choose from"):
        exported(talk.slug, "--format", "pdf")


def test_times_are_on_the_interviews_own_clock(talk):
    talk.timezone = "Europe/London"
    talk.save()

    assert "【05:00:00】" in exported(talk.slug)
    at = json.loads(exported(talk.slug, "--format", "json"))["turns"][0]["spoken_at"]
    assert at == datetime.fromisoformat("2026-05-04T05:00:00+01:00").isoformat()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("minutes", [[10, 40, 70, 100, 130], [0, 90], [75], [40, 40, 100], [5, 240, 245]])
@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Europe/London", "2025-10-26T00:00+00:00"),
        ("Europe/London", "2025-03-30T00:30+00:00"),
        ("America/New_York", "2025-11-02T05:00+00:00"),
        ("Australia/Lord_Howe", "2025-04-05T14:30+00:00"),
        ("America/Santiago", "2025-04-06T02:00+00:00"),
        ("America/Santiago", "2025-09-07T03:30+00:00"),
        ("Asia/Tehran", "2021-09-21T18:30+00:00"),
        ("Africa/Casablanca", "2025-02-23T01:00+00:00"),
        ("Pacific/Apia", "2011-12-30T09:20+00:00"),
    ],
)
def test_a_night_on_which_clocks_are_changed_comes_back_as_it_was(interview, guest, zone, begins, minutes, language):
    interview.revise(timezone=zone, language=language)
    times = [datetime.fromisoformat(begins) + timedelta(minutes=n, seconds=7) for n in minutes]
    for at in times:
        interview.say(guest, f"At {at}.", spoken_at=at)
    again = parse(exported(interview.slug), timezone=zone, language=language)
    assert [(turn.spoken_at.astimezone(UTC), turn.text) for turn in again.turns] == [(at, f"At {at}.") for at in times]
