"""Text in any usual encoding is read; what is none is refused in a sentence."""

import time

import pytest
from django.core.exceptions import ValidationError

from releases.transcripts import from_file, from_text
from tests.releases.transcripts import layouts

SAMPLE = layouts.LABELS


def refused(data, name="a.txt"):
    with pytest.raises(ValidationError) as caught:
        from_file(data, name)
    return caught.value.messages


@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode(),
        SAMPLE.encode("utf-8-sig"),
        SAMPLE.encode("gb18030"),
        SAMPLE.encode("gbk"),
        SAMPLE.encode("utf-16"),
        b"\xfe\xff" + SAMPLE.encode("utf-16-be"),
        SAMPLE.encode("utf-16-le"),
        SAMPLE.encode("utf-16-be"),
        SAMPLE.replace("\n", "\r\n").encode(),
        SAMPLE.replace("\n", "\r").encode(),
    ],
)
def test_the_same_text_in_any_encoding_is_the_same_transcript(data):
    assert from_file(data, "实录.TXT").as_json() == from_text(SAMPLE).as_json()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n\n\t",
        "\u200b\ufeff\n".encode(),
        b"\x00" * 500,
        bytes(range(256)) * 20,
        b"%PDF-1.7\n" + bytes(range(256)),
        b"PK\x03\x04" + bytes(range(32)) * 9,
        b"\xff\xfe\x00\xd8\x00",
        "长".encode() * 700_000,
        b"a\n" * 30_000,
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(data):
    assert len(refused(data)) == 1


@pytest.mark.parametrize("name", ["a.exe", "a", "a.php", "a.txt.zip", "", "../../a.svg", "a.doc"])
def test_other_kinds_of_files_are_refused(name):
    assert len(refused(SAMPLE.encode(), name)) == 1


def test_characters_that_no_page_may_hold_are_gone():
    found = from_text("示例\x00标题\n第一\ud800句话\u202e在这里。\n第二句\u200b话。\x0b第三句话。")

    assert found.title == "示例标题"
    assert found.body == "<p>第一句话在这里。</p>\n<p>第二句话。</p>\n<p>第三句话。</p>"


def test_markup_in_a_text_is_text():
    found = from_text("示例标题\n<script>alert(1)</script>是一段代码。\n他说:“a < b & c”。")

    assert found.body == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;是一段代码。</p>\n<p>他说:“a &lt; b &amp; c”。</p>"
    )


N = 500_000
HARD = {
    "labels": "示例日报记者:如何?\n答:这样。\n" * 9_000,
    "one_line": "示" * N,
    "colons": ("、" * 60 + ":\n") * (N // 62),
    "posts": ("市委宣传部副部长、" * 60 + "主持发布会\n") * (N // 550),
    "attending": "新闻发布会\n" + ("出席的有" * 350 + "\n") * 300,
    "short_lines": "短行\n" * 19_000,
    "years": ("2026年3月" * 16 + "\n") * (N // 120),
    "brackets": ("[【(" * 13 + "\n") * (N // 40),
    "sources": ("来源:" * 40 + "\n") * (N // 121),
    "spaces": "题\n" + (" " * 2000 + "a\n") * (N // 2002),
    "numbers": ("一、" * 100 + "?\n") * (N // 202),
    "quotes": ("“" * 30 + "”:" + "\n") * (N // 33),
}


@pytest.mark.parametrize("name", HARD)
def test_half_a_megabyte_of_hard_text_is_read_in_five_seconds(name):
    began = time.process_time()
    from_text(HARD[name])

    assert time.process_time() - began < 5  # 1.5 on an idle machine
