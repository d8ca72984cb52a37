"""The address book as CSV, out of the admin and in again."""

import base64
import csv
import io
import re
import threading

import pytest
from auditlog.models import LogEntry as Recorded
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.admin import progress
from interviews.admin.exchange import MAX_FILE_BYTES, MAX_FILE_ROWS
from interviews.admin.person_rows import COLUMNS, escaped, unescaped
from interviews.models import Guest, Host
from interviews.models.archive.merging import merge
from interviews.models.changes.registered import in_the_name_of

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


def confirm(client, preview, name=IMPORT, **chosen):
    """Send what a browser sends when the preview is confirmed, and what was chosen there: row_3="skip"."""
    page = preview.content.decode()
    last = page.rindex('<form method="post"')
    choices = dict(marked(page, row.replace("_", "-"), value) for row, value in chosen.items())
    return client.post(reverse(name), {**Fields(page[last:]).sent, **choices}, follow=True)


def marked(page, row, value):
    """A row's choice as the page has it, with the mark of what it would do."""
    found = re.search(f'name="{row}" value="({re.escape(value)}[.][^"]+)"', page) if value else None
    return row, found[1] if found else value


def imported(client, text, name=IMPORT, **how):
    preview = upload(client, text, name=name, **how)
    assert preview.context["changes"], preview.context["form"].errors
    assert not preview.context["changes"].mistakes, refusal(preview)
    return [str(message) for message in confirm(client, preview, name).context["messages"]]


def exported(client, **asked):
    content = client.get(reverse(EXPORT), asked).content
    assert content.startswith(b"\xef\xbb\xbf")  # by which Excel knows that it is UTF-8
    return content.decode("utf-8-sig")


def refusal(response):
    return [f"{row or ''} {column}: {message}" for row, column, message in response.context["changes"].mistakes]


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
    first, second = (change.does for change in preview.context["changes"].changes)
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


def test_the_record_of_an_import_is_that_of_people_saved_one_by_one(keeper, chen_an, gao):
    def recorded():
        entries = Recorded.objects.order_by("pk").values("object_repr", "action", "changes", "actor", "additional_data")
        return list(entries)

    Recorded.objects.all().delete()
    imported(keeper, table({"slug": "chen-an", "name": "陈 安", "hidden": "1"}, {"name": "甲", "title": "教师"}))
    at_once = recorded()
    Recorded.objects.all().delete()
    Guest.objects.filter(name="甲").delete()
    with in_the_name_of(lambda: gao):
        Guest.objects.filter(pk=chen_an.pk).update(**{name: getattr(chen_an, name) for name in COLUMNS})
        person = Guest.objects.get(pk=chen_an.pk)
        person.name, person.title, person.organisation, person.bio_zh, person.hidden = "陈 安", "", "", "", True
        Recorded.objects.all().delete()
        person.save()
        Guest.objects.create(name="甲", title="教师")
    one_by_one = recorded()
    assert sorted(at_once, key=str) == sorted(one_by_one, key=str)
    assert {entry["actor"] for entry in at_once} == {gao.pk}


def test_an_import_asks_as_much_whatever_the_number_of_rows(keeper):
    counted = []
    for many in (3, 300):
        preview = upload(keeper, table(*({"name": f"新人{many}-{n}"} for n in range(many))))
        with CaptureQueriesContext(connection) as queries:
            confirm(keeper, preview)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_interviews_are_locked_when_all_else_has_been_done(keeper, interview, chen_an):
    preview = upload(keeper, table({"slug": "chen-an", "name": "陈安", "title": "局长"}, {"name": "新人"}))
    with CaptureQueriesContext(connection) as queries:
        confirm(keeper, preview)
    statements = [query["sql"] for query in queries]
    lock = next(n for n, sql in enumerate(statements) if "interviews_interview" in sql and "FOR NO KEY UPDATE" in sql)
    assert "interviews_guest" in "".join(statements[:lock])
    assert "interviews_guest" not in "".join(statements[lock : lock + 2])
    assert statements[lock + 1].startswith(("RELEASE SAVEPOINT", "COMMIT"))


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_the_same_at_once_bring_each_in_once(gao, media):
    def go():
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(gao)
        preview = upload(client, table({"name": "新人"}, {"name": "又一人"}))
        both.wait(30)
        told.append(confirm(client, preview).content.decode())
        connection.close()

    told, both = [], threading.Barrier(2)
    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(Guest.objects.values_list("name", flat=True)) == ["又一人", "新人"]
    assert sum("2 new, 0 changed" in page for page in told) == 1
    assert sum("somebody changed these people meanwhile" in page for page in told) == 1


