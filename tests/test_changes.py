"""Who changed what, when, from what to what: nothing is missing from the record, and nobody writes in it."""

import csv
import io
import re
import threading
from datetime import datetime

import pytest
from asgiref.sync import async_to_sync
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from interviews import admin
from interviews.models import Assignment, Event, Guest, Interview, Publisher, Record, Section, Speaker, User
from interviews.models.changes.record import kind_of, tell
from interviews.models.changes.registered import MASK, PARTLY_RECORDED, RELATIONS, in_the_name_of
from interviews.models.desk.report import report

from .conftest import NOON
from .newsroom import address, ask, at_desk, cookie_of, correction, say
from .test_admin import fields, saved

LIST = "admin:interviews_record_changelist"


@pytest.fixture
def turn(interview, guest):
    return interview.say(guest, "河水先是黑的。")


in_english = translation.override("en")


@in_english
def records(**about):
    return tell(list(Record.objects.filter(**about).newest_first()))


@in_english
def line(record):
    """A record as the list shows it."""
    return record.by, record.get_action_display(), record.kind, record.thing, changes(record)


@in_english
def changes(record):
    return {change.field: (change.before, change.after) for change in record.differences}


def newest():
    return line(records()[0])


def page_of(thing, what="change"):
    return reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_{what}", args=[thing.pk])


