"""Who is in the address book twice, and how they become one."""

import re
import threading
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.models import Event, Guest, Host, Interview, Presence, Speaker, Suggestion, Turn
from interviews.models.archive.merging import merge
from interviews.models.desk.presence import be_present
from interviews.models.people.duplicates import Reason, duplicates
from interviews.models.people.likeness import are_close, keys, plain, similar
from interviews.models.transcript.history import history_of
from interviews.models.transcript.interview import InterviewQuerySet
from interviews.models.transcript.interview.interview import SEVERAL_LOCK

from .locking import under_the_lock
from .test_admin import act, list_of, page_of
from .test_people import read, shown


def stands(thing):
    """The row as it is now."""
    return type(thing).objects.get(pk=thing.pk)


@pytest.fixture
def twin(db):
    """Chen An again, under another name."""
    return Guest.objects.create(name="陈安工程师", title="总工程师", phone="139 0000 1234", notes="晚上回电话")


@pytest.fixture
def earlier(twin):
    """An interview of last year, in which the other name sat."""
    interview = Interview.objects.create(headline="去年的河", starts_at="2025-05-04T04:00Z")
    seat = interview.seat(twin)
    interview.go_live(at=interview.starts_at)
    for text in ("去年也浑。", "后来治了。"):
        interview.say(seat, text)
    interview.end()
    return Interview.objects.get(pk=interview.pk)


# Found


@pytest.mark.parametrize(
    ("one", "other"),
    [("陈安", "陈 安"), ("阿依古丽·买买提", "阿依古丽•买买提"), ("Ken Brackley", "KEN  BRACKLEY"), ("Ｋｅｎ", "Ken")],
)
def test_spaces_case_width_and_interpuncts_make_no_other_name(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dr Ken Brackley", "Ken Brackley"),
        ("Brackley, Ken", "Ken Brackley"),
        ("Prof. Zoë Hart, PhD", "Zoe Hart"),
        ("陈安", "陈安工程师"),
        ("陈安", "陈安高级工程师"),
        ("陈安", "工程师陈安"),
        ("陈安", "陈 安（东河水务）"),
    ],
)
def test_names_with_posts_are_similar(one, other):
    assert similar(one) == similar(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("陈安", "陈安平"), ("陈安", "陈平"), ("王老师", "李老师"), ("Ken Brackley", "Kenneth Brackley"), ("Dr", "Prof")],
)
def test_other_names_are_not_similar(one, other):
    assert similar(one) != similar(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mary O'Neil", "Mary O’Neill"),
        ("Mary ONeil", "O Neil, Mary"),
        ("Mary O'Neil", "Mary ONeil"),
        ("Ken Brackley", "Ken Brakcley"),
        ("Ken Brackley", "Ken Barckley"),
        ("Ken Brackley", "K. Brackley"),
        ("Brackley, K", "Ken Brackley"),
        ("John Kennedy", "John F. Kennedy"),
        ("Joan Marsh Kent", "Joan M. Kent"),
        ("Jon Mitchell", "John Mitchell"),
        ("Xiao Ming Zhang", "Zhang Xiaoming"),
        ("J. K. Rowling", "JK Rowling"),
        ("Madeleine", "Madeleina"),
        ("陈晓明", "陈小明"),
        ("陳曉明教授", "陈小明"),
        ("阿依古丽·买买提", "阿依古力·买买提"),
        ("阿依古丽·买买提", "阿依古丽买提"),
        ("Сергей Иванов", "Сергей Ивонов"),
    ],
)
def test_names_that_somebody_mistypes_are_close_and_found_among_many(one, other):
    assert are_close(one, other)
    assert are_close(other, one)
    found_by = {*keys(similar(one))} & {*keys(similar(other))}
    assert found_by or similar(one) == similar(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王伟", "王维"),
        ("林悦", "林月"),
        ("王小明", "李小明"),
        ("陈建国", "陈建军"),
        ("陈安", "陈安平"),
        ("山田太郎", "山田次郎"),
        ("Zhang Wei", "Zheng Wei"),
        ("Chen An", "Chen Ann"),
        ("Tim Robinson", "Tom Robinson"),
        ("Ken Brackley", "Kate Brackley"),
        ("K. Brackley", "Tom Brackley"),
        ("K. Brackley", "K. Bradley"),
        ("Ken", "K"),
        ("Li Li", "Li"),
        ("Ken Brackley", "Ken Brackley Thomson"),
        ("김민수", "김민서"),
        ("!", "?"),
    ],
)
def test_names_of_other_people_are_not_close(one, other):
    assert not are_close(one, other)
    assert not are_close(other, one)


