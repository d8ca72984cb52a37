"""Figures of interviews, months and years, against an archive that was counted by hand."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from interviews.exports.spreadsheets import as_csv
from interviews.models import Assignment, Audience, Guest, Interview, Role, Section, Turn
from interviews.models.desk.report import report
from interviews.models.figures.readership_curve import ReadershipCurve
from interviews.models.figures.statistics import Figures, Statistics, WordCount, years_with_interviews
from interviews.views.desk import charts

from .newsroom import at_desk

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


def held(headline, at, *people, zone="Asia/Shanghai", section=None):
    """An interview that is live since then."""
    interview = Interview.objects.create(headline=headline, timezone=zone, section=section)
    for person in people:
        interview.seat(person)
    interview.go_live(at=at)
    return interview


def end(interview, minutes=60):
    interview.end(at=interview.started_at + minutes * MINUTE, waiting="keep")


def read_by(interview, *readers):
    """So many in each minute from its start."""
    for n, count in enumerate(readers):
        Audience.objects.create(interview=interview, minute=interview.started_at + n * MINUTE, readers=count)


def correct(turn, **what):
    return turn.correct(version=turn.version, **what)


@pytest.fixture
def river(db):
    return Section.objects.create(name="河流", parent=Section.objects.create(name="环境"))


@pytest.fixture
def archive(lin_yue, chen_an, qiao_mei, river, zhou, sun):
    """Seven interviews, of which five were held; what is counted by hand stands beside each line."""
    # 31 December in New York, though 1 January in UTC and in Shanghai: 2025
    new_year_s_eve = held("Last", datetime(2026, 1, 1, 4, 30, tzinfo=UTC), lin_yue, chen_an, zone="America/New_York")
    host, guest = new_year_s_eve.speakers.all()
    new_year_s_eve.say(host, "It’s nearly midnight.")  # 3 words
    new_year_s_eve.say(guest, "Well-known, so 3.5 million came.")  # 5 words: well-known so 3.5 million came
    end(new_year_s_eve)
    read_by(new_year_s_eve, 7, 9, 8)  # at peak 9

    # The last second of 2025 in Shanghai
    last_second = held("最后一秒", datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), lin_yue, qiao_mei)
    last_second.say(last_second.speakers.first(), "晚安。")  # 2 words
    end(last_second)

    # 1 January in Shanghai, though still 31 December in UTC: 2026
    first = held("元旦", datetime(2025, 12, 31, 16, 30, tzinfo=UTC), lin_yue, chen_an)
    first.say(first.speakers.last(), "2026年，新年好！")  # 5 words: 2026 年 新 年 好
    end(first)
    read_by(first, 40)

    joint = _joint(lin_yue, chen_an, qiao_mei, river, zhou, sun)
    read_by(joint, 100, 300, 300, 20)

    # May 2026, too, and still live; of the guest there is no turn
    live = held("还在进行", datetime(2026, 5, 31, 15, 0, tzinfo=UTC), lin_yue, chen_an)
    live.say(live.speakers.first(), "欢迎 everybody")  # 3 words

    Interview.objects.create(headline="草稿", starts_at=datetime(2026, 5, 1, tzinfo=UTC)).seat(chen_an)
    scheduled = Interview.objects.create(headline="预告", starts_at=datetime(2026, 5, 2, tzinfo=UTC))
    scheduled.seat(qiao_mei)
    scheduled.announce()
    scheduled.prepare(scheduled.speakers.get(), "等着说的话")
    return {one.headline: one for one in (new_year_s_eve, last_second, first, joint, live)}


def _joint(lin_yue, chen_an, qiao_mei, river, zhou, sun):
    """May 2026, with two guests: 7 published turns, 1 retracted, 12 corrections, 32 words."""
    joint = held("两位嘉宾", datetime(2026, 5, 4, 4, 0, tzinfo=UTC), lin_yue, chen_an, qiao_mei, section=river)
    host, chen, qiao = joint.speakers.all()
    at = [joint.started_at + n * MINUTE for n in range(60)]

    said = joint.say(host, "河水情了。", spoken_at=at[0])
    correct(said, text="河水清了。")  # 1; 4 words
    again = correct(said, text="河水轻了。")  # 2: a correction of a correction
    said.undo(again)  # 3: taken back, which readers see as a correction
    assert correct(said, text="河水清了。") is None  # nothing differs

    moved = joint.say(chen, "GDP 增长 5.2%", spoken_at=at[1])  # 4 words: GDP 增 长 5.2
    correct(moved, spoken_at=at[2])  # 4
    correct(moved, speaker=qiao)  # 5
    moved.grow("还有 COVID-19")  # no correction; + 3 words
    moved.undo(moved.events.last())  # 6; 4 words again
    moved.mark("增长")  # no correction, since nothing of what was said is another
    moved.undo(moved.events.last())

    waiting = joint.say(chen, "等审", held=True, spoken_at=at[3])
    correct(waiting, text="等待审核")  # nobody had seen it
    waiting.release()  # 4 words
    correct(waiting, text="等到审核")  # 7

    queued = joint.prepare(qiao, "准备好的")
    correct(queued, text="早就准备好的")  # nobody had seen it
    queued.release()  # 6 words

    away = joint.say(host, "收回又恢复", spoken_at=at[4])
    away.retract()
    correct(away, text="收回时改过")  # nobody sees it
    away.restore()  # 5 words
    correct(away, text="恢复后改过")  # 8

    gone = joint.say(chen, "这一句不在了", spoken_at=at[5])
    correct(gone, text="这一句不再有了")  # 9: readers had seen it
    gone.retract()  # no turn any more

    declined = joint.say(chen, "没有采用", held=True, spoken_at=at[6])
    declined.decline()
    declined.restore()
    correct(declined, text="还是没有采用")  # nobody had seen it
    declined.decline()

    suggested = joint.say(qiao, "a river, b rivers", spoken_at=at[7])  # 4 words
    suggested.suggest(version=suggested.version, text="a river, two rivers", speaker=qiao, by=sun)
    suggested.suggestions.get().take(version=suggested.version, by=zhou)  # 10; 4 words
    suggested.refresh_from_db()
    suggested.suggest(version=suggested.version, text="rivers", speaker=qiao, by=sun)
    suggested.suggestions.open().get().dismiss(by=zhou)

    both = joint.say(host, "谢谢 两位。Thanks!", spoken_at=at[59])  # 5 words
    correct(both, text="谢谢两位。Many thanks!", speaker=host)  # 11; 6 words
    correct(both, text="谢谢两位。Thanks!", spoken_at=at[58])  # 12: of both at once it is one; 5 words
    end(joint)
    return joint


#                      interviews guests appearances turns words corrections peak
NONE = Figures(0, 0, 0, 0, 0, 0, None)
DECEMBER_2025 = Figures(2, 2, 2, 3, 10, 0, 9)  # 3 + 5 + 2 words
JANUARY_2026 = Figures(1, 1, 1, 1, 5, 0, 40)
MAY_2026 = Figures(2, 2, 3, 8, 35, 12, 300)  # Chen An twice
JOINT = Figures(1, 2, 2, 7, 32, 12, 300)  # 4 + 4 + 4 + 6 + 5 + 4 + 5 words


def test_the_archive_counts_what_was_counted_by_hand(archive):
    assert Statistics(Interview.objects.filter(headline="两位嘉宾")).total == JOINT
    assert Statistics.of_year(2025).months == {date(2025, m, 1): NONE for m in range(1, 12)} | {
        date(2025, 12, 1): DECEMBER_2025
    }
    months = {date(2026, m, 1): NONE for m in range(1, 13)}
    months |= {date(2026, 1, 1): JANUARY_2026, date(2026, 5, 1): MAY_2026}
    assert Statistics.of_year(2026).months == months


def test_of_a_year_the_totals_count_each_guest_once(archive):
    assert Statistics.of_year(2025).total == DECEMBER_2025
    assert Statistics.of_year(2026).total == Figures(3, 2, 4, 9, 40, 12, 300)
    assert Statistics.of_year(2024).total == NONE
    assert Statistics.of_year(2024).months == {}


def test_of_all_years_all_but_the_words_is_counted(archive):
    assert Statistics().years == {
        2025: DECEMBER_2025._replace(words=0),
        2026: Figures(3, 2, 4, 9, 0, 12, 300),
    }
    assert Statistics().total == Figures(5, 2, 6, 12, 0, 12, 300)
    assert years_with_interviews() == [2026, 2025]


def test_sections_are_counted_with_what_stands_in_none_of_them_last(archive, river):
    assert list(Statistics.of_year(2026).sections.items()) == [(river, JOINT), (None, Figures(2, 1, 2, 2, 8, 0, 40))]


def test_who_came_most_often_is_first(archive, chen_an, qiao_mei):
    """Chen An: 元旦 1, 两位嘉宾 1 (等到审核), 还在进行 0 turns. Qiao Mei: three in 两位嘉宾."""
    assert Statistics.of_year(2026).guests == [(chen_an, 3, 2), (qiao_mei, 1, 3)]


def test_the_most_read_interviews_are_first_and_those_nobody_counted_are_left_out(archive):
    read = [(interview.headline, peak) for interview, peak in Statistics.of_year(2026).most_read]
    assert read == [("两位嘉宾", 300), ("元旦", 40)]


def test_guests_that_were_merged_are_one_and_hidden_ones_count(archive, chen_an, qiao_mei):
    Guest.objects.filter(pk=qiao_mei.pk).update(merged_into=chen_an)
    Guest.objects.filter(pk=chen_an.pk).update(hidden=True)
    assert Statistics.of_year(2026).total == Figures(3, 1, 3, 9, 40, 12, 300)
    assert Statistics.of_year(2026).guests == [(chen_an, 3, 5)]


def test_the_annual_report_has_the_columns_of_the_form(archive):
    assert Statistics.of_year(2026).annual_report == {
        "访谈期数（期）": 3,
        "网民留言数量（条）": None,
        "答复网民提问数量（条）": None,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("河水清了", 4),
        ("河水，清了！\n“第二段”", 7),
        ("It’s a well-known, so-called 3.5 % rise.", 6),
        ("It's 10,000 people.", 3),
        ("COVID-19疫情后GDP增长5.2%。", 8),
        ("さくら 서울", 5),
        ("Straße naïve Москва", 3),
        ("第１２条 ＡＢＣ", 4),
        ("end. Next", 2),
        ("—— …… !!! 《》", 0),
        ("𠮷野家", 3),
    ],
)
def test_words_are_chinese_characters_and_what_stands_between_spaces_and_punctuation(db, interview, host, text, words):
    interview.say(host, text)
    assert Turn.objects.values_list(WordCount("text"), flat=True).get() == words


def test_however_many_interviews_there_are_the_questions_to_the_database_are_as_many(archive, zhou):
    def asked():
        desk = at_desk(zhou)
        with CaptureQueriesContext(connection) as queries:
            desk.get("/desk/statistics/?year=2026")
        return len(queries)

    before = asked()
    for n in range(5):
        end(held(f"第{n}个", datetime(2026, 3, 1 + n, tzinfo=UTC), *Guest.objects.all()))
    assert asked() == before


# How an interview went


def test_an_interview_is_told_in_spans_that_few_enough_are_seen(interview, host):
    interview.say(host, "一", spoken_at=interview.started_at + 3 * MINUTE)
    interview.say(host, "二", spoken_at=interview.started_at + 4 * MINUTE)
    interview.say(host, "以前", spoken_at=interview.started_at - MINUTE)
    interview.say(host, "没有了", spoken_at=interview.started_at + 4 * MINUTE).retract()
    read_by(interview, 5, 0, 9, 8, 2)
    end(interview, 110)
    curve = ReadershipCurve(interview)
    assert curve.step == 2 * MINUTE
    spans = [(span.readers, span.turns) for span in curve.spans]
    assert spans[:4] == [(5, 0), (9, 1), (2, 1), (0, 0)]
    assert len(spans) == 56
    assert curve.spans[0].begins == interview.started_at
    assert (curve.peak.readers, curve.peak.minute) == (9, interview.started_at + 2 * MINUTE)


@pytest.mark.parametrize("lasted", [0, 1, 59, 61, 300, 1440, 3000, 60 * 24 * 400])
def test_however_long_it_lasted_there_are_some_spans_and_never_too_many(interview, lasted):
    end(interview, lasted)
    assert 1 <= len(ReadershipCurve(interview).spans) <= 61


def test_an_hour_after_the_end_is_shown_and_the_file_has_the_rest(interview):
    end(interview, 10)
    for after in (10, 60, 500):
        Audience.objects.create(interview=interview, minute=interview.started_at + after * MINUTE, readers=after)
    assert ReadershipCurve(interview).spans[-1].begins == interview.started_at + 60 * MINUTE
    assert [span.readers for span in ReadershipCurve(interview).minutes] == [10, 60, 500]


def test_where_nobody_counted_the_readers_they_are_unknown_and_not_none(interview, host):
    interview.say(host, "说", spoken_at=interview.started_at)
    end(interview, 2)
    curve = ReadershipCurve(interview)
    assert [span.readers for span in curve.spans] == [None, None, None]
    assert curve.minutes == [(interview.started_at, None, 1)]


# The pages


def page(user, address, language="zh-Hans"):
    return at_desk(user).get(address, headers={"Accept-Language": language})


ALL = ["/desk/statistics/", "/desk/statistics/?year=2026", "/desk/statistics.csv", "/desk/statistics.csv?year=2026"]


@pytest.mark.parametrize("address", ALL)
def test_who_runs_all_interviews_sees_the_figures_of_all_and_nobody_else(archive, zhou, gao, sun, hao, pan, address):
    assert [page(user, address).status_code for user in (zhou, gao)] == [200, 200]
    assert [page(user, address).status_code for user in (sun, hao, pan)] == [403, 403, 403]
    assert Client().get(address).status_code == 302
    assert at_desk(zhou).post(address).status_code == 405


def test_who_runs_one_interview_sees_its_figures_alone(archive, pan, sun, zhou):
    mine, other = archive["两位嘉宾"], archive["元旦"]
    Assignment.objects.create(interview=mine, user=pan, role=Role.EDITOR)
    Assignment.objects.create(interview=other, user=pan, role=Role.TYPIST)
    for end in ("statistics/", "statistics.csv"):
        assert page(pan, f"/desk/{mine.slug}/{end}").status_code == 200
        assert page(pan, f"/desk/{other.slug}/{end}").status_code == 403
        assert page(pan, f"/desk/{archive['Last'].slug}/{end}").status_code == 404
        assert page(sun, f"/desk/{mine.slug}/{end}").status_code == 403
        assert page(zhou, f"/desk/nothing/{end}").status_code == 404
        assert Client().get(f"/desk/{mine.slug}/{end}").status_code == 302
        assert at_desk(zhou).post(f"/desk/{mine.slug}/{end}").status_code == 405
    assert page(pan, "/desk/statistics/").status_code == 403


@pytest.mark.parametrize("query", ["year=abc", "year=99999", "year=-1", "year=1e3", "year=2026&table=all", "table=;"])
def test_what_can_not_be_asked_for_is_not_there(archive, zhou, query):
    for address in ("/desk/statistics/", "/desk/statistics.csv"):
        assert page(zhou, f"{address}?{query}").status_code == 404


def test_a_year_without_interviews_says_so(archive, zhou):
    zhou_s = Client(headers={"Accept-Language": "en"})
    zhou_s.force_login(zhou)
    assert "No interview was held in 2031." in zhou_s.get("/desk/statistics/?year=2031").content.decode()
    assert zhou_s.get("/desk/statistics.csv?year=2031&table=interviews").status_code == 200
    Interview.objects.update(status="scheduled", ended_at=None)
    assert "No interview has been held yet." in zhou_s.get("/desk/statistics/").content.decode()


def cells(html, row):
    """The cells of a table's row whose heading begins with `row`."""
    line = html.split(f">{row}", 1)[1].split("</tr>")[0]
    return [cell.split("</td>")[0] for cell in line.split("<td>")[1:]]


