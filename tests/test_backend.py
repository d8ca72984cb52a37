"""What the account of a request may is what Django would say, asked once."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from interviews.backend import Rights
from interviews.models import User

from .conftest import fields_of


@pytest.fixture
def both(sun):
    """A typist by the group, and one thing more by name."""
    sun.user_permissions.add(Permission.objects.get(codename="approve_interview"))
    return sun


def test_rights_come_from_the_groups_and_from_the_account(both):
    assert {"interviews.add_turn", "interviews.approve_interview"} <= Rights().get_user(both.pk).get_all_permissions()


@pytest.mark.parametrize("who", ["both", "zhou", "hao", "gao", "pan", "admin_user"])
def test_the_account_and_its_rights_are_those_that_django_finds(request, who):
    pk = request.getfixturevalue(who).pk
    found, known = Rights().get_user(pk), ModelBackend().get_user(pk)
    assert fields_of(found) == fields_of(known)
    assert found.get_all_permissions() == ModelBackend().get_all_permissions(known)
    assert found.get_all_permissions(obj=known) == set()


def test_with_the_account_comes_its_second_factor_once_it_is_confirmed(both):
    assert Rights().get_user(both.pk).app_id is None
    device = TOTPDevice.objects.create(user=both, confirmed=False)
    assert Rights().get_user(both.pk).app_id is None
    TOTPDevice.objects.update(confirmed=True)
    assert Rights().get_user(both.pk).app_id == User.objects.get(pk=both.pk).app_id == device.pk


def test_nobody_comes_for_an_account_that_is_closed_or_not_there(both):
    User.objects.filter(pk=both.pk).update(is_active=False)
    assert Rights().get_user(both.pk) is Rights().get_user(0) is None


def test_all_is_asked_for_at_once(both):
    with CaptureQueriesContext(connection) as queries:
        user = Rights().get_user(both.pk)
        assert user.has_perm("interviews.add_turn")
        assert not user.has_perm("interviews.change_interview")
        assert user.may_use({})
    assert len(queries) == 1
