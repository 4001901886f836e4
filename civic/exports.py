"""Exports: declared columns written as CSV or XLSX, streamed, and harmless in any spreadsheet."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from civic.xlsx import Workbook

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHUNK = 2_000  # rows fetched at once
PIECE = 200  # rows in one piece of a CSV
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM = "\ufeff"  # without it Excel reads the file as GBK

# What no sheet may hold: C0 controls but tab and line ends, lone surrogates, non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet takes for the start of a formula, half and full width, after anything unseen.
_UNSEEN = r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*"
_FORMULA = re.compile(rf"^(?:[\t\r\n]|{_UNSEEN}[=+\-@＝＋－＠])")


class Kind(Enum):
    """How a column is written: identifiers are text, whatever they look like."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One column. `value` is a lookup path ("unit__name") or a function of the row.

    A path that ends at a field with choices gives the label. Only paths: rows are read without
    making objects, which is the quick way.
    """

    label: StrOrPromise
    value: str | Callable[[Any], Any]
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class About:
    """What the header sheet says: title, filters in words, as-of time, who asked."""

    title: str
    filters: list[str]
    by: str
    at: datetime

    def lines(self, count: int) -> list[tuple[str, str]]:
        return [
            (_("Title"), self.title),
            (_("Filters"), "；".join(self.filters) or _("None: all rows in scope")),
            (_("As of"), f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S}"),
            (_("Exported by"), self.by),
            (_("Rows"), str(count)),
        ]


def plain(value: object) -> str:
    """Text that any sheet can hold."""
    return _ILLEGAL.sub("", "" if value is None else str(value))


def is_risky(text: str) -> bool:
    """Whether a spreadsheet would take this text for a formula."""
    return bool(_FORMULA.match(text))


def guarded(text: str) -> str:
    """Text that stays text when a CSV is opened: an apostrophe before what looks like a formula."""
    return f"'{text}" if is_risky(text) else text


# Rows ----------------------------------------------------------------------------------------


def rows(columns: Iterable[Column], found: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """The values of each row: labels for choices, Asia/Shanghai for times.

    Labels are looked up now, in the language of the person who asks; rows are read later.
    """
    columns = list(columns)
    paths = [column.value for column in columns if isinstance(column.value, str)]
    labels = [
        _labels(found.model, column.value) if isinstance(column.value, str) else {}
        for column in columns
    ]
    show = _shower()
    if len(paths) == len(columns):
        return _light_rows(found.values_list(*paths), labels, show)
    related = {path.rsplit("__", 1)[0] for path in paths if "__" in path}
    getters = [_getter(column) for column in columns]
    return _full_rows(found.select_related(*related) if related else found, getters, labels, show)


Show = Callable[[Any], Any]
Labels = dict[Any, str]


def _light_rows(records: Any, labels: list[Labels], show: Show) -> Iterator[list[Any]]:
    for record in records.iterator(chunk_size=CHUNK):
        yield [
            show(known.get(value, value) if known else value)
            for value, known in zip(record, labels, strict=True)
        ]


def _full_rows(
    found: Any, getters: list[Callable[[Any], Any]], labels: list[Labels], show: Show
) -> Iterator[list[Any]]:
    for row in found.iterator(chunk_size=CHUNK):
        values = (get(row) for get in getters)
        yield [
            show(known.get(value, value) if known else value)
            for value, known in zip(values, labels, strict=True)
        ]


def cells(columns: Iterable[Column], model: Any, found: Iterable[Any]) -> list[list[Any]]:
    """The values of rows that are at hand already, as the file would hold them."""
    columns = list(columns)
    labels = [
        _labels(model, column.value) if isinstance(column.value, str) else {} for column in columns
    ]
    getters, show = [_getter(column) for column in columns], _shower()
    return [
        [
            show(known.get(value, value) if known else value)
            for value, known in zip((get(row) for get in getters), labels, strict=True)
        ]
        for row in found
    ]


def _getter(column: Column) -> Callable[[Any], Any]:
    if not isinstance(column.value, str):
        return column.value
    steps = column.value.split("__")
    return lambda row: _follow(row, steps)


def _follow(row: Any, steps: list[str]) -> Any:
    for step in steps:
        row = getattr(row, step, None)
        if row is None:
            return None
    return row


def _labels(model: Any, path: str) -> dict[Any, str]:
    """The labels of the field at the end of the path, {} when it has no choices."""
    *before, last = path.split("__")
    try:
        for step in before:
            model = model._meta.get_field(step).related_model
        choices = getattr(model._meta.get_field(last), "flatchoices", None) or []
    except (FieldDoesNotExist, AttributeError):
        return {}
    return {value: str(label) for value, label in choices}


def _shower() -> Show:
    yes, no = _("Yes"), _("No")

    def show(value: Any) -> Any:
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None) if value.tzinfo else value
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, models.Model | Promise):
            return str(value)
        return value

    return show


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else plain(value)


# CSV -----------------------------------------------------------------------------------------


class _Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Iterable[Column], found: models.QuerySet[Any]) -> Iterator[bytes]:
    """The file in pieces, the heading at once: UTF-8 with BOM, everything quoted."""
    columns = list(columns)
    heads = [guarded(plain(column.label)) for column in columns]
    exact = [column.kind in (Kind.NUMBER, Kind.DATE, Kind.DATETIME) for column in columns]
    return _csv_pieces(heads, exact, rows(columns, found))


def _csv_pieces(
    heads: list[str], exact: list[bool], records: Iterable[list[Any]]
) -> Iterator[bytes]:
    writer: Any = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield (BOM + writer.writerow(heads)).encode()
    records = iter(records)
    while piece := list(islice(records, PIECE)):
        lines = (
            writer.writerow(
                [
                    _as_text(value)
                    if is_exact and not isinstance(value, str)
                    # A minus before a number is no formula; before anything else it may be.
                    else guarded(_as_text(value))
                    for value, is_exact in zip(values, exact, strict=True)
                ]
            )
            for values in piece
        )
        yield "".join(lines).encode()


# XLSX ----------------------------------------------------------------------------------------


def write_xlsx(
    out: IO[bytes],
    columns: Iterable[Column],
    records: Iterable[list[Any]],
    about: About,
) -> int:
    """Data sheets first (programs read the first one), the sheet «About» last. Rows written."""
    columns = list(columns)
    book = _workbook(out)
    heads = [str(column.label) for column in columns]
    kinds = [column.kind.value for column in columns]
    count = book.add_table(about.title, heads, kinds, records)
    lines = about.lines(count)
    if book.cut_cells:
        told = _("%(count)d cells were longer than a sheet allows; their end is marked.")
        lines.append((_("Cut"), told % {"count": book.cut_cells}))
    book.add_notes(_("About"), lines)
    book.close()
    return count


def _workbook(out: IO[bytes]) -> Workbook:
    return Workbook(out, as_text=_as_text, clean=plain, risky=is_risky)


# Files ---------------------------------------------------------------------------------------


def whole_file(
    form: str,
    columns: Iterable[Column],
    found: models.QuerySet[Any],
    about: About,
    progress: Callable[[int], None] = lambda done: None,
) -> IO[bytes]:
    """A temporary file that holds all of it, on disk, at its beginning; gone when closed."""
    out: IO[bytes] = tempfile.TemporaryFile(prefix="civic-export-")  # noqa: SIM115
    try:
        if form == "csv":
            for done, piece in enumerate(csv_lines(columns, found)):
                out.write(piece)
                if done % 10 == 0:
                    progress(done * PIECE)
        else:
            write_xlsx(out, columns, _counted(rows(columns, found), progress), about)
        out.flush()
        os.fsync(out.fileno())
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out


def _counted(records: Iterable[list[Any]], progress: Callable[[int], None]) -> Iterator[list[Any]]:
    for done, record in enumerate(records, 1):
        if done % CHUNK == 0:
            progress(done)
        yield record


def write_template(out: IO[bytes], title: str, columns: Sequence[Any]) -> None:
    """An empty sheet for an import: headings, one example, and what each column wants.

    `columns` are `civic.importers.ImportColumn`.
    """
    book = _workbook(out)
    heads = [column.heading for column in columns]
    example = [str(column.example) for column in columns]
    book.add_table(title, heads, ["text"] * len(heads), [example])
    notes = [
        (_("How to fill it"), _("Columns with a star must be filled. Delete the example row."))
    ]
    for column in columns:
        known = "、".join(str(choice.label) for choice in column.choices or ())
        notes.append((str(column.label), "；".join(filter(None, [str(column.note), known]))))
    book.add_notes(_("About"), notes)
    book.close()


def file_name(title: str, form: str, at: datetime | None = None) -> str:
    """A name any system takes: «单位_20261126_143005.xlsx»."""
    stem = re.sub(r'[\\/:*?"<>|\s：]+', "_", plain(title)).strip("._") or "export"
    moment = f"_{timezone.localtime(at):%Y%m%d_%H%M%S}" if at else ""
    return f"{stem[:60]}{moment}.{form}"
