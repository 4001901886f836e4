"""Marks: quotation marks and brackets that do not close, half-width and doubled punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from releases.proofreading.hits import HAN, Grade, Hit, Kind, paragraphs

PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉",
    "（": "）", "(": ")", "【": "】", "［": "］", "[": "]", "〔": "〕",
}  # fmt: skip
_CLOSERS = {close: opener for opener, close in PAIRS.items()}
# What people type for one another: the pair is whole, the widths or shapes differ.
_ALIKE = [set("（("), set("［["), set("「『“‘"), set("〈《"), set("〔［[（(")]
_ENDED = re.compile(r"[。！？!?…”』」]\s*$")
_LATIN_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])|(?<=[A-Za-z])'(?=[A-Za-z])")
_ENUMERATION = re.compile(r"^\s*[\dA-Za-z一二三四五六七八九十]{1,3}[)）]")
_LATER = 6  # paragraphs in which an open quotation may still close


def find(text: str) -> list[Hit]:
    return [
        *_pairs(text),
        *_straight(text),
        *_outer_single(text),
        *_whole_text(text),
        *_doubled(text),
    ]


@dataclass
class _Open:
    """A sign that waits for its other half."""

    sign: str
    at: int
    paragraph: int


def _pairs(text: str) -> Iterator[Hit]:
    waiting: list[_Open] = []
    lines = list(paragraphs(text))
    for number, (at, line) in enumerate(lines):
        waiting, hits = _one_line(waiting, number, at, line)
        yield from hits
        follows = lines[number + 1][1].lstrip()[:1] if number + 1 < len(lines) else ""
        kept: list[_Open] = []
        for one in waiting:
            if _may_close_later(one, number, line, follows) and follows:
                kept.append(one)
            elif not (one.sign in "“「『" and one.sign == follows):  # each paragraph opens anew
                yield _unclosed(one, text)
        waiting = kept


def _may_close_later(one: _Open, number: int, line: str, follows: str) -> bool:
    """A quotation set in short lines closes further down."""
    if one.sign not in "“「『‘" or number - one.paragraph >= _LATER:
        return False
    return not _ENDED.search(line) and one.sign != follows


def _one_line(
    waiting: list[_Open], number: int, at: int, line: str
) -> tuple[list[_Open], list[Hit]]:
    stack, hits = list(waiting), []
    counted = _ENUMERATION.match(line)
    apostrophes = {match.start() for match in _LATIN_APOSTROPHE.finditer(line)}
    for place, sign in enumerate(line):
        if place in apostrophes or (counted and place == counted.end() - 1):
            continue
        if sign in PAIRS:
            stack.append(_Open(sign, at + place, number))
        elif sign in _CLOSERS:
            hits += _close(stack, sign, at + place)
    return stack, hits


def _close(stack: list[_Open], sign: str, at: int) -> list[Hit]:
    wanted = _CLOSERS[sign]
    places = [n for n, one in enumerate(stack) if one.sign == wanted]
    top = stack[-1] if stack else None
    if top is not None and top.sign == wanted:
        stack.pop()
        return []
    if top is not None and any({top.sign, wanted} <= alike for alike in _ALIKE):
        stack.pop()
        return [_mixed(top.sign, sign, at)]
    if places:  # what opened in between never closed
        left = stack[places[-1] + 1 :]
        del stack[places[-1] :]
        return [_hit("unclosed", one.sign, one.at, _unclosed_words(one.sign)) for one in left]
    return [_hit("unopened", sign, at, _("«%(sign)s» closes nothing.") % {"sign": sign})]


def _unclosed_words(sign: str) -> str:
    return _("«%(open)s» is not closed: «%(close)s» is missing.") % {
        "open": sign,
        "close": PAIRS[sign],
    }


def _unclosed(one: _Open, text: str) -> Hit:
    return _hit("unclosed", one.sign, one.at, _unclosed_words(one.sign), shown=text)


def _hit(rule: str, sign: str, at: int, note: str, suggestion: str = "", shown: str = "") -> Hit:
    edits = ((at, at + len(sign), suggestion),) if suggestion else ()
    return Hit(
        rule=rule,
        kind=Kind.MARKS,
        grade=Grade.HINT,
        text=sign,
        start=at,
        end=at + len(sign),
        suggestion=suggestion,
        note=note,
        edits=edits,
    )


def _mixed(opener: str, closer: str, at: int) -> Hit:
    words = _("«%(open)s» is closed by «%(close)s»: the two do not belong together.")
    said = words % {"open": opener, "close": closer}
    return _hit("mixed-pair", closer, at, said, PAIRS[opener])


def _straight(text: str) -> Iterator[Hit]:
    """Straight quotation marks in Chinese text: an odd one is lost, pairs become curly."""
    for at, line in paragraphs(text):
        places = [n for n, sign in enumerate(line) if sign in '"＂']
        if not places or not re.search(f"[{HAN}]", line):
            continue
        if len(places) % 2:
            words = _(
                "A quotation mark stands alone: its other half is missing or of another shape."
            )
            yield _hit("unclosed", line[places[-1]], at + places[-1], words)
            continue
        edits = tuple(
            (at + place, at + place + 1, "“" if n % 2 == 0 else "”")
            for n, place in enumerate(places)
        )
        yield Hit(
            rule="straight-quotes",
            kind=Kind.MARKS,
            grade=Grade.HINT,
            text=line[places[0] : places[1] + 1],
            start=at + places[0],
            end=at + places[1] + 1,
            suggestion="“”",
            note=_("Chinese quotation marks are “ and ”."),
            edits=edits,
        )


def _outer_single(text: str) -> Iterator[Hit]:
    """Single quotation marks stand inside double ones only (GB/T 15834)."""
    for at, line in paragraphs(text):
        depth = 0
        for place, sign in enumerate(line):
            if sign == "“":
                depth += 1
            elif sign == "”":
                depth = max(depth - 1, 0)
            elif sign == "‘" and depth == 0:
                end = line.find("’", place)
                inside = line[place + 1 : end] if end > 0 else ""
                if re.search(f"[{HAN}]", inside) and "‘" not in inside:
                    yield _outer(line[place : end + 1], at + place, at + end + 1)


def _outer(quoted: str, start: int, end: int) -> Hit:
    return Hit(
        rule="single-quotes",
        kind=Kind.MARKS,
        grade=Grade.HINT,
        text=quoted,
        start=start,
        end=end,
        suggestion=f"“{quoted[1:-1]}”",
        note=_("Single quotation marks stand only inside double ones."),
        edits=((start, start + 1, "“"), (end - 1, end, "”")),
    )


# Once a text ----------------------------------------------------------------------------------

_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）", ".": "。"}
_AFTER = f"[{HAN}”’》）】%]"
_HALF = re.compile(
    rf"\.{{3,}}(?=[{HAN}]|$)|(?<={_AFTER})\.{{3,}}"
    rf"|(?<={_AFTER})[,;:!?]"
    rf"|[,;:!?](?=[{HAN}“‘《（])"
    rf"|(?<=[{HAN}”])\.(?=\s|$|[{HAN}“])"
    rf"|\((?=[^()\n]{{0,60}}[{HAN}])|\)",
    re.MULTILINE,
)
_FULL = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+")


def _whole_text(text: str) -> Iterator[Hit]:
    if not re.search(f"[{HAN}]", text):
        return
    yield from _once(text, "half-width", _half_width(text), _half_note)
    digits = tuple(
        (m.start(), m.end(), "".join(chr(ord(char) - 0xFEE0) for char in m[0]))
        for m in _FULL.finditer(text)
    )
    yield from _once(text, "full-width", digits, _full_note)


def _half_note(count: int) -> str:
    return _("%(n)d half-width punctuation marks in Chinese text.") % {"n": count}


def _full_note(count: int) -> str:
    return _("%(n)d numbers or words in full-width letters.") % {"n": count}


def _once(
    text: str, rule: str, edits: tuple[tuple[int, int, str], ...], note: Callable[[int], str]
) -> Iterator[Hit]:
    if not edits:
        return
    start, end, new = edits[0]
    yield Hit(
        rule=rule,
        kind=Kind.MARKS,
        grade=Grade.HINT,
        text=text[start:end],
        start=start,
        end=end,
        suggestion=new,
        note=note(len(edits)),
        edits=edits,
        count=len(edits),
    )


def _half_width(text: str) -> tuple[tuple[int, int, str], ...]:
    """Every half-width mark that Chinese words stand beside; numbers and addresses keep theirs."""
    edits = []
    brackets: list[bool] = []
    for match in _HALF.finditer(text):
        sign = match[0]
        if sign == "(":
            brackets.append(True)
        elif sign == ")":
            if not brackets:
                continue
            brackets.pop()
        new = "……" if sign.startswith("...") else _WIDE[sign]
        edits.append((match.start(), match.end(), new))
    return tuple(edits)


_TWICE = re.compile(
    r"，[，。、；]|。[。，、；]|、[、，。]|；[；，。、]|：：|[，、；：](?=[）》”]*$)", re.MULTILINE
)


def _doubled(text: str) -> Iterator[Hit]:
    """«，，» and «，。»: one mark too many; a line that ends in a comma is set in short lines."""
    for match in _TWICE.finditer(text):
        signs = match[0]
        if len(signs) < 2:
            continue
        strongest = "。" if "。" in signs else "；" if "；" in signs else signs[0]
        note = _("Two punctuation marks stand side by side.")
        yield _hit("doubled-mark", signs, match.start(), note, strongest)
