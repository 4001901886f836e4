"""Plots: a figure over time as points, and the points as bars of a small drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from civic.periods import EARLIEST, LATEST, Period

STEPS = (1, 3, 12, 24, 60, 120, 300, 600)  # months of one point, the smallest that fits
MONTHS = 12  # of a period without a beginning when there is nothing to begin with
# The drawing, in pixels.
BAR, GAP, HEIGHT = 28, 24, 120


@dataclass(frozen=True)
class Point:
    """One span of whole months (or what of it lies in the period) and its number."""

    period: Period
    number: Decimal | None

    @property
    def label(self) -> str:
        """«2020», «2020-03», «2020-01 to 2020-03»."""
        first, last = self.period.first, self.period.last
        if first is None or last is None:
            return self.period.label
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
        if first.year == last.year and (first.month, last.month) == (1, 12):
            return f"{first:%Y}"
        return _("%(first)s to %(last)s") % {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}

    @property
    def written(self) -> str:
        """«1,011», "" for none."""
        return "" if self.number is None else written(self.number)


def written(number: Decimal) -> str:
    """All digits in groups of three; at most two places."""
    whole = number == number.to_integral()
    return f"{number:,.0f}" if whole else f"{number.quantize(Decimal('0.01')):,f}"


@dataclass(frozen=True)
class Found:
    """What one month holds: the number and how many rows made it."""

    month: date  # its first day
    number: Decimal | None
    n: int


def points(found: Iterable[Found], period: Period, today: date, most: int, how: str) -> list[Point]:
    """At most `most` points over the period; an open end is that of the rows, or today.

    `how` folds the months of one point: "sum", "maximum" or "mean" (weighted by rows).
    """
    rows = sorted((row for row in found), key=lambda row: row.month)
    last = period.last or max(today, rows[-1].month if rows else today)
    first = period.first or min(rows[0].month if rows else _months_back(last), last)
    step = _step(first, last, most)
    buckets: dict[int, list[Found]] = {
        at: [] for at in range(_at(first, step), _at(last, step) + 1)
    }
    for row in rows:
        buckets.get(_at(row.month, step), []).append(row)
    return [
        Point(_clipped(at, step, first, last), _folded(rows, how)) for at, rows in buckets.items()
    ]


def _months_back(last: date) -> date:
    number = last.year * 12 + last.month - MONTHS
    return date(number // 12, number % 12 + 1, 1)


def _step(first: date, last: date, most: int) -> int:
    for step in STEPS:
        if _at(last, step) - _at(first, step) < most:
            return step
    return STEPS[-1]


def _at(day: date, step: int) -> int:
    return (day.year * 12 + day.month - 1) // step


def _clipped(at: int, step: int, first: date, last: date) -> Period:
    begin, end = _first_of(at * step), _first_of((at + 1) * step) - timedelta(days=1)
    return Period(max(begin, first, EARLIEST), min(end, last, LATEST))


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _folded(rows: list[Found], how: str) -> Decimal | None:
    numbers = [row.number for row in rows if row.number is not None]
    if how == "sum":
        return sum(numbers, Decimal(0))
    if not numbers:
        return None
    if how == "maximum":
        return max(numbers)
    weighed = [(row.number, row.n) for row in rows if row.number is not None]
    total = sum(n for _number, n in weighed) or 1
    return sum((number * n for number, n in weighed), Decimal(0)) / total


# The drawing -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One bar, in whole pixels."""

    x: int
    y: int
    width: int
    height: int
    point: Point


@dataclass(frozen=True)
class Plot:
    """A drawing for `_plot.html`; `_points.html` is the same in numbers."""

    bars: list[Bar]
    width: int
    height: int

    @property
    def has_anything(self) -> bool:
        return any(bar.point.number for bar in self.bars)


def drawn(found: list[Point]) -> Plot:
    """The tallest fills the plot; a point with something is never invisible."""
    highest = max((point.number or Decimal(0) for point in found), default=Decimal(0))
    bars = []
    for at, point in enumerate(found):
        height = _height(point.number, highest)
        x = at * (BAR + GAP)
        bars.append(Bar(x, HEIGHT - height, BAR, height, point))
    return Plot(bars, max(len(found) * (BAR + GAP) - GAP, 1), HEIGHT)


def _height(number: Decimal | None, highest: Decimal) -> int:
    if not number or number < 0 or highest <= 0:
        return 1
    return max(3, round(HEIGHT * number / highest))
