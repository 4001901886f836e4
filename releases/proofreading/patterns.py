"""Patterns of rules: plain words, or expressions so limited that none can run away.

An expression knows letters, classes, «.», groups with alternatives, looking about, «?» and «{m,n}»
up to 20. There is no «*» and no «+», nothing repeats a group, and the ways an expression can match
at one place are counted and bounded: time grows with the length of the text and nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod

from django.utils.translation import gettext as _

LONGEST = 120
MOST_TIMES = 20  # of one repetition
MOST_WAYS = 1_000  # an expression can match at one place

_TIMES = re.compile(r"\{(\d{1,3})(?:,(\d{1,3}))?\}")
_OPEN_END = re.compile(r"\{\d*,\d*\}")
_OPENING = re.compile(r"\((?:\?(?::|=|!|<=|<!))?")


class PatternRefused(Exception):
    """In words: what is wrong with a pattern."""


@lru_cache(maxsize=10_000)
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression, ready. Raises PatternRefused."""
    if len(pattern) > LONGEST:
        raise PatternRefused(_("The pattern has more than %(n)d characters.") % {"n": LONGEST})
    if _ways(pattern) > MOST_WAYS:
        raise PatternRefused(
            _("The expression can match in too many ways: use fewer or shorter repetitions.")
        )
    try:
        ready = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        raise PatternRefused(
            _("The expression is broken at character %(n)d: check its brackets.")
            % {"n": (getattr(error, "pos", None) or 0) + 1}
        ) from error
    if ready.match(""):
        raise PatternRefused(_("The expression matches nothing at all, that is, everywhere."))
    return ready


def reach(pattern: str) -> int:
    """How many characters a match and what it looks at behind itself can have at most.

    Every sign of the pattern stands for one character, and only signs are repeated, not groups.
    """
    return len(pattern) + sum(int(times[2] or times[1]) for times in _TIMES.finditer(pattern))


def _ways(pattern: str) -> int:
    """How often the engine may have to try at one place, counted too high rather than too low."""
    ways, at, after_group = 1, 0, False
    alternatives = [1]  # of each group that is open
    while at < len(pattern):
        char = pattern[at]
        if char in "*+":
            raise PatternRefused(
                _("«%(sign)s» is not allowed: say how often, as in {1,10}.") % {"sign": char}
            )
        times = _TIMES.match(pattern, at)
        if times:
            ways *= _times(times, after_group)
            at, after_group = times.end(), False
            continue
        if _OPEN_END.match(pattern, at):
            raise PatternRefused(_("Say how often at most, as in {1,10}."))
        if char == "?":
            ways *= 2
            at, after_group = at + 1, False
            continue
        step, after_group = _step(pattern, at)
        at += step
        if char == "(":
            alternatives.append(1)
        elif char == "|":
            alternatives[-1] += 1
        elif char == ")" and len(alternatives) > 1:
            ways *= alternatives.pop()
    return ways * prod(alternatives)


def _times(times: re.Match[str], after_group: bool) -> int:
    least, most = int(times[1]), int(times[2] or times[1])
    if after_group:
        raise PatternRefused(_("A group in brackets cannot be repeated."))
    if most > MOST_TIMES or least > most:
        raise PatternRefused(
            _("«%(what)s»: at most %(n)d times, the smaller number first.")
            % {"what": times[0], "n": MOST_TIMES}
        )
    return most - least + 1


def _step(pattern: str, at: int) -> tuple[int, bool]:
    """(characters of the piece that begins here, whether it closes a group)."""
    char = pattern[at]
    if char == "\\":
        if pattern[at + 1 : at + 2].isdigit():
            raise PatternRefused(_("An expression cannot point back at a group."))
        return 2, False
    if char == "[":
        return _class_end(pattern, at) - at, False
    if char == "(":
        opening = _OPENING.match(pattern, at)
        if pattern[at + 1 : at + 2] == "?" and opening is not None and opening.end() == at + 1:
            raise PatternRefused(_("This kind of group is not known: use (…), (?:…) or (?=…)."))
        return (opening.end() - at if opening else 1), False
    return 1, char == ")"


def _class_end(pattern: str, at: int) -> int:
    """Behind the class that begins here, as the engine reads it: «[\\\\]» is a whole one."""
    at += 2 if pattern[at + 1 : at + 2] == "^" else 1
    at += pattern[at : at + 1] == "]"
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return min(at + 1, len(pattern))
