"""Terms: wrong, forbidden and outdated words, found by rules that are data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from time import thread_time

from django.utils.translation import gettext as _

from releases.proofreading.hits import Grade, Hit, Kind, paragraphs, sentence_bounds
from releases.proofreading.patterns import PatternRefused, compiled, reach

SHIPPED = Path(__file__).with_name("terms.csv")
# Seconds of computing for all expressions together; a busy machine changes nothing in them.
BUDGET = 2.0
BLOCK_BUDGET = 6.0  # of those that block: they come first and read everything but the impossible
LONG_SENTENCE = 1_000  # characters to either side in which a neighbour is looked for
WINDOW = 2_000  # characters of a line that an expression reads at a time
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


@dataclass
class Gaps:
    """What was not examined. `incomplete` keeps a text from its readers, `notes` does not."""

    notes: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)

    def left_out(self, term: Term, why: PatternRefused) -> None:
        said = {"pattern": term.pattern[:40], "why": why}
        if term.grade == Grade.HINT:
            self.notes.append(_("The rule «%(pattern)s» was left out: %(why)s") % said)
        else:
            words = _(
                "The rule «%(pattern)s» cannot be used: %(why)s Mend it in the list of rules."
            )
            self.incomplete.append(words % said)

    def ran_out(self, slowest: str, unread: int) -> None:
        words = _(
            "The expressions took too long: %(n)d rules were not applied to the whole text."
            " Split the text, or make the rule «%(pattern)s» simpler, which took longest."
        )
        self.incomplete.append(words % {"n": unread, "pattern": slowest[:40]})


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


def find(text: str, terms: Iterable[Term], gaps: Gaps) -> list[Hit]:
    """All hits of the terms. Words are looked for in the whole text, expressions while there is
    time; what could not be used, or not in time, is said in `gaps`."""
    used = [term for term in terms if term.kind != Kind.TITLE and _can_be_used(term, gaps)]
    pairs = set(pairwise(text))
    found: list[Hit] = []
    for term in used:
        # Most words of a long list have two neighbours that stand nowhere side by side.
        if not term.is_regex and all(pair in pairs for pair in pairwise(term.pattern)):
            found += _hits(text, term, _by_word(text, term.pattern))
    blocking = [term for term in used if term.is_regex and term.grade == Grade.BLOCK]
    others = [term for term in used if term.is_regex and term.grade != Grade.BLOCK]
    for expressions, seconds in ((blocking, BLOCK_BUDGET), (others, BUDGET)):
        found += _by_expressions(text, expressions, seconds, gaps)
    return _widest(found)


def _can_be_used(term: Term, gaps: Gaps) -> bool:
    try:
        if not term.pattern:
            raise PatternRefused(_("The pattern is empty."))
        if term.is_regex:
            compiled(term.pattern)
    except PatternRefused as refusal:
        gaps.left_out(term, refusal)
        return False
    return True


def _hits(text: str, term: Term, spots: Iterable[tuple[int, int]]) -> Iterator[Hit]:
    if term.near and not any(word in text for word in term.near):
        return
    for start, end in spots:
        if not _excused(text, term, start, end) and _in_context(text, term, start, end):
            yield _hit(text, term, start, end)


def _by_word(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + len(word))


class _OutOfTime(Exception):
    """The expressions have used up their time."""


def _by_expressions(text: str, terms: list[Term], seconds: float, gaps: Gaps) -> list[Hit]:
    found: list[Hit] = []
    lines = list(paragraphs(text)) if terms else []
    until = thread_time() + seconds
    slowest, longest = "", -1.0
    for number, term in enumerate(terms):
        begun, is_over = thread_time(), False
        try:
            # One by one: what was found before the time was over stays found.
            for hit in _hits(text, term, _by_expression(lines, term, until)):
                found.append(hit)
        except _OutOfTime:
            is_over = True
        took = thread_time() - begun
        if took > longest:
            slowest, longest = term.pattern, took
        if is_over:
            gaps.ran_out(slowest, len(terms) - number)
            break
    return found


def _by_expression(
    lines: list[tuple[int, str]], term: Term, until: float
) -> Iterator[tuple[int, int]]:
    """The matches in each line. A long line is read in windows that overlap by what a match and
    what it looks at can have: no match is cut, none is found twice. Raises _OutOfTime."""
    expression, behind = compiled(term.pattern), reach(term.pattern)
    unread = 0  # characters until the clock is looked at again, which costs more than a short line
    for at, line in lines:
        begin = 0
        while begin < len(line):
            if unread <= 0:
                if thread_time() > until:
                    raise _OutOfTime
                unread = WINDOW
            unread -= 20 + min(len(line) - begin, WINDOW)
            stop = following = begin + WINDOW
            for match in expression.finditer(line, begin, stop + behind):
                if match.start() >= stop:
                    break
                following = max(following, match.end())
                if match.end() > match.start():
                    yield at + match.start(), at + match.end()
            begin = following


def _excused(text: str, term: Term, start: int, end: int) -> bool:
    for phrase in term.unless:
        around = text.find(phrase, max(end - len(phrase), 0), start + len(phrase))
        if around >= 0:
            return True
    return False


def _in_context(text: str, term: Term, start: int, end: int) -> bool:
    if not term.near:
        return True
    first, last = sentence_bounds(text, start, end, LONG_SENTENCE)
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
    """Of hits of one kind inside one another the wider one says it all, unless it asks for less."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.urgency)):
        last = kept[-1] if kept else None
        inside = last is not None and last.end >= hit.end and last.kind == hit.kind
        if last is None or not inside or last.urgency > hit.urgency:
            kept.append(hit)
    return kept
