"""Which language and direction a text has, told by its characters, and what pages say of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from interviews.models import Guest
from interviews.models.values.scripts import direction_of, language_of
from interviews.templatetags.names import isolated, lang
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("دەريا سۈيى قانداق سۈزۈلدى؟", "ug"),
        ("ئالىم", "ug"),
        ("كيف أصبح ماء النهر صافيا؟", "ar"),
        ("آب رودخانه چگونه پاک شد؟", "fa"),
        ("دریا کا پانی کیسے صاف ہوا؟", "ur"),
        ("د سیند اوبه څنګه پاکې شوې؟", "ps"),
        ("איך נוקה הנהר?", "he"),
        ("Как река стала чистой?", "ru"),
        ("Як річка стала чистою?", "uk"),
        ("Как стана чиста водата по този път?", "bg"),
        ("Өзен суы қалай тазарды?", "kk"),
        ("川の水はどうやってきれいになりましたか。", "ja"),
        ("강물이 어떻게 맑아졌습니까?", "ko"),
        ("แม่น้ำสะอาดได้อย่างไร", "th"),
        ("नदी कैसे साफ़ हुई?", "hi"),
        ("གཙང་པོའི་ཆུ", "bo"),
        ("ᠭᠣᠣᠯ ᠤᠨ ᠤᠰᠤ", "mn-Mong"),
        ("The river is clean, and so is the bank.", "en"),
        ("Wie wurde der Fluss sauber?", "und-Latn"),
    ],
)
def test_the_characters_tell_the_language_in_whatever_interview(text, language):
    assert language_of(text, "zh-hans") == language
    assert language_of(text, "en") == ("" if language in ("en", "und-Latn") else language)


@pytest.mark.parametrize("text", ["东河的水", "GDP增长", "東河的水", "2026", "……", ""])
def test_what_fits_its_surroundings_says_nothing(text):
    assert language_of(text, "zh-hans") == ""


def test_a_word_of_another_script_does_not_change_the_language_of_a_sentence():
    assert language_of("我们在东河边遇见了ئالىم，他说水清了。", "zh-hans") == ""
    assert language_of("بىز 东河 بويىدا كۆرۈشتۇق، سۇ سۈزۈلدى.", "zh-hans") == "ug"
    assert language_of("Мы были в WWF и видели реку.", "zh-hans") == "ru"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("دەريا", "rtl"),
        ("2026 – איך", "rtl"),
        ("Ali: كيف", "ltr"),
        ("东河", "ltr"),
        ("123", "ltr"),
        ("\u2068كيف\u2069 东河", "ltr"),
        ("\u202eabc", "ltr"),
    ],
)
def test_the_first_letter_with_a_direction_decides_it(text, direction):
    assert direction_of(text) == direction


def test_a_name_in_a_sentence_is_isolated_and_escaped():
    assert lang("ئالىم", "zh-hans") == ' lang="ug" dir="auto"'
    assert isolated("\u202eئالىم<", "zh-hans") == '<bdi lang="ug" dir="auto">\u202eئالىم&lt;</bdi>'
    assert isolated("陈安", "zh-hans") == '<bdi dir="auto">陈安</bdi>'


@pytest.fixture
def river(interview):
    """A talk in Chinese to which guests answer in Uyghur, Arabic, Hebrew and Russian."""
    said = {
        "ئالىم ئوسمان": "سۇ ئالدى بىلەن قىرغاقتىن سۈزۈلىدۇ.\n水从岸上开始清。",
        "سامي الحداد": "رأينا الأسماك تعود إلى النهر.",
        "נועה ברק": "הנהר נקי היום.",
        "Вера Лунина": "Мы видели, как вернулась рыба.",
        "\u202eKim Ode": "We saw the fish and the birds.",
    }
    for n, (name, text) in enumerate(said.items()):
        speaker = interview.seat(Guest.objects.create(name=name))
        interview.say(speaker, text, spoken_at=NOON.replace(minute=n), heading=text.split("\n")[0][:20])
    return interview


def test_each_turn_on_the_page_has_its_language_and_direction(river):
    html = Client().get(river.get_absolute_url()).text
    turns = re.findall(r"<article([^>]*)>(.*?)</article>", html[html.index("data-turns") :], re.DOTALL)[:5]
    assert [' dir="rtl"' in attributes for attributes, _ in turns] == [True, True, True, False, False]
    for (_, turn), language in zip(turns, ["ug", "ar", "he", "ru", "en"], strict=True):
        assert f'<p lang="{language}" dir="auto">' in turn
        assert re.search(rf'<h2 class="moment" lang="{language}" dir="auto">', turn)
        assert re.search(r"<b[^>]* dir=\"auto\">", turn)
    assert '<p dir="auto">水从岸上开始清。</p>' in turns[0][1]


def test_the_list_of_guests_keeps_each_name_in_its_own_order(river):
    html = Client().get("/").text
    assert '<b lang="he" dir="auto">נועה ברק</b>' in html
    html = Client().get(river.get_absolute_url()).text
    assert '<span lang="ug" dir="auto">ئالىم ئوسمان</span>' in html


def test_a_search_names_who_spoke_and_in_which_language(river, client):
    html = client.get("/search/", {"q": "الأسماك"}).text
    assert '<p class="said" lang="ar" dir="auto"><b lang="ar" dir="auto">سامي الحداد</b>' in html


def test_every_field_for_a_text_begins_where_its_script_begins_also_in_the_admin(river, client, gao):
    client.force_login(gao)
    turn, guest = river.turns.first(), Guest.objects.first()
    for page in (
        *(reverse("admin:interviews_interview_change", args=[river.pk]), reverse("admin:interviews_section_add")),
        *(reverse("admin:interviews_turn_change", args=[turn.pk]), reverse("admin:interviews_host_add")),
        *(reverse("admin:interviews_guest_change", args=[guest.pk]), reverse("desk:edit", args=[river.slug])),
    ):
        fields = re.findall(r"<input(?=[^>]* type=\"text\")[^>]*>|<textarea[^>]*>", client.get(page).text)
        assert fields, page
        assert [field for field in fields if field.count('dir="auto"') != 1] == [], page
