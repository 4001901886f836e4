"""Filters of the list: each narrows alone and together; nonsense is said, not obeyed."""

from datetime import datetime
from urllib.parse import quote

import pytest
from django.utils import timezone

from releases import search
from tests import make

pytestmark = pytest.mark.django_db


def found(client, **asked):
    page = client.get("/releases/", asked)
    assert page.status_code == 200
    return [card.title for card in page.context["cards"]]


def at(*moment):
    return datetime(*moment, tzinfo=timezone.get_current_timezone())


def indexed(title, **extra):
    release = make.live_release(title, **extra)
    search.put(release)
    return release


def test_channel_takes_in_those_under_it(client):
    above = make.channel("创建")
    below = make.channel("行动", parent=above)
    make.live_release("上", channel=above)
    make.live_release("下", channel=below)
    make.live_release("别处", channel=make.channel("别处"))

    assert sorted(found(client, channel=above.slug)) == ["上", "下"]
    assert found(client, channel=below.slug) == ["下"]


def test_unit_narrows_and_only_units_with_something_to_read_are_offered(client):
    office, bureau, silent = make.unit("甲办"), make.unit("乙局"), make.unit("丙局")
    make.live_release("甲的", unit=office)
    make.live_release("乙的", unit=bureau)
    make.release("丙的草稿", unit=silent)

    page = client.get("/releases/", {"unit": bureau.code})

    assert [card.title for card in page.context["cards"]] == ["乙的"]
    assert "丙局" not in page.content.decode()


def test_year_is_that_of_publication_in_local_time(client):
    make.live_release("除夕", at=at(2024, 12, 31, 23, 59, 59))
    make.live_release("元旦", at=at(2025, 1, 1, 0, 0, 0))

    assert found(client, year=2024) == ["除夕"]
    assert found(client, year=2025) == ["元旦"]


@pytest.mark.parametrize("words", ["通", "交通", "路口", "交通 路口"])
def test_words_are_looked_for_in_title_and_text(client, words):
    indexed("文明交通", body="<p>志愿者在路口劝导。</p>")
    indexed("天气")
    search.put(make.release("交通草稿", body="<p>路口</p>"))

    assert found(client, q=words) == ["文明交通"]


def test_filters_hold_together(client):
    channel, office = make.channel("要闻"), make.unit("甲办")
    indexed("文明一", channel=channel, unit=office, at=at(2025, 3, 1))
    indexed("文明二", channel=channel, unit=office, at=at(2024, 3, 1))
    indexed("文明三", channel=channel, unit=make.unit("乙局"), at=at(2025, 3, 1))
    indexed("天气", channel=channel, unit=office, at=at(2025, 3, 1))

    asked = {"q": "文明", "channel": channel.slug, "unit": office.code, "year": "2025"}

    assert found(client, **asked) == ["文明一"]


def test_nothing_fits_says_what_to_do(client):
    indexed("文明")

    text = client.get("/releases/", {"q": "查无此事"}).content.decode()

    assert "没有同时符合这些条件的稿件" in text
    assert 'href="/releases/"' in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("year", "没有这一年的稿件，已显示全部年份"),
        ("unit", "没有这个单位的稿件，已显示全部单位"),
        ("channel", "没有这个栏目，已显示全部栏目"),
    ],
)
def test_what_cannot_be_meant_is_said_and_ignored(client, name, said):
    indexed("文明")

    for value in ("99999", "-1", "nowhere", "1 OR 1=1", "null", "'"):
        page = client.get("/releases/", {name: value})
        assert [card.title for card in page.context["cards"]] == ["文明"]
        assert said in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=文%00明", "q=%ED%A0%80", "q=%22%27", "q=" + "文" * 300, "year=99999", "year=²",
        "year=0", "year=" + "9" * 4000, "channel=%00", "channel[]=x", "unit=%ED%A0%80&unit=x",
        "year=1e3", "q=文明 NEAR( OR *", "q=.,;", "page=%00", "utm_x=1", "q=%C3%28",
        "channel=" + "x" * 3000,
    ],
)  # fmt: skip
def test_absurd_input_gets_a_page(client, query):
    indexed("文明")

    assert client.get("/releases/?" + quote(query, safe="=&%[]")).status_code == 200


def test_signs_alone_are_no_words(client):
    indexed("文明")

    assert found(client, q="，。！") == ["文明"]


def test_page_links_carry_only_filters_that_hold(client):
    for number in range(25):
        make.live_release(f"文明{number}")

    text = client.get("/releases/?year=99999&utm_source=x&page=1").content.decode()

    assert 'href="?page=2"' in text
    assert "utm_source" not in text
    assert "99999" not in text
