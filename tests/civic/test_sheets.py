"""Sheets in: what is read right, and what is refused in words and by nothing else."""

import io
import os
import resource
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from civic import exports, sheets
from civic.sheets import CellError


def xlsx(rows, *, epoch=None, **extra):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return rezipped(out.getvalue(), **extra) if extra else out.getvalue()


def rezipped(data, parts=None, more=()):
    """The same workbook with some parts replaced and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, (parts or {}).get(name, old.read(name)))
        for name, body in more:
            new.writestr(name, body)
    return out.getvalue()


def sheet_xml(inner):
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{inner}</worksheet>"
    )


def cells(data, name="a.xlsx"):
    return [row.cells for row in sheets.read(data, name)]


def refusal(data, name="a.xlsx"):
    """The words of the refusal, reached with little time and memory of ours."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
    with pytest.raises(ValidationError) as refused:
        sheets.read(data, name)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert time.process_time() - began + after.ru_utime - before.ru_utime < 5
    # The peak of all children there ever were: it says something only where it has risen, and a
    # child begins as large as we are.
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after.ru_maxrss < max(500 * 1024, before.ru_maxrss + 1, ours + 32 * 1024)
    return refused.value.messages[0]


# Read right ------------------------------------------------------------------------------------


def test_cells_come_with_their_types():
    data = xlsx(
        [
            ["编码", "人数", "比例", "日期", "时间", "在用", "空"],
            ["007", 12, 0.5, date(2026, 2, 28), datetime(2026, 1, 2, 3, 4, 5), True, None],  # noqa: DTZ001
        ]
    )

    sheet = sheets.read(data, "单位.xlsx")

    assert sheet.header == ["编码", "人数", "比例", "日期", "时间", "在用", "空"]
    assert [(row.number, row.cells) for row in sheet] == [
        (2, ["007", 12, 0.5, date(2026, 2, 28), datetime(2026, 1, 2, 3, 4, 5), True, None])  # noqa: DTZ001
    ]


def test_days_of_the_1904_system_are_the_days_they_show():
    data = xlsx([["日期"], [date(2026, 10, 1)]], epoch=CALENDAR_MAC_1904)

    assert cells(data) == [[date(2026, 10, 1)]]


def test_row_numbers_are_those_of_the_sheet_even_after_empty_rows():
    data = xlsx([[], [None, "名称"], [], [None, "甲"], [None, None], [None, "乙"]])

    sheet = sheets.read(data, "a.xlsx")

    assert (sheet.header, sheet.header_row) == (["名称"], 2)
    assert [(row.number, row.cells) for row in sheet] == [(4, ["甲"]), (6, ["乙"])]


def test_error_values_and_formulas_nobody_worked_out_are_told_from_empty_cells():
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙", "丙"])
    book.active.append(["#N/A", "=1+1", None])
    book.active["A2"].data_type = "e"
    out = io.BytesIO()
    book.save(out)

    assert cells(out.getvalue()) == [[CellError("#N/A"), CellError("="), None]]


def test_the_value_of_a_formula_that_was_worked_out_is_taken():
    inner = (
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>数</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row></sheetData>'
    )
    data = xlsx([["x"]], parts={"xl/worksheets/sheet1.xml": sheet_xml(inner)})

    assert cells(data) == [[2]]


def test_the_first_visible_sheet_that_holds_something_is_read():
    book = openpyxl.Workbook()
    book.active.append(["藏"])
    book.active.sheet_state = "hidden"
    book.create_sheet("空")
    shown = book.create_sheet("单位")
    shown.append(["名称"])
    shown.append(["甲"])
    out = io.BytesIO()
    book.save(out)

    sheet = sheets.read(out.getvalue(), "a.xlsx")

    assert (sheet.name, sheet.header, len(sheet)) == ("单位", ["名称"], 1)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_of_any_office_program_is_read(encoding, delimiter, end):
    lines = ["编码{0}name", '007{0}"城管局{0}""一队"""', ""]
    data = end.join(lines).format(delimiter).encode(encoding)

    sheet = sheets.read(data, "a.csv")

    assert sheet.header == ["编码", "name"]
    assert [row.cells for row in sheet] == [["007", f'城管局{delimiter}"一队"']]


def test_a_line_break_inside_quotes_belongs_to_the_cell():
    sheet = sheets.read('a,b\n"一\n二",x\u2028y\n'.encode(), "a.csv")

    assert [(row.number, row.cells) for row in sheet] == [(2, ["一\n二", "x\u2028y"])]


def test_stars_and_spaces_in_headings_do_not_matter():
    assert sheets.read(" 编码* ,名 称＊\n1,2\n".encode(), "a.csv").header == ["编码", "名 称"]


# Refused ----------------------------------------------------------------------------------------


