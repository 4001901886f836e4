"""Exports: what leaves in a sheet is what stands on the screen, and harmless in any program."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone
from django.utils.translation import pgettext

from civic import exports, sheets
from civic.audit import AuditEvent
from civic.exports import About, Column, Kind
from civic.jobs import Job
from civic.units import Region, Unit
from civic.xlsx import Workbook
from tests import make

pytestmark = pytest.mark.django_db

ABOUT = About(
    "单位",
    ["类别：部门"],
    "示例员",
    datetime(2026, 11, 26, 6, 30, tzinfo=timezone.get_fixed_timezone(0)),
)


def workbook(columns, records, about=ABOUT):
    out = io.BytesIO()
    exports.write_xlsx(out, columns, records, about)
    return out.getvalue()


def cells(data):
    """The first sheet as openpyxl, a stranger to our writer, reads it."""
    return [
        list(row)
        for row in openpyxl.load_workbook(io.BytesIO(data))
        .worksheets[0]
        .iter_rows(values_only=True)
    ]


def csv_of(columns, rows):
    data = b"".join(exports.csv_lines(columns, rows))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def sent(response):
    """The bytes of a streamed answer."""
    return b"".join(response.streaming_content)


# Formulas, odd characters, long texts ------------------------------------------------------------

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1",
    "-1+2",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u3000=1",
    "\ufeff=1",
    "\u200b=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_no_formula_in_a_csv(text):
    unit = make.unit("城管局")
    Unit.objects.filter(pk=unit.pk).update(name=text)

    ((_head,), (cell,)) = csv_of([Column("名称", "name")], Unit.objects.all())

    assert cell == f"'{text}"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_text_in_a_workbook(text):
    data = workbook([Column("名称", "name")], [[text]])

    cell = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", text.replace("\r", "\n"))
    assert cell.quotePrefix


@pytest.mark.parametrize("text", ["城管局", "3-1 号", "a=b", "", "'"])
def test_an_ordinary_text_is_left_alone(text):
    assert exports.guarded(text) == text


def test_control_characters_and_lone_surrogates_never_stop_an_export():
    text = "前\x00\x0b\x1f\ufffe\ud800后<&>\"'"

    data = workbook([Column("正文", "body")], [[text]])

    assert cells(data)[1] == ["前后<&>\"'"]
    assert exports.plain(text) == "前后<&>\"'"


def test_a_text_like_an_escape_of_the_format_is_kept():
    data = workbook([Column("正文", "body")], [["_x0041_ 与 _x000D_"]])

    assert (
        "_x005F_x0041_"
        in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    )


def test_a_text_too_long_for_a_cell_is_cut_and_both_sheets_say_so():
    text = "长" * 32_760 + "😀" * 20

    data = workbook([Column("正文", "body")], [[text], ["短"]])

    long, short = cells(data)[1][0], cells(data)[2][0]
    assert len(long.encode("utf-16-le")) // 2 <= 32_767
    assert long.startswith("长" * 1000)
    assert long.endswith("]") or long.endswith("〕")
    assert short == "短"
    notes = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]
    assert notes.max_row == 6


def test_spaces_and_line_breaks_inside_a_cell_are_kept():
    data = workbook([Column("正文", "body")], [["  两格\n第二行  "]])

    assert cells(data)[1] == ["  两格\n第二行  "]


# Kinds -------------------------------------------------------------------------------------------


def test_each_kind_of_column_is_read_back_as_what_it_was():
    columns = [
        Column("编码", "a", Kind.IDENTIFIER),
        Column("证号", "b", Kind.IDENTIFIER),
        Column("人数", "c", Kind.NUMBER),
        Column("分数", "d", Kind.NUMBER),
        Column("日期", "e", Kind.DATE),
        Column("时间", "f", Kind.DATETIME),
        Column("备注", "g"),
    ]
    record = [
        "00123",
        123456789012345678,
        -42,
        Decimal("99.50"),
        date(2026, 10, 1),
        datetime(2026, 10, 1, 8, 5, 59),  # noqa: DTZ001
        None,
    ]

    read = cells(workbook(columns, [record]))

    assert read[1] == [
        "00123",
        "123456789012345678",
        -42,
        99.5,
        datetime(2026, 10, 1),  # noqa: DTZ001
        datetime(2026, 10, 1, 8, 5, 59),  # noqa: DTZ001
        None,
    ]


def test_our_own_reader_reads_what_our_writer_wrote():
    columns = [Column("编码", "a", Kind.IDENTIFIER), Column("日", "b", Kind.DATE)]

    sheet = sheets.read(workbook(columns, [["007", date(2026, 2, 28)], ["=1", None]]), "a.xlsx")

    assert (sheet.name, sheet.header) == ("单位", ["编码", "日"])
    assert [row.cells for row in sheet] == [["007", date(2026, 2, 28)], ["=1", None]]


def test_a_time_is_written_as_the_office_s_clock_shows_it():
    user = make.user()
    type(user).objects.filter(pk=user.pk).update(
        last_login=datetime(2026, 11, 25, 16, 30, tzinfo=timezone.get_fixed_timezone(0))
    )

    rows = csv_of([Column("登录", "last_login", Kind.DATETIME)], type(user).objects.all())

    assert rows[1] == ["2026-11-26 00:30:00"]


def test_a_negative_number_in_a_number_column_of_a_csv_has_no_apostrophe():
    region = make.region()

    rows = csv_of(
        [
            Column("数", lambda r: -5, Kind.NUMBER),
            Column("文", lambda r: "-5"),
            Column("假数", lambda r: "-5", Kind.NUMBER),
        ],
        Region.objects.filter(pk=region.pk),
    )

    assert rows[1] == ["-5", "'-5", "'-5"]


def test_a_path_gives_the_label_of_a_choice_and_follows_relations():
    unit = make.unit("城管局", region=make.region("示例市"))
    columns = [Column("名称", "name"), Column("类别", "kind"), Column("区域", "region__name")]

    by_paths = csv_of(columns, Unit.objects.filter(pk=unit.pk))
    by_objects = csv_of([*columns, Column("x", lambda u: "")], Unit.objects.filter(pk=unit.pk))

    assert by_paths[1] == ["城管局", str(Unit.Kind.DEPARTMENT.label), "示例市"]
    assert by_objects[1] == [*by_paths[1], ""]


# The workbook itself ------------------------------------------------------------------------


def test_the_workbook_says_what_it_holds():
    data = workbook([Column("名称", "name")], [["甲"], ["乙"]])

    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.worksheets[0].freeze_panes == "A2"
    assert book.sheetnames[0] == "单位"
    notes = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    assert [value for _label, value in notes] == [
        "单位",
        "类别：部门",
        "2026-11-26 14:30:00",
        "示例员",
        "2",
    ]


def test_a_full_sheet_is_followed_by_another_with_the_same_heading():
    out = io.BytesIO()
    book = Workbook(out, as_text=str, clean=str, risky=bool)
    written = book.add_table("表", ["数"], ["number"], ([n] for n in range(5)), max_rows=3)
    book.close()

    read = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    assert written == 5
    assert [[c.value for c in sheet["A"]] for sheet in read.worksheets] == [
        ["数", 0, 1],
        ["数", 2, 3],
        ["数", 4],
    ]


def test_a_csv_begins_at_once_and_is_all_quoted():
    make.unit("甲", code="001")

    pieces = exports.csv_lines([Column("编码", "code"), Column("名称", "name")], Unit.objects.all())

    assert next(pieces) == '\ufeff"编码","名称"\r\n'.encode()
    assert next(pieces) == '"001","甲"\r\n'.encode()


# From the list -----------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    person = make.user("office_staff", name="示例员")
    client.force_login(person)
    return person


def exported(client, url="/admin/civic/unit/export/xlsx/"):
    response = client.get(url)
    assert response.status_code == 200
    sheet = sheets.read(sent(response), "a.xlsx")
    place = sheet.header.index(pgettext("sheet", "Name"))
    return [row.cells[place] for row in sheet]


def test_the_export_holds_the_rows_of_the_list_over_all_pages(client, staff):
    region = make.region()
    for n in range(60):
        make.unit(f"街道{n:02d}", kind=Unit.Kind.STREET_OFFICE, region=region, code=f"S{n:02d}")
    make.unit("城管局", kind=Unit.Kind.DEPARTMENT)

    names = exported(
        client, "/admin/civic/unit/export/xlsx/?kind__exact=street_office&q=街道&o=-2&p=2"
    )

    assert names == [f"街道{n:02d}" for n in reversed(range(60))]


def test_the_list_offers_the_export_with_its_filters(client, staff):
    page = client.get("/admin/civic/unit/?kind__exact=media&p=1").content.decode()

    assert 'href="/admin/civic/unit/export/xlsx/?kind__exact=media"' in page
    assert 'href="/admin/civic/unit/export/csv/?kind__exact=media"' in page


def test_who_has_no_right_to_export_sees_no_button_and_gets_no_file(client):
    client.force_login(make.user("unit_liaison"))

    page = client.get("/admin/civic/unit/")
    response = client.get("/admin/civic/unit/export/csv/")

    assert page.status_code == 200
    assert "export/" not in page.content.decode()
    assert response.status_code == 403
    assert not AuditEvent.objects.filter(act__startswith="export").exists()


def test_a_visitor_is_asked_to_sign_in(client):
    make.unit("城管局")

    response = client.get("/admin/civic/unit/export/csv/")

    assert response.status_code in (302, 401)
    assert "城管局" not in response.content.decode()


def test_the_audit_log_has_the_export_before_its_first_byte(client, staff):
    make.unit("城管局", kind=Unit.Kind.MEDIA)

    client.get("/admin/civic/unit/export/csv/?kind__exact=media&q=城")

    event = AuditEvent.objects.get(act="export.unit")
    assert event.actor == f"示例员 ({staff.username})"
    assert event.detail["rows"] == 1
    assert event.detail["form"] == "csv"
    assert any("城" in words for words in event.detail["filters"])
    assert any(str(Unit.Kind.MEDIA.label) in words for words in event.detail["filters"])


def test_an_export_that_cannot_be_recorded_does_not_leave(client, staff):
    make.unit("城管局")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE civic_auditevent RENAME TO civic_auditevent_away")
    client.raise_request_exception = False
    try:
        response = client.get("/admin/civic/unit/export/csv/")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE civic_auditevent_away RENAME TO civic_auditevent")

    assert response.status_code in (500, 503)  # SQLite's error may pass, PostgreSQL's not
    assert not response.streaming


@pytest.mark.parametrize(
    ("query", "status"),
    [("?kind__exact=%00", 200), ("?unit__x=1", 302), ("?region__name__startswith=示", 403)],
)
def test_an_odd_filter_is_refused_in_words(client, staff, query, status):
    assert client.get(f"/admin/civic/unit/export/csv/{query}").status_code == status


def test_ticked_rows_are_exported_and_forged_ids_are_not(client):
    mine, foreign = make.unit("本单位"), make.unit("别的单位")
    person = make.user("unit_liaison", unit=mine)
    person.user_permissions.add(Permission.objects.get(codename="export_unit"))
    client.force_login(person)

    for across in ("0", "1"):
        response = client.post(
            "/admin/civic/unit/",
            {
                "action": "export_selected_csv",
                "_selected_action": [mine.pk, foreign.pk],
                "select_across": across,
                "index": "0",
            },
        )
        text = sent(response).decode()
        assert "本单位" in text
        assert "别的单位" not in text


# Long ones ----------------------------------------------------------------------------------------


@pytest.fixture
def short_patience(settings):
    settings.EXPORT_JOB_ROWS = 2


def test_a_long_export_becomes_a_job_whose_file_is_fetched(
    client, staff, short_patience, django_capture_on_commit_callbacks
):
    for n in range(4):
        make.unit(f"街道{n}", kind=Unit.Kind.STREET_OFFICE)
    url = "/admin/civic/unit/export/xlsx/?kind__exact=street_office"

    asked = client.get(url)
    with django_capture_on_commit_callbacks(execute=True):
        started = client.post(url)
    job = Job.objects.get()
    page = client.get(started["Location"])
    file = client.get(f"/admin/civic/job/{job.pk}/result/")

    assert asked.status_code == 200
    assert f'action="{url}"' in asked.content.decode()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 4, 4)
    assert f"/admin/civic/job/{job.pk}/result/" in page.content.decode()
    names = [row.cells[1] for row in sheets.read(sent(file), "a.xlsx")]
    assert names == ["街道0", "街道1", "街道2", "街道3"]
    assert AuditEvent.objects.get(act="export.unit").detail["job"] == job.pk


def test_asking_twice_for_the_same_long_export_starts_one_job(client, staff, short_patience):
    for _n in range(4):
        make.unit()

    client.post("/admin/civic/unit/export/csv/")
    client.post("/admin/civic/unit/export/csv/")

    assert Job.objects.count() == 1


def test_a_job_exports_only_what_its_person_may_see_when_it_runs(
    client, staff, short_patience, django_capture_on_commit_callbacks
):
    for _n in range(4):
        make.unit()
    with django_capture_on_commit_callbacks() as waiting:
        client.post("/admin/civic/unit/export/csv/")

    staff.groups.clear()
    for call in waiting:
        call()

    job = Job.objects.get()
    assert (job.state, job.result.name) == (Job.State.FAILED, "")


def test_a_colleague_cannot_fetch_the_file_of_somebody_else(
    client, staff, short_patience, django_capture_on_commit_callbacks
):
    for _n in range(4):
        make.unit()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/admin/civic/unit/export/csv/")
    job = Job.objects.get()

    client.force_login(make.user("office_staff"))
    colleague = client.get(f"/admin/civic/job/{job.pk}/result/").status_code
    client.force_login(make.user("system_admin"))
    admin_page = client.get(f"/admin/civic/job/{job.pk}/change/")
    admin = client.get(f"/admin/civic/job/{job.pk}/result/").status_code

    assert (colleague, admin_page.status_code, admin) == (404, 200, 404)
