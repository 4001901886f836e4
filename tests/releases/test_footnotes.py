"""Cited numbers on the public page: a link with its note, whatever the text holds."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.utils.translation import gettext

from civic.declared import DeclaredFigure
from releases.figureblocks import FigureBlock
from releases.media import MediaAccount, Platform
from releases.models import Answer, Question
from tests import make

pytestmark = pytest.mark.django_db

CITE = (
    '<span class="cite" data-figure="media_posts" data-period="2020-01-01/2020-11-20"'
    ' data-group="own" data-value="152" data-as-of="2020-11-20">152篇</span>'
)
HREF = "/figures/media_posts/?period=2020-01-01/2020-11-20&amp;group=own"


class Anchors(HTMLParser):
    """Whether links nest, and which ids there are."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.nested, self.ids = 0, False, []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "a":
            self.nested = self.nested or self.depth > 0
            self.depth += 1

    def handle_endtag(self, tag):
        self.depth -= tag == "a"


def page_of(client, body: str, **extra) -> str:
    return client.get(make.live_release(body=body, **extra).get_absolute_url()).text


def test_a_cited_number_is_a_link_with_definition_period_and_day(client):
    page = page_of(client, f"<p>发布{CITE}。</p>")

    assert f'<a class="cite" href="{HREF}" aria-describedby="cite-1">152篇</a>' in page
    note = page.partition('id="cite-1" hidden>')[2].partition("</p>")[0]
    assert "截至 2020-11-20" in note
    assert "看这些数据" in note
    assert "历史数字" not in note


def test_a_historical_number_is_marked_as_such(client):
    page = page_of(client, f"<p>{CITE.replace(' data-value', ' data-historical=1 data-value')}</p>")

    assert "这是历史数字" in page


def test_a_declared_figure_names_its_source(client):
    DeclaredFigure.objects.create(
        name="volunteers",
        label="注册志愿者",
        unit="人",
        number=350000,
        as_of=date(2020, 11, 20),
        source_title="市志愿服务年报",
        source_url="https://example.com/report",
        is_public=True,
    )
    page = page_of(client, f"<p>{CITE.replace('media_posts', 'declared-volunteers')}</p>")

    assert "来源：市志愿服务年报" in page


@pytest.mark.parametrize(
    "change",
    [
        ("media_posts", "no_such"),
        ("media_posts", "titles_lost"),
        ("2020-01-01/2020-11-20", "2020-11-20/2020-01-01"),
        ('data-as-of="2020-11-20"', 'data-as-of="bald"'),
    ],
)
def test_what_cannot_be_shown_stays_plain_words(client, change):
    page = page_of(client, f"<p>发布{CITE.replace(*change)}。</p>")

    assert "<p>发布152篇。</p>" in page
    assert 'class="cite-note"' not in page


def test_links_never_nest_and_notes_are_numbered_through(client):
    release = make.conference(
        body=f'<p><a href="/x">{CITE}</a> {CITE} <strong>{CITE}</strong></p><h2>{CITE}</h2>'
        f"<p>{CITE.replace('152篇', '<a href=/y>152篇</a>')}</p>"
    )
    question = Question.objects.create(release=release, outlet="示例日报", text="多少？")
    for order in range(2):
        Answer.objects.create(question=question, order=order, name="示例甲", body=f"<p>{CITE}</p>")

    read = Anchors()
    read.feed(client.get(release.get_absolute_url()).text)

    assert not read.nested
    assert [one for one in read.ids if one.startswith("cite-")] == [
        f"cite-{n}" for n in range(1, 6)
    ]
    assert len(read.ids) == len(set(read.ids))


