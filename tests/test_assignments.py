"""A role for one interview: there it is all that the role is, elsewhere it is nothing."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from interviews.models import Assignment
from interviews.models.accounts.roles import MODERATES, RUNS, SEES, TYPES, Role

JSON = {"Accept": "application/json"}


def assign(user, interview, role):
    return Assignment.objects.create(user=user, interview=interview, role=role)


def rights(user, interview):
    return [name for name, roles in RIGHTS.items() if interview.is_open_to(user, roles)]


RIGHTS = {"sees": SEES, "types": TYPES, "moderates": MODERATES, "runs": RUNS}
HELD = {
    Role.TYPIST: ["sees", "types"],
    Role.MODERATOR: ["sees", "moderates"],
    Role.EDITOR: ["sees", "types", "moderates", "runs"],
}


@pytest.mark.parametrize("role", HELD)
def test_a_role_for_one_interview_holds_there_and_not_elsewhere(interview, other, pan, role):
    assign(pan, interview, role)
    assert rights(pan, interview) == HELD[role]
    assert rights(pan, other) == []


@pytest.mark.parametrize("role", HELD)
def test_a_role_that_is_held_everywhere_holds_for_each_interview(interview, other, request, role):
    user = request.getfixturevalue({"typist": "sun", "moderator": "hao", "editor": "zhou"}[role])
    assert rights(user, interview) == rights(user, other) == HELD[role]


def test_without_a_role_there_is_no_right_and_no_desk(interview, pan):
    assert rights(pan, interview) == []
    assert not pan.is_at_the_desk


def test_whoever_is_disabled_has_no_right_left(interview, pan, zhou):
    assign(pan, interview, Role.EDITOR)
    for user in (pan, zhou):
        user.is_active = False
        user.save()
        assert rights(user, interview) == []
        assert not user.is_at_the_desk


def test_the_desk_lists_what_one_is_assigned_to_and_nothing_else(client, interview, other, pan):
    assign(pan, interview, Role.TYPIST)
    client.force_login(pan)
    page = client.get(reverse("desk:interviews")).text
    assert interview.headline in page
    assert other.headline not in page
    assert reverse("desk:new") not in page


@pytest.mark.parametrize(("role", "state"), [(Role.TYPIST, "held"), (Role.EDITOR, "published")])
def test_where_review_is_asked_for_it_is_the_role_in_this_interview_that_counts(
    client, interview, guest, pan, role, state
):
    interview.revise(reviewed=True)
    assign(pan, interview, role)
    client.force_login(pan)
    what = {"speaker": guest.pk, "text": "河清了。", "key": "6b0cbf0e-5f0e-4d5c-8a43-0f6b21f2a111"}
    assert client.post(reverse("desk:say", args=[interview.slug]), what, headers=JSON).status_code == 201
    assert interview.turns.get().state == state


def test_the_same_role_is_given_once_and_admin_is_no_role_for_one_interview(interview, pan):
    assign(pan, interview, Role.TYPIST)
    for role in (Role.TYPIST, Role.ADMIN):
        with pytest.raises(IntegrityError), transaction.atomic():
            assign(pan, interview, role)
