import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from interviews.models import Interview, Turn
from interviews.models.values.text import MAX_TEXT_CHARACTERS

from .sites import ROOT

JSON = {"Accept": "application/json"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def at_desk(client, zhou):
    """Zhou's browser, signed in."""
    client.force_login(zhou)
    return client


@pytest.fixture
def turn(interview, guest):
    return interview.say(guest, "河水先是黑的。")


def url(name, *about):
    return reverse(f"desk:{name}", args=about)


def of(name, turn):
    return url(name, turn.interview.slug, turn.pk)


def saying(speaker, text="后来就清了。", **more):
    return {"speaker": speaker.pk, "text": text, "key": uuid.uuid4(), **more}


def say(client, interview, what, headers=JSON):
    return client.post(url("say", interview.slug), what, headers=headers)


# Saying


def test_a_turn_that_was_said_is_published_and_the_answer_names_it(at_desk, zhou, interview, host):
    answer = say(at_desk, interview, saying(host, "第一段\r\n\r\n第二段"))
    turn = interview.turns.get()
    assert answer.status_code == 201
    said = interview.events.last()
    assert answer.json() == {"turn": turn.pk, "version": 1, "event": said.seq}
    assert (turn.speaker, turn.paragraphs, turn.state) == (host, ["第一段", "第二段"], Turn.State.PUBLISHED)
    assert said.user == zhou


def test_the_same_post_twice_is_one_turn_and_the_same_answer(at_desk, interview, host):
    what = saying(host)
    first, second = say(at_desk, interview, what), say(at_desk, interview, what)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert interview.turns.count() == 1


def test_a_turn_may_carry_the_time_when_it_was_spoken(at_desk, interview, host):
    assert say(at_desk, interview, saying(host, spoken_at="2026-05-04T12:05:00+08:00")).status_code == 201
    assert say(at_desk, interview, saying(host, spoken_at="2026-05-04 12:06:00")).status_code == 201
    assert [f"{turn.spoken_at:%H:%M}" for turn in interview.turns.all()] == ["04:05", "04:06"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", " \n\t\n "),
        ("text", "\x01"),
        ("text", "有\x00零"),
        ("text", "长" * (MAX_TEXT_CHARACTERS + 1)),
        ("speaker", ""),
        ("speaker", "9" * 30),
        ("key", ""),
        ("key", "no-key"),
        ("spoken_at", "yesterday"),
        ("spoken_at", "0001-01-01T00:00:00+14:00"),
        ("spoken_at", "9999-12-31T23:59:59-12:00"),
        pytest.param("spoken_at", f"{timezone.now() + timedelta(hours=1)}", id="spoken_at-in an hour"),
    ],
)
def test_what_cannot_be_said_is_refused_by_field_and_changes_nothing(at_desk, interview, host, field, value):
    answer = say(at_desk, interview, saying(host) | {field: value})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert all(isinstance(message, str) for message in answer.json()["errors"][field])
    assert not interview.turns.exists()
    assert Interview.objects.get().seq == interview.seq


def test_a_speaker_of_another_interview_may_not_speak_here(at_desk, interview, draft):
    answer = say(at_desk, interview, saying(draft.speakers.get()))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["speaker"])


def test_nothing_is_said_before_the_interview_is_live_and_the_reason_is_given(at_desk, scheduled):
    answer = say(at_desk, scheduled, saying(scheduled.speakers.first()))
    assert answer.status_code == 400
    assert len(answer.json()["errors"]["__all__"]) == 1
    assert not scheduled.turns.exists()


def test_what_was_typed_in_one_users_page_is_not_posted_in_the_name_of_who_signed_in_beside_it(
    at_desk, zhou, sun, interview, host
):
    answer = say(at_desk, interview, saying(host), JSON | {"X-User": str(sun.pk)})
    assert answer.status_code == 401
    assert not interview.turns.exists()
    assert say(at_desk, interview, saying(host), JSON | {"X-User": str(zhou.pk)}).status_code == 201


# Correcting


def test_a_correction_replaces_text_and_speaker(at_desk, turn, host):
    what = {"version": 1, "text": "河水先是黄的。", "speaker": host.pk}
    answer = at_desk.post(of("correct", turn), what, headers=JSON)
    assert answer.status_code == 200
    assert (answer.json()["turn"], answer.json()["version"]) == (turn.pk, 2)
    turn.refresh_from_db()
    assert (turn.text, turn.speaker) == ("河水先是黄的。", host)