def test_nothing_in_the_attributes_reaches_the_page_as_markup(client):
    bad = CITE.replace("own", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;")

    page = page_of(client, f"<p>{bad}</p>")

    assert "<script>alert" not in page
    assert 'class="cite-note"' not in page


def test_feeds_search_and_linked_data_hold_the_words_alone(client):
    release = make.live_release(body=f"<p>发布{CITE}。</p>", summary="")

    feed = client.get("/feed/").text
    ld = client.get(release.get_absolute_url()).text.partition("application/ld+json")[2]
    ld = ld.partition("</script>")[0]

    assert "发布152篇。" in feed
    assert "data-figure" not in feed
    assert "data-figure" not in ld


def test_a_page_costs_the_same_with_one_number_and_with_thirty(
    client, django_assert_max_num_queries
):
    """All names come in one query: of figures from outside, accounts, columns and places."""
    column, place = make.channel("创建动态"), make.region("示例新区")
    unit, ours = make.unit(), {"platform": Platform.WECHAT, "level": MediaAccount.Level.OWN}
    spans = [("releases_published", column.slug, place.code)]
    for n in range(15):
        MediaAccount.objects.create(code=f"account{n}", name=f"号{n}", unit=unit, **ours)
        DeclaredFigure.objects.create(
            name=f"outside{n}",
            label=f"外部数据{n}",
            number="12.5",
            as_of=date(2020, 11, 20),
            source_title="示例年报",
            source_url="https://example.com/report",
            is_public=n != 3,
        )
        spans += [("media_posts", f"account{n}", ""), (f"declared-outside{n}", "", "")]
    cites = [
        f'<span class="cite" data-figure="{figure}" data-group="{group}" data-region="{region}"'
        ' data-value="1">1</span>'
        for figure, group, region in spans
    ]
    bodies = {"bare": "没有引用。", "fixed": CITE, "one": cites[1], "many": "".join(cites)}
    releases = [
        make.live_release(body=f"<p>{body}</p>", slug=slug) for slug, body in bodies.items()
    ]
    client.get(releases[0].get_absolute_url())
    counts = []
    for release in releases:
        with django_assert_max_num_queries(60) as found:
            page = client.get(release.get_absolute_url()).text
        counts.append(len(found))

    assert counts == [counts[0], counts[0], counts[0] + 1, counts[0] + 1]
    for fact in ("创建动态", "示例新区", "号14（", "外部数据14 1"):
        assert fact in page
    assert "外部数据3 1" not in page  # not for the public
    bare = releases[0]
    assert "cite.js" not in client.get(bare.get_absolute_url()).text


OLD = CITE.replace(" data-value", ' data-historical="1" data-value')
AS_OF = ' data-as-of="2020-11-20"'
DAY = re.compile(r'<small class="cite-day">[^<]*2020年11月20日[^<]*</small>')


@pytest.mark.parametrize(
    "body",
    [
        f"<p>当年{OLD}。</p>",
        f"<p>{OLD.replace('media_posts', 'titles_lost')}</p>",
        f"<p>{OLD.replace('media_posts', 'no_such')}</p>",
        f'<p><a href="/x">看{OLD}</a></p>',
        f"<p>{OLD.replace('152篇', '<a href=/y>152篇</a>')}</p>",
        f"<h2>{OLD}</h2>",
    ],
)
def test_the_day_of_a_historical_number_stands_in_the_text_whatever_the_figure(client, body):
    page = page_of(client, body)

    assert len(DAY.findall(page)) == 1
    assert "hidden" not in DAY.findall(page)[0]


def test_a_sentence_that_says_the_day_itself_is_not_told_twice(client):
    page = page_of(client, f"<p>截至2020年11月20日，共{OLD}。</p><p>又{CITE}。</p>")

    assert "cite-day" not in page


def test_a_historical_number_without_a_day_says_that_it_is_one(client):
    page = page_of(client, f"<p>当年{OLD.replace(AS_OF, '')}。</p>")

    assert page.count('class="cite-day"') == 1


def test_a_historical_large_number_says_so_whatever_the_figure(client):
    release = make.live_release(body="<p>正文。</p>")
    for figure, old in (("media_posts", True), ("titles_lost", True), ("media_posts", False)):
        FigureBlock.objects.create(
            release=release,
            figure=figure,
            shown="152篇",
            as_of=date(2020, 11, 20),
            is_historical=old,
        )

    page = client.get(release.get_absolute_url()).text

    assert page.count(f"<small>{gettext('historical number')} · ") == 2
    assert page.count("2020-11-20</small>") == 3
