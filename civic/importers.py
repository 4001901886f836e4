"""Importers: what each row of a foreign sheet would do to a model, judged before writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from civic.cells import Refused
from civic.sheets import Cell, CellError, Sheet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from civic.accounts import User

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
TARGETS: dict[str, type[Importer]] = {}


@dataclass(frozen=True)
class ImportColumn:
    """A column that may be in the sheet. `read` turns a cell into a plain value or raises Refused.

    Plain values are what JSON can hold: text, whole numbers, truth, None.
    """

    name: str
    label: StrOrPromise
    read: Callable[[Cell], Any]
    required: bool = False
    example: StrOrPromise = ""
    note: StrOrPromise = ""
    choices: type[models.TextChoices] | None = None

    @property
    def heading(self) -> str:
        """As the template writes it: what must be filled has a star."""
        return f"{self.label}{'*' if self.required else ''}"


@dataclass
class Found:
    """One row of the sheet and what would come of it."""

    row: int
    key: str
    verdict: str
    cells: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    old: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        self.verdict = REFUSED
        self.reasons.append(reason)

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "key": self.key,
            "verdict": self.verdict,
            "cells": self.cells,
            "values": self.values,
            "old": self.old,
            "reasons": self.reasons,
        }


class Importer:
    """What can be imported into one model. Subclasses declare columns, look-ups and the writing.

    All look-ups are made once; rows are then judged without the database.
    """

    label: ClassVar[str]  # "civic.unit"
    key: ClassVar[str]  # the column that tells which row is meant
    columns: ClassVar[tuple[ImportColumn, ...]]
    ignored: ClassVar[tuple[StrOrPromise, ...]] = ()  # headings of our exports that say nothing new

    def __init__(self, by: User) -> None:
        self.by = by
        self.prepare()

    def prepare(self) -> None:
        """Load every look-up that judging needs."""
        raise NotImplementedError

    def current(self) -> dict[str, dict[str, Any]]:
        """{key: plain values} of the rows in the person's scope."""
        raise NotImplementedError

    def taken(self) -> set[str]:
        """Keys of rows outside the person's scope."""
        return set()

    def judge(self, found: list[Found]) -> None:
        """Refuse what the columns alone could not: references, scope, order."""

    def write(self, new: list[Found], changed: list[Found]) -> None:
        """Store them; inside the transaction of `apply`."""
        raise NotImplementedError

    @classmethod
    def in_words(cls, name: str, value: Any) -> str:
        """A plain value as a person reads it."""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        for column in cls.columns:
            if column.name == name and column.choices and value in column.choices.values:
                return str(column.choices(value).label)
        return "" if value is None else str(value)

    # Judging -----------------------------------------------------------------------------------

    def examine(self, raw: list[tuple[int, dict[str, Cell]]]) -> list[Found]:
        """A verdict for each row, in the order of the sheet."""
        current, taken = self.current(), self.taken()
        found = [self._read_row(number, cells) for number, cells in raw]
        counts = Counter(row.key for row in found if row.key)
        for row in found:
            if self._is_example(row):
                row.refuse(_("This is the example row of the template: delete it."))
            elif row.key and counts[row.key] > 1:
                row.refuse(_("«%(key)s» stands more than once in the file.") % {"key": row.key})
            elif row.key in taken:
                row.refuse(_("«%(key)s» belongs to another unit.") % {"key": row.key})
            elif row.verdict != REFUSED:
                self._compare(row, current.get(row.key))
        self.judge(found)
        return found

    def _read_row(self, number: int, cells: dict[str, Cell]) -> Found:
        row = Found(number, "", SAME, cells={name: _kept(cell) for name, cell in cells.items()})
        for column in self.columns:
            if column.name not in cells:
                continue
            try:
                value = column.read(cells[column.name])
                if column.required and value in (None, ""):
                    raise Refused(_("is empty"))
            except Refused as refusal:
                row.refuse(f"{column.label}：{refusal}")
            else:
                row.values[column.name] = value
        row.key = str(row.values.get(self.key, ""))
        return row

    @cached_property
    def _examples(self) -> set[str]:
        return {str(column.example) for column in self.columns if column.example}

    def _is_example(self, row: Found) -> bool:
        """Only examples that could not be meant: they carry the word 示例."""
        cells = [str(cell) for cell in row.cells.values() if cell not in (None, "")]
        return self._examples.issuperset(cells) and any("示例" in cell for cell in cells)

    def _compare(self, row: Found, before: dict[str, Any] | None) -> None:
        if before is None:
            row.verdict = NEW
            return
        row.old = {
            name: before[name] for name, value in row.values.items() if before[name] != value
        }
        row.verdict = CHANGED if row.old else SAME


def importer(kind: type[Importer]) -> type[Importer]:
    """Declare what can be imported into a model."""
    TARGETS[kind.label] = kind
    return kind


# Headings --------------------------------------------------------------------------------------


def match_header(kind: type[Importer], sheet: Sheet) -> tuple[dict[int, str], list[str]]:
    """({place: column name}, headings nobody knows). Raises ValidationError in words."""
    by_label = {str(column.label): column.name for column in kind.columns}
    by_label |= {column.name: column.name for column in kind.columns}
    ignored = {str(label) for label in kind.ignored}
    places: dict[int, str] = {}
    unknown, twice = [], []
    for place, heading in enumerate(sheet.header):
        name = by_label.get(heading)
        if heading in ignored:
            continue
        if name is None:
            unknown.append(heading or _("column %(n)d without heading") % {"n": place + 1})
        elif name in places.values():
            twice.append(heading)
        else:
            places[place] = name
    if twice:
        raise ValidationError(
            _("These headings stand twice: %(names)s.") % {"names": "、".join(twice)}
        )
    missing = [str(c.label) for c in kind.columns if c.required and c.name not in places.values()]
    if missing:
        raise ValidationError(
            _("These columns are missing: %(names)s. Use the template.")
            % {"names": "、".join(missing)}
        )
    return places, unknown


def _kept(cell: Cell) -> Any:
    """A cell as JSON can hold it."""
    if isinstance(cell, CellError):
        return {"error": cell.what}
    return cell if cell is None or isinstance(cell, str | bool | int) else str(cell)


def given(cell: Any) -> Cell:
    """The cell that `_kept` kept."""
    return CellError(cell["error"]) if isinstance(cell, dict) else cell
