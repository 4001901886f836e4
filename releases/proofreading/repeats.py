"""Repetitions: a sentence printed twice, also with other punctuation, and words doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from releases.proofreading.hits import HAN, Grade, Hit, Kind, paragraphs

SHORTEST = 12  # letters and digits of a sentence that counts
LONG_LINE = 30  # of a line without a full stop, such as a heading, that counts all the same
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*[”’」』）)]*")
_CLAUSE = re.compile(r"[^，。！？；：,!?;:]+")
_SIGNS = re.compile(r"[\W_]+")
_DOUBLED = re.compile(rf"([{HAN}]{{2,6}})\1")
# Said twice on purpose, or grown together from two words that end and begin alike.
_FINE = re.compile(r"^(?:(.)\1|.*[\dⅠ-Ⅻ一二三四五六七八九十百千万亿年月日天点点滴].*)$")
_REAL_PAIRS = {
    "研究", "讨论", "学习", "商量", "考虑", "休息", "收拾", "打扫", "锻炼", "交流", "介绍", "了解",
    "熟悉", "体验", "认识", "哈哈", "谢谢", "加油", "来来", "快快", "努力", "好好", "慢慢",
}  # fmt: skip


def find(text: str) -> list[Hit]:
    return [*_sentences(text), *_clauses(text), *_doubled(text)]


def _bare(piece: str) -> str:
    """Letters and digits only: other punctuation does not make another sentence."""
    return _SIGNS.sub("", piece)


def _pieces(line: str, at: int, expression: re.Pattern[str]) -> Iterator[tuple[int, str, str]]:
    for match in expression.finditer(line):
        piece = match[0].strip()
        if piece:
            yield at + match.start() + len(match[0]) - len(match[0].lstrip()), piece, _bare(piece)


def _sentences(text: str) -> Iterator[Hit]:
    seen: dict[str, int] = {}
    for at, line in paragraphs(text):
        for start, piece, bare in _pieces(line, at, _SENTENCE):
            ended = re.search(r"[。！？!?]", piece) is not None
            if len(bare) < (SHORTEST if ended else LONG_LINE):
                continue
            if bare in seen:
                yield _said(text, start, piece)
            seen.setdefault(bare, start)


def _clauses(text: str) -> Iterator[Hit]:
    """Within a paragraph also a part of a sentence is not said twice; in another it may return."""
    for at, line in paragraphs(text):
        seen: dict[str, str] = {}
        whole = {bare for _start, _piece, bare in _pieces(line, at, _SENTENCE)}
        for start, piece, bare in _pieces(line, at, _CLAUSE):
            if len(bare) < SHORTEST or bare in whole:
                continue
            if bare in seen:
                yield _said(text, start, piece)
            seen.setdefault(bare, piece)


def _said(text: str, start: int, piece: str) -> Hit:
    end = start + len(piece)
    cut_to = end + 1 if text[end : end + 1] in ("，", ",", "；", ";") else end
    return Hit(
        rule="repeated",
        kind=Kind.REPEATED,
        grade=Grade.HINT,
        text=piece,
        start=start,
        end=end,
        note=_("This was printed before in the same text. Delete one of the two."),
        suggestion=_("(delete)"),
        edits=((start, cut_to, ""),),
    )


def _doubled(text: str) -> Iterator[Hit]:
    """«我们我们»: a word of two to six characters written twice running."""
    for match in _DOUBLED.finditer(text):
        word = match[1]
        if _FINE.match(word) or word in _REAL_PAIRS or len(set(word)) == 1:
            continue
        yield Hit(
            rule="doubled-word",
            kind=Kind.REPEATED,
            grade=Grade.HINT,
            text=match[0],
            start=match.start(),
            end=match.end(),
            suggestion=word,
            note=_("A word stands twice."),
            edits=((match.start(), match.end(), word),),
        )
