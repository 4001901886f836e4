"""The home page's counts: figures of the registry, as of when, and how they came by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import figures, overtime
from civic.figures import ANY, FigureFailed, Params, Period, Value

CACHE_KEY = "portal.counts"
CACHE_SECONDS = 60
MONTHS = 12
# The plot, in pixels: a bar a month.
BAR, GAP, HEIGHT = 10, 4, 40


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Counted:
    """One number with its unit of counting, the list of its rows, and its last twelve months."""

    name: str
    number: int
    unit: str
    url: str
    months: list[int]

    @property
    def bars(self) -> list[Bar]:
        """The tallest month fills the plot; a month with something is never invisible."""
        most = max(self.months, default=0) or 1
        heights = [max(3, round(HEIGHT * n / most)) if n else 1 for n in self.months]
        return [
            Bar(x=at * (BAR + GAP), y=HEIGHT - height, height=height)
            for at, height in enumerate(heights)
        ]


@dataclass(frozen=True)
class Counts:
    at: datetime
    rows: list[Counted]


def current() -> Counts:
    """At most a minute old; each number says of when it is."""
    found: Counts | None = cache.get(CACHE_KEY)
    if found is None:
        found = _count(timezone.now())
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def _count(now: datetime) -> Counts:
    """Each from the registry: the number in one query, its months in another."""
    today = timezone.localdate(now)
    year = Period(date(today.year, 1, 1), date(today.year, 12, 31))
    asked = {
        ("releases_published", Params(year)): _("Published in %(year)s") % {"year": today.year},
        ("conferences_held", ANY): _("Press conferences held"),
        ("questions_answered", ANY): _("Journalists' questions answered"),
    }
    found = figures.values(asked)
    rows = [_counted(asked[pair], *pair, found[pair], today) for pair in asked]
    return Counts(at=now, rows=[row for row in rows if row is not None])


def _counted(
    label: str, name: str, params: Params, found: Value | FigureFailed, today: date
) -> Counted | None:
    """None when it cannot be computed now: the home page stands without it."""
    if isinstance(found, FigureFailed):
        return None
    figure = figures.get(name)
    try:
        months = overtime.series(figure, Params(_last_months(today)), MONTHS)
    except FigureFailed:
        return None
    return Counted(
        name=label,
        number=int(found.number or 0),
        unit=str(figure.unit),
        url=figure.listed_at(params) if figure.listed_at else figure.get_absolute_url(params),
        months=[int(point.number or 0) for point in months],
    )


def _last_months(today: date) -> Period:
    """The last twelve months, this one included."""
    number = today.year * 12 + today.month - MONTHS
    end = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return Period(date(number // 12, number % 12 + 1, 1), end - timedelta(days=1))
