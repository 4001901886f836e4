"""Measure words: what may stand behind a number as its unit, and which of them are alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Behind the slash stand the characters that make the word part of another one: 部门, 名单, 条件.
_WORDS = """
个/ 条/件 张/贴 篇/章 次/日年序要 人/才工均文类 名/单称为列义 位/于置 户/籍 家/庭长园属乡
期/间限待望盼 场/所地景馆面合 件 项/目 处/理置罚长级分于在 座/谈 辆 台/阶账山 套 份/额 册
本/市级年地科区县身次 部/门署分委长队 支/持部出援撑行 队/伍员 组/织长成 棵 株 亩 元/旦素宵
天/津气然河 周/边围密一二三四五六日 岁
分/别类析为布享担之管局级配工解批散公司支明段店包发派数成 秒 米 吨 升/级 度/假 倍/增
成/为功立员果本熟长效绩就都 折 页 字/体 幅/度 块 面/积向对貌临 间/隔接断 栋 幢 盏 枚
批/评准复示 类/似别 种/植子 起/来步草点到 宗 例/如 双 轮/流番换 只/要有是能为限 所/有以在属
艘 架 口 颗 年/龄级轻底初末前后代度货味 人次 小时 分钟 个月 个半月 个小时 工作日 个工作日
个百分点 百分点 平方公里 平方千米 平方米 立方米 公里 千米 厘米 毫米 公斤 千克 公顷 美元
车次 场次 批次 件次 户次 篇次 台次 频次 条次 课时 学时 学分 星期 个星期 周年 余年 千瓦时
千瓦 摄氏度 % ‰ ℃ 户家庭 km kg cm mm ml GB MB TB kW kWh
"""


def _pattern(word: str) -> str:
    unit, _, others = word.partition("/")
    return re.escape(unit) + (f"(?![{others}])" if others else "")


# The longest first: 人次 before 人.
UNITS = "|".join(
    _pattern(word) for word in sorted(_WORDS.split(), key=lambda w: -len(w.partition("/")[0]))
)

# What else the office says of a figure in this unit. It goes one way: whatever is counted may be
# called 个, but what is counted by 个 is not therefore 篇, 人次 or hours.
ALIKE = {
    "个": frozenset("处家所座项支"),
    "篇": frozenset("条个件则"),
    "条": frozenset("篇个件则"),
    "件": frozenset("条个篇项"),
    "人": frozenset("名位"),
    "名": frozenset("人位"),
    "位": frozenset("人名"),
    "次": frozenset(["人次"]),
    "人次": frozenset("次"),
    "小时": frozenset(["个小时"]),
    "个小时": frozenset(["小时"]),
    "工作日": frozenset(["个工作日"]),
    "个工作日": frozenset(["工作日"]),
    "百分点": frozenset(["个百分点"]),
    "个百分点": frozenset(["百分点"]),
    "公里": frozenset(["千米", "km"]),
    "千米": frozenset(["公里", "km"]),
    "平方公里": frozenset(["平方千米"]),
    "平方千米": frozenset(["平方公里"]),
    "公斤": frozenset(["千克", "kg"]),
    "千克": frozenset(["公斤", "kg"]),
} | dict.fromkeys("处家所座项支", frozenset("个"))
SHARES = {"%": 100, "‰": 1000}  # what a whole is
_NO_COUNTS = frozenset([*SHARES, "百分点", "个百分点", "倍", "成", "折"])
_FULL_WIDTH = str.maketrans("０１２３４５６７８９％＋．，\u00a0", "0123456789%+., ")
_BEHIND = re.compile(
    rf" ?[余多]?(?P<rest>[0-9]|[.,][0-9]|(?:[百千]?[万亿]|百(?!分)|千(?![米克瓦]))"
    rf"(?:{UNITS})?|(?:{UNITS}))"
)


def alike(unit: str, said: str) -> bool:
    """Whether a figure counted in `unit` may be said in `said`; no unit at all says none wrongly.

    A figure without a unit may be given the measure word of its sentence, but is no share.
    """
    unit, said = _plain(unit), _plain(said)
    if not said or said == unit:
        return True
    return said not in _NO_COUNTS if not unit else said in ALIKE.get(unit, ())


def behind(after: str) -> str:
    """The unit with which a text goes on after a bare number; "" where it goes on otherwise.

    Digits and scales count as one: of «3» in «3万个» it is 万个, which is the unit of no figure.
    """
    match = _BEHIND.match(after.translate(_FULL_WIDTH))
    return match["rest"] if match else ""


def in_texts(unit: StrOrPromise) -> str:
    """In the language of the texts, whatever language the person reads the back office in."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(unit)


def _plain(unit: str) -> str:
    return unit.translate(_FULL_WIDTH).strip()
