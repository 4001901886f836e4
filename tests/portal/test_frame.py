"""The frame of every public page: metadata, menu, footer, and what it must never carry."""

import json
import re
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.template import Context
from django.urls import reverse

from civic.richtext import ld_json
from civic.sitesettings import SiteSettings
from civic.templatetags.frame import here, page_meta
from portal.context import Entry
from releases.models import Channel
from tests import make

pytestmark = pytest.mark.django_db

PAGES = ["/", "/sitemap/", "/about/", "/display/", "/search/", "/search/?q=文明", "/没有这页/"]


def text(client, path="/"):
    return client.get(path).content.decode()


def content(html, name):
    found = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)"', html)
    return found.group(1) if found else None


def settings_row(**fields):
    row = SiteSettings.load()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_the_site_and_its_code(client, settings, path):
    settings.SITE_ORIGIN = "https://www.shili.example"
    settings_row(site_name="示例市文明网", site_code="1405020003")

    page = text(client, path)

    assert content(page, "SiteName") == "示例市文明网"
    assert content(page, "SiteDomain") == "www.shili.example"
    assert content(page, "SiteIDCode") == "1405020003"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_sets_a_cookie_or_asks_for_one(client, path):
    answer = client.get(path)

    assert answer.cookies == {}
    assert "csrf" not in answer.content.decode().lower()
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_script_or_style_or_calls_another_host(client, path):
    page = text(client, path)

    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1:8000/)', page) == []


def test_the_canonical_address_is_the_path_at_our_origin(client, settings):
    settings.SITE_ORIGIN = "https://www.shili.example"

    page = client.get("/about/?utm_source=x", headers={"host": "testserver"}).content.decode()

    assert '<link rel="canonical" href="https://www.shili.example/about/">' in page
    assert "utm_source" not in page


def test_the_footer_shows_what_is_known_and_leaves_out_the_rest(client):
    settings_row(office_name="示例市文明办", phone="0000-0000000", icp_number="示ICP备00000000号")

    page = text(client)

    assert "主办：示例市文明办" in page
    assert "电话：0000-0000000" in page
    assert "示ICP备00000000号" in page
    for label in ("承办：", "地址：", "邮编：", "网站标识码：", "公网安备"):
        assert label not in page


def test_the_footer_says_when_something_was_last_published(client):
    assert "最近更新" not in text(client)
    cache.clear()
    release = make.live_release()

    assert f'<time datetime="{release.publish_at.isoformat()[:10]}' in text(client)


def test_the_menu_shows_listed_columns_of_the_top_in_order(client):
    second = make.channel("通知公示", order=20)
    first = make.channel("创建动态", order=10)
    make.channel("专项整治", order=1, parent=first)
    make.channel("内部栏目", order=5, is_listed=False)
    talks = make.channel("新闻发布会", order=30, type=Channel.Type.CONFERENCE)
    make.topic()

    menu = client.get("/about/").context["menu"]

    assert [(entry.name, entry.url) for entry in menu] == [
        ("首页", "/"),
        ("创建动态", first.get_absolute_url()),
        ("通知公示", second.get_absolute_url()),
        (talks.name, reverse("releases:conferences")),
        ("专题", reverse("releases:topics")),
        ("数据", reverse("portal:figures")),
    ]


def test_a_site_without_columns_still_has_press_conferences_in_its_menu(client):
    menu = client.get("/about/").context["menu"]

    assert [entry.name for entry in menu] == ["首页", "新闻发布会", "数据"]


@pytest.mark.parametrize(
    ("path", "channel", "marked"),
    [
        ("/", None, {"/": "page"}),
        ("/topics/", None, {"/topics/": "page"}),
        ("/topics/journey/", None, {"/topics/": "true"}),
        ("/releases/2026/11/26/x/", "a.b.", {"/releases/channels/a/": "true"}),
        ("/releases/2026/11/26/x/", "c.", {}),
        ("/about/", None, {}),
    ],
)
def test_the_menu_marks_where_the_reader_is(path, channel, marked):
    entries = [
        Entry("首页", "/"),
        Entry("甲", "/releases/channels/a/", path_order="a."),
        Entry("专题", "/topics/"),
    ]
    context = Context({"request": SimpleNamespace(path=path)})
    if channel:
        context["release"] = SimpleNamespace(channel=SimpleNamespace(path_order=channel))

    found = {entry.url: here(context, entry) for entry in entries}

    assert {url: mark for url, mark in found.items() if mark} == marked


def test_the_frame_costs_no_query_when_the_cache_is_warm(client, django_assert_num_queries):
    client.get("/about/")

    with django_assert_num_queries(0):
        client.get("/about/")


def test_an_article_brings_the_national_tags_of_its_column_and_itself():
    channel = make.channel("创建动态", description="会议和行动。", keywords="创建,动态")
    release = make.live_release(
        "第九次测评结束",
        channel=channel,
        source_name="示例日报",
        keywords="测评，整改",
        writer="示例甲",
        summary="问题清单三日内交办。",
    )

    meta = page_meta(Context({"site_origin": "https://a.example"}), article=release)

    assert meta["column"] == channel
    assert (meta["title"], meta["description"]) == ("第九次测评结束", "问题清单三日内交办。")
    assert meta["path"] == release.get_absolute_url()


def test_json_for_search_engines_cannot_leave_its_script_and_reads_back_equal():
    data = {
        "headline": "</script><script>alert(1)</script>&<!--\u2028\u2029",
        "名": ["甲", 1, None],
    }

    written = ld_json(data)

    assert re.fullmatch(
        r'<script type="application/ld\+json">[^<>&\u2028\u2029]*</script>', written
    )
    assert (
        json.loads(written[len('<script type="application/ld+json">') : -len("</script>")]) == data
    )


def test_json_for_search_engines_holds_nothing_a_page_cannot_carry():
    written = ld_json({"headline": "前\ud800后\x00\u202e"})

    written.encode("utf-8")
    assert '"前\\ud800后' not in written
    assert "\u202e" not in written
