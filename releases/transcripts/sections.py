"""Sections: lists, headings and paragraphs of a text; short lines joined; all of it as HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releases.transcripts.blocks import Block, Run, Shape, trimmed
from releases.transcripts.transcript import Doubt

SHORT = 24  # characters of a line that may be a piece of a sentence
LONGEST_JOINED = 160
LONGEST_HEADING = 34
_BULLET = re.compile(r"^(?:[•●○■□◆◇▪►▶➢➤✔✓★☆]\s?|[·∙]\s?(?=[^·]*$)|[-*–]\s)")
_FIRST = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:部分|章)[\s:：、]?)\s?\S"
)
_SECOND = re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]\s?\S")
_ASPECT = re.compile(r"^(?:一是|二是|三是|四是|五是)?(?:在|关于)?.{1,20}方面[:：]?$")
_ABOUT = re.compile(r"^关于.{2,26}$")
_FRAMED = re.compile(r"^[【〖].{1,28}[】〗]$")
_END = re.compile(r"[。!！?？;；:：…—][”’」』\")）]?$")
_STOP = re.compile(r"[。!！?？;；]")
_LEADS_IN = re.compile(r"(?:提出|强调|指出|表示|认为|要求|谈到|介绍说|说道)$")
_NEW_THOUGHT = re.compile(
    r"^(?:今天|今日|昨天|昨日|明天|当天|近日|日前|近年来|多年来|目前|此刻|如今|现在|同时|此外|另外|下一步|接下来|未来|首先|其次|最后|"
    r"(?:20\d{2}年)?\d{1,2}月(?:\d{1,2}日)?|20\d{2}年)"
)
_ALIGNED = ("center", "right")


@dataclass
class Shaped:
    """Blocks in their final shape, and what was unsure."""

    blocks: list[Block] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def shape(blocks: list[Block], where: str = "body") -> Shaped:
    """Give every paragraph its shape: bullet, heading, part of a sentence, or paragraph."""
    shaped = Shaped()
    listed = [_as_item(block) for block in blocks]
    headed = [_as_heading(listed, index, shaped, where) for index in range(len(listed))]
    _join(headed, shaped, where)
    return shaped


def _as_item(block: Block) -> Block:
    if not block.is_paragraph or not block.text:
        return block
    match = _BULLET.match(block.text)
    if match is None or match.end() >= len(block.text):
        return block
    return replace(block.cut(match.end()), shape=Shape.ITEM, level=0, number=match.group().strip())


def _as_heading(blocks: list[Block], index: int, shaped: Shaped, where: str) -> Block:
    block = blocks[index]
    if block.shape is Shape.HEADING:
        return replace(block.unmarked(), level=min(max(block.level, 2), 4))
    text = block.text
    if not block.is_paragraph or not text or len(text) > LONGEST_HEADING or block.align == "right":
        return block
    if _END.search(text) and not (block.is_bold or _ASPECT.match(text)):
        return block
    if not _something_below(blocks, index):
        return block
    level, why = _heading_level(block)
    if not level:
        return block
    if why:
        shaped.doubts.append(Doubt(where, text, why))
    return replace(block.unmarked(), shape=Shape.HEADING, level=level)


def _something_below(blocks: list[Block], index: int) -> bool:
    """A heading has a text, a list, a table or a lower heading under it."""
    below = blocks[index + 1] if index + 1 < len(blocks) else None
    return below is not None and not (below.is_paragraph and below.align == "right")


def _heading_level(block: Block) -> tuple[int, str]:
    """2 or 3 for what looks like a heading, and why it is not sure; 0 for what does not."""
    text = block.text
    if _FIRST.match(text):
        return 2, ""
    if _SECOND.match(text):
        return 3, ""
    if _ASPECT.match(text):
        return 2, ""
    if _FRAMED.match(text):
        return 2, _("Taken for a heading because of its brackets.")
    if block.is_bold and not _STOP.search(text):
        return 2, _("Taken for a heading because the whole line is bold.")
    return 0, ""


def _join(blocks: list[Block], shaped: Shaped, where: str) -> None:
    """Runs of short lines without a full stop become paragraphs; no character is lost."""
    index = 0
    joined: list[Block] = []
    while index < len(blocks):
        run = _run_at(blocks, index)
        parts = _parts(run)
        whole = {id(block) for block in run}
        joined += [part for part in parts if id(part) not in whole]
        shaped.blocks += parts
        index += len(run)
    _note_joined(joined, shaped, where)


def _run_at(blocks: list[Block], index: int) -> list[Block]:
    """The lines from here that are pieces of sentences; alone, a block is a run of one."""
    first = blocks[index]
    if not _is_piece(first):
        return [first]
    run = [first]
    for block in blocks[index + 1 :]:
        if not _is_piece(block):
            if _completes(run[-1], block):
                run.append(block)
            break
        run.append(block)
    return run


def _is_piece(block: Block) -> bool:
    text = block.text
    return (
        block.is_paragraph
        and 0 < len(text) <= SHORT
        and block.align not in _ALIGNED
        and not _END.search(text)
        and not _STOP.search(text)
        and "\t" not in text
    )


def _completes(last: Block, block: Block) -> bool:
    """«the secretary stressed» and what was stressed, in the next line."""
    is_free = block.is_paragraph and block.align not in _ALIGNED and bool(block.text)
    return is_free and bool(_LEADS_IN.search(last.text))


def _runs_on(text: str, more: str) -> bool:
    """Whether a phrase was broken in the middle, so that not even a space belongs between."""
    if text[-1] in "的把为是在和与及对从向以将被让使项个种" or more[0] == "的":
        return True
    return more[0] == "是" and " " not in text


def _parts(run: list[Block]) -> list[Block]:
    """A new paragraph where a new thought begins, and before a paragraph grows too long."""
    parts: list[Block] = []
    for block in run:
        fresh = not parts or _NEW_THOUGHT.match(block.text)
        if fresh or len(parts[-1].text) + len(block.text) > max(LONGEST_JOINED, len(block.text)):
            parts.append(block)
        else:
            seam = "" if _runs_on(parts[-1].text, block.text) else " "
            parts[-1] = parts[-1].joined(block, seam)
    return parts


def _note_joined(parts: list[Block], shaped: Shaped, where: str) -> None:
    """One note for all of them: which paragraphs, and what to do."""
    if not parts:
        return
    begun = "；".join(f"{part.text[:14]}…" for part in parts)
    why = ngettext(
        "%(n)d paragraph was put together from short lines; put commas where spaces stand.",
        "%(n)d paragraphs were put together from short lines; put commas where spaces stand.",
        len(parts),
    ) % {"n": len(parts)}
    shaped.doubts.append(Doubt(where, begun[:300], why))


def markup(blocks: list[Block]) -> str:
    """The HTML of the blocks."""
    pieces: list[str] = []
    for is_list, group in groupby(blocks, key=lambda block: block.shape is Shape.ITEM):
        several = list(group)
        pieces += _list(several) if is_list else [_element(block) for block in several]
    return "\n".join(piece for piece in pieces if piece)


def _list(items: list[Block]) -> list[str]:
    """Items as lists, one inside the item above it where it stands deeper."""
    depths = [0]
    for item in items[1:]:
        depths.append(min(item.level, depths[-1] + 1, 4))
    pieces: list[str] = []
    open_lists: list[str] = []
    for item, depth, below in zip(items, depths, [*depths[1:], 0], strict=True):
        tag = "ol" if item.ordered else "ul"
        while len(open_lists) > depth + 1:
            pieces += [f"</{open_lists.pop()}>", "</li>"]
        if len(open_lists) == depth + 1 and open_lists[-1] != tag:
            pieces.append(f"</{open_lists.pop()}>")
        if len(open_lists) == depth:
            open_lists.append(tag)
            pieces.append(f"<{tag}>")
        pieces.append(f"<li>{item.markup}" + ("" if below > depth else "</li>"))
    while open_lists:
        pieces.append(f"</{open_lists.pop()}>")
        if open_lists:
            pieces.append("</li>")
    return pieces


def _element(block: Block) -> str:
    if block.shape is Shape.TABLE:
        return block.table
    if block.shape is Shape.PICTURE:
        return (
            f'<figure><img src="picture:{block.picture}" alt="{html.escape(block.text)}"></figure>'
        )
    if not block.runs:
        return ""
    if block.shape is Shape.HEADING:
        return f"<h{block.level}>{block.markup}</h{block.level}>"
    if block.align == "right":
        return f'<p class="signature">{block.markup}</p>'
    style = ' style="text-align: center"' if block.align == "center" else ""
    return f"<p{style}>{block.markup}</p>"


def headings(blocks: list[Block]) -> list[dict[str, Any]]:
    return [
        {"level": block.level, "text": block.text}
        for block in blocks
        if block.shape is Shape.HEADING
    ]


def lists(blocks: list[Block]) -> list[list[str]]:
    """The items of each list, in order."""
    found: list[list[str]] = []
    inside = False
    for block in blocks:
        if block.shape is Shape.ITEM:
            if not inside:
                found.append([])
            found[-1].append(block.text)
        inside = block.shape is Shape.ITEM
    return found


def with_label(block: Block, length: int) -> Block:
    """A turn that stays in the text: its label in bold."""
    label, rest = block.cut(0, length).unmarked(), block.cut(length)
    bold = tuple(Run(run.text, run.marks | {"strong"}, run.href) for run in label.runs)
    return replace(block, runs=trimmed([*bold, *rest.runs]))
