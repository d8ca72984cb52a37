from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from interviews.models import Guest, Host, Interview, Publisher, Section, Turn, User
from interviews.models.accounts.roles import RUNS, TYPES

from .test_photos import png_that_says


@pytest.fixture
def turn(interview, guest):
    return interview.say(guest, "第一句。\n第二句。")


def as_sent(value):
    return value.replace("\r\n", "\n").replace("\n", "\r\n")


NOT_SENT = ("submit", "file", "checkbox")


class Fields(HTMLParser):
    """The fields that a browser would send of a page's main form if nothing was changed."""

    def __init__(self, page):
        super().__init__()
        self.sent, self._select, self._text = {}, None, None
        self.feed(page[page.index("<form enctype") if "<form enctype" in page else page.index('<form method="post"') :])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        is_sent = "checked" in attrs if attrs.get("type") == "radio" else attrs.get("type") not in NOT_SENT
        if tag == "input" and name and is_sent:
            self._add(name, attrs.get("value", ""))
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and "selected" in attrs:
            self._add(self._select, attrs["value"])
        elif tag == "textarea":
            self._text = name
            self.sent[name] = ""

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self.sent[self._text] = as_sent(self.sent[self._text].removeprefix("\r").removeprefix("\n"))
            self._text = None

    def handle_data(self, data):
        if self._text:
            self.sent[self._text] += data

    def _add(self, name, value):
        value = as_sent(value)
        self.sent[name] = [*self.sent[name], value] if isinstance(self.sent.get(name), list) else value


def page_of(thing, what="change"):
    return reverse(f"admin:interviews_{thing._meta.model_name}_{what}", args=[thing.pk])


def list_of(model):
    return reverse(f"admin:interviews_{model._meta.model_name}_changelist")


def fields(client, url):
    return Fields(client.get(url).content.decode()).sent


def saved(client, url, **changes):
    response = client.post(url, {**fields(client, url), **changes})
    assert response.status_code == 302, response.context["errors"]
    return response


def refused(client, url, **changes):
    response = client.post(url, {**fields(client, url), **changes})
    assert response.status_code == 200
    return response.content.decode()


def act(client, action, *things):
    data = {"action": action, "_selected_action": [thing.pk for thing in things]}
    response = client.post(list_of(type(things[0])), data, follow=True)
    return [str(message) for message in response.context["messages"]]


def kinds(interview, after=0):
    return list(interview.events.filter(seq__gt=after).values_list("kind", flat=True))


@pytest.mark.parametrize("model", [Guest, Host, Section, Publisher, Interview, User])
def test_every_list_and_every_empty_form_opens(keeper, interview, model):
    assert "Fangtan" in keeper.get(list_of(model), {"q": "a"}).content.decode()
    assert keeper.get(reverse(f"admin:interviews_{model._meta.model_name}_add")).status_code == 200


def test_an_account_of_the_newsroom_opens_and_is_saved(keeper, zhou):
    saved(keeper, page_of(zhou), name="小周")
    zhou.refresh_from_db()
    assert zhou.get_full_name() == "小周"


def test_an_interview_saved_untouched_changes_nothing(keeper, interview):
    interview.revise(lede="一行\n又一行", starts_at=timezone.now())
    seq = interview.seq
    saved(keeper, page_of(interview))
    assert kinds(interview, seq) == []


def test_a_changed_headline_reaches_the_readers(keeper, interview, gao):
    seq = interview.seq
    saved(keeper, page_of(interview), headline="河水变清了")
    event = interview.events.get(seq=seq + 1)
    assert (event.kind, event.user, event.before) == ("revised", gao, {"headline": "河水怎样变清"})
    interview.refresh_from_db()
    assert (interview.headline, interview.seq) == ("河水变清了", seq + 1)


def test_lines_are_kept_as_the_rest_of_the_record_keeps_them(keeper, interview):
    saved(keeper, page_of(interview), lede="一行\r\n又一行")
    interview.refresh_from_db()
    assert interview.lede == "一行\n又一行"


