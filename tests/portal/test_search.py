"""The search page as a citizen meets it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from releases import search as release_search
from tests import make

pytestmark = pytest.mark.django_db


def found(client, **asked):
    page = client.get("/search/", asked)
    assert page.status_code == 200
    return ["".join(part for part, _hit in hit.title) for hit in page.context["hits"]]


def indexed(title, **extra):
    release = make.live_release(title, **extra)
    release_search.put(release)
    return release


def test_hits_are_marked_and_lead_to_the_release(client):
    release = indexed("文明交通", body="<p>志愿者在路口劝导文明出行。</p>")
    indexed("天气")

    page = client.get("/search/", {"q": "文明"}).content.decode()

    assert f'href="{release.get_absolute_url()}"' in page
    assert "<mark>文明</mark>交通" in page
    assert "劝导<mark>文明</mark>出行" in page
    assert "共找到 1 条" in page


@pytest.mark.parametrize("words", ["文", "通", "文明", "交通 文明"])
def test_short_words_are_found(client, words):
    indexed("文明交通")
    indexed("天气", body="<p>今天有雨。</p>")

    assert found(client, q=words) == ["文明交通"]


def test_a_channel_is_searched_with_those_under_it(client):
    above = make.channel("文明实践")
    indexed("文明一", channel=make.channel("志愿服务", parent=above))
    indexed("文明二", channel=make.channel("通知"))

    assert found(client, q="文明", section=above.slug) == ["文明一"]


def test_keywords_and_author_are_found_but_no_excerpt_shows_them(client):
    indexed("天气", body="<p>今天有雨。</p>", keywords="雨情", writer="示例甲")

    page = client.get("/search/?q=雨情").content.decode()

    assert "今天有雨。" in page
    assert "示例甲" not in page


def test_filters_narrow_by_channel_unit_and_year(client):
    now = timezone.now()
    first, second = make.channel("要闻"), make.channel("通知")
    office, bureau = make.unit("甲办"), make.unit("乙局")
    indexed("文明一", channel=first, unit=office)
    indexed("文明二", channel=second, unit=bureau)
    indexed("文明三", channel=second, unit=bureau, at=now - timedelta(days=400))
    year = timezone.localtime(now - timedelta(days=400)).year

    assert found(client, q="文明", section=first.slug) == ["文明一"]
    assert found(client, q="文明", section="nowhere") == []
    assert found(client, q="文明", unit="乙局") == ["文明二", "文明三"]
    assert found(client, q="文明", unit="乙局", year=year) == ["文明三"]


def test_what_is_not_live_is_not_found(client):
    now = timezone.now()
    indexed("文明现在")
    indexed("文明明天", at=now + timedelta(days=1))
    indexed("文明过期", at=now - timedelta(days=2), expire_at=now - timedelta(days=1))
    release_search.put(make.release("文明草稿"))
    release_search.put(make.release("文明撤回", status="withdrawn"))

    assert found(client, q="文明") == ["文明现在"]


def test_markup_in_titles_and_words_stays_text(client):
    indexed('"><zqx> 文明<script>')

    page = client.get("/search/", {"q": '"><zqx>'}).content.decode()

    assert "<zqx>" not in page
    assert "<script>" not in page
    assert "&lt;<mark>zqx</mark>&gt;" in page


def test_nothing_found_says_what_to_try(client):
    assert "没有找到" in client.get("/search/", {"q": "查无此事"}).content.decode()
    assert "一个字也可以" in client.get("/search/").content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "q=%00", "q=%00文明%00", "q=%ED%A0%80", "q=%22", "q=" + "文" * 800, "q=文明&year=99999",
        "q=文明&year=-1", "q=文明&year=abc", "q=文明&year=²", "q=文明&page=0", "q=文明&page=1e9",
        "q=文明&page=" + "9" * 50, "q=文明&section=%00&unit=%00", "q[]=文明", "q=文明 NEAR( OR *",
    ],
)  # fmt: skip
def test_absurd_input_gets_a_page(client, asked):
    indexed("文明")

    assert client.get("/search/?" + quote(asked, safe="=&%[]")).status_code == 200


def test_pages_keep_words_and_filters(client):
    for number in range(25):
        indexed(f"文明{number:02}", at=timezone.now() - timedelta(minutes=60 - number))

    second = client.get("/search/", {"q": "文明", "section": "", "page": 2})

    assert len(second.context["hits"]) == 5
    assert "第 2 页，共 2 页" in second.content.decode()
    assert quote("文明") in second.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_queries(client, count, django_assert_num_queries):
    for number in range(count):
        indexed(f"文明{number}")
    client.get("/about/")  # the frame of all pages is in the cache

    with django_assert_num_queries(5):
        titles = found(client, q="文明")

    assert len(titles) == min(count, 20)
