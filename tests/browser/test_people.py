"""The address book in a real browser: a file comes in by its preview, two who are one become one; axe sees nothing."""

import pytest
from playwright.sync_api import expect

from interviews.admin import progress
from interviews.models import Guest

from .axe import violations
from .conftest import DESKTOP, PHONE, come_in


@pytest.fixture
def book(window, served, gao, chen_an, qiao_mei):
    """Opens the list of guests for Gao."""

    def open_book(**options):
        return come_in(window, f"{served.here}/admin/interviews/guest/", gao, locale="en-GB", **options)

    return open_book


def choose(page, text):
    page.locator("[name=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
    )
    page.get_by_role("button", name="Show what would change").click()


def test_a_file_is_looked_at_and_then_imported(book, chen_an):
    page = book()
    page.get_by_role("link", name="Import").click()
    choose(page, "slug,name,title\r\nchen-an,陈安,总工程师\r\n,,教师\r\n")
    expect(page.get_by_text("Row 3, name:")).to_be_visible()
    expect(page.get_by_role("button", name="Import this")).to_have_count(0)
    choose(page, "slug,name,title\r\nchen-an,陈安,总工程师\r\n,新人,\r\n")
    expect(page.get_by_role("heading", name="1 new, 1 changed, 0 as they are")).to_be_visible()
    expect(page.locator("del")).to_contain_text("河道")
    assert Guest.objects.count() == 2
    page.get_by_role("button", name="Import this").click()
    expect(page.get_by_text("1 new, 1 changed, 0 as they were.")).to_be_visible()
    assert Guest.objects.get(slug="chen-an").title == "总工程师"


def test_a_row_about_somebody_who_may_be_known_is_decided_on_the_page(book, chen_an):
    page = book()
    page.get_by_role("link", name="Import").click()
    choose(page, "name,title\r\n陈安,局长\r\n新人,教师\r\n")
    page.get_by_role("button", name="Import this").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported.")
    page.get_by_role("alert").get_by_role("link", name="Row 2").click()
    page.get_by_role("radiogroup", name="陈安").get_by_role("radio", name="Update: 陈安").check()
    page.get_by_role("radiogroup", name="新人").get_by_role("radio", name="Skip this row").check()
    page.get_by_role("button", name="Import this").click()
    expect(page.get_by_text("0 new, 1 changed, 0 as they were.")).to_be_visible()
    assert list(Guest.objects.order_by("pk").values_list("name", "title"))[0] == ("陈安", "局长")
    assert Guest.objects.count() == 2


def test_an_export_is_what_an_import_takes(book):
    page = book()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export").click()
    page.goto(page.url + "import/")
    page.locator("[name=file]").set_input_files(downloading.value.path())
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Nothing would change.")).to_be_visible()


def test_two_who_are_one_are_compared_and_merged(book, chen_an):
    other = Guest.objects.create(name="陈安工程师", phone="139 0000 1234")
    page = book()
    page.get_by_role("link", name="1 possible duplicate").click()
    page.get_by_role("button", name="Compare and merge").click()
    page.get_by_role("radio", name="陈安", exact=True).check()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("They are one now: 陈安.")).to_be_visible()
    expect(page.locator("[name=phone]")).to_have_value("139 0000 1234")
    other.refresh_from_db()
    assert other.merged_into == chen_an


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_and_nothing_is_cut_off(book, interview, chen_an, viewport, scheme):
    other = Guest.objects.create(name="陈安工程师", title="总工程师", notes="晚上回电话", hidden=True)
    interview.seat(other)
    page = book(viewport=viewport, color_scheme=scheme, bypass_csp=True)  # axe reads imported style sheets by its own
    here = page.url
    both = f"who={chen_an.pk}&who={other.pk}"
    found = []
    for address in ("", f"{chen_an.pk}/change/", "duplicates/", f"merge/?{both}", "import/", f"{chen_an.pk}/delete/"):
        page.goto(here + address)
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
    for text in ("slug,title\nchen-an,总工程师", "slug,title,hidden\nchen-an,,maybe\n", "name\n陈安\n陈安\n新人\n"):
        page.goto(f"{here}import/")
        choose(page, text)
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], text
    assert found == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_encoding_is_told_or_asked_for_and_chosen_without_the_file(book, size):
    page = book(viewport=size, bypass_csp=True)
    page.goto(page.url + "import/")
    page.locator("[name=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": "name\n陈安平\n".encode("gb18030")}
    )
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="How the file may read")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("listitem").filter(has_text="陈安平").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Read as GB18030")).to_be_visible()
    expect(page.get_by_role("heading", name="1 new, 0 changed")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("If names look wrong").select_option("Big5")
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("heading", name="Read as Big5")).to_be_visible()


def test_of_a_page_that_has_grown_only_what_came_of_it_is_seen(book, monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    page = book(bypass_csp=True)
    page.goto(page.url + "import/")
    choose(page, "name\n" + "".join(f"新人{n}\n" for n in range(150)))
    expect(page.get_by_role("heading", name="150 new, 0 changed")).to_be_visible()
    expect(page.locator(".step")).not_to_have_count(0)
    expect(page.locator(".step:visible")).to_have_count(0)
    expect(page.get_by_text("The import goes on")).to_be_hidden()
    page.get_by_role("button", name="Import this").click()
    expect(page.get_by_text("150 new, 0 changed, 0 as they were.")).to_be_visible()
    expect(page.get_by_text("The import goes on")).to_be_hidden()
    assert violations(page) == []
    page.get_by_role("link", name="To the list").click()
    expect(page.get_by_role("link", name="Import")).to_be_visible()
