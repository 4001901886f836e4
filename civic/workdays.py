"""Working days: the official calendar of holidays and make-up days, editable as a table.

The calendar is made known each autumn by the State Council for the following year only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day that differs from the weekly rule: a holiday, or a weekend day that is worked."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=40)
    is_workday = models.BooleanField(
        _("is worked"), default=False, help_text=_("Tick for a weekend day worked to make up.")
    )

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays and make-up days")
        ordering = ["-day"]
        permissions = [
            ("export_holiday", _("Can export holidays")),
            ("import_holiday", _("Can import holidays")),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    @property
    def changes_nothing(self) -> bool:
        """Whether the day would be worked, or off, without this row as well."""
        return self.is_workday == (self.day.weekday() < 5)


def is_workday(day: date) -> bool:
    """By the table; a day that is not in it follows the week."""
    row = Holiday.objects.filter(day=day).values_list("is_workday", flat=True).first()
    return day.weekday() < 5 if row is None else row


def add(day: date, count: int) -> date:
    """The working day `count` (≥ 0) working days after `day`; the day itself does not count."""
    if count < 0:
        raise ValueError("count must not be negative")
    reach = day + timedelta(days=min(count * 3 + 30, (date.max - day).days))
    rows = dict(
        Holiday.objects.filter(day__gt=day, day__lte=reach).values_list("day", "is_workday")
    )
    left = count
    while left:
        day += timedelta(days=1)
        left -= rows.get(day, day.weekday() < 5)
    return day


def between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`; negative when turned round."""
    if last < first:
        return -between(last, first)
    rows = dict(
        Holiday.objects.filter(day__gt=first, day__lte=last).values_list("day", "is_workday")
    )
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(rows.get(day, day.weekday() < 5) for day in days)


# What every year has (全国年节及纪念日放假办法), by the words a table may use. Mid-autumn is left
# out: in some years it falls into the National Day and has no rows of its own.
FEASTS = {
    "元旦": ("元旦", "新年"),
    "春节": ("春节",),
    "清明节": ("清明",),
    "劳动节": ("劳动", "五一"),
    "端午节": ("端午",),
    "国庆节": ("国庆",),
}


def gaps(today: date) -> dict[int, list[str]]:
    """{year: holidays without a day off}: of this year, and from November on of the next.

    A year of which all are there is not in it. Until then deadlines would count wrongly.
    """
    years = [today.year] + ([today.year + 1] if today.month >= 11 else [])
    rows = Holiday.objects.filter(day__year__gte=years[0], day__year__lte=years[-1])
    named = list(rows.filter(is_workday=False).values_list("day__year", "name"))
    found = {}
    for year in years:
        names = " ".join(name for at, name in named if at == year)
        missing = [
            feast for feast, words in FEASTS.items() if not any(word in names for word in words)
        ]
        if missing:
            found[year] = missing
    return found


def official_days() -> Iterator[tuple[date, str, bool]]:
    """(day, name, is worked) of every year that the package chinesecalendar knows."""
    calendar = chinese_calendar.constants
    names = {kind.value: kind.chinese for kind in chinese_calendar.Holiday}
    for day, name in calendar.holidays.items():
        yield day, names.get(name, name), False
    for day, name in calendar.workdays.items():
        yield day, f"{names.get(name, name)}调休上班", True


def seed() -> int:
    """Fill the years of which the table knows nothing; what was edited stays. Rows made."""
    known = {day.year for day in Holiday.objects.values_list("day", flat=True)}
    rows = [
        Holiday(day=day, name=name, is_workday=worked)
        for day, name, worked in official_days()
        if day.year not in known
    ]
    return len(Holiday.objects.bulk_create(rows, ignore_conflicts=True))
