"""The address book as CSV, out of the admin and in again."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interviews.admin.exchange import MAX_FILE_BYTES, MAX_FILE_ROWS
from interviews.admin.person_resource import COLUMNS, escaped, unescaped
from interviews.models import Guest, Host
from interviews.models.archive.merging import merge

from .test_admin import Fields
from .test_people import PRIVATE

IMPORT, EXPORT = "admin:interviews_guest_import", "admin:interviews_guest_export"
NAMES = ["=SUM(1)", "+86 139", "-5", "@you", "'quoted'", "''=", "'=1", "＝１", "陈安,“工程师”", 'a "b" c', "Ken  B"]


def table(*rows, columns=COLUMNS):
    """A file with these rows, as a spreadsheet writes it."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def upload(client, text, encoding="utf-8", name=IMPORT):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return client.post(reverse(name), {"file": SimpleUploadedFile("people.csv", content)})


def confirm(client, preview, name=IMPORT):
    """Send what a browser sends when the preview is confirmed."""
    page = preview.content.decode()
    last = page.rindex('<form method="post"')
    return client.post(reverse(name), Fields(page[last:]).sent, follow=True)


def imported(client, text, name=IMPORT, **how):
    preview = upload(client, text, name=name, **how)
    assert not preview.context.get("mistakes"), preview.context["mistakes"]
    return [str(message) for message in confirm(client, preview, name).context["messages"]]


def exported(client, **asked):
    content = client.get(reverse(EXPORT), asked).content
    assert content.startswith(b"\xef\xbb\xbf")  # by which Excel knows that it is UTF-8
    return content.decode("utf-8-sig")


def refusal(response):
    return [f"{row or ''} {column}: {message}" for row, column, message in response.context["mistakes"]]


def everybody():
    return list(Guest.objects.order_by("pk").values())


# Out


def test_all_columns_are_exported_of_whom_the_list_shows(keeper, chen_an, qiao_mei):
    Guest.objects.filter(pk=chen_an.pk).update(**PRIVATE, hidden=True)
    merge(qiao_mei, [Guest.objects.create(name="乔 梅")])
    rows = list(csv.DictReader(io.StringIO(exported(keeper))))
    assert [row["name"] for row in rows] == ["乔梅", "陈安"]
    assert rows[1] == {
        "slug": "chen-an",
        "name": "陈安",
        "title": "河道工程师",
        "organisation": "东河水务",
        "bio_zh": "修了二十年河。",
        "bio_en": "",
        **PRIVATE,
        "hidden": "1",
    }
    assert [row["name"] for row in csv.DictReader(io.StringIO(exported(keeper, q="教师")))] == ["乔梅"]
    assert [row["name"] for row in csv.DictReader(io.StringIO(exported(keeper, hidden__exact="1")))] == ["陈安"]


def test_an_export_is_a_file_that_nobody_keeps(keeper, chen_an):
    response = keeper.get(reverse(EXPORT))
    assert response["Content-Disposition"].startswith('attachment; filename="guests-')
    assert "no-store" in response["Cache-Control"]
    assert keeper.get(reverse(EXPORT), {"nonsense": "1"}).status_code == 302


@pytest.mark.parametrize("cell", NAMES)
def test_no_cell_is_a_formula_and_reading_it_gives_the_same(cell):
    assert escaped(cell)[0] not in "=+-@＝"
    assert unescaped(escaped(cell)) == cell


def test_what_was_exported_changes_nothing_when_it_is_imported(keeper):
    for name in NAMES:
        Guest.objects.create(
            name=name, title=name, bio_zh="一行\n又一行", notes=name, phone="+86 1", hidden=name == "-5"
        )
    before = everybody()
    preview = upload(keeper, exported(keeper))
    assert "0 new, 0 changed, 11 as they are" in preview.content.decode()
    assert "confirm" not in preview.context
    file = exported(keeper)
    Guest.objects.all().delete()
    assert imported(keeper, file) == ["11 new, 0 changed, 0 as they were."]
    for old, new in zip(sorted(before, key=lambda one: one["slug"]), Guest.objects.order_by("slug"), strict=True):
        assert {name: old[name] for name in COLUMNS} == {name: getattr(new, name) for name in COLUMNS}


