"""What a demo release is, and the little notation its text is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from xml.sax.saxutils import escape

from civic.cites import CitedSpan
from civic.wording import read

# {wording|figure}, {wording|figure|group} or {wording|figure|group|period}
_CITED = re.compile(r"\{([^|{}]+)\|([^|{}]+)(?:\|([^|{}]*))?(?:\|([^|{}]*))?\}")
AS_OF = "2020-11-20"


@dataclass(frozen=True)
class Drawn:
    """A picture to be drawn: recipe, palette, what is to be seen."""

    recipe: str
    palette: str
    alt: str


@dataclass(frozen=True)
class Text:
    """One release: published `days` before today, taken off `lasts` days later."""

    title: str
    channel: str
    unit: str
    days: int
    body: str
    keywords: str = ""
    summary: str = ""
    topics: tuple[str, ...] = ()
    picture: Drawn | None = None
    gallery: tuple[Drawn, ...] = ()
    writer: str = "示例甲"
    lasts: int | None = None
    at: time | None = None

    @property
    def html(self) -> str:
        return html(self.body)


@dataclass(frozen=True)
class Conference:
    """A press conference: the text, who speaks (name, post), and (outlet, reporter, question,
    answerer, answer) for each question. A picture stands in the text after its first heading.
    Large numbers are (words under it, figure, group, period, scale)."""

    text: Text
    host: tuple[str, str]
    presenters: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, str, str, str, str], ...]
    venue: str = "示例市新闻发布厅"
    organizer: str = "示例市人民政府新闻办公室"
    inside: Drawn | None = None
    numbers: tuple[tuple[str, str, str, str, str], ...] = ()


def html(text: str) -> str:
    """A line is a paragraph, "## " a heading, "- " an item of a list; {152篇|media_posts|rmh} is a
    number that cites its figure."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    made = []
    for is_item, group in groupby(lines, key=lambda line: line.startswith("- ")):
        if is_item:
            items = "".join(f"<li>{cite(escape(line[2:]))}</li>" for line in group)
            made.append(f"<ul>{items}</ul>")
            continue
        for line in group:
            tag = "h2" if line.startswith("## ") else "p"
            made.append(f"<{tag}>{cite(escape(line.removeprefix('## ')))}</{tag}>")
    return "".join(made)


def cite(text: str) -> str:
    return _CITED.sub(_span, text)


def _span(match: re.Match[str]) -> str:
    wording, figure, group, period = (part or "" for part in match.groups())
    said = read(wording)
    if said is None:
        raise ValueError(f"«{wording}» is no number")
    return CitedSpan(
        figure=figure,
        period=period,
        group=group,
        value=f"{said.number:f}",
        qualifier=said.qualifier,
        as_of=AS_OF,
        text=wording,
    ).markup
