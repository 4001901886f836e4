"""Files: what may come in, and how it is called."""

import io
import re
import zipfile

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from civic import files

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def package(part="word/document.xml", body=b"<w/>", more=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(part, body)
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def refusal(data, name):
    with pytest.raises(ValidationError) as refused:
        files.check_attachment(data, name)
    return refused.value.messages[0]


# Names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("工作方案.docx", "工作方案.docx"),
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        (".htaccess", "htaccess"),
        ("con.png", "_con.png"),
        ("NUL", "_NUL"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("零\u200b宽.pdf", "零宽.pdf"),
        ('a"b\r\nX: y.pdf', "a_bX_ y.pdf"),
        ("%00.pdf", "_00.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("\ud800.pdf", "pdf"),
        ("", "file"),
        ("///", "file"),
        (" . ", "file"),
    ],
)
def test_a_name_is_shown_without_its_tricks(name, shown):
    assert files.clean_name(name) == shown


@pytest.mark.parametrize(
    ("name", "ending"),
    [("字" * 200 + ".docx", "docx"), ("x" * 300 + ".pdf", "pdf"), ("a." + "b" * 300, "b" * 98)],
)
def test_a_long_name_is_cut_and_keeps_its_ending(name, ending):
    assert len(files.clean_name(name)) == files.MAX_NAME
    assert files.extension(name) == ending


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=150))
def test_any_name_becomes_one_that_can_be_shown(name):
    shown = files.clean_name(name)

    assert 0 < len(shown) <= files.MAX_NAME
    assert not set(shown) & set('/\\<>:"|?*\x00\n\r')
    assert files.clean_name(shown) == shown


# What comes in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF, "方案.pdf", "application/pdf"),
        (PNG, "图.png", "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 20, "图.JPG", "image/jpeg"),
        ("名单".encode("gb18030"), "名单.txt", "text/plain"),
        ("名单,1".encode(), "名单.csv", "text/csv"),
        (package(), "方案.docx", files.OOXML["docx"][1]),
        (package("xl/workbook.xml"), "表.xlsx", files.OOXML["xlsx"][1]),
    ],
)
def test_documents_pictures_and_lists_are_let_in(data, name, media_type):
    checked = files.check_attachment(data, name)

    assert (checked.media_type, checked.size) == (media_type, len(data))
    assert re.fullmatch("[0-9a-f]{64}", checked.sha256)


@pytest.mark.parametrize(
    "name",
    ["a.php", "a.html", "a.svg", "a.js", "a.jsp", "a.phar", "a.exe", "a.pdf.exe", "a", ".htaccess"],
)
def test_other_kinds_are_refused_whatever_they_hold(name):
    assert refusal(PDF, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>1</script>", "a.pdf"),
        (b"MZ\x90\x00", "a.png"),
        (b"<svg onload=alert(1)>", "a.jpg"),
        (PDF, "a.docx"),
        (package("xl/workbook.xml"), "a.docx"),
        (b"PK\x03\x04garbage", "a.xlsx"),
        (b"\x00\x01", "a.txt"),
        (b"\xff\xff\xff\xff", "a.csv"),
        (b"", "a.pdf"),
        (PDF + b"/JavaScript (app.alert(1))", "a.pdf"),
        (PDF + b"<< /Launch 1 >>", "a.pdf"),
        (package(more=[("word/vbaProject.bin", b"x")]), "a.docx"),
        (package(more=[("../../x", b"x")]), "a.docx"),
        (package(body=b"<!DOCTYPE x><w/>"), "a.docx"),
        (package(body="<!ENTITY x 'y'>".encode("utf-16")), "a.docx"),
        (b"\xd0\xcf\x11\xe0", "a.doc"),
    ],
)
def test_content_that_does_not_fit_the_name_or_does_things_is_refused(data, name):
    assert refusal(data, name)


def test_a_double_ending_keeps_only_the_checked_one():
    assert files.check_attachment(PDF, "a.php.pdf").name == "a_php.pdf"


def test_a_file_too_large_is_refused(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024

    assert "1 MB" in refusal(PDF + b" " * 1024 * 1024, "a.pdf")


def test_an_archive_that_lies_about_its_size_is_refused():
    data = bytearray(package(body=b" " * 100_000))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")

    assert refusal(bytes(data), "a.docx")
