"""How the office says a number, and whether what it said still holds.

A number is said with a qualifier before it (近万条) or behind its digits (5384余个, 36万多小时),
in full or in a scale (3.1万). What was said holds of an actual value when

- without a qualifier the value, rounded half up to the last written digit, is the number:
  3.1万 holds from 30,500 to 31,499; 536520 of nothing else; 三百人 of 300 alone. Where a written
  digit stands for many, no more than 5 % is rounded away: 10万人 holds from 95,000 to 105,000.
  A share is never rounded up to the whole nor down to nothing: 100% is not 99.96 %;
- 余 and 多 hide digits: the value is at least the number and below the next one of the same
  precision: 390多 to 399, 2000余 to 2999, 36万多 to 369,999, 30多万 to 399,999, 百万余 to
  1,999,999. A number written to its last digit, like 5384余, leaves room for ten;
- 超, 逾, 上 and + (10万+) set the least; there is no most;
- 近 is the number or up to 10 % less, 不到 less only; 约 up to 5 % less or more.

A unit is a measure word (个, 人次, 小时, %) and never contains a scale: not 万元 but 元.
A percentage is said as itself: 85.3 with the unit %. A number of 10^16 and more, or finer than six
places, is none of an office's: it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from civic.amounts import (
    AMOUNT,
    FINEST,
    FRACTION,
    HIDING,
    TAIL,
    amount,
    fraction,
    half_width,
    worth,
)
from civic.measures import SHARES


class Qualifier(models.TextChoices):
    EXACT = "", _("as it is")
    ODD = "余", _("and a few more (余)")
    MORE = "多", _("and some more (多)")
    NEARLY = "近", _("nearly (近)")
    PLUS = "+", _("or more (+)")
    ABOUT = "约", _("about (约)")
    OVER = "超", _("more than (超)")
    BEYOND = "逾", _("beyond (逾)")
    AS_MANY_AS = "上", _("as many as (上)")


@dataclass(frozen=True)
class Said:
    """A number as it was printed. `step` is what one of its last written digit is worth."""

    number: Decimal
    unit: str
    qualifier: str
    step: Decimal
    text: str


LONGEST = 40  # characters of a wording
LONG_TIMES = ("年", "天", "周", "小时")  # 3年多, not 3多年
NEAR = {"近": Decimal("0.1"), "约": Decimal("0.05")}
ROUGHEST = Decimal("0.05")  # of a number, what rounding may take from it or give to it
GREATEST = Decimal(10) ** 40  # of a value, so that a broken one breaks nothing here
BELOW = ("不到", "不足")
BARE = ("余", "近", "超", "逾", "上")  # 近万条, but 约1万条
_TOWARDS = {"": ROUND_HALF_UP, "约": ROUND_HALF_UP, "近": ROUND_CEILING}  # the rest: down
_UNIT = (
    r"(?P<unit>(?!以[上下内]|左右|上下)[^\s0-9零〇一二两三四五六七八九万亿,，。、;；:：+]{1,8}?)?"
)
_AMOUNT = re.compile(AMOUNT + _UNIT + TAIL)
_FRACTION = re.compile(FRACTION)


def read(text: str) -> Said | None:
    """The number that the whole text is, or None."""
    plain = half_width(text.strip())
    if len(plain) > LONGEST:
        return None
    if match := _FRACTION.fullmatch(plain):
        part = fraction(match)
        return part and Said(part[0].number, part[1], part[0].qualifier, part[0].step, text)
    match = _AMOUNT.fullmatch(plain)
    found = match and amount(match)
    if not match or not found or (match["after"] and match["tail"]):
        return None
    unit = (match["unit"] or "") + (match["more"] or "")
    return Said(found.number, unit, found.qualifier, found.step, text)


def holds(said: Said, actual: Decimal | int) -> bool:
    """Whether the sentence is still true of the actual value, by the rules above."""
    actual = Decimal(actual)
    if not actual.is_finite() or abs(actual) >= GREATEST:
        return False
    near = NEAR.get(said.qualifier)
    if said.qualifier in HIDING:
        room = max(said.step, Decimal(10)) if said.number >= 10 else said.step
        return said.number <= actual < said.number + room
    if near is not None:
        most = said.number if said.qualifier == "近" else said.number * (1 + near)
        if actual == most and said.text.lstrip().startswith(BELOW):
            return False
        return said.number * (1 - near) <= actual <= most
    if said.qualifier:
        return actual >= said.number
    return _is_rounded(said, actual)


def _is_rounded(said: Said, actual: Decimal) -> bool:
    """Whether the number is what the value comes to, written so."""
    if said.step <= 0:
        return actual == said.number
    if _is_swallowed(said.number, actual, said.unit):
        return False
    if said.step > 1 and abs(actual - said.number) > abs(said.number) * ROUGHEST:
        return False
    return _to(actual, said.step) == _to(said.number, said.step)


def _is_swallowed(number: Decimal, actual: Decimal, unit: str) -> bool:
    """Whether a share would be rounded up to the whole or down to nothing."""
    whole = SHARES.get(unit)
    if whole is None or number == actual:
        return False
    return number == 0 or (number == whole and actual < number)


def fits(said: Said, actual: Decimal | int) -> bool:
    """Whether it holds and is not odd besides: 超100 of 100, 近105 of 105, 0余."""
    if said.qualifier and not said.number:
        return False
    is_odd = said.qualifier in BARE and said.qualifier != "余" and said.number == actual
    return not is_odd and holds(said, actual)


def say(number: Decimal | int, unit: str, qualifier: str = "", scale: str = "") -> str:
    """The wording. `scale` is "" for all digits, or 十, 百, 千, 万, 十万, 百万, 千万, 亿 …

    A number that the scale can write with its usual places (one in 万, two in 亿) is written as it
    is; another is rounded the way the qualifier allows, so that what is said holds of it.
    """
    number = Decimal(number)
    size = worth(scale)
    base = 10**8 if size >= 10**8 else 10**4 if size >= 10**4 else 1
    if not _rounded(number, unit, qualifier, size, base):
        qualifier = ""  # 0余个, 近0个, 0+ say nothing
    shown = _rounded(number, unit, qualifier, size, base)
    if shown < size or base == 1:
        if size > 1 and shown == size and qualifier in BARE:
            return _joined(scale, unit, qualifier)
        return _full(shown if shown >= size else _whole(number, unit, qualifier), unit, qualifier)
    if shown == size and qualifier in BARE:
        return _joined(scale, unit, qualifier)
    digits = _plain(shown / base)
    word = "亿" if base == 10**8 else "万"
    if qualifier in HIDING and size > base and not shown % (10 * base):
        return f"{digits}{qualifier}{word}{unit}"  # 200余万: the 多 hides what 00 stands for
    return _joined(digits + word, unit, qualifier)


def fitting(actual: Decimal | int, unit: str) -> list[str]:
    """Wordings that hold of the value and that the office might print, best first."""
    kept: list[str] = []
    for text in _candidates(Decimal(actual), unit):
        said = read(text)
        if not said or text in kept or not fits(said, actual):
            continue
        is_bare = said.qualifier in HIDING and said.number == actual  # 300余 of 300
        if not is_bare:
            kept.append(text)
    return kept


def _candidates(actual: Decimal, unit: str) -> Iterator[str]:
    number = int(actual)
    if number >= 10**4:
        yield say(actual, unit, "", "亿" if number >= 10**8 else "万")
    yield say(actual, unit)
    if actual != number or number < 10:
        return
    first, second = ("多", "余") if unit in LONG_TIMES else ("余", "多")
    sizes = [10**n for n in range(len(str(number)))]
    if number >= 10**4:
        yield from (say(number, unit, word, _scale(number)) for word in (first, second))
    for size in sizes[1:][-3:]:
        yield _rounded_to(size, number, unit, first, ROUND_FLOOR)
    yield from (_rounded_to(size, number, unit, "近", ROUND_CEILING) for size in sizes[-2:][::-1])
    yield _rounded_to(10 * sizes[-1], number, unit, "近", ROUND_CEILING)
    yield _rounded_to(sizes[-1], number, unit, second, ROUND_FLOOR)
    yield from (_rounded_to(size, number, unit, "超", ROUND_FLOOR) for size in sizes[-2:])
    if number >= 10**4:
        yield _rounded_to(sizes[-1], number, unit, "+", ROUND_FLOOR)


def _rounded_to(size: int, number: int, unit: str, qualifier: str, way: str) -> str:
    """The number cut to whole `size`s, in the scale in which it is shortest."""
    shown = _to(Decimal(number), Decimal(size), way)
    names = {worth(name): name for name in ("百", "千", "万", "十万", "百万", "千万", "亿")}
    if qualifier in BARE and int(shown) in names:
        return say(shown, unit, qualifier, names[int(shown)])
    if qualifier in HIDING and 10**5 <= shown < 10**8 and not shown % 10**5:
        return say(shown, unit, qualifier, names.get(min(size, 10**7), "万"))
    return say(shown, unit, qualifier, _scale(int(shown)))


def _scale(number: int) -> str:
    """The scale that writes a number without places, if one does."""
    return "亿" if number >= 10**8 else "万" if number >= 10**4 else ""


def _rounded(number: Decimal, unit: str, qualifier: str, size: int, base: int) -> Decimal:
    """What is shown of a number in a scale: itself, or what the qualifier lets stand for it."""
    if size == 1:
        return _whole(number, unit, qualifier)
    fine = Decimal(base) / {10**4: 10, 10**8: 100}.get(base, 1)
    if base > 1 and number % fine == 0:
        return number
    way = _TOWARDS.get(qualifier, ROUND_FLOOR)
    if not qualifier:
        return _to(number, fine if base > 1 else Decimal(1))
    coarse = _to(number, Decimal(size), way)
    if qualifier not in NEAR or abs(coarse - number) <= coarse * NEAR[qualifier]:
        return coarse
    finer = _to(number, fine if base > 1 else Decimal(1), way)
    return finer if abs(finer - number) <= finer * NEAR[qualifier] else number


def _whole(number: Decimal, unit: str, qualifier: str) -> Decimal:
    """All digits, with one place behind the point at most; two for a score.

    A share that would become the whole or nothing has as many as it needs.
    """
    way = _TOWARDS.get(qualifier, ROUND_FLOOR)
    first = 2 if unit == "分" else 1
    shown = [_to(number, Decimal(1).scaleb(-places), way) for places in range(first, FINEST + 1)]
    if qualifier:
        return shown[0]
    return next((one for one in shown if not _is_swallowed(one, number, unit)), shown[0])


def _full(number: Decimal, unit: str, qualifier: str) -> str:
    if qualifier in HIDING and number < 10 and unit in LONG_TIMES:
        return f"{_plain(number)}{unit}多"
    return _joined(_plain(number), unit, qualifier)


def _joined(digits: str, unit: str, qualifier: str) -> str:
    if qualifier in (*HIDING, "+"):
        return f"{digits}{qualifier}{unit}"
    if qualifier == "上" and digits[0].isdigit():
        return f"{digits}{unit}以上"
    return f"{qualifier}{digits}{unit}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_WIDE = Context(prec=60)


def _to(number: Decimal, step: Decimal, way: str = ROUND_HALF_UP) -> Decimal:
    times = _WIDE.divide(number, step).quantize(Decimal(1), rounding=way, context=_WIDE)
    return _WIDE.multiply(times, step)