def test_names_with_a_slip_are_among_the_duplicates_and_their_namesakes_with_them(db):
    names = ["Mary O'Neil", "Mary O’Neill", "MARY ONEIL", "王伟", "王维", "陈晓明", "陈小明", "陈晓鸣"]
    people = {name: Guest.objects.create(name=name).pk for name in names}
    found = {frozenset(group.people): group.reasons for group in duplicates(Guest)}
    slips = [names[:3], ["陈晓明", "陈小明"], ["陈晓明", "陈晓鸣"]]
    assert found == {frozenset(people[name] for name in some): [Reason.SIMILAR] for some in slips}


def test_duplicates_are_groups_with_their_reasons(chen_an, qiao_mei, twin, lin_yue):
    again = Guest.objects.create(name="陈 安", email="An@chen.example")
    Guest.objects.filter(pk=qiao_mei.pk).update(phone="+86 139 0000 1234", email="an@CHEN.example")
    Host.objects.create(name="乔梅")  # a host is no guest
    found = {frozenset(group.people): set(group.reasons) for group in duplicates(Guest)}
    assert found == {
        frozenset([chen_an.pk, again.pk, twin.pk]): {Reason.SIMILAR},
        frozenset([twin.pk, qiao_mei.pk]): {Reason.PHONE},
        frozenset([again.pk, qiao_mei.pk]): {Reason.EMAIL},
    }
    assert duplicates(Host) == []


def test_who_was_merged_is_no_duplicate_any_more(chen_an, twin):
    assert len(duplicates(Guest)) == 1
    merge(chen_an, [twin])
    assert duplicates(Guest) == []


def test_duplicates_are_looked_for_only_when_they_are_shown_and_somebody_has_changed(
    keeper, chen_an, twin, monkeypatch
):
    assert len(duplicates(Guest)) == 1
    assert duplicates(Guest) is duplicates(Guest)
    Guest.objects.filter(pk=twin.pk).update(name="乔梅")
    assert duplicates(Guest) == []
    Guest.objects.filter(pk=twin.pk).update(email="an@chen.example")
    Guest.objects.filter(pk=chen_an.pk).update(email="an@chen.example")
    assert len(duplicates(Guest)) == 1
    monkeypatch.setattr("interviews.admin.merging.duplicates", None)  # an action calls nothing of it
    assert keeper.post(list_of(Guest), {"action": "hide", "_selected_action": [twin.pk]}).status_code == 302
    assert stands(twin).hidden


# Merged


def everything():
    """All that must not be lost: each turn with its words and times, and each event."""
    turns = Turn.objects.order_by("pk").values_list("pk", "text", "spoken_at", "state", "version", "key", "interview")
    events = Event.objects.order_by("pk").values_list("pk", "kind", "seq", "turn", "user", "at", "before", "note")
    return list(turns), list(events)


