"""Saved web pages: the text blocks of the article, with what the page says about itself."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from releases.transcripts import pagefacts, tables
from releases.transcripts.blocks import Block, Run, Shape, Source, SourcePicture, trimmed
from releases.transcripts.text import MAX_BYTES, MAX_LINES, check_length
from releases.transcripts.transcript import Dropped

MAX_PICTURES = 40
_SKIPPED = {
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "select",
    "input", "textarea", "audio", "video", "canvas", "link", "meta",
}  # fmt: skip
_FRAME = {"nav": "navigation", "footer": "navigation", "aside": "navigation", "button": "button"}
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "li",
    "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption", "address", "form",
    "fieldset", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "center", "details",
    "summary", "hr", "body", *_FRAME,
}  # fmt: skip
_MARKS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "s": "s", "del": "s",
    "strike": "s", "sub": "sub", "sup": "sup",
}  # fmt: skip
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s{0,3}:\s{0,3}(?:bold|[6-9]00)", re.IGNORECASE)
_CENTER = re.compile(r"text-align\s{0,3}:\s{0,3}(center|right)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")


def read(page: str) -> Source:
    """The blocks of the page. Raises ValidationError."""
    source = _Reader(pagefacts.parsed(page)).read()
    check_length(sum(len(block.text.encode()) for block in source.blocks))
    return source


class _Reader:
    """Walks the tree once, without recursion, and gathers runs into blocks."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.source = Source()
        self.runs: list[Run] = []
        self.line = 0
        self.article = pagefacts.article(root)
        self.in_article = self.article is None
        self.passed_title = False

    def read(self) -> Source:
        self.source.hints = pagefacts.hints(self.root)
        body = self.root.find("body")
        self._walk(body if body is not None else self.root)
        return self.source

    # The walk ----------------------------------------------------------------------------------

    def _walk(self, top: Any) -> None:
        """`doing` holds (element, state it is in, whether its end is due)."""
        doing: list[tuple[Any, dict[str, Any], bool]] = [
            (top, {"marks": frozenset(), "depth": -1}, False)
        ]
        while doing:
            if len(self.source.blocks) > MAX_LINES:  # here: nobody waits for the rest of it
                raise ValidationError(_("The text has too many lines. Import it in parts."))
            element, state, ending = doing.pop()
            if ending:
                self._end(element, state)
                continue
            inner = self._begin(element, state)
            if inner is None:
                self._text(element.tail, state)
                continue
            doing.append((element, {"outer": state, "inner": inner}, True))
            self._text(element.text, inner)
            doing += [
                (child, inner, False) for child in reversed(element) if isinstance(child.tag, str)
            ]

    def _begin(self, element: Any, state: dict[str, Any]) -> dict[str, Any] | None:
        """The state inside the element, or None when it was dealt with whole."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _SKIPPED or not tag:
            return None
        if tag in _BLOCKS:
            self._flush(state)
        if tag == "br":
            self._flush(state)
            return None
        if tag == "img":
            self._picture(element, state)
            return None
        if tag == "table" and _is_data(element):
            self._table(element, state)
            return None
        if element is self.article:
            self.in_article = True
        return {**state, **self._change(tag, element, state)}

    def _change(self, tag: str, element: Any, state: dict[str, Any]) -> dict[str, Any]:
        style = (element.get("style") or "")[:400]
        change: dict[str, Any] = {}
        mark = _MARKS.get(tag) or ("strong" if tag == "span" and _BOLD.search(style) else None)
        if mark:
            change["marks"] = state["marks"] | {mark}
        if tag == "a" and (element.get("href") or "").startswith(
            ("http://", "https://", "mailto:")
        ):
            change["href"] = element.get("href")[:500]
        if tag in _FRAME:
            change["outside"] = _FRAME[tag]
        if _HIDDEN.search(style) or element.get("hidden") is not None:
            change["outside"] = "hidden"
        if element is self.article and not state.get("outside"):
            change["outside"] = ""
        if tag in _BLOCKS:
            aligned = _CENTER.search(style)
            align = (
                aligned[1]
                if aligned
                else element.get("align") or ("center" if tag == "center" else "")
            )
            change["align"] = align.lower() if align else state.get("align", "")
        if tag in ("ul", "ol"):
            change |= {"depth": state["depth"] + 1, "ordered": tag == "ol", "item": False}
        if tag == "li":
            change["item"] = state["depth"] >= 0
        if tag in _HEADINGS:
            change["heading"] = _HEADINGS[tag]
        return change

    def _end(self, element: Any, states: dict[str, Any]) -> None:
        if element.tag in _BLOCKS:
            self._flush(states["inner"])
        if element is self.article:
            self.in_article = False
        self._text(element.tail, states["outer"])

    def _text(self, written: str | None, state: dict[str, Any]) -> None:
        if written:
            self.runs.append(Run(_SPACES.sub(" ", written), state["marks"], state.get("href", "")))

    def _flush(self, state: dict[str, Any]) -> None:
        """What was gathered becomes one block."""
        runs, self.runs = trimmed(self.runs), []
        if not runs:
            return
        level = state.get("heading", 0)
        shape = Shape.HEADING if level else Shape.ITEM if state.get("item") else Shape.PARAGRAPH
        block = Block(
            runs=runs,
            lines=(self._next(),),
            shape=shape,
            level=level or max(0, state["depth"]),
            ordered=bool(state.get("ordered")),
            align=state.get("align", "") if state.get("align") in ("center", "right") else "",
            is_title=level == 1,
            outside=state.get("outside", "") or self._around(),
        )
        if block.is_title and (self.passed_title or block.outside):
            block = replace(block, is_title=False)
        self.passed_title = self.passed_title or block.is_title
        self.source.blocks.append(block)

    def _around(self) -> str:
        """Behind the article nothing belongs to it; before it stand title, time and source."""
        behind = self.article is not None and not self.in_article and self._seen_article()
        return "around" if behind else ""

    def _seen_article(self) -> bool:
        return bool(getattr(self, "_began", False))

    def _next(self) -> int:
        if self.article is not None and self.in_article:
            self._began = True
        self.line += 1
        return self.line

    # Tables and pictures -----------------------------------------------------------------------

    def _table(self, element: Any, state: dict[str, Any]) -> None:
        self._flush(state)
        caption = element.find("caption")
        rows = [
            [
                tables.Cell(
                    _cell_text(cell),
                    cell.tag == "th",
                    _small(cell.get("colspan")),
                    _small(cell.get("rowspan")),
                )
                for cell in row.iterchildren("td", "th")
            ]
            for row in element.iter("tr")
        ]
        words = _cell_text(caption) if caption is not None else ""
        if any(cell.text for row in rows for cell in row):
            block = tables.block(rows, self._next(), words)
            self.source.blocks.append(replace(block, outside=state.get("outside", "")))
        for image in element.iter("img"):
            self._picture(image, state)

    def _picture(self, element: Any, state: dict[str, Any]) -> None:
        """A picture inside the page is kept; one on another server is only noted."""
        address = (element.get("src") or element.get("data-src") or "").strip()
        data = _data_of(address)
        alt = " ".join((element.get("alt") or "").split())[:120]
        if data is None:
            shown = address[:80] if not address.startswith("data:") else address[:22]
            if shown:
                reason = _("a picture that is not in the file")
                self.source.dropped.append(Dropped(0, f"[{alt or shown}]", reason))
            return
        if len(self.source.pictures) >= MAX_PICTURES or state.get("outside"):
            reason = _("more than %(n)d pictures") % {"n": MAX_PICTURES}
            if state.get("outside"):
                reason = _("menu or frame of the page")
            self.source.dropped.append(Dropped(0, f"[{alt or _('picture')}]", reason))
            return
        self._flush(state)
        self.source.pictures.append(SourcePicture(data, "picture", alt))
        runs = (Run(alt),) if alt else ()
        number = len(self.source.pictures) - 1
        self.source.blocks.append(Block(runs=runs, shape=Shape.PICTURE, picture=number))


def _is_data(table: Any) -> bool:
    """A table of data, not one that lays out the page: several cells, none holding a long text."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [list(row.iterchildren("td", "th")) for row in table.iter("tr")]
    if len(rows) < 2 or max((len(row) for row in rows), default=0) < 2:
        return False
    return all(len("".join(cell.itertext())) <= 400 for row in rows for cell in row)


def _cell_text(cell: Any) -> str:
    """The words of a cell, a line for each paragraph or break in it."""
    parts: list[str] = []
    for node in cell.iter():
        if not isinstance(node.tag, str) or node.tag in _SKIPPED:
            parts.append(_SPACES.sub(" ", node.tail or "") if node is not cell else "")
            continue
        if node.tag in ("br", "p", "div", "li") and node is not cell:
            parts.append("\n")
        parts.append(_SPACES.sub(" ", node.text or ""))
        if node is not cell:
            parts.append(_SPACES.sub(" ", node.tail or ""))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _small(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 4 and value.isascii() else 1


def _data_of(address: str) -> bytes | None:
    """The bytes in a data: address, or None."""
    if not address[:11].lower().startswith("data:image/") or len(address) > MAX_BYTES * 3:
        return None
    head, comma, body = address.partition(",")
    if not comma:
        return None
    try:
        if head.lower().endswith(";base64"):
            return base64.b64decode("".join(body.split()), validate=False)
        return unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        return None
