"""Facts: lines of a head that hold nothing but time, source, writer or link of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from releases.transcripts import moments

SOURCE = re.compile(
    r"(?:文章|信息|稿件|内容)?(?:来源|稿源)(?:于)?\s?[:：]\s?(?P<value>[^\s|｜]{1,60})"
)
_WRITER = re.compile(
    r"(?:作者|撰稿|文字|记者|通讯员|供稿|发布者|文)\s?[:：/／]\s?(?P<value>[^\s|｜]{1,40})"
)
_WHEN = re.compile(r"(?:发布|发表|更新|发稿|印发|成文)?(?:时间|日期|于)\s?[:：]")
_URL = re.compile(
    r"(?:原文|来源)?(?:链接|网址|地址)\s?[:：]\s?(?P<value>https?://[^\s<>\"']{4,290})"
)
_JUNK = re.compile(
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s?[:：]?\s?\d*\s?次?|字[号体]\s?[:：]?|[\[【(]?\s?大\s?中\s?小\s?[\]】)]?|"
    r"原创|打印|分享|收藏|责任编辑[:：]\S{0,12}|编辑[:：]\S{0,12}|[|｜/·•\[\]【】]"
)
_RELATIVE = re.compile(
    r"^(?:(?:今天|昨天|前天)\s?\d{1,2}[:：]\d{2}|昨天|前天|刚刚|\d{1,2}\s?(?:分钟|小时|天)前)$"
)
CLAUSE = re.compile(r"[。;；,，]")


@dataclass
class Line:
    """A line of facts: time, source, writer, link; `left` is what it says besides."""

    time: moments.Moment | None = None
    source: str = ""
    writer: str = ""
    url: str = ""
    relative: str = ""
    left: str = ""


def fact_line(text: str) -> Line | None:
    """The facts of a line that holds nothing but facts about the text, or None."""
    if len(text) > 140:
        return None
    line, rest = Line(), text
    if _RELATIVE.match(text.strip()):
        return Line(relative=text.strip())
    for name, pattern in (("url", _URL), ("source", SOURCE), ("writer", _WRITER)):
        match = pattern.search(rest)
        if match:
            setattr(line, name, match["value"].strip("《》[]【】()（） "))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    line.time = moments.find(rest)
    if line.time:
        rest = f"{rest[: line.time.start]} {rest[line.time.end :]}"
    if not (line.time or line.source or line.url) and not (line.writer and len(text) <= 40):
        return None
    line.left = " ".join(_JUNK.sub(" ", _WHEN.sub(" ", rest)).split())
    if len(line.left) > 30 or CLAUSE.search(line.left):
        return None
    return line
