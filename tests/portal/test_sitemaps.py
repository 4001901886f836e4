"""sitemap.xml and robots.txt."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from portal import sitemaps
from tests import make

pytestmark = pytest.mark.django_db

NS = f"{{{sitemaps.SCHEMA}}}"


def addresses(client, path="/sitemap.xml"):
    answer = client.get(path)
    assert answer.status_code == 200
    return [loc.text for loc in ElementTree.fromstring(answer.content).iter(f"{NS}loc")]


def test_it_lists_what_is_live_and_nothing_else(client):
    now = timezone.now()
    live = make.live_release("已经发布")
    hidden = [
        make.release("草稿"),
        make.live_release("明天", at=now + timedelta(days=1)),
        make.live_release("过期", expire_at=now - timedelta(seconds=1)),
        make.release("撤回", status="withdrawn"),
        make.live_release("更正稿", corrects=live),
    ]
    topic, closed = make.topic("专题"), make.topic("未开", is_open=False)

    found = addresses(client)

    assert f"http://127.0.0.1:8000{live.get_absolute_url()}" in found
    assert f"http://127.0.0.1:8000{topic.get_absolute_url()}" in found
    assert f"http://127.0.0.1:8000{live.channel.get_absolute_url()}" in found
    unseen = {f"http://127.0.0.1:8000{row.get_absolute_url()}" for row in [*hidden, closed]}
    assert not unseen & set(found)


def test_the_last_change_is_that_of_the_correction(client):
    noted = timezone.now() - timedelta(minutes=5)
    make.live_release(
        at=timezone.now() - timedelta(days=3),
        change_notes=[{"at": noted.isoformat(), "text": "更正", "major": True}],
    )

    root = ElementTree.fromstring(client.get("/sitemap.xml").content)

    assert [mod.text for mod in root.iter(f"{NS}lastmod")] == [noted.isoformat(timespec="seconds")]


def test_many_releases_make_an_index_of_parts(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 2)
    releases = [make.live_release(f"新闻{number}") for number in range(5)]

    parts = addresses(client)
    found = [address for n in range(1, 4) for address in addresses(client, f"/sitemap-{n}.xml")]

    assert parts == [f"http://127.0.0.1:8000/sitemap-{n}.xml" for n in range(4)]
    assert found == [f"http://127.0.0.1:8000{release.get_absolute_url()}" for release in releases]
    assert client.get("/sitemap-4.xml").status_code == 404
    assert client.get(f"/sitemap-{10**30}.xml").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_queries(client, count, django_assert_num_queries):
    for number in range(count):
        make.live_release(f"新闻{number}")

    with django_assert_num_queries(5):
        addresses(client)


def test_robots_are_told_the_map_and_kept_from_the_admin(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /admin/" in lines
    assert lines[-1] == "Sitemap: http://127.0.0.1:8000/sitemap.xml"
