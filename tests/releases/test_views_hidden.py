"""What is not public is nowhere: not on any page, in any feed, map, index or answer's header."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from releases import search
from releases.models import RelatedReading, Release, ReleasePicture
from tests import make

pytestmark = pytest.mark.django_db

CANARY = "金丝雀"
SPOT = datetime(2026, 3, 1, 16, 0, 0, tzinfo=UTC)  # midnight of 2 March in Shanghai


def full(title=CANARY, **extra):
    """A conference whose every part bears the canary; other rows point at it."""
    unit = make.unit(f"{CANARY}单位{make.number()}")
    fields = {"kind": "conference", "unit": unit, "summary": CANARY, "keywords": CANARY, **extra}
    release = make.release(title, **fields)
    release.cover = make.picture(CANARY)
    release.body = f'<p>{CANARY}</p><img src="{make.picture(CANARY).large_url}" alt="{CANARY}">'
    release.save()
    ReleasePicture.objects.create(release=release, picture=make.picture(CANARY))
    make.speaker(release, CANARY, CANARY)
    make.question(release, CANARY, (CANARY, CANARY, CANARY), outlet=CANARY)
    make.attachment(release, f"{CANARY}.txt")
    return release


def beside(release):
    """A live release that shares channel and topic with it and recommends it."""
    topic = make.topic("专题")
    release.topics.add(topic)
    seen = make.live_release(
        "公开", at=SPOT - timedelta(days=9), channel=release.channel, unit=make.unit("公开单位")
    )
    seen.topics.add(topic)
    RelatedReading.objects.create(release=seen, to=release)
    search.put(seen)
    search.put(release)
    return seen


def everywhere(seen, words=CANARY):
    """Every public page that could show a release."""
    (topic,) = seen.topics.all()
    slug = seen.channel.slug
    return [
        "/", "/releases/", f"/releases/?q={words}", f"/releases/?channel={slug}",
        f"/releases/channels/{slug}/", f"/releases/channels/{slug}/feed/", seen.get_absolute_url(),
        "/conferences/", "/conferences/speakers/", "/conferences/outlets/", "/topics/",
        topic.get_absolute_url(), "/feed/", "/feed/atom/", "/sitemap.xml", "/sitemap/",
        "/search/", f"/search/?q={words}",
    ]  # fmt: skip


def hidden(state):
    now, then = timezone.now(), timezone.now() - timedelta(days=2)
    was = {"publish_at": then, "first_published_at": then}
    if state == "correction":
        return full(corrects=make.live_release("原文", at=SPOT - timedelta(days=9)))
    return full(
        **{
            "draft": {},
            "review": {"status": "first_review"},
            "approved": {"status": "approved"},
            "scheduled": {"status": "published", "publish_at": now + timedelta(hours=1)},
            "expired": {"status": "published", "expire_at": now - timedelta(seconds=1), **was},
            "wrong": {"status": "withdrawn", "withdraw_reason": "error", **was},
            "outdated": {"status": "withdrawn", "withdraw_reason": "outdated", **was},
            "archived": {"status": "archived", "withdraw_reason": "error", **was},
        }[state]
    )


ANSWERS = {
    "draft": 404, "review": 404, "approved": 404, "correction": 404, "scheduled": 404,
    "expired": 410, "wrong": 410, "archived": 410, "outdated": 200,
}  # fmt: skip


@pytest.mark.parametrize("state", ANSWERS)
def test_the_canary_is_on_no_page(client, state):
    release = hidden(state)
    seen = beside(release)

    for address in everywhere(seen):
        answer = client.get(address)
        text = answer.content.decode().replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "")
        said = "".join(line for line in text.splitlines() if f"q={CANARY}" not in line)
        assert answer.status_code == 200
        assert release.slug not in said, address
        assert f"{CANARY}单位" not in said, address
        if f"q={CANARY}" not in address:
            assert CANARY not in said, address
            assert CANARY not in str(answer.headers), address


@pytest.mark.parametrize(("state", "status"), ANSWERS.items())
def test_its_own_addresses_answer_by_its_state(client, state, status):
    release = hidden(state)

    answer = client.get(release.get_absolute_url())

    assert answer.status_code == status
    if status != 200:
        assert CANARY not in answer.content.decode()
    for name in ("speakers", "outlets"):
        assert client.get(f"/conferences/{name}/{CANARY}/").status_code == 404
    assert client.get(release.attachments.get().get_absolute_url()).status_code == 404


def test_staff_who_may_see_it_preview_it_and_colleagues_and_visitors_do_not(client):
    unit = make.unit("甲单位")
    draft = full(unit=unit)
    address = draft.get_preview_url()
    visitor = client.get(address)
    assert visitor.status_code == 302

    client.force_login(make.user("unit_liaison", unit=make.unit("乙单位")))
    assert client.get(address).status_code in (302, 403, 404)

    client.force_login(make.user("unit_liaison", unit=unit))
    mine = client.get(address)
    text = mine.content.decode()
    assert mine.status_code == 200
    assert "预览，尚未公开。" in text
    assert f"{CANARY}</h1>" in text
    assert mine["Cache-Control"] == "private, no-store"
    # The public address stays closed to the author too: what is seen there is what citizens see.
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_it_appears_everywhere_at_the_second_and_not_before(client, monkeypatch):
    release = full(status="published", publish_at=SPOT, first_published_at=SPOT)
    seen = beside(release)
    file = release.attachments.get()
    own = [release.get_absolute_url(), file.get_absolute_url(), release.cover.small_url,
           f"/conferences/speakers/{CANARY}/", f"/conferences/outlets/{CANARY}/"]  # fmt: skip

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        found = [client.get(address) for address in own]
        for answer in found:
            for let_go in answer._resource_closers:
                let_go()
        return [answer.status_code for answer in found]

    assert at(SPOT - timedelta(seconds=1)) == [404] * 5
    assert at(SPOT) == [200] * 5
    assert "/releases/2026/03/02/" in release.get_absolute_url()
    for address in everywhere(seen, words="公开"):
        if address not in (
            "/search/",
            "/search/?q=公开",
            "/releases/?q=公开",
            "/sitemap/",
            "/topics/",
        ):
            assert (
                release.slug in client.get(address).content.decode()
                or CANARY in client.get(address).content.decode()
            ), address


def test_it_is_gone_everywhere_at_the_second_it_expires(client, monkeypatch):
    release = full(
        status="published",
        publish_at=SPOT - timedelta(days=1),
        first_published_at=SPOT - timedelta(days=1),
        expire_at=SPOT,
    )
    beside(release)

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        picture = client.get(release.cover.small_url)
        for let_go in picture._resource_closers:
            let_go()
        return client.get(release.get_absolute_url()).status_code, picture.status_code

    assert at(SPOT - timedelta(seconds=1)) == (200, 200)
    assert at(SPOT) == (410, 404)


def test_live_means_the_same_in_queries_and_on_rows_at_the_boundary():
    release = make.live_release(at=SPOT, expire_at=SPOT + timedelta(hours=1))

    for shift, is_live in ((-1, False), (0, True), (3599, True), (3600, False)):
        moment = SPOT + timedelta(seconds=shift)
        assert Release.objects.live(moment).exists() is is_live
        assert release.is_live_at(moment) is is_live


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_the_zone_of_the_server_changes_nothing(client, monkeypatch, zone):
    release = make.live_release("午夜", at=SPOT)
    monkeypatch.setenv("TZ", zone)
    time.tzset()

    text = client.get(release.get_absolute_url()).content.decode()

    assert release.get_absolute_url() == f"/releases/2026/03/02/{release.slug}/"
    assert "2026-03-02 00:00" in text
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1988, 4, 16, 18, 0, tzinfo=UTC), datetime(2024, 2, 28, 16, 0, tzinfo=UTC),
        datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), datetime(2025, 12, 31, 16, 0, tzinfo=UTC),
    ],
)  # fmt: skip
def test_days_at_the_edge_of_a_year_a_month_or_a_summer_time(client, moment):
    release = make.live_release(at=moment)

    assert client.get(release.get_absolute_url()).status_code == 200
    assert release.get_absolute_url().startswith(
        f"/releases/{timezone.localtime(moment):%Y/%m/%d}/"
    )
