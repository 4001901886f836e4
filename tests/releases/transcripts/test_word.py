"""Word files: styles, lists, tables, pictures come through; damaged ones are refused in words."""

import io
import zipfile

import docx
import pytest
from django.core.exceptions import ValidationError
from docx.enum.text import WD_ALIGN_PARAGRAPH
from PIL import Image

from releases.transcripts import from_file


def png(colour="red", size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def conference():
    document = docx.Document()
    document.add_heading("示例市举行文明养犬新闻发布会", 0)
    document.add_paragraph("2026年3月9日 10:30　来源:示例市政府新闻办")
    document.add_paragraph(
        "3月9日,示例市举行新闻发布会。市公安局副局长示例乙介绍情况,市政府新闻办主任示例甲主持发布会。"
    )
    document.add_heading("办理情况", 1)
    document.add_paragraph("养犬登记点", style="List Bullet")
    document.add_paragraph("流动登记车", style="List Bullet")
    bold = document.add_paragraph()
    bold.add_run("下一步打算").bold = True
    mixed = document.add_paragraph("登记")
    mixed.add_run("免费").bold = True
    mixed.add_run("办理。")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("区县", "件数", "示例区", "12"), strict=True
    ):
        cell.text = text
    document.add_picture(io.BytesIO(png()))
    document.add_paragraph("示例日报记者:怎么登记?")
    document.add_paragraph("示例乙:带上证件就可以。")
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    return saved(document)


def refused(data, name="a.docx"):
    with pytest.raises(ValidationError) as caught:
        from_file(data, name)
    return caught.value.messages


def rezipped(data, change):
    """The same archive with `change(name, content)` applied to every part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def test_everything_of_a_document_is_in_its_place():
    found = from_file(conference(), "发布会.docx")

    assert found.title == "示例市举行文明养犬新闻发布会"
    assert f"{found.time:%Y-%m-%d %H:%M}" == "2026-03-09 10:30"
    assert found.source == "示例市政府新闻办"
    assert [(one.name, one.post) for one in found.people] == [
        ("示例甲", "市政府新闻办主任"),
        ("示例乙", "市公安局副局长"),
    ]
    assert found.body.split("\n")[1:] == [
        "<h2>办理情况</h2>",
        "<ul>",
        "<li>养犬登记点</li>",
        "<li>流动登记车</li>",
        "</ul>",
        "<h2>下一步打算</h2>",
        "<p>登记<strong>免费</strong>办理。</p>",
        '<table><tbody><tr><th scope="col">区县</th><th scope="col">件数</th></tr>'
        "<tr><td>示例区</td><td>12</td></tr></tbody></table>",
        '<figure><img src="picture:0" alt=""></figure>',
    ]
    assert [one.outlet for one in found.questions] == ["示例日报"]
    assert found.questions[0].answers[0].body == "<p>带上证件就可以。</p>"
    assert [one.text for one in found.dropped] == ["第 1 页"]


def test_a_picture_keeps_its_bytes_and_its_missing_description_is_doubted():
    found = from_file(conference(), "a.docx")

    assert [one.data for one in found.pictures] == [png()]
    assert "pictures" in [doubt.field for doubt in found.doubts]


def test_a_bold_line_taken_for_a_heading_is_doubted():
    found = from_file(conference(), "a.docx")

    assert [one.what for one in found.doubts if "bold" in one.why or "加粗" in one.why] == [
        "下一步打算"
    ]


def test_numbers_that_word_draws_are_kept():
    document = docx.Document()
    document.add_paragraph("关于示例的通知")
    for text in ("先登记", "再领证"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("就是这样。")

    found = from_file(saved(document), "a.docx")

    assert "<ol>\n<li>先登记</li>\n<li>再领证</li>\n</ol>" in found.body


def test_a_signature_to_the_right_is_a_signature():
    document = docx.Document()
    document.add_paragraph("关于示例的通知")
    document.add_paragraph("请各单位照办。")
    document.add_paragraph("示例市文明办").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph("二〇二六年三月五日").alignment = WD_ALIGN_PARAGRAPH.RIGHT

    found = from_file(saved(document), "a.docx")

    assert found.kind == "notice"
    assert f"{found.time:%Y-%m-%d}" == "2026-03-05"
    assert found.body.endswith(
        '<p class="signature">示例市文明办</p>\n<p class="signature">二〇二六年三月五日</p>'
    )


def test_deleted_words_are_gone_and_a_line_break_parts_paragraphs():
    document = docx.Document()
    document.add_paragraph("示例标题")
    paragraph = document.add_paragraph()
    paragraph.add_run("第一行。").add_break()
    paragraph.add_run("第二行。")
    gone = paragraph.add_run("删去的话。")
    deleted = docx.oxml.OxmlElement("w:del")
    gone._r.addprevious(deleted)
    deleted.append(gone._r)

    found = from_file(saved(document), "a.docx")

    assert found.body == "<p>第一行。</p>\n<p>第二行。</p>"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 broken",
        b"not a zip",
        conference()[:2000],
        rezipped(conference(), lambda n, b: b"<broken" if n == "word/document.xml" else b),
        rezipped(conference(), lambda n, b: b"" if n == "[Content_Types].xml" else b),
        rezipped(conference(), lambda n, b: b"" if n == "word/numbering.xml" else b),
        rezipped(
            conference(),
            lambda n, b: (
                b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
                if n == "word/document.xml"
                else b
            ),
        ),
        rezipped(
            conference(),
            lambda n, b: (
                b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
                + b"<w:p>" * 100_000
                if n == "word/document.xml"
                else b
            ),
        ),
    ],
)
def test_damaged_and_hostile_files_are_refused_in_one_sentence(data):
    assert len(refused(data)) == 1


def test_a_bomb_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 300_000_000)

    assert len(refused(out.getvalue())) == 1


def test_old_formats_are_told_what_to_do():
    assert refused(b"\xd0\xcf\x11\xe0", "a.doc") != refused(b"%PDF-1.4", "a.pdf")


def test_more_pictures_than_a_text_may_hold_are_listed():
    document = docx.Document()
    document.add_paragraph("示例标题")
    for number in range(42):
        document.add_picture(io.BytesIO(png((number, 0, 0))))

    found = from_file(saved(document), "a.docx")

    assert len(found.pictures) == 40
    assert len(found.dropped) == 2
