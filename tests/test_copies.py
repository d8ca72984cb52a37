"""The copy of the live interview that a test is given is as the models' verbs would have made it."""

from django.core.files.base import ContentFile
from django.db import transaction

from interviews.models import Event, Record, Speaker

from .conftest import fields_of, live_interview

ITS_OWN = {"id", "epoch", "slug"}


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
        django_db_setup.copy()["chen_an"].photo.save("face.png", ContentFile(b"picture"))
        transaction.set_rollback(True)
    assert not django_db_setup.copy()["chen_an"].photo
