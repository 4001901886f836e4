"""Posts and names: «市文明办副主任示例乙» is a post and a name."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What a post ends with. The last of them in a text parts the post from the name.
_POSTS = """
主任科员 主任 部长 局长 厅长 司长 处长 科长 股长 所长 站长 队长 院长 校长 园长 馆长 社长
台长 行长 关长 庭长 书记 市长 区长 县长 镇长 乡长 街长 村长 州长 省长 秘书长 秘书 会长
理事长 董事长 理事 组长 班长 店长 总经理 经理 总裁 总监 总编辑 总编 主编 编辑 主席 委员 常委
代表 调研员 巡视员 专员 督导员 监督员 检察长 检察官 法官 律师 教授 研究员 工程师 总工程师
总规划师 经济师 会计师 农艺师 教师 医师 医生 护士长 护士 专家 负责人 发言人 联络员 志愿者
网格员 干事 干部 司令员 政委 参谋长 教导员 指导员 民警 警长 主播 主持人 记者 村民 居民 市民
企业家 创始人 二级警长 学者 分析师 规划师 督学 团长 副职 馆员 裁判长 教练 村支书
""".split()  # noqa: SIM905 - one word a line would fill a page
_BODIES = (
    "办公室",
    "委员会",
    "指挥部",
    "文明办",
    "公司",
    "集团",
    "中心",
    "大队",
    "支队",
    "街道",
    "社区",
    "大学",
    "学校",
    "医院",
    "协会",
    "政府",
    "办",
    "局",
    "委",
    "部",
    "厅",
    "院",
    "处",
    "科",
    "会",
)
_POST_END = re.compile("|".join(sorted(map(re.escape, _POSTS), key=len, reverse=True)))
_BODY_END = re.compile("|".join(sorted(map(re.escape, _BODIES), key=len, reverse=True)))
_COURTESY = re.compile(r"(?:先生|女士|同志|老师)$")
_BRACKETS = re.compile(r"[(（][^()（）]{0,12}[)）]$")
_CHINESE = re.compile(r"^[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}$")
_LONG = re.compile(r"^[\u3400-\u9fff]{1,8}(?:[·•・][\u3400-\u9fff]{1,8}){1,3}$")
_LATIN = re.compile(r"^[A-Z][A-Za-z.'-]{0,20}(?: [A-Z][A-Za-z.'-]{0,20}){0,3}$")
# Two to four characters that no one is called.
_NO_NAMES = """
记者 主持人 主持 现场 会上 会议 发布会 回答 提问 分别 出席 同志 先生 女士 各位 大家 嘉宾
领导 有关 相关 介绍 时间 地点 主题 以及 参加 本次 今天 目前 首先 其次 最后 下面 谢谢 同时
此外 另外 备注 附件 电话 地址 来源 编辑 注意 说明 目标 任务 要求 内容 原则 措施 答 问
""".split()  # noqa: SIM905 - one word a line would fill a page
_NO_PART = re.compile(r"召开|举行|新闻|发布|主持|出席|介绍|围绕|进行|工作|[的了在就将被把]")


@dataclass(frozen=True)
class Named:
    """A post and a name; `sure` is False when the border between them was guessed."""

    name: str
    post: str
    sure: bool = True


def is_name(text: str) -> bool:
    if text in _NO_NAMES or _POST_END.search(text) or _NO_PART.search(text):
        return False
    return bool(_CHINESE.match(text) or _LONG.match(text) or _LATIN.match(text))


def ends_as_post(text: str) -> bool:
    ends = [match.end() for match in _POST_END.finditer(text)]
    return bool(ends) and ends[-1] == len(text)


def named(text: str) -> Named | None:
    """The post and the name in «post name», «postname», «name(post)» or «name post»."""
    text = text.strip(" 　、,，:：“”\"'")
    if not 2 <= len(text) <= 100:
        return None
    bracketed = re.match(r"^(?P<name>[^(（]{2,20})[(（](?P<post>[^()（）]{2,80})[)）]$", text)
    if bracketed and is_name(bare(bracketed["name"])):
        return Named(bare(bracketed["name"]), bracketed["post"].strip())
    text = bare(text)
    if is_name(text):
        return Named(text, "")
    return _spaced(text) or _run_on(text)


def bare(text: str) -> str:
    """Without «先生», «女士» and remarks in brackets."""
    before = ""
    while before != text:
        before = text
        text = _COURTESY.sub("", _BRACKETS.sub("", text.strip())).strip()
    return text


def _spaced(text: str) -> Named | None:
    parts = text.split()
    if len(parts) < 2:
        return None
    if is_name(parts[-1]) and not is_name(parts[0]):
        return Named(parts[-1], " ".join(parts[:-1]))
    if is_name(parts[0]) and len(text) > len(parts[0]) + 2 and _POST_END.search(text):
        return Named(parts[0], " ".join(parts[1:]))
    # 示 甲: a name of two characters set wide.
    if len(parts) == 2 and all(len(part) == 1 for part in parts):
        return Named("".join(parts), "")
    if len(parts) >= 3 and len(parts[-1]) == len(parts[-2]) == 1:
        return Named(parts[-2] + parts[-1], " ".join(parts[:-2]))
    return None


def _run_on(text: str) -> Named | None:
    for pattern, sure in ((_POST_END, True), (_BODY_END, False)):
        matches = list(pattern.finditer(text))
        if not matches:
            continue
        end = matches[-1].end()
        name = bare(text[end:].strip(" 　"))
        if name and is_name(name):
            return Named(name, text[:end].strip(), sure)
        if sure and not name:
            return None
    return None
