"""The demo's attachments: small sheets that bear out what the releases say."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from civic.exports import About, Column, Kind, write_xlsx
from portal.demo.conference import ATTACHMENT_NAME, FIGURES


@dataclass(frozen=True)
class Sheet:
    """A file to take away: what it is called on the page and on disk, and its bytes."""

    title: str
    name: str
    data: bytes


def _sheet(
    title: str, heads: Sequence[tuple[str, Kind]], records: Sequence[Sequence[Any]]
) -> Sheet:
    out = io.BytesIO()
    columns = [Column(label, "", kind) for label, kind in heads]
    about = About(title, [], "示例市文明办", timezone.now())
    write_xlsx(out, columns, [list(record) for record in records], about)
    return Sheet(title, f"{title}.xlsx", out.getvalue())


def figures() -> Sheet:
    """The numbers of the great press conference."""
    heads = [("指标", Kind.TEXT), ("数值", Kind.NUMBER), ("单位", Kind.TEXT), ("说明", Kind.TEXT)]
    return _sheet(ATTACHMENT_NAME.removesuffix(".xlsx"), heads, FIGURES)


def crossings() -> Sheet:
    """The thirty-two crossings at which drivers and walkers were counted."""
    heads = [
        ("序号", Kind.NUMBER),
        ("路口", Kind.TEXT),
        ("早高峰", Kind.TEXT),
        ("晚高峰", Kind.TEXT),
    ]
    records = [
        (
            4 * street + side + 1,
            f"示例{'一二三四五六七八'[street]}路与示例{'东西南北'[side]}街路口",
            ("7:00—8:00", "7:30—8:30")[side % 2],
            ("17:00—18:00", "17:30—18:30")[side % 2],
        )
        for street in range(8)
        for side in range(4)
    ]
    return _sheet("礼让率观测点名单", heads, records)


def markets() -> Sheet:
    """The sixteen problems that were not yet put right: seven, five and four of a kind."""
    heads = [("序号", Kind.NUMBER), ("市场", Kind.TEXT), ("问题", Kind.TEXT), ("安排", Kind.TEXT)]
    kinds = (
        (7, "地面破损", "列入闭店改造或分段修补"),
        (5, "消防通道被固定摊位占用", "摊位迁到过渡区"),
        (4, "活禽交易区通风不足", "更换风机"),
    )
    found = [(problem, plan) for count, problem, plan in kinds for _ in range(count)]
    records = [
        (number, f"示例第{'一二三四五六七八'[number % 8]}集贸市场", problem, plan)
        for number, (problem, plan) in enumerate(found, start=1)
    ]
    return _sheet("集贸市场未完成整改问题清单", heads, records)


def opinions() -> Sheet:
    """Where the 108 opinions came from, and how many of them (61) were taken up."""
    heads = [("来源", Kind.TEXT), ("收到（条）", Kind.NUMBER), ("采纳（条）", Kind.NUMBER),
             ("未采纳的主要理由", Kind.TEXT)]  # fmt: skip
    records = [
        ("市直单位", 39, 21, "要求单独设组，单位数不足五个"),
        ("街道、镇", 33, 20, "与现场检查办法重复"),
        ("社区、村", 24, 15, "需要先修改系统，列入下一次修订"),
        ("第三方评估机构", 12, 5, "与上级测评体系不一致"),
    ]
    return _sheet("意见采纳情况", heads, records)


BY_TITLE: dict[str, Callable[[], Sheet]] = {
    "斑马线前让一让，礼让率升到百分之九十六": crossings,
    "集贸市场“回头看”：问题整改率百分之九十六点四": markets,
    "“星级评定”考核办法修订说明": opinions,
}
