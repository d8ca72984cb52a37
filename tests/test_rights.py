"""docs/rights.md says who may do what. Here each address is tried, by each method, in each role."""

import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from interviews.models import Assignment, Event, Guest, Host, Interview, Lock, Publisher, Record, Section, Turn, User
from interviews.models.accounts.roles import Role
from interviews.models.desk.report import report
from live import asgi

from .newsroom import JSON, address, ask, at_desk, cookie_of
from .sites import PATIENCE, ROOT

DOORS = ("/sign-in/?next=", "/admin/login/?next=")
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
MAY, MAY_NOT, NOT_THERE = "✓", "–", "○"


# The table


@dataclass(frozen=True)
class Row:
    address: str
    of: str
    method: str
    cells: dict[str, str]


def spelled_out(address):
    """The addresses that one with alternatives in braces stands for."""
    if not (found := re.search(r"{(.*?)}", address)):
        return [address]
    alternatives = found[1].split(",")
    return [one for word in alternatives for one in spelled_out(address.replace(found[0], word, 1))]


def read_table():
    columns = None
    for line in (Path(ROOT) / "docs" / "rights.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "Address":
            columns = cells[2:]
        elif columns and (found := re.fullmatch(r"`([^`]+)`(?: (.+))?", cells[0])):
            for one in spelled_out(found[1]):
                for method in cells[1].split():
                    yield Row(one, found[2] or "", method, dict(zip(columns, cells[2:], strict=True)))


TABLE = list(read_table())
ROLES = list(TABLE[0].cells)
SOCKETS = [row for row in TABLE if row.method == "socket"]
ROWS = [row for row in TABLE if row.method != "socket"]


# The addresses


def written(pattern):
    """A part of an address as the table writes it."""
    if hasattr(pattern, "_route"):
        return pattern._route
    return re.sub(r"\(\?P(<\w+>)[^)]*\)(?:\.webp\))?", r"\1", pattern._regex).strip("^$")


def every_address(patterns=None, before="/"):
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = before + written(one.pattern)
        if isinstance(one, URLPattern):
            yield here
        else:
            yield from every_address(one.url_patterns, here)


def test_every_address_of_the_site_is_in_the_table_and_every_line_of_the_table_is_an_address():
    addresses, lines = set(every_address()), {row.address for row in ROWS}
    assert sorted(addresses - lines) == [], "not in the table"
    assert sorted(lines - addresses) == [], "no such address"


def test_every_socket_is_in_the_table():
    routes = {f"/{route.pattern._route}" for route in asgi.sockets.routes if hasattr(route.pattern, "_route")}
    assert routes == {row.address for row in SOCKETS}


def test_the_table_says_one_thing_about_each_and_uses_only_its_marks():
    said = [(row.address, row.of, row.method) for row in TABLE]
    assert len(said) == len(set(said))
    assert {mark for row in TABLE for mark in row.cells.values()} == {MAY, MAY_NOT, NOT_THERE}


# The people


class World:
    """One of each thing, and somebody in a role."""

    def __init__(self, interview, other, draft, role):
        self.interview, self.other, self.draft, self.role = interview, other, draft, role
        self.user = None if role == "nobody" else somebody(role, interview, other)
        self._speak()
        self._keep()
        self.client = Client()
        if self.user:
            self.client.force_login(self.user)
        self.cookies = self.client.cookies.copy()

    def _speak(self):
        host, guest, _ = self.interview.speakers.all()
        self.turn = self.interview.say(guest, "河水先是黑的。", by=self.user)
        self.own_event = self.interview.events.last()
        self.others_event = self.interview.say(host, "谁说的？").events.last()
        self.held = self.interview.say(guest, "先压着。", held=True)
        self.suggestion = self.turn.suggest(
            version=1, text="河水先是灰的。", speaker=guest, by=User.objects.create(username="suggests")
        )
        self.own_event = self.interview.say(guest, "我自己的。", by=self.user).events.last()
        self.report = report(self.turn, text="是黄的。", version=1)

    def _keep(self):
        for name in ("people/face.webp", f"turns/{'0' * 32}-480.webp"):
            default_storage.delete(name)
            default_storage.save(name, ContentFile(b"picture"))
        face = {"name": "新人", "photo": "people/face.webp", "original": "people/face.webp"}
        self.people = {"guest": Guest.objects.create(**face), "host": Host.objects.create(**face)}
        self.ordinary = User.objects.create_user("ordinary", email="o@example.org")
        self.things = {
            **self.people,
            "interview": self.interview,
            "turn": self.turn,
            "section": Section.objects.create(name="城市"),
            "publisher": Publisher.objects.create(name="晚报"),
            "user": self.ordinary,
            "group": Group.objects.get(name="typist"),
            "lock": Lock.objects.create(username="x", ip_address="127.0.0.1", failures_since_start=1),
            "record": Record.objects.newest_first().first(),
        }

    def url(self, row):
        """The row's address, filled in with the things that the row is about."""
        known = {
            "slug": self.draft.slug if row.of == "of a draft" else self.interview.slug,
            "format": "md",
            "seq": (self.others_event if "another" in row.of else self.own_event).seq,
            "pk": self._pk(row),
            "name": f"{'0' * 32}-480.webp" if "/turns/" in row.address else "face.webp",
            "app_label": "interviews",
            "url": "nowhere/",
            "content_type_id": ContentType.objects.get_for_model(Interview).pk,
            "object_id": self._pk(row),
        }
        if row.address.startswith(("/guests/<", "/hosts/<")):
            known["slug"] = self.interview.speakers.exclude(**{row.address[1:-12].rstrip("s/"): None})[0].person.slug
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found[1]]), row.address)
        return path + self._query(row)

    def _pk(self, row):
        if row.of == "of a held turn":
            return self.held.pk
        if row.of == "of a superuser":
            return User.objects.get_or_create(username="boss", is_superuser=True, is_staff=True)[0].pk
        if row.of == "of a draft":
            return self.draft.pk
        for word, thing in {
            "suggestions": self.suggestion,
            "reports": self.report,
            "/seats/": self.turn.speaker,
            "/turns/": self.turn,
        }.items():
            if word in row.address:
                return (self.prepared if row.address.endswith("/move/") else self.turn_for(row, thing)).pk
        model = re.match(r"/admin/(?:interviews|auth)/(\w+)/", row.address)
        return (self.things[model[1]] if model else self.interview).pk

    def turn_for(self, row, thing):
        return self.held if row.address.endswith(("/release/", "/decline/")) else thing

    @property
    def prepared(self):
        return self.interview.turns.prepared().first() or self.interview.prepare(self.turn.speaker, "下一题。")

    def _query(self, row):
        if "autocomplete" in row.address:
            model, field = ("assignment", "user") if "users" in row.of else ("speaker", "guest")
            return f"?app_label=interviews&model_name={model}&field_name={field}&term="
        if row.address.endswith("/changes/"):
            return f"?epoch={uuid.uuid4()}&after=0"
        if row.address == "/invitation/":
            return f"?token={self.ordinary.invite()}"
        return ""

    def answer(self, row, method):
        """Return the answer, and whether the record has grown by the request; then take back what it did."""
        with transaction.atomic():
            if row.of == "with a second factor":
                self._take_second_factor()
            url, before = self.url(row), Record.objects.count()
            response = self.client.generic(method, url)
            self.client.cookies = self.cookies.copy()
            changed = Record.objects.count() != before
            transaction.set_rollback(True)
        return response, changed

    def _take_second_factor(self):
        if self.user:
            device = TOTPDevice.objects.create(user=self.user, key="ab" * 20)
            session = self.client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()

    def outcome(self, response):
        """Return the table's mark for this answer, with the kind of refusal if it isn't the right one."""
        to = response.get("Location", "")
        if response.status_code == 404:
            return NOT_THERE
        is_door = to.startswith(DOORS) or (to == "/admin/" and not (self.user and self.user.is_staff))
        if response.status_code in (302, 303) and is_door:
            is_own = not self.user or response.wsgi_request.path.startswith("/admin/")
            return MAY_NOT if is_own else "sent to sign in, though signed in"
        if response.status_code in (401, 403):
            return MAY_NOT if self.user else f"{response.status_code} without a way to sign in"
        if response.status_code == 405 or response.status_code >= 500:
            return str(response.status_code)
        return MAY


