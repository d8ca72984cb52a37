"""Guests and hosts: what the admin does with them, and what readers see of them."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviews.exports import FORMATS
from interviews.models import Guest, Host, Interview
from interviews.planning import offers
from interviews.urls import reading

from .conftest import NOON
from .test_admin import act, fields, list_of, page_of, refused, saved

PRIVATE = {"email": "an.chen@private.example", "phone": "139 0000 1234", "notes": "只接早上的电话"}


@pytest.fixture
def ended(interview, host, guest):
    """An ended interview in which the host and the guest have said something."""
    interview.say(host, "请讲。")
    interview.say(guest, "河水清了。")
    interview.end()
    return interview


def shown(client, model=Guest, **asked):
    """The names in the admin's list."""
    return [person.name for person in client.get(list_of(model), asked).context["cl"].result_list]


def read(address, **asked):
    return Client().get(address, asked, headers={"accept-language": "en"}).content.decode()


# The list and the form


def test_the_list_tells_how_often_somebody_took_part_and_who_is_hidden(keeper, interview, draft, chen_an):
    draft.seat(chen_an)
    Guest.objects.filter(name="乔梅").update(hidden=True)
    rows = {person.name: person for person in keeper.get(list_of(Guest)).context["cl"].result_list}
    assert {name: person.seats_taken for name, person in rows.items()} == {"陈安": 2, "乔梅": 1}
    page = keeper.get(list_of(Guest)).content.decode()
    assert '<td class="field-how_often">2</td>' in page
    assert page.count('<td class="field-whether_hidden">hidden</td>') == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *PRIVATE.items(),
        *{
            "name": "陈安",
            "title": "总工",
            "organisation": "东河",
            "bio_zh": "三十年",
            "bio_en": "Thirty years",
        }.items(),
    ],
)
def test_people_are_found_by_any_of_it(keeper, chen_an, qiao_mei, field, value):
    Guest.objects.filter(pk=chen_an.pk).update(**{field: value})
    assert shown(keeper, q=value) == ["陈安"]


def test_people_are_filtered_by_what_they_have(keeper, chen_an, qiao_mei):
    Guest.objects.filter(pk=chen_an.pk).update(photo="people/a.jpg", bio_zh="", bio_en="")
    Guest.objects.filter(pk=qiao_mei.pk).update(hidden=True)
    assert shown(keeper, has_photo="1") == shown(keeper, has_bio="0") == shown(keeper, hidden__exact="0") == ["陈安"]
    assert shown(keeper, has_photo="0") == shown(keeper, has_bio="1") == shown(keeper, hidden__exact="1") == ["乔梅"]


def test_the_form_lists_appearances_with_the_title_of_the_day(keeper, ended, chen_an):
    chen_an.title = "局长"
    chen_an.save()
    page = keeper.get(page_of(chen_an)).content.decode()
    table = page[page.index('<table class="appearances">') :]
    assert page_of(ended) in table
    assert "2026-05-04" in table
    assert "河道工程师" in table
    assert "<td>1</td>" in table  # turn


def test_somebody_new_has_no_appearances_yet(keeper):
    assert "appearances" not in fields(keeper, reverse("admin:interviews_guest_add"))
    saved(keeper, reverse("admin:interviews_guest_add"), name="新人", **PRIVATE)
    person = Guest.objects.get(name="新人")
    assert (person.slug, person.phone) == ("xin-ren", PRIVATE["phone"])


def test_a_name_close_to_a_known_one_is_asked_for_before_somebody_is_added(keeper, chen_an):
    add, known = reverse("admin:interviews_guest_add"), Guest.objects.create(name="Mary O'Neil", title="engineer")
    page = refused(keeper, add, name="Mary ONeill", title="hydrologist")
    assert f'<a href="{page_of(known)}"' in page
    assert '<span dir="auto">engineer</span>' in page
    assert 'value="hydrologist"' in page
    assert 'name="another" value="Mary ONeill"' in page
    assert "Is it one of these?" in refused(keeper, add, name="Mary O’Neill", another="Mary ONeill")
    assert "Is it one of these?" in refused(keeper, add, name="陈安")
    assert Guest.objects.count() == 2
    saved(keeper, add, name="Mary ONeill", another="Mary ONeill")
    assert Guest.objects.count() == 3
    saved(keeper, page_of(known), name="Mary ONeill")  # who is there is not asked about


def test_private_notes_are_no_news_to_readers_and_a_new_title_is(keeper, interview, chen_an):
    seq = interview.seq
    saved(keeper, page_of(chen_an), **PRIVATE)
    interview.refresh_from_db()
    assert interview.seq == seq
    saved(keeper, page_of(chen_an), title="总工程师")
    interview.refresh_from_db()
    assert interview.seq == seq + 1


# What is private


