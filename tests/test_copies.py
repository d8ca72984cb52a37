"""The copies that a test is given are as the models' verbs would have made them, and a session as signing in does."""

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client

from interviews.models import Event, Record, Speaker

from .conftest import USERS, fields_of, live_interview
from .newsroom import Browser

ITS_OWN = {"id", "epoch", "slug", "password", "date_joined"}


def common(models):
    """What they hold that is the same in another copy."""
    return [{name: value for name, value in fields_of(model).items() if name not in ITS_OWN} for model in models]


def test_a_copy_is_what_the_verbs_make(cast, interview):
    copied = Record.objects.count()
    made = live_interview()
    assert common(cast.values()) == common(made.values())
    for model, name in ((Event, "kind"), (Speaker, "label")):
        of_both = [
            model.objects.filter(interview=of).values_list(name, flat=True) for of in (interview, made["interview"])
        ]
        assert list(of_both[0]) == list(of_both[1])
    assert [speaker.person for speaker in interview.speakers.all()] == [cast[name] for name in list(cast)[:3]]
    assert Record.objects.count() == 2 * copied


def test_each_is_what_the_database_has(cast, interview):
    for one in cast.values():
        given = fields_of(one)
        one.refresh_from_db()
        assert fields_of(one) == given


def test_another_copy_knows_nothing_of_what_was_done_to_one(db, django_db_setup, media):
    with transaction.atomic():
        django_db_setup["interview"].copy()["chen_an"].photo.save("face.png", ContentFile(b"picture"))
        transaction.set_rollback(True)
    assert not django_db_setup["interview"].copy()["chen_an"].photo


@pytest.mark.parametrize("name", USERS)
def test_a_copy_of_a_user_is_what_is_made(copied, name):
    def all_of(user):
        return common([user]), list(user.groups.all()), Record.objects.count()

    with transaction.atomic():
        made = all_of(USERS[name]())
        transaction.set_rollback(True)
    assert all_of(copied(name)) == made


def test_the_session_that_a_test_is_given_is_what_signing_in_makes(zhou):
    signed_in, given = Client(), Browser()
    signed_in.force_login(zhou, "interviews.backend.Rights")
    given.force_login(zhou)
    assert dict(given.session.items()) == dict(signed_in.session.items())
