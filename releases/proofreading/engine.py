"""The proofreader: every check over one text, in the order of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from releases.proofreading import dates, marks, numbers, posts, repeats, terms
from releases.proofreading.hits import MOST, Grade, Hit, Kind, placed
from releases.proofreading.terms import Gaps, Term

LONGEST = 300_000  # characters that are read for all but words, which have no limit


@dataclass(frozen=True)
class Context:
    """What is known about a text beside its words."""

    people: tuple[tuple[str, str], ...] = ()  # (name, post held that day)
    day: date | None = None  # the day the text speaks from
    with_figures: bool = False  # ask the registry, which costs queries
    spared: frozenset[int] = frozenset()  # places of citations: checked for themselves
    prose_end: int | None = None  # behind it stand names and captions, which are no sentences


@dataclass(frozen=True)
class Report:
    """The hits, and what could not be checked."""

    hits: list[Hit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: int = 0  # hits that are not listed
    incomplete: list[str] = field(default_factory=list)  # what was not examined, and what to do


def examine(text: str, rules: Iterable[Term], context: Context | None = None) -> Report:
    """The hits of every check, the most urgent `MOST` of them. Takes any text and any rules,
    never raises."""
    gaps, about, rules = Gaps(), context or Context(), list(rules)
    hits = terms.find(text, rules, gaps)
    prose = text[: about.prose_end]
    if len(prose) > LONGEST:
        words = _(
            "The text has %(n)d characters: punctuation, repetitions, dates, posts and numbers were"
            " checked in the first %(most)d only. Split the text."
        )
        gaps.incomplete.append(words % {"n": len(prose), "most": LONGEST})
    found, more = _checked(prose[:LONGEST], rules, about)
    hits += found
    listed = _most_urgent(hits, gaps)
    return Report(placed(text, listed), gaps.notes, more + len(hits) - len(listed), gaps.incomplete)


def _checked(text: str, rules: list[Term], about: Context) -> tuple[list[Hit], int]:
    """What the checks find that need no list of words, and how many more there are."""
    titles = [rule for rule in rules if rule.kind == Kind.TITLE]
    named = [(rule.pattern, rule.correction) for rule in titles]
    hits, more = marks.find(text)
    hits += _outermost(repeats.find(text))
    hits += dates.find(text, about.day.year if about.day else None)
    hits += posts.find(text, [*about.people, *named], {rule.pattern: rule.grade for rule in titles})
    hits += numbers.find(text)
    if about.with_figures:
        known = numbers.known_figures(text, about.day)
        contradicting = numbers.against_figures(text, known, [])
        hits += [hit for hit in contradicting if hit.start not in about.spared]
    return hits, more


def _most_urgent(hits: list[Hit], gaps: Gaps) -> list[Hit]:
    """What blocks before what asks before what hints, each in the order of the text. A place that
    asks for a decision and is not listed could not be decided: then the text is not through."""
    if len(hits) <= MOST:
        return hits
    ordered = sorted(hits, key=lambda hit: (hit.urgency, hit.start))
    unlisted = Counter(hit.rule for hit in ordered[MOST:] if hit.grade == Grade.CONFIRM)
    for rule, _count in unlisted.most_common(1):
        words = _(
            "%(n)d places ask for a decision beyond the %(most)d that are listed."
            " Change the text, or the rule «%(pattern)s»."
        )
        said = {"n": unlisted.total(), "most": MOST, "pattern": rule.partition(":")[2][:40]}
        gaps.incomplete.append(words % said)
    return ordered[:MOST]


def _outermost(hits: Sequence[Hit]) -> list[Hit]:
    """A repeated sentence says it for its parts: without what lies inside a wider hit."""
    kept: list[Hit] = []
    begin, end = -1, -1  # of the hit that reaches farthest
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end < end or (hit.end == end and begin < hit.start):
            continue
        kept.append(hit)
        if hit.end > end:
            begin, end = hit.start, hit.end
    return kept