def test_the_page_of_a_year_shows_its_figures_and_the_others_years(archive, zhou):
    zhou_s = Client(headers={"Accept-Language": "en"})
    zhou_s.force_login(zhou)
    html = zhou_s.get("/desk/statistics/?year=2026").content.decode()
    assert cells(html, "May 2026") == ["2", "2", "3", "8", "35", "12", "300"]
    assert cells(html, "February 2026") == ["0", "0", "0", "0", "0", "0", "—"]
    assert cells(html, "Total") == ["3", "2", "4", "9", "40", "12", "300"]
    assert cells(html, "环境 › 河流") == ["1", "2", "2", "7", "32", "12", "300"]
    assert cells(html, "在线访谈") == ["3", "—", "—"]
    assert 'href="?year=2025"' in html
    assert "style=" not in html
    years = zhou_s.get("/desk/statistics/").content.decode()
    assert cells(years, '<a href="?year=2025">') == ["2", "2", "2", "3", "0", "9"]


def test_the_page_of_an_interview_shows_its_figures(archive, zhou):
    joint = archive["两位嘉宾"]
    report(joint.turns.first(), text="错了", version=1)
    html = page(zhou, reverse("desk:interview-statistics", args=[joint.slug]), language="en").content.decode()
    facts = [entry.split("</dd>")[0].split("<dd>")[1] for entry in html.split("<dt>")[1:]]
    peak = "300 <small>05-04 12:01</small>"
    assert facts == ["2026-05-04 12:00", "60 minutes", peak, "7", "32", "12", "1", "1"]
    assert cells(html, "陈安") == ["1", "4"]
    assert cells(html, "乔梅") == ["3", "14"]
    assert cells(html, "林悦") == ["3", "14"]


