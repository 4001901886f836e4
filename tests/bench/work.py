"""The work that is measured, each with the time and the queries it may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from civic import numerals, recheck
from civic.citations import Citation
from releases.media import MediaAccount, MediaPost
from releases.proofreading import Context, examine
from releases.proofreading.models import TermRule
from tests import make
from tests.bench.rows import Town

GROUPS = ("", "municipal", "account3")
PERIOD = "2020-01-01/2020-11-20"
TOUCHED = [f"{period}||{group}".rstrip("|") for period in ("", "/2020-06-30") for group in GROUPS]
PICKER = "/admin/figures/picker/"
SENTENCES = (
    "2020年以来在客户端刊发有关文章152篇，总阅读量536520，单条最高阅读量3.1万。",
    "第六届全国文明城市入选名单公布后，先后组织开展模拟测评9次，测评点位5384余个，采集图片百万余张。",
    "“街道吹哨、部门报到”的办法解决了群众反映强烈的问题，志愿服务时长累计36万多小时！",
    "下一步，我们将围绕11月20日会议提出的要求，进一步加大工作力度，让城市更加干净、有序、温暖。",
)


@dataclass(frozen=True)
class Result:
    name: str
    limit: float  # seconds
    taken: float
    computed: float  # seconds of the processor: less than taken when the machine has other work
    queries: int
    most: int  # queries

    @property
    def is_kept(self) -> bool:
        return self.taken <= self.limit and self.queries <= self.most

    def __str__(self) -> str:
        times = f"{self.limit:>8.2f}s{self.taken:>8.3f}s{self.computed:>8.3f}s"
        figures = f"{times}{self.queries:>9}{self.most:>6}"
        return f"{self.name:44}{figures}{'' if self.is_kept else '  TOO MUCH'}"


def measured(name: str, limit: float, most: int, work: Callable[[], Any], turns: int = 1) -> Result:
    """The middle one of so many turns, with the queries of the last."""
    counted = 0

    def count(execute: Any, *args: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(*args)

    taken, computed = [], []
    for _turn in range(turns):
        start, began, counted = time.perf_counter(), time.process_time(), 0
        with connection.execute_wrapper(count):
            work()
        taken.append(time.perf_counter() - start)
        computed.append(time.process_time() - began)
    return Result(name, limit, median(taken), median(computed), counted, most)


def all_of(town: Town) -> Iterator[Result]:
    yield from rederiving(town)
    yield from picking()
    yield from reading()


def rederiving(town: Town) -> Iterator[Result]:
    """One query a figure with its params; what is new is written by one UPDATE a few hundred rows.

    The first time all is new: each citation notes the number that was found.
    """
    asked = town.pairs + 12
    written = town.pairs + town.citations // 400
    yield measured("rederive, the first time", 60, asked + written, lambda: _differing(0))
    yield measured("rederive, nothing new", 60, asked, lambda: _differing(0))
    account = MediaAccount.objects.get(code="account3")
    MediaPost.objects.create(
        account=account,
        title="示例市又一篇文章",
        url="https://media.example/one",
        published_on=date(2019, 2, 3),
    )
    # Its account, its level and the whole, each for all time and up to a later day.
    touched = Citation.objects.filter(figure="media_posts", params__in=TOUCHED).count()
    most = asked + len(TOUCHED) + touched // 400 + 8  # their documents are read for the report
    yield measured("rederive, one post more", 60, most, lambda: _differing(touched))


def _differing(expected: int) -> None:
    found = len(recheck.rederive())
    if found != expected:
        raise AssertionError(f"{found} citations differ, not {expected}")


def picking() -> Iterator[Result]:
    """Through the door, signed in, as the editor's dialog asks."""
    client = Client()
    client.force_login(make.user("editor"))

    def ask(**query: str) -> None:
        answer = client.get(PICKER, query)
        if answer.status_code != 200:
            raise AssertionError(answer.content.decode())

    ask(q="")  # the first answer of a process loads templates and catalogues
    yield measured("picker: search", 0.2, 10, lambda: ask(q="阅读"), turns=5)
    for name in ("media_posts", "media_reads", "media_highest_read", "media_100k"):
        query = {"figure": name, "period": PERIOD}
        yield measured(f"picker: {name}", 0.2, 14, lambda query=query: ask(**query), turns=5)
    yield measured("picker: media_reads, all", 0.2, 14, lambda: ask(figure="media_reads"), turns=5)


def reading() -> Iterator[Result]:
    """A text of 6,000 characters in which no sentence stands twice."""
    parts = (f"之{n}：{SENTENCES[n % len(SENTENCES)]}" for n in range(400))
    text = "".join(parts)[:6000]
    rules = TermRule.objects.as_terms()
    about = Context(day=date(2020, 11, 20), with_figures=True)
    yield measured("numerals of 6,000 characters", 0.05, 0, lambda: numerals.find(text), turns=5)
    yield measured("proofreading of 6,000 characters", 1, 0, lambda: examine(text, rules), turns=3)
    yield measured(
        "the same, against the figures", 1, 40, lambda: examine(text, rules, about), turns=3
    )
