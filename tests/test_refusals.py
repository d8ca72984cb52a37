"""Whoever is refused is told what happened and how to go on, in their language and in the form that they asked for."""

import re
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from .newsroom import JSON, address, at_desk
from .sites import PATIENCE

LANGUAGES = ["zh-CN", "en"]
SAID = {"en": "Front page", "zh-CN": "首页"}


def told(answer, language, title):
    """Check that the answer is a page of the site in this language, and return its text."""
    page = answer.content.decode()
    assert f"<h1>{title[language]}</h1>" in page
    assert f'<html lang="{answer["Content-Language"]}"' in page
    assert answer["Content-Language"].lower().startswith(language[:2])
    assert 'class="site-header"' in page
    assert SAID[language] in page
    assert 'href="/"' in page
    assert {"Accept", "Accept-Language"} <= set(answer["Vary"].split(", "))
    assert "no-store" in answer["Cache-Control"]
    return page


def visitor(language, user=None, **how):
    client = Client(headers={"Accept-Language": language}, raise_request_exception=False, **how)
    if user:
        client.force_login(user)
    return client


NOT_FOUND = {"en": "Page not found", "zh-CN": "页面不存在"}
FORBIDDEN = {"en": "You may not do this", "zh-CN": "没有权限"}
NO_PAGE = {"en": "This address is not a page", "zh-CN": "此网址不是页面"}
BAD = {"en": "This can’t be answered", "zh-CN": "无法处理"}
TOO_MUCH = {"en": "This is too much at once", "zh-CN": "内容过大"}
BROKEN = {"en": "Something broke on our side", "zh-CN": "服务器出错了"}
AWAY = {"en": "The site can’t answer just now", "zh-CN": "网站暂时无法访问"}
TOO_OLD = {"en": "This page was too old", "zh-CN": "页面已过期"}
FOREIGN = {"en": "This came from another site", "zh-CN": "此请求来自其他网站"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/nowhere/", "/interviews/none/", "/desk/none/", "/admin/nowhere/", "/search/?before=0"]
)
def test_what_is_not_there(gao, language, path):
    answer = visitor(language, gao).get(path)
    assert answer.status_code == 404
    page = told(answer, language, NOT_FOUND)
    assert ('href="/desk/"' in page) is path.startswith(("/desk/", "/admin/"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/desk/statistics/", "/desk/new/", "/admin/login/", "/account/recovery-codes/"])
def test_what_one_may_not_see(sun, language, path):
    answer = visitor(language, sun).get(path)
    assert answer.status_code == 403
    assert f"/sign-in/?next={path.replace('/', '%2F')}" in told(answer, language, FORBIDDEN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sign-out/"), ("GET", "/desk/{slug}/end/"), ("DELETE", "/"), ("POST", "/search/")]
)
def test_what_an_address_does_not_take(zhou, interview, language, method, path):
    answer = visitor(language, zhou).generic(method, path.format(slug=interview.slug))
    assert answer.status_code == 405
    assert answer["Allow"]
    told(answer, language, NO_PAGE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_host(db, language, settings):
    for is_by_tls in (False, True):
        settings.SECURE_SSL_REDIRECT = is_by_tls  # then it is asked for before anything else
        answer = visitor(language).get("/", headers={"Host": "evil.example"})
        assert answer.status_code == 400
        told(answer, language, BAD)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "what",
    [{"text": "长" * 10**6}, {f"field {n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}],
    ids=["too big", "too many fields"],
)
def test_too_much(zhou, interview, language, what):
    answer = visitor(language, zhou).post(address("say", interview), what)
    assert answer.status_code == 413
    told(answer, language, TOO_MUCH)


def test_too_much_json(zhou, interview):
    answer = at_desk(zhou).post(
        address("say-all", interview), f'{{"turns": "{"a" * 3 * 10**6}"}}', "application/json", headers=JSON
    )
    assert (answer.status_code, list(answer.json())) == (413, ["errors"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_of_ours_needs_no_database(zhou, interview, language):
    client = visitor(language, zhou)
    with patch("interviews.views.reader.archive.render", side_effect=RuntimeError):
        answer = client.get("/")
    assert answer.status_code == 500
    told(answer, language, BROKEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_database_that_is_away_is_worth_another_try(db, language):
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")):
        answer = visitor(language).get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    told(answer, language, AWAY)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere/", 404),
        ("/desk/new/", 403),
        ("/sign-out/", 405),
        ("/invitation/?token=none", 410),
        ("/interviews/none/changes/?x", 400),
    ],
)
def test_a_script_gets_json(sun, path, status):
    answer = at_desk(sun).get(path, headers=JSON)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert all(answer.json()["errors"].values())


def test_back_leads_to_the_page_of_this_site_that_one_came_from(client, db):
    here, away = "http://testserver/interviews/?page=2", "https://evil.example/"
    assert 'href="http://testserver/interviews/?page=2"' in client.get("/nowhere/", headers={"Referer": here}).text
    assert "evil" not in client.get("/nowhere/", headers={"Referer": away}).text
    assert "javascript" not in client.get("/nowhere/", headers={"Referer": "javascript:alert(1)"}).text
    from_a_secret_address = {"Referer": "http://testserver/", "Accept-Language": "en"}
    assert "Back to the page" not in client.get("/nowhere/", headers=from_a_secret_address).text


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nowhere/%00%FF%ED%A0%BD", {}, 404),
        ("GET", "/sign-out/", {}, 405),
        ("GET", "/", {"Host": "evil.example"}, 400),
        ("POST", "/sign-in/", {"Content-Type": "multipart/form-data"}, 400),
        ("POST", "/sign-in/", {"Cookie": 'sessionid="' + "\\000" * 9 + '"'}, 403),
    ],
)
def test_on_the_wire_a_refusal_has_a_face_too(site, method, path, headers, status):
    body = b"" if method == "POST" else None
    request = Request(site.here + path, body, headers | {"Accept-Language": "en"}, method=method)
    with pytest.raises(HTTPError) as refusal:
        urlopen(request, timeout=PATIENCE)
    assert refusal.value.code == status
    assert 'class="site-header"' in refusal.value.read().decode()


# The token of a page


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


def fields_in(page):
    """What the form of a refusal sends again."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    written = re.findall(r'<textarea name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    return dict(hidden) | dict(written)


@pytest.fixture
def careful(zhou):
    """A browser of which the token is asked."""
    return visitor("en", zhou, enforce_csrf_checks=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_in_a_page_that_became_too_old_is_given_back_and_can_be_sent_again(
    zhou, interview, host, language
):
    client = visitor(language, zhou, enforce_csrf_checks=True)
    said = {"speaker": host.pk, "text": "河水先是黑的。\n<b>后来</b>", "key": "5f0c0000-0000-4000-8000-000000000000"}
    answer = client.post(address("say", interview), said | {"csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    page = told(answer, language, TOO_OLD)
    assert "&lt;b&gt;后来&lt;/b&gt;" in page

    again = fields_in(page.replace("&lt;", "‹").replace("&gt;", "›"))
    assert client.post(address("say", interview), again).status_code == 303
    assert interview.turns.get().text == "河水先是黑的。\n‹b›后来‹/b›"


@pytest.mark.parametrize(
    ("verb", "fields"),
    [("pause", {"notice": "马上回来"}), ("note", {"text": "谁在？", "key": "5f0c0000-0000-4000-8000-000000000001"})],
)
def test_so_it_is_with_every_form_of_the_desk(careful, interview, verb, fields):
    page = careful.post(address(verb, interview), fields).text
    assert fields_in(page).items() >= fields.items()
    assert careful.post(address(verb, interview), fields_in(page)).status_code == 303


def test_a_long_form_comes_back_whole(careful, interview):
    typed = {"headline": "新的标题", "lede": "一\r\n二", "seats": ["1", "2"], "empty": ""}
    page = careful.post(address("edit", interview), typed).text
    assert [page.count(f'name="{name}"') for name in typed] == [1, 1, 2, 1]


@pytest.mark.parametrize(
    ("path", "name", "more"),
    [
        ("/admin/interviews/guest/import/", "file", {"encoding": "big5"}),
        ("/admin/interviews/host/import/", "file", {}),
        ("/admin/interviews/guest/add/", "portrait", {"name": "乔 梅"}),
    ],
)
def test_a_file_that_came_with_an_old_page_is_asked_for_again_by_name(gao, path, name, more):
    client = visitor("en", gao, enforce_csrf_checks=True)
    page = client.post(path, more | {name: SimpleUploadedFile("<名单>.csv", b"name\nA\n")}).text
    assert 'enctype="multipart/form-data"' in page
    assert re.search(rf'please choose <bdi>&lt;名单&gt;.csv</bdi> again\. <input type="file" name="{name}">', page)
    assert fields_in(page).items() >= more.items()


def test_such_a_file_chosen_again_goes_in(gao):
    client = visitor("en", gao, enforce_csrf_checks=True)
    page = client.post("/admin/interviews/guest/import/", {"file": SimpleUploadedFile("a.csv", b"name\nAdaeze\n")}).text
    again = client.post(
        "/admin/interviews/guest/import/", fields_in(page) | {"file": SimpleUploadedFile("a.csv", b"name\nAdaeze\n")}
    )
    assert again.status_code == 200
    assert "Adaeze" in b"".join(again).decode()


def test_no_page_repeats_a_password(careful):
    secret = {"old": "甲乙丙", "new_password1": "甲乙丙丁", "csrfmiddlewaretoken": "x"}
    assert "甲乙丙" not in careful.post("/account/password/", secret).text


@pytest.mark.parametrize("name", ["PASSWORD", "otp_token", "recovery-code", "clientSecret"])
def test_nor_what_else_lets_somebody_in(careful, interview, name):
    assert "甲 乙丙" not in careful.post(address("pause", interview), {"notice": "稍候", name: "甲 乙丙"}).text


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_what_another_site_has_made_up_is_not_offered(careful, interview, headers):
    answer = careful.post(address("pause", interview), {"notice": "假的"}, headers=headers)
    assert answer.status_code == 403
    assert "假的" not in told(answer, "en", FOREIGN)
    assert "<form" not in answer.text


def test_a_script_is_told_of_a_void_token_in_json(careful, interview):
    answer = careful.post(address("pause", interview), {"notice": "话"}, headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (403, ["__all__"])


@pytest.mark.parametrize("key", ["\\000" * 9, "\\377" * 9, "a\\000" * 9, "%00' OR ''='", "\xff" * 40])
@pytest.mark.parametrize("path", ["/desk/", "/sign-in/", "/admin/"])
def test_a_cookie_that_holds_anything_is_that_of_nobody(client, db, path, key):
    answer = client.get(path, headers={"Cookie": f'sessionid="{key}"'}, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, "/sign-in/")


# Two sign-in pages in one browser


@pytest.fixture
def tabs(zhou, gao):
    """Sends the form of a sign-in page that was opened before anybody had signed in."""
    client = visitor("en", enforce_csrf_checks=True)
    token = token_in(client.get("/sign-in/").text)

    def send(name, password, **more):
        return client.post("/sign-in/", {"username": name, "password": password, "csrfmiddlewaretoken": token} | more)

    send.client = client
    return send


def test_the_second_of_two_sign_in_pages_goes_in(tabs):
    assert tabs("zhou", "typing-all-day").url == "/desk/"
    second = tabs("zhou", "typing-all-day", next="/desk/statistics/")
    assert (second.status_code, second.url) == (302, "/desk/statistics/")
    assert tabs("zhou", "typing-all-day").url == "/desk/"
    assert tabs("zhou", "typing-all-day", next="https://evil.example/").url == "/desk/"


def test_so_it_does_with_a_name_in_full_width(tabs):
    tabs("zhou", "typing-all-day")
    assert tabs("ｚｈｏｕ", "typing-all-day").url == "/desk/"


def test_nobody_goes_in_as_another(tabs):
    tabs("zhou", "typing-all-day")
    second = tabs("gao", "keeps-the-keys", next="/admin/")
    assert second.status_code == 403
    assert 'value="gao"' in second.text
    assert "keeps-the-keys" not in second.text
    token = token_in(second.text)
    signed_in = tabs("gao", "keeps-the-keys", next="/admin/", csrfmiddlewaretoken=token)
    assert (signed_in.status_code, signed_in.url) == (302, "/admin/")


def test_who_is_signed_in_nowhere_is_asked_again_by_a_page_that_is_too_old(tabs):
    answer = tabs("zhou", "typing-all-day", csrfmiddlewaretoken="a" * 64)
    assert (answer.status_code, answer.get("Location")) == (403, None)
    assert 'value="zhou"' in answer.text
    assert tabs("zhou", "typing-all-day", csrfmiddlewaretoken=token_in(answer.text)).url == "/desk/"