def test_a_field_that_the_admin_left_alone_keeps_what_the_desk_wrote_meanwhile(keeper, interview):
    opened = fields(keeper, page_of(interview))
    interview.revise(headline="桌上改的")
    keeper.post(page_of(interview), {**opened, "summary": "后台写的"})
    interview.refresh_from_db()
    assert (interview.headline, interview.summary) == ("桌上改的", "后台写的")


def test_new_publishers_of_an_announced_interview_are_one_recast(keeper, interview):
    seq = interview.seq
    publishers = [Publisher.objects.create(name=name) for name in ("晚报", "早报")]
    saved(keeper, page_of(interview), publishers=[publisher.pk for publisher in publishers])
    assert kinds(interview, seq) == ["recast"]
    assert interview.publishers.count() == 2


def test_changed_speakers_of_an_announced_interview_are_one_recast(keeper, interview):
    seq = interview.seq
    saved(keeper, page_of(interview), **{"speakers-1-title": "总工程师", "speakers-2-label": "乔老师"})
    assert kinds(interview, seq) == ["recast"]
    assert list(interview.speakers.values_list("label", flat=True)) == ["主持人", "陈安", "乔老师"]


def test_a_speakers_title_may_be_emptied_and_the_label_comes_back(keeper, interview):
    saved(keeper, page_of(interview), **{"speakers-1-title": "", "speakers-1-label": ""})
    assert interview.speakers.filter(label="陈安", title="").exists()


def test_a_new_speaker_comes_last(keeper, interview):
    page = keeper.get(page_of(interview)).content.decode()
    assert 'name="speakers-__prefix__-order" value="4"' in page


def test_a_drafts_speakers_are_nobodys_news(keeper, draft):
    saved(keeper, page_of(draft), **{"speakers-0-title": "记者"})
    assert kinds(draft) == []
    assert draft.speakers.get().title == "记者"


def test_a_new_interview_is_a_draft_whose_seats_get_their_labels(keeper, lin_yue, chen_an):
    new = {
        "headline": "新访谈",
        "speakers-TOTAL_FORMS": 2,
        "speakers-0-host": lin_yue.pk,
        "speakers-0-order": 1,
        "speakers-1-guest": chen_an.pk,
        "speakers-1-order": 2,
    }
    saved(keeper, reverse("admin:interviews_interview_add"), language="en", **new)
    interview = Interview.objects.get()
    assert (interview.status, interview.slug, interview.seq) == ("draft", "xin-fang-tan", 0)
    assert [(speaker.label, speaker.title) for speaker in interview.speakers.all()] == [
        ("Host", "主持人"),
        ("陈安", "河道工程师"),
    ]


def test_an_announced_interview_keeps_its_date_and_its_address(keeper, interview):
    assert "announced has a date" in refused(keeper, page_of(interview), starts_at="")
    assert "slug" not in fields(keeper, page_of(interview))


def test_a_draft_may_lose_its_date(keeper, draft):
    draft.revise(starts_at=timezone.now())
    saved(keeper, page_of(draft), starts_at="")
    draft.refresh_from_db()
    assert draft.starts_at is None


def test_the_status_is_moved_by_verbs_alone(keeper, draft, gao):
    draft.revise(starts_at=timezone.now())
    assert "status" not in fields(keeper, page_of(draft))
    for verb in ("announce", "go_live", "end"):
        assert act(keeper, verb, draft) == ["1 done."]
    draft.refresh_from_db()
    assert draft.status == "ended"
    assert kinds(draft)[-3:] == ["announced", "started", "ended"]
    assert draft.events.last().user == gao


def test_a_verb_that_is_refused_says_why_and_for_which(keeper, interview, draft):
    draft.revise(starts_at=timezone.now())
    told = act(keeper, "announce", interview, draft)
    assert f"{interview}: This can't be done while the interview is live." in told
    assert "1 done." in told


