"""Edits of a rich text by places of its plain text: a word is exchanged, the markup stays."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from civic import richtext

_PIECE = re.compile(r"<[^>]*>|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)
_BLOCK_END = re.compile(
    r"</(?:p|h[2-4]|li|blockquote|pre|figcaption|caption|tr|div|figure|table|ul|ol)>|<br>|<hr>"
)
_CELL_END = re.compile(r"</(?:td|th)>(?=\s*<t[dh])")

Edit = tuple[int, int, str]  # (start, end, new text), in characters of the plain text


@dataclass(frozen=True)
class Char:
    """One character of the plain text and the markup that writes it; no markup for a line end."""

    sign: str
    start: int
    end: int


@dataclass(frozen=True)
class Layout:
    """A cleaned text, and its plain text character by character: the same as `richtext.plain`."""

    markup: str
    chars: list[Char]

    @property
    def text(self) -> str:
        return "".join(char.sign for char in self.chars)

    def edited(self, edits: Iterable[Edit]) -> str:
        """The markup with the edits made, in one pass. They may not overlap."""
        parts, at = [], 0
        for start, end, new in sorted(edits):
            written = [char for char in self.chars[start:end] if char.end > char.start]
            place = max(self._place(start, written), at)
            parts += [self.markup[at:place], html.escape(new, quote=False)]
            at = place
            # Two characters may be written by one sign of the markup.
            for first, last in dict.fromkeys((char.start, char.end) for char in written):
                parts.append(self.markup[at:first])
                at = last
        return richtext.clean("".join([*parts, self.markup[at:]]))

    def _place(self, start: int, written: list[Char]) -> int:
        if written:
            return written[0].start
        if start < len(self.chars):
            return self.chars[start].start
        return self.chars[-1].end if self.chars else len(self.markup)


def layout(markup: str) -> Layout:
    """Where each character of `richtext.plain(markup)` stands in the cleaned markup."""
    cleaned = richtext.clean(markup)
    found: list[Char] = []
    for match in _PIECE.finditer(cleaned):
        piece, start, end = match[0], match.start(), match.end()
        if piece.startswith("<") and len(piece) > 1:
            if _BLOCK_END.match(piece):
                found.append(Char("\n", start, start))
            elif _CELL_END.match(cleaned, start):
                found.append(Char("\t", start, start))
            continue
        signs = html.unescape(piece) if piece.startswith("&") else piece
        found += [Char(" " if sign == "\xa0" else sign, start, end) for sign in signs]
    return Layout(cleaned, _stripped(found))


def _stripped(chars: list[Char]) -> list[Char]:
    """Line by line without the space around, and without empty lines."""
    kept: list[Char] = []
    line: list[Char] = []
    for char in [*chars, Char("\n", 0, 0)]:
        if char.sign not in "\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            line.append(char)
            continue
        while line and line[-1].sign.isspace():
            line.pop()
        first = next((n for n, one in enumerate(line) if not one.sign.isspace()), len(line))
        if line[first:]:
            if kept:
                kept.append(Char("\n", line[first].start, line[first].start))
            kept += line[first:]
        line = []
    return kept
