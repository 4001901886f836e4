"""The proofreader: every check over one text, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from releases.proofreading import dates, marks, numbers, posts, repeats, terms
from releases.proofreading.hits import Hit, Kind, placed
from releases.proofreading.terms import Term

LONGEST = 300_000  # characters of a text that is read to its end


@dataclass(frozen=True)
class Context:
    """What is known about a text beside its words."""

    people: tuple[tuple[str, str], ...] = ()  # (name, post held that day)
    day: date | None = None  # the day the text speaks from
    with_figures: bool = False  # ask the registry, which costs queries
    spared: tuple[tuple[int, int], ...] = ()  # citations: checked for themselves


@dataclass(frozen=True)
class Report:
    """The hits, and what could not be checked."""

    hits: list[Hit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def examine(text: str, rules: Iterable[Term], context: Context | None = None) -> Report:
    """Every hit of every check. Takes any text and any rules, never raises."""
    about = context or Context()
    text = text[:LONGEST]
    notes: list[str] = []
    rules = list(rules)
    named = [(rule.pattern, rule.correction) for rule in rules if rule.kind == Kind.TITLE]
    hits = terms.find(text, rules, notes)
    hits += marks.find(text)
    hits += _outermost(repeats.find(text))
    hits += dates.find(text, about.day.year if about.day else None)
    hits += posts.find(text, [*about.people, *named])
    hits += numbers.find(text)
    if about.with_figures:
        known = numbers.known_figures(text, about.day)
        hits += numbers.against_figures(text, known, list(about.spared))
    return Report(placed(text, hits), notes)


def _outermost(hits: Sequence[Hit]) -> list[Hit]:
    """A repeated sentence says it for its parts."""
    return [
        hit
        for hit in hits
        if not any(
            other is not hit
            and other.start <= hit.start
            and hit.end <= other.end
            and (other.end - other.start) > (hit.end - hit.start)
            for other in hits
        )
    ]