@pytest.fixture
def talk_in_english(archive):
    Interview.objects.update(language="en")


def test_before_it_begins_an_interview_has_no_figures_and_says_so(scheduled, draft, zhou):
    for interview in (scheduled, draft):
        html = page(zhou, reverse("desk:interview-statistics", args=[interview.slug]), language="en").content.decode()
        assert "It has not begun." in html
        assert "<svg" not in html


def test_the_pages_are_linked_for_those_who_may_open_them(archive, zhou, sun, gao):
    assert 'href="/desk/statistics/"' in page(zhou, "/desk/").content.decode()
    assert 'href="/desk/statistics/"' not in page(sun, "/desk/").content.decode()
    assert 'href="/desk/statistics/"' in page(gao, "/admin/").content.decode()
    slug = archive["两位嘉宾"].slug
    assert f'href="/desk/{slug}/statistics/"' in page(zhou, f"/desk/{slug}/").content.decode()


def test_no_interview_takes_the_address_of_the_figures(db):
    assert Interview.objects.create(headline="Statistics").slug != "statistics"


# The files


def read(response):
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_the_months_come_as_a_file_of_numbers(archive, zhou):
    response = page(zhou, "/desk/statistics.csv?year=2026")
    assert response["Content-Disposition"] == 'attachment; filename="statistics-2026-months.csv"'
    heads, *rows = read(response)
    assert len(heads) == 8
    assert len(rows) == 12
    assert rows[0] == ["2026-01", "1", "1", "1", "1", "5", "0", "40"]
    assert rows[1] == ["2026-02", "0", "0", "0", "0", "0", "0", ""]
    assert rows[4] == ["2026-05", "2", "2", "3", "8", "35", "12", "300"]


