"""Dates that do not exist: 2月30日, 13月, the wrong day of the week, an end before its start."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from releases.proofreading.hits import Grade, Hit, Kind

_N = "〇零一二三四五六七八九十"
_FIGURES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_DAY = re.compile(
    rf"(?:(?<!\d)(?P<year>(?:1[89]|2[01])\d\d|[{_N[:11]}]{{4}})\s?年\s?)?"
    rf"(?<![\d.{_N}])(?P<month>\d{{1,2}}|[{_N}]{{1,3}})\s?月\s?"
    rf"(?P<day>\d{{1,2}}|[{_N}]{{1,3}})\s?[日号]"
    r"(?:\s?[（(，,]?\s?(?:星期|周)(?P<week>[一二三四五六日天末])[）)]?)?"
)
_MONTH = re.compile(
    rf"(?:(?:\d{{4}}|[{_N}]{{4}})\s?年\s?)(?P<month>\d{{1,2}}|[{_N}]{{1,3}})\s?月(?!\s?[\d{_N}]{{1,3}}\s?[日号])"
    rf"|(?<![\d{_N}年])(?P<alone>\d{{1,2}}|[{_N}]{{2,3}})月份"
)
_ISO = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d./-])")
_LONG_YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d{3}年(?!\s?[历前])|(?<!\d)(?:1[89]|20)\d年(?=\s?\d{1,2}\s?月)"
)
_TIME = re.compile(
    r"(?<![\d:：.])(?P<hour>\d{1,2})(?:[:：](?P<minute>\d\d)(?![\d:：])|[时點点](?P<minutes>\d{1,2})分)"
)
_QUARTER = re.compile(r"第[五六七八九5-9]季度")
_WEEKDAYS = "一二三四五六日"
_BETWEEN = re.compile(r"\s*(?:起)?\s*(?:至|到|—|–|-|－|~|～)\s*")


def find(text: str, year: int | None = None) -> list[Hit]:
    """`year`: of dates that name none, for the day of the week."""
    days = list(_DAY.finditer(text))
    hits = [hit for match in days if (hit := _day(match, year)) is not None]
    hits += _turned_round(text, days)
    hits += [hit for match in _MONTH.finditer(text) if (hit := _month(match)) is not None]
    hits += [hit for match in _ISO.finditer(text) if (hit := _iso(match)) is not None]
    hits += [hit for match in _TIME.finditer(text) if (hit := _time(text, match)) is not None]
    hits += [_hit(m, _("Check the year.")) for m in _LONG_YEAR.finditer(text)]
    hits += [_hit(m, _("A year has four quarters.")) for m in _QUARTER.finditer(text)]
    return hits


def number_of(text: str) -> int | None:
    """«11», «十一», «二十», «二〇二〇» as a number; None for what is none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 4:
        return int("".join(str(_FIGURES[char]) for char in text)) if "十" not in text else None
    if "十" not in text:
        return _FIGURES.get(text) if len(text) == 1 else None
    tens, _ten, ones = text.partition("十")
    if "十" in ones or (tens and tens not in _FIGURES) or (ones and ones not in _FIGURES):
        return None
    return (_FIGURES[tens] if tens else 1) * 10 + (_FIGURES[ones] if ones else 0)


def _day(match: re.Match[str], year: int | None) -> Hit | None:
    month, day = number_of(match["month"]), number_of(match["day"])
    own = number_of(match["year"]) if match["year"] else None
    if month is None or day is None:
        return None
    if not 1 <= month <= 12:
        return _hit(match, _("There is no month %(n)d.") % {"n": month})
    if not 1 <= day <= monthrange(own or 2000, month)[1]:
        said = {"month": month, "day": day}
        return _hit(match, _("There is no %(month)d-%(day)d in that year.") % said)
    shown = own or year
    if shown is None or not match["week"] or match["week"] == "末":
        return None
    if not date.min.year <= shown <= date.max.year:
        return None
    try:
        right = _WEEKDAYS[date(shown, month, day).weekday()]
    except ValueError:  # 29 February of the year the text is from
        return _hit(
            match, _("There is no %(month)d-%(day)d in that year.") % {"month": month, "day": day}
        )
    if match["week"].replace("天", "日") == right:
        return None
    at = match.start("week")
    return _hit(match, _("That day is a different day of the week."), right, ((at, at + 1, right),))


def _turned_round(text: str, days: list[re.Match[str]]) -> Iterator[Hit]:
    for first, second in pairwise(days):
        if not _BETWEEN.fullmatch(text, first.end(), second.start()) or second["year"]:
            continue
        ends = [
            (number_of(one["month"]) or 0, number_of(one["day"]) or 0) for one in (first, second)
        ]
        # A season may run over the turn of the year.
        if ends[1] < ends[0] and not (ends[0][0] >= 9 and ends[1][0] <= 4):
            yield Hit(
                rule="date",
                kind=Kind.DATE,
                grade=Grade.HINT,
                text=text[first.start() : second.end()],
                start=first.start(),
                end=second.end(),
                note=_("The end lies before the beginning."),
            )


def _month(match: re.Match[str]) -> Hit | None:
    month = number_of(match["month"] or match["alone"])
    if month is None or 1 <= month <= 12:
        return None
    return _hit(match, _("There is no month %(n)d.") % {"n": month})


def _iso(match: re.Match[str]) -> Hit | None:
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        return None
    if match[2] == "." and month > 12:
        return None  # a version or a sum
    return _hit(match, _("This date does not exist."))


def _time(text: str, match: re.Match[str]) -> Hit | None:
    """Clock times; a proportion such as 3:97 is none, so a lone pair must look like a time."""
    hour, minute = int(match["hour"]), int(match["minute"] or match["minutes"])
    if (hour < 24 and minute < 60) or (hour, minute) == (24, 0):
        return None
    before = text[max(match.start() - 6, 0) : match.start()]
    if match["minutes"] is None and not re.search(r"[午晚早日号上时间]\s?$|[至到—–-]\s?$", before):
        return None
    return _hit(match, _("There is no such time."))


def _hit(
    match: re.Match[str],
    note: str,
    suggestion: str = "",
    edits: tuple[tuple[int, int, str], ...] = (),
) -> Hit:
    return Hit(
        rule="weekday" if edits else "date",
        kind=Kind.DATE,
        grade=Grade.HINT,
        text=match[0].strip(),
        start=match.start(),
        end=match.start() + len(match[0].rstrip()),
        suggestion=suggestion,
        note=note,
        edits=edits,
    )
