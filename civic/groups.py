"""Groups a figure may be narrowed to: fixed ones, and those that are rows of a table."""

from __future__ import annotations

from collections.abc import Callable
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