def test_the_interviews_of_a_year_come_as_a_file_on_their_own_clocks(archive, zhou):
    response = page(zhou, "/desk/statistics.csv?year=2025&table=interviews")
    assert response["Content-Disposition"] == 'attachment; filename="statistics-2025-interviews.csv"'
    new_york, shanghai = read(response)[1:]
    slugs = [archive[headline].get_absolute_url() for headline in ("Last", "最后一秒")]
    about = ["2025-12-31 23:30", "America/New_York", "Last", slugs[0], "", "林悦", "陈安"]
    assert new_york == [*about, "2", "8", "0", "9"]
    about = ["2025-12-31 23:59", "Asia/Shanghai", "最后一秒", slugs[1], "", "林悦", "乔梅"]
    assert shanghai == [*about, "1", "2", "0", ""]


def test_the_years_and_the_annual_report_come_as_files_too(archive, zhou):
    years = read(page(zhou, "/desk/statistics.csv"))
    assert years[1:] == [["2025", "2", "2", "2", "3", "0", "9"], ["2026", "3", "2", "4", "9", "12", "300"]]
    response = page(zhou, "/desk/statistics.csv?year=2026&table=report")
    assert response["Content-Disposition"] == 'attachment; filename="statistics-2026-annual-report.csv"'
    assert read(response) == [["访谈期数（期）", "网民留言数量（条）", "答复网民提问数量（条）"], ["3", "", ""]]


