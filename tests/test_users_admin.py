"""Accounts in the admin: invited, given roles, disabled; and what an admin can't do to others or to themselves."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from interviews.models import Assignment, Invitation, Role, User

from .newsroom import at_desk
from .test_admin import fields
from .test_invitations import CHOICE
from .test_sign_in import is_in, try_to

pytestmark = pytest.mark.slow

LIST, ADD = reverse("admin:interviews_user_changelist"), reverse("admin:interviews_user_add")


@pytest.fixture
def ma(db, zhou):
    """An admin by role, who is no superuser."""
    user = User.objects.create_user("ma", password="typing-all-day", first_name="马", is_staff=True)
    user.groups.add(Group.objects.get(name="admin"))
    return user


@pytest.fixture
def desk(ma):
    client = at_desk(ma)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page_of(user, what="change"):
    return reverse(f"admin:interviews_user_{what}", args=[user.pk])


def group(*names):
    return [str(pk) for pk in Group.objects.filter(name__in=names).values_list("pk", flat=True)]


def form_of(client, user):
    """The fields that a browser would send, with ticked boxes."""
    page = client.get(page_of(user)).text
    ticked = re.findall(r'<input type="checkbox" name="(\w+)"(?: value="(\d+)")?[^>]* checked', page)
    form = fields(client, page_of(user))
    for name, value in ticked:
        form[name] = [*form.get(name, []), value] if value else "on"
    return form


def change(client, user, **changed):
    form = {**form_of(client, user), **changed}
    answer = client.post(page_of(user), {name: value for name, value in form.items() if value is not None})
    user.refresh_from_db()
    return answer


def roles(user):
    return sorted(user.groups.values_list("name", flat=True))


# Invited


def invite(client, **about):
    form = {**fields(client, ADD), "username": "xu", "name": "徐舟", "email": "", "groups": group("typist"), **about}
    return client.post(ADD, form)


def test_an_admin_invites_with_a_role_and_is_given_the_link_once(desk, ma, client):
    page = invite(desk)
    link = re.search(r'value="(http://testserver(/invitation/\?token=[\w-]+))"', page.text)
    xu = User.objects.get(username="xu")
    assert (xu.name, roles(xu), xu.is_staff, xu.has_usable_password()) == ("徐舟", ["typist"], False, False)
    assert Invitation.objects.get().by == ma
    assert link[1] not in desk.get(page_of(xu)).text
    assert client.post(link[2], CHOICE).status_code == 302
    assert is_in(client)


def test_an_invited_admin_may_open_the_admin(desk):
    invite(desk, groups=group("admin"))
    assert User.objects.get(username="xu").is_staff


def test_an_invitation_is_refused_for_a_name_that_is_taken(desk, zhou):
    assert 'class="errorlist"' in invite(desk, username="zhou").text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", ["\u3164", "ann\uffa0", "\u1160ann", "a\u115fnn"])
def test_nobody_signs_in_by_a_name_that_looks_like_anothers_or_like_nothing(desk, name):
    assert "Enter a valid username" in invite(desk, username=name).text
    assert not User.objects.filter(email="").exclude(username__in=["ma", "zhou"]).exists()


def test_a_link_is_withdrawn_and_made_anew_by_post(desk, zhou, client):
    zhou.invite()
    desk.get(page_of(zhou, "withdraw"))
    assert zhou.open_invitation
    desk.post(page_of(zhou, "withdraw"))
    assert not zhou.open_invitation
    assert "token=" not in desk.get(page_of(zhou, "link")).text
    link = re.search(r'value="http://testserver([^"]*)"', desk.post(page_of(zhou, "link")).text)[1]
    assert client.post(link, CHOICE).status_code == 302


def test_an_admin_ends_somebodys_sessions(desk, zhou):
    there = at_desk(zhou)
    desk.get(page_of(zhou, "sign_out"))
    assert is_in(there)
    desk.post(page_of(zhou, "sign_out"))
    assert not is_in(there)


# Shown and changed


def test_the_list_tells_roles_in_the_admins_language_and_who_has_a_second_factor(desk, zhou, sun):
    zhou.totpdevice_set.create(name="app")
    row = desk.get(LIST).text.split(">zhou<")[1].split("</tr>")[0]
    assert "editor" in row
    assert row.index('alt="True"') < row.index("field-is_active")
    assert ">sun<" not in desk.get(LIST, {"role": group("editor")[0]}).text


def test_the_list_asks_the_database_no_more_for_more_accounts(desk, django_assert_max_num_queries):
    for n in range(20):
        User.objects.create_user(f"user{n}").groups.add(*Group.objects.all())
    with django_assert_max_num_queries(12):
        desk.get(LIST)


def test_roles_are_given_and_taken_and_groups_of_the_sites_own_stay(desk, zhou):
    own = Group.objects.create(name="夜班")
    assert "夜班" in desk.get(page_of(zhou)).text
    assert change(desk, zhou, groups=[*group("moderator"), str(own.pk)]).status_code == 302
    assert roles(zhou) == ["moderator", "夜班"]
    assert zhou.check_password("typing-all-day")


def test_the_role_of_an_admin_opens_the_admin_and_its_loss_closes_it(desk, zhou):
    change(desk, zhou, groups=group("admin"))
    assert zhou.is_staff
    change(desk, zhou, groups=group("editor"))
    assert not zhou.is_staff


def test_the_admin_may_be_opened_to_an_editor(desk, zhou):
    change(desk, zhou, is_staff="on")
    assert (zhou.is_staff, roles(zhou)) == (True, ["editor"])


def test_somebody_is_assigned_to_an_interview(desk, pan, interview):
    inline = {"assignments-TOTAL_FORMS": "1", "assignments-0-interview": interview.pk, "assignments-0-role": "typist"}
    change(desk, pan, **inline)
    assert [(task.interview, task.role) for task in pan.assignments.all()] == [(interview, Role.TYPIST)]


def test_who_is_disabled_is_out(desk, zhou):
    there = at_desk(zhou)
    assert change(desk, zhou, is_active=None).status_code == 302
    assert not is_in(there)
    assert try_to("zhou", "typing-all-day").status_code == 200


# Not beyond the own rights


@pytest.mark.parametrize("what", ["change", "delete", "link", "sign_out", "without_second_factor", "withdraw"])
def test_an_admin_does_nothing_to_a_superuser(desk, gao, what):
    gao.invite()
    password, signed_out = gao.password, gao.signed_out_at
    for answer in (desk.get(page_of(gao, what)), desk.post(page_of(gao, what), {"post": "yes"})):
        assert answer.status_code in (302, 404)
    assert "token=" not in desk.post(page_of(gao, what), follow=True).text
    gao.refresh_from_db()
    assert (gao.password, gao.signed_out_at) == (password, signed_out)
    assert gao.open_invitation
    assert ">gao<" not in desk.get(LIST).text


@pytest.mark.parametrize("active", [True, False])
def test_an_admin_does_nothing_to_an_account_with_more_rights(desk, pan, active):
    pan.user_permissions.add(Permission.objects.get(codename="change_group"))
    User.objects.filter(pk=pan.pk).update(is_active=active)
    for what in ("link", "sign_out"):
        assert desk.post(page_of(pan, what)).status_code == 403
    assert desk.post(page_of(pan), {"is_active": "on"}).status_code == 403
    assert desk.post(page_of(pan, "delete"), {"post": "yes"}).status_code == 403


def test_an_admin_makes_no_superuser_and_gives_no_single_rights(desk, zhou, ma):
    permission = Permission.objects.get(codename="change_group")
    for user in (zhou, ma):
        change(desk, user, is_superuser="on", user_permissions=[permission.pk])
        assert not user.is_superuser
        assert not user.user_permissions.exists()
    invite(desk, is_superuser="on")
    assert not User.objects.get(username="xu").is_superuser


def test_an_admin_gives_no_group_that_may_more_than_an_admin(desk, zhou, ma):
    chiefs = Group.objects.create(name="chiefs")
    chiefs.permissions.add(Permission.objects.get(codename="change_group"))
    for user in (zhou, ma):
        answer = change(desk, user, groups=[*group("admin"), str(chiefs.pk)])
        assert answer.status_code == 200
        assert "chiefs" not in roles(user)


def test_nobody_manages_whoever_may_more(ma, gao, zhou):
    assert ma.may_manage(zhou)
    assert ma.may_manage(ma)
    assert not ma.may_manage(gao)
    assert not zhou.may_manage(ma)
    assert gao.may_manage(ma)


def test_a_superuser_may_give_everything(gao, zhou):
    change(at_desk(gao), zhou, is_superuser="on")
    assert zhou.is_superuser


@pytest.mark.parametrize(
    "loss", [{"is_active": None}, {"is_staff": None, "groups": ["editor"]}, {"groups": ["editor"]}, {"groups": []}]
)
def test_nobody_shuts_themselves_out(desk, ma, loss):
    loss = {**loss, **({"groups": group(*loss["groups"])} if "groups" in loss else {})}
    answer = change(desk, ma, **loss)
    assert answer.status_code == 200
    assert "ask another admin" in answer.text
    assert (ma.is_active, ma.is_staff, roles(ma)) == (True, True, ["admin"])


@pytest.mark.parametrize("lost", ["is_active", "is_staff", "is_superuser"])
def test_the_last_superuser_stays_one(gao, lost):
    client = at_desk(gao)
    assert change(client, gao, **{lost: None}).status_code == 200
    assert getattr(gao, lost)
    assert client.post(page_of(gao, "delete"), {"post": "yes"}).status_code == 403


def test_an_admin_may_change_the_own_name(desk, ma):
    assert change(desk, ma, name="马骏").status_code == 302
    assert (str(ma), ma.is_staff, roles(ma)) == ("马骏", True, ["admin"])


# Deleted


def test_who_stands_in_the_record_is_not_deleted_and_disabling_is_offered(desk, zhou, interview):
    interview.say(interview.speakers.first(), "记下来的", by=zhou)
    answer = desk.post(page_of(zhou, "delete"), {"post": "yes"}, follow=True)
    assert "Untick" in answer.text
    assert User.objects.filter(pk=zhou.pk).exists()


def test_who_has_done_nothing_is_deleted(desk, pan, interview):
    Assignment.objects.create(user=pan, interview=interview)
    pan.invite()
    pan.totpdevice_set.create(name="app")
    desk.post(page_of(pan, "delete"), {"post": "yes"})
    assert not User.objects.filter(pk=pan.pk).exists()


# Who comes here


@pytest.mark.parametrize("who", ["zhou", "sun", "hao", "pan"])
def test_nobody_but_admins_comes_here(request, who, ma):
    user = request.getfixturevalue(who)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = at_desk(user)
    for address in (LIST, ADD, page_of(ma), page_of(ma, "link"), page_of(user, "link")):
        assert client.get(address).status_code in (302, 403), address
        assert client.post(address).status_code in (302, 403), address
    assert not Invitation.objects.exists()


def test_no_admin_sets_a_password(desk, zhou):
    assert desk.get(f"{page_of(zhou).removesuffix('change/')}password/").status_code in (302, 404)
    change(desk, zhou, password="chosen-by-the-admin", password1="chosen-by-the-admin", password2="chosen-by-the-admin")
    assert zhou.check_password("typing-all-day")


def test_admins_by_role_may_look_at_locks_and_lift_them(desk, ma):
    assert desk.get(reverse("admin:interviews_lock_changelist")).status_code == 200


def test_nobody_reads_a_passwords_hash_by_asking_for_its_beginning(desk, zhou):
    for asked in ("password__startswith", "password", "password__regex"):
        answer = desk.get(LIST, {"username": "zhou", asked: zhou.password[:20]})
        assert (answer.status_code, "result_list" in answer.text) in [(400, False), (302, False)], asked


def test_an_account_with_a_role_for_one_interview_is_managed_by_who_has_that_role(ma, pan, interview, sun):
    sun.user_permissions.add(Permission.objects.get(codename="change_user"))
    assert sun.may_manage(pan)
    Assignment.objects.create(user=pan, interview=interview, role=Role.EDITOR)
    assert not User.objects.get(pk=sun.pk).may_manage(pan)
    assert ma.may_manage(pan)
