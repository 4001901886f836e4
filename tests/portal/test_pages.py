"""Site map, about, QR codes, and pages in trouble."""

import re
from urllib.parse import quote

import pytest

from civic.sitesettings import SiteSettings
from releases.models import Channel, Topic
from tests import make

pytestmark = pytest.mark.django_db


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_site_map_lists_columns_with_depth_and_open_topics(client):
    top = make.channel("创建动态")
    make.channel("专项整治", parent=top)
    make.channel("内部栏目", is_listed=False)
    make.topic("创建之路")
    make.topic("没开的专题", is_open=False)

    page = text(client, "/sitemap/")

    assert re.findall(
        r'<li class="depth-(\d)"><a href="/releases/channels/[^"]+">([^<]+)', page
    ) == [
        ("0", "创建动态"),
        ("1", "专项整治"),
    ]
    assert "创建之路" in page
    assert "没开的专题" not in page
    assert "内部栏目" not in page


def test_every_link_of_the_site_map_and_the_footer_leads_somewhere(client):
    make.channel()
    make.topic()

    links = set(re.findall(r'href="(/[^"#]*)', text(client, "/sitemap/")))

    pages = [link for link in links if not link.startswith("/static/")]
    assert len(pages) > 10
    assert {link: client.get(link).status_code for link in pages} == dict.fromkeys(pages, 200)


def test_an_empty_site_map_says_what_will_be_there(client):
    page = text(client, "/sitemap/")

    assert "本站的栏目会列在这里" in page
    assert "围绕一件事汇集稿件的专题会列在这里" in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_site_map_costs_the_same_queries(client, count, django_assert_num_queries):
    for _ in range(count):
        make.channel()
        make.topic()
    client.get("/about/")  # the frame is in the cache

    with django_assert_num_queries(2):
        text(client, "/sitemap/")

    assert Channel.objects.count() == Topic.objects.count() == count


def test_about_has_a_word_for_what_is_not_yet_written(client):
    page = text(client, "/about/")

    assert "主办单位的职责和分工会写在这里" in page
    assert "本站文字和图片的使用办法" in page
    assert "主办单位的电话和地址会写在这里" in page


def test_about_shows_the_office_in_its_own_words_and_as_text(client):
    row = SiteSettings.load()
    row.about = "第一段。\n\n第二段<b>不是</b>粗体。"
    row.office_name, row.phone, row.email = "示例市文明办", "0000-0000000", "a@example.com"
    row.save()

    page = text(client, "/about/")

    assert "<p>第一段。</p>" in page
    assert "第二段&lt;b&gt;不是&lt;/b&gt;粗体。" in page
    assert "<dt>电话</dt><dd>0000-0000000</dd>" in page
    assert 'href="mailto:a@example.com"' in page
    assert "会写在这里" not in page.replace(
        "本站文字和图片的使用办法、个人信息的处理办法会写在这里", ""
    )


def test_a_qr_code_is_a_picture_of_our_own_address(client, settings):
    settings.SITE_ORIGIN = "https://www.shili.example"
    answer = client.get("/qr.svg", {"path": "/releases/2026/11/26/xin-wen/"})
    settings.SITE_ORIGIN = "https://other.example"
    other = client.get("/qr.svg", {"path": "/releases/2026/11/26/xin-wen/"})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg ")
    assert answer.cookies == {}
    assert answer.content != other.content


@pytest.mark.parametrize(
    "path",
    [
        "", "about", "//evil.example/", "/\\evil.example", "https://evil.example/", "/a?b=c",
        "/a#b", "/a b", "/\n", "/文", "/" + "a" * 400, "javascript:alert(1)",
        '/"><zqx>', "/a@evil.example",
    ],
)  # fmt: skip
def test_a_qr_code_of_anything_else_is_refused_in_words(client, path):
    answer = client.get("/qr.svg", {"path": path})

    assert answer.status_code == 400
    assert "回到首页" in answer.content.decode()
    assert "evil" not in answer.content.decode()
    assert "<zqx>" not in answer.content.decode()


def test_a_missing_page_says_what_to_do_and_echoes_nothing(client):
    answer = client.get('/zqxw"><zqx>/?q=zqxw')

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "没有找到这个页面" in page
    assert 'href="/sitemap/"' in page
    assert "zqx" not in page
    assert 'name="robots" content="noindex"' in page


@pytest.mark.parametrize("path", ["/", "/sitemap/", "/about/", "/display/", "/search/", "/qr.svg"])
@pytest.mark.parametrize(
    "query",
    [
        "page=1e9", "year=99999", "%00=%00", "a=%ED%A0%80", "a[]=1&a[]=2", "next=%00", "path=%00",
        "q=" + "%F0%A0%AE%B7" * 300, "=", "&&&", "x" * 7000,
        "path=/%2e%2e/%2e%2e/etc", "a=" + quote("'\"<>&"),
    ],
)  # fmt: skip
def test_absurd_addresses_never_break_a_page(client, path, query):
    assert client.get(f"{path}?{query}").status_code in (200, 400)


@pytest.mark.parametrize("path", ["/", "/sitemap/", "/about/", "/search/", "/qr.svg", "/feed/"])
def test_pages_are_only_read(client, path):
    answer = client.post(path, {"a": "b"})

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "回到首页" in answer.content.decode()