def test_a_speaker_with_turns_and_a_guest_with_a_seat_cannot_be_deleted(keeper, turn, chen_an):
    page = keeper.get(page_of(chen_an, "delete")).content.decode()
    assert "would require deleting the following protected related objects" in page
    taken = refused(keeper, page_of(turn.interview), **{"speakers-1-DELETE": "on"})
    assert "Deleting speaker 陈安 would require deleting the following protected" in taken


def test_a_corrected_turn_reaches_the_readers(keeper, turn, gao):
    seq = turn.interview.seq
    saved(keeper, page_of(turn), text="改过的。")
    event = turn.events.last()
    assert kinds(turn.interview, seq) == ["corrected"]
    assert (event.user, event.before) == (gao, {"text": "第一句。\n第二句。"})
    turn.refresh_from_db()
    assert (turn.text, turn.version) == ("改过的。", 2)


def test_a_turn_saved_untouched_stays_as_it_is(keeper, turn):
    spoken_at, seq = turn.spoken_at, turn.interview.seq
    saved(keeper, page_of(turn))
    turn.refresh_from_db()
    assert (turn.spoken_at, turn.version) == (spoken_at, 1)
    assert kinds(turn.interview, seq) == []


def test_speaker_time_and_heading_are_corrected_and_marked(keeper, turn, host):
    seq = turn.interview.seq
    saved(
        keeper,
        page_of(turn),
        speaker=host.pk,
        spoken_at=f"{timezone.localtime(turn.spoken_at):%Y-%m-%d}T09:30:15",
        heading="开场",
    )
    assert kinds(turn.interview, seq) == ["corrected", "marked"]
    turn.refresh_from_db()
    assert (turn.speaker, turn.heading) == (host, "开场")
    assert f"{timezone.localtime(turn.spoken_at):%H:%M:%S}" == "09:30:15"


def test_only_the_interviews_own_speakers_are_offered(keeper, turn, draft):
    page = keeper.get(page_of(turn)).context["adminform"].form.fields["speaker"].queryset
    assert {*page} == {*turn.interview.speakers.all()}
    assert "Select a valid choice" in refused(keeper, page_of(turn), speaker=draft.speakers.get().pk)


def test_a_turn_that_somebody_changed_meanwhile_is_not_overwritten(keeper, turn, zhou):
    opened = {**fields(keeper, page_of(turn)), "text": "后台的话。"}
    turn.correct(version=1, text="桌上的话。", by=zhou)
    response = keeper.post(page_of(turn), opened)
    page = response.content.decode()
    assert "周 changed this turn after you opened it" in page
    assert "“桌上的话。”" in page
    assert Fields(page).sent["text"] == "后台的话。"
    turn.refresh_from_db()
    assert turn.text == "桌上的话。"


def test_after_the_warning_a_second_save_is_a_decision_about_what_the_admin_changed_alone(keeper, turn, zhou, host):
    opened = {**fields(keeper, page_of(turn)), "text": "后台的话。"}
    turn.correct(version=1, speaker=host, text="桌上的话。", by=zhou)
    warned = Fields(keeper.post(page_of(turn), opened).content.decode()).sent
    assert keeper.post(page_of(turn), warned).status_code == 302
    turn.refresh_from_db()
    assert (turn.text, turn.speaker, turn.version) == ("后台的话。", host, 3)


def test_an_empty_turn_is_refused(keeper, turn):
    assert "This field is required" in refused(keeper, page_of(turn), text=" \r\n ")


def test_turns_are_said_at_the_desk_and_never_deleted(keeper, turn):
    assert keeper.get(reverse("admin:interviews_turn_add")).status_code == 403
    assert keeper.get(page_of(turn, "delete")).status_code == 403


