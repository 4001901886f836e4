"""Periods and params: of which days, which region and which group a number speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

# What a database and a calendar of the office can both hold.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
PERIOD, REGION, GROUP = "period", "region", "group"
_WORD = re.compile(r"[\w.-]{0,60}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, order=True)
class Period:
    """From `first` to `last`, both included; None is an open end. Never turned round.

    Raises ValidationError when it is, or when a day lies outside 1900 to 2199.
    """

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        for day in (self.first, self.last):
            if day is not None and not EARLIEST <= day <= LATEST:
                raise ValidationError(_("Choose days between the years 1900 and 2199."))
        if self.first and self.last and self.first > self.last:
            raise ValidationError(
                _("The period is turned round: it begins on %(first)s and ends on %(last)s.")
                % {"first": self.first, "last": self.last}
            )

    @classmethod
    def parse(cls, code: str) -> Self:
        """From "2020-01-01/2020-11-20"; "" is all time, an end may be left out.

        Raises ValidationError for anything else.
        """
        if not code.strip():
            return cls()
        first, slash, last = code.strip().partition("/")
        if not slash:
            raise ValidationError(_("A period is written like 2020-01-01/2020-11-20."))
        return cls(day(first), day(last))

    @property
    def code(self) -> str:
        if self.is_all:
            return ""
        return f"{self.first or ''}/{self.last or ''}"

    @property
    def is_all(self) -> bool:
        return self.first is None and self.last is None

    @property
    def label(self) -> str:
        """«2020», «2020-01-01 to 2020-11-20», «up to …», in the words of the reader."""
        first, last = self.first, self.last
        if first is None and last is None:
            return _("All time")
        if first is None:
            return _("Up to %(day)s") % {"day": last}
        if last is None:
            return _("Since %(day)s") % {"day": first}
        if first == last:
            return str(first)
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            if first.year == last.year:
                return _("The year %(year)s") % {"year": first.year}
            return _("The years %(first)s to %(last)s") % {"first": first.year, "last": last.year}
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    def holds(self, one: date) -> bool:
        return (self.first is None or self.first <= one) and (self.last is None or one <= self.last)

    def over(self, today: date) -> Self:
        """What of it is over: it ends yesterday at the latest.

        Raises ValidationError when it began only today.
        """
        yesterday = today - timedelta(days=1)
        if self.first and self.first > yesterday:
            raise ValidationError(_("Nothing of this period is over yet. Choose earlier days."))
        return type(self)(self.first, min(self.last or yesterday, yesterday))

    def within_moments(self, field: str) -> Q:
        """Rows whose moment `field` lies in the period, from midnight to midnight here."""
        found = Q()
        if self.first:
            found &= Q(**{f"{field}__gte": midnight(self.first)})
        if self.last:
            found &= Q(**{f"{field}__lt": midnight(self.last + timedelta(days=1))})
        return found


EVER = Period()


@dataclass(frozen=True)
class Params:
    """Of what the figure is asked: period, region code, group code; "" is all."""

    period: Period = EVER
    region: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        for word in (self.region, self.group):
            if not _WORD.fullmatch(word):
                raise ValidationError(_("«%(text)s» is no code.") % {"text": word[:60]})

    @classmethod
    def of(cls, period: str = "", region: str = "", group: str = "") -> Self:
        """From texts, as markup and addresses write them. Raises ValidationError."""
        return cls(Period.parse(period), region.strip(), group.strip())

    @classmethod
    def parse(cls, code: str) -> Self:
        """The reverse of `code`. Raises ValidationError."""
        parts = code.split("|") if code else []
        if len(parts) > 3:
            raise ValidationError(_("«%(text)s» is no code.") % {"text": code[:60]})
        return cls.of(*parts)

    @property
    def code(self) -> str:
        """ "2020-01-01/2020-11-20||rmh" (period, region, group), "" when nothing is narrowed."""
        return f"{self.period.code}|{self.region}|{self.group}".rstrip("|")

    @property
    def query(self) -> str:
        """As an address carries them, "" when nothing is narrowed."""
        given = {PERIOD: self.period.code, REGION: self.region, GROUP: self.group}
        return urlencode({name: text for name, text in given.items() if text}, safe="/")


ANY = Params()


def day(text: str) -> date | None:
    """A day as forms and addresses write it; "" is none. Raises ValidationError."""
    text = text.strip()
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValidationError(_("«%(text)s» is not a day. Write it like 2020-11-20.") % {"text": text})


def midnight(one: date) -> datetime:
    """The first moment of the day, here."""
    return datetime.combine(one, time(), tzinfo=timezone.get_current_timezone())
