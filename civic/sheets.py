"""Sheets: a foreign XLSX or CSV becomes rows of typed cells, or a refusal in words."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from civic import files
from civic.sheetreader import MAX_COLUMNS, MAX_ROWS

MAX_BYTES = 20 * 1024 * 1024
MAX_LINE = 1_000_000  # characters; a longer line is not a row of a table
WALL_SECONDS = 20
_READER = Path(__file__).with_name("sheetreader.py")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class CellError:
    """A cell whose value the sheet itself could not give: "#N/A", or "=" for a formula."""

    what: str


Cell = str | int | float | bool | date | datetime | CellError | None


@dataclass(frozen=True)
class Row:
    """One row that holds something: its number in the sheet (from 1) and its cells."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """The first sheet of a file: its name, its heading (stripped texts) and the rows below."""

    name: str
    header: list[str]
    rows: list[Row] = field(default_factory=list)
    header_row: int = 1

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def read(data: bytes, name: str) -> Sheet:
    """The first visible sheet of an XLSX, or a CSV. Raises ValidationError on what it refuses."""
    files.check_upload(data, MAX_BYTES)
    kind = files.extension(name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _("The file is in an old format or has a password. Save it as XLSX without password.")
        )
    if kind in ("xls", "et", "ods", "xlsm", "xlsb", "numbers"):
        raise ValidationError(_("Save the file as XLSX or CSV and upload it again."))
    if kind == "xlsx":
        found_name, rows = _read_xlsx(data)
    elif kind in ("csv", "txt", "tsv"):
        found_name, rows = "", _read_csv(data)
    else:
        raise ValidationError(_("Only XLSX and CSV files can be imported."))
    if not rows:
        raise ValidationError(_("The sheet is empty."))
    head, *rest = rows
    header = [_heading(cell) for cell in head.cells]
    while header and not header[-1]:
        header.pop()
    return Sheet(found_name, header, rest, head.number)


def _heading(cell: Cell) -> str:
    text = "" if cell is None or isinstance(cell, CellError) else str(cell)
    return re.sub(r"\s+", " ", text).strip(" *＊")


# XLSX ----------------------------------------------------------------------------------------


def _read_xlsx(data: bytes) -> tuple[str, list[Row]]:
    if not data.startswith(b"PK"):
        raise ValidationError(
            _("This is not an XLSX file, whatever its name says. Open it and save it as XLSX.")
        )
    files.guard_zip(data)
    answer = _ask_reader(data)
    rows = [Row(number, [_typed(cell) for cell in cells]) for number, cells in answer["rows"]]
    return str(answer["name"]), rows


def _ask_reader(data: bytes) -> dict[str, Any]:
    """What the reader's own process says; its death is a refusal, never ours."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_READER)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ValidationError(_("Reading the file takes too long.")) from error
    except OSError as error:
        raise ValidationError(_("The file cannot be read just now. Try again.")) from error
    if done.returncode == 3:
        raise ValidationError(
            _("The sheet has more than %(rows)d rows or %(columns)d columns. Split it.")
            % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
        )
    if done.returncode == 5:
        raise ValidationError(_("The file is protected by a password. Remove it first."))
    if done.returncode in (4, -6, -9, -11, -24):
        raise ValidationError(_("The sheet is too large to be read."))
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except ValueError:
        answer = None
    if answer is None:
        raise ValidationError(_("The file is damaged and cannot be opened."))
    return dict(answer)


def _typed(cell: Any) -> Cell:
    if type(cell) is str:
        return cell if cell.isprintable() and cell else _without_unseen(cell)
    if isinstance(cell, dict):
        if "d" in cell:
            return date.fromisoformat(cell["d"])
        if "t" in cell:
            return datetime.fromisoformat(cell["t"])
        return CellError(str(cell.get("e")))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell


def _without_unseen(text: str) -> str | None:
    return _ILLEGAL.sub("", text) or None


# CSV -----------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> list[Row]:
    # Lines end at CR and LF only; str.splitlines would also cut at U+2028 and its kind.
    lines = list(io.StringIO(_decoded(data), newline=""))
    for number, line in enumerate(lines, 1):
        if "\x00" in line:
            raise ValidationError(
                _("Line %(line)d holds a NUL character; this is not a CSV file.") % {"line": number}
            )
        if len(line) > MAX_LINE:
            raise ValidationError(_("Line %(line)d is too long for a row.") % {"line": number})
    return _records(lines)


def _records(lines: list[str]) -> list[Row]:
    reader = csv.reader(lines, delimiter=_delimiter(lines), strict=True)
    rows: list[Row] = []
    began = 1
    try:
        for number, record in enumerate(reader, 1):
            if number > MAX_ROWS or len(record) > MAX_COLUMNS:
                raise ValidationError(
                    _("Line %(line)d: more than %(rows)d rows or %(columns)d columns. Split it.")
                    % {"line": began, "rows": MAX_ROWS, "columns": MAX_COLUMNS}
                )
            cells: list[Cell] = [_without_unseen(cell) for cell in record]
            if any(isinstance(cell, str) and cell.strip() for cell in cells):
                rows.append(Row(number, cells))
            began = reader.line_num + 1
    except csv.Error as error:
        raise ValidationError(
            _("The row that begins at line %(line)d cannot be read: check its quotation marks.")
            % {"line": began}
        ) from error
    return rows


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 (with or without mark) or GB18030, in this order; else a refusal."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif len(data) % 2 == 0 and data[1:200:2].count(0) > len(data[1:200:2]) // 3:
        candidates = ["utf-16-le"]
    elif len(data) % 2 == 0 and data[0:200:2].count(0) > len(data[0:200:2]) // 3:
        candidates = ["utf-16-be"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise ValidationError(
        _("The characters of the file cannot be read. Save it as «CSV UTF-8» and try again.")
    )


def _delimiter(lines: list[str]) -> str:
    """The one that stands most often outside quotes in the first line that holds something."""
    first = next((line for line in lines if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first[:10_000])
    return max(_DELIMITERS, key=bare.count)