def test_turns_are_declined_released_retracted_and_restored_by_verbs(keeper, turn, interview, guest):
    held = interview.say(guest, "先放着。", held=True)
    seq = held.interview.seq
    assert act(keeper, "retract", turn) == ["1 done."]
    assert act(keeper, "restore", turn) == ["1 done."]
    assert act(keeper, "decline", held) == ["1 done."]
    assert act(keeper, "restore", held) == ["1 done."]
    assert act(keeper, "release", held) == ["1 done."]
    assert kinds(interview, seq) == ["retracted", "restored", "declined", "restored", "released"]
    assert act(keeper, "decline", turn) == [f"{turn}: This can't be done to a turn that is published."]
    assert act(keeper, "release", turn) == [f"{turn}: This can't be done to a turn that is published."]


def test_a_guest_on_an_open_page_is_shown_anew(keeper, interview, draft, chen_an, gao):
    draft.seat(chen_an)
    seq = interview.seq
    saved(keeper, page_of(chen_an), bio_zh="修了二十一年河。")
    assert kinds(interview, seq) == ["recast"]
    assert interview.events.last().user == gao
    assert kinds(draft) == []


def test_a_host_saved_untouched_or_only_in_ended_interviews_is_no_news(keeper, interview, lin_yue):
    seq = interview.seq
    saved(keeper, page_of(lin_yue))
    assert kinds(interview, seq) == []
    interview.end()
    saved(keeper, page_of(lin_yue), bio_zh="新的简介")
    assert kinds(interview, seq) == ["ended"]


def photo(format="JPEG", size=(8, 8), name=None):
    file = BytesIO()
    Image.new("1" if format == "PNG" else "RGB", size).save(file, format)
    return SimpleUploadedFile(name or f"face.{format.lower()}", file.getvalue())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_and_shown_small_in_the_list(keeper, chen_an, format):
    saved(keeper, page_of(chen_an), photo=photo(format))
    chen_an.refresh_from_db()
    assert f'<img src="{chen_an.photo.url}" height="32"' in keeper.get(list_of(Guest)).content.decode()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (SimpleUploadedFile("face.jpg", b"\xff" * (20 * 1024 * 1024 + 1)), "bigger than 20.0"),
        (SimpleUploadedFile("face.png", png_that_says(8000, 5001)), "more than 40 million pixels"),
        (SimpleUploadedFile("face.png", png_that_says(10_000, 10_000)), "more than 40 million pixels"),
        (SimpleUploadedFile("face.png", png_that_says(20_000, 10_000)), "more than 40 million pixels"),
        (photo("GIF"), "must be a JPEG, PNG or WebP"),
        (photo("GIF", name="face.jpg"), "must be a JPEG, PNG or WebP"),
        (SimpleUploadedFile("face.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "must be a JPEG, PNG or WebP"),
        (SimpleUploadedFile("face.png", photo("PNG").read()[:40]), "must be a JPEG, PNG or WebP"),
        (SimpleUploadedFile("face.png", photo("PNG", (800, 800)).read()[:60]), "The photo is damaged"),
        (SimpleUploadedFile("face.png", b""), "The submitted file is empty"),
    ],
)
def test_a_photo_of_another_kind_or_size_is_refused(keeper, chen_an, file, told):
    assert told in refused(keeper, page_of(chen_an), photo=file).replace("&nbsp;", " ").replace("\xa0", " ")
    chen_an.refresh_from_db()
    assert not chen_an.photo


def test_lists_ask_the_database_no_more_for_more_rows(keeper, turn, interview, guest, django_assert_max_num_queries):
    section = Section.objects.create(name="里面", parent=Section.objects.create(name="外面"))
    for number in range(20):
        interview.say(guest, f"第{number}句")
        Section.objects.create(name=f"栏目{number}", parent=section)
        Interview.objects.create(headline=f"访谈{number}", section=section, starts_at=timezone.now())
        Guest.objects.create(name=f"嘉宾{number}")
    for model in (Turn, Section, Interview, Guest, Host):
        with django_assert_max_num_queries(9):
            assert keeper.get(list_of(model)).status_code == 200


