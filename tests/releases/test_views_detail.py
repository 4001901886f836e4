"""The page of a release: what it shows, how its address answers, what it costs."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from releases.models import RelatedReading, ReleasePicture
from tests import make

pytestmark = pytest.mark.django_db

HOSTILE = '"><zqx>'


def text_of(client, release):
    page = client.get(release.get_absolute_url())
    assert page.status_code == 200
    return page.content.decode()


def linked_data(text):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found.group(1))["@graph"]


def withdrawn(reason, **extra):
    then = timezone.now() - timedelta(days=3)
    fields = {"status": "withdrawn", "withdraw_reason": reason, "publish_at": then}
    return make.release("撤回的旧文", **{**fields, "first_published_at": then, **extra})


def test_page_tells_when_from_whom_and_who_reviewed(client):
    release = make.live_release(
        "推进会召开",
        at=datetime(2026, 3, 2, 1, 5, tzinfo=UTC),
        body="<p>会议强调创建为民。</p>",
        writer="示例庚",
        source_name="示例日报",
        source_url="https://news.example.com/a?b=1&c=2",
        original_title="城市有了新名片",
        imprint=[
            {"stage": "first_review", "name": "示例甲"},
            {"stage": "second_review", "name": "示例乙"},
            {"stage": "final_review", "name": "示例丙"},
        ],
    )

    text = text_of(client, release)

    for piece in (
        "推进会召开</h1>",
        "2026-03-02 09:05",
        "会议强调创建为民。",
        "示例庚",
        "城市有了新名片",
    ):
        assert piece in text
    assert (
        '<a class="source" href="https://news.example.com/a?b=1&amp;c=2"'
        ' rel="external nofollow noopener noreferrer">示例日报 <small>news.example.com</small></a>'
    ) in text
    stages = re.findall(r'<div class="stage"><dt>(.+?)</dt><dd>(.+?)</dd>', text)
    assert stages == [("初审", "示例甲"), ("复审", "示例乙"), ("终审", "示例丙")]


def test_national_tags_and_structured_data_say_the_same(client):
    release = make.live_release(
        "推进会召开",
        source_name="示例日报",
        keywords="创建，文明",
        summary="摘要。",
        cover=make.picture(),
    )

    text = text_of(client, release)

    metas = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)"', text))
    local = timezone.localtime(release.publish_at)
    assert metas["ArticleTitle"] == "推进会召开"
    assert metas["PubDate"] == f"{local:%Y-%m-%d %H:%M}"
    assert metas["ContentSource"] == "示例日报"
    assert metas["ColumnName"] == release.channel.name
    (article,) = linked_data(text)
    assert article["@type"] == "NewsArticle"
    assert article["headline"] == "推进会召开"
    assert article["keywords"] == ["创建", "文明"]
    assert datetime.fromisoformat(article["datePublished"]) == release.publish_at.replace(
        microsecond=0
    )
    assert article["image"][0]["url"].endswith(release.cover.large_url)
    assert article["mainEntityOfPage"] == f"http://127.0.0.1:8000{release.get_absolute_url()}"


@pytest.mark.parametrize(
    "url", ["javascript://evil.example/%0aalert(1)", "data:text/html,x", "https://[", "//x", "x"]
)
def test_a_source_link_that_is_no_web_address_is_not_a_link(client, url):
    release = make.live_release(source_name="示例日报", source_url=url)

    text = text_of(client, release)

    assert "示例日报" in text
    assert 'class="source"' not in text


def test_everything_typed_is_text(client):
    release = make.conference(HOSTILE, summary=HOSTILE, source_name=HOSTILE, writer=HOSTILE)
    release.original_title = release.keywords = release.venue = release.organizer = HOSTILE
    release.imprint = [{"stage": "final_review", "name": HOSTILE}]
    release.change_notes = [
        {"at": timezone.now().isoformat(), "text": HOSTILE, "major": major}
        for major in (True, False)
    ]
    release.cover = make.picture(HOSTILE, caption=HOSTILE, credit=HOSTILE)
    release.save()
    ReleasePicture.objects.create(release=release, picture=make.picture(HOSTILE), caption=HOSTILE)
    release.topics.add(make.topic(HOSTILE))
    make.speaker(release, HOSTILE, HOSTILE)
    make.question(release, HOSTILE, (HOSTILE, HOSTILE, HOSTILE), outlet=HOSTILE, reporter=HOSTILE)
    file = make.attachment(release)
    type(file).objects.update(title=HOSTILE)
    RelatedReading.objects.create(release=release, to=make.live_release(HOSTILE))

    text = text_of(client, release)

    assert "<zqx" not in text
    assert linked_data(text)[0]["headline"] == HOSTILE
    for address in ("/conferences/", "/conferences/speakers/", "/conferences/outlets/", "/topics/"):
        assert b"<zqx" not in client.get(address).content


@pytest.mark.parametrize(
    "address",
    ["/releases/2020/01/01/{}/", "/releases/2026/2/3/{}/", "/releases/0/99/99999999999999/{}/"],
)
def test_right_slug_under_a_wrong_day_leads_to_the_right_address(client, address):
    release = make.live_release("新闻")

    answer = client.get(address.format(release.slug))

    assert answer.status_code == 301
    assert answer["Location"] == release.get_absolute_url()


def test_a_wrong_day_does_not_betray_a_draft(client):
    draft = make.release("草稿")
    soon = make.live_release("明天", at=timezone.now() + timedelta(days=1))

    for hidden in (draft, soon):
        assert client.get(f"/releases/2020/01/01/{hidden.slug}/").status_code == 404
        assert client.get(hidden.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/releases/2026/01/01/none/", "/releases/2026/01/01/%00/", "/releases/x/01/01/a/",
     "/releases/" + "9" * 1500 + "/01/01/a/", "/releases/2026/01/01/-/",
     "/releases/2026/01/01/文/"],
)  # fmt: skip
def test_addresses_nobody_has_are_refused_plainly(client, address):
    make.live_release("新闻")

    assert client.get(address).status_code in (400, 404)


def test_a_wrong_text_is_gone_and_is_not_repeated(client):
    release = withdrawn("error", summary="错误的摘要")

    answer = client.get(release.get_absolute_url())

    text = answer.content.decode()
    assert answer.status_code == 410
    assert "本稿件已撤回" in text
    assert "noindex" in text
    assert "撤回的旧文" not in text
    assert "错误的摘要" not in text
    assert release.slug not in text


def test_a_superseded_text_leads_to_the_one_that_is_valid(client):
    valid = make.live_release("现行")
    middle = withdrawn("superseded", superseded_by=valid)
    first = withdrawn("superseded", superseded_by=middle)

    for old in (first, middle):
        answer = client.get(old.get_absolute_url())
        assert answer.status_code == 301
        assert answer["Location"] == valid.get_absolute_url()


def test_a_superseded_text_without_a_successor_to_read_is_gone(client):
    scheduled = make.live_release("明天", at=timezone.now() + timedelta(days=1))
    one = withdrawn("superseded", superseded_by=scheduled)
    other = withdrawn("superseded", superseded_by=one)
    one.superseded_by = other
    one.save()

    for old in (
        one,
        other,
        withdrawn("superseded"),
        withdrawn("superseded", superseded_by=scheduled),
    ):
        assert client.get(old.get_absolute_url()).status_code == 410


def test_an_outdated_text_stays_with_a_banner_and_without_its_forms(client):
    release = withdrawn("outdated", body="<p>旧的规定。</p>", cover=make.picture())
    file = make.attachment(release, "申请表.txt")

    answer = client.get(release.get_absolute_url())

    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text
    assert "本稿件已过时。" in text
    assert "旧的规定。" in text
    assert b"".join(client.get(release.cover.large_url)).startswith(b"RIFF")
    assert "申请表" not in text
    assert client.get(file.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("reason", "status"), [("error", 410), ("outdated", 200)])
def test_archiving_what_was_withdrawn_changes_nothing_for_readers(client, reason, status):
    release = withdrawn(reason, status="archived")

    assert client.get(release.get_absolute_url()).status_code == status


def test_what_was_never_public_is_not_found_when_archived(client):
    release = make.release("弃稿", status="archived")

    assert client.get(release.get_absolute_url()).status_code == 404


def test_readers_are_told_what_was_changed(client):
    noted = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
    release = make.live_release(
        at=noted - timedelta(days=1),
        change_notes=[
            {"at": noted.isoformat(), "text": "更正点位数", "major": True},
            {"at": noted.isoformat(), "text": "更正错别字", "major": False},
        ],
    )

    text = text_of(client, release)

    assert text.count("更正点位数") == 2  # above the text as well
    assert text.count("更正错别字") == 1
    assert text.count("2026-03-02 09:05") == 3
    assert linked_data(text)[0]["dateModified"] == "2026-03-02T01:05:00+00:00"


def test_related_reading_is_by_hand_then_topic_then_channel(client):
    now = timezone.now()
    channel, topic = make.channel("要闻"), make.topic("专题")
    release = make.live_release("本文", channel=channel)
    release.topics.add(topic)
    by_hand = make.live_release("手选", at=now - timedelta(days=90), channel=make.channel())
    RelatedReading.objects.create(release=release, to=by_hand)
    of_topic = make.live_release("同题", at=now - timedelta(days=60), channel=make.channel())
    for one in (of_topic, by_hand):
        one.topics.add(topic)
    for number in range(8):
        make.live_release(f"同栏{number}", at=now - timedelta(days=number + 1), channel=channel)
    make.live_release("无关", channel=make.channel("别处"))

    titles = [one.title for one in client.get(release.get_absolute_url()).context["reading"]]

    assert titles == ["手选", "同题", "同栏0", "同栏1", "同栏2", "同栏3"]


def test_pictures_have_alt_caption_and_credit(client):
    cover = make.picture("会场全景", caption="发布会现场", credit="示例己")
    release = make.live_release(cover=cover)
    row = ReleasePicture.objects.create(
        release=release, picture=make.picture("记者提问", credit="示例辛"), caption="提问"
    )

    text = text_of(client, release)

    assert f'<img src="{cover.large_url}"' in text
    assert 'alt="会场全景"' in text
    assert "发布会现场" in text
    assert "图：示例己" in text
    assert (
        f'<a class="picture" href="{row.picture.large_url}"><img src="{row.picture.small_url}"'
        in text
    )
    assert 'alt="记者提问"' in text


def full(count):
    """A conference with `count` of everything that hangs on a release."""
    release = make.conference("满", cover=make.picture(), keywords="甲，乙")
    for number in range(count):
        release.topics.add(make.topic(f"专题{number}"))
        make.speaker(release, f"示例{number}")
        answers = [(f"示例{number}", "主任", f"<p>答{n}</p>") for n in range(1 + number % 3)]
        make.question(release, f"问{number}", *answers)
        ReleasePicture.objects.create(release=release, picture=make.picture())
        make.attachment(release, f"附件{number}.txt")
        RelatedReading.objects.create(release=release, to=make.live_release(f"相关{number}"))
    return release


@pytest.mark.parametrize("count", [1, 30])
def test_a_full_page_costs_few_queries_whatever_it_holds(client, count, django_assert_num_queries):
    release = full(count)
    client.get("/releases/")  # what all pages share is in the cache now

    with django_assert_num_queries(3):
        text = text_of(client, release)

    assert text.count('class="exchange"') == count
    assert text.count("/releases/attachments/") == count


@pytest.mark.parametrize("count", [1, 5, 30])
def test_with_a_cold_cache_a_page_costs_six_queries_at_most(
    client, django_assert_max_num_queries, count
):
    release = full(count)
    cache.clear()

    with django_assert_max_num_queries(6):
        text_of(client, release)


def test_empty_parts_leave_no_headings_behind(client):
    text = text_of(client, make.live_release("短讯", source_name=""))

    for heading in ('id="speakers"', 'id="files"', 'id="reading"', 'id="pictures"', 'id="changes"'):
        assert heading not in text
    assert text.count("<h1") == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "*"}, {"If-None-Match": 'W/"' + "x" * 3000}, {"If-None-Match": '"\x01'},
        {"If-Modified-Since": "yesterday"}, {"If-Modified-Since": "Sun, 06 Nov 99999 08:49:37 GMT"},
        {"Range": "bytes=9-1"}, {"Range": "bytes=-"}, {"Accept": "\x80"},
        {"Accept-Language": "x" * 9000},
    ],
)  # fmt: skip
def test_odd_headers_break_nothing(client, headers):
    release = make.live_release(cover=make.picture())
    file = make.attachment(release)

    for address in (release.get_absolute_url(), file.get_absolute_url(), release.cover.small_url):
        for method in (client.get, client.head):
            answer = method(address, headers=headers)
            for let_go in answer._resource_closers:  # close() would end the test's connection
                let_go()
            assert answer.status_code in (200, 304)


def test_a_text_that_came_back_tells_when_it_first_appeared(client):
    first = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    release = make.live_release(at=first + timedelta(days=9))
    type(release).objects.update(first_published_at=first)
    release.refresh_from_db()

    text = text_of(client, release)

    assert release.get_absolute_url().startswith("/releases/2026/03/01/")
    assert "2026-03-10 09:00" in text
    assert "首次发布：" in text
    assert "2026-03-01 09:00" in text
    assert linked_data(text)[0]["datePublished"] == "2026-03-01T01:00:00+00:00"
    assert linked_data(text)[0]["dateModified"] == "2026-03-10T01:00:00+00:00"


def test_a_table_scrolls_in_a_frame_that_the_keyboard_reaches(client):
    hostile = '<p title="<table>">甲</p><a href="/a" title="</table>">乙</a>'
    release = make.live_release(body=f"<table><tr><td>格</td></tr></table>{hostile}")

    text = text_of(client, release)

    frame = (
        '<div class="table" tabindex="0"><table><tbody><tr><td>格</td></tr></tbody></table></div>'
    )
    assert text.count(frame) == 1
    assert text.count("<table") == 1
    assert text.count("</table") == 1


@pytest.mark.parametrize("size", ["", "size=large", "elder"])
def test_no_reading_setting_changes_what_the_page_says(client, size):
    release = make.live_release("新闻", body="<p>正文在此。</p>")
    client.cookies["display"] = size

    assert "正文在此。" in text_of(client, release)
