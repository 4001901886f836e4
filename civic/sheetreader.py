"""The process in which a foreign workbook is opened: own limits, no Django, answers one JSON.

Run by path (`python -I sheetreader.py`), the file on standard input. A reader that panics, runs
out of memory or out of time takes only this process with it.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import re
import resource
import sys
import zipfile
from typing import Any

MEMORY = 420 * 1024 * 1024
CPU_SECONDS = 4
MAX_ROWS = 100_000
MAX_COLUMNS = 200
PLAIN = {str, int, float, bool, type(None)}
_CELL = rb"""<c\b(?=[^>]*\br="([A-Z]{1,3})([0-9]{1,7})")"""
ERROR_CELL = re.compile(_CELL + rb"""(?=[^>]*\bt="e")[^>]*>(?:<f[^<]*</f>)?<v>([^<]{1,20})</v>""")
EMPTY_FORMULA = re.compile(_CELL + rb"""[^>]*><f[^<>]*>[^<]{0,9000}</f>(?:<v\s*/>|<v></v>)?</c>""")


class TooLarge(Exception):
    """More rows or columns than are read."""


def encoded(value: Any) -> Any:
    """Days as {"d": …}, times as {"t": …}, the rest as text."""
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    return str(value)


def unreadable(data: bytes, name: str) -> dict[int, list[tuple[int, str]]]:
    """{row: [(column from 0, what)]}: error values, formulas nobody worked out. The reader
    gives both as empty cells, and an empty cell means something else."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    target = ""
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        if attribute(tag, "name") == name:
            target = attribute(tag, r"\w+:id")
    part = ""
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        if attribute(tag, "Id") == target:
            part = attribute(tag, "Target").lstrip("/")
    part = part if part.startswith("xl/") else f"xl/{part}"
    if part not in archive.namelist():
        return {}
    found: dict[int, list[tuple[int, str]]] = {}
    xml = archive.read(part)
    for letters, number, value in ERROR_CELL.findall(xml) if b't="e"' in xml else ():
        found.setdefault(int(number), []).append((column_of(letters), value.decode()))
    for letters, number in EMPTY_FORMULA.findall(xml) if b"<f" in xml else ():
        found.setdefault(int(number), []).append((column_of(letters), "="))
    return found


def attribute(tag: str, name: str) -> str:
    match = re.search(rf"""\s{name}=["']([^"']*)["']""", tag)
    return html.unescape(match[1]) if match else ""


def column_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def first_sheet(data: bytes) -> dict[str, Any]:
    """{"name", "rows": [[row number, [cells]]]} of the first visible sheet that holds anything."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    name = ""
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        name = name or meta.name
        if sheet.start is None:
            continue
        left = sheet.start[1]
        bottom, right = sheet.end or sheet.start
        if bottom > MAX_ROWS or right >= MAX_COLUMNS:
            raise TooLarge
        # iter_rows begins at the first row of the sheet, but at the first column that is used.
        wrong = unreadable(data, meta.name)
        rows = []
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row = [cell if type(cell) in PLAIN else encoded(cell) for cell in cells]
            for column, what in wrong.get(number, []):
                if 0 <= column - left < len(row):
                    row[column - left] = {"e": what}
            if any(cell is not None and str(cell).strip() for cell in row):
                rows.append([number, row])
        if rows:
            return {"name": meta.name, "rows": rows}
    return {"name": name, "rows": []}


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stderr.close()
    try:
        answer = first_sheet(sys.stdin.buffer.read())
    except TooLarge:
        return 3
    except MemoryError:
        return 4
    except BaseException as error:  # panics of the reader are not Exceptions
        return 5 if "assword" in type(error).__name__ + str(error) else 6
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
