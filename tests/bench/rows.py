"""Rows of the bench: a ledger of posts with their counts, and releases that cite its figures."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction

from civic import citations, figures
from civic.citations import Citation
from civic.figures import Params, Period, Value
from civic.publishing import Status
from civic.wording import say
from releases.media import MediaAccount, MediaMetric, MediaPost, Platform, tokens_of
from releases.models import Release
from tests import make

FIRST_DAY = date(2018, 1, 1)
DAYS = 1055  # to 2020-11-20
AT_ONCE = 1000
CITES = 20  # in each release
BODIES = 24  # of different texts; the releases share them
NAMES = ("media_posts", "media_reads", "media_highest_read", "media_100k")
PERIODS = ("", "2018-01-01/2018-12-31", "2020-01-01/2020-11-20", "/2020-06-30")


@dataclass(frozen=True)
class Town:
    posts: int
    releases: int
    citations: int
    pairs: int  # distinct figures with their params

    def __str__(self) -> str:
        return (
            f"{self.posts:,} posts, {self.releases:,} releases with {self.citations:,} citations"
            f" of {self.pairs} figures with their params, on {connection.vendor}"
        )


def fill(*, posts: int, releases: int) -> Town:
    with transaction.atomic():
        codes = _accounts()
        _in_batches(MediaPost, _posts(posts))
        _in_batches(MediaMetric, _metrics())
        asked = [
            (name, Params(Period.parse(period), "", group))
            for group in ["", "own", "municipal", *codes]
            for name in NAMES
            for period in PERIODS
        ]
        drafts = [_release(asked, body) for body in range(BODIES)]
        _copies(drafts, releases)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    cited = Citation.objects.values_list("figure", "params").distinct().count()
    return Town(posts, Release.objects.count(), Citation.objects.count(), cited)


def _accounts() -> list[str]:
    unit = make.unit("示例市文明办")
    levels = (MediaAccount.Level.OWN, MediaAccount.Level.MUNICIPAL)
    rows = [
        MediaAccount(
            code=f"account{n}",
            name=f"示例账号{n}",
            platform=Platform.WECHAT,
            level=levels[n % 2],
            unit=unit,
        )
        for n in range(12)
    ]
    return [row.code for row in MediaAccount.objects.bulk_create(rows)]


def _posts(count: int) -> Iterator[MediaPost]:
    accounts = list(MediaAccount.objects.all())
    for n in range(count):
        title = f"示例市创建文明城市工作第{n}篇文章"
        day = FIRST_DAY + timedelta(days=n * 7 % DAYS)
        yield MediaPost(
            account=accounts[n % len(accounts)],
            title=title,
            tokens=tokens_of(title),
            url=f"https://media.example/{n}",
            published_on=day,
            views=n * 7919 % 9973 + (120_000 if n % 997 == 0 else 0),
            views_as_of=day + timedelta(days=7 if n % 2 else 60),
        )


def _metrics() -> Iterator[MediaMetric]:
    """What is carried by the post, and for half of them what was noted before."""
    for post in MediaPost.objects.defer("tokens").order_by("pk").iterator():
        notes = {post.published_on + timedelta(days=7): (post.views or 0) // 2}
        notes[post.views_as_of or post.published_on] = post.views or 0
        for day, number in notes.items():
            yield MediaMetric(post=post, kind=MediaMetric.Kind.READS, number=number, as_of=day)


def _in_batches(model: Any, rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        model.objects.bulk_create(batch)


def _release(asked: list[tuple[str, Params]], body: int) -> Release:
    """One of the texts, its citations read from it as at any save."""
    own = [asked[(body * len(asked) // BODIES + n) % len(asked)] for n in range(CITES)]
    values = figures.values(own)
    spans = [_span(pair, values[pair]) for pair in own]
    markup = "".join(f"<p>示例句子，共有{span}，比上年有所增加。</p>" for span in spans)
    release = make.release(f"示例新闻{body}", body=markup)
    citations.sync(release)
    return release


def _span(pair: tuple[str, Params], value: Any) -> str:
    name, params = pair
    number = value.number if isinstance(value, Value) else None
    shown = say(number or 0, str(figures.get(name).unit))  # all digits: any new row shows
    return (
        f'<span class="cite" data-figure="{name}" data-period="{params.period.code}"'
        f' data-group="{params.group}">{shown}</span>'
    )


def _copies(drafts: list[Release], count: int) -> None:
    """The rest of the releases, half of them live, each with the citations of its text."""
    sources = {n: drafts[n % BODIES] for n in range(BODIES, count)}
    made = Release.objects.bulk_create(
        (_copy(draft, n) for n, draft in sources.items()), batch_size=200
    )
    # Within the database: a hundred thousand objects would take longer than what is measured.
    table = Citation._meta.db_table
    names = [field.column for field in Citation._meta.concrete_fields if not field.primary_key]
    own = ["%s" if name == "object_id" else name for name in names]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(names)})"
            f" SELECT {', '.join(own)} FROM {table} WHERE object_id = %s",
            [(new.pk, old.pk) for new, old in zip(made, sources.values(), strict=True)],
        )


def _copy(draft: Release, n: int) -> Release:
    release = copy.copy(draft)
    release._state = copy.copy(draft._state)
    release._state.adding = True
    release.pk, release.title, release.slug = None, f"示例新闻{n}", f"bench-{n}"
    if n % 2:
        release.status = Status.PUBLISHED
        release.publish_at = release.first_published_at = release.created_at
    return release