# In


def test_a_preview_shows_what_would_change_and_changes_nothing(keeper, chen_an):
    before = everybody()
    preview = upload(keeper, table({"slug": "chen-an", "name": "陈安", "title": "总工程师"}, {"name": "新人"}))
    page = preview.content.decode()
    assert "1 new, 1 changed, 0 as they are" in page
    first, second = preview.context["result"].rows
    assert ("title", "河道工程师", "总工程师") in first.diff
    assert ("organisation", "东河水务", "") in first.diff  # its cell is empty
    assert ("name", "", "新人") in second.diff
    assert "<del>" in page
    assert everybody() == before


def test_a_confirmed_import_changes_and_adds_each_person_and_is_logged(keeper, chen_an, gao):
    file = table(
        {"slug": "chen-an", "title": "总工程师"}, {"name": "新人", "slug": ""}, columns=["slug", "name", "title"]
    )
    told = imported(keeper, file.replace("chen-an,,", "chen-an,陈安,"))
    assert told == ["1 new, 1 changed, 0 as they were."]
    now = Guest.objects.get(pk=chen_an.pk)
    assert (now.title, now.organisation) == ("总工程师", "东河水务")  # no column, no change
    new = Guest.objects.get(name="新人")
    assert new.slug == "xin-ren"
    log = LogEntry.objects.order_by("pk").values_list("user", "object_id", "action_flag")
    assert set(log) == {(gao.pk, str(now.pk), 2), (gao.pk, str(new.pk), 1)}


