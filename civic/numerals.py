"""The numerals of a running text: figures with their unit, dates apart, codes left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from civic.amounts import AMOUNT, ARABIC, CHINESE, DIGITS, FRACTION, TAIL, Amount, half_width, spelt
from civic.amounts import amount as read_amount
from civic.amounts import fraction as read_fraction
from civic.measures import UNITS
from civic.wording import Said


@dataclass(frozen=True)
class Numeral:
    """A number in a text. A date is one numeral, worth its first number, without unit or step."""

    start: int
    end: int
    text: str
    number: Decimal
    unit: str
    qualifier: str
    step: Decimal
    is_date: bool = False

    @property
    def said(self) -> Said:
        return Said(self.number, self.unit, self.qualifier, self.step, self.text)


IDIOMS = (
    "意识|自信|维护|确立|全面|代表|一(?!个)|文明|务必|善于|革命|阵地|倡导|必须|坚持|方面|层面|环节|统筹|"
    "结合|到位|主义|服务|转变|时代|没有|不"
)


_UNIT = rf"(?P<unit>{UNITS}|日(?=以?内))?"
_COUNT = rf"[余多来]?(?:[十百千]?[万亿]|\+)?[余多]?(?:{UNITS})"
_N = r"[0-9零〇一二两三四五六七八九十百千万]{1,12}+"
_YEAR = r"(?:[12][0-9]{3}|[一二][〇零一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DASH = r"[-—–~～至到]{1,2}"
_CLOCK = r"(?:[01]?[0-9]|2[0-4])"

_APART = "|".join(
    (
        r"(?<![A-Za-z])(?:https?://|www\.)[0-9A-Za-z./?=&_%#:-]{1,400}+",
        r"GB/?T?[ ]?[0-9.]{1,12}(?:[-—][0-9]{2,4})?",
        # B2-2017116, LED5, but WiFi200处
        rf"(?<![0-9A-Za-z])[A-Za-z]{{1,16}}+[-/.]?[0-9]{{1,20}}+(?!{_COUNT}|[.]?[0-9]*[万亿%])[0-9A-Za-z./-]{{0,40}}+",
        r"[0-9]++(?!km|kg|cm|mm|ml|GB|MB|TB|kW)[A-Za-z][0-9A-Za-z./-]{0,40}+",  # 4A, 5G
        r"[0-9]{1,10}+(?:\.[0-9]{1,10}+){2,9}+",  # 1.2.3
        r"0[0-9]{2,3}[ —－-]{1,2}[0-9]{7,8}(?![0-9])|1[3-9][0-9]{9}(?![0-9])",
        r"[48]00[ —－-][0-9]{3,4}[ —－-][0-9]{3,4}(?![0-9])",
        r"[0-9]{3,5}(?=(?:市民|政务|便民|服务|公共|举报|监督){0,3}(?:热线|平台|专线|电话|国道|省道|高速))",
        rf"(?:电话|热线|传真|手机|邮编|编号|号码|代码|证号|许可证|备案|拨打|短号|账号|QQ|ISBN)"
        rf"[号为]?[ ]?[:：]?[ ]?[0-9][0-9－—-]{{2,30}}+(?!{_COUNT}|[万亿])",
        r"[〔\[（(【][12][0-9]{3}[〕\]）)】][ ]?第?[ ]?[0-9]{1,6}[ ]?号",  # 〔2019〕12号
        rf"第[ ]?{_N}(?:(?:[、和]|{_DASH})第?{_N})*+(?:{UNITS})?",  # 第六届, 第1、2期
        rf"{_N}(?:届|级|号|路|室|楼|等奖|等功|中全会|世纪|季度|版|环|国道|省道)|[0-9]{{7,20}}+号",
        r"[0-9]{1,3}\.[0-9]{1,3}版",
        rf"(?<![目以之日此先当提])前{_N}(?:名|位|强)",
        rf"{_N}分钟(?:[\u4e00-\u9fff]{{2}}){{0,2}}圈",
        r"中央八项规定|八项规定|四套班子|两个一百年|三百六十行|百分百|一票否决|十字",
        rf"[两二三四五六七八九十][个项大条](?:{IDIOMS})|[2-9]个(?:{IDIOMS})",
        r"[几数好][十百千万亿]{1,4}|[十百千万]几|[0-9]{1,4}几",  # 几十个: how many is not said
        rf"{_N}(?:周)?岁(?:及?以[上下]|到|至)",  # whom, not how many
        r"[0-9]{1,4}[·•・][0-9]{1,4}",  # 3·15
        r"[0-9]{0,3}\+[ ]?[0-9A-Za-z]{1,9}+",  # 1+1, +1
    )
)
_NO_COUNT = rf"(?!{_COUNT}|[0-9]|[.][0-9]|[ ]?[万亿余多])"
_DATE = "|".join(
    (
        rf"{_YEAR}(?:(?P<dash>[-./]){_MONTH}(?P=dash){_DAY}(?![0-9])"
        rf"|[ ]?年[ ]?{_MONTH}[ ]?月(?:[ ]?{_DAY}[ ]?[日号]|份)?)"
        rf"(?:[ T]?{_CLOCK}[:：时][0-9]{{2}}(?:[:：][0-9]{{2}})?)?",
        rf"{_YEAR}年?{_DASH}{_YEAR}(?![0-9])年?|{_YEAR}[ ]?年(?:{_MONTH}{_DASH}{_MONTH}月)?",
        rf"{_N}年代|'?0[0-9]年|[0-9]{{2}}年{_MONTH}月(?:{_DAY}日)?",
        rf"{_MONTH}月[ ]?{_DAY}[日号](?:{_DASH}(?:{_MONTH}月)?{_DAY}日)?",
        rf"{_MONTH}{_DASH}{_MONTH}月份?",
        rf"{_MONTH}月(?:份|{_DAY}(?![0-9]))?|{_DAY}{_DASH}{_DAY}日|{_DAY}日(?!以?内|志|常|均)",
        rf"{_CLOCK}[:：][0-5][0-9](?:[:：][0-5][0-9])?(?![0-9])",
        rf"{_CLOCK}时(?![间代候刻常尚])(?:[0-5]?[0-9]分)?",
        rf"{_N}点(?:[0-5]?[0-9]分|半|钟|整|[一二三四五]十[一二三四五六七八九]?分)",
        rf"(?:19|20)[0-9]{{6}}(?![0-9])|(?<![量数达计约近超逾共])(?:19|20)[0-9]{{2}}{_NO_COUNT}",
    )
)
_SKIP = "|".join(
    (
        rf"{ARABIC}[:：∶/][0-9]{{1,6}}+",  # 2:1
        # 15-20个, 三至五天: no one figure
        rf"(?:{ARABIC}|{CHINESE})(?:%|{_COUNT})?(?:[-–~～至]|—{{1,2}})(?:{ARABIC}|{CHINESE})"
        rf"(?:%|{_COUNT})?",
        rf"不得?[超多高大]过?于?(?:{ARABIC}|{CHINESE})(?:%|{_COUNT})?",  # a limit
        rf"{CHINESE}点[一二三四五六七八九][万亿]?(?:{UNITS})?",
    )
)
# The first look keeps the long alternation away from characters that begin none of it.
_SCAN = re.compile(
    r"(?=[0-9零〇一二两三四五六七八九十百千万亿第前中几数好〔\[（(【+'A-Za-z超逾将接不近大约至上电热传手邮编号代证许备拨短账])"
    rf"(?:(?P<apart>{_APART})|(?P<date>(?<![0-9.]){'(?:' + _DATE + ')'})"
    rf"|(?P<skip>{_SKIP})|(?P<fraction>{FRACTION})"
    rf"|(?P<amount>{AMOUNT}{_UNIT}{TAIL})|(?P<digits>[0-9]++))"
)
_REFERRED = re.compile("[这那哪每另某]$")
_SPANS = ("年", "天", "周", "星期", "个月")


def find(text: str) -> list[Numeral]:
    """The figures and the dates of a text, in order. Linear in its length.

    Not reported: ordinals, versions, codes, telephone and document numbers, ranges, ratios, fixed
    phrases, 一个 as an article, small numbers without a unit, and words of no number like 几十.
    """
    plain = half_width(text)
    found = []
    for match in _SCAN.finditer(plain):
        numeral = None
        if match["date"]:
            numeral = _date(match, text)
        elif match["fraction"]:
            numeral = _fraction(match, text)
        elif match["amount"]:
            numeral = _amount(match, text, plain)
        if numeral:
            found.append(numeral)
    return found


def _date(match: re.Match[str], text: str) -> Numeral | None:
    start, end = match.span()
    first = re.match(rf"'?(?P<digits>[0-9]+)|(?P<chinese>{CHINESE})", match["date"])
    if first is None:
        return None
    if first["digits"]:
        number = Decimal(first["digits"])
    elif named := spelt(first["chinese"]):
        number = Decimal(named.number)
    else:  # 二〇二〇
        number = Decimal("".join(str(DIGITS.get(char, 0)) for char in first["chinese"]))
    return Numeral(start, end, text[start:end], number, "", "", Decimal(0), is_date=True)


def _fraction(match: re.Match[str], text: str) -> Numeral | None:
    part = read_fraction(match)
    if part is None:
        return None
    start, end = match.span()
    said, unit = part
    words = text[start:end]
    return Numeral(start, end, words, said.number, unit, said.qualifier, said.step)


def _amount(match: re.Match[str], text: str, plain: str) -> Numeral | None:
    said = read_amount(match)
    unit = (match["unit"] or "") + (match["more"] or "")
    start, end = match.span()
    if said is None or _REFERRED.search(plain, max(0, start - 1), start):
        return None
    if match["after"] and match["tail"]:
        end = match.start("tail")  # 10万+以上
    if not (_counts(match, said, unit) if match["arabic"] else _is_meant(match, said, unit)):
        return None
    qualifier = said.qualifier
    is_date = (
        match["before"] == "近" and unit in _SPANS and said.number <= 10 and not match["after"]
    )
    if is_date:
        qualifier = ""  # 近三年: the last three years
    while text[end - 1].isspace():
        end -= 1
    return Numeral(start, end, text[start:end], said.number, unit, qualifier, said.step, is_date)


def _counts(match: re.Match[str], said: Amount, unit: str) -> bool:
    """Whether digits are a figure: with unit, scale or qualifier, or large, or with places."""
    digits = match["arabic"]
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return False
    if digits.isdigit() and len(digits) >= 10:
        return False  # a licence or a serial number
    if unit or match["scale"] or said.qualifier:
        return True
    return "." in digits or "," in digits or 100 <= said.number < 10**8


def _is_meant(match: re.Match[str], said: Amount, unit: str) -> bool:
    """Whether a Chinese numeral is a figure: 十八年, 近万条; not 一个, 百姓, 千方百计."""
    chinese = match["chinese"]
    if chinese in ("一", "零", "〇"):
        return False
    if not set(chinese) - set("百千万亿") or chinese in ("十万", "十亿"):
        return bool(said.qualifier)
    return bool(unit) or said.number >= 100
