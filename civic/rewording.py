"""Rewording: a number written anew in the manner of what was written before."""

from __future__ import annotations

from decimal import Decimal

from civic import wording
from civic.wording import Said

GREATEST = Decimal(10) ** 17  # what the columns of a citation hold
SCALES = ("百万", "十万", "千万", "万", "亿")


def kept_size(number: Decimal | None) -> Decimal | None:
    if number is None or not number.is_finite() or abs(number) >= GREATEST:
        return None
    return number.quantize(Decimal("0.000001"))


def reworded(said: Said, actual: Decimal, unit: str | None = None) -> str:
    """`actual` written as `said` was: same unit, qualifier and scale where they still fit.

    In `unit`, where what was said is another. "" where that stands behind the citation: only who
    writes the text can mend it.
    """
    inside = wording.read(said.text)
    stands_behind = bool(said.unit) and inside is not None and not inside.unit
    if unit is not None and stands_behind:
        return ""
    if unit is None:
        unit = "" if stands_behind else said.unit
    actual = actual.normalize() if actual % 1 else actual.quantize(Decimal(1))
    scale = next((word for word in SCALES if word in said.text), "")
    tried = [wording.say(actual, unit, said.qualifier, scale)]
    tried += wording.fitting(actual, unit)
    for text in tried:
        read = wording.read(text)
        if read is not None and wording.fits(read, actual):
            return text
    return wording.say(actual, unit)