def shown(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


# What the verbs change


class Show:
    """Zhou runs it; each deed answers what the record has to say of it."""

    def __init__(self, draft, interview, zhou, sun):
        self.draft, self.interview, self.zhou, self.sun = draft, interview, zhou, sun
        self.host, self.guest, _ = interview.speakers.all()
        draft.revise(starts_at=NOON)

    def do(self, verb, about, by=None, **what):
        answer = ask(by or self.zhou, verb, about, **what)
        assert answer.status_code < 300, answer.content.decode()

    def said(self):
        say(self.zhou, self.interview, self.guest, "河水先是黑的。")
        turn = self.interview.turns.get()
        about = {"speaker": ("", "陈安"), "spoken at": ("", shown(turn.spoken_at)), "text": ("", "河水先是黑的。")}
        return "陈安: 河水先是黑的。", about | {"state": ("", "published")}

    def held(self):
        Interview.objects.update(reviewed=True)
        say(self.sun, self.interview, self.guest, "先压着。")
        return "孙 (sun)", "陈安: 先压着。", {"state": ("", "held")}

    def prepared(self):
        self.do("prepare", self.interview, speaker=self.host.pk, text="下一题。", key=NOON.strftime("%032d"))
        return "主持人: 下一题。", {"speaker": ("", "主持人"), "text": ("", "下一题。"), "state": ("", "prepared")}

    def moved(self):
        first, _ = self.interview.prepare(self.host, "一"), self.interview.prepare(self.host, "二")
        self.do("move", first, step="down")
        return "主持人: 一", {}

    def grew(self):
        turn = self.interview.say(self.guest, "第一段")
        self.do("grow", self.interview, turn=turn.key, text="第二段", key=NOON.strftime("%032d"))
        return "陈安: 第一段 第二段", {"text": ("第一段", "第一段\n第二段")}

    def released(self):
        turn = self.interview.say(self.guest, "先压着。", held=True)
        self.do("release", turn)
        return "陈安: 先压着。", {"state": ("held", "published")}

    def declined(self):
        turn = self.interview.say(self.guest, "先压着。", held=True)
        self.do("decline", turn, reason="不合适")
        return "陈安: 先压着。", {"state": ("held", "declined")}

    def suggested(self):
        Interview.objects.update(reviewed=True)
        turn = self.interview.say(self.guest, "九百棵。")
        self.do("correct", turn, self.sun, version=1, speaker=self.guest.pk, text="八百棵。")
        return "孙 (sun)", "陈安: 九百棵。", {"text": ("九百棵。", "八百棵。")}

    def dismissed(self):
        turn = self.interview.say(self.guest, "九百棵。")
        suggestion = turn.suggest(version=1, text="八百棵。", speaker=self.guest, by=self.sun)
        self.do("dismiss", suggestion, reason="是九百")
        return "陈安: 九百棵。", {"suggestion": ("八百棵。", ""), "suggested by": ("", "孙")}

    def corrected(self):
        turn = self.interview.say(self.guest, "九百棵。", spoken_at=NOON)
        self.do("correct", turn, **correction(turn, text="八百棵。", speaker=self.host.pk))
        turn.refresh_from_db()
        turn.correct(version=turn.version, text="后来又改。")
        Event.objects.filter(seq=turn.events.last().seq).update(at=NOON)
        return "主持人: 八百棵。", {"text": ("九百棵。", "八百棵。"), "speaker": ("陈安", "主持人")}

    def marked(self):
        turn = self.interview.say(self.guest, "九百棵。")
        self.do("mark", turn, heading="种树")
        return "陈安: 九百棵。", {"key moment": ("", "种树")}

    def pinned(self):
        turn = self.interview.say(self.guest, "九百棵。")
        self.do("pin", turn)
        return "陈安: 九百棵。", {}

    def unpinned(self):
        turn = self.interview.say(self.guest, "九百棵。")
        turn.pin()
        self.do("unpin", turn)
        return "陈安: 九百棵。", {}

    def retracted(self):
        turn = self.interview.say(self.guest, "九百棵。")
        self.do("retract", turn, reason="记错了")
        return "陈安: 九百棵。", {"state": ("published", "retracted")}

    def restored(self):
        turn = self.interview.say(self.guest, "九百棵。")
        turn.retract()
        self.do("restore", turn)
        return "陈安: 九百棵。", {"state": ("retracted", "published")}

    def submitted(self):
        self.do("submit", self.draft)
        return "还没有公布的访谈", {}

    def approved(self):
        self.zhou.user_permissions.add(Permission.objects.get(codename="approve_interview"))
        self.draft.submit(by=self.zhou)
        self.do("approve", self.draft, seen=self.draft.submitted_at.isoformat())
        return "还没有公布的访谈", {}

    def sent_back(self):
        self.draft.submit()
        at = shown(self.draft.submitted_at)
        self.zhou.user_permissions.add(Permission.objects.get(codename="approve_interview"))
        self.do("send-back", self.draft, reason="缺照片")
        return "还没有公布的访谈", {"submitted at": (at, "")}

    def announced(self):
        self.do("announce", self.draft)
        return "还没有公布的访谈", {"status": ("draft", "scheduled")}

    def started(self):
        self.draft.announce()
        self.do("go-live", self.draft)
        return "还没有公布的访谈", {"status": ("scheduled", "live")}

    def ended(self):
        self.do("end", self.interview)
        return "河水怎样变清", {"status": ("live", "ended")}

    def reopened(self):
        self.interview.end()
        at = shown(self.interview.ended_at)
        self.do("reopen", self.interview)
        return "河水怎样变清", {"status": ("ended", "live"), "ended at": (at, "")}

    def paused(self):
        self.do("pause", self.interview, notice="十分钟后回来。")
        self.interview.pause("二十分钟后回来。")
        Event.objects.filter(interview=self.interview, seq=self.interview.seq).update(at=NOON)
        return "河水怎样变清", {"notice of a pause": ("", "十分钟后回来。")}

    def resumed(self):
        self.interview.pause("十分钟后回来。")
        self.do("resume", self.interview)
        return "河水怎样变清", {"notice of a pause": ("十分钟后回来。", "")}

    def revised(self):
        self.do_plan(headline="河水清了", section="城市 / 河流", reviewed="on")
        return "河水清了", {
            "headline": ("河水怎样变清", "河水清了"),
            "section": ("", "河流"),
            "review": ("no", "yes"),
        }

    def recast(self):
        self.do_plan(language="en")
        return "河水怎样变清", {"language": ("Chinese (simplified)", "English")}

    def do_plan(self, **changed):
        page = at_desk(self.zhou)
        edit = address("edit", self.interview)
        answer = page.post(edit, {**fields(page, edit), **changed})
        assert answer.status_code == 303, answer.content.decode()


REASONS = {
    "declined": "不合适",
    "dismissed": "是九百",
    "retracted": "记错了",
    "sent_back": "缺照片",
    "paused": "十分钟后回来。",
}


@pytest.mark.parametrize("kind", Event.Kind)
def test_what_a_verb_does_at_the_desk_is_one_line_of_the_record(draft, interview, zhou, sun, kind):
    *who, thing, about = getattr(Show(draft, interview, zhou, sun), kind)()
    record = records()[0]
    expected = (*(who or ["周 (zhou)"]), kind.label, "turn" if record.turn_id else "interview", thing)
    assert line(record)[:4] == expected
    assert changes(record).items() >= about.items()
    assert record.reason == REASONS.get(kind, "")
    assert len(Record.objects.filter(action=kind, user__isnull=False)) == 1


def test_one_verb_is_one_line_and_costs_no_query_for_it(turn, guest, monkeypatch):
    from auditlog.registry import auditlog

    interview = turn.interview
    interview.say(guest, "一")
    before = Record.objects.count()
    with CaptureQueriesContext(connection) as recorded:
        interview.say(guest, "二")
    assert Record.objects.count() == before + 1
    signals = auditlog._registry.copy()
    try:
        for model in signals:
            auditlog.unregister(model)
        with CaptureQueriesContext(connection) as unrecorded:
            interview.say(guest, "三")
    finally:
        for model in signals:
            auditlog.register(
                model, **{name: value for name, value in signals[model].items() if not name.startswith("serialize")}
            )
    assert len(recorded) == len(unrecorded)
    assert not any("auditlog" in query["sql"] for query in recorded)


def test_what_goes_by_no_verb_is_recorded_also_of_an_interview(interview):
    interview.headline = "越过动词"
    interview.save()
    assert newest() == (
        "a command",
        "changed",
        "interview",
        "越过动词",
        {"headline": ("河水怎样变清", "越过动词")},
    )


# What is changed in the admin


ADDED = {
    "guest": {"name": "新人", "title": "园丁", "email": "new@example.org"},
    "host": {"name": "新人", "title": "主播"},
    "section": {"name": "新栏目"},
    "publisher": {"name": "新社", "url": "https://new.example/"},
}
CALLED = {"title": "title", "email": "e-mail", "url": "address", "name": "name"}


@pytest.mark.parametrize("model", list(ADDED))
def test_what_is_added_changed_and_deleted_in_the_admin_is_recorded(keeper, model):
    new = ADDED[model]
    add = reverse(f"admin:interviews_{model}_add")
    assert keeper.post(add, {**fields(keeper, add), **new}).status_code == 302
    thing = apps.get_model("interviews", model).objects.get()
    record = records(content_type__model=model)[0]
    assert line(record)[:4] == ("gao", "created", model, new["name"])
    assert changes(record).items() >= {CALLED[name]: ("", value) for name, value in new.items()}.items()
    assert record.is_there

    saved(keeper, page_of(thing), name="改名")
    assert newest() == ("gao", "changed", model, "改名", {"name": (new["name"], "改名")})

    thing.refresh_from_db()
    with_actor(keeper, page_of(thing, "delete"), thing)
    record = records()[0]
    assert line(record)[:4] == ("gao", "deleted", model, "改名")
    assert changes(record)["name"] == ("改名", "")
    assert not record.is_there


def with_actor(keeper, url, thing):
    """Delete the thing by the admin's page, if the admin has one for that."""
    if keeper.post(url, {"post": "yes"}).status_code == 302:
        return
    with in_the_name_of(lambda: User.objects.get(username="gao")):
        thing.delete()


def test_a_draft_is_created_given_publishers_and_seats_and_deleted(keeper, lin_yue):
    publisher = Publisher.objects.create(name="晚报")
    seat = {"speakers-TOTAL_FORMS": 1, "speakers-0-host": lin_yue.pk, "speakers-0-order": 1}
    saved(keeper, reverse("admin:interviews_interview_add"), headline="新访谈", publishers=[publisher.pk], **seat)
    interview = Interview.objects.get()
    created, given, seated = (records(content_type__model=name)[-1] for name in ("interview", "interview", "speaker"))
    given = records(content_type__model="interview")[0]
    assert line(created)[:4] == ("gao", "created", "interview", "新访谈")
    assert changes(created).items() >= {"headline": ("", "新访谈"), "language": ("", "Chinese (simplified)")}.items()
    assert line(given) == ("gao", "changed", "interview", "新访谈", {"publishers": ("", "晚报")})
    assert line(seated)[:4] == ("gao", "created", "speaker", "主持人")
    assert changes(seated).items() >= {"host": ("", "林悦"), "interview": ("", "新访谈")}.items()

    saved(keeper, page_of(interview), publishers=[])
    assert newest()[4] == {"publishers": ("晚报", "")}

    assert keeper.post(page_of(interview, "delete"), {"post": "yes"}).status_code == 302
    gone = {record.kind: line(record)[:2] for record in records(action="deleted")}
    assert gone == {"interview": ("gao", "deleted"), "speaker": ("gao", "deleted")}
    assert {record.interview_id for record in records(action="deleted")} == {interview.pk}


def test_a_role_for_one_interview_is_recorded_when_given_and_when_taken(keeper, interview, pan):
    row = {"assignments-TOTAL_FORMS": 1, "assignments-0-user": pan.pk, "assignments-0-role": "typist"}
    saved(keeper, page_of(interview), **row)
    assigned = newest()
    assert assigned[:4] == ("gao", "created", "assignment", "pan: typist")
    assert assigned[4] == {"interview": ("", "河水怎样变清"), "user": ("", "pan"), "role": ("", "typist")}
    saved(keeper, page_of(interview), **{"assignments-0-role": "editor"})
    assert newest()[4] == {"role": ("typist", "editor")}
    saved(keeper, page_of(interview), **{"assignments-0-DELETE": "on"})
    assert newest()[:4] == ("gao", "deleted", "assignment", "pan: editor")
    assert Assignment.objects.count() == 0


def test_a_seat_that_is_changed_at_the_desk_is_recorded(interview, zhou):
    page, edit = at_desk(zhou), address("edit", interview)
    seat = interview.speakers.get(label="陈安")
    page.post(edit, {**fields(page, edit), f"seat-{seat.pk}-title": "总工程师"})
    record = records(content_type__model="speaker", action="changed")[0]
    assert (record.by, changes(record)) == ("周 (zhou)", {"title": ("河道工程师", "总工程师")})
    assert record.interview == interview


def test_a_report_is_recorded_when_it_is_settled_and_not_when_a_reader_makes_it(turn, hao):
    made = report(turn, text="是黄的。", version=1)
    assert records(content_type__model="report") == []
    at_desk(hao).post(reverse("desk:settle", args=[turn.interview.slug, made.pk]))
    settled = newest()
    assert settled[:4] == ("郝 (hao)", "changed", "report", "是黄的。")
    made.refresh_from_db()
    assert {*settled[4].values()} == {("", shown(made.settled_at)), ("", "郝")}


# Users and their rights


def test_users_are_recorded_without_their_passwords_and_without_their_visits(gao, zhou):
    with in_the_name_of(lambda: gao):
        new = User.objects.create_user("li", password="a-long-secret", email="li@example.org")
        created = records(content_type__model="user", action="created")[0]
        assert line(created)[:4] == ("gao", "created", "user", "li")
        new.set_password("another-secret")
        new.save()
        assert newest()[4] == {"password": (MASK, MASK)}
        new.is_active = False
        new.save()
        assert newest()[4] == {"active": ("yes", "no")}
        count = Record.objects.count()
        new.last_login = timezone.now()
        new.save()
        assert Record.objects.count() == count
    assert "pbkdf2" not in str(list(LogEntry.objects.values("changes", "object_repr", "serialized_data")))


def test_groups_and_permissions_are_recorded_as_they_are_given_and_taken(gao, pan, zhou):
    with in_the_name_of(lambda: gao):
        editors, may = Group.objects.get(name="editor"), Permission.objects.get(codename="add_turn")
        pan.groups.add(editors)
        assert newest() == ("gao", "changed", "user", "pan", {"groups": ("", "editor")})
        pan.groups.set([])
        assert newest()[4] == {"groups": ("editor", "")}
        pan.user_permissions.add(may)
        assert newest()[4] == {"user permissions": ("", str(may))}
        editors.permissions.remove(may)
        assert newest() == ("gao", "changed", "group", "editor", {"permissions": (str(may), "")})
        editors.permissions.add(may)
        editors.user_set.add(pan)
        assert newest()[2:] == ("group", "editor", {"users": ("", "pan")})
        Group.objects.create(name="archivist").delete()
        assert [line(record)[1:4] for record in records()[:2]] == [
            ("deleted", "group", "archivist"),
            ("created", "group", "archivist"),
        ]


@pytest.mark.parametrize("name", list(PARTLY_RECORDED))
def test_of_second_factors_and_links_only_that_they_are_there_is_recorded(pan, name):
    model = apps.get_model(name)
    secrets = {field.name: "ab" * 32 for field in model._meta.fields if field.name in ("key", "fingerprint")}
    device = model.objects.create(user=pan, **secrets)
    assert newest()[1:4] == ("created", kind_of(model), str(device))
    assert "ab" * 32 not in str(records()[0].changes)
    device.delete()
    assert newest()[1:4] == ("deleted", kind_of(model), str(device))


# Who


def test_what_a_command_does_is_by_a_command(interview):
    call_command("import_transcript", "tests/transcripts/river.txt", verbosity=0)
    assert {record.by for record in records()} == {"a command"}


def test_who_has_not_signed_in_is_nobody_and_not_a_command(zhou):
    with in_the_name_of(lambda: Client().get("/").wsgi_request.user):
        zhou.set_password("chosen-by-a-link")
        zhou.save()
    assert newest()[0] == "nobody signed in"


def test_of_a_user_who_is_deleted_the_name_stays(keeper, gao, pan):
    saved(keeper, reverse("admin:interviews_section_add"), name="新栏目")
    gao.delete()
    assert line(records(content_type__model="section")[0])[0] == "gao"
    assert admin_of(User.objects.create_superuser("later")).get(reverse(LIST)).status_code == 200


def admin_of(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.mark.django_db(transaction=True)
def test_who_deletes_the_own_account_leaves_the_line_that_says_so(gao, interview):
    Assignment.objects.create(interview=interview, user=gao, role="editor")
    with in_the_name_of(lambda: gao), translation.override("en"):
        gao.delete()
    assert [line(record)[:4] for record in records(action="deleted")] == [
        ("gao", "deleted", "user", "gao"),
        ("gao", "deleted", "assignment", "gao: editor"),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_each_is_recorded_with_the_own_work(site, gao):
    others = [User.objects.create_superuser(f"boss{number}") for number in range(4)]
    opened = {user: signed_in(site, user) for user in others}
    threads = [threading.Thread(target=add_sections, args=(site, user, *opened[user])) for user in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = records(content_type__model="section")
    assert len(made) == 4 * 5
    assert {(record.by, record.thing.split("-")[0]) for record in made} == {(f"boss{n}", f"boss{n}") for n in range(4)}


def signed_in(site, user):
    cookie = cookie_of(user)
    page = ask_site(site, "/admin/interviews/section/add/", cookie)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
    return f"{cookie}; {page.headers['Set-Cookie'].split(';')[0]}", token


def add_sections(site, user, cookie, token):
    for number in range(5):
        body = f"csrfmiddlewaretoken={token}&name={user.username}-{number}&slug=&parent=".encode()
        ask_site(site, "/admin/interviews/section/add/", cookie, body)


def ask_site(site, path, cookie, body=None):
    from urllib.request import Request, urlopen

    return urlopen(Request(site.here + path, body, {"Cookie": cookie, "Origin": site.here}), timeout=15)


def test_a_page_for_readers_asks_for_nobodys_session(client, interview, zhou):
    client.force_login(zhou)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(interview.get_absolute_url())
    assert "Cookie" not in page.get("Vary", "")
    assert not any("django_session" in query["sql"] for query in queries)


# The list


def listed(keeper, **chosen):
    """The things on the list's page."""
    page = keeper.get(reverse(LIST), chosen)
    assert page.status_code == 200, page
    return [line(record)[1:4] for record in page.context["cl"].result_list]


def test_the_newest_is_first_and_says_who_did_what_with_a_way_to_the_thing(keeper, zhou, turn):
    turn.correct(version=1, text="河水先是黄的。", by=zhou)
    Section.objects.create(name="城市")
    page = keeper.get(reverse(LIST)).text
    assert listed(keeper)[:3] == [
        ("created", "section", "城市"),
        ("corrected", "turn", "陈安: 河水先是黄的。"),
        ("said", "turn", "陈安: 河水先是黑的。"),
    ]
    assert f'href="{page_of(turn)}"' in page
    assert "周 (zhou)" in page
    assert re.search(r"<del>.*黑.*</del>\s+<ins>.*黄.*</ins>", page, re.DOTALL)


def test_it_is_filtered_by_user_kind_action_interview_and_day(keeper, turn, zhou, draft, gao):
    turn.correct(version=1, text="河水先是黄的。", by=zhou)
    corrected = ("corrected", "turn", "陈安: 河水先是黄的。")
    assert listed(keeper, user=zhou.pk) == [corrected]
    assert corrected not in listed(keeper, user="command") != []
    assert {kind for _, kind, _ in listed(keeper, kind="interviews.guest")} == {"guest"}
    assert {kind for _, kind, _ in listed(keeper, kind="interviews.turn")} == {"turn"}
    interviews = listed(keeper, kind="interviews.interview")
    assert ("created", "interview", "还没有公布的访谈") in interviews
    assert ("started", "interview", "河水怎样变清") in interviews
    assert {kind for _, kind, _ in interviews} == {"interview"}
    assert listed(keeper, action__exact="corrected") == [corrected]
    assert listed(keeper, interview=draft.pk) == [
        ("created", "speaker", "主持人"),
        ("created", "interview", "还没有公布的访谈"),
    ]
    Event.objects.filter(kind="corrected").update(at=NOON)
    assert listed(keeper, at__year=2026, at__month=5, at__day=4) == [corrected]
    assert listed(keeper, at__year=2026, at__month=5, at__day=5) == []


def test_what_is_chosen_wrongly_chooses_nothing_or_is_refused_and_never_breaks(keeper, turn):
    for chosen in ({"user": "x"}, {"kind": "x"}, {"interview": "9" * 30}, {"action__exact": "x"}, {"p": "x"}):
        assert keeper.get(reverse(LIST), chosen).status_code in (200, 302), chosen
        answer = keeper.get(reverse("admin:interviews_record_csv"), chosen)
        assert answer.status_code in (200, 400), chosen


def test_of_a_search_the_newest_are_shown_and_the_file_has_all(keeper, interview, guest, monkeypatch):
    monkeypatch.setattr(admin.changes, "MAX_ROWS_FOUND", 3)
    for number in range(5):
        interview.say(guest, f"第{number}句")
    assert [thing for *_, thing in listed(keeper, q="said", user="command")] == []
    page = keeper.get(reverse(LIST), {"q": "河水怎样变清", "action__exact": "said"})
    assert [line(record)[3] for record in page.context["cl"].result_list] == [f"陈安: 第{n}句" for n in (4, 3, 2)]
    assert "These pages show the newest 3" in page.text
    assert len({row[4] for row in exported(keeper, q="河水怎样变清", action__exact="said")[1:]}) == 5


@pytest.mark.parametrize("word", ["zhou", "周", "黑的", "陈安", "河水怎样", "记错了"])
def test_it_is_searched_by_who_what_why_and_what_was_there(keeper, turn, zhou, word):
    turn.correct(version=1, text="河水先是黄的。", by=zhou)
    turn.retract(by=zhou, reason="记错了")
    assert listed(keeper, q=word)
    assert listed(keeper, q=f"{word} no-such-word") == []


def test_the_days_to_choose_from_run_from_the_first_to_the_last(keeper, turn):
    Event.objects.filter(seq=1).update(at=NOON)
    days = Record.objects.filter(at__gte=NOON).datetimes("at", "month")
    assert (days[0].year, days[0].month) == (2026, 5)
    assert f"{days[-1]:%Y-%m}" == f"{timezone.localdate():%Y-%m}"
    assert len(Record.objects.none().datetimes("at", "day")) == 0
    assert "?at__year=2026" in keeper.get(reverse(LIST)).text or len(days) > 1


def test_a_line_has_a_page_with_the_texts_in_full(keeper, turn, zhou):
    long = "长" * 2000
    turn.correct(version=1, text=f"{long}。", by=zhou)
    turn.correct(version=2, text=f"{long}！", by=zhou)
    record = Record.objects.newest_first()[0]
    page = keeper.get(reverse("admin:interviews_record_change", args=[record.pk])).text
    assert f"<td>{long}。</td><td>{long}！</td>" in page
    assert long not in keeper.get(reverse(LIST)).text
    entry = Record.objects.filter(pk__lt=0).newest_first()[0]
    assert keeper.get(reverse("admin:interviews_record_change", args=[entry.pk])).status_code == 200


def test_only_what_is_near_the_change_is_listed():
    one, other = "甲" * 500 + "黑" + "乙" * 500, "甲" * 500 + "黄" + "乙" * 500
    before, after = admin.changes.around(one, other)
    assert before == "… " + "甲" * 30 + "黑" + "乙" * 30 + " …"
    assert after == before.replace("黑", "黄")
    assert admin.changes.around("", "短") == ("", "短")
    assert admin.changes.around("一二", "一二三") == ("一二", "一二三")
    assert len(admin.changes.around("丙" * 5000, "丁" * 5000)[1]) < 150


def test_more_lines_take_no_more_queries(keeper, interview, guest):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert keeper.get(reverse(LIST)).status_code == 200
        return len(captured)

    interview.say(guest, "一").retract(reason="错")
    Guest.objects.create(name="某人")
    with_few = queries()
    for number in range(20):
        interview.say(guest, f"第{number}句").retract(reason="错")
        Guest.objects.create(name=f"某人{number}")
    assert queries() == with_few


def test_no_more_is_counted_than_the_pages_show(keeper, interview, guest, monkeypatch):
    monkeypatch.setattr(admin.changes, "MAX_ROWS_COUNTED", 3)
    with CaptureQueriesContext(connection) as queries:
        page = keeper.get(reverse(LIST))
    assert "These pages show the newest 3" in page.text
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "interviews_record" in query["sql"]]
    assert counts
    assert all("LIMIT 3" in sql for sql in counts)


@pytest.mark.parametrize(
    ("model", "name", "field"),
    [
        (Event, "note", models.CharField(max_length=1000, blank=True)),
        (Event, "kind", models.CharField(max_length=30)),
        (LogEntry, "action", models.PositiveIntegerField()),
        (LogEntry, "object_repr", models.CharField(max_length=500)),
    ],
    ids=["note", "kind", "action", "object_repr"],
)
def test_a_migration_may_alter_a_column_that_the_record_shows(interview, turn, gao, model, name, field):
    turn.retract(reason="说错了")
    before = list(Record.objects.values())
    connection.check_constraints()  # at once: PostgreSQL alters no table while some are still to be checked
    field.set_attributes_from_name(name)
    with connection.schema_editor() as editor:
        editor.alter_field(model, model._meta.get_field(name), field)
    assert list(Record.objects.values()) == before


def test_the_database_reads_both_halves_by_their_time_and_sorts_nothing(interview):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")  # as if there were many rows
        plan = Record.objects.newest_first()[:100].explain()
    assert "event_at" in plan
    assert "auditlog_logentry_timestamp" in plan
    assert "Merge Append" in plan
    assert not re.search(r"^\s*->\s+Sort\b|^Sort\b", plan, re.MULTILINE), plan  # Incremental Sort is of one instant


# Nobody writes in it


def test_the_record_is_read_only_for_everybody_by_every_method(keeper, turn):
    record = Record.objects.newest_first()[0]
    change = reverse("admin:interviews_record_change", args=[record.pk])
    delete = reverse("admin:interviews_record_delete", args=[record.pk])
    before = Record.objects.count()
    assert keeper.get(change).status_code == 200
    assert "<input" not in keeper.get(change).text.split('id="record_form"')[1].split("</form>")[0].replace(
        '<input type="hidden"', ""
    )
    for method in ("post", "put", "patch", "delete"):
        for url in (change, delete, reverse("admin:interviews_record_add")):
            if method == "post" or url != change:
                assert getattr(keeper, method)(url, {"post": "yes"}).status_code == 403, (method, url)
        assert getattr(keeper, method)(reverse("admin:interviews_record_csv")).status_code == 405
    act = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    keeper.post(reverse(LIST), act)
    assert Record.objects.count() == before
    assert 'name="action"' not in keeper.get(reverse(LIST)).text


def test_no_other_page_of_the_admin_shows_or_changes_half_of_the_record(keeper):
    addresses = [str(pattern.pattern) for pattern in __import__("django.contrib.admin").contrib.admin.site.urls[0]]
    assert not any("auditlog" in address or "/event/" in address for address in addresses)
    assert "auditlog" not in keeper.get(reverse("admin:index")).text


def test_admins_see_the_record_and_editors_do_not(interview, zhou, pan):
    User.objects.update(is_staff=True)
    pan.groups.add(Group.objects.get(name="admin"))
    for user, status in ((zhou, 403), (pan, 200)):
        for name in (LIST, "admin:interviews_record_csv"):
            assert admin_of(user).get(reverse(name)).status_code == status, (user, name)
    assert "record/add" not in admin_of(pan).get(reverse("admin:index")).text


def test_everything_that_people_keep_in_the_admin_is_recorded():
    from django.contrib import admin

    by_verbs_or_a_view = {"interviews.Turn", "interviews.Record", "interviews.Lock"}  # a lock passes by itself
    kept = {model._meta.label for model in admin.site._registry} - by_verbs_or_a_view
    recorded = {model._meta.label for model in RELATIONS} | {*PARTLY_RECORDED}
    assert kept <= recorded


# As a file


def exported(keeper, **chosen):
    answer = keeper.get(reverse("admin:interviews_record_csv"), chosen)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_the_file_has_a_line_for_each_field_that_was_changed_with_its_whole_texts(keeper, turn, zhou, host):
    long = "长" * 2000
    turn.correct(version=1, text=long, speaker=host, by=zhou)
    heads, *lines = exported(keeper, user=zhou.pk)
    about = ["周 (zhou)", "corrected", "turn", f"主持人: {'长' * 30}…", "河水怎样变清"]
    assert heads == ["at", "who", "action", "kind of thing", "what", "interview", "field", "from", "to", "reason"]
    assert [row[1:] for row in lines] == [
        [*about, "text", "河水先是黑的。", long, ""],
        [*about, "speaker", "陈安", "主持人", ""],
    ]
    at = datetime.fromisoformat(lines[0][0])
    assert at.utcoffset().total_seconds() == 8 * 3600
    assert abs((at - timezone.now()).total_seconds()) < 60


@pytest.mark.parametrize("chosen", [{"at__year": "99999"}, {"at__year": "x"}])
def test_a_filter_that_can_not_be_leads_back_to_the_list(keeper, chosen):
    assert keeper.get(reverse("admin:interviews_record_csv"), chosen).status_code == 302


def test_the_file_holds_what_is_filtered_and_every_line_of_it_once(keeper, interview, guest, monkeypatch):
    monkeypatch.setattr(admin.changes, "ROWS_READ_AT_ONCE", 3)
    for number in range(10):
        interview.say(guest, f"第{number}句")
    Event.objects.update(at=NOON)  # one instant: by the time alone they can't be told apart
    _, *lines = exported(keeper, action__exact="said")
    said = [row[8] for row in lines if row[6] == "text"]
    assert sorted(said) == sorted(f"第{number}句" for number in range(10))
    assert {row[2] for row in lines} == {"said"}


def test_no_cell_is_a_formula(keeper, gao):
    for name in ("=1+1", "+1", "-1", "@cmd", "\tx", "＝1"):
        Section.objects.create(name=name)
    for row in exported(keeper, kind="interviews.section"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for cell in row), row


def test_a_server_reads_no_further_than_it_has_sent():
    read = []

    def parts():
        for number in range(3):
            read.append(number)
            yield f"{number}"

    async def first_two():
        sent = aiter(admin.changes.Streamed(parts()))
        return [await anext(sent), await anext(sent)]

    assert async_to_sync(first_two)() == [b"0", b"1"]
    assert read == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_a_server_sends_the_whole_file(site, gao, interview):
    text = ask_site(site, reverse("admin:interviews_record_csv"), cookie_of(gao)).read().decode()

    assert text.count("\n") > Record.objects.count()


def test_speakers_know_their_interview_in_the_record(interview):
    assert {record.interview_id for record in records(content_type__model="speaker")} == {interview.pk}
    assert Speaker.objects.count() == 3
