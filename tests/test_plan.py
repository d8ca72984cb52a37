"""An interview is planned at the desk, by a page of forms, and seen there as its readers will see it."""

import re
import threading
import uuid
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from interviews.models import Guest, Host, Interview, Section, Speaker, User
from interviews.planning import plan

from .conftest import NOON
from .locking import until_another_waits_for_us

NEW = "/desk/new/"


@pytest.fixture
def at_desk(client, zhou):
    """Zhou's browser, signed in."""
    client.force_login(zhou)
    return client


@pytest.fixture
def typist(db):
    user = User.objects.create_user("tong", password="typing-all-day")
    user.user_permissions.set(Permission.objects.filter(codename="add_turn"))
    return user


def address(name, interview):
    return reverse(f"desk:{name}", args=[interview.slug])


def rows(kind, *people):
    """The fields that the page posts for these people: each is a name, or a name and more."""
    fields = {f"{kind}-TOTAL_FORMS": len(people), f"{kind}-INITIAL_FORMS": 0}
    for n, person in enumerate(people):
        row = {"name": person} if isinstance(person, str) else person
        fields |= {f"{kind}-{n}-{name}": value for name, value in row.items()}
    return fields


def planned(hosts=(), guests=(), **more):
    what = {"headline": "河水怎样变清", "language": "zh-hans", "timezone": "Asia/Shanghai", "key": uuid.uuid4()}
    return what | rows("hosts", *hosts) | rows("guests", *guests) | more


def opened(client, interview):
    """The fields that a browser would send from the interview's page if nothing was changed."""
    page = client.get(address("edit", interview)).text
    fields = re.findall(r'<input(?![^>]*checkbox)[^>]* name="([^"]+)"(?: value="([^"]*)")?', page)
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S)
    chosen = re.findall(r'<select name="([^"]+)"[^>]*>.*?<option value="([^"]+)" selected', page, re.S)
    return {name: unescape(value) for name, value in [*fields, *texts, *chosen] if "__prefix__" not in name}


def errors(answer):
    """The fields that have an error beside them."""
    assert answer.status_code == 400
    found = re.findall(r'<p class="error" id="id_([^"]+)_error">', answer.text)
    return sorted(found)


# A new one


def test_an_interview_with_everything_is_planned_on_one_page(at_desk, zhou):
    answer = at_desk.post(
        NEW,
        planned(
            hosts=["林悦"],
            guests=[{"name": "陈安", "title": "河道工程师"}, "乔梅", ""],
            starts_at="2026-05-04T12:00",
            lede="一行\r\n两行",
            section="嘉宾访谈 / 访谈直播",
            reviewed="on",
        ),
    )
    interview = Interview.objects.get()
    assert (answer.status_code, answer.url) == (303, address("interview", interview))
    assert (interview.status, interview.starts_at, interview.lede) == ("draft", NOON, "一行\n两行")
    assert [section.name for section in interview.section.path] == ["嘉宾访谈", "访谈直播"]
    assert interview.reviewed
    seats = [(speaker.label, speaker.title, speaker.person.name) for speaker in interview.speakers.all()]
    assert seats == [("主持人", "", "林悦"), ("陈安", "河道工程师", "陈安"), ("乔梅", "", "乔梅")]


def test_announced_from_the_page_it_stands_on_the_front_page(at_desk, zhou, client):
    at_desk.post(NEW, planned(starts_at="2026-05-04T12:00", announce=""))
    interview = Interview.objects.get()
    assert interview.status == "scheduled"
    assert interview.events.get().user == zhou
    assert interview.headline in client.get("/").text


