"""What readers report as wrong: from the turn's page to the desk, where somebody settles it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviews.models import Interview, NotNow, Report
from interviews.models.desk import report as reports
from interviews.models.desk.report import report

from .newsroom import JSON, ask, at_desk
from .test_staff import listening

PAGE = {"Accept": "text/html"}
TYPED = "不是九百，\r\n是 <b>八百</b>。"
AS_KEPT = "不是九百， 是 <b>八百</b>。"


@pytest.fixture
def turn(interview, guest):
    return interview.say(guest, "一共种了九百棵树。")


def send(turn, headers=JSON, **what):
    """Send a report from a browser without cookies."""
    told = {"version": turn.shown_version, "text": TYPED} | what
    return Client(enforce_csrf_checks=True).post(f"{turn.card_url}report/", told, headers=headers)


def desk_of(user, interview):
    return at_desk(user).get(reverse("desk:interview", args=[interview.slug])).text


def settle(user, told, headers=JSON):
    address = reverse("desk:settle", args=[told.turn.interview.slug, told.pk])
    return at_desk(user).post(address, headers=headers)


# From the reader


def test_anybody_reports_an_error_and_nothing_is_kept_of_them(turn):
    answer = send(turn)
    assert (answer.status_code, answer.json()) == (201, {"turn": turn.pk})
    assert not answer.cookies
    told = Report.objects.get()
    assert (told.turn, told.text, told.version, told.settled_at) == (turn, AS_KEPT, 1, None)
    kept = {field.name for field in Report._meta.get_fields()}
    assert kept == {"id", "turn", "version", "text", "at", "settled_at", "settled_by"}


def test_without_scripts_the_pages_own_form_reports_and_thanks(client, turn):
    page = client.get(turn.card_url).text
    form = re.search(r'<form class="report-form" method="post" action="([^"]+)".*?</form>', page, re.DOTALL)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert set(re.findall(r'name="(\w+)"', form[0])) == {"version", "text", "website"}

    answer = client.post(form[1], {**fields, "text": TYPED, "website": ""}, headers=PAGE)

    assert (answer.status_code, answer["Content-Language"]) == (201, "zh-hans")
    assert f'href="{turn.get_absolute_url()}"' in answer.text
    assert Report.objects.get().text == AS_KEPT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", " \r\n\t"),
        ("text", "\x01"),
        ("text", "长" * 501),
        ("version", ""),
        ("version", "0"),
        ("version", "many"),
        ("version", str(2**31)),
        ("website", "https://example.org/"),
    ],
)
def test_what_cannot_be_a_report_is_refused_by_field_and_what_was_typed_is_kept(turn, field, value):
    answer = send(turn, **{field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    typed = {"text": TYPED} | {field: value}
    page = send(turn, headers=PAGE, **typed)
    assert page.status_code == 400
    assert '<details class="report-error" open>' in page.text
    assert 'role="alert"' in page.text
    kept = typed["text"].replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;")
    assert f">\n{kept}</textarea>" in page.text
    assert not Report.objects.exists()


def test_line_breaks_do_not_count_as_more_than_they_are(turn):
    assert send(turn, text="行\r\n" * 250).status_code == 201


def test_a_report_of_another_text_than_the_one_that_stands_was_made_before_the_last_change(turn):
    seen = turn.shown_version
    turn.correct(version=1, text="一共种了八百棵树。")
    assert send(turn, version=seen).status_code == 201
    assert send(turn, version=999, text="不对").status_code == 201
    assert {told.version for told in Report.objects.all()} == {1}


def test_another_sites_page_reports_nothing(turn):
    for site in ("cross-site", "same-site"):
        assert send(turn, headers=JSON | {"Sec-Fetch-Site": site}).status_code == 403
    assert not Report.objects.exists()
    for site in ("same-origin", "none"):  # none: loaded again after the browser was started anew
        assert send(turn, headers=JSON | {"Sec-Fetch-Site": site}).status_code == 201


def test_a_report_is_posted_and_never_asked_for(client, turn):
    assert client.get(f"{turn.card_url}report/").status_code == 405


def test_a_report_that_was_typed_while_its_turn_was_retracted_is_heard(turn):
    turn.retract()
    assert send(turn).status_code == 201


def test_an_answer_speaks_the_interviews_language(turn):
    turn.interview.revise(language="en")
    answer = send(turn, headers=JSON | {"Accept-Language": "zh-CN"}, text="")
    assert answer.json()["errors"]["text"] == ["This field is required."]


# Not too many


def test_the_same_words_again_are_one_report_until_it_is_settled(turn):
    assert [send(turn).status_code for _ in range(3)] == [201] * 3
    told = Report.objects.get()
    told.settle()
    send(turn)
    assert Report.objects.count() == 2


def test_the_same_words_about_another_turn_are_another_report(turn, host):
    send(turn)
    send(turn.interview.say(host, "真的？"))
    assert Report.objects.count() == 2


def test_so_many_a_minute_are_heard_and_then_it_is_said_when_to_try_again(turn, interview):
    for n in range(reports.MAX_REPORTS_A_MINUTE):
        assert send(turn, text=f"第{n}处").status_code == 201
    answer = send(turn, text="还有一处")
    assert (answer.status_code, list(answer.json()["errors"]), answer["Retry-After"]) == (429, ["__all__"], "60")
    page = send(turn, headers=PAGE, text="还有一处")
    assert page.status_code == 429
    assert ">\n还有一处</textarea>" in page.text
    assert send(turn, text="第0处").status_code == 201, "what is known is no further report"

    Report.objects.update(at=timezone.now() - reports.MINUTE)
    assert send(turn, text="还有一处").status_code == 201


def test_an_interview_keeps_so_many_open_ones_and_another_is_not_disturbed(turn, draft, monkeypatch):
    monkeypatch.setattr(reports, "MAX_OPEN_REPORTS", 2)
    first = report(turn, text="一", version=1)
    report(turn, text="二", version=1)
    with pytest.raises(NotNow):
        report(turn, text="三", version=1)
    draft.go_live()
    report(draft.say(draft.speakers.get(), "别的访谈"), text="一", version=1)
    first.settle()
    report(turn, text="三", version=1)


def test_a_flood_waits_for_no_lock(turn, monkeypatch):
    monkeypatch.setattr(reports, "MAX_OPEN_REPORTS", 0)
    monkeypatch.setattr(Interview, "locked", lambda interview: pytest.fail("who types would have to wait"))
    assert send(turn).status_code == 429


# At the desk


def test_a_report_rings_the_desk_and_so_does_its_end_and_neither_is_in_the_log(transactional_db, turn):
    seq = turn.interview.seq
    with listening() as heard:
        told = report(turn, text="错了", version=1)
        report(turn, text="错了", version=1)
        told.settle()
    assert heard == [f"{turn.interview.pk}:desk"] * 2
    assert Interview.objects.get().seq == seq


def shown_at(user, interview):
    """The reports as the desk lists them: when and whose turn, in which words."""
    html = desk_of(user, interview)
    return [
        (" ".join(re.sub("<[^>]*>", " ", byline).split()), text)
        for byline, text in re.findall(
            r'id="report-.*?"attribution">(.*?)</p>\s*<p class="words"[^>]*>(.*?)</p>', html, re.DOTALL
        )
    ]


def test_the_desk_lists_what_is_open_with_a_link_to_the_turn(sun, turn, host, draft):
    for text in ("<b>八百</b> https://example.org/", "东岸"):
        report(turn, text=text, version=1)
    report(turn, text="早就好了", version=1).settle()
    draft.go_live()
    report(draft.say(draft.speakers.get(), "别的"), text="别处", version=1)

    assert [text for _, text in shown_at(sun, turn.interview)] == [
        "&lt;b&gt;八百&lt;/b&gt; https://example.org/",
        "东岸",
    ]
    spoken = turn.spoken_at.astimezone(turn.interview.tz)
    assert all(byline.startswith(f"{spoken:%H:%M:%S} 陈安") for byline, _ in shown_at(sun, turn.interview))
    html = desk_of(sun, turn.interview)
    assert re.search(rf'id="report-.*?href="#turn-{turn.pk}"', html, re.DOTALL)
    assert re.search(r'data-open-reports role="status"><b data-count>2</b>', html)


def test_an_empty_list_says_so_and_counts_nothing(sun, interview):
    html = desk_of(sun, interview)
    assert re.search(r'data-open="0">[^<]+<', html)
    assert re.search(r"data-open-reports [^>]*hidden", html)


def test_a_report_made_before_the_last_change_says_so(sun, turn):
    report(turn, text="错了", version=turn.shown_version)
    assert "data-outdated" not in desk_of(sun, turn.interview)
    turn.correct(version=1, text="一共种了八百棵树。")
    assert "data-outdated" in desk_of(sun, turn.interview)


def test_a_flood_is_listed_in_part_and_counted_whole(sun, turn):
    Report.objects.bulk_create(Report(turn=turn, text=f"第{n}处", version=1) for n in range(60))
    html = desk_of(sun, turn.interview)
    assert html.count('class="report"') == 50
    assert "<b data-count>60</b>" in html


def test_an_open_desk_is_told_and_a_reader_is_not(zhou, client, turn):
    report(turn, text="错了", version=1)
    interview = Interview.objects.get()
    cursor = {"epoch": str(interview.epoch), "after": interview.seq}
    answer = at_desk(zhou).get(reverse("desk:changes", args=[interview.slug]), cursor).json()
    parts = {frame["part"]: frame["html"] for frame in answer["frames"]}
    assert "错了" in parts["reports"]
    assert client.get(reverse("changes", args=[interview.slug]), cursor).json()["frames"] == []
    for address in (interview.get_absolute_url(), turn.card_url):
        assert "错了" not in client.get(address).text


def test_an_editor_settles_it_and_it_is_known_who_did_and_when(zhou, turn):
    told = report(turn, text="错了", version=1)
    assert settle(zhou, told).status_code == 200
    told.refresh_from_db()
    assert told.settled_by == zhou
    assert timezone.now() - told.settled_at < timedelta(minutes=1)
    assert shown_at(zhou, turn.interview) == []


def test_what_somebody_has_settled_is_not_settled_again(zhou, gao, turn):
    told = report(turn, text="错了", version=1)
    settle(zhou, told)
    answer = settle(gao, told)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])
    told.refresh_from_db()
    assert told.settled_by == zhou


def test_a_typist_reads_reports_and_settles_none(sun, turn):
    told = report(turn, text="错了", version=1)
    assert settle(sun, told).status_code == 403
    assert len(shown_at(sun, turn.interview)) == 1


def test_without_scripts_settling_leads_back_to_the_turn(zhou, turn):
    answer = settle(zhou, report(turn, text="错了", version=1), headers=PAGE)
    assert (answer.status_code, answer.url) == (303, f"/desk/{turn.interview.slug}/#turn-{turn.pk}")


def test_a_turn_with_reports_can_still_be_corrected_and_retracted(zhou, turn):
    report(turn, text="错了", version=1)
    assert ask(zhou, "retract", turn).status_code == 200
    assert len(shown_at(zhou, turn.interview)) == 1


def test_the_list_of_interviews_begins_with_those_that_readers_have_reported_on(zhou, turn, draft):
    first_group = r'<h2 id="group-[^>]*>([^<]*) <span.*?</h2>\s*<ul class="interviews">\s*<li>\s*<a [^>]*>([^<]*)'
    assert re.search(first_group, at_desk(zhou).get("/desk/").content.decode())[1] != "读者纠错"
    report(turn, text="错字", version=1)

    html = at_desk(zhou).get("/desk/", headers={"Accept-Language": "zh-Hans"}).content.decode()

    assert re.search(first_group, html).groups() == ("读者纠错", turn.interview.headline)
