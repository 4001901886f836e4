"""Posts: what stands before a name in the text against the post the person held that day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from releases.proofreading.hits import HAN, Grade, Hit, Kind

TITLES = [
    "书记",
    "市长",
    "县长",
    "区长",
    "镇长",
    "乡长",
    "部长",
    "局长",
    "主任",
    "主席",
    "会长",
    "处长",
    "科长",
    "所长",
    "院长",
    "校长",
    "站长",
    "队长",
    "支队长",
    "大队长",
    "秘书长",
    "检察长",
    "厅长",
    "省长",
    "司长",
    "总经理",
    "经理",
    "董事长",
    "社长",
    "总编辑",
    "主编",
    "台长",
    "行长",
    "调研员",
    "巡视员",
    "主任科员",
    "科员",
    "研究员",
    "教授",
    "指挥长",
    "组长",
    "委员",
    "常委",
    "专员",
    "代表",
    "馆长",
    "团长",
    "政委",
    "发言人",
    "负责人",
]
_RANK = r"(?:代理|常务副|副|第一|第二|(?:一|二|三|四)级)?"
_ANY = "|".join(sorted(TITLES, key=len, reverse=True))
_POST = re.compile(rf"(?P<org>[{HAN}]{{0,20}}?)(?P<title>{_RANK}(?:{_ANY}))$")
_GAP = re.compile(r"[\s　]*$")
_SIMILAR = 3  # characters of the body's name that must agree


def find(
    text: str, people: Iterable[tuple[str, str]], grades: Mapping[str, str] | None = None
) -> list[Hit]:
    """`people`: (name, post) of those who speak, and of the rules of kind «title»; `grades`: what
    such a rule asks for, by name."""
    held: dict[str, list[str]] = {}
    for name, post in people:
        if len(name) >= 2 and post:
            held.setdefault(name, []).append(post)
    asked = grades or {}
    return [
        hit
        for name, posts in held.items()
        for hit in _of(text, name, posts, asked.get(name, Grade.HINT))
    ]


def _of(text: str, name: str, posts: list[str], grade: str) -> Iterator[Hit]:
    for match in re.finditer(re.escape(name), text):
        before = text[max(match.start() - 24, 0) : match.start()]
        before = _GAP.sub("", before)
        clause = re.split(rf"[^{HAN}]", before)[-1]
        said = _POST.search(clause)
        if said is None or any(_agrees(said, post) for post in posts):
            continue
        start = text.rindex(said[0][-len(said["title"]) :], 0, match.start())
        first = max(start - len(said["org"]), 0)
        yield Hit(
            rule="post",
            kind=Kind.TITLE,
            grade=grade,
            text=text[first : match.end()],
            start=first,
            end=match.end(),
            suggestion=f"{posts[0]}{name}",
            note=_("The post differs from the one given for this person: %(post)s.")
            % {"post": "；".join(posts)},
            edits=((first, match.end(), f"{posts[0]}{name}"),) if len(posts) == 1 else (),
        )


def _agrees(said: re.Match[str], post: str) -> bool:
    """Whether one of the person's posts has this title, at a body with this name."""
    for part in re.split(r"[、，,；;\s兼]+", post):
        official = _POST.search(part)
        if official is None:
            if part and said[0].endswith(part):
                return True
            continue
        if official["title"] == said["title"] and _same_body(said["org"], official["org"]):
            return True
    return False


def _same_body(said: str, official: str) -> bool:
    """A short name in the text is fine; what precedes it in the sentence says nothing."""
    if not said or not official:
        return True
    most = min(_SIMILAR, len(said), len(official))
    if said[-most:] == official[-most:]:
        return True
    # «会上，主任示例甲»: nothing that names a body.
    return not re.search(r"[局委办部厅处会院校所中心司市县区镇乡社站队]$", said)
