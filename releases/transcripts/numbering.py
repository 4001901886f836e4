"""Numbers and bullets that Word draws before paragraphs without writing them into the text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_CHINESE = ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting")
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Number:
    """How a paragraph is numbered; `prefix` is written out where a list could not show it."""

    ordered: bool
    depth: int = 0
    prefix: str = ""


def chinese(number: int) -> str:
    """1–99 in Chinese figures."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")


class Numbering:
    """The numbering of one document; asked paragraph by paragraph, in order."""

    def __init__(self, document: Any) -> None:
        self.formats: dict[tuple[str, int], tuple[str, str]] = {}
        self.counters: dict[tuple[str, int], int] = defaultdict(int)
        self.by_style = {
            style.style_id: style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            for style in document.styles
        }
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(relation.target_part.element)

    def _read(self, root: Any) -> None:
        levels: dict[str, dict[int, tuple[str, str]]] = {}
        for abstract in root.iterchildren(qn("w:abstractNum")):
            found = levels.setdefault(abstract.get(qn("w:abstractNumId"), ""), {})
            for level in abstract.iterchildren(qn("w:lvl")):
                form, text = level.find(qn("w:numFmt")), level.find(qn("w:lvlText"))
                found[_small(level.get(qn("w:ilvl")))] = (
                    form.get(qn("w:val"), "") if form is not None else "decimal",
                    text.get(qn("w:val"), "") if text is not None else "",
                )
        for num in root.iterchildren(qn("w:num")):
            abstract = num.find(qn("w:abstractNumId"))
            key = abstract.get(qn("w:val"), "") if abstract is not None else ""
            for depth, form in levels.get(key, {}).items():
                self.formats[num.get(qn("w:numId"), ""), depth] = form

    def of(self, paragraph: Any, style: tuple[str, str]) -> Number | None:
        """The number of this paragraph, or None."""
        name, identifier = style
        properties = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if properties is None:
            properties = self.by_style.get(identifier)
        if properties is None:
            return _by_name(name)
        num, level = properties.find(qn("w:numId")), properties.find(qn("w:ilvl"))
        key = num.get(qn("w:val"), "") if num is not None else ""
        depth = _small(level.get(qn("w:val"))) if level is not None else 0
        if key in ("", "0"):
            return None
        form, pattern = self.formats.get((key, depth), ("decimal", ""))
        self.counters[key, depth] += 1
        for deeper in range(depth + 1, 9):
            self.counters.pop((key, deeper), None)
        if form == "bullet":
            return Number(False, depth)
        if form == "none":
            return None
        if form in _CHINESE:
            written = chinese(self.counters[key, depth])
            return Number(True, depth, (pattern or "%1、").replace(f"%{depth + 1}", written))
        return Number(True, depth)


def _by_name(name: str) -> Number | None:
    lowered = name.lower()
    if lowered.startswith(("list bullet", "项目符号")):
        return Number(False)
    return Number(True) if lowered.startswith("list number") else None


def _small(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 2 else 0