def public_addresses(interview, guest, host):
    """The addresses that a reader may open, by their names."""
    slug = [interview.slug]
    turn = interview.turns.published().last()
    one = {
        **dict.fromkeys(("front-page", "robots", "sitemap", "site-feed", "interviews", "guests", "hosts"), [[]]),
        **dict.fromkeys(("interview", "feed", "calendar", "changes"), [slug]),
        "turn": [[*slug, turn.pk]],
        "export": [[*slug, format] for format in FORMATS],
        "guest": [[guest.slug]],
        "host": [[host.slug]],
        "search": [[]],
    }
    queries = {
        "search": [{"q": words} for words in (guest.name, *PRIVATE.values(), "河水")],
        "interviews": [{}, {"guest": guest.slug}, {"host": host.slug}],
        "changes": [{"epoch": str(interview.epoch), "after": 0}],
        "sitemap": [{}, {"section": "guests"}, {"section": "hosts"}],
        "interview": [{}, {"moments": "1"}],
    }
    for name, all_args in one.items():
        for args in all_args:
            for query in queries.get(name, [{}]):
                yield name, reverse(name, args=args), query


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_is_private_is_on_no_public_address(ended, chen_an, lin_yue, language):
    for person in (chen_an, lin_yue):
        type(person).objects.filter(pk=person.pk).update(**PRIVATE)
    walked = set()
    for name, address, query in public_addresses(ended, chen_an, lin_yue):
        response = Client().get(address, query, headers={"accept-language": language})
        assert response.status_code == 200, address
        body = response.getvalue() if response.streaming else response.content
        asked = query.get("q", "")  # which the page repeats
        for value in set(PRIVATE.values()) - {asked}:
            assert value.encode() not in body, address
            assert value.encode("unicode-escape") not in body, address
        walked.add(name)
    assert "河水清了" in read(ended.get_absolute_url())  # it was the right page
    for value in PRIVATE.values():
        assert "Nothing found" in read(reverse("search"), q=value)
    not_of_people = {None, "report", "portrait", "photo"}
    assert {pattern.name for pattern in reading} - not_of_people == walked


# The title of the day


def test_a_title_changed_later_does_not_change_old_interviews(ended, chen_an):
    chen_an.title = "退休工程师"
    chen_an.save()
    page = read(ended.get_absolute_url())
    assert "河道工程师" in page
    assert "退休工程师" not in page
    for format in FORMATS:
        exported = read(reverse("export", args=[ended.slug, format]))
        assert "退休工程师" not in exported, format
        assert "河道工程师" in exported, format
    assert "退休工程师" in read(chen_an.get_absolute_url())


# Hidden


@pytest.fixture
def hidden(ended, chen_an, lin_yue):
    for person in (chen_an, lin_yue):
        type(person).objects.filter(pk=person.pk).update(hidden=True)
    return chen_an, lin_yue


def test_who_is_hidden_has_no_page_and_is_found_nowhere(hidden):
    for person in hidden:
        role = person._meta.model_name
        assert Client().get(person.get_absolute_url()).status_code == 404
        assert Client().get(reverse("interviews"), {role: person.slug}).status_code == 404
        assert Client().get(reverse("search"), {"q": "河水", role: person.slug}).status_code == 404
        assert person.slug not in read(reverse("sitemap"), section=f"{role}s")
        assert 'class="people"' not in read(reverse("search"), q=person.name)
    assert "qiao-mei" in read(reverse("sitemap"), section="guests")  # who is not hidden


def test_who_is_hidden_keeps_name_and_turns_on_the_page_without_a_link(ended, hidden):
    pages = [ended.get_absolute_url(), *(reverse("export", args=[ended.slug, format]) for format in ("json", "html"))]
    pages += [reverse("feed", args=[ended.slug]), reverse("turn", args=[ended.slug, ended.turns.last().pk])]
    for address in pages:
        page = read(address)
        assert "河水清了。" in page, address
        assert "陈安" in page, address
        for person in hidden:
            assert person.get_absolute_url() not in page, address
    assert reverse("guest", args=["qiao-mei"]) in read(ended.get_absolute_url())


def test_who_is_hidden_is_offered_for_no_seat(keeper, hidden):
    chen_an, lin_yue = hidden
    offered = offers()
    assert [person.name for person in offered["known_guests"]] == ["乔梅"]
    assert list(offered["known_hosts"]) == []
    asked = {"app_label": "interviews", "model_name": "speaker", "field_name": "guest", "term": ""}
    found = keeper.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [person["text"] for person in found] == ["乔梅"]
    assert shown(keeper, q="陈安") == ["陈安"]  # in the list itself


def test_the_name_of_somebody_hidden_is_not_seated_unasked(hidden):
    from interviews.planning.seats import SeatForm

    asked = SeatForm({"name": "陈安"}, people=Guest)
    assert not asked.is_valid()
    assert "hidden" in str(dict(asked.fields["who"].choices)[str(hidden[0].pk)])
    chosen = SeatForm({"name": "陈安", "who": str(hidden[0].pk)}, people=Guest)
    assert chosen.is_valid()
    assert chosen.person == hidden[0]


