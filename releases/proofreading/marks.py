"""Marks: quotation marks of the wrong shape, half-width and doubled punctuation, and the pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from releases.proofreading import pairs
from releases.proofreading.hits import HAN, MOST, Grade, Hit, Kind, marked, paragraphs

# Scans from one single mark to the next only, so that a line costs its length.
_SINGLE = re.compile("[“”]|‘(?=([^‘’]*)’)")


def find(text: str) -> tuple[list[Hit], int]:
    """The first hits of each check, and how many more there are."""
    hits, more = pairs.find(text)
    for check in (_straight, _outer_single, _whole_text, _doubled):
        found = check(text)
        hits += islice(found, MOST)
        more += sum(1 for _hit in found)
    return hits, more


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
            yield marked("unclosed", line[places[-1]], at + places[-1], words)
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
        for match in _SINGLE.finditer(line):
            if match[0] == "“":
                depth += 1
            elif match[0] == "”":
                depth = max(depth - 1, 0)
            elif depth == 0 and re.search(f"[{HAN}]", match[1]):
                start = at + match.start()
                yield _outer(f"‘{match[1]}’", start, start + len(match[1]) + 2)


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
        yield marked("doubled-mark", signs, match.start(), note, strongest)
