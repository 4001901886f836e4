"""Blocks: the paragraphs, items, tables and pictures of a text before anything is known."""

from __future__ import annotations

import enum
import html
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from releases.transcripts.transcript import Doubt, Dropped

_SPACE = re.compile(r"\s+")
# Innermost last; the order in which nested marks are written.
MARKS = ("strong", "em", "u", "s", "sub", "sup")


class Shape(enum.Enum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    TABLE = "table"
    PICTURE = "picture"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""

    def holding(self, text: str) -> Run:
        """The same style with another text."""
        return self if text == self.text else Run(text, self.marks, self.href)

    @property
    def markup(self) -> str:
        inner = html.escape(self.text)
        for mark in reversed(MARKS):
            if mark in self.marks:
                inner = f"<{mark}>{inner}</{mark}>"
        return f'<a href="{html.escape(self.href)}">{inner}</a>' if self.href else inner


@dataclass(frozen=True)
class Block:
    """One paragraph, item, table or picture, with the numbers of the source lines it came from."""

    runs: tuple[Run, ...] = ()
    lines: tuple[int, ...] = ()
    shape: Shape = Shape.PARAGRAPH
    level: int = 0  # of a heading: 1–4; of an item: how deep it stands
    ordered: bool = False
    align: str = ""
    table: str = ""  # the HTML of a table
    picture: int = -1  # index into the pictures of the source
    outside: str = ""  # why the reader of the format takes it for page chrome
    is_title: bool = False
    number: str = ""  # the bullet or number the source drew before it

    @cached_property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @cached_property
    def markup(self) -> str:
        return "".join(run.markup for run in self.runs)

    @property
    def is_bold(self) -> bool:
        written = [run for run in self.runs if run.text.strip()]
        return bool(written) and all("strong" in run.marks for run in written)

    @property
    def is_paragraph(self) -> bool:
        return self.shape is Shape.PARAGRAPH

    @property
    def is_words(self) -> bool:
        return self.shape in (Shape.PARAGRAPH, Shape.HEADING)

    def cut(self, start: int, end: int | None = None) -> Block:
        """The same block with the characters from `start` to `end` only."""
        stop = len(self.text) if end is None else end
        if start == 0 and stop >= len(self.text):
            return self
        kept, at = [], 0
        for run in self.runs:
            piece = run.text[max(0, start - at) : max(0, stop - at)]
            at += len(run.text)
            if piece:
                kept.append(run.holding(piece))
        return replace(self, runs=trimmed(kept))

    def unmarked(self) -> Block:
        """Without bold: what a heading or a label says by its place needs no bold."""
        if not any("strong" in run.marks for run in self.runs):
            return self
        runs = tuple(Run(run.text, run.marks - {"strong"}, run.href) for run in self.runs)
        return replace(self, runs=runs)

    def joined(self, other: Block, seam: str) -> Block:
        runs = (*self.runs, Run(seam), *other.runs)
        return replace(self, runs=runs, lines=self.lines + other.lines)


def trimmed(runs: list[Run] | tuple[Run, ...]) -> tuple[Run, ...]:
    """Without white space at both ends."""
    kept = [run for run in runs if run.text]
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = kept[0].holding(kept[0].text.lstrip())
        kept[-1] = kept[-1].holding(kept[-1].text.rstrip())
    return tuple(kept)


def words(text: str, line: int = 0, **extra: object) -> Block:
    """A block of plain words."""
    return replace(Block(trimmed([Run(text)]), (line,) if line else ()), **extra)  # type: ignore[arg-type]


def squeezed(text: str) -> str:
    """Without any white space: what stays the same however lines are broken."""
    return _SPACE.sub("", text)


@dataclass(frozen=True)
class SourcePicture:
    data: bytes
    name: str
    alt: str = ""


@dataclass
class Hints:
    """What the file says about itself beside its text."""

    title: str = ""
    time: datetime | None = None
    source: str = ""
    url: str = ""
    writer: str = ""


@dataclass
class Source:
    """What a reader of a format gives: blocks in order, and what it left out."""

    blocks: list[Block] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)
    pictures: list[SourcePicture] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
