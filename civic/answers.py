"""Answers: what the figures that are cited say now, and whether a citation agrees."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from decimal import Decimal

from civic import figures, groups
from civic.citing import Citation
from civic.figures import Asked, Figure, FigureFailed, Params, Value

Answer = Value | FigureFailed | None

log = logging.getLogger(__name__)


def parsed(row: Citation) -> Params | None:
    """What it asks for; None when that cannot be understood."""
    try:
        return row.parsed()
    except Exception:
        log.exception("citation %s cannot be read", row.pk)
        return None


def judged(row: Citation, value: Answer) -> tuple[str, Decimal | None]:
    """(state, found number); one bad row fails alone, and is logged."""
    try:
        return row.judge(value)
    except Exception:
        log.exception("citation %s cannot be judged", row.pk)
        return Citation.State.FAILED, None


def answers(asked: Iterable[Asked]) -> dict[Asked, Answer]:
    """What each figure says now, asked once; None of a group there is not, or no more."""
    pairs = list(dict.fromkeys(asked))
    found = lost(pairs)
    left = [pair for pair in pairs if pair not in found]
    return {**found, **(figures.values(left) if left else {})}


def lost(asked: Iterable[Asked]) -> dict[Asked, Answer]:
    """Those that need not be asked: their group is not there (None), or cannot be looked up.

    One query a list of rows that are groups.
    """
    named = [(pair, figure.groups) for pair in asked if (figure := _grouped(pair)) is not None]
    if not named:
        return {}
    try:
        with figures.asking("groups"):
            gone = groups.missing({(source, pair[1].group) for pair, source in named})
    except FigureFailed:
        return {pair: FigureFailed(pair[0]) for pair, _source in named}
    return {pair: None for pair, source in named if (source, pair[1].group) in gone}


def _grouped(pair: Asked) -> Figure | None:
    """The figure, when it is asked about one of its groups. Those that are rows have none."""
    figure = figures.REGISTRY.get(pair[0])
    return figure if figure and pair[1].group and figures.GROUP in figure.accepts else None
