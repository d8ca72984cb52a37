"""What is left to do when an interview is over stands in one place at its desk."""

import re

import pytest

from interviews.models.desk.report import report

from .newsroom import JSON, address, at_desk

DONE = "Nothing waits any more, and nothing is missing."


def left(user, interview):
    """The lines that the desk shows, each with where it leads; None if it shows nothing of the kind."""
    html = at_desk(user).get(address("interview", interview), headers={"Accept-Language": "en"}).text
    [part] = re.findall(r'<div data-part="left">(.*?)</div>', html, re.S)
    if DONE in part:
        return {}
    lines = re.findall(r"<li>(.*?)</li>", part)
    return {
        re.sub("<[^>]*>", "", line).removesuffix(" Add it"): re.search(r'href="([^"]*)"', line)[1] for line in lines
    } or None


@pytest.fixture
def photographed(interview):
    for seat in interview.speakers.exclude(guest=None):
        type(seat.guest).objects.filter(pk=seat.guest_id).update(photo="people/somebody.jpg")


def test_before_the_end_nothing_is_said_of_it(interview, draft, guest, zhou):
    interview.prepare(guest, "以后说")
    assert left(zhou, interview) is left(zhou, draft) is None


def test_what_waits_and_what_is_missing_is_listed_with_the_way_there(interview, host, guest, zhou, sun):
    said = [interview.say(guest, text) for text in ("一共种了九百棵树。", "后来就清了。")]
    held = [interview.say(guest, "先压着。", held=True) for _ in range(2)]
    prepared = interview.prepare(host, "还想问一句。")
    said[1].suggest(version=1, text="后来清了。", speaker=guest, by=sun)
    told = report(said[0], text="是八百", version=said[0].shown_version)
    interview.end(waiting="keep")
    edit = address("edit", interview)
    assert left(zhou, interview) == {
        "2 turns await review": f"#turn-{held[0].pk}",
        "1 suggested correction is undecided": f"#turn-{said[1].pk}",
        "1 prepared turn was not published": f"#turn-{prepared.pk}",
        "1 reader’s report is open": f"#report-{told.pk}",
        "There is no summary": f"{edit}#id_summary",
        "There is no photo of 陈安": f"{edit}#guests",
        "There is no photo of 乔梅": f"{edit}#guests",
    }


def test_what_has_been_done_is_left_no_more(interview, guest, zhou, photographed):
    held, prepared = interview.say(guest, "先压着。", held=True), interview.prepare(guest, "以后说")
    interview.end(waiting="keep")
    held.release(by=zhou)
    prepared.decline(by=zhou)
    assert left(zhou, interview) == {"There is no summary": address("edit", interview) + "#id_summary"}
    interview.revise(summary="东河清了。", by=zhou)
    assert left(zhou, interview) == {}


def test_an_open_desk_is_told_what_is_left_as_it_changes(interview, guest, zhou, photographed):
    held = interview.say(guest, "先压着。", held=True)
    interview.end(waiting="keep")
    interview.revise(summary="东河清了。")
    before, cursor = left(zhou, interview), {"epoch": str(interview.epoch), "after": interview.seq}
    held.release(by=zhou)
    answer = at_desk(zhou).get(address("changes", interview), cursor, headers=JSON | {"Accept-Language": "en"})
    [part] = [frame["html"] for frame in answer.json()["frames"] if frame.get("part") == "left"]
    assert before == {"1 turn awaits review": f"#turn-{held.pk}"}
    assert DONE in part


def test_a_typist_is_told_what_is_missing_and_led_nowhere_where_only_editors_may_go(interview, sun):
    interview.end()
    page = at_desk(sun).get(address("interview", interview)).text
    assert re.findall(rf'<a ([^>]*)href="{address("edit", interview)}#', page) == ['class="editors" '] * 3


def test_where_the_list_leads_there_is_something(interview, guest, zhou):
    interview.end()
    page = at_desk(zhou).get(address("edit", interview)).text
    assert 'id="id_summary"' in page
    assert 'id="guests"' in page
