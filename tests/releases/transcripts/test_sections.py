"""Shapes of paragraphs: lists, headings, joined lines; and the HTML they become."""

import pytest

from civic import richtext
from releases.transcripts import sections
from releases.transcripts.blocks import Block, Run, Shape, words


def shaped(*texts):
    return sections.shape([words(text, n) for n, text in enumerate(texts, start=1)])


def item(text, level=0, ordered=False):
    return Block((Run(text),), shape=Shape.ITEM, level=level, ordered=ordered)


@pytest.mark.parametrize("text", ["• 清淤;", "●清淤;", "- 清淤;", "* 清淤;", "■ 清淤;"])
def test_bullets_are_items_without_their_sign(text):
    found = shaped("前文。", text).blocks[1]

    assert (found.shape, found.text) == (Shape.ITEM, "清淤;")


@pytest.mark.parametrize("text", ["——题记", "-5度", "*", "·", "A·B公司成立。"])
def test_other_signs_are_no_bullets(text):
    assert shaped("前文。", text).blocks[1].shape is Shape.PARAGRAPH


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("一、总体情况", 2),
        ("第一部分 总体情况", 2),
        ("(二)主要做法", 3),
        ("（二）主要做法", 3),
        ("在领导体制方面", 2),
        ("【工作成效】", 2),
    ],
)
def test_headings_by_their_form(text, level):
    found = shaped(text, "下面是正文。").blocks[0]

    assert (found.shape, found.level, found.text) == (Shape.HEADING, level, text)


@pytest.mark.parametrize(
    "text", ["一、加强领导。", "一、" + "长" * 60, "在这方面我们做了许多工作,", "(此件公开发布。)"]
)
def test_sentences_with_a_number_are_no_headings(text):
    assert shaped(text, "下面是正文。").blocks[0].shape is Shape.PARAGRAPH


def test_a_heading_needs_something_below():
    assert shaped("正文。", "一、总体情况").blocks[1].shape is Shape.PARAGRAPH


def test_pieces_of_a_sentence_are_joined_and_noted_once():
    found = shaped(
        "今天", "公园开园了", "占地三百亩的", "花园也开放", "这是下一段。", "明天", "还有活动"
    )

    assert [block.text for block in found.blocks] == [
        "今天 公园开园了 占地三百亩的花园也开放",
        "这是下一段。",
        "明天 还有活动",
    ]
    assert [block.lines for block in found.blocks] == [(1, 2, 3, 4), (5,), (6, 7)]
    assert len(found.doubts) == 1


def test_words_that_lead_in_are_joined_with_what_was_said():
    found = shaped("市长示例甲反复强调", "要把工作做细,做实,做到群众心里去。", "会议还有别的安排。")

    assert [block.lines for block in found.blocks] == [(1, 2), (3,)]


def test_a_single_short_line_stays_alone():
    assert [block.text for block in shaped("正文。", "短行", "正文。").blocks] == [
        "正文。",
        "短行",
        "正文。",
    ]


@pytest.mark.parametrize(
    "items",
    [
        [item("一"), item("二", 1), item("三", 2), item("四")],
        [item("一", 3), item("二", 0, ordered=True), item("三", 1), item("四", 4)],
        [item("一", ordered=True), item("二")],
    ],
)
def test_nested_lists_are_well_formed(items):
    written = sections.markup(items)

    assert richtext.clean(written) == written
    assert written.count("<li>") == len(items) == written.count("</li>")


def test_a_list_inside_an_item():
    written = sections.markup([item("一"), item("二", 1), item("三")])

    assert written == ("<ul>\n<li>一\n<ul>\n<li>二</li>\n</ul>\n</li>\n<li>三</li>\n</ul>")


def test_styles_and_links_are_written_escaped():
    runs = (Run("a<b", frozenset({"strong", "em"})), Run("链接", href='https://x.cn/?a="1"&b'))

    assert sections.markup([Block(runs)]) == (
        "<p><strong><em>a&lt;b</em></strong>"
        '<a href="https://x.cn/?a=&quot;1&quot;&amp;b">链接</a></p>'
    )


def test_cutting_keeps_the_styles_of_what_is_left():
    block = Block((Run("记者:", frozenset({"strong"})), Run("问题")))

    assert (block.cut(3).markup, block.cut(0, 2).markup) == ("问题", "<strong>记者</strong>")
