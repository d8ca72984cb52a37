"""A slip in somebody's name or title is put right at the desk."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from interviews.models import Guest, Interview, Speaker


@pytest.fixture
def at_desk(client, zhou):
    """Zhou's browser, signed in."""
    client.force_login(zhou)
    return client


def page_of(seat):
    return reverse("desk:person", args=[seat.interview.slug, seat.pk])


def mended(client, seat, **changes):
    person = seat.person
    shown = {f"initial-{field}": getattr(person, field) for field in ("name", "title")}
    answer = client.post(page_of(seat), {"name": person.name, "title": person.title, **shown, **changes})
    seat.refresh_from_db()
    seat.guest.refresh_from_db()
    return answer


def test_a_mended_name_is_shown_wherever_the_old_one_was_and_readers_are_told(at_desk, zhou, interview, draft, guest):
    elsewhere, other = draft.seat(guest.guest), Interview.objects.create(headline="另一场")
    shown_otherwise = other.seat(guest.guest, label="陈工")
    assert mended(at_desk, guest, name="陈岸").status_code == 303
    labels = [Speaker.objects.get(pk=seat.pk).label for seat in (guest, elsewhere, shown_otherwise)]
    assert (guest.guest.name, guest.guest.slug, labels) == ("陈岸", "chen-an", ["陈岸", "陈岸", "陈工"])
    event = interview.events.last()
    assert (event.kind, event.user, event.is_public) == ("recast", zhou, True)
    record = LogEntry.objects.get_for_object(guest.guest).first()
    assert (record.changes_dict["name"], record.actor) == (["陈安", "陈岸"], zhou)


def test_a_mended_title_leaves_those_of_the_day(at_desk, guest):
    mended(at_desk, guest, title="总工程师")
    assert (guest.guest.title, guest.title) == ("总工程师", "河道工程师")


def test_what_was_changed_last_is_undone_from_the_same_page(at_desk, guest):
    assert "initial-name" in at_desk.get(page_of(guest)).text
    assert "Undo" not in at_desk.get(page_of(guest), headers={"accept-language": "en"}).text
    mended(at_desk, guest, name="陈岸")
    page = at_desk.get(page_of(guest), headers={"accept-language": "en"}).text
    assert "Undo the last change" in page
    assert (
        '<input type="hidden" name="name" value="陈安"><input type="hidden" name="initial-name" value="陈岸">' in page
    )
    at_desk.post(page_of(guest), {"name": "陈安", "initial-name": "陈岸"})
    guest.refresh_from_db()
    assert (guest.label, Guest.objects.get(pk=guest.guest_id).title) == ("陈安", "河道工程师")


def test_a_name_under_which_somebody_else_sits_there_is_refused_and_changes_nothing(at_desk, interview, guest):
    seq = interview.seq
    answer = mended(at_desk, guest, name="乔梅")
    assert answer.status_code == 400
    assert 'id="id_name_error"' in answer.text
    assert (guest.label, guest.guest.name) == ("陈安", "陈安")
    interview.refresh_from_db()
    assert interview.seq == seq


def test_nothing_changed_is_nothing_told_and_no_name_is_refused(at_desk, interview, guest):
    seq = interview.seq
    assert mended(at_desk, guest).status_code == 303
    assert mended(at_desk, guest, name=" ").status_code == 400
    interview.refresh_from_db()
    assert interview.seq == seq


def test_a_seat_of_another_interview_is_not_there(at_desk, interview, other):
    seat = other.speakers.get()
    assert at_desk.get(reverse("desk:person", args=[interview.slug, seat.pk])).status_code == 404