def test_of_two_corrections_at_once_the_second_is_told_both_texts_and_changes_nothing(at_desk, turn, guest, host):
    turn.correct(version=1, text="河水先是灰的。")
    mine = {"version": 1, "text": "河水先是黄的。", "speaker": host.pk}
    answer = at_desk.post(of("correct", turn), mine, headers=JSON)
    assert answer.status_code == 409
    assert answer.json() == {
        "turn": turn.pk,
        "version": 2,
        "theirs": {"text": "河水先是灰的。", "speaker": guest.pk},
        "yours": {"text": "河水先是黄的。", "speaker": host.pk},
    }
    turn.refresh_from_db()
    assert turn.text == "河水先是灰的。"


def test_the_same_correction_again_because_the_answer_was_lost_is_no_conflict(at_desk, turn, guest):
    mine = {"version": 1, "text": "河水先是黄的。\r\n\r\n后来清了。", "speaker": guest.pk}
    first = at_desk.post(of("correct", turn), mine, headers=JSON)
    second = at_desk.post(of("correct", turn), mine, headers=JSON)
    assert (second.status_code, second.json()) == (200, {"turn": turn.pk, "version": first.json()["version"]})
    assert turn.events.count() == 2


def test_without_javascript_a_conflict_is_a_page_with_both_and_saves_yours_at_the_new_version(at_desk, turn, host):
    turn.correct(version=1, text="河水先是灰的。")
    mine = {"version": 1, "text": "河水先是黄的。", "speaker": host.pk}
    page = at_desk.post(of("correct", turn), mine, headers=BROWSER)
    assert page.status_code == 409
    assert {"河水先是灰的。", "河水先是黄的。"} <= set(re.findall(r"河水先是.的。", page.text))
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    assert re.search(rf'value="{host.pk}" selected', page.text)
    at_desk.post(of("correct", turn), mine | {"version": version}, headers=BROWSER)
    turn.refresh_from_db()
    assert (turn.text, turn.speaker) == ("河水先是黄的。", host)


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", ""), ("text", "长" * (MAX_TEXT_CHARACTERS + 1)), ("version", ""), ("version", "0"), ("speaker", "0")],
)
def test_a_correction_that_cannot_be_is_refused_by_field(at_desk, turn, guest, field, value):
    what = {"version": 1, "text": "河水先是黄的。", "speaker": guest.pk} | {field: value}
    answer = at_desk.post(of("correct", turn), what, headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    turn.refresh_from_db()
    assert (turn.text, turn.version) == ("河水先是黑的。", 1)


# The other verbs


def test_a_turn_is_marked_pinned_retracted_and_restored(at_desk, zhou, turn):
    interview = turn.interview
    for name, what in [
        ("mark", {"heading": "黑水"}),
        ("pin", {}),
        ("unpin", {}),
        ("retract", {"reason": "说错了"}),
        ("restore", {}),
    ]:
        answer = at_desk.post(of(name, turn), what, headers=JSON)
        assert answer.status_code == 200, name
        turn.refresh_from_db()
        assert (answer.json()["turn"], answer.json()["version"]) == (turn.pk, turn.version)
    assert turn.heading == "黑水"
    kinds = [event.kind for event in interview.events.filter(user=zhou)]
    assert kinds == ["marked", "pinned", "unpinned", "retracted", "restored"]
    assert interview.events.get(kind="retracted").note == "说错了"


def test_a_heading_or_a_reason_too_long_is_refused_by_field(at_desk, turn):
    for name, field, most in [("mark", "heading", 100), ("retract", "reason", 500)]:
        answer = at_desk.post(of(name, turn), {field: "长" * (most + 1)}, headers=JSON)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_turn_that_is_not_pinned_any_more_takes_no_other_pin_away(at_desk, interview, turn, host):
    other = interview.say(host, "请继续。")
    other.pin()
    assert at_desk.post(of("unpin", turn), headers=JSON).status_code == 200
    interview.refresh_from_db()
    assert interview.pinned == other


def test_the_desk_sees_which_turn_is_pinned_also_when_another_takes_its_place(at_desk, interview, turn, host):
    turn.pin()
    interview.refresh_from_db()
    after, other = interview.seq, interview.say(host, "请继续。")
    other.pin()
    answer = at_desk.get(url("changes", interview.slug), {"epoch": interview.epoch, "after": after}).json()
    html = {frame["turn"]: frame["html"] for frame in answer["frames"] if "turn" in frame}
    assert (">已置顶<" in html[turn.pk], ">已置顶<" in html[other.pk]) == (False, True)


def test_a_held_turn_is_seen_at_the_desk_and_released_from_there(at_desk, interview, guest):
    held = interview.say(guest, "先压着。", held=True)
    assert "先压着。" in at_desk.get(url("interview", interview.slug)).text
    assert at_desk.post(of("release", held), headers=JSON).status_code == 200
    assert interview.turns.published().get() == held


def test_an_interview_is_announced_begun_and_ended_from_the_desk(at_desk, draft, scheduled):
    Interview.objects.filter(pk=draft.pk).update(starts_at=scheduled.starts_at)
    for name, status in [("announce", "scheduled"), ("go-live", "live"), ("end", "ended")]:
        answer = at_desk.post(url(name, draft.slug), headers=JSON)
        draft.refresh_from_db()
        assert (answer.status_code, answer.json(), draft.status) == (200, {"status": status}, status)


def test_an_interview_without_a_date_is_not_announced_and_the_reason_is_given(at_desk, draft):
    answer = at_desk.post(url("announce", draft.slug), headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])


