"""Pages over the same rows, each asked with nothing in the cache: what a person waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from django.core.cache import cache
from django.test import Client

from civic.declared import DeclaredFigure
from releases.figureblocks import FigureBlock
from tests import make
from tests.bench.work import PERIOD, Result, measured

LIMIT = 0.15  # seconds
BLOCKS = 8  # large numbers of each kind
FIGURES = "/admin/figures/media_reads/"
POSTS = "/admin/releases/mediapost/"


def all_of() -> Iterator[Result]:
    yield from in_the_office()
    yield from for_readers()


def in_the_office() -> Iterator[Result]:
    """The page of a figure also lists the texts that cite it: here nearly all of them do."""
    client = Client()
    client.force_login(make.user("office_staff"), backend="civic.signin.RoleBackend")
    for name, most, path in (
        ("admin: reads and their rows", 16, FIGURES),
        ("admin: the same of a period", 16, f"{FIGURES}?period={PERIOD}"),
        ("admin: its last page", 16, f"{FIGURES}?page=1500"),
        ("admin: the posts", 12, POSTS),
        ("admin: posts with a common word", 12, f"{POSTS}?q=示例市创建"),
        ("admin: posts with a rare word", 12, f"{POSTS}?q=第4242篇"),
    ):
        yield _page(client, name, most, [path])


def for_readers() -> Iterator[Result]:
    """A period nobody asked for before is computed; a release never waits for a figure."""
    client = Client()
    days = (date(2018, 1, 1) + timedelta(days=n) for n in count())
    for name in ("media_posts", "media_reads", "media_highest_read", "media_100k"):
        made_up = [f"/figures/{name}/?period={next(days)}/2020-06-30" for _turn in range(6)]
        yield _page(client, f"figure: {name}, a new period", 6, made_up)
    release = make.live_release("示例新闻", body="<p>正文。</p>")
    for number in range(BLOCKS):
        declared = DeclaredFigure.objects.create(
            name=f"bench{number}",
            label="示例数",
            number=420,
            as_of=date(2020, 11, 1),
            source_title="示例公报",
            source_url="https://stats.example/1",
            is_public=True,
        )
        period = f"2018-01-0{number + 1}/2020-11-20"
        for figure, given in (("media_reads", period), (declared.figure_name, "")):
            FigureBlock.objects.create(
                release=release, figure=figure, period=given, shown="420次", as_of=date(2020, 11, 1)
            )
    yield _page(
        client, "release: eight large numbers of each kind", 6, [release.get_absolute_url()]
    )


def _page(client: Client, name: str, most: int, paths: list[str]) -> Result:
    """The first answer loads templates and catalogues, and is not counted."""
    turn = count()

    def ask() -> None:
        cache.clear()
        path = paths[next(turn) % len(paths)]
        answer = client.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status_code}")

    ask()
    return measured(name, LIMIT, most, ask, turns=5)