def test_all_seats_and_turns_go_over_and_nothing_is_lost(interview, guest, chen_an, twin, earlier, gao):
    interview.say(guest, "河水清了。")
    turns, events = everything()
    merge(chen_an, [twin], by=gao)
    turns_now, events_now = everything()
    assert turns_now == turns
    assert events_now[: len(events)] == events
    assert [row[1] for row in events_now[len(events) :]] == ["recast"], "of the interview of the twin"
    assert not twin.seats.exists()
    assert Turn.objects.filter(speaker__guest=chen_an).count() == 3
    seat = earlier.speakers.get()
    assert (seat.guest, seat.label, seat.title) == (chen_an, "陈安工程师", "总工程师")  # as of that day
    assert earlier.events.last().user == gao
    assert stands(earlier).seq == earlier.events.count()
    assert "去年也浑。" in read(chen_an.get_absolute_url())


@pytest.fixture
def side_by_side(interview, twin):
    """The twin has a seat beside Chen An."""
    return interview.seat(twin)


def test_two_seats_in_one_interview_become_one(interview, guest, host, side_by_side, chen_an, twin, gao, sun):
    own = interview.say(guest, "清了。")
    given = interview.say(host, "我来说。")
    given.correct(version=1, speaker=side_by_side, by=gao)
    given.correct(version=2, text="换我来说。", by=gao)
    own.suggest(version=1, text="清澈了。", speaker=side_by_side, by=sun)
    be_present(interview, "12345678-1234-1234-1234-123456789012", sun, speaker=side_by_side)
    turns, events = everything()
    merge(chen_an, [twin], by=gao)
    turns_now, events_now = everything()
    assert turns_now == turns
    assert events_now[: len(events)] == events
    assert not Speaker.objects.filter(pk=side_by_side.pk).exists()
    assert list(interview.speakers.values_list("label", flat=True)) == ["主持人", "陈安", "乔梅"]
    for thing in (stands(given), Suggestion.objects.get(), Presence.objects.get()):
        assert thing.speaker == guest
    kept = interview.events.get(seq=interview.events.count() - 1)
    assert kept.note == "陈安工程师 → 陈安"
    assert kept.before == {
        "seat": {"label": "陈安工程师", "title": "总工程师", "organisation": "", "turns": [given.pk]}
    }
    history = history_of(stands(given))
    assert [change.before.get("speaker") for change in history] == [None, "主持人", None]
    assert [change.after.get("text") for change in history] == ["我来说。", None, "换我来说。"]


def test_a_seat_that_says_nothing_of_the_day_takes_it_from_the_one_that_goes(interview, side_by_side, chen_an, twin):
    interview.speakers.filter(guest=chen_an).update(title="", organisation="")
    side_by_side.organisation = "水务局"
    side_by_side.save()
    merge(chen_an, [twin])
    seat = interview.speakers.get(guest=chen_an)
    assert (seat.title, seat.organisation) == ("总工程师", "水务局")


def test_of_three_two_who_sat_together_without_the_third_have_one_seat(earlier, twin, chen_an):
    third = Guest.objects.create(name="陈 安")
    interview = Interview.objects.get(pk=earlier.pk)
    interview.seat(third, "陈先生")
    merge(chen_an, [twin, third])
    assert [(seat.guest, seat.label) for seat in interview.speakers.all()] == [(chen_an, "陈安工程师")]


def test_hosts_are_merged_as_guests_are(interview, host, lin_yue):
    other = Host.objects.create(name="林 悦")
    draft = Interview.objects.create(headline="草稿")
    draft.seat(other)
    interview.say(host, "欢迎。")
    merge(lin_yue, [other])
    assert {seat.interview for seat in lin_yue.seats.all()} == {interview, draft}
    assert not draft.events.exists()  # of a draft nobody is told


def test_empty_fields_are_filled_and_what_does_not_stay_is_in_the_notes(chen_an, twin):
    chen_an.notes = "先发邮件"
    chen_an.save()
    merge(chen_an, [twin])
    now = stands(chen_an)
    assert (now.name, now.title, now.phone) == ("陈安", "河道工程师", "139 0000 1234")
    assert now.notes.startswith("先发邮件\n\n")
    for kept in ("陈安工程师", twin.slug, "总工程师", "晚上回电话"):
        assert kept in now.notes
    assert "139" not in now.notes  # it stayed