def test_each_person_is_saved_alone_so_that_whoever_listens_hears_of_each(keeper, chen_an):
    from django.db.models.signals import post_save

    heard = []
    preview = upload(keeper, table({"slug": "chen-an", "name": "陈 安"}, {"name": "甲"}, {"name": "乙"}))

    def hears(instance, created, **kwargs):
        heard.append((instance.name, created))

    post_save.connect(hears, sender=Guest)
    try:
        confirm(keeper, preview)
    finally:
        post_save.disconnect(hears, sender=Guest)
    assert heard == [("陈 安", False), ("甲", True), ("乙", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_are_read_as_spreadsheets_write_them(keeper, encoding):
    imported(keeper, table({"name": "古丽", "bio_zh": "一行\r\n又一行", "hidden": "是"}), encoding=encoding)
    person = Guest.objects.get()
    assert (person.name, person.bio_zh, person.hidden) == ("古丽", "一行\n又一行", True)


def test_hosts_have_a_book_of_their_own(keeper, lin_yue, chen_an):
    imported(keeper, table({"slug": "chen-an", "name": "陈安"}), name="admin:interviews_host_import")
    assert Host.objects.filter(slug="chen-an").exists()
    assert Guest.objects.get().title == "河道工程师"


def test_open_pages_show_what_was_imported_and_nothing_of_what_is_private(keeper, interview, chen_an, gao):
    seq = interview.seq
    imported(keeper, table({"slug": "chen-an", "phone": "1234567"}, columns=["slug", "phone"]))
    assert interview.events.count() == seq
    imported(keeper, table({"slug": "chen-an", "title": "局长"}, columns=["slug", "title"]))
    assert interview.events.get(seq=seq + 1).user == gao


def test_a_known_name_without_a_slug_is_refused_and_names_the_slug(keeper, chen_an):
    response = upload(keeper, table({"name": "新人"}, {"name": "陈 安", "title": "别的"}))
    assert refusal(response) == [
        "3 slug: There is somebody of this name: write the slug chen-an, or for somebody else a new one."
    ]
    assert "confirm" not in response.context


def test_somebody_else_of_a_known_name_is_added_with_a_slug_and_a_warning(keeper, chen_an):
    preview = upload(keeper, table({"name": "陈安", "slug": "chen-an-2"}))
    assert "There is somebody of this name already: chen-an." in preview.content.decode()
    confirm(keeper, preview)
    assert Guest.objects.filter(name="陈安").count() == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"name": "", "slug": "x"}, "3 name: This field cannot be blank."),
        ({"name": "乙", "email": "no"}, "3 email: Enter a valid email address."),
        ({"name": "乙", "hidden": "maybe"}, "3 hidden: Write 1 for yes or 0 for no."),
        ({"name": "乙", "slug": "陈"}, "3 slug: Enter a valid “slug”"),
        ({"name": "长" * 101}, "3 name: Ensure this value has at most 100 characters"),
        ({"name": "甲"}, "3 slug: Row 2 is about the same person."),
        ({"name": "并", "slug": "bing-guo"}, "3 slug: This is one with 陈安 now."),
    ],
)
def test_a_bad_row_is_named_and_then_nothing_is_imported(keeper, chen_an, row, told):
    merge(chen_an, [Guest.objects.create(name="并过", slug="bing-guo")])
    before = everybody()
    response = upload(keeper, table({"name": "甲"}, row))
    assert any(told in line for line in refusal(response)), refusal(response)
    assert "Row 3, " in response.content.decode()
    assert "confirm" not in response.context
    text = table({"name": "甲"}, row)
    again = keeper.post(reverse(IMPORT), {"text": text, "seen": "0" * 64})  # whoever confirms it all the same
    assert any(told in line for line in refusal(again))
    assert everybody() == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose a file|empty"),
        (b"name,telefon\nA,1\n", "Columns that are not known: telefon"),
        (b"name,name\nA,B\n", "Columns that are there twice: name"),
        (b"title\nA\n", "There has to be a column"),
        (b"name\n", "from 1 to 2000 rows"),
        (b"name\n" + b"A\n" * (MAX_FILE_ROWS + 1), "from 1 to 2000 rows"),
        (b"name,title\nA,B,C\n", "Row 2 has more cells"),
        (b"name\n" + b"A" * MAX_FILE_BYTES, "at most 1 MB"),
        (b"name\n\xff\xff\n", "UTF-8 or GB18030"),
        (b"\x89PNG\x00\x00", "UTF-8 or GB18030"),
        (b'name\n"' + b"A" * 200_000 + b'"\n', "This is no CSV"),
    ],
)
def test_a_bad_file_is_refused_and_says_why(keeper, content, told):
    response = upload(keeper, content)
    errors = response.context["form"].errors["file"]
    assert any(words in errors[0] for words in told.split("|")), errors
    assert "Nothing was imported." in response.content.decode()
    assert not Guest.objects.exists()


def test_rows_that_are_empty_at_the_end_are_none(keeper):
    assert imported(keeper, "name,title\r\n甲,\r\n,\r\n,\r\n") == ["1 new, 0 changed, 0 as they were."]


def test_what_was_changed_after_the_preview_is_shown_before_it_is_overwritten(keeper, chen_an):
    preview = upload(keeper, table({"slug": "chen-an", "title": "总工程师"}, columns=["slug", "title"]))
    Guest.objects.filter(pk=chen_an.pk).update(title="局长")
    warned = confirm(keeper, preview)
    assert "somebody changed these people meanwhile" in warned.content.decode()
    assert Guest.objects.get().title == "局长"
    assert ("title", "局长", "总工程师") in warned.context["result"].rows[0].diff
    confirm(keeper, warned)
    assert Guest.objects.get().title == "总工程师"


def test_markup_in_a_file_is_text_on_the_page(keeper):
    page = upload(keeper, table({"name": "<script>alert(1)</script>"})).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_pages_need_nothing_inline(keeper, chen_an):
    for page in (keeper.get(reverse(IMPORT)), upload(keeper, table({"slug": "chen-an", "name": "陈安安"}))):
        html = page.content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert " onchange=" not in html
