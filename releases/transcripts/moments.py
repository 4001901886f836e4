"""Days and hours as Chinese pages write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

_HALVES = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚"
_CLOCK = (
    rf"(?P<half>{_HALVES})?\s{{0,3}}(?P<hour>\d{{1,2}})\s?(?:[:：]|时|点)\s?"
    r"(?P<minute>\d{1,2})?(?P<half_hour>半)?\s?分?(?:[:：](?P<second>\d{2}))?"
)
_DAY = (
    r"(?P<year>(?:19|20)\d{2})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?"
    r"(?P<day>\d{1,2})(?!\d)\s?日?"
)
_WEEKDAY = r"(?:\s?[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
_MOMENT = re.compile(rf"{_DAY}{_WEEKDAY}(?:[\sT]{{0,6}}{_CLOCK})?")
_SHORT = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    rf"{_WEEKDAY}[(（]?\s?(?:{_CLOCK})"
)
_WRITTEN = re.compile(
    r"(?P<year>[二][〇○零Oo0一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"
    r"(?P<day>[一二三四五六七八九十]{1,3})日"
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "○": 0,
    "零": 0,
    "O": 0,
    "o": 0,
    "0": 0,
}


@dataclass(frozen=True)
class Moment:
    """A time found in a text from `start` to `end`; `has_hour` is False when it is a day only.

    `at` is None when the words look like a time that does not exist.
    """

    at: datetime | None
    has_hour: bool
    start: int
    end: int


def find(text: str) -> Moment | None:
    """The first full date (with year) of a text."""
    half_width = _half_width(text)
    match = _MOMENT.search(half_width)
    if match:
        return _moment(match, int(match["year"]))
    match = _WRITTEN.search(text)
    if match is None:
        return None
    year = int("".join(str(_DIGITS[c]) for c in match["year"]))
    at = _aware(year, _number(match["month"]), _number(match["day"]))
    return Moment(at, False, match.start(), match.end())


def find_with_hour(text: str, year: int | None) -> Moment | None:
    """The first day with an hour; without a year it is taken to be of `year`."""
    for match in _SHORT.finditer(_half_width(text)):
        if match["year"] or year:
            return _moment(match, int(match["year"] or year or 0))
    return None


def of_attribute(value: str) -> datetime | None:
    """The time in a machine-readable attribute: ISO 8601, or as people write it."""
    value = value.strip()[:60]
    try:
        parsed = parse_datetime(value)
    except ValueError:
        parsed = None
    if parsed is not None:
        if timezone.is_naive(parsed):
            return timezone.make_aware(parsed)
        try:
            return timezone.localtime(parsed)
        except OverflowError:
            return None
    found = find(value)
    return found.at if found else None


def _half_width(text: str) -> str:
    """Full-width digits and signs as ASCII, one for one: positions stay true."""
    return text.translate(_FULL_WIDTH)


def _moment(match: re.Match[str], year: int) -> Moment:
    month, day = int(match["month"]), int(match["day"])
    if match["hour"] is None:
        return Moment(_aware(year, month, day), False, match.start(), match.end())
    hour = int(match["hour"])
    minute = 30 if match["half_hour"] else int(match["minute"] or 0)
    if match["half"] in ("下午", "傍晚", "晚上", "晚间", "晚") and hour < 12:
        hour += 12
    at = _aware(year, month, day, hour, minute, int(match["second"] or 0))
    return Moment(at, True, match.start(), match.end())


def _aware(*parts: int) -> datetime | None:
    try:
        return timezone.make_aware(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def _number(written: str) -> int:
    """二十三 → 23."""
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS[written] if len(written) == 1 else 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
