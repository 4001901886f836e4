"""The list of releases and the page of a channel, as a citizen meets them."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from releases import search
from tests import make

pytestmark = pytest.mark.django_db

HOSTILE = '"><zqx>'


def titles(page):
    assert page.status_code == 200
    return [card.title for card in page.context["cards"]]


def not_live():
    """Rows of every kind that no visitor may find in a list."""
    now = timezone.now()
    return [
        make.release("草稿"),
        make.release("审核中", status="first_review"),
        make.live_release("明天", at=now + timedelta(days=1)),
        make.live_release("过期", expire_at=now - timedelta(seconds=1)),
        make.release("撤错", status="withdrawn", withdraw_reason="error", publish_at=now),
        make.release("过时", status="withdrawn", withdraw_reason="outdated", publish_at=now),
    ]


def test_list_shows_what_is_live_newest_first(client):
    now = timezone.now()
    make.live_release("旧闻", at=now - timedelta(days=2))
    make.live_release("新闻", at=now - timedelta(days=1))
    not_live()

    assert titles(client.get("/releases/")) == ["新闻", "旧闻"]


def test_list_puts_what_is_pinned_now_first(client):
    now = timezone.now()
    make.live_release("旧而置顶", at=now - timedelta(days=9), pinned_until=now + timedelta(days=1))
    make.live_release("置顶已过", at=now - timedelta(days=8), pinned_until=now - timedelta(days=1))
    make.live_release("新闻", at=now - timedelta(days=1))

    page = client.get("/releases/")

    assert titles(page) == ["旧而置顶", "新闻", "置顶已过"]
    assert page.content.decode().count('class="tag"') == 1


def test_list_says_what_will_be_there(client):
    make.release("草稿")

    page = client.get("/releases/").content.decode()

    assert "最新的在最前" in page
    assert "草稿" not in page


def test_pages_of_the_list_keep_the_filters(client):
    channel = make.channel("要闻")
    for number in range(45):
        make.live_release(f"新闻{number}", channel=channel)
    make.live_release("别处", channel=make.channel("别处"))

    second = client.get("/releases/", {"channel": channel.slug, "page": 2})

    assert len(titles(second)) == 20
    text = second.content.decode()
    assert f'href="?channel={channel.slug}&amp;page=1"' in text
    assert f'href="?channel={channel.slug}&amp;page=3"' in text


@pytest.mark.parametrize("page", ["0", "-1", "1e9", "x", "9" * 50, "9" * 5000, "²", "%00", ""])
def test_an_absurd_page_number_gives_a_page(client, page):
    make.live_release("新闻")

    assert titles(client.get(f"/releases/?page={page}")) == ["新闻"]


def test_a_card_shows_the_summary_or_the_beginning_of_the_text(client):
    make.live_release("有摘要", summary="两句话的摘要。")
    make.live_release("无摘要", body=f"<h2>标题</h2><p>{'正文很长。' * 60}</p>")

    text = client.get("/releases/").content.decode()

    assert "两句话的摘要。" in text
    assert f"标题 {'正文很长。' * 19}正…" in text


def test_what_a_card_holds_is_text_everywhere(client):
    make.live_release(HOSTILE, summary=HOSTILE, channel=make.channel(HOSTILE))

    for address in (
        "/releases/",
        f"/releases/?q={quote(HOSTILE)}",
        "/releases/?channel=" + HOSTILE,
    ):
        assert "<zqx>" not in client.get(address).content.decode()


def test_channel_shows_its_own_and_those_under_it(client):
    above = make.channel("创建", description="创建工作的消息。")
    below = make.channel("行动", parent=above)
    deepest = make.channel("专项", parent=below)
    hidden = make.channel("不进菜单", parent=above, is_listed=False)
    for channel in (above, below, deepest, make.channel("别处")):
        make.live_release(channel.name, channel=channel)
    make.release("草稿", channel=below)

    page = client.get(above.get_absolute_url())

    assert sorted(titles(page)) == ["专项", "创建", "行动"]
    text = page.content.decode()
    assert "创建工作的消息。" in text
    assert f'href="{below.get_absolute_url()}"' in text
    assert f'href="{hidden.get_absolute_url()}"' not in text
    assert text.count(f"/releases/channels/{above.slug}/feed/") == 2
    assert '<meta name="ColumnName" content="创建">' in text


def test_channel_without_releases_says_its_promise(client):
    channel = make.channel("理论", update_days=30)
    make.release("草稿", channel=channel)

    text = client.get(channel.get_absolute_url()).content.decode()

    assert "至少每 30 天更新一次" in text
    assert "草稿" not in text


@pytest.mark.parametrize("address", ["/releases/channels/nowhere/", "/topics/nowhere/"])
def test_unknown_addresses_are_not_found(client, address):
    assert client.get(address).status_code == 404


def test_only_reading_is_allowed(client):
    release = make.live_release()

    for address in ("/releases/", release.channel.get_absolute_url(), release.get_absolute_url()):
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200


@pytest.mark.parametrize("address", ["/releases/", "/releases/?q=新闻&year=2026", "channel"])
def test_public_lists_set_no_cookie(client, address):
    release = make.live_release("新闻")
    address = release.channel.get_absolute_url() if address == "channel" else address

    assert client.get(address).cookies == {}


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("where", ["list", "words", "channel"])
def test_lists_cost_the_same_queries(client, where, count, django_assert_num_queries):
    channel = make.channel()
    for number in range(count):
        picture = make.picture() if number % 2 else None
        release = make.live_release(f"文明{number}", channel=channel, cover=picture)
        search.put(release)
    address, queries = {
        "list": ("/releases/", 6),
        "words": (f"/releases/?q=文明&channel={channel.slug}", 6),
        "channel": (channel.get_absolute_url(), 5),
    }[where]
    client.get("/releases/")  # what all pages share is in the cache now

    with django_assert_num_queries(queries):
        shown = titles(client.get(address))

    assert len(shown) == min(count, 20)