def test_an_import_that_fails_half_way_changes_nothing(keeper, chen_an, monkeypatch):
    preview = upload(keeper, table({"slug": "chen-an", "name": "陈安", "title": "局长"}, {"name": "新人"}))
    before, recorded = everybody(), Recorded.objects.count()

    def killed(*_args, **_how):
        raise SystemExit

    monkeypatch.setattr(LogEntry.objects, "log_actions", killed)
    with pytest.raises(SystemExit):
        confirm(keeper, preview)
    assert everybody() == before
    assert Recorded.objects.count() == recorded


def test_an_import_of_more_than_a_second_says_how_far_it_is_and_then_what_came_of_it(keeper, chen_an, monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    people = [{"name": f"新人{n}"} for n in range(250)]
    page = "".join(part.decode() for part in upload(keeper, table(*people)).streaming_content)
    assert "The import goes on" in page
    assert re.findall(r"(\d+) / 250", page) == ["100", "200"]
    assert page.index("200 / 250") < page.index("250 new, 0 changed, 0 as they are")
    assert page.count("<html") == page.count("</html>") == 1
    sent = Fields(page[page.rindex('<form method="post"') :]).sent
    done = "".join(part.decode() for part in keeper.post(reverse(IMPORT), sent).streaming_content)
    assert "250 new, 0 changed, 0 as they were." in done
    assert f'href="{reverse("admin:interviews_guest_changelist")}"' in done
    assert Guest.objects.count() == 251


# What the file is written in


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("name,title\r\n陳安國,工程師\r\n", "big5", "Big5 (traditional Chinese)"),
        ("name,organisation\r\nJürgen Müller,Universität Köln\r\n", "cp1252", "Windows-1252 (western Europe)"),
        ("name,title\r\n陈安国,河道工程师\r\n", "gb18030", "GB18030 (simplified Chinese, also GBK)"),
        ("name,title\r\n陈安国,河道工程师\r\n", "utf-16-le", "UTF-16 LE"),
    ],
)
def test_the_preview_says_how_the_file_was_read(keeper, text, encoding, name):
    preview = upload(keeper, text, encoding=encoding)
    assert f"Read as {name}" in preview.content.decode()
    assert preview.context["changes"].changes[0].does.person.name == text.splitlines()[1].split(",")[0]


def test_another_encoding_is_chosen_without_the_file(keeper):
    preview = upload(keeper, "name,title\r\n陳安國,工程師\r\n", encoding="big5")
    again = keeper.post(reverse(IMPORT), {**preview.context["again"].initial, "encoding": "GB18030"})
    assert "Read as GB18030" in again.content.decode()
    assert again.context["changes"].changes[0].does.person.name != "陳安國"
    back = keeper.post(reverse(IMPORT), {**again.context["again"].initial, "encoding": "Big5"})
    confirm(keeper, back)
    assert Guest.objects.get().name == "陳安國"


def test_a_file_too_short_to_tell_is_shown_in_each_encoding_that_makes_sense(keeper):
    asked = upload(keeper, "name\n陈安\n", encoding="gb18030")
    page = asked.content.decode()
    assert "choose one" in page
    assert '<button name="encoding" value="GB18030">' in page
    assert "<bdi>陈安</bdi>" in page
    chosen = keeper.post(reverse(IMPORT), {**asked.context["again"].initial, "encoding": "GB18030"})
    assert chosen.context["changes"].changes[0].does.person.name == "陈安"


