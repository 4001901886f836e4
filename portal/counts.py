"""The home page's counts: how many, as of when, and how they came month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from releases.models import Question, Release

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
    months = _last_months(timezone.localdate(now))
    year = months[-1].year
    zone = timezone.get_current_timezone()
    since = datetime(months[0].year, months[0].month, 1, tzinfo=zone)
    live = Release.objects.live().originals()
    released = _by_month(live.filter(publish_at__gte=since), "publish_at")
    conferences = _by_month(live.conferences(), "publish_at")
    questions = _by_month(Question.objects.public().answered(), "release__publish_at")
    return Counts(
        at=now,
        rows=[
            Counted(
                name=_("Published in %(year)s") % {"year": year},
                number=sum(n for month, n in released.items() if month.year == year),
                unit=pgettext("counted", "texts"),
                url=f"{reverse('releases:list')}?year={year}",
                months=[released.get(month, 0) for month in months],
            ),
            Counted(
                name=_("Press conferences held"),
                number=sum(conferences.values()),
                unit=pgettext("counted", "conferences"),
                url=reverse("releases:conferences"),
                months=[conferences.get(month, 0) for month in months],
            ),
            Counted(
                name=_("Journalists' questions answered"),
                number=sum(questions.values()),
                unit=pgettext("counted", "questions"),
                url=reverse("releases:outlets"),
                months=[questions.get(month, 0) for month in months],
            ),
        ],
    )


def _by_month(rows: Any, field: str) -> dict[date, int]:
    """{first day of the month in local time: how many}"""
    grouped = rows.order_by().annotate(month=TruncMonth(field)).values_list("month")
    return {month.date(): n for month, n in grouped.annotate(n=Count("pk"))}


def _last_months(today: date) -> list[date]:
    """The first days of the last twelve months, oldest first."""
    last = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]