def test_the_beginning_is_read_by_the_interviews_own_clock(at_desk):
    at_desk.post(NEW, planned(starts_at="2026-07-01T20:00", timezone="America/New_York"))
    assert Interview.objects.get().starts_at == datetime(2026, 7, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"headline": " "}, ["headline"]),
        ({"headline": "长" * 201}, ["headline"]),
        ({"announce": ""}, ["starts_at"]),
        ({"starts_at": "tomorrow"}, ["starts_at"]),
        ({"starts_at": "0001-01-01T00:00"}, ["starts_at"]),
        ({"starts_at": "2026-03-08T02:30", "timezone": "America/New_York"}, ["starts_at"]),
        ({"timezone": "Shanghai"}, ["timezone"]),
        ({"timezone": "localtime"}, ["timezone"]),
        ({"language": "xx"}, ["language"]),
        ({"section": "长" * 101}, ["section"]),
        (rows("guests", {"name": "", "title": "工程师"}), ["guests-0-name"]),
        (rows("guests", "长" * 101), ["guests-0-name"]),
        (rows("guests", "陈安", "陈安"), ["guests-1-name"]),
        (rows("guests", "主持人") | rows("hosts", "林悦"), ["guests-0-name"]),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_made_or_lost(at_desk, wrong, where):
    what = planned(guests=["周一"], hosts=["李四"], lede="<打了很多字>", section="新栏目") | wrong
    answer = at_desk.post(NEW, what)
    assert errors(answer) == where
    assert "&lt;打了很多字&gt;" in answer.text
    assert not any(model.objects.exists() for model in (Interview, Host, Guest, Section, Speaker))


def test_if_the_last_step_fails_nothing_is_half_made(at_desk, monkeypatch):
    def refuse(*args, **kwargs):
        raise ValidationError("no")

    monkeypatch.setattr(Interview, "announce", refuse)
    with pytest.raises(ValidationError):
        at_desk.post(NEW, planned(hosts=["林悦"], section="新栏目", starts_at="2026-05-04T12:00", announce=""))
    assert not any(model.objects.exists() for model in (Interview, Host, Section, Speaker))


