"""Saved pages: the article is found, what stands around it is dropped and listed."""

import base64
import time

import pytest
from django.core.exceptions import ValidationError

from releases.transcripts import from_file, from_text
from tests.releases.transcripts.test_word import png

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<meta name="ArticleTitle" content="示例市举行河道治理新闻发布会">
<meta name="PubDate" content="2026-04-07 16:20"><meta name="ContentSource" content="示例市水务局">
<link rel="canonical" href="https://www.example.cn/a/1.html"><title>示例市举行河道治理新闻发布会_示例市人民政府</title>
<script>var a = "不是正文";</script><style>p { color: red }</style></head>
<body><nav><ul><li><a href="/">网站首页</a></li><li>政务公开</li></ul></nav>
<div class="wrap"><div><div><h1>示例市举行河道治理新闻发布会</h1>
<p><span>来源:示例市水务局</span> <span>浏览次数:12</span></p>
<article><div>
<p>4月7日,示例市举行新闻发布会。市水务局局长示例乙介绍情况,市政府新闻办主任示例甲主持发布会。</p>
<h2>治理进展</h2>
<section><p>
已治理河道<b>二十</b>公里,详见<a href="https://www.example.cn/b"
 onclick="x()">清单</a>。</p>
</section>
<table><caption>各区进度</caption><tr><th>区县</th><th>公里</th></tr><tr><td>示例区</td>
<td colspan="2">8<br>新增</td></tr></table>
<ul><li>清淤</li><li>护岸<ol><li>砌石</li></ol></li></ul>
<p><img src="https://img.example.cn/a.jpg" alt="河道"></p>
<p><img src="data:image/png;base64,PNG" alt="治理后的河道"></p>
<p style="display:none">藏起来的话</p>
<p>示例日报记者:水清了吗?</p><p>示例乙:清了。</p><p>谢谢。</p>
</div></article>
<div class="share">分享到:微信</div></div></div></div>
<div class="hot"><a>另一篇文章的标题</a></div>
<aside>热门文章</aside><footer><p>示例ICP备12345678号</p></footer></body></html>""".replace(
    "PNG", base64.b64encode(png()).decode()
)


def refused(page):
    with pytest.raises(ValidationError) as caught:
        from_file(page if isinstance(page, bytes) else page.encode(), "a.html")
    return caught.value.messages


def test_the_article_of_a_page_is_recognised():
    found = from_file(PAGE.encode(), "a.html")

    assert found.title == "示例市举行河道治理新闻发布会"
    assert f"{found.time:%Y-%m-%d %H:%M}" == "2026-04-07 16:20"
    assert found.source == "示例市水务局"
    assert found.source_url == "https://www.example.cn/a/1.html"
    assert [(one.name, one.post) for one in found.people] == [
        ("示例甲", "市政府新闻办主任"),
        ("示例乙", "市水务局局长"),
    ]
    assert found.body.split("\n")[1:] == [
        "<h2>治理进展</h2>",
        '<p>已治理河道<strong>二十</strong>公里,详见<a href="https://www.example.cn/b">清单</a>。</p>',
        '<table><caption>各区进度</caption><tbody><tr><th scope="col">区县</th>'
        '<th scope="col">公里</th></tr>'
        '<tr><td>示例区</td><td colspan="2">8<br>新增</td></tr></tbody></table>',
        "<ul>",
        "<li>清淤</li>",
        "<li>护岸",
        "<ol>",
        "<li>砌石</li>",
        "</ol>",
        "</li>",
        "</ul>",
        '<figure><img src="picture:0" alt="治理后的河道"></figure>',
    ]
    assert [one.data for one in found.pictures] == [png()]
    assert found.questions[0].answers[0].body == "<p>清了。</p>\n<p>谢谢。</p>"


def test_what_stands_around_the_article_is_listed():
    found = from_file(PAGE.encode(), "a.html")

    assert [one.text for one in found.dropped] == [
        "[河道]",
        "网站首页",
        "政务公开",
        "藏起来的话",
        "分享到:微信",
        "另一篇文章的标题",
        "热门文章",
        "示例ICP备12345678号",
    ]


def test_the_time_of_a_time_element_is_used_in_local_time():
    page = (
        "<html><body><h1>示例标题</h1><time datetime='2026-03-05T02:00:00Z'>三月</time>"
        "<p>正文第一句。</p></body></html>"
    )

    found = from_text(page)

    assert found.time.isoformat() == "2026-03-05T10:00:00+08:00"


def test_a_table_that_lays_out_the_page_is_read_as_text():
    page = (
        "<html><body><table><tr><td>栏目</td><td><p>示例标题</p><p>2026-03-05 10:00</p>"
        f"<p>{'很长的正文。' * 80}</p></td></tr><tr><td></td><td></td></tr></table></body></html>"
    )

    found = from_text(page)

    assert found.title == "示例标题"
    assert found.body == f"<p>{'很长的正文。' * 80}</p>"
    assert found.tables == 0


@pytest.mark.parametrize(
    ("encoding", "named"), [("gb18030", "gbk"), ("utf-8", "utf-8"), ("gb18030", ""), ("utf-16", "")]
)
def test_pages_in_chinese_encodings_are_read(encoding, named):
    meta = f"<meta http-equiv=Content-Type content='text/html; charset={named}'>" if named else ""
    page = f"<html><head>{meta}</head><body><h1>示例标题</h1><p>正文。</p></body></html>"

    found = from_file(page.encode(encoding), "a.htm")

    assert found.body == "<p>正文。</p>"


def test_scripts_and_handlers_do_not_come_through():
    page = (
        "<html><body><h1>示例标题</h1><p onclick='x()'>一<script>alert(1)</script>二"
        "<a href='javascript:alert(1)'>三</a><svg onload='x()'><text>四</text></svg></p>"
        "<p>&lt;img src=x onerror=alert(1)&gt;</p></body></html>"
    )

    found = from_text(page)

    assert found.body == "<p>一二三</p>\n<p>&lt;img src=x onerror=alert(1)&gt;</p>"


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 100_000 + "深处",
        "<html><body><p>前</p><p data-a='" + "x" * 7_000_000 * 2 + "'>后</p>",
        "<html><body></body></html>",
        "<html>",
        "<!DOCTYPE html [<!ENTITY a 'b'>]><html><body></body></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    ],
)
def test_hostile_and_empty_pages_are_refused_in_one_sentence(page):
    assert len(refused(page)) == 1


def test_a_long_page_is_read_quickly():
    page = "<html><body><h1>示例</h1>" + "<p>示例日报记者:如何?</p><p>答:这样。</p>" * 8_000

    began = time.process_time()
    from_text(page)

    assert time.process_time() - began < 4


def test_entities_are_not_read_from_files():
    page = (
        '<!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
        "<html><body><h1>示例</h1><p>正文&secret;完。</p></body></html>"
    )

    assert from_text(page).body == "<p>正文&amp;secret;完。</p>"
