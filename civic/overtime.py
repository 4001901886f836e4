"""Over time: a figure month by month, and with it its value, from one look at the rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import TruncMonth
from django.utils import timezone

from civic import figures, measures, plots
from civic.figures import ANY, Figure, Kind, Params, Value
from civic.plots import Found, Point

POINTS = 12
_FOLD = {Kind.RATE: "mean", Kind.MAXIMUM: "maximum"}


def series(figure: Figure, params: Params = ANY, points: int = POINTS) -> list[Point]:
    """The figure over time, in one query; [] of one that knows no time. Raises FigureFailed."""
    figure.check(params)
    if not figure.when:
        return []
    with figures.asking(figure.name):
        return _points(figure, params, _by_month(figure, params), points)


def told(figure: Figure, params: Params = ANY) -> tuple[Value, list[Point]]:
    """The value and its points, in one query where the months make the whole (means do not).

    Raises FigureFailed, and ValidationError for params it does not take.
    """
    if not figure.when or figure.kind is Kind.RATE:
        return figures.value(figure, params), series(figure, params)
    figure.check(params)
    with figures.asking(figure.name):
        months = _by_month(figure, params)
        return _whole(figure, months), _points(figure, params, months, POINTS)


Months = list[tuple[date | None, Decimal | None, int]]  # first day, number, how many rows


def _by_month(figure: Figure, params: Params) -> Months:
    """One query; a month may come in several parts, which whoever folds them adds up."""
    rows = figure.rows(params).order_by()
    rows = rows.annotate(told_at=_span(rows, figure.when)).values("told_at")
    found = rows.annotate(number=figure.measure, n=models.Count("*"))
    return [
        (_month(row["told_at"]), figures.decimal(figure, row["number"]), row["n"]) for row in found
    ]


def _span(rows: models.QuerySet[Any], when: str) -> Any:
    """Rows of a day are grouped as they stand: SQLite cuts months a row at a time, in Python.

    Moments are cut, for there are as many of them as rows.
    """
    field = models.F(when).resolve_expression(rows.all().query).output_field
    return TruncMonth(when) if isinstance(field, models.DateTimeField) else models.F(when)


def _month(found: datetime | date | None) -> date | None:
    local = timezone.localtime(found).date() if isinstance(found, datetime) else found
    return local.replace(day=1) if local else None


def _whole(figure: Figure, months: Months) -> Value:
    numbers = [number for _month, number, _n in months if number is not None]
    number: Decimal | None = sum(numbers, Decimal(0))
    if figure.kind is Kind.MAXIMUM:
        number = max(numbers, default=None)
    return Value(
        number=number,
        n=sum(n for _month, _number, n in months),
        as_of=figure.as_of or timezone.now(),
        unit=measures.in_texts(figure.unit),
    )


def _points(figure: Figure, params: Params, months: Months, most: int) -> list[Point]:
    found = [Found(month, number, n) for month, number, n in months if month is not None]
    how = _FOLD.get(figure.kind, "sum")
    return plots.points(found, params.period, timezone.localdate(), most, how)