@pytest.mark.parametrize("separator", [",", ";", "\t", "，", "、"])
def test_the_separator_is_known_by_the_names_of_the_columns(keeper, separator):
    rows = [["name", "title", "organisation"], ["Anna Beispiel", "Chefin", "Firma"]]
    imported(keeper, "\r\n".join(separator.join(row) for row in rows))
    person = Guest.objects.get()
    assert (person.name, person.title, person.organisation) == ("Anna Beispiel", "Chefin", "Firma")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_on_any_system(keeper, end):
    imported(keeper, f"name,title{end}甲,教师{end}乙,工程师{end}")
    assert Guest.objects.count() == 2


@pytest.mark.parametrize("name", ["\u200bname", "name\ufeff", "\u00a0Name\u2060", "ｎａｍｅ"])
def test_a_columns_name_is_known_whatever_stands_unseen_around_it(keeper, name):
    imported(keeper, f"{name};title\r\n甲;工程师\r\n")
    assert Guest.objects.get().name == "甲"


def test_the_line_by_which_excel_names_its_separator_is_no_row(keeper):
    imported(keeper, "sep=;\r\nname;title\r\n甲;a,b\r\n")
    assert Guest.objects.get().title == "a,b"


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
    confirmed = {"content": base64.b64encode(text.encode()).decode(), "seen": "0" * 64}
    again = keeper.post(reverse(IMPORT), confirmed)  # whoever confirms it all the same
    assert any(told in line for line in refusal(again))
    assert everybody() == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose a file|empty"),
        (b"name,telefon\nA,1\n", "Not known: telefon. Known: slug, name, title"),
        (b"Name;Telefon\nA;1\n", "Not known: telefon. Known: slug, name, title"),
        (b"name,name\nA,B\n", "Columns that are there twice: name"),
        (b"title\nA\n", "There has to be a column"),
        (b"name\n", "from 1 to 2000 rows"),
        (b"name\n" + b"A\n" * (MAX_FILE_ROWS + 1), "from 1 to 2000 rows"),
        (b"name,title\nA,B,C\n", "Row 2 has more cells"),
        (b"name\n" + b"A" * MAX_FILE_BYTES, "at most 1 MB"),
        (b"\x89PNG\x00\x00", "This is no text"),
        (b"PK\x03\x04\x14\x00", "This is a workbook"),
        ("name\n甲\n乙".encode() + b"\xe4", "ends in the middle of a character"),
        ("name\n甲乙丙丁\n".encode() + b"\xff\n", "Line 3 isn't UTF-8"),
        (b"name\nA\0B\n", "This is no text"),
        (b'name\n"' + b"A" * 200_000 + b'"\n', "This is no table: row 2"),
        (b'name,title\nA,B\n"C,D\nE,F\n', "This is no table: row 3"),
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


@pytest.mark.parametrize("text", ["name;title;\nAnna Beispiel;Chefin;\n", "name,title,,\nAnna Beispiel,Chefin\n"])
def test_columns_that_somebody_has_emptied_are_none(keeper, text):
    imported(keeper, text)
    assert [(one["name"], one["title"]) for one in everybody()] == [("Anna Beispiel", "Chefin")]


def test_an_empty_row_among_others_is_none_and_they_keep_their_numbers(keeper):
    preview = upload(keeper, "name,title\n,\nAnna,Chefin\n\n,nobody\n")
    assert refusal(preview) == ["5 name: This field cannot be blank."]
    assert (preview.context["changes"].new, preview.context["changes"].same) == (1, 1)


def test_what_was_changed_after_the_preview_is_shown_before_it_is_overwritten(keeper, chen_an):
    preview = upload(keeper, table({"slug": "chen-an", "title": "总工程师"}, columns=["slug", "title"]))
    Guest.objects.filter(pk=chen_an.pk).update(title="局长")
    warned = confirm(keeper, preview)
    assert "somebody changed these people meanwhile" in warned.content.decode()
    assert Guest.objects.get().title == "局长"
    assert ("title", "局长", "总工程师") in warned.context["changes"].changes[0].does.diff
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