def test_what_is_chosen_stays_and_what_it_replaced_is_in_the_notes(chen_an, twin):
    merge(chen_an, [twin], chosen={"title": twin, "bio_zh": twin, "hidden": chen_an})
    now = stands(chen_an)
    assert (now.title, now.bio_zh) == ("总工程师", "")
    assert "河道工程师" in now.notes
    assert "修了二十年河。" in now.notes


def test_somebody_shown_stays_shown_when_somebody_hidden_is_merged(chen_an, twin):
    Guest.objects.filter(pk=twin.pk).update(hidden=True)
    merge(chen_an, [stands(twin)])
    assert not stands(chen_an).hidden


def test_a_photo_moves_with_its_original_and_its_crop_and_none_is_let_go(chen_an, twin):
    Guest.objects.filter(pk=twin.pk).update(photo="people/b.jpg", original="originals/b.webp", crop="0,0,8")
    merge(chen_an, [stands(twin)])
    now, gone = stands(chen_an), stands(twin)
    assert (now.photo, now.original, now.crop) == ("people/b.jpg", "originals/b.webp", "0,0,8")
    assert (gone.photo, gone.original, gone.crop) == ("", "", "")
    third = Guest.objects.create(name="陈 安", photo="people/c.jpg")
    merge(now, [third], chosen={"photo": third})
    assert stands(now).photo == "people/c.jpg"
    assert stands(third).photo == "people/b.jpg"


def test_the_old_page_leads_to_the_one_who_stays_through_several_merges(ended_with_both, chen_an, twin):
    third = Guest.objects.create(name="陈 安")
    merge(third, [twin])
    merge(chen_an, [third])
    for old in (twin, third):
        response = Client().get(old.get_absolute_url())
        assert (response.status_code, response["Location"]) == (301, chen_an.get_absolute_url())
    Guest.objects.filter(pk=chen_an.pk).update(hidden=True)
    assert Client().get(twin.get_absolute_url()).status_code == 404


@pytest.fixture
def ended_with_both(interview, guest, earlier):
    interview.say(guest, "河水清了。")
    interview.end()


def test_who_was_merged_is_in_no_list_and_found_nowhere(keeper, ended_with_both, chen_an, twin):
    merge(chen_an, [twin])
    asked = {"app_label": "interviews", "model_name": "speaker", "field_name": "guest", "term": "陈安"}
    found = keeper.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [person["text"] for person in found] == ["陈安"]
    assert shown(keeper, q="陈安工程师") == ["陈安"]  # whose notes say so
    assert keeper.get(page_of(twin)).status_code == 302
    assert twin.slug not in read(reverse("sitemap"), section="guests")
    assert 'class="people"' not in read(reverse("search"), q="陈安工程师")
    page = read(Interview.objects.get(headline="去年的河").get_absolute_url())
    assert twin.get_absolute_url() not in page
    assert chen_an.get_absolute_url() in page


@pytest.mark.parametrize("who", ["itself", "merged", "into merged", "other kind", "nobody", "deleted"])
def test_what_can_not_be_merged_is_refused_and_nothing_is_changed(chen_an, qiao_mei, twin, lin_yue, who):
    merge(chen_an, [twin])
    gone = Guest.objects.create(name="走了")
    Guest.objects.filter(pk=gone.pk).delete()
    kept, others, told = {
        "itself": (chen_an, [chen_an], "themselves"),
        "merged": (qiao_mei, [twin], "陈安工程师 has been merged into 陈安 already"),
        "into merged": (twin, [qiao_mei], "陈安工程师 has been merged into 陈安 already"),
        "other kind": (chen_an, [lin_yue], "two or more guests, or two or more hosts"),
        "nobody": (chen_an, [], "two or more guests"),
        "deleted": (chen_an, [gone], "走了 is no longer there"),
    }[who]
    from django.utils import translation

    before = list(Guest.objects.order_by("pk").values())
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        merge(kept, others)
    assert told in refusal.value.messages[0]
    assert list(Guest.objects.order_by("pk").values()) == before


