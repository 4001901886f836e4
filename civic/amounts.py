"""Amounts as written: digits or Chinese numerals, 万 and 亿, and a word for how near they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {char: n for n, char in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}
SCALES = {"万": 10**4, "亿": 10**8}

# What a text may say, in the nine words of civic.wording.Qualifier. «不到» sets a bound like «近».
BEFORE_WORDS = {
    "超过": "超", "超": "超", "逾": "逾", "将近": "近", "接近": "近", "不到": "近", "不足": "近",
    "近": "近", "大约": "约", "约": "约", "上": "上", "至少": "+", "不少于": "+", "不低于": "+",
}  # fmt: skip
AFTER_WORDS = {
    "余": "余", "多": "多", "来": "约", "+": "+", "以上": "+", "左右": "约", "上下": "约",
}  # fmt: skip
GREATEST = 10**16  # below it everything; no office counts further
FINEST = 6  # places behind the point
HIDING = ("余", "多")  # they stand in for the digits that are not written

# The words end other words too: 附近, 节约, 网上. Bounded or possessive repetition only: a text
# of a million digits costs what a million letters cost.
BEFORE = (
    r"(?<![赶不得])超过?|逾|将近|接近|不到|不足|(?<![最附靠邻临贴新亲远])近|大约|至少|不少于|不低于"
    r"|(?<![预节条签违合契公相履大])约|(?<![以网路街线地桌身手会海晚早马])上(?=[十百千万亿]{1,2})"
)
ARABIC = r"(?:[0-9]{1,3}(?:[,\u2009\u202f][0-9]{3})++(?![0-9])|[0-9]++)(?:\.[0-9]++)?"
CHINESE = r"[零〇一二两三四五六七八九十百千万亿]{1,20}+"
SCALE = r"万亿|[十百千]?[万亿]|百(?!分)|千(?![米克瓦卡帕伏赫])"
AFTER = r"余(?![额下温热量款粮辉])|多|来(?=[个条张篇次人名位户家期场件天年岁])|\+(?![0-9A-Za-z])"
LOW = r"(?:(?<=亿)(?P<ten_thousands>[0-9]{1,4})万|(?<=万)(?P<thousands>[0-9])千)?"  # 1亿2000万
AMOUNT = (
    rf"(?:(?P<before>{BEFORE})[ \u00a0]?)?(?:(?P<arabic>{ARABIC})|(?P<chinese>{CHINESE})(?!分之))"
    rf"(?:[ \u00a0]?(?P<mid>[余多来])?(?P<scale>{SCALE}){LOW})?"
    rf"(?:[ \u00a0]?(?P<after>{AFTER}))?[ \u00a0]?"
)
# Behind the unit: 两个多小时, 三年多, 5000人以上.
TAIL = (
    r"(?:(?<=个)(?P<late>多)(?P<more>月|小时|星期)"
    r"|(?<=[年月天时岁倍米里])(?P<over>多)(?![次个名部方种家项样元维年处])"
    r"|(?P<tail>以上|左右|上下))?"
)
FRACTION = (
    rf"(?:(?P<below>{BEFORE})[ \u00a0]?)?(?P<whole>[一二三四五六七八九十百千万]{{1,6}}+)分之"
    rf"(?:(?P<part>{ARABIC})|(?P<zpart>{CHINESE})(?:点(?P<zplaces>[零〇一二三四五六七八九]{{1,4}}))?)"
    r"(?P<beyond>多|以上|左右|上下)?"
)

_FULL_WIDTH = str.maketrans("０１２３４５６７８９％＋．", "0123456789%+.")
_FULL_COMMA = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


@dataclass(frozen=True)
class Amount:
    number: Decimal
    qualifier: str  # one of civic.wording.Qualifier
    step: Decimal  # what one of the last written digit is worth


@dataclass(frozen=True)
class Spelt:
    """A Chinese numeral. `place` is the last one named; `bare` means no digit was: 百万."""

    number: int
    place: int
    bare: bool


def half_width(text: str) -> str:
    """The same text, as long, with digits and signs in half width."""
    return _FULL_COMMA.sub(",", text).translate(_FULL_WIDTH)


def spelt(text: str) -> Spelt | None:
    """None where characters do not make one number, or too great a one: 三五, 十四五, 一百二."""
    total = section = 0
    digit: int | None = None
    gap = True  # nothing, or a 零, stands before the next digit
    if re.search("[零〇]{2}", text):
        return None
    place, smallest = 1, 10_000
    for char in text:
        if char in "零〇":
            if digit is not None:
                return None
            gap = True
        elif char in DIGITS:
            if digit is not None:
                return None
            digit, place = DIGITS[char], 1
        elif char in PLACES:
            place = PLACES[char]
            if place >= smallest or (digit is None and place > 10 and (total or section)):
                return None
            section += place * (1 if digit is None else digit)
            digit, gap, smallest = None, place == 10, place
        else:
            place = SCALES[char]
            section += digit or 0
            if not section and not (char == "亿" if total else text[0] == char):
                return None
            if char == "亿":
                total = (total + section or 1) * place
            else:
                total += (section or 1) * place
            section, digit, gap, smallest = 0, None, False, 10_000
    if digit is not None and not gap:
        return None
    number = total + section + (digit or 0)
    if number >= GREATEST:
        return None
    bare = bool(number) and not any(char in DIGITS for char in text) and text[-1] in "百千万亿"
    return Spelt(number, place, bare)


def worth(scale: str | None) -> int:
    """百万 → 1000000; nothing → 1."""
    product = 1
    for char in scale or "":
        product *= PLACES.get(char) or SCALES[char]
    return product


def qualifier(match: re.Match[str]) -> str:
    """What stands behind the digits says more than what stands before them: 约10余个."""
    behind = match["mid"] or match["after"] or match["late"] or match["over"] or match["tail"]
    if behind:
        return AFTER_WORDS[behind]
    return BEFORE_WORDS[match["before"]] if match["before"] else ""


def amount(match: re.Match[str]) -> Amount | None:
    """Of a match of AMOUNT … TAIL. None where they are no number, or none of an office."""
    found = _in_digits(match) if match["arabic"] else _in_words(match)
    return found if found is None or _is_kept(found) else None


def _is_kept(found: Amount) -> bool:
    return found.number < GREATEST and found.step >= Decimal(1).scaleb(-FINEST)


def _in_digits(match: re.Match[str]) -> Amount | None:
    word = qualifier(match)
    scale = worth(match["scale"])
    digits = re.sub(r"[,\u2009\u202f]", "", match["arabic"])
    if len(digits) > 18 or ("." in digits and scale not in (1, 10**4, 10**8, 10**12)):
        return None
    number = Decimal(digits)
    if number * scale >= GREATEST:
        return None
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    if word in HIDING and (match["mid"] or not match["scale"]):
        step = max(step, _lowest(digits))
    for name, size in (("ten_thousands", 10**4), ("thousands", 1000)):
        if match[name]:
            return Amount(whole(number * scale) + int(match[name]) * size, word, Decimal(size))
    return Amount(whole(number * scale), word, whole(step * scale))


def _in_words(match: re.Match[str]) -> Amount | None:
    word = qualifier(match)
    scale = worth(match["scale"])
    named = spelt(match["chinese"])
    if named is None:
        return None
    if named.bare:
        place = named.number
    elif word in HIDING or (named.number >= 10**4 and named.place >= 1000):
        place = named.place
    else:
        place = 1  # 三百人 are three hundred, not about so many
    return Amount(Decimal(named.number * scale), word, Decimal(place * scale))


def fraction(match: re.Match[str]) -> tuple[Amount, str] | None:
    """Of a match of FRACTION, with its unit: 百分之八十五点三 → 85.3 %; 三分之一 → 0.333333."""
    part: Decimal | None
    if match["part"]:
        digits = re.sub(r"[,\u2009\u202f]", "", match["part"])
        part = Decimal(digits) if len(digits) <= 18 else None
    else:
        named = spelt(match["zpart"])
        places = "".join(str(DIGITS.get(char, 0)) for char in match["zplaces"] or "")
        part = Decimal(f"{named.number}.{places}") if named else None
    whole = spelt(match["whole"])
    if part is None or whole is None or not whole.number:
        return None
    word = AFTER_WORDS.get(match["beyond"] or "") or BEFORE_WORDS.get(match["below"] or "", "")
    sign = {"百": "%", "千": "‰"}.get(match["whole"])
    if not sign:
        step = Decimal(1).scaleb(-len(str(whole.number)) - 1)
        found = Amount(round(part / whole.number, FINEST).normalize(), word, step)
        return (found, "") if _is_kept(found) else None
    step = Decimal(1).scaleb(int(part.as_tuple().exponent))
    found = Amount(part, word, max(step, _lowest(str(part))) if word in HIDING else step)
    return (found, sign) if _is_kept(found) else None


def whole(number: Decimal) -> Decimal:
    """31000.0 → 31000: places that say nothing are dropped."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _lowest(digits: str) -> Decimal:
    """The worth of the last digit that is not a 0: 390 → 10."""
    if "." in digits or not digits.strip("0"):
        return Decimal(0)
    return Decimal(10 ** (len(digits) - len(digits.rstrip("0"))))


def plainly(number: Decimal) -> str:
    """All digits, no exponent, no trailing zeros: as `data-value` holds it."""
    return format(number.normalize(), "f")
