"""A CSV file's rows without a slug: who they are about, and what is chosen for each."""

import hashlib

import pytest
from auditlog.models import LogEntry as Recorded
from django.urls import reverse

from interviews.admin import progress
from interviews.admin.exchange import MAX_FILE_ROWS
from interviews.models import Guest, Host

from .test_admin import Fields
from .test_exchange import IMPORT, confirm, everybody, refusal, table, upload


def row(preview, number):
    return next(change for change in preview.context["changes"].changes if change.number == number)


def offered(preview, number):
    """The people that a row may be about, in order."""
    return [option.before.slug for option in row(preview, number).options if option.before]


def known(**about):
    return Guest.objects.create(**about)


@pytest.fixture
def mary(db):
    return known(name="Mary O'Neil", slug="mary", title="Surveyor", email="mary@river.example")


# Who it is


def test_a_slug_is_believed_before_anything_else(keeper, mary, chen_an):
    preview = upload(keeper, table({"slug": "chen-an", "name": "Mary O'Neil", "email": "mary@river.example"}))
    assert offered(preview, 2) == ["chen-an"]
    assert row(preview, 2).chosen == str(chen_an.pk)


def test_an_e_mail_that_one_person_has_finds_who_is_spelled_otherwise(keeper, mary):
    preview = upload(keeper, table({"name": "Mary O’Neill", "title": "Head", "email": "Mary@River.example"}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["mary"], str(mary.pk))
    assert "same e-mail" in preview.content.decode()
    told = [str(message) for message in confirm(keeper, preview).context["messages"]]
    assert told == ["0 new, 1 changed, 0 as they were."]
    mary.refresh_from_db()
    assert (mary.name, mary.title, mary.slug) == ("Mary O’Neill", "Head", "mary")


def test_an_e_mail_without_a_name_is_enough(keeper, mary):
    preview = upload(
        keeper, table({"email": "mary@river.example", "phone": "1234567"}, columns=["slug", "email", "phone"])
    )
    assert [option.value for option in row(preview, 2).options] == [str(mary.pk)]


def test_an_e_mail_that_several_have_is_asked_about(keeper, mary):
    known(name="Zhou Lan", slug="zhou-lan", email="mary@river.example")
    preview = upload(keeper, table({"name": "M. Smith", "email": "mary@river.example"}))
    assert offered(preview, 2) == ["mary", "zhou-lan"]
    assert row(preview, 2).chosen == ""


def test_an_e_mail_under_another_name_may_be_an_offices_and_is_asked_about(keeper, mary):
    preview = upload(keeper, table({"name": "Zhou Lan", "email": "mary@river.example"}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["mary"], "")


def test_of_those_who_share_an_e_mail_name_and_title_tell_which(keeper, mary):
    known(name="Mary O'Neil", slug="other", title="Poet", email="mary@river.example")
    preview = upload(
        keeper, table({"name": "mary o’neil", "title": "poet", "email": "mary@river.example", "phone": "1"})
    )
    assert (offered(preview, 2), bool(row(preview, 2).chosen)) == (["other"], True)


def test_an_e_mail_of_one_and_the_name_and_title_of_another_are_asked_about(keeper, mary, chen_an):
    preview = upload(keeper, table({"name": "陈安", "title": "河道工程师", "email": "mary@river.example"}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["chen-an", "mary"], "")


def test_name_and_title_find_one_whatever_their_width_and_characters(keeper, chen_an):
    preview = upload(keeper, table({"name": "陳 安", "title": "河道工程師", "phone": "1234567"}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["chen-an"], str(chen_an.pk))


@pytest.mark.parametrize("title", ["诗人", ""])
def test_a_known_name_with_another_title_or_none_is_asked_about(keeper, chen_an, title):
    preview = upload(keeper, table({"name": "陈安", "title": title}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["chen-an"], "")
    assert "河道工程师" in preview.content.decode()


def test_a_close_name_is_asked_about(keeper, mary):
    preview = upload(keeper, table({"name": "Mary O'Neill", "title": "Surveyor"}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["mary"], "")
    assert "similar name" in preview.content.decode()


def test_of_two_with_one_name_and_title_none_is_guessed_at(keeper, chen_an):
    known(name="陈安", slug="other", title="河道工程师")
    preview = upload(keeper, table({"name": "陈安", "title": "河道工程师", "phone": "1"}))
    assert (offered(preview, 2), row(preview, 2).chosen) == (["chen-an", "other"], "")


def test_of_two_with_one_name_none_is_guessed_at_by_no_title(keeper, chen_an):
    known(name="陈安", slug="untitled")
    assert row(upload(keeper, table({"name": "陈安", "phone": "1"})), 2).chosen == ""


def test_whom_nobody_is_near_is_new(keeper, mary):
    change = row(upload(keeper, table({"name": "Zhou Lan"})), 2)
    assert [option.value for option in change.options] == [change.chosen] == ["new"]


def test_only_people_of_that_kind_and_whom_nobody_has_merged_are_found(keeper, mary, chen_an):
    Host.objects.create(name="Zhou Lan", email="lan@river.example")
    known(name="Zhou Lan", merged_into=chen_an, email="lan@river.example")
    assert row(upload(keeper, table({"name": "Zhou Lan", "email": "lan@river.example"})), 2).chosen == "new"


# What is chosen


def test_a_row_that_is_open_is_named_and_nothing_is_imported_until_it_is_decided(keeper, mary):
    before = everybody()
    preview = upload(keeper, table({"name": "新人"}, {"name": "Mary O'Neill"}))
    asked = confirm(keeper, preview)
    page = asked.content.decode()
    assert "Nothing was imported." in page
    assert '<a href="#row-3">Row 3</a>' in page
    assert "meanwhile" not in page
    assert everybody() == before
    told = [str(message) for message in confirm(keeper, asked, row_3=str(mary.pk)).context["messages"]]
    assert told == ["1 new, 1 changed, 0 as they were."]
    assert Guest.objects.get(slug="mary").name == "Mary O'Neill"


def test_what_was_chosen_is_still_chosen_when_the_page_comes_back(keeper, mary, chen_an):
    preview = upload(keeper, table({"name": "陈安", "title": "诗人"}, {"name": "Mary O'Neill"}, {"name": "新人"}))
    asked = confirm(keeper, preview, row_2="new", row_4="skip")
    assert [change.chosen for change in asked.context["changes"].changes] == ["new", "", "skip"]
    confirm(keeper, asked, row_3="skip")
    assert Guest.objects.filter(name="陈安").count() == 2
    assert not Guest.objects.filter(name="新人").exists()


def test_all_rows_that_are_open_are_skipped_at_once_and_no_other(keeper, mary, chen_an):
    preview = upload(keeper, table({"name": "陈安"}, {"name": "新人"}, {"name": "Mary O'Neill"}))
    page = confirm(keeper, preview, skip_open="1", row_4=str(mary.pk))
    assert [str(message) for message in page.context["messages"]] == [
        "1 new, 1 changed, 0 as they were.",
        "1 row was skipped.",
    ]


def test_a_row_that_is_skipped_changes_and_records_nothing(keeper, mary, chen_an):
    preview = upload(
        keeper, table({"slug": "mary", "name": "Mary"}, {"name": "新人"}, {"slug": "chen-an", "name": "安"})
    )
    before = Recorded.objects.count()
    told = [str(message) for message in confirm(keeper, preview, row_2="skip", row_3="skip").context["messages"]]
    assert told == ["0 new, 1 changed, 0 as they were.", "2 rows were skipped."]
    assert sorted(Guest.objects.values_list("name", flat=True)) == ["Mary O'Neil", "安"]
    assert Recorded.objects.count() == before + 1


def test_somebody_is_added_in_spite_of_a_match(keeper, mary):
    preview = upload(keeper, table({"name": "Mary O'Neil", "title": "Surveyor", "phone": "1234567"}))
    confirm(keeper, preview, row_2="new")
    mary.refresh_from_db()
    assert mary.phone == ""
    assert Guest.objects.get(phone="1234567").slug not in ("", "mary")


@pytest.mark.parametrize(
    "rows",
    [
        [{"name": "Mary O'Neil", "title": "Surveyor", "phone": "1"}, {"slug": "mary", "name": "Mary"}],
        [{"name": "M. O'Neil", "email": "mary@river.example"}, {"name": "Mary O'Neil", "title": "Surveyor"}],
        [{"name": "甲"}, {"name": "甲"}],
    ],
)
def test_two_rows_about_one_person_are_both_named_and_one_may_be_skipped(keeper, mary, rows):
    preview = upload(keeper, table(*rows))
    assert refusal(preview) == ["3 slug: Row 2 is about the same person."]
    assert "Row 3, slug:" in preview.content.decode()
    before = everybody()
    assert refusal(confirm(keeper, preview)) == refusal(preview)
    assert everybody() == before
    confirm(keeper, preview, row_2="skip")
    assert everybody() != before


def test_two_rows_for_which_one_person_is_chosen_are_both_named(keeper, mary):
    preview = upload(keeper, table({"name": "Mary O'Neill"}, {"name": "M. O'Neil"}))
    assert refusal(preview) == []
    asked = confirm(keeper, preview, row_2=str(mary.pk), row_3=str(mary.pk))
    assert refusal(asked) == ["3 slug: Row 2 is about the same person."]
    assert Guest.objects.get().name == "Mary O'Neil"


@pytest.mark.parametrize("value", ["", "0", "no", "skip", "999999999999999999999", "\x00", "new."])
def test_a_choice_that_was_not_offered_is_none(keeper, mary, value):
    preview = upload(keeper, table({"name": "新人"}))
    sent = Fields(preview.content.decode()[preview.content.decode().rindex('<form method="post"') :]).sent
    asked = keeper.post(reverse(IMPORT), {**sent, "row-2": value})
    assert asked.context["changes"].open == [2]
    assert Guest.objects.get() == mary


def test_who_came_close_after_the_preview_is_shown_before_anybody_is_added(keeper):
    preview = upload(keeper, table({"name": "Mary O'Neill"}))
    known(name="Mary O'Neil", slug="mary")
    warned = confirm(keeper, preview)
    assert "somebody changed these people meanwhile" in warned.content.decode()
    assert Guest.objects.count() == 1
    assert offered(warned, 2) == ["mary"]
    assert warned.context["changes"].open == [2]  # it was to be new while nobody was near


def test_a_candidate_who_was_changed_after_the_preview_is_shown_before_it_is_overwritten(keeper, mary):
    preview = upload(keeper, table({"name": "Mary O'Neill", "title": "Head"}))
    Guest.objects.update(title="Chief")
    warned = confirm(keeper, preview, row_2=str(mary.pk))
    assert "somebody changed these people meanwhile" in warned.content.decode()
    assert Guest.objects.get().title == "Chief"


def test_a_file_of_the_most_rows_is_chosen_for_row_by_row(keeper, monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 600)
    names = [hashlib.sha256(b"%d" % n).hexdigest()[:16] for n in range(MAX_FILE_ROWS)]
    Guest.objects.bulk_create(Guest(name=name, slug=f"p-{name}", title="教师") for name in names[::2])
    preview = upload(keeper, table(*({"name": name, "title": "教师", "phone": name} for name in names)))
    answer = confirm(keeper, preview, row_2="skip")
    told = [str(message) for message in answer.context["messages"]]
    assert told == ["1000 new, 999 changed, 0 as they were.", "1 row was skipped."]
    assert Guest.objects.exclude(phone="").count() == MAX_FILE_ROWS - 1