def test_people_of_the_newsroom_are_found_and_given_by_autocomplete(keeper, chen_an):
    asked = {"app_label": "interviews", "model_name": "speaker", "field_name": "guest", "term": "陈"}
    assert keeper.get(reverse("admin:autocomplete"), asked).json()["results"] == [
        {"id": str(chen_an.pk), "text": "陈安"}
    ]


def test_whoever_may_only_look_sees_the_turn_and_changes_nothing(client, turn, pan, django_user_model):
    from django.contrib.auth.models import Permission

    pan.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    django_user_model.objects.filter(pk=pan.pk).update(is_staff=True)
    client.force_login(pan)
    assert "第一句" in client.get(page_of(turn)).content.decode()
    assert client.get(page_of(turn.interview)).status_code == 200
    assert client.post(page_of(turn), {"text": "改"}).status_code == 403
    assert 'value="retract"' not in client.get(list_of(Turn)).content.decode()


def test_an_editor_without_the_staff_mark_stays_outside(client, zhou):
    client.force_login(zhou)
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_publisher_and_a_section_that_are_renamed_reach_open_pages(keeper, interview):
    publisher, section = Publisher.objects.create(name="溪声新闻网"), Section.objects.create(name="访谈直播")
    interview.publishers.add(publisher)
    interview.revise(section=section)
    before = interview.seq

    for thing in (publisher, section):
        saved(keeper, page_of(thing), name=f"{thing.name}（新）")

    interview.refresh_from_db()
    assert interview.seq == before + 2
    assert interview.events.last().kind == "recast"


def test_times_are_read_and_shown_on_the_interviews_own_clock(keeper, interview):
    interview.revise(timezone="Europe/London")

    saved(keeper, page_of(interview), starts_at="2026-05-04T18:30:00")

    interview.refresh_from_db()
    assert interview.starts_at.isoformat() == "2026-05-04T17:30:00+00:00"
    assert 'value="2026-05-04T18:30:00"' in keeper.get(page_of(interview)).content.decode()
    assert "2026-05-04 18:30:00" in keeper.get(list_of(Interview)).content.decode()


def test_a_new_interviews_time_is_on_the_clock_chosen_with_it(keeper):
    url = reverse("admin:interviews_interview_add")
    chosen = {
        "headline": "Night",
        "timezone": "America/New_York",
        "starts_at": "2026-05-04T20:00:00",
    }
    keeper.post(url, {**fields(keeper, url), **chosen})
    assert Interview.objects.get(headline="Night").starts_at.isoformat() == "2026-05-05T00:00:00+00:00"


def test_a_turns_time_is_shown_to_the_second(keeper, interview, guest):
    turn = interview.say(guest, "几点几分几秒", spoken_at=datetime(2026, 5, 4, 4, 5, 6, 789, tzinfo=UTC))
    page = keeper.get(page_of(turn)).content.decode()
    assert 'value="2026-05-04T12:05:06"' in page

    saved(keeper, page_of(turn), text="只改了字")

    turn.refresh_from_db()
    assert (turn.text, turn.spoken_at.microsecond) == ("只改了字", 789)


def test_an_interview_that_was_announced_is_not_deleted(keeper, interview):
    assert keeper.post(page_of(interview, "delete"), {"post": "yes"}).status_code == 403
    assert Interview.objects.exists()


# Assignments


def test_a_role_for_one_interview_is_given_on_its_page_and_readers_are_not_told(keeper, interview, pan):
    seq = interview.seq
    row = {"assignments-TOTAL_FORMS": 1, "assignments-0-user": pan.pk, "assignments-0-role": "typist"}
    saved(keeper, page_of(interview), **row)
    assert interview.is_open_to(pan, TYPES)
    assert not interview.is_open_to(pan, RUNS)
    assert Interview.objects.get().seq == seq
