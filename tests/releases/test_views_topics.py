"""Topics: only open ones, with their intro and what is live in them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


def test_only_open_topics_are_listed_with_the_number_a_reader_finds(client):
    topic = make.topic("文明交通", cover=make.picture())
    make.topic("筹备中", is_open=False)
    now = timezone.now()
    rows = [
        make.live_release("一"),
        make.live_release("二"),
        make.release("草稿"),
        make.live_release("明天", at=now + timedelta(days=1)),
    ]
    for release in rows:
        release.topics.add(topic)

    page = client.get("/topics/")

    assert [(one.title, one.count) for one in page.context["page"]] == [("文明交通", 2)]
    assert "筹备中" not in page.content.decode()


def test_topic_shows_intro_cover_and_its_live_releases(client):
    topic = make.topic(
        "文明交通", intro="<h2>怎么参与</h2><script>1</script>", summary="礼让行人。"
    )
    topic.cover = make.picture("路口", credit="示例己")
    topic.save()
    now = timezone.now()
    rows = [
        make.live_release("旧", at=now - timedelta(days=2)),
        make.live_release("新"),
        make.release("草稿"),
        make.live_release("过期", expire_at=now - timedelta(seconds=1)),
        make.release("撤", status="withdrawn", withdraw_reason="outdated", publish_at=now),
    ]
    for release in rows:
        release.topics.add(topic)
    make.live_release("别处")

    page = client.get(topic.get_absolute_url())

    assert [card.title for card in page.context["cards"]] == ["新", "旧"]
    text = page.content.decode()
    assert "<h2>怎么参与</h2>" in text
    assert 'alt="路口"' in text
    assert "图：示例己" in text
    assert "<script>1" not in text


def test_a_closed_topic_is_not_found_and_not_named_on_its_releases(client):
    topic = make.topic("筹备中", is_open=False)
    release = make.live_release("新闻")
    release.topics.add(topic)

    assert client.get(topic.get_absolute_url()).status_code == 404
    assert "筹备中" not in client.get(release.get_absolute_url()).content.decode()


def test_empty_topics_say_what_will_be_there(client):
    make.topic("筹备中", is_open=False)
    assert '<p class="empty">' in client.get("/topics/").content.decode()

    topic = make.topic("空")
    assert '<p class="empty">' in client.get(topic.get_absolute_url()).content.decode()


def test_a_long_topic_has_pages(client):
    topic = make.topic("长")
    for number in range(25):
        make.live_release(f"新闻{number}").topics.add(topic)

    second = client.get(topic.get_absolute_url(), {"page": 2})

    assert len(second.context["cards"]) == 5
    assert 'href="?page=1"' in second.content.decode()


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("where", ["list", "topic"])
def test_topics_cost_the_same_queries(client, where, count, django_assert_num_queries):
    topic = make.topic("专题")
    for number in range(count):
        make.topic(f"又一{number}", cover=make.picture())
        make.live_release(f"新闻{number}").topics.add(topic)
    client.get("/releases/")  # what all pages share is in the cache now
    address, queries = {"list": ("/topics/", 2), "topic": (topic.get_absolute_url(), 4)}[where]

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
