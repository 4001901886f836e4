"""Terms: wrong, forbidden and outdated words, found by rules that are data."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from releases.proofreading.hits import Hit, Kind, paragraphs, sentence_bounds
from releases.proofreading.patterns import PatternRefused, compiled

SHIPPED = Path(__file__).with_name("terms.csv")
BUDGET = 0.6  # seconds for all rules together
LONGEST_LINE = 20_000
WORD_FIELDS = ("kind", "grade", "pattern", "correction", "near", "unless", "is_regex", "note")


@dataclass(frozen=True)
class Term:
    """One rule as the engine uses it. `near`: one of these must stand in the same sentence;
    `unless`: a hit inside one of these is none."""

    kind: str
    grade: str
    pattern: str
    correction: str = ""
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    is_regex: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.pattern}"


def words_of(text: str) -> tuple[str, ...]:
    """A list as a person types it: parted by commas of any kind."""
    return tuple(word.strip() for word in re.split(r"[,，、;；]", text) if word.strip())


@lru_cache(maxsize=1)
def shipped() -> tuple[Term, ...]:
    """The rules that come with the program."""
    return tuple(
        Term(
            kind=row["kind"],
            grade=row["grade"],
            pattern=row["pattern"],
            correction=row["correction"],
            near=words_of(row["near"]),
            unless=words_of(row["unless"]),
            is_regex=row["is_regex"] == "1",
            note=row["note"],
        )
        for row in shipped_rows()
    )


def shipped_rows() -> list[dict[str, str]]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find(text: str, terms: Iterable[Term], notes: list[str]) -> list[Hit]:
    """All hits of the terms; what could not be used, or not in time, is said in `notes`."""
    until = time.monotonic() + BUDGET
    found: list[Hit] = []
    lines = [(at, line[:LONGEST_LINE]) for at, line in paragraphs(text)]
    for term in terms:
        if term.kind == Kind.TITLE:
            continue
        if time.monotonic() > until:
            notes.append(_("The rules took too long: not all of them were applied."))
            break
        try:
            places = list(_places(text, lines, term, until))
        except PatternRefused as refusal:
            said = {"pattern": term.pattern[:40], "why": refusal}
            notes.append(_("The rule «%(pattern)s» was left out: %(why)s") % said)
            continue
        found += [_hit(text, term, start, end) for start, end in places]
    return _widest(found)


def _places(
    text: str, lines: list[tuple[int, str]], term: Term, until: float
) -> Iterator[tuple[int, int]]:
    if not term.pattern:
        raise PatternRefused(_("The pattern is empty."))
    spots = _by_expression(lines, term, until) if term.is_regex else _by_word(text, term.pattern)
    for start, end in spots:
        if not _excused(text, term, start, end) and _in_context(text, term, start, end):
            yield start, end


def _by_word(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + len(word))


def _by_expression(
    lines: list[tuple[int, str]], term: Term, until: float
) -> Iterator[tuple[int, int]]:
    expression = compiled(term.pattern)
    for at, line in lines:
        if time.monotonic() > until:
            return
        for match in expression.finditer(line):
            if match.end() > match.start():
                yield at + match.start(), at + match.end()


def _excused(text: str, term: Term, start: int, end: int) -> bool:
    for phrase in term.unless:
        around = text.find(phrase, max(end - len(phrase), 0), start + len(phrase))
        if around >= 0:
            return True
    return False


def _in_context(text: str, term: Term, start: int, end: int) -> bool:
    if not term.near:
        return True
    first, last = sentence_bounds(text, start, end)
    return any(word in text[first:start] or word in text[end:last] for word in term.near)


def _hit(text: str, term: Term, start: int, end: int) -> Hit:
    fixes = term.correction and "/" not in term.correction
    return Hit(
        rule=term.name,
        kind=term.kind,
        grade=term.grade,
        text=text[start:end],
        start=start,
        end=end,
        suggestion=term.correction,
        note=term.note,
        edits=((start, end, term.correction),) if fixes else (),
    )


def _widest(hits: list[Hit]) -> list[Hit]:
    """Of hits of one kind inside one another the wider one says it all."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        inside = kept and kept[-1].end >= hit.end and kept[-1].kind == hit.kind
        if not inside:
            kept.append(hit)
    return kept
