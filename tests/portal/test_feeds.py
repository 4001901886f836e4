"""The feeds: well-formed, absolute, only what is live."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '"><zqx> ]]> &amp; \x0b\x1b 文明'


def rss(client, path="/feed/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def titles(root):
    return [item.findtext("title") for item in root.iter("item")]


def atom_entries(client):
    return ElementTree.fromstring(client.get("/feed/atom/").content).findall(f"{ATOM}entry")


def test_only_live_releases_newest_first_with_absolute_addresses(client):
    now = timezone.now()
    old = make.live_release("旧闻", at=now - timedelta(days=2))
    make.live_release("新闻", at=now - timedelta(days=1))
    make.release("草稿")
    make.live_release("明天", at=now + timedelta(days=1))
    make.live_release("过期", expire_at=now - timedelta(seconds=1))
    make.release("撤回", status="withdrawn")
    make.live_release("更正稿", corrects=old)

    root = rss(client)

    assert titles(root) == ["新闻", "旧闻"]
    links = [item.findtext("link") for item in root.iter("item")]
    assert links[1] == f"http://127.0.0.1:8000{old.get_absolute_url()}"
    assert [entry.findtext(f"{ATOM}title") for entry in atom_entries(client)] == ["新闻", "旧闻"]


def test_hostile_titles_and_control_characters_stay_well_formed_text(client):
    release = make.live_release(HOSTILE, summary=HOSTILE, source_name=HOSTILE)
    release.channel.name = HOSTILE[:30]
    release.channel.save()

    expected = HOSTILE.replace("\x0b", " ").replace("\x1b", " ")
    assert titles(rss(client)) == [expected]
    assert atom_entries(client)[0].findtext(f"{ATOM}title") == expected
    assert b"<zqx>" not in client.get("/feed/").content


def test_a_correction_updates_the_entry_and_keeps_its_identity(client):
    now = timezone.now()
    release = make.live_release("新闻", at=now - timedelta(days=2))
    before = atom_entries(client)[0]
    noted = now - timedelta(hours=1)
    release.change_notes = [{"at": noted.isoformat(), "text": "更正", "major": False}]
    release.save()

    after = atom_entries(client)[0]

    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}published") == before.findtext(f"{ATOM}published")
    assert after.findtext(f"{ATOM}updated") == timezone.localtime(noted).isoformat(
        timespec="seconds"
    ) or after.findtext(f"{ATOM}updated").startswith(noted.isoformat()[:19])


def test_a_channel_has_its_own_feed_with_those_under_it(client):
    above = make.channel("创建")
    make.live_release("创建", channel=above)
    make.live_release("行动", channel=make.channel("行动", parent=above))
    make.live_release("别处", channel=make.channel("别处"))

    assert sorted(titles(rss(client, f"/releases/channels/{above.slug}/feed/"))) == ["创建", "行动"]
    assert client.get("/releases/channels/nowhere/feed/").status_code == 404


def test_an_empty_site_has_an_empty_feed(client):
    assert titles(rss(client)) == []


@pytest.mark.parametrize("count", [1, 40])
def test_a_feed_costs_the_same_queries_for_one_release_and_for_many(
    client, count, django_assert_num_queries
):
    for number in range(count):
        make.live_release(f"新闻{number}")

    with django_assert_num_queries(2):
        root = rss(client)

    assert len(titles(root)) == min(count, 30)