def test_bombs_are_refused_before_they_are_unpacked():
    zeros = b" " * 80_000_000

    assert refusal(xlsx([["x"]], more=[("xl/media/bomb.bin", zeros)]))
    assert refusal(xlsx([["x"]], parts={"xl/worksheets/sheet1.xml": zeros}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_entities_are_refused(declaration, encoding):
    inner = (
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData>'
    )
    body = f'<?xml version="1.0"?>{declaration}{sheet_xml(inner)}'.encode(encoding)

    assert refusal(xlsx([["x"]], parts={"xl/worksheets/sheet1.xml": body}))


@pytest.mark.parametrize(
    "inner",
    [
        # A sheet as large as the format allows, with a cell in its last corner.
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        # Far cells in thousands of rows.
        "<sheetData>"
        + "".join(
            f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>1</v></c></row>'
            for n in range(1, 5001)
        )
        + "</sheetData>",
        # Two million cells in one row, without addresses.
        '<sheetData><row r="1">' + "<c><v>1</v></c>" * 2_000_000 + "</row></sheetData>",
        # More rows than are taken.
        "<sheetData>"
        + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_020))
        + "</sheetData>",
    ],
    ids=["corner", "far cells", "one long row", "too many rows"],
)
def test_a_sheet_too_large_is_refused(inner):
    assert refusal(xlsx([["x"]], parts={"xl/worksheets/sheet1.xml": sheet_xml(inner)}))


def test_a_false_dimension_alone_does_no_harm():
    inner = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c></row></sheetData>'
    )

    assert cells(xlsx([["x"]], parts={"xl/worksheets/sheet1.xml": sheet_xml(inner)})) == [[2]]


def test_an_archive_of_sixty_thousand_parts_is_refused():
    assert refusal(xlsx([["x"]], more=[(f"xl/{n}", b"") for n in range(60_000)]))


def test_names_that_lead_outside_are_refused():
    assert refusal(xlsx([["x"]], more=[("../../etc/cron.d/x", b"x")]))


def test_a_damaged_part_is_refused():
    data = bytearray(xlsx([["x"] * 50] * 50))
    place = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[place : place + 20] = b"\xff" * 20

    assert refusal(bytes(data))


def test_half_a_file_is_refused():
    data = xlsx([["x"] * 50] * 50)

    assert refusal(data[: len(data) // 2])


def test_parts_that_contradict_each_other_are_refused():
    whole = xlsx([["x"]])

    assert refusal(rezipped(whole, parts={"xl/workbook.xml": b"<workbook/>"}))
    assert refusal(rezipped(whole, parts={"xl/_rels/workbook.xml.rels": b"not xml"}))
    assert refusal(rezipped(whole, parts={"xl/worksheets/sheet1.xml": b"<a><b></a>"}))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "有密码.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "旧.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "改名.csv"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页.xlsx"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"PK\x05\x06" + b"\x00" * 18, "a.xlsx"),
        (b"", "a.xlsx"),
        (b"a,b\n1,2\n", "a.exe"),
        (b"a,b\n1,2\n", "a"),
        (b"a,b\n1,2\n", "\ud800\x00.xls"),
        (b"\n\n , \n", "a.csv"),
        (b"\xff\xfe\x00", "a.csv"),
        (b"\x80\x81\xff\xff\xff", "a.csv"),
    ],
)
def test_what_is_no_sheet_is_refused(data, name):
    assert refusal(data, name)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a,b\n1,2\n3,\x004\n", "3"),
        (b'a,b\n1,2\n3,"open\n5,6\n', "3"),
        (b'a,b\n1,"x"y\n', "2"),
        (b"a,b\n1," + b"x" * 10_000_000 + b"\n", "2"),
        (b"a,b\n1,2\n" + b"x," * 300 + b"\n", "3"),
    ],
    ids=["NUL", "open quote", "text after a quote", "ten megabytes", "many columns"],
)
def test_a_csv_that_cannot_be_read_is_refused_with_its_line(data, line):
    assert line in refusal(data, "a.csv").replace("200", "").replace("100000", "")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.txt"]))
def test_any_bytes_give_rows_or_a_refusal(data, name):
    try:
        sheet = sheets.read(data, name)
    except ValidationError:
        return

    assert all(isinstance(row.cells, list) for row in sheet)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_a_scratch_gives_rows_or_a_refusal(place, scratch):
    data = bytearray(xlsx([["名称", "数"], ["甲", 1]]))
    place %= len(data)
    data[place : place + len(scratch)] = scratch

    try:
        sheet = sheets.read(bytes(data), "a.xlsx")
    except ValidationError:
        return

    assert all(isinstance(row.cells, list) for row in sheet)


def test_the_reader_sees_nothing_of_our_environment(monkeypatch):
    """Its process is started isolated: no PYTHON* variables, no path of the project."""
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(__file__))
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")

    assert cells(xlsx([["名称"], ["甲"]])) == [["甲"]]


def test_a_guarded_text_of_our_own_csv_is_recognized():
    assert exports.guarded("=1") == "'=1"
    assert [row.cells for row in sheets.read(b'"a"\n"\'=1"\n', "a.csv")] == [["'=1"]]