def test_the_same_form_sent_twice_is_one_interview(at_desk):
    what = planned(hosts=["林悦"], guests=[{"name": "陈安", "title": "工程师"}])
    first, second = at_desk.post(NEW, what), at_desk.post(NEW, what)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert (Interview.objects.count(), Guest.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_and_so_it_is_by_a_double_click(zhou):
    what, both = planned(hosts=["林悦"]), threading.Barrier(2)

    def click():
        client = Client()
        client.force_login(zhou)
        both.wait()
        client.post(NEW, what)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert (Interview.objects.count(), Host.objects.count()) == (1, 1)


def test_new_is_no_interviews_address(at_desk, draft):
    at_desk.post(NEW, planned(headline="New"))
    interview = Interview.objects.get(headline="New")
    assert interview.slug.startswith("new-")
    interview.slug = "new"
    with pytest.raises(ValidationError):
        interview.full_clean()
    assert errors(at_desk.post(address("edit", draft), opened(at_desk, draft) | {"slug": "new"})) == ["slug"]


def test_a_section_that_is_there_is_not_made_again(at_desk):
    outer = Section.objects.create(name="嘉宾访谈")
    inner = Section.objects.create(name="访谈直播", parent=outer)
    for words in ("访谈直播", "嘉宾访谈 / 访谈直播", " 嘉宾访谈 /  访谈直播 "):
        at_desk.post(NEW, planned(section=words))
        assert Interview.objects.latest("id").section == inner
    assert Section.objects.count() == 2


# Who takes part


def test_who_is_known_by_that_name_takes_the_seat_with_the_title_of_that_day(at_desk, lin_yue, chen_an):
    at_desk.post(NEW, planned(hosts=["林悦"], guests=[{"name": " 陈安 ", "title": "东河水务总工程师"}]))
    host, guest = Interview.objects.get().speakers.all()
    assert (host.host, host.title) == (lin_yue, "主持人")
    assert (guest.guest, guest.title) == (chen_an, "东河水务总工程师")
    chen_an.refresh_from_db()
    assert chen_an.title == "河道工程师"


def test_a_name_that_several_have_is_asked_for_and_the_answer_taken(at_desk, chen_an):
    other = Guest.objects.create(name="陈安", title="演员")
    assert errors(at_desk.post(NEW, planned(guests=["陈安"]))) == ["guests-0-who"]
    page = at_desk.post(NEW, planned(guests=["陈安"])).text
    assert "河道工程师" in page
    assert "演员" in page

    at_desk.post(NEW, planned(guests=[{"name": "陈安", "who": other.pk}]))
    assert Interview.objects.latest("id").speakers.get().guest == other
    at_desk.post(NEW, planned(guests=[{"name": "陈安", "title": "厨师", "who": "new"}]))
    assert Interview.objects.latest("id").speakers.get().guest not in (other, chen_an)
    assert Guest.objects.count() == 3


def test_of_one_name_but_another_post_it_may_be_somebody_else(at_desk, chen_an):
    assert errors(at_desk.post(NEW, planned(guests=[{"name": "陈安", "title": "演员"}]))) == ["guests-0-who"]
    at_desk.post(NEW, planned(guests=[{"name": "陈安", "title": "总工", "who": chen_an.pk}]))
    assert Interview.objects.get().speakers.get().guest == chen_an


@pytest.fixture
def oneil(db):
    return Guest.objects.create(name="Mary O'Neil", title="engineer", organisation="East River", photo="people/m.jpg")


def asks(answer):
    """What is asked about the first guest, without tags."""
    assert errors(answer) == ["guests-0-who"]
    question = re.search(r'<fieldset class="who".*?</fieldset>', answer.text, re.S)[0]
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", question).split()))


def test_a_name_that_is_close_to_a_known_one_is_asked_for_and_nobody_is_made(at_desk, oneil):
    what = planned(guests=[{"name": "Mary ONeill", "title": "hydrologist"}], lede="<打了很多字>")
    asked = at_desk.post(NEW, what, headers={"accept-language": "en"})
    assert "Did you mean Mary O'Neil? Choose who it is. Mary O'Neil · engineer · East River" in asks(asked)
    assert asks(asked).endswith("Another person of the name Mary ONeill")
    assert 'src="/media/people/m.jpg"' in asked.text
    assert "&lt;打了很多字&gt;" in asked.text
    assert 'value="Mary ONeill"' in asked.text
    assert (Guest.objects.count(), Interview.objects.count()) == (1, 0)


def test_the_answer_that_it_is_that_person_gives_them_the_seat_under_their_name(at_desk, oneil):
    at_desk.post(NEW, planned(guests=[{"name": "Mary ONeill", "title": "hydrologist", "who": oneil.pk}]))
    seat = Interview.objects.get().speakers.get()
    assert (seat.guest, seat.label, seat.title) == (oneil, "Mary O'Neil", "hydrologist")
    assert Guest.objects.count() == 1


def test_the_answer_that_it_is_another_one_adds_them_and_counts_for_that_name_alone(at_desk, oneil):
    answer = {"who": "new", "asked": "Mary ONeill"}
    assert errors(at_desk.post(NEW, planned(guests=[{"name": "Mary O’Neill", **answer}]))) == ["guests-0-who"]
    at_desk.post(NEW, planned(guests=[{"name": "Mary ONeill", **answer}]))
    assert Interview.objects.get().speakers.get().label == "Mary ONeill"
    assert Guest.objects.count() == 2


def test_a_name_that_is_known_as_it_is_typed_asks_for_no_other(at_desk, oneil):
    other = Guest.objects.create(name="Mary O'Neill")
    at_desk.post(NEW, planned(guests=["Mary O'Neill"]))
    assert Interview.objects.get().speakers.get().guest == other


def test_a_row_that_was_emptied_after_the_question_is_no_seat(at_desk, oneil):
    emptied = {"name": "", "who": "new", "asked": "Mary ONeill"}
    assert at_desk.post(NEW, planned(guests=[emptied])).status_code == 303
    assert Guest.objects.count() == 1


def test_who_was_chosen_must_be_of_that_name(at_desk, chen_an, qiao_mei):
    answer = at_desk.post(NEW, planned(guests=[{"name": "陈安", "who": qiao_mei.pk}]))
    assert errors(answer) == ["guests-0-who"]


def test_a_host_of_two_is_shown_by_name(at_desk):
    at_desk.post(NEW, planned(hosts=["林悦", "李明"]))
    assert [speaker.label for speaker in Interview.objects.get().speakers.all()] == ["林悦", "李明"]


def test_the_host_of_an_english_interview_is_shown_in_english(at_desk):
    at_desk.post(NEW, planned(hosts=["Lin Yue"], language="en"))
    assert Interview.objects.get().speakers.get().label == "Host"


# An existing one


def test_a_page_that_is_saved_as_it_was_opened_changes_nothing(at_desk, interview):
    before = Interview.objects.values().get()
    assert at_desk.post(address("edit", interview), opened(at_desk, interview)).status_code == 303
    assert Interview.objects.values().get() == before


def test_what_was_changed_goes_through_the_log_with_what_it_replaced(at_desk, zhou, interview):
    what = opened(at_desk, interview) | {"headline": "河水清了", "summary": "清了。", "section": "访谈直播"}
    at_desk.post(address("edit", interview), what)
    interview.refresh_from_db()
    event = interview.events.last()
    assert (interview.headline, interview.summary, interview.section.name) == ("河水清了", "清了。", "访谈直播")
    assert (event.kind, event.user) == ("revised", zhou)
    assert event.before == {"headline": "河水怎样变清", "summary": "", "section": None}


def test_of_two_editors_each_changes_what_they_changed(at_desk, interview, guest):
    mine, theirs = opened(at_desk, interview), opened(at_desk, interview)
    at_desk.post(address("edit", interview), theirs | {"headline": "河水清了", f"seat-{guest.pk}-title": "总工"})
    at_desk.post(address("edit", interview), mine | {"lede": "三位谈东河。", f"seat-{guest.pk}-label": "陈工"})
    interview.refresh_from_db()
    guest.refresh_from_db()
    assert (interview.headline, interview.lede) == ("河水清了", "三位谈东河。")
    assert (guest.label, guest.title) == ("陈工", "总工")


def test_another_time_zone_keeps_the_hour_that_the_page_showed(at_desk, scheduled):
    at_desk.post(address("edit", scheduled), opened(at_desk, scheduled) | {"timezone": "Europe/Berlin"})
    scheduled.refresh_from_db()
    assert f"{scheduled.date:%H:%M}" == "12:00"
    assert scheduled.events.last().kind == "recast"


def test_what_is_announced_keeps_its_date_and_its_address(at_desk, scheduled):
    slug = scheduled.slug
    what = opened(at_desk, scheduled)
    assert "slug" not in what
    assert errors(at_desk.post(address("edit", scheduled), what | {"starts_at": ""})) == ["starts_at"]
    at_desk.post(address("edit", scheduled), what | {"slug": "another"})
    scheduled.refresh_from_db()
    assert (scheduled.slug, scheduled.starts_at) == (slug, NOON)


def test_a_draft_may_be_given_another_address_and_is_announced_from_the_page(at_desk, draft, scheduled):
    what = opened(at_desk, draft) | {"slug": scheduled.slug}
    assert errors(at_desk.post(address("edit", draft), what)) == ["slug"]
    what |= {"slug": "east-river", "starts_at": "2026-05-04T12:00", "announce": ""}
    assert at_desk.post(address("edit", draft), what).url == "/desk/east-river/"
    draft.refresh_from_db()
    assert (draft.slug, draft.status) == ("east-river", "scheduled")
    again = at_desk.post(address("edit", draft), what)
    assert (again.status_code, draft.events.count()) == (303, 2)


def test_a_seat_is_given_shown_otherwise_and_taken_away_and_the_readers_are_told(at_desk, zhou, interview, guest):
    what = opened(at_desk, interview) | rows("guests", {"name": "苏木", "title": "渔民"})
    last = interview.speakers.get(label="乔梅")
    what |= {f"seat-{guest.pk}-label": "陈工", f"seat-{last.pk}-remove": "on"}
    at_desk.post(address("edit", interview), what)
    seats = [(speaker.label, speaker.title) for speaker in interview.speakers.all()]
    assert seats == [("主持人", "主持人"), ("陈工", "河道工程师"), ("苏木", "渔民")]
    event = interview.events.last()
    assert (event.kind, event.user) == ("recast", zhou)


def test_a_draft_has_nobody_to_tell(at_desk, draft):
    at_desk.post(address("edit", draft), opened(at_desk, draft) | rows("guests", "苏木"))
    assert draft.speakers.count() == 2
    assert not draft.events.exists()


def test_who_has_spoken_keeps_the_seat(at_desk, interview, guest):
    interview.say(guest, "河水先是黑的。").retract()
    answer = at_desk.post(address("edit", interview), opened(at_desk, interview) | {f"seat-{guest.pk}-remove": "on"})
    assert errors(answer) == [f"seat-{guest.pk}-remove"]
    assert interview.speakers.count() == 3


def test_and_so_does_who_is_suggested_as_the_speaker(at_desk, interview, guest, typist):
    last = interview.speakers.get(label="乔梅")
    interview.say(guest, "河水先是黑的。").suggest(version=1, text="河水先是黑的。", speaker=last, by=typist)
    answer = at_desk.post(address("edit", interview), opened(at_desk, interview) | {f"seat-{last.pk}-remove": "on"})
    assert errors(answer) == [f"seat-{last.pk}-remove"]


def test_nobody_and_no_label_has_two_seats(at_desk, interview, guest, host):
    what, last = opened(at_desk, interview), interview.speakers.get(label="乔梅")
    for wrong, where in [
        (rows("guests", "陈安"), "guests-0-name"),
        (rows("hosts", "林悦"), "hosts-0-name"),
        ({f"seat-{guest.pk}-label": "乔梅"}, f"seat-{guest.pk}-label"),
        ({f"seat-{guest.pk}-label": "乔梅", f"seat-{last.pk}-label": "陈安"}, f"seat-{guest.pk}-label"),
    ]:
        assert where in errors(at_desk.post(address("edit", interview), what | wrong))
    changed = what | {f"seat-{guest.pk}-remove": "on"} | rows("guests", "陈安")
    assert at_desk.post(address("edit", interview), changed).status_code == 303


def test_an_emptied_label_is_the_role_or_the_name_again(at_desk, interview, guest, host):
    Speaker.objects.filter(pk=guest.pk).update(label="陈工")
    Speaker.objects.filter(pk=host.pk).update(label="林姐")
    what = opened(at_desk, interview) | {f"seat-{guest.pk}-label": "", f"seat-{host.pk}-label": " "}
    at_desk.post(address("edit", interview), what)
    assert [speaker.label for speaker in interview.speakers.all()] == ["主持人", "陈安", "乔梅"]


def test_a_seat_given_meanwhile_stays_as_it_is(at_desk, interview, chen_an):
    what = opened(at_desk, interview)
    later = interview.seat(Guest.objects.create(name="苏木"), label="苏老", title="渔民")
    assert at_desk.post(address("edit", interview), what | {"headline": "河水清了"}).status_code == 303
    later.refresh_from_db()
    assert (later.label, later.title) == ("苏老", "渔民")


# What the page offers, and to whom


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("new", [Guest, Host, Section])
def test_a_plan_that_waits_for_an_import_holds_no_post_and_the_import_neither(zhou, interview, host, new):
    """Both make somebody of the same slug: who comes second waits for it before it locks the interview."""
    client, answers = Client(), []
    client.force_login(zhou)
    what = opened(client, interview) | {
        Guest: rows("guests", "新来的人"),
        Host: rows("hosts", "新来的人"),
        Section: {"section": "新来的人"},
    }.get(new, {})

    def plans():
        answers.append(client.post(address("edit", interview), what))
        connection.close()

    with transaction.atomic():
        new.objects.create(name="新来的人")  # as an import does, which goes on for seconds
        planning = threading.Thread(target=plans)
        planning.start()
        until_another_waits_for_us()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        interview.say(host, "直播里的话")
    planning.join(30)
    assert [answer.status_code for answer in answers] == [303]
    made = list(new.objects.filter(name="新来的人").values_list("slug", flat=True))
    assert len(set(made)) == (1 if new is Section else 2)


def test_a_plan_that_can_not_be_saved_any_more_makes_nobody(at_desk, interview, chen_an, monkeypatch):
    """Somebody took the last seat's label between the look and the lock."""
    what = opened(at_desk, interview) | rows("guests", "新来的人")
    make = plan.Plan._make_people

    def and_somebody_is_seated(self):
        make(self)
        interview.seat(Guest.objects.create(name="另一个人"), "新来的人")

    monkeypatch.setattr(plan.Plan, "_make_people", and_somebody_is_seated)
    assert errors(at_desk.post(address("edit", interview), what)) == ["guests-0-name"]
    assert not Guest.objects.filter(name="新来的人").exists()


def test_the_page_offers_who_and_what_is_known(at_desk, lin_yue, chen_an, monkeypatch):
    Section.objects.create(name="访谈直播", parent=Section.objects.create(name="嘉宾访谈"))
    page = at_desk.get(NEW).text
    for option in ("林悦", "陈安", "嘉宾访谈 / 访谈直播", "上海 · 北京时间 (Asia/Shanghai)"):
        assert f'<option value="{option}">' in page
    monkeypatch.setattr(plan, "PEOPLE_OFFERED", 0)
    assert "林悦" not in at_desk.get(NEW).text


def offered(client, typed, kind="guest"):
    """What is offered for what was typed, without tags, and what is said aloud, last."""
    answer = client.get("/desk/people.html", {"kind": kind, "q": typed}, headers={"accept-language": "en"})
    lines = re.findall(r"<li(.*?)>(.*?)</li>", answer.text, re.S)
    return [unescape(" ".join(re.sub("<[^>]*>", " ", words).split())) for _attributes, words in lines]


def test_whoever_is_known_is_offered_with_title_and_a_new_person_is_said(at_desk, oneil, chen_an, lin_yue):
    assert offered(at_desk, "mar") == [
        "Mary O'Neil engineer · East River",
        "New person: mar",
        "1 known person: choose with the arrow keys. New person: mar",
    ]
    assert offered(at_desk, "陈安")[-2:] == [
        "Another person of the name 陈安",
        "1 known person: choose with the arrow keys.",
    ]
    assert offered(at_desk, "東河")[0] == "陈安 河道工程师 · 东河水务"
    assert offered(at_desk, "苏木") == ["New person: 苏木"] * 2
    assert offered(at_desk, "林悦", kind="host")[0] == "林悦 主持人"
    assert offered(at_desk, " ") == []


def test_who_has_nearly_the_name_is_offered_and_who_is_hidden_is_not(at_desk, oneil):
    assert offered(at_desk, "Mary ONeill")[:2] == ["Mary O'Neil engineer · East River", "New person: Mary ONeill"]
    Guest.objects.update(hidden=True)
    assert offered(at_desk, "Mary ONeill") == offered(at_desk, "Mary ONeill")[-1:] * 2
    assert offered(at_desk, "Mary") == ["New person: Mary"] * 2


def test_an_answer_counts_only_where_it_was_asked(at_desk, oneil):
    """A new name typed after somebody's was picked sends no answer; one that was picked sends whom."""
    assert 'data-who=""' in at_desk.get("/desk/people.html", {"q": "Mar"}).text
    assert 'data-who="new"' in at_desk.get("/desk/people.html", {"q": "Mary ONeill"}).text
    assert f'data-who="{oneil.pk}"' in at_desk.get("/desk/people.html", {"q": "Mar"}).text


def test_only_editors_plan(client, interview, typist, pan):
    for user in (typist, pan):
        client.force_login(user)
        for page in (NEW, address("edit", interview)):
            assert client.get(page).status_code == 403
            assert client.post(page, planned()).status_code == 403
    assert Interview.objects.count() == 1


def test_the_signed_out_are_sent_to_sign_in(client, interview):
    for page in (NEW, address("edit", interview), address("preview", interview)):
        assert client.get(page).url.startswith(f"{reverse('sign-in')}?next=/desk/")


def test_an_empty_desk_shows_its_editors_the_first_step(client, zhou, typist):
    client.force_login(zhou)
    assert client.get("/desk/").text.count(f'href="{NEW}"') == 1
    client.force_login(typist)
    assert NEW not in client.get("/desk/").text


# The readers' page


def test_the_preview_is_the_readers_page(at_desk, interview, guest):
    interview.say(guest, "河水先是黑的。")
    assert at_desk.get(address("preview", interview)).text == at_desk.get(interview.get_absolute_url()).text


def test_a_draft_is_seen_by_the_newsroom_alone(client, draft, zhou, typist, pan):
    for user, status in [(zhou, 200), (typist, 200), (pan, 403)]:
        client.force_login(user)
        assert client.get(address("preview", draft)).status_code == status
        assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_preview_alone_may_stand_in_a_frame_and_of_this_site_alone(at_desk, interview):
    preview = at_desk.get(address("preview", interview)).headers
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert "no-store" in preview["Cache-Control"]
    for page in (interview.get_absolute_url(), "/desk/", NEW, address("interview", interview)):
        headers = at_desk.get(page).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "frame-src 'self'" in headers["Content-Security-Policy"]