def test_a_verb_that_comes_too_late_is_refused_with_the_reason(at_desk, turn):
    turn.retract()
    for name in ("retract", "pin", "release"):
        answer = at_desk.post(of(name, turn), headers=JSON)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["__all__"])


def test_a_refusal_speaks_the_editors_language_whatever_the_interviews_is(at_desk, interview, host):
    answer = say(at_desk, interview, saying(host, ""), headers=JSON | {"Accept-Language": "en"})
    assert answer.json()["errors"]["text"] == ["This field is required."]


# Without JavaScript


def test_without_javascript_every_verb_leads_back_to_the_turn(at_desk, turn, host):
    here = url("interview", turn.interview.slug)
    said = say(at_desk, turn.interview, saying(host), headers=BROWSER)
    assert (said.status_code, said.url) == (303, f"{here}#turn-{turn.interview.turns.last().pk}")
    for name in ("pin", "unpin", "mark", "retract", "restore"):
        answer = at_desk.post(of(name, turn), headers=BROWSER)
        assert (answer.status_code, answer.url) == (303, f"{here}#turn-{turn.pk}")
    ended = at_desk.post(url("end", turn.interview.slug), headers=BROWSER)
    assert (ended.status_code, ended.url) == (303, here)


def test_the_browser_knows_every_status_by_which_it_tells_our_answers_from_a_networks_own():
    module = (ROOT / "static/js/desk/lib/posting.js").read_text()
    assert json.loads(re.search(r"INTERVIEW_STATUSES = (\[.*?\]);", module)[1]) == Interview.Status.values


def test_who_does_not_ask_for_json_gets_a_page(at_desk, turn):
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "image/png"}):
        assert at_desk.post(of("pin", turn), headers=headers).status_code == 303


def test_without_javascript_a_refusal_keeps_what_was_typed_ready_to_be_sent_again(at_desk, scheduled):
    what = saying(scheduled.speakers.first(), "\n太早了，<b>还没开始</b>。")
    page = say(at_desk, scheduled, what, headers=BROWSER)
    assert page.status_code == 400
    assert ">\n\n太早了，&lt;b&gt;还没开始&lt;/b&gt;。</textarea>" in page.text
    assert f'name="key" value="{what["key"]}"' in page.text
    assert f'name="speaker" value="{what["speaker"]}"' in page.text


def test_the_page_brings_a_fresh_key_each_time(at_desk, interview):
    keys = {
        re.search(r'name="key" value="([^"]+)"', at_desk.get(url("interview", interview.slug)).text)[1] for _ in "12"
    }
    assert len(keys) == 2


def test_every_form_of_the_page_carries_the_token_and_every_button_belongs_to_a_form(zhou, turn):
    client = Client(enforce_csrf_checks=True)
    client.force_login(zhou)
    turn.pin()
    page = client.get(url("interview", turn.interview.slug)).text
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
    assert len(forms) == page.count('method="post"') > 7
    assert all("csrfmiddlewaretoken" in form for form in forms)
    turn.interview.end()
    page += client.get(url("interview", turn.interview.slug)).text
    owners = set(re.findall(r'<button[^>]* form="([^"]+)"', page))
    assert owners == {"status-form", "turn-form"}
    assert all(f'<form id="{owner}"' in page for owner in owners)


# What is seen


def test_the_list_shows_every_interview_under_its_status_the_live_ones_first(at_desk, interview, draft):
    page = at_desk.get(url("interviews")).text
    assert page.index(interview.headline) < page.index(draft.headline)


