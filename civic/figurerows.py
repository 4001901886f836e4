"""The rows behind a figure: in order, in the scope of who looks, with their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.urls import NoReverseMatch, reverse

from civic import exports, plots
from civic.exports import Column
from civic.figures import Figure, Params

if TYPE_CHECKING:
    from civic.accounts import User


@dataclass(frozen=True)
class Line:
    """A row as a list shows it: its cells, and its page in the back office or ""."""

    cells: list[Any]
    url: str

    @property
    def shown(self) -> list[str]:
        return [_shown(cell) for cell in self.cells]


def ordered(figure: Figure, params: Params) -> models.QuerySet[Any]:
    """In the figure's own order, else the newest first."""
    rows = figure.rows(params)
    if rows.query.order_by:
        return rows
    return rows.order_by(*([f"-{figure.when}"] if figure.when else []), "-pk")


def visible(rows: models.QuerySet[Any], user: User) -> models.QuerySet[Any]:
    """Those in the person's scope, where their model knows of scope."""
    narrow = getattr(rows, "visible_to", None)
    return narrow(user) if narrow else rows


def subject(figure: Figure, rows: models.QuerySet[Any]) -> type[models.Model]:
    """The model whose rights decide: that of what stands behind a row, or of the row itself."""
    model: Any = rows.model
    for step in figure.behind.split("__") if figure.behind else []:
        model = model._meta.get_field(step).related_model
    return model


def may(user: User, act: str, model: type[models.Model]) -> bool:
    meta = model._meta
    return user.has_perm(f"{meta.app_label}.{act}_{meta.model_name}")


def columns(figure: Figure, rows: models.QuerySet[Any]) -> tuple[Column, ...]:
    """The figure's, or what the row is called."""
    return figure.columns or (Column(rows.model._meta.verbose_name or "", str),)


def lines(figure: Figure, page: Iterable[Any], rows: models.QuerySet[Any]) -> list[Line]:
    """The rows of one page with their cells as an export writes them."""
    found = list(page)
    cells = exports.cells(columns(figure, rows), rows.model, found)
    return [Line(one, _address(figure, row)) for one, row in zip(cells, found, strict=True)]


def related(figure: Figure, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """With all that the cells and the addresses read, in the same query."""
    paths = {
        column.value.rsplit("__", 1)[0]
        for column in figure.columns
        if isinstance(column.value, str) and "__" in column.value
    }
    paths |= {figure.behind} if figure.behind else set()
    return rows.select_related(*paths) if paths else rows


def _shown(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, int | Decimal):
        return plots.written(Decimal(cell))
    return "—" if cell in (None, "") else str(cell)


def _address(figure: Figure, row: Any) -> str:
    for step in figure.behind.split("__") if figure.behind else []:
        row = getattr(row, step, None)
    if row is None:
        return ""
    if hasattr(row, "get_admin_url"):
        return str(row.get_admin_url())
    if type(row) not in admin.site._registry:
        return ""
    try:
        meta = row._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
