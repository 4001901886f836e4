"""Edits of a rich text by places of its plain text."""

import pytest

from civic import richtext
from civic.richedits import layout

MARKUPS = [
    "",
    "<p>一段。</p><p>二段。</p>",
    "<p> 前后 有空格 &nbsp; </p>\n<p></p><p>x &lt; y &amp;amp; z</p>",
    "<table><tr><td>甲</td> <td>乙</td></tr><tr><td>丙</td></tr></table>",
    "<ul><li>一<strong>二</strong>三</li><li>四<br>五</li></ul><hr>",
    '<p>共<span class="cite" data-figure="x" data-value="1">152篇</span>。</p>',
    "没有标记 < 的 & 文字 &nbsp;",
    "<p>一\u2028二\x85三\tx</p>",
    "<h2>标题</h2><blockquote><p>引文</p></blockquote><script>x</script>",
]


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_layout_reads_the_same_text_as_everybody(markup):
    assert layout(markup).text == richtext.plain(markup)


@pytest.mark.parametrize("markup", MARKUPS)
def test_every_character_can_be_exchanged_where_it_stands(markup):
    text = layout(markup).text

    for place, sign in enumerate(text):
        if not sign.isspace():
            wanted = f"{text[:place]}字{text[place + 1 :]}"
            assert richtext.plain(layout(markup).edited([(place, place + 1, "字")])) == wanted


def test_the_markup_around_and_inside_a_word_stays():
    markup = "<p>坚决<strong>布</strong>署，<em>布署</em>。</p>"

    edited = layout(markup).edited([(2, 4, "部署"), (5, 7, "部署")])

    assert edited == "<p>坚决<strong>部署</strong>，<em>部署</em>。</p>"


def test_what_is_put_in_is_text_and_never_markup():
    edited = layout("<p>甲乙</p>").edited([(0, 1, "<b>&")])

    assert edited == "<p>&lt;b&gt;&amp;乙</p>"
