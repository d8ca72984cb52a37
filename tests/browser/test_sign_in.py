"""Signing in as people do it: with and without scripts, with a phone, and from within an open desk."""

from base64 import b32decode

import pytest
from django.contrib.sessions.models import Session
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from interviews.models import User

from .axe import violations
from .conftest import DESKTOP, PHONE, give_password
from .desks import composer, expect_state, publish
from .test_live import connected, turns

KEY = "31" * 20
PASSWORD = "typing-all-day"
LIGHT_AND_DARK = [(DESKTOP, "light"), (DESKTOP, "dark")]


def code_of(key=KEY):
    return f"{TOTP(bytes.fromhex(key)).token():06}"


def shown_key(page):
    return b32decode(page.locator(".secret").inner_text().replace(" ", "")).hex()


@pytest.fixture
def phone(zhou):
    """Zhou's, set up a while ago."""
    return TOTPDevice.objects.create(user=zhou, name="app", key=KEY)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_code_is_asked_for_on_a_second_page(site, window, zhou, phone, interview, scripts):
    page = window(f"{site.here}/desk/{interview.slug}/", java_script_enabled=scripts)
    give_password(page, zhou)
    expect(page.locator("[name=code]")).to_be_focused()
    page.locator("[name=code]").fill("000000")
    page.locator("[name=code]").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    page.locator("[name=code]").fill(code_of())
    page.locator("[name=code]").press("Enter")
    page.wait_for_url(f"**/desk/{interview.slug}/")


def test_an_open_desk_asks_for_the_code_too_and_sends_what_was_typed(site, window, zhou, phone, interview):
    page = window(f"{site.here}/desk/{interview.slug}/")
    give_password(page, zhou)
    page.locator("[name=code]").fill(code_of())
    page.locator("[name=code]").press("Enter")
    desk = connected(page)
    Session.objects.all().delete()
    TOTPDevice.objects.update(last_t=-1)

    publish(desk, "主持人", "登录过期时发的")
    expect_state(desk, "signed-out")
    composer(desk).fill("还没有发的")
    dialog = desk.locator("desk-sign-in")
    give_password(dialog, zhou)
    expect(dialog.locator("[name=code]")).to_be_focused()
    dialog.locator("[name=code]").fill(code_of())
    dialog.locator("[name=code]").press("Enter")

    expect(dialog).to_be_hidden()
    expect_state(desk, "saved")
    expect(turns(desk)).to_contain_text(["登录过期时发的"])
    expect(composer(desk)).to_have_value("还没有发的")


def test_from_an_open_desk_a_second_factor_is_set_up_and_its_codes_are_seen(
    sites, monkeypatch, sign_in, window, zhou, interview
):
    monkeypatch.setenv("REQUIRE_SECOND_FACTOR", "true")
    site = sites()
    desk = connected(sign_in(site, zhou, interview))
    User.objects.filter(pk=zhou.pk).update(is_staff=True)

    dialog = desk.locator("desk-sign-in")
    expect(dialog.locator("[name=username]")).to_be_visible()
    give_password(dialog, zhou)
    expect(dialog.locator("svg.qr")).to_be_visible()
    dialog.locator("[name=code]").fill(code_of(shown_key(dialog)))
    dialog.locator("[name=code]").press("Enter")
    expect(dialog.locator(".codes li")).to_have_count(10)
    dialog.locator("button.primary").click()

    expect(dialog).to_be_hidden()
    publish(desk, "主持人", "接着说")
    expect_state(desk, "saved")


def test_another_password_in_another_tab_leaves_the_desk_open(site, window, zhou, interview):
    desk = window(f"{site.here}/desk/{interview.slug}/")
    give_password(desk, zhou)
    connected(desk)
    composer(desk).fill("还没有发的")
    tab = desk.context.new_page()
    tab.goto(f"{site.here}/account/password/")
    tab.locator("[name=password]").fill(PASSWORD)
    for name in ("new_password1", "new_password2"):
        tab.locator(f"[name={name}]").fill("河水又清了2026")
    tab.locator("button.primary").click()
    expect(tab.get_by_role("status")).to_be_visible()

    publish(connected(desk), "主持人", "接着说")
    expect_state(desk, "saved")
    expect(desk.locator("desk-sign-in")).to_be_hidden()
    expect(turns(desk)).to_contain_text(["接着说"])


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_axe_finds_nothing_on_the_way_in_and_in_the_account(served, window, zhou, phone, locale):
    page = window(f"{served.here}/sign-in/", locale=locale)
    found = violations(page, LIGHT_AND_DARK)
    give_password(page, zhou)
    page.locator("[name=code]").wait_for()
    found += violations(page, LIGHT_AND_DARK)
    page.locator("[name=code]").fill(code_of())
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/desk/")
    for address in ("/account/", "/account/password/", "/account/second-factor/off/", "/account/recovery-codes/"):
        page.goto(served.here + address)
        found += violations(page, LIGHT_AND_DARK)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    found += violations(page, LIGHT_AND_DARK)
    phone.delete()
    page = window(f"{served.here}/invitation/?token={zhou.invite()}", locale=locale)
    found += violations(page, LIGHT_AND_DARK)
    assert found == []


def test_a_second_factor_is_set_up_on_a_phone_and_nothing_is_cut_off(served, window, zhou):
    page = window(f"{served.here}/account/second-factor/", viewport=PHONE)
    give_password(page, zhou)
    page.locator("svg.qr").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("[name=code]").fill(code_of(shown_key(page)))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_paper_there_are_the_codes_and_nothing_to_click(served, window, zhou):
    page = window(f"{served.here}/account/second-factor/")
    give_password(page, zhou)
    page.locator("[name=code]").fill(code_of(shown_key(page)))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator(".codes").wait_for()
    page.emulate_media(media="print")
    expect(page.locator(".codes li").first).to_be_visible()
    for unseen in ("nav", "button"):
        for element in page.locator(unseen).all():
            expect(element).to_be_hidden()


def test_whoever_is_signed_out_everywhere_is_told_at_the_open_desk(site, sign_in, zhou, interview):
    desk = connected(sign_in(site, zhou, interview))
    zhou.sign_out_everywhere()
    expect(desk.locator("desk-sign-in [name=username]")).to_be_visible()