def test_the_minutes_of_an_interview_come_as_a_file(archive, zhou):
    first = archive["元旦"]
    Turn.objects.filter(interview=first).update(spoken_at=first.started_at + 90 * timedelta(seconds=1))
    response = page(zhou, f"/desk/{first.slug}/statistics.csv")
    assert response["Content-Disposition"] == f'attachment; filename="statistics-{first.slug}.csv"'
    assert read(response)[1:] == [["2026-01-01 00:30", "40", "0"], ["2026-01-01 00:31", "0", "1"]]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "－1"])
def test_no_text_in_a_file_is_taken_for_a_formula(formula):
    assert next(csv.reader(io.StringIO(as_csv([formula])[1:]))) == [f"'{formula}"]
    assert as_csv([-1, 0, None, "1-1", "河=水"]) == "\ufeff-1,0,,1-1,河=水\r\n"


def test_a_headline_that_begins_like_a_formula_is_text_in_the_file(archive, zhou):
    Interview.objects.filter(headline="元旦").update(headline='=HYPERLINK("http://evil.example")')
    rows = read(page(zhou, "/desk/statistics.csv?year=2026&table=interviews"))
    assert rows[1][2] == '\'=HYPERLINK("http://evil.example")'


# The charts


def test_the_longest_bar_is_as_long_as_there_is_room_and_the_others_as_they_should_be():
    bars = charts.Bars([("Jan", 50), ("Feb", 0), ("Mar", 100)]).bars
    room = charts.WIDTH - charts.LABEL_WIDTH - charts.VALUE_WIDTH
    assert [bar.width for bar in bars] == [room / 2, 0, room]
    assert [bar.top for bar in bars] == [4, 24, 44]
    assert charts.Bars([("Jan", 0)]).bars[0].width == 0
    assert charts.Bars([]).bars == []


