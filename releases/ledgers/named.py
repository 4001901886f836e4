"""Rows that are meant by two columns together, and references given by code or by name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from civic.importers import Found, Importer


class PairImporter(Importer):
    """Tells its rows by two columns, neither of which alone names one: `pair`."""

    pair: tuple[str, str]

    def _read_row(self, number: int, cells: Any) -> Found:
        row = super()._read_row(number, cells)
        self.refer(row)
        first, second = (row.values.get(name) for name in self.pair)
        row.key = pair_key(first, second) if first and second else ""
        return row

    def refer(self, row: Found) -> None:
        """Turn references into codes before the row is compared."""


def pair_key(first: Any, second: Any) -> str:
    return f"{first} · {second}"


def by_name(rows: Any) -> dict[str, list[Any]]:
    """{name: rows of that name}."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row)
    return found


def refer_to(row: Found, column: str, codes: dict[str, Any], names: dict[str, list[Any]]) -> None:
    """The code of the row that `column` names by code or name; refused when there is not one."""
    text = row.values.get(column)
    if not text or text in codes:
        return
    found = names.get(text, [])
    if len(found) == 1:
        row.values[column] = found[0].code
    elif found:
        row.refuse(gettext("Several are called «%(text)s»: give the code.") % {"text": text})
    else:
        row.refuse(gettext("There is no «%(text)s» in our lists.") % {"text": text})
