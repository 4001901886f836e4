"""Pairs: quotation marks and brackets that do not close, close nothing or close another kind.

One pass over the text, whatever stands in it: how many of each sign wait is counted, not searched.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from releases.proofreading.hits import MOST, Hit, marked, paragraphs

PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉",
    "（": "）", "(": ")", "【": "】", "［": "］", "[": "]", "〔": "〕",
}  # fmt: skip
_CLOSERS = {close: opener for opener, close in PAIRS.items()}
_SIGNS = re.compile("[" + re.escape("".join([*PAIRS, *_CLOSERS])) + "]")
# What people type for one another: the pair is whole, the widths or shapes differ.
_ALIKE = [set("（("), set("［["), set("「『“‘"), set("〈《"), set("〔［[（(")]
_ENDED = frozenset("。！？!?…”』」")  # at the end of a line
_LATIN_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])|(?<=[A-Za-z])'(?=[A-Za-z])")
_ENUMERATION = re.compile(r"^\s*[\dA-Za-z一二三四五六七八九十]{1,3}[)）]")
_QUOTES = "“「『‘"
_ANEW = "“「『"  # each paragraph of a long quotation opens anew
_LATER = 6  # paragraphs in which an open quotation may still close


def find(text: str) -> tuple[list[Hit], int]:
    """The first hits, and how many more there are."""
    lines = list(paragraphs(text))
    reading = _Reading()
    for number, (at, line) in enumerate(lines):
        reading.read(number, at, line)
        follows = lines[number + 1][1].lstrip()[:1] if number + 1 < len(lines) else ""
        reading.settle(number, line.rstrip()[-1:] in _ENDED, follows)
    return reading.hits, reading.more


@dataclass(frozen=True)
class _Open:
    """A sign that waits for its other half."""

    sign: str
    at: int
    paragraph: int


@dataclass
class _Reading:
    """How far the text is read: what waits, and what was found."""

    stack: list[_Open] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)
    hits: list[Hit] = field(default_factory=list)
    more: int = 0

    def read(self, number: int, at: int, line: str) -> None:
        counted = _ENUMERATION.match(line)
        apostrophes = {match.start() for match in _LATIN_APOSTROPHE.finditer(line)}
        for match in _SIGNS.finditer(line):
            place, sign = match.start(), match[0]
            if place in apostrophes or (counted and place == counted.end() - 1):
                continue
            if sign in PAIRS:
                self.stack.append(_Open(sign, at + place, number))
                self.waiting[sign] += 1
            else:
                self._close(sign, at + place)

    def settle(self, number: int, has_ended: bool, follows: str) -> None:
        """At the end of a paragraph: what may still close further down is kept."""
        kept: list[_Open] = []
        for one in self.stack:
            is_young = one.sign in _QUOTES and number - one.paragraph < _LATER
            if follows and is_young and not has_ended and one.sign != follows:
                kept.append(one)
            elif not (one.sign in _ANEW and one.sign == follows):
                self._unclosed(one)
        self.stack, self.waiting = kept, Counter(one.sign for one in kept)

    def _close(self, sign: str, at: int) -> None:
        wanted = _CLOSERS[sign]
        top = self.stack[-1].sign if self.stack else ""
        if top == wanted:
            self._pop()
        elif top and any({top, wanted} <= alike for alike in _ALIKE):
            self._pop()
            self._found("mixed-pair", sign, at, top)
        elif self.waiting[wanted]:  # what opened in between never closed
            while (one := self._pop()).sign != wanted:
                self._unclosed(one)
        else:
            self._found("unopened", sign, at, "")

    def _pop(self) -> _Open:
        one = self.stack.pop()
        self.waiting[one.sign] -= 1
        return one

    def _unclosed(self, one: _Open) -> None:
        self._found("unclosed", one.sign, one.at, "")

    def _found(self, rule: str, sign: str, at: int, opener: str) -> None:
        if len(self.hits) >= MOST:
            self.more += 1
            return
        better = PAIRS[opener] if rule == "mixed-pair" else ""
        self.hits.append(marked(rule, sign, at, _words(rule, sign, opener), better))


def _words(rule: str, sign: str, opener: str) -> str:
    if rule == "unopened":
        return _("«%(sign)s» closes nothing.") % {"sign": sign}
    if rule == "mixed-pair":
        words = _("«%(open)s» is closed by «%(close)s»: the two do not belong together.")
        return words % {"open": opener, "close": sign}
    words = _("«%(open)s» is not closed: «%(close)s» is missing.")
    return words % {"open": sign, "close": PAIRS[sign]}