def test_a_line_steps_from_value_to_value():
    panel = charts.Panel([0, 4, 2], top=10, height=100, most_ticks=4)
    step = (charts.WIDTH - charts.AXIS_WIDTH) / 3
    ends = [round(charts.AXIS_WIDTH + n * step, 1) for n in (1, 2, 3)]
    assert panel.line == f"M36 110V110.0H{ends[0]}V10.0H{ends[1]}V60.0H{ends[2]}"
    assert panel.area == f"{panel.line}V110Z"
    assert panel.peak[1:] == (10.0, "4", "middle")
    assert [(y, height) for _, y, _, height in panel.bars] == [(10.0, 100.0), (60.0, 50.0)]


@pytest.mark.parametrize(
    ("most", "ticks"), [(0, "0 1"), (1, "0 1"), (4, "0 1 2 3 4"), (5, "0 2 4"), (1777, "0 500 1000 1500")]
)
def test_ticks_are_few_and_round(most, ticks):
    panel = charts.Panel([most], top=0, height=100, most_ticks=4)
    assert " ".join(tick.label.replace(",", "") for tick in panel.ticks) == ticks
    assert all(0 <= tick.at <= 100 for tick in panel.ticks)


def test_the_times_below_are_few_round_and_none_is_cut_off():
    labels = [f"12:{n:02}" for n in range(60)]
    assert [tick.label for tick in charts.times(labels)] == ["12:00", "12:15", "12:30", "12:45"]
    assert [tick.label for tick in charts.times(["12:00"])] == ["12:00"]
    assert [tick.label for tick in charts.times([*labels, "13:00"])] == ["12:00", "12:15", "12:30", "12:45"]


def test_the_figures_say_when_they_were_counted(archive, zhou, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 6, 1, 4, 0, tzinfo=UTC))
    assert "2026-06-01 12:00" in page(zhou, "/desk/statistics/?year=2026").content.decode()