def somebody(role, interview, other):
    """A fresh account in that role, as the table calls it."""
    user = User.objects.create_user(role.replace(" ", "-").replace(",", ""), email="somebody@example.org")
    name, *where = role.replace(",", "").split()
    if where == ["here"]:
        Assignment.objects.create(user=user, role=name, interview=interview)
    elif name == "elsewhere":  # whatever may be held there: if all together are worth nothing, each is
        for one in ("typist", "moderator", "editor"):
            Assignment.objects.create(user=user, role=one, interview=other)
    elif name in Role.values:
        user.groups.add(Group.objects.get(name=name))
    user.is_staff = name in ("admin", "superuser") or where == ["staff"]
    user.is_superuser = name == "superuser"
    user.save()
    return User.objects.get(pk=user.pk)


@pytest.fixture
def world(interview, other, draft, request, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World(interview, other, draft, request.param)


# Each role at each address


@pytest.mark.slow
@pytest.mark.parametrize("world", ROLES, indirect=True)
def test_each_role_is_let_in_where_the_table_says_so_and_refused_elsewhere(world):
    wrong = []
    for row in ROWS:
        due, (response, changed) = row.cells[world.role], world.answer(row, row.method)
        if (outcome := world.outcome(response)) != due:
            wrong.append(f"{row.method} {row.address} {row.of}: {outcome} ({response.status_code}), not {due}")
        if changed and due != MAY:
            wrong.append(f"{row.method} {row.address} {row.of}: refused, but something has changed")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.slow
@pytest.mark.parametrize("world", ["superuser"], indirect=True)
def test_by_any_other_method_nothing_is_changed_and_outside_the_admin_nothing_is_answered(world):
    wrong = []
    for row in {row.address: row for row in reversed(ROWS) if row.method == "GET" or "GET" not in listed(row)}.values():
        for method in METHODS - listed(row):
            response, changed = world.answer(row, method)
            if method == "HEAD" and row.method == "GET":
                is_same = world.outcome(response) == row.cells[world.role]
                wrong += [] if is_same and not changed else [f"HEAD {row.address} {row.of}: {response.status_code}"]
                continue
            answers_for_itself = row.address.startswith("/admin/") or row.address in DJANGOS_OWN
            is_refused = response.status_code == 405 or world.outcome(response) in (MAY_NOT, NOT_THERE)
            if changed or not (is_refused or answers_for_itself) or response.status_code >= 500:
                wrong.append(f"{method} {row.address}: {response.status_code}{', changed' * changed}")
    assert not wrong, "\n".join(["", *wrong])


def listed(row):
    return {other.method for other in ROWS if other.address == row.address}


DJANGOS_OWN = {"/sign-in/", "/sign-out/", "/favicon.ico"}  # classes, which answer OPTIONS too


@pytest.mark.parametrize("world", ["superuser"], indirect=True)
def test_without_the_pages_token_nothing_is_posted(world):
    wrong = []
    client = Client(enforce_csrf_checks=True)
    for row in ROWS:
        if row.method == "POST" and row.cells[world.role] == MAY and not row.address.endswith("/report/"):
            client.cookies = world.cookies.copy()
            status = client.post(world.url(row)).status_code
            wrong += [f"{row.address}: {status}"] if status != 403 else []
    assert not wrong, "\n".join(["", *wrong])


def test_with_the_pages_token_it_is(zhou, interview):
    client = Client(enforce_csrf_checks=True)
    client.force_login(zhou)
    page = client.get(address("interview", interview)).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    said = {"speaker": interview.speakers.first().pk, "text": "话", "key": uuid.uuid4()}
    assert client.post(address("say", interview), said, headers=JSON | {"X-CSRFToken": token}).status_code == 201


@pytest.mark.parametrize("role", [role for role in ROLES if role != "nobody"])
def test_a_disabled_account_is_nobody(interview, other, draft, role, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = World(interview, other, draft, role)
    User.objects.filter(pk=world.user.pk).update(is_active=False)
    world.user = None
    for row in ROWS:
        if row.method == "GET" and row.address in ("/desk/", "/desk/<slug:slug>/", "/admin/", "/account/"):
            response, _ = world.answer(row, "GET")
            assert world.outcome(response) == row.cells["nobody"], row


def test_a_script_that_is_signed_out_is_told_401(client, interview):
    for row in ROWS:
        if row.address in ("/desk/<slug:slug>/turns/", "/desk/<slug:slug>/changes/"):
            url = row.address.replace("<slug:slug>", interview.slug)
            assert client.generic(row.method, url, headers=JSON).status_code == 401


def test_after_signing_in_one_lands_at_the_desk_that_was_asked_for_and_not_in_a_verb(client, interview):
    asked = client.post(reverse("desk:end", args=[interview.slug]))
    assert asked.url == f"/sign-in/?next=/desk/{interview.slug}/"


# Sockets


@pytest.mark.django_db(transaction=True)
def test_each_role_may_open_the_sockets_that_the_table_says(site, interview, other, draft, zhou):
    wrong = []
    for role in ROLES:
        cookie = "" if role == "nobody" else cookie_of(somebody(role, interview, other))
        for row in SOCKETS:
            there = draft if row.of == "of a draft" else interview
            if (outcome := heard(site, row, there, cookie)) != row.cells[role]:
                wrong.append(f"{role} {row.address} {row.of}: {outcome}, not {row.cells[role]}")
    assert not wrong, "\n".join(["", *wrong])


CODES = {4403: MAY_NOT, 4404: NOT_THERE}


def heard(site, row, interview, cookie):
    """The first thing that the server says."""
    path = row.address.replace("<slug:slug>", interview.slug)
    url = f"ws://127.0.0.1:{site.port}{path}?epoch={interview.epoch}&after=0"
    headers = {"Cookie": cookie} if cookie else {}
    try:
        with connect(url, origin=site.here, additional_headers=headers, proxy=None, open_timeout=PATIENCE) as socket:
            json.loads(socket.recv(PATIENCE))
            return MAY
    except ConnectionClosed as closed:
        return CODES.get(closed.rcvd.code, closed.rcvd.code)


# What belongs to another interview


@pytest.mark.parametrize("world", ["editor here", "superuser"], indirect=True)
def test_a_number_of_another_interview_is_not_found_by_way_of_this_one(world):
    """Whoever runs one interview reaches nothing of another by putting its numbers into an own address."""
    host = world.other.speakers.get()
    turn = world.other.say(host, "别处的话。")
    suggestion = turn.suggest(version=1, text="别处。", speaker=host, by=world.ordinary)
    reported = report(turn, text="别处的错。", version=1)
    foreign = {
        "turns": turn.pk,
        "suggestions": suggestion.pk,
        "reports": reported.pk,
        "events": 10**6,
        "seats": host.pk,
    }
    tried = 0
    for row in ROWS:
        if found := re.match(r"/desk/<slug:slug>/(\w+)/<int:(?:pk|seq)>/", row.address):
            url = re.sub(r"<int:\w+>", str(foreign[found[1]]), row.address).replace("<slug:slug>", world.interview.slug)
            assert world.client.generic(row.method, url, headers=JSON).status_code == 404, url
            tried += 1
    assert tried >= 13
    assert Turn.objects.get(pk=turn.pk).version == 1


def test_neither_speakers_nor_turns_nor_photos_of_another_interview_come_in_by_a_form(interview, other, zhou):
    host, guest, _ = interview.speakers.all()
    stranger, turn = other.speakers.get(), interview.say(guest, "河水先是黑的。", by=zhou)
    theirs = other.say(stranger, "别处的话。")
    photo = other.photos.create(key=uuid.uuid4(), widths=[480], width=480, height=320)
    key = str(uuid.uuid4())
    said = {"speaker": host.pk, "text": "话", "key": key}
    for verb, about, what, field in (
        ("say", interview, said | {"speaker": stranger.pk}, "speaker"),
        ("say", interview, said | {"before": theirs.pk}, "before"),
        ("say", interview, said | {"photo": str(photo.key)}, "__all__"),
        ("prepare", interview, said | {"speaker": stranger.pk}, "speaker"),
        ("correct", turn, {"version": 1, "text": "话", "speaker": stranger.pk}, "speaker"),
        (
            "correct",
            turn,
            {"version": 1, "text": "话", "speaker": guest.pk, "photos": 1, "photo": photo.key},
            "__all__",
        ),
        ("presence", interview, {"window": key, "turn": theirs.pk}, "turn"),
        ("presence", interview, {"window": key, "speaker": stranger.pk}, "speaker"),
    ):
        answer = ask(zhou, verb, about, **what)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), (verb, what)
    assert ask(zhou, "grow", interview, turn=theirs.key, text="话", key=key).status_code == 404
    assert interview.turns.count() == 1


def test_nothing_is_set_that_a_form_does_not_show(interview, zhou):
    """A post may say more than the page asks for."""
    host = interview.speakers.first()
    more = {
        "state": "published",
        "held": "",
        "heading": "要点",
        "version": 9,
        "interview": 1,
        "by": 1,
        "corrected_at": "",
    }
    ask(zhou, "say", interview, speaker=host.pk, text="话", key=uuid.uuid4(), **more)
    turn = interview.turns.get()
    assert (turn.heading, turn.version, turn.state) == ("", 1, "published")
    page = at_desk(zhou)
    from .test_admin import fields

    edit = address("edit", interview)
    more = {"status": "ended", "seq": 99, "approved_at": "2026-01-01", "old_id": "x", "pinned": turn.pk}
    page.post(edit, {**fields(page, edit), **more})
    stands = Interview.objects.get(pk=interview.pk)
    assert (stands.status, stands.seq, stands.old_id, stands.pinned, stands.approved_at) == (
        *("live", interview.seq + 1, None, None),
        None,
    )


def test_a_draft_is_named_at_no_public_address(client, interview, draft, lin_yue):
    headline, word = "绝密的题目，谁也不知道", "绝密"
    Interview.objects.filter(pk=draft.pk).update(headline=headline, lede=headline)
    draft.seat(Guest.objects.create(name="绝密的人"))
    places = ["/", "/interviews/", f"/search/?q={word}", "/feed.atom", "/sitemap.xml", lin_yue.get_absolute_url()]
    for place in [*places, interview.get_absolute_url()]:
        response = client.get(place)
        assert response.status_code == 200
        assert headline not in response.text, place
        assert draft.slug not in response.text, place


# In the admin


def as_staff(user, *codenames):
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def test_who_may_change_turns_but_runs_no_interview_looks_at_them_in_the_admin(interview, guest, sun):
    Interview.objects.filter(pk=interview.pk).update(reviewed=True)
    turn = interview.say(guest, "河水先是黑的。")
    client = as_staff(sun, "change_turn", "view_turn")
    change = reverse("admin:interviews_turn_change", args=[turn.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"text": "改"}).status_code == 403
    chosen = {"action": "retract", "_selected_action": [turn.pk]}
    told = client.post(reverse("admin:interviews_turn_changelist"), chosen, follow=True)
    assert [str(message) for message in told.context["messages"]] == [f"{turn}: You may not change this."]
    turn.refresh_from_db()
    assert (turn.state, turn.text) == ("published", "河水先是黑的。")


def test_in_the_admin_too_a_role_for_one_interview_is_worth_nothing_in_another(interview, other, guest, pan):
    Assignment.objects.create(user=pan, interview=interview, role="editor")
    client = as_staff(pan, "change_turn", "view_turn")
    mine, theirs = interview.say(guest, "这里的话。"), other.say(other.speakers.get(), "别处的话。")
    chosen = {"action": "retract", "_selected_action": [mine.pk, theirs.pk]}
    client.post(reverse("admin:interviews_turn_changelist"), chosen)
    assert [Turn.objects.get(pk=turn.pk).state for turn in (mine, theirs)] == ["retracted", "published"]


def test_people_are_found_by_typing_only_by_those_who_may_see_them(interview, chen_an, pan):
    asked = {"app_label": "interviews", "model_name": "speaker", "field_name": "guest", "term": "陈"}
    client = as_staff(pan, "view_turn")
    assert client.get(reverse("admin:autocomplete"), asked).status_code == 403
    assert client.get(reverse("admin:autocomplete"), asked | {"field_name": "interview"}).status_code == 403


@pytest.fixture
def keeper_of_users(pan, gao, interview):
    """An account of the group admin that is no superuser."""
    pan.groups.add(Group.objects.get(name="admin"))
    return as_staff(pan)


def test_an_admin_can_neither_make_a_superuser_nor_touch_one(keeper_of_users, gao, pan, sun):
    from .test_admin import fields

    before = User.objects.values_list("password", "is_active", "is_superuser").get(pk=gao.pk)
    for name in ("change", "delete", "link", "withdraw", "sign_out", "without_second_factor"):
        url = reverse(f"admin:interviews_user_{name}", args=[gao.pk])
        keeper_of_users.post(url, {"post": "yes", "username": "gao", "is_active": ""})
    assert User.objects.values_list("password", "is_active", "is_superuser").get(pk=gao.pk) == before
    for user in (sun, pan):
        change = reverse("admin:interviews_user_change", args=[user.pk])
        given = {"is_superuser": "on", "user_permissions": list(Permission.objects.values_list("pk", flat=True))}
        keeper_of_users.post(change, {**fields(keeper_of_users, change), **given})
        user = User.objects.get(pk=user.pk)
        assert not user.is_superuser
        assert not user.user_permissions.exists()
    assert Event.objects.count()


def test_no_page_of_the_admin_shows_the_secrets_of_a_second_factor(client, gao):
    client.force_login(gao)
    assert "otp_" not in client.get(reverse("admin:index")).text
    assert not [address for address in every_address() if "otp_" in address or "axes" in address]