def test_hiding_from_the_list_is_shown_by_open_pages(keeper, interview, chen_an, gao):
    seq = interview.seq
    assert act(keeper, "hide", chen_an) == ["1 is hidden now."]
    chen_an.refresh_from_db()
    assert chen_an.hidden
    assert interview.events.get(seq=seq + 1).user == gao
    assert act(keeper, "hide", chen_an) == ["0 are hidden now."]
    assert act(keeper, "show", chen_an) == ["1 is shown now."]
    chen_an.refresh_from_db()
    assert not chen_an.hidden
    assert interview.events.count() == seq + 2


# Deleting


def test_who_has_a_seat_is_not_deleted_and_the_admin_says_what_to_do(keeper, draft, lin_yue):
    page = keeper.get(page_of(lin_yue, "delete")).content.decode()
    assert "has a seat in an interview" in page
    assert f'href="{page_of(lin_yue)}#id_hidden"' in page
    keeper.post(page_of(lin_yue, "delete"), {"post": "yes"})
    assert Host.objects.filter(pk=lin_yue.pk).exists()


def test_deleting_several_deletes_none_if_one_has_a_seat(keeper, interview, chen_an):
    other = Guest.objects.create(name="没来过的人")
    data = {"action": "delete_selected", "_selected_action": [chen_an.pk, other.pk]}
    assert "so nothing was deleted" in keeper.post(list_of(Guest), data).content.decode()
    assert keeper.post(list_of(Guest), {**data, "post": "yes"}).status_code == 200
    assert Guest.objects.filter(pk__in=[chen_an.pk, other.pk]).count() == 2


def test_who_never_took_part_is_deleted(keeper):
    one, other = (Guest.objects.create(name=name) for name in ("甲", "乙"))
    assert keeper.post(page_of(one, "delete"), {"post": "yes"}).status_code == 302
    data = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    assert keeper.post(list_of(Guest), data).status_code == 302
    assert not Guest.objects.exists()


# Rights


def staff(user, *codenames):
    type(user).objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(headers={"accept-language": "en"})
    client.force_login(type(user).objects.get(pk=user.pk))
    return client


def test_an_editor_who_is_staff_changes_people_and_merges_imports_exports_deletes_none(zhou, interview, chen_an):
    editor = staff(zhou)
    saved(editor, page_of(chen_an), title="总工程师", **PRIVATE)
    page = editor.get(list_of(Guest)).content.decode()
    for name in ("duplicates", "merge", "import", "export"):
        address = reverse(f"admin:interviews_guest_{name}")
        assert address not in page
        assert editor.get(address).status_code == 403
        assert editor.post(address).status_code in (403, 405)
    assert 'value="merge_chosen"' not in page
    assert 'value="delete_selected"' not in page
    assert 'value="hide"' in page
    assert editor.get(page_of(chen_an, "delete")).status_code == 403


@pytest.mark.parametrize("lacking", ["add_guest", "change_guest", "delete_guest"])
def test_whoever_lacks_one_right_keeps_no_book(pan, chen_an, qiao_mei, lacking):
    rights = {"add_guest", "change_guest", "delete_guest", "view_guest"} - {lacking}
    client = staff(pan, *rights)
    assert client.get(reverse("admin:interviews_guest_import")).status_code == 403
    assert client.get(reverse("admin:interviews_guest_export")).status_code == 403
    merging = client.get(reverse("admin:interviews_guest_merge"), {"who": [chen_an.pk, qiao_mei.pk]})
    assert merging.status_code == (200 if lacking == "add_guest" else 403)


def test_rights_to_guests_are_none_to_hosts(pan, lin_yue):
    client = staff(pan, "add_guest", "change_guest", "delete_guest", "view_guest")
    for name in ("changelist", "duplicates", "merge", "import", "export"):
        assert client.get(reverse(f"admin:interviews_host_{name}")).status_code == 403


def test_whoever_may_only_look_changes_nothing(pan, chen_an):
    client = staff(pan, "view_guest")
    assert client.get(page_of(chen_an)).status_code == 200
    assert client.post(page_of(chen_an), {"name": "改"}).status_code == 403
    assert 'value="hide"' not in client.get(list_of(Guest)).content.decode()
    client.post(list_of(Guest), {"action": "hide", "_selected_action": [chen_an.pk]})
    assert not Guest.objects.filter(hidden=True).exists()


def test_the_list_asks_no_more_for_more_people(keeper, django_assert_max_num_queries):
    Interview.objects.create(headline="许多人", starts_at=timezone.now())
    for number in range(30):
        Interview.objects.get().seat(Guest.objects.create(name=f"嘉宾{number}"))
    with django_assert_max_num_queries(9):
        assert keeper.get(list_of(Guest)).status_code == 200


def test_an_empty_name_is_refused(keeper, chen_an):
    assert "This field is required" in refused(keeper, page_of(chen_an), name=" ")


def test_a_page_is_not_known_before_the_interview_is(db, draft, lin_yue, keeper):
    assert keeper.get(page_of(lin_yue)).context["has_absolute_url"] is False
    draft.revise(starts_at=NOON)
    draft.announce()
    assert keeper.get(page_of(lin_yue)).context["has_absolute_url"] is True
