"""Groups a figure may be narrowed to: fixed ones, and those that are rows of a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models


def no_groups() -> list[tuple[str, str]]:
    return []


@dataclass(frozen=True, kw_only=True)
class GroupRows:
    """Groups that are rows: `label` makes the name of one from its `columns`, two at most.

    `fixed` are those that stand before them and are no rows. Pages look the names up together.
    """

    rows: Callable[[], models.QuerySet[Any]]
    code: str = "code"
    columns: tuple[str, ...] = ("name",)
    label: Callable[..., str] = str
    fixed: Callable[[], list[tuple[str, str]]] = no_groups

    def __call__(self) -> list[tuple[str, str]]:
        rows = self.rows().values_list(self.code, *self.columns)
        return [*self.fixed(), *((code, self.label(*values)) for code, *values in rows)]


Groups = Callable[[], list[tuple[str, str]]]
AT_ONCE = 500  # codes asked for together: within what every database takes as parameters


def missing(asked: Iterable[tuple[Groups, str]]) -> set[tuple[Groups, str]]:
    """Those of these (groups, code) there are not, or no more, in one query a list of rows."""
    wanted: dict[Groups, set[str]] = defaultdict(set)
    for groups, code in asked:
        wanted[groups].add(code)
    return {(groups, code) for groups, codes in wanted.items() for code in _lost(groups, codes)}


def _lost(groups: Groups, codes: set[str]) -> set[str]:
    if not isinstance(groups, GroupRows):
        return codes - {code for code, _label in groups()}
    left = sorted(codes - {code for code, _label in groups.fixed()})
    found: set[str] = set()
    for first in range(0, len(left), AT_ONCE):
        some = {f"{groups.code}__in": left[first : first + AT_ONCE]}
        found |= set(groups.rows().filter(**some).order_by().values_list(groups.code, flat=True))
    return set(left) - found
