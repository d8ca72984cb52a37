"""What an account may is what Django would say, asked once."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interviews.backend import Rights
from interviews.models import User


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def both(sun):
    """A typist by the group, and one thing more by name."""
    sun.user_permissions.add(Permission.objects.get(codename="approve_interview"))
    return sun


def test_rights_come_from_the_groups_and_from_the_account(both):
    assert {"interviews.add_turn", "interviews.approve_interview"} <= fresh(both).get_all_permissions()


@pytest.mark.parametrize("who", ["both", "zhou", "hao", "gao", "pan"])
@pytest.mark.parametrize("is_active", [True, False])
def test_they_are_those_that_django_finds(request, who, is_active):
    user = request.getfixturevalue(who)
    User.objects.filter(pk=user.pk).update(is_active=is_active)
    assert Rights().get_all_permissions(fresh(user)) == ModelBackend().get_all_permissions(fresh(user))


def test_nobody_may_nothing_and_nobody_may_something_of_one_object(both):
    assert Rights().get_all_permissions(AnonymousUser()) == Rights().get_all_permissions(fresh(both), both) == set()


def test_they_are_asked_for_once(both):
    user = fresh(both)
    with CaptureQueriesContext(connection) as queries:
        assert user.has_perm("interviews.add_turn")
        assert not user.has_perm("interviews.change_interview")
    assert len(queries) == 1
