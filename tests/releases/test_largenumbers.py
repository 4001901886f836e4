"""Large numbers of a release page: what they say, where they lead, and what they do not cost."""

import re
from datetime import date

import pytest
from django.core.cache import cache

from civic import figures
from civic.declared import DeclaredFigure
from civic.figures import Figure, Kind
from releases.figureblocks import FigureBlock
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db

COUNTED = [
    "media_posts",
    "media_reads",
    "media_highest_read",
    "media_100k",
    "media_topic_participation",
    "media_adoptions",
    "releases_published",
    "questions_answered",
]


def declared(name: str, **extra) -> str:
    fields = {"label": f"外来数{name}", "unit": "人", "number": 420, "is_public": True}
    fields |= {"as_of": date(2020, 11, 1), "source_title": "示例公报"}
    row = DeclaredFigure.objects.create(
        name=name, source_url="https://example.com/1", **fields | extra
    )
    return row.figure_name


def block(release: Release, figure: str, **extra) -> FigureBlock:
    fields = {"shown": "420人", "as_of": date(2020, 11, 20), **extra}
    return FigureBlock.objects.create(release=release, figure=figure, **fields)


def with_many() -> Release:
    """A conference with eight large numbers of each kind, which cites others in its text."""
    cites = "".join(
        f'<p>共有<span class="cite" data-figure="{declared(f"cited{n}")}">420人</span>。</p>'
        for n in range(3)
    )
    release = make.conference("示例发布会", body=cites)
    make.question(release, "问？", ("示例甲", "主任", "<p>答。</p>"))
    for number, name in enumerate(COUNTED):
        block(release, name, period="2020-01-01/2020-11-20")
        block(release, declared(f"open{number}"))
        block(release, declared(f"inside{number}", is_public=False))
        block(release, f"gone{number}")
    return release


def numbers(page: str) -> str:
    return re.search(r'<section class="large-numbers".*?</section>', page, re.S)[0]


def test_eight_of_each_kind_cost_no_more_than_six_queries_with_a_cold_cache(
    client, django_assert_max_num_queries
):
    release = with_many()
    cache.clear()

    with django_assert_max_num_queries(6):
        page = client.get(release.get_absolute_url())

    shown = numbers(page.text)
    assert shown.count("<strong>420</strong>") == 32
    assert page.text.count('class="cite-note"') == 3
    assert sorted(set(re.findall(r'href="/figures/([\w-]+)/', shown))) == sorted(
        [*COUNTED, *(f"declared-open{n}" for n in range(8))]
    )
    assert shown.count('loading="lazy"') == 8


def test_no_reader_of_a_text_waits_for_a_figure_to_be_computed(client, monkeypatch):
    def asked(params):
        raise AssertionError("the page asked for the rows of a figure")

    slow = Figure(
        name="test_slow", label="慢的", definition="", unit="个", kind=Kind.COUNT, rows=asked,
        when="publish_at", is_public=True,
    )  # fmt: skip
    monkeypatch.setitem(figures.REGISTRY, slow.name, slow)
    release = make.live_release(body="<p>正文。</p>")
    block(release, "test_slow", shown="3个")

    shown = numbers(client.get(release.get_absolute_url()).text)

    assert '<a href="/figures/test_slow/"><strong>3</strong>个</a>' in shown
    assert "慢的" in shown
    assert "2020-11-20" in shown
    assert '<img src="/figures/test_slow/plot.svg" width="164" height="40" alt=""' in shown


def test_a_declared_one_leads_to_its_page_only_while_it_is_public(client):
    release = make.live_release(body="<p>正文。</p>")
    block(release, declared("open", label="常住人口"))
    block(release, declared("inside", label="内部口径", is_public=False))
    block(release, declared("named"), label="另有说法")

    shown = numbers(client.get(release.get_absolute_url()).text)

    assert re.findall(r"<dt>([^<]+?) <small>", shown) == ["常住人口", "内部口径", "另有说法"]
    assert re.findall(r'href="([^"]+)"', shown) == [
        "/figures/declared-open/",
        "/figures/declared-named/",
    ]
    assert "plot" not in shown


def test_of_what_it_cannot_be_narrowed_to_there_is_no_plot(client):
    release = make.live_release(body="<p>正文。</p>")
    block(release, "media_posts", region="R1")
    block(release, "media_posts", period="2020-11-20/2020-01-01")

    shown = numbers(client.get(release.get_absolute_url()).text)

    assert (shown.count("<strong>420</strong>"), shown.count("<img")) == (2, 0)
