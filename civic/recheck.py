"""Recheck: every figure that documents cite computed once, and all that cite it judged anew."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import groupby, islice

from django.db import models, transaction
from django.utils import timezone

from civic import citations, figures
from civic.answers import Answer, judged, lost, parsed
from civic.citationrows import CitationQuerySet
from civic.citations import Citation, Difference
from civic.citing import named

log = logging.getLogger(__name__)

AT_ONCE = 50  # pairs of figure and parameters asked together
BATCH = 500  # rows written by one UPDATE: within what every database takes as parameters
SIGN_OF_LIFE = 1.0  # seconds between two words about progress

Progress = Callable[[int, int], None]
Pair = tuple[str, str]


def rederive(*, figure: str = "", progress: Progress | None = None) -> list[Difference]:
    """Compute every figure that documents cite, once, or this one; what no longer holds.

    One bad row, figure or document fails alone and is logged. Texts that wait for their hour and
    do not hold leave their schedule at once.
    """
    rows = Citation.objects.citing(figure) if figure else Citation.objects.all()
    rows = rows.rechecked().order_by()
    told = rows.values_list("figure", "params").order_by("figure", "params")
    counted = list(told.annotate(n=models.Count("pk"), newest=models.Max("pk")))
    if counted:
        rows = rows.filter(pk__lte=max(newest for *_pair, newest in counted))
        pairs = {(name, params): n for name, params, n, _newest in counted}
        _judge_all(rows, pairs, _throttled(progress))
    elif progress:
        progress(0, 0)
    return _differences(citations.failing(), figure)


def _throttled(progress: Progress | None) -> Progress:
    """Says the first, the last, and one a second between them."""
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if progress and (done in (0, total) or now - told >= SIGN_OF_LIFE):
            told = now
            progress(done, total)

    return tell


def _judge_all(rows: CitationQuerySet, pairs: dict[Pair, int], tell: Progress) -> None:
    done, total = 0, sum(pairs.values())
    tell(0, total)
    values = _Values(list(pairs))
    read = rows.order_by("figure", "params", "pk").defer("sentence", "field", "checked_at")
    news: dict[tuple[str, bool, str, Decimal | None], list[int]] = defaultdict(list)
    for pair, same in groupby(read.iterator(), key=lambda row: (row.figure, row.params)):
        value = values.of(pair)
        for row in same:
            answer = judged(row, value)
            if answer != (row.state, row.found):
                news[row.state, row.kept_at is None, *answer].append(row.pk)
            done += 1
            if done % AT_ONCE == 0:
                tell(min(done, total - 1), total)
    _write(news)
    tell(total, total)
    held = models.Q(state=Citation.State.OK, kept_at=None)
    rows.update(
        checked_at=timezone.now(),
        held_on=models.Case(
            models.When(held, then=models.Value(timezone.localdate())), default="held_on"
        ),
    )


class _Values:
    """What each pair says, fifty asked at a time, in the order in which they come."""

    def __init__(self, pairs: list[Pair]) -> None:
        params = {pair: parsed(Citation(figure=pair[0], params=pair[1])) for pair in pairs}
        self.asked = {pair: (pair[0], one) for pair, one in params.items() if one is not None}
        self.lost = lost(self.asked.values())
        self.pairs = iter(pairs)
        self.found: dict[Pair, Answer] = {}

    def of(self, pair: Pair) -> Answer:
        """None where nothing can be asked."""
        while pair not in self.found:
            some = list(islice(self.pairs, AT_ONCE))
            if not some:
                return None
            self.found = dict.fromkeys(some)
            asked = {one: self.asked[one] for one in some if one in self.asked}
            left = [one for one in asked.values() if one not in self.lost]
            values = {**self.lost, **(figures.values(left) if left else {})}
            self.found |= {one: values[pair] for one, pair in asked.items()}
        return self.found[pair]


def _write(news: dict[tuple[str, bool, str, Decimal | None], list[int]]) -> None:
    """Rows that agree are written together; what a person decided meanwhile stands."""
    for (old, is_free, state, found), keys in news.items():
        for some in _batches(keys):
            same = Citation.objects.filter(pk__in=some, state=old, kept_at__isnull=is_free)
            try:
                with transaction.atomic():
                    same.update(state=state, found=found)
            except Exception:
                log.exception("citations cannot be written", extra={"keys": some})
                same.update(state=Citation.State.FAILED)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(keys), BATCH):
        yield keys[first : first + BATCH]


def _differences(rows: CitationQuerySet, figure: str) -> list[Difference]:
    """What fails, with its documents; those that wait for their hour leave their schedule."""
    narrowed = rows.citing(figure) if figure else rows
    found = [
        Difference(row.content_object, row)
        for row in named(narrowed.prefetch_related("content_object"))
        if row.content_object is not None
    ]
    for document, differences in _by_document(found):
        try:
            citations.stop(document, differences)
        except Exception:
            log.exception("a text stays on its schedule", extra={"text": document.pk})
    return found


def _by_document(found: Iterable[Difference]) -> Iterator[tuple[models.Model, list[Difference]]]:
    same: dict[tuple[int, int], list[Difference]] = defaultdict(list)
    for one in found:
        same[one.citation.content_type_id, one.citation.object_id].append(one)
    for differences in same.values():
        yield differences[0].document, differences
