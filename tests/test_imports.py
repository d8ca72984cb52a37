import io
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from interviews.imports import TranscriptError, bring_in, parse
from interviews.models import Event, Guest, Host, Interview, Section, Turn

TRANSCRIPTS = Path(__file__).parent / "transcripts"
RIVER = (TRANSCRIPTS / "river.txt").read_text()
LIBRARY = (TRANSCRIPTS / "library.txt").read_text()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def page(tmp_path):
    """A file of that text."""

    def written(text, encoding="utf-8"):
        path = tmp_path / "page.txt"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def run(*args):
    out = io.StringIO()
    call_command("import_transcript", *map(str, args), stdout=out)
    return out.getvalue().strip()


def imported(*args):
    return Interview.objects.get(slug=run(*args))


def clocks(interview):
    return [f"{turn.spoken_at.astimezone(interview.tz):%d %H:%M:%S}" for turn in interview.turns.all()]


def problems(text):
    with pytest.raises(TranscriptError) as caught:
        parse(text)
    return [str(problem) for problem in caught.value.problems]


def number(words, text=RIVER):
    """The line that these words stand in."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_page_becomes_an_ended_interview_with_everything_it_has():
    interview = imported(TRANSCRIPTS / "river.txt")
    assert interview.headline == "两位嘉宾谈东河怎样变清"
    assert [section.name for section in interview.section.path] == ["会客厅", "河边谈话"]
    assert (interview.status, interview.language, interview.timezone) == ("ended", "zh-hans", "Asia/Shanghai")
    assert interview.old_id == "20260504000000000000000000000007"
    assert [(speaker.label, speaker.person.name, speaker.is_host) for speaker in interview.speakers.all()] == [
        ("主持人", "林悦", True),
        ("陈安", "陈安", False),
        ("乔梅", "乔梅", False),
    ]
    assert clocks(interview) == ["04 19:30:05", "04 19:30:40", "04 19:31:12", "04 19:33:00", "04 19:33:20"]
    assert [turn.speaker.label for turn in interview.turns.all()] == ["主持人", "陈安", "主持人", "乔梅", "主持人"]
    assert interview.started_at.astimezone(interview.tz).isoformat() == "2026-05-04T19:30:05+08:00"
    assert interview.ended_at.astimezone(interview.tz).isoformat() == "2026-05-04T19:33:20+08:00"


def test_not_a_letter_of_the_turns_is_lost():
    interview = imported(TRANSCRIPTS / "river.txt")
    spoken = [f"• 【{clock[3:]}】 {turn}" for clock, turn in zip(clocks(interview), whole(interview), strict=True)]
    page = RIVER[RIVER.index("  • 【19:30:05】") : RIVER.rindex("河边谈话\n\n陈安")]
    assert re.sub(r"\s", "", "".join(spoken)) == re.sub(r"\s", "", page)
    assert [len(turn.paragraphs) for turn in interview.turns.all()] == [1, 3, 1, 4, 1]


def whole(interview):
    return [f"{turn.speaker.label}{turn.text}" for turn in interview.turns.all()]


def test_a_card_gives_the_bio_and_if_it_is_one_line_the_title_of_that_day():
    interview = imported(TRANSCRIPTS / "river.txt")
    assert interview.speakers.get(label="陈安").title == "东河水务总工程师"
    assert Guest.objects.get(name="陈安").bio == "东河水务总工程师。"
    assert interview.speakers.get(label="乔梅").title == ""
    assert Guest.objects.get(name="乔梅").bio == "河边中学教师。\n带学生沿河走了三年。"


def test_it_is_made_by_the_verbs_so_that_the_log_tells_it_all(zhou):
    interview = bring_in(parse(RIVER), by=zhou)
    assert list(interview.events.values_list("kind", flat=True)) == ["started", *["said"] * 5, "ended"]
    assert set(interview.events.values_list("user", flat=True)) == {zhou.pk}


def test_the_english_form_without_cards_takes_every_name_as_a_guest():
    interview = imported(TRANSCRIPTS / "library.txt", "--timezone", "Europe/London")
    assert (interview.headline, interview.language, interview.old_id) == ("Night at the library", "en", None)
    assert [section.name for section in interview.section.path] == ["Interviews"]
    assert [(speaker.label, speaker.is_host) for speaker in interview.speakers.all()] == [
        ("Host", True),
        ("Omar Reyes", False),
    ]
    assert interview.started_at.isoformat() == "2026-03-02T23:58:00+00:00"


def test_past_midnight_is_the_next_day():
    assert clocks(imported(TRANSCRIPTS / "library.txt")) == ["02 23:58:00", "02 23:59:00", "03 00:03:00"]


def test_a_host_may_speak_under_the_name_as_well():
    interview = imported(TRANSCRIPTS / "library.txt")
    assert interview.turns.last().speaker == interview.speakers.get(label="Host")


def test_a_host_whom_the_page_always_names_is_shown_by_name():
    interview = bring_in(parse(LIBRARY.replace("Host\n", "Ann Lee\n")))
    assert interview.speakers.first().label == "Ann Lee"


def test_of_several_hosts_the_first_has_the_role():
    text = RIVER.replace("主持人:林悦", "主持人:林悦、何平").replace("主持人\n\n    感谢", "何平\n\n    感谢")
    interview = bring_in(parse(text))
    assert [speaker.label for speaker in interview.speakers.filter(host__isnull=False)] == ["主持人", "何平"]
    assert interview.turns.last().speaker.person.name == "何平"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(":", "："),
        lambda text: text.replace("【", "[").replace("】", "]"),
        lambda text: text.replace("【", "［").replace("】", "］"),
        lambda text: text.replace("  • ", ""),
        lambda text: text.replace("  • ", "•\n"),
        lambda text: re.sub(r"\n\s*\n+", "\n", text),
        lambda text: "".join(line.strip() + "\n" for line in text.splitlines()),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("    主持人", "    主持人:"),
        lambda text: text.replace("    陈安\n\n", "    陈安:"),
        lambda text: text.replace("】\n\n    主持人", "】 主持人"),
        lambda text: text.replace("2026-05-04", "2026年5月4日"),
        lambda text: text.replace("2026-05-04 主持人", "2026/05/04\n主持人"),
        lambda text: text.replace("\n\n陈安\n\n陈安", "\n\n陈安"),
        lambda text: text.replace("首页 >>会客厅 >>", "首页 > 会客厅 > "),
        lambda text: text.replace("东河水务总工程师。\n\n河边谈话", "东河水务总工程师。"),
        lambda text: text.replace("\n\n河边谈话\n\n两位", "\n\n两位"),
        lambda text: text.replace("    乔梅", "\u200b 乔梅\u200b").replace("\n\n  • 【19:31", "\n\u200b\n【19:31"),
    ],
)
def test_the_same_page_written_another_way_is_the_same_transcript(change):
    assert change(RIVER) != RIVER
    text = change(RIVER)
    assert parse(text) == parse(RIVER if "：" not in text else RIVER.replace("笔记:", "笔记："))


def test_without_breadcrumb_the_line_above_the_headline_is_the_section():
    transcript = parse(RIVER.partition("\n")[2])
    assert (transcript.section, transcript.headline) == (("河边谈话",), "两位嘉宾谈东河怎样变清")
    assert len(transcript.seats) == 3


def test_without_any_section_a_name_that_stands_twice_begins_the_cards():
    text = RIVER.partition("\n")[2].replace("河边谈话\n", "")
    transcript = parse(text)
    assert transcript.section == ()
    assert [seat.bio for seat in transcript.seats] == ["", "东河水务总工程师。", "河边中学教师。\n带学生沿河走了三年。"]
    assert transcript.paragraphs == 10
    assert bring_in(transcript).section is None


def test_a_sentence_that_is_said_twice_begins_no_card():
    text = re.sub(r"  • 【19:33:20】.*", "\n20260504000000000000000000000007", RIVER, flags=re.S)
    assert parse(text).turns[-1].text.endswith("谢谢。\n谢谢。")


def test_without_old_id_the_page_has_none():
    assert parse(RIVER.rpartition("\n")[0]).old_id == ""


def test_the_same_file_again_changes_nothing_and_prints_the_slug_again():
    slug = run(TRANSCRIPTS / "river.txt")
    events = Event.objects.count()
    assert run(TRANSCRIPTS / "river.txt") == slug
    assert (Interview.objects.count(), Turn.objects.count(), Event.objects.count()) == (1, 5, events)
    assert Guest.objects.count() + Host.objects.count() == 3


def test_the_same_file_without_old_id_again_changes_nothing():
    assert run(TRANSCRIPTS / "library.txt") == run(TRANSCRIPTS / "library.txt")
    assert Interview.objects.count() == 1


def test_what_the_desk_corrected_since_stays_when_the_file_comes_again():
    interview = imported(TRANSCRIPTS / "library.txt")
    interview.turns.first().correct(version=1, text="Good night.")
    interview.revise(headline="Nights at the library")
    assert imported(TRANSCRIPTS / "library.txt") == interview
    assert interview.turns.first().text == "Good night."


@pytest.mark.parametrize("changed", [RIVER.replace("看得见鱼", "看不见鱼"), RIVER.replace("总工程师", "副总工程师")])
def test_a_changed_file_with_the_same_old_id_is_refused(page, changed):
    slug = run(TRANSCRIPTS / "river.txt")
    with pytest.raises(CommandError, match=f"here already, as {slug}, and differs"):
        run(page(changed))
    assert Interview.objects.count() == 1
    assert "看得见鱼" in Interview.objects.get().turns.get(speaker__label="乔梅").text


def test_a_changed_file_without_old_id_is_known_by_headline_and_date(page):
    run(TRANSCRIPTS / "library.txt")
    with pytest.raises(CommandError, match="differs"):
        run(page(LIBRARY.replace("people asked", "people cried")))
    assert run(page(LIBRARY.replace("2026-03-02", "2026-03-09")))
    assert Interview.objects.count() == 2


def test_pages_with_old_ids_of_their_own_may_share_headline_and_date(page):
    run(TRANSCRIPTS / "river.txt")
    run(page(RIVER[:-1] + "8"))
    assert Interview.objects.count() == 2


def test_people_who_are_known_are_met_again_and_keep_their_bio(lin_yue, chen_an, page):
    interview = imported(TRANSCRIPTS / "river.txt")
    assert [speaker.person for speaker in interview.speakers.all()][:2] == [lin_yue, chen_an]
    chen_an.refresh_from_db()
    assert (chen_an.bio, chen_an.title) == ("修了二十年河。", "河道工程师")


def test_a_namesake_with_another_post_is_somebody_else(chen_an):
    interview = bring_in(parse(RIVER.replace("东河水务总工程师", "西城医院医生")))
    assert interview.speakers.get(label="陈安").person != chen_an


def test_of_two_namesakes_none_is_guessed_at():
    for _ in range(2):
        Guest.objects.create(name="乔梅")
    known = {*Guest.objects.all()}
    assert bring_in(parse(RIVER)).speakers.get(label="乔梅").person not in known


def test_a_section_that_is_there_is_used_again():
    there = Section.objects.create(name="河边谈话", parent=Section.objects.create(name="会客厅"))
    assert imported(TRANSCRIPTS / "river.txt").section == there


def test_a_dry_run_tells_what_would_be_imported_and_imports_nothing():
    told = run(TRANSCRIPTS / "river.txt", "--dry-run")
    for words in (
        "东河怎样变清",
        "2026-05-04",
        "会客厅 > 河边谈话",
        "主持人 (林悦), 陈安, 乔梅",
        "turns: 5",
        "paragraphs: 10",
    ):
        assert words in told
    assert not Interview.objects.exists()


def test_standard_input_is_a_file_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(RIVER.encode())))
    assert run("-") == Interview.objects.get().slug


def test_the_language_may_be_said():
    assert imported(TRANSCRIPTS / "library.txt", "--language", "zh-hans").language == "zh-hans"


def test_a_zone_that_is_none_is_refused():
    with pytest.raises(CommandError, match="not a time zone"):
        run(TRANSCRIPTS / "river.txt", "--timezone", "Moon/Sea")


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="nowhere.txt: No such file"):
        run("nowhere.txt")


def test_a_time_that_is_none_names_its_line_and_imports_nothing(page):
    with pytest.raises(CommandError) as told:
        run(page(RIVER.replace("19:31:12", "25:61:00")))
    assert str(told.value) == f'line {number("19:31:12")}: "• 【25:61:00】" is not a time'
    assert not Interview.objects.exists()
    assert not Guest.objects.exists()


@pytest.mark.parametrize("clock", ["19;31;12", "19时31分", "19:31:1", "19:3l", "7:31 pm"])
def test_a_time_that_is_mistyped_is_no_paragraph(clock):
    assert problems(RIVER.replace("19:31:12", clock)) == [f'line {number("19:31:12")}: "• 【{clock}】" is not a time']


def test_a_time_a_little_earlier_is_a_mistake():
    assert problems(RIVER.replace("19:33:00", "19:03:00")) == [
        f'line {number("19:33:00")}: "• 【19:03:00】" is earlier than the time before it'
    ]


def test_a_speaker_who_is_nobody_is_told_with_the_nearest_names():
    text = RIVER.replace("    陈安\n", "    陈安总工\n")
    assert problems(text) == [f'line {number("陈安")}: "陈安总工" has no card on this page: is it 陈安?']


def test_a_speaker_unlike_everybody_is_told_with_all_names():
    (problem,) = problems(RIVER.replace("    陈安\n", "    王五\n"))
    assert problem.endswith('"王五" has no card on this page, where these speak: 主持人, 陈安, 乔梅')


def test_a_host_without_a_name_is_told():
    text = RIVER.replace(" 主持人:林悦", "")
    assert f'line {number("主持人", text)}: "主持人" speaks, but no name is given beside the date' in problems(text)


def test_a_paragraph_where_the_name_should_be_is_no_name():
    (problem,) = problems(LIBRARY.replace("Omar Reyes\nBecause people asked.", "Why not, people said!"))
    assert problem == 'line 12: "Why not, people said!" is not a name'


def test_a_card_that_stands_twice_is_told():
    (problem,) = problems(RIVER.replace("乔梅\n\n乔梅", "陈安\n\n陈安").replace("    乔梅", "    陈安"))
    assert problem.endswith('"陈安" has a seat already')


@pytest.mark.parametrize("day", ["2026-02-30", "04-05-2026", "yesterday", "0026-05-04", "2026-05-04 来源:晚报"])
def test_a_date_that_is_none_is_told(day):
    assert problems(RIVER.replace("2026-05-04", day)) == [f'line {number("日期")}: "{day}" is not a date']


def test_a_page_without_a_date_is_told():
    assert problems(RIVER.replace("日期:2026-05-04 主持人:林悦", ""))[0].startswith("There is no date")


def test_a_page_without_a_headline_is_told():
    text = "日期:2026-05-04 主持人:林悦\n【12:00】\n主持人\n好。"
    assert problems(text) == ["There is no headline: it stands above the date."]


@pytest.mark.parametrize("text", ["", "会客厅\n\n日期:2026-05-04 主持人:林悦", "20260504000000000000000000000007"])
def test_a_page_without_turns_is_told(text):
    assert problems(text)[0].startswith("There is no turn")


def test_an_empty_turn_is_told():
    text = RIVER.replace("乔老师带学生走了三年河,有什么变化?", "")
    assert problems(text) == [f'line {number("19:31:12")}: "• 【19:31:12】" has a speaker who says nothing']


def test_a_time_without_a_speaker_is_told():
    text = RIVER.replace("主持人\n\n    乔老师带学生走了三年河,有什么变化?", "")
    assert problems(text) == [f'line {number("19:31:12")}: "• 【19:31:12】" has no speaker']


def test_a_text_before_the_first_time_is_told():
    text = RIVER.replace("林悦\n", "林悦\n本报讯\n")
    assert problems(text) == [f'line {number("本报讯", text)}: "本报讯" stands before the first time']


def test_a_line_with_no_place_is_told():
    text = RIVER.replace("两位嘉宾谈东河怎样变清\n", "两位嘉宾谈东河怎样变清\n副题\n")
    assert problems(text) == [
        f'line {number("副题", text)}: "副题" has no place: the line before the date is the headline'
    ]


@pytest.mark.parametrize(
    ("short", "long"),
    [("两位嘉宾谈东河怎样变清", "清" * 201), ("林悦", "林" * 101), ("大家好。", "好" * 20_001), ("会客厅", "厅" * 101)],
)
def test_what_is_too_long_is_told(short, long):
    (problem,) = problems(RIVER.replace(short, long))
    assert "is longer than" in problem
    assert len(problem) < 200


def test_all_mistakes_of_a_file_are_told_at_once():
    text = RIVER.replace("19:33:20", "19:99:20").replace("2026-05-04", "2026-13-04").replace("    乔梅", "    桥梅")
    assert [problem.split(":")[0] for problem in problems(text)] == [
        f"line {number(words)}" for words in ("日期", "    乔梅", "19:33:20")
    ]


def test_after_a_restored_backup_every_interview_gets_an_epoch_of_its_own(interview, draft):
    epochs = {*Interview.objects.values_list("epoch", flat=True)}
    out = io.StringIO()
    call_command("new_epoch", stdout=out)
    assert out.getvalue().strip() == "2"
    assert len(epochs | {*Interview.objects.values_list("epoch", flat=True)}) == 4


# Nights on which clocks are changed

NIGHT = "A night\n\nDate: {day} Host: Ann Lee\n\n{turns}\n"


def night(day, *clocks):
    return NIGHT.format(day=day, turns="\n\n".join(f"[{clock}]\n\nHost\n\nAt {clock}." for clock in clocks))


def read(text, zone):
    return [turn.spoken_at.isoformat()[5:] for turn in parse(text, timezone=zone).turns]


@pytest.mark.parametrize(
    ("zone", "day", "clocks", "moments"),
    [
        (
            "Europe/London",
            "2025-10-26",
            ["01:10:05", "01:40:05", "01:10:05", "01:40:05", "02:10"],
            ["01:10:05+01:00", "01:40:05+01:00", "01:10:05+00:00", "01:40:05+00:00", "02:10:00+00:00"],
        ),
        ("America/New_York", "2025-11-02", ["01:59", "01:00"], ["01:59:00-04:00", "01:00:00-05:00"]),
        ("Australia/Lord_Howe", "2025-04-06", ["01:45", "01:31"], ["01:45:00+11:00", "01:31:00+10:30"]),
    ],
)
def test_in_the_hour_put_back_the_order_tells_which_is_meant(zone, day, clocks, moments):
    assert read(night(day, *clocks), zone) == [f"{day[5:]}T{moment}" for moment in moments]


def test_an_offset_beside_the_time_tells_it_where_the_order_can_not():
    text = night("2025-10-26", "00:50", "01:10 UTC+00:00", "01:20")
    assert read(text, "Europe/London") == ["10-26T00:50:00+01:00", "10-26T01:10:00+00:00", "10-26T01:20:00+00:00"]


@pytest.mark.parametrize(
    ("zone", "day", "clocks", "moments"),
    [
        (
            "America/Santiago",
            "2025-04-05",
            ["23:40", "23:10", "00:05"],
            ["05T23:40-03:00", "05T23:10-04:00", "06T00:05-04:00"],
        ),
        ("America/Santiago", "2025-09-06", ["23:59", "01:00"], ["06T23:59-04:00", "07T01:00-03:00"]),
        ("Pacific/Apia", "2011-12-29", ["23:50", "00:10"], ["29T23:50-10:00", "31T00:10+14:00"]),
    ],
)
def test_such_a_night_may_go_past_midnight(zone, day, clocks, moments):
    assert [at[3:11] + at[14:] for at in read(night(day, *clocks), zone)] == moments


@pytest.mark.parametrize(
    ("zone", "day", "clocks", "told"),
    [
        ("Europe/London", "2025-03-30", ["00:59:50", "01:30:00", "02:00:10"], ("2025-03-30", "00:59:59", "02:00:00")),
        ("America/New_York", "2025-03-09", ["02:30:00"], ("2025-03-09", "01:59:59", "03:00:00")),
        ("Asia/Tehran", "2022-03-21", ["23:59:00", "00:30:00"], ("2022-03-22", "23:59:59", "01:00:00")),
    ],
)
def test_a_time_that_is_left_out_is_told_by_line_and_never_moved(zone, day, clocks, told):
    text = night(day, *clocks)
    with pytest.raises(TranscriptError) as caught:
        parse(text, timezone=zone)
    [problem] = caught.value.problems
    wrong = clocks[-1] if zone != "Europe/London" else "01:30:00"
    assert (problem.line, problem.text) == (number(f"[{wrong}]", text), f"[{wrong}]")
    assert all(words in problem.message for words in told)


def test_what_goes_back_more_than_a_clock_does_is_a_mistake_on_that_night_too():
    with pytest.raises(TranscriptError, match='line 11: "\\[00:50\\]" is earlier than the time before it'):
        parse(night("2025-10-26", "01:10", "00:50"), timezone="Europe/London")
    with pytest.raises(TranscriptError, match="is earlier"):
        parse(night("2025-10-26", "01:40", "01:10", "01:05"), timezone="Europe/London")
    with pytest.raises(TranscriptError, match="another offset"):
        parse(night("2025-10-26", "02:40 UTC+01:00"), timezone="Europe/London")


@pytest.mark.django_db
def test_a_long_page_is_brought_in_by_as_many_statements_as_a_short_one():
    counted = []
    for many in (3, 100):
        turns = "".join(f"【15:{n // 60:02}:{n % 60:02}】\n主持人\n第{n}句。\n" for n in range(many))
        page = f"河水怎样变清{many}\n日期:2026-05-04 主持人:林悦\n{turns}"
        with CaptureQueriesContext(connection) as queries:
            bring_in(parse(page))
        counted.append(len(queries))
    assert counted[0] >= counted[1]
