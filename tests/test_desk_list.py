"""The desk's list of interviews: all there are, by state and by pages, and what is looked for among them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.models import Assignment, Guest, Interview, Section
from interviews.models.desk.report import report
from interviews.views.desk import interviews as desk_list

from .conftest import NOON
from .newsroom import at_desk
from .test_archive import announced, held
from .test_plan import planned

DAY = timedelta(days=1)


def listed(user, **asked):
    """The headlines of each group that the desk shows, by the group's name."""
    html = page(user, **asked).text
    groups = re.findall(r'<section class="interviews-group" aria-labelledby="group-(\w+)">(.*?)</section>', html, re.S)
    return {name: re.findall(r'<li>\s*<a href="/desk/[^>]*>([^<]*)', rows) for name, rows in groups}


def page(user, status=200, **asked):
    client = at_desk(user)
    answer = client.get("/desk/", asked, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    return answer


@pytest.fixture
def years(lin_yue, chen_an, qiao_mei):
    """Ended in two years, with other guests, in a section inside another."""
    outer = Section.objects.create(name="访谈", slug="talks")
    inner = Section.objects.create(name="河流", slug="rivers", parent=outer)
    held("治水三十年", NOON, lin_yue, chen_an, section=inner)
    held("乡村教师", NOON - DAY, lin_yue, qiao_mei, section=outer)
    held("Rivers and Roads", NOON - 400 * DAY, chen_an, lede="Dongjiang, mile by mile.")


def test_each_interview_stands_in_the_group_of_its_state(years, draft, lin_yue, zhou):
    announced("明天再谈", NOON + DAY, lin_yue)
    announced("正在谈", NOON + DAY, lin_yue).go_live()
    assert listed(zhou) == {
        "live": ["正在谈"],
        "scheduled": ["明天再谈"],
        "drafts": [draft.headline],
        "ended": ["治水三十年", "乡村教师", "Rivers and Roads"],
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "治水"}, ["治水三十年"]),
        ({"q": "陈安"}, ["治水三十年", "Rivers and Roads"]),
        ({"q": "陳安"}, ["治水三十年", "Rivers and Roads"]),
        ({"q": "陈安 RIVERS"}, ["Rivers and Roads"]),
        ({"q": "dongjiang"}, ["Rivers and Roads"]),
        ({"q": "林悦 乔梅"}, ["乡村教师"]),
        ({"q": "河道工程师"}, []),
        ({"q": "陈安", "year": "2026"}, ["治水三十年"]),
        ({"section": "talks"}, ["治水三十年", "乡村教师"]),
        ({"section": "rivers"}, ["治水三十年"]),
        ({"year": "2025"}, ["Rivers and Roads"]),
        ({"q": "", "section": "", "year": "", "page": ""}, ["治水三十年", "乡村教师", "Rivers and Roads"]),
    ],
)
def test_what_is_looked_for_is_found_by_headline_people_section_and_year(years, zhou, asked, found):
    assert listed(zhou, **asked).get("ended", []) == found


def test_staff_find_what_readers_do_not_see_yet(draft, zhou):
    assert listed(zhou, q="没有公布") == listed(zhou, q="林悦") == {"drafts": [draft.headline]}


def test_people_are_found_by_their_name_of_today(years, chen_an, zhou):
    chen_an.name = "陈安之"
    chen_an.save()
    assert listed(zhou, q="陈安之")["ended"] == ["治水三十年", "Rivers and Roads"]


def test_mine_are_those_with_a_role_those_planned_and_those_worked_on(years, interview, draft, sun, zhou, pan):
    assert listed(zhou, mine="on") == listed(sun, mine="on") == {}
    Assignment.objects.create(user=sun, interview=draft, role="typist")
    interview.say(interview.speakers.first(), "您好", by=sun)
    assert listed(sun, mine="on") == {"live": [interview.headline], "drafts": [draft.headline]}
    assert at_desk(zhou).post("/desk/new/", planned(headline="周编的访谈")).status_code == 303
    assert listed(zhou, mine="on") == {"drafts": ["周编的访谈"]}


def test_somebody_with_a_role_in_one_interview_finds_nothing_of_the_others(years, interview, pan):
    Assignment.objects.create(user=pan, interview=interview, role="typist")
    assert listed(pan) == listed(pan, q="陈安") == {"live": [interview.headline]}
    assert listed(pan, q="治水") == {}


@pytest.fixture
def many(monkeypatch, years):
    monkeypatch.setattr(desk_list, "ROWS_SHOWN", 2)


def test_a_long_group_leads_to_all_of_it_by_pages(many, draft, zhou):
    first = page(zhou).text
    assert listed(zhou) == {"drafts": [draft.headline], "ended": ["治水三十年", "乡村教师"]}
    assert 'href="?group=ended">Ended: all 3</a>' in first
    assert "group=drafts" not in first
    assert listed(zhou, group="ended") == {"ended": ["治水三十年", "乡村教师"]}
    assert listed(zhou, group="ended", page=2) == {"ended": ["Rivers and Roads"]}
    assert 'href="?group=ended&amp;page=2"' in page(zhou, group="ended").text


def test_what_is_looked_for_stays_while_one_turns_pages(many, zhou):
    assert "group=ended" not in page(zhou, q="林悦").text, "two fit on one page"
    held("陈安三谈", NOON - 2 * DAY, Guest.objects.get(name="陈安"))
    assert "q=%E9%99%88%E5%AE%89&amp;group=ended" in page(zhou, q="陈安").text
    assert listed(zhou, q="陈安", group="ended", page=2) == {"ended": ["Rivers and Roads"]}


@pytest.mark.parametrize("asked", [{"group": "ended", "page": 9}, {"group": "x"}, {"section": "x"}, {"year": "x"}])
def test_an_address_that_asks_for_what_is_not_there_is_not_found(years, zhou, asked):
    page(zhou, status=404, **asked)


def test_nothing_found_says_so_and_leads_back(years, zhou):
    assert "No interview fits all of this." in page(zhou, q="没有的词").text
    assert "There is no word in this" in page(zhou, status=400, q="……").text


def test_the_list_takes_no_more_queries_with_more_in_it(years, draft, interview, zhou, lin_yue, chen_an):
    announced("明天再谈", NOON + DAY, lin_yue)
    asked = {"q": "林悦", "year": "2026", "section": "talks", "mine": "on"}
    with CaptureQueriesContext(connection) as few, CaptureQueriesContext(connection) as few_found:
        page(zhou)
        page(zhou, **asked)
    for n in range(4):
        held(f"完了{n}", NOON - n * DAY, lin_yue, chen_an, section=Section.objects.get(slug="rivers"))
        announced(f"要谈{n}", NOON + n * DAY, lin_yue)
        Interview.objects.create(headline=f"草稿{n}").seat(chen_an)
    with CaptureQueriesContext(connection) as many, CaptureQueriesContext(connection) as many_found:
        page(zhou)
        page(zhou, **asked)
    assert (len(many), len(many_found)) == (len(few), len(few_found))


def test_what_waits_in_an_interview_is_counted_in_the_list(interview, guest, zhou, sun):
    interview.say(guest, "一", held=True, by=sun)
    said = interview.say(guest, "二")
    said.suggest(version=1, text="贰", speaker=guest, by=sun)
    report(said, text="不是二。", version=said.shown_version)
    assert "3 waiting" in page(zhou).text
    said.reports.get().settle(by=zhou)
    interview.turns.held().get().release(by=zhou)
    assert "1 waiting" in page(zhou).text