def test_a_merge_that_fails_half_way_changes_nothing(ended_with_both, chen_an, twin, monkeypatch):
    def fails(*args, **kwargs):
        raise ValidationError("no")

    monkeypatch.setattr(InterviewQuerySet, "recast", fails)
    before = everything(), list(Guest.objects.order_by("pk").values()), list(Speaker.objects.values())
    with pytest.raises(ValidationError):
        merge(chen_an, [twin])
    assert before == (everything(), list(Guest.objects.order_by("pk").values()), list(Speaker.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_each_other_at_once_do_not_wait_for_each_other(scheduled, chen_an, qiao_mei):
    other = Interview.objects.create(headline="另一次", starts_at=scheduled.starts_at)
    other.seat(qiao_mei)
    Interview.objects.create(headline="第三次", starts_at=scheduled.starts_at).seat(chen_an)
    done, refused, both = [], [], threading.Barrier(2)

    def go(kept, goes):
        both.wait()
        try:
            done.append(merge(kept, [goes]))
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in ((chen_an, qiao_mei), (qiao_mei, chen_an))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(done), len(refused)) == (1, 1)
    assert Guest.objects.unmerged().count() == 1
    assert Speaker.objects.filter(guest=done[0]).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_never_took_part_are_merged(chen_an, twin):
    merge(chen_an, [twin])
    assert stands(twin).merged_into == chen_an


def test_interviews_are_locked_after_people_and_the_live_ones_last(interview, guest, twin, chen_an):
    others = [Interview.objects.create(headline="又一次") for _ in range(3)]
    for other in (interview, *others):  # the live one was made first
        other.seat(twin)
    with CaptureQueriesContext(connection) as queries:
        merge(chen_an, [twin])
    locks = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"] and "recast" not in query["sql"]]
    people, quiet, live = locks
    assert 'FROM "interviews_guest"' in people
    assert f"IN ({', '.join(str(other.pk) for other in reversed(others))})" in quiet
    assert f"IN ({interview.pk})" in live


@pytest.mark.parametrize("work", ["merge", "recast", "new_epoch"])
def test_who_locks_several_interviews_first_waits_for_others_who_do(interview, guest, twin, chen_an, gao, work):
    """In whatever order they lock them then, no two can wait for each other."""
    interview.seat(twin)
    with CaptureQueriesContext(connection) as queries:
        match work:
            case "merge":
                merge(chen_an, [twin])
            case "recast":
                Interview.objects.all().recast(gao)
            case "new_epoch":
                call_command("new_epoch", stdout=StringIO())
    asked = [query["sql"] for query in queries]
    takes_turns = next(n for n, sql in enumerate(asked) if f"pg_advisory_xact_lock({SEVERAL_LOCK})" in sql)
    locks = [n for n, sql in enumerate(asked) if re.search("interviews_interview.*FOR NO KEY UPDATE", sql, re.DOTALL)]
    changes = [n for n, sql in enumerate(asked) if re.search('UPDATE "?interviews_interview"? SET', sql)]
    assert takes_turns < min(locks + changes)


def test_a_merge_asks_the_same_few_things_under_the_lock_whatever_the_number_of_interviews(chen_an, twin):
    counted = []
    for many in (2, 20):
        goes = Guest.objects.create(name="陈安工程师")
        for n in range(many):
            interview = Interview.objects.create(headline="又一次")
            interview.seat(goes)
            interview.go_live()
            if n % 2:
                interview.seat(chen_an)
        with under_the_lock() as asked:
            merge(chen_an, [goes])
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 30


def test_readers_and_desk_of_a_live_interview_are_told(interview, guest, side_by_side, twin, chen_an):
    from interviews.rendering.frames import changes

    seq = stands(interview).seq
    merge(chen_an, [twin])
    now = stands(interview)
    assert now.seq > seq
    assert changes(now.pk, str(now.epoch), seq).get("reload")


# In the admin


def merge_page(*people):
    return f"{reverse('admin:interviews_guest_merge')}?{'&'.join(f'who={person.pk}' for person in people)}"


def test_the_list_counts_the_duplicates_and_their_page_shows_them(keeper, chen_an, twin, qiao_mei):
    assert "1 possible duplicate</a>" in keeper.get(list_of(Guest)).content.decode()
    page = keeper.get(reverse("admin:interviews_guest_duplicates")).content.decode()
    assert "similar name" in page
    assert page.count('name="who"') == 2
    assert "乔梅" not in page
    merge(chen_an, [twin])
    assert "possible duplicate" not in keeper.get(list_of(Guest)).content.decode()
    assert "Nobody is there twice" in keeper.get(reverse("admin:interviews_guest_duplicates")).content.decode()


def test_the_action_opens_the_comparison(keeper, chen_an, twin):
    data = {"action": "merge_chosen", "_selected_action": [chen_an.pk, twin.pk]}
    response = keeper.post(list_of(Guest), data)
    assert response.status_code == 302
    assert keeper.get(response["Location"]).status_code == 200
    assert "Choose from two to 6" in act(keeper, "merge_chosen", chen_an)[0]


def test_the_comparison_changes_nothing_and_warns_of_who_sat_side_by_side(
    keeper, interview, side_by_side, guest, chen_an, twin
):
    interview.say(guest, "河水清了。")
    before = list(Guest.objects.order_by("pk").values())
    page = keeper.get(merge_page(chen_an, twin)).content.decode()
    assert "They sat side by side" in page
    assert "1 interview · 1 turn<" in page
    assert "1 interview · 0 turns" in page
    assert 'name="name"' in page  # they differ in it
    assert 'name="bio_en"' not in page  # both have none
    assert list(Guest.objects.order_by("pk").values()) == before


def test_the_merge_is_confirmed_with_what_stays(keeper, earlier, chen_an, twin, gao):
    page = merge_page(chen_an, twin)
    form = keeper.get(page).context["form"]
    answer = {name: field.initial for name, field in form.fields.items()}
    assert answer["stays"] == str(twin.pk)  # who has a seat
    answer |= {"stays": str(chen_an.pk), "title": str(twin.pk)}
    response = keeper.post(page, answer)
    assert (response.status_code, response["Location"]) == (302, page_of(chen_an))
    now = stands(chen_an)
    assert (now.name, now.title, now.phone) == ("陈安工程师", "总工程师", "139 0000 1234")
    assert stands(twin).merged_into == now
    assert earlier.speakers.get().guest == now
    assert earlier.events.last().user == gao
    again = keeper.post(page, answer, follow=True)
    assert "Choose from two to 6" in str(list(again.context["messages"])[-1])


def test_a_merge_with_a_row_left_open_is_asked_again(keeper, chen_an, twin):
    response = keeper.post(merge_page(chen_an, twin), {"stays": chen_an.pk, "name": "0"})
    assert "Choose one in each row" in response.content.decode()
    assert stands(twin).merged_into is None


@pytest.mark.parametrize("who", ["x", "999999", ""])
def test_a_merge_of_who_is_not_there_leads_back_to_the_list(keeper, chen_an, who):
    response = keeper.get(f"{merge_page(chen_an)}&who={who}")
    assert (response.status_code, response["Location"]) == (302, list_of(Guest))


def test_who_stands_for_others_is_not_deleted(keeper, chen_an, twin):
    merge(chen_an, [twin])
    assert "another entry was merged into" in keeper.get(page_of(chen_an, "delete")).content.decode()
    keeper.post(page_of(chen_an, "delete"), {"post": "yes"})
    assert stands(chen_an)