def test_a_draft_has_a_desk_and_no_link_to_a_page_for_readers(at_desk, draft):
    page = at_desk.get(url("interview", draft.slug))
    assert page.status_code == 200
    assert f'href="{draft.get_absolute_url()}"' not in page.text


def test_a_retracted_turn_stays_visible_with_the_reason_and_can_be_restored(at_desk, turn):
    turn.retract(reason="记错了")
    page = at_desk.get(url("interview", turn.interview.slug)).text
    assert turn.text in page
    assert of("restore", turn) in page
    assert of("correct", turn) not in page
    assert "记错了" in page


def test_a_turn_is_escaped(at_desk, interview, guest):
    interview.say(guest, "<script>alert(1)</script>")
    assert "<script>alert" not in at_desk.get(url("interview", interview.slug)).text


def test_the_desk_is_told_of_held_and_retracted_turns_too(at_desk, turn, guest):
    interview, after = turn.interview, turn.interview.seq
    held = interview.say(guest, "先压着。", held=True)
    turn.retract()
    answer = at_desk.get(url("changes", interview.slug), {"epoch": interview.epoch, "after": after})
    assert {frame["turn"] for frame in answer.json()["frames"] if "turn" in frame} == {turn.pk, held.pk}
    assert all("html" in frame for frame in answer.json()["frames"])
    assert "no-store" in answer["Cache-Control"]


def test_a_frame_is_the_pages_own_html_without_its_token(at_desk, turn):
    interview = turn.interview
    turn.pin()
    answer = at_desk.get(url("changes", interview.slug), {"epoch": interview.epoch, "after": 0}).json()
    page = plain(at_desk.get(url("interview", interview.slug)).text)
    shown = {frame.get("part", "turn") for frame in answer["frames"]}
    assert shown == {"turn", "headline", "masthead", "pinned", "waiting", "staff", "notes", "reports", "left"}
    for frame in answer["frames"]:
        assert plain(frame["html"]) in page, frame


def plain(html):
    """The page without tokens and keys, which are new each time."""
    html = re.sub(r'<input type="hidden" name="csrfmiddlewaretoken" value="\w+">', "", html)
    return " ".join(re.sub(r'name="key" value="[^"]+"', "", html).split())


def test_a_cursor_that_is_none_is_refused_by_field(at_desk, interview):
    answer = at_desk.get(url("changes", interview.slug), {"epoch": "x", "after": "-1"})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"epoch", "after"})


def test_the_page_costs_as_many_queries_with_many_turns_as_with_one(at_desk, interview, guest, host):
    interview.say(guest, "一").pin()
    with CaptureQueriesContext(connection) as with_one:
        at_desk.get(url("interview", interview.slug))
    for _ in range(10):
        interview.say(host, "又一").mark("要点")
    with CaptureQueriesContext(connection) as with_many:
        at_desk.get(url("interview", interview.slug))
    assert len(with_many) == len(with_one)


def test_desk_pages_are_kept_nowhere(at_desk, interview):
    for address in (url("interviews"), url("interview", interview.slug)):
        assert "no-store" in at_desk.get(address)["Cache-Control"]


# Signing in and out


def test_zhou_signs_in_lands_at_the_desk_and_signs_out_by_a_form(client, zhou, interview):
    answer = client.post(reverse("sign-in"), {"username": "zhou", "password": "typing-all-day"})
    assert answer.url == url("interviews")
    page = client.get(answer.url).text
    assert f'<form method="post" action="{reverse("sign-out")}">' in page
    client.post(reverse("sign-out"))
    assert client.get(url("interviews"), headers=BROWSER).status_code == 302


def test_after_signing_in_one_is_where_one_wanted_to_be_and_never_on_another_site(client, zhou, interview):
    here = url("interview", interview.slug)
    page = client.get(client.get(here, headers=BROWSER).url).text
    assert f'name="next" value="{here}"' in page
    who = {"username": "zhou", "password": "typing-all-day"}
    assert client.post(reverse("sign-in"), who | {"next": "https://elsewhere.example/"}).url == url("interviews")
    assert client.post(reverse("sign-in"), who | {"next": here}).url == here


def test_a_wrong_password_is_told_and_the_name_stays(client, zhou):
    page = client.post(reverse("sign-in"), {"username": "zhou", "password": "wrong"})
    assert 'role="alert"' in page.text
    assert 'value="zhou"' in page.text
