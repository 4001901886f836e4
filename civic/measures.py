"""Measure words: what may stand behind a number as its unit, and where the character does not."""

from __future__ import annotations

import re

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
