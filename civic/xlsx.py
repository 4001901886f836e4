"""A workbook written in one pass: inline strings, constant memory, plain for every reader."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

MAX_ROWS = 1_048_576
MAX_CHARACTERS = 32_767  # UTF-16 units in one cell
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet knows no zones)
_NAMES = re.compile(r"[\[\]:*?/\\']")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Style numbers: the order of <cellXfs> below.
_TEXT, _HEAD, _DATE, _DATETIME, _RISKY = 1, 2, 3, 4, 5
# Text that needs no escaping, no cleaning and no guard, whatever follows its first character.
_HARMLESS = re.compile(
    r"[0-9A-Za-z\u3400-\u9fff][ -%'-;=?-^`-~\u4e00-\u9fff]{0,8000}(?<! )"
).fullmatch

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_STYLE_SHEET = f"""{_PROLOGUE}<styleSheet xmlns="{_MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Microsoft YaHei"/></font>\
<font><b/><sz val="11"/><name val="Microsoft YaHei"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFF3EDE7"/></patternFill></fill></fills>\
<borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="6">\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" \
applyNumberFormat="1"/>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


class Workbook:
    """Sheets are written one after the other into `out`; close() finishes the file.

    `as_text` says how a value reads, `clean` drops what no sheet may hold, `risky` tells what a
    program would take for a formula.
    """

    def __init__(
        self,
        out: IO[bytes],
        *,
        as_text: Callable[[Any], str],
        clean: Callable[[str], str],
        risky: Callable[[str], bool],
    ) -> None:
        self.as_text, self.clean, self.risky = as_text, clean, risky
        self.archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.names: list[str] = []
        self.cut_cells = 0

    def add_table(
        self,
        title: str,
        heads: Sequence[str],
        kinds: Sequence[str],
        records: Iterable[Sequence[Any]],
        max_rows: int = MAX_ROWS,
    ) -> int:
        """Records under a frozen heading; a full sheet is followed by another. Rows written.

        A kind is "text", "identifier", "boolean", "number", "date" or "datetime".
        """
        records, written = iter(records), 0
        head = "".join(self._text(text, _HEAD) for text in heads)
        writers = [self._writer(kind) for kind in kinds]
        while True:
            first = list(islice(records, 200))
            if not first and written:
                return written
            records = chain(first, records)
            with self._sheet(title, _widths(heads, first), frozen=True) as write:
                write(f"<row>{head}</row>")
                count = 0
                for record in islice(records, max_rows - 1):
                    cells = [cell(value) for cell, value in zip(writers, record, strict=True)]
                    write(f"<row>{''.join(cells)}</row>")
                    count += 1
            written += count
            if count < max_rows - 1:
                return written

    def add_notes(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        """A sheet of labels and what they say."""
        with self._sheet(title, [18, 80], frozen=False) as write:
            for label, text in lines:
                write(f"<row>{self._text(label, _HEAD)}{self._text(text, _TEXT)}</row>")

    def close(self) -> None:
        sheets = range(1, len(self.names) + 1)
        tags = "".join(
            f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(self.names, 1)
        )
        self._part(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>{tags}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="rId{n}" Type="{_RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in sheets
        )
        styles = f'<Relationship Id="rId0" Type="{_RELS}/styles" Target="styles.xml"/>'
        self._relations("xl/_rels/workbook.xml.rels", links + styles)
        office = f'<Relationship Id="rId1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/>'
        self._relations("_rels/.rels", office)
        self.archive.writestr("xl/styles.xml", _STYLE_SHEET)
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{_SHEET}.worksheet+xml"/>'
            for n in sheets
        )
        self._part(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/>'
            f"{parts}</Types>",
        )
        self.archive.close()

    # Parts ---------------------------------------------------------------------------------

    def _part(self, name: str, body: str) -> None:
        self.archive.writestr(name, _PROLOGUE + body)

    def _relations(self, name: str, links: str) -> None:
        self._part(name, f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>')

    def _sheet(self, title: str, widths: Sequence[int], *, frozen: bool) -> _SheetWriter:
        self.names.append(_sheet_name(title, self.names))
        return _SheetWriter(self.archive, len(self.names), widths, frozen=frozen)

    # Cells ---------------------------------------------------------------------------------

    def _writer(self, kind: str) -> Callable[[Any], str]:
        """How cells of a column are written. Most text needs nothing, and takes the short way."""
        opening = f'<c s="{_TEXT}" t="inlineStr"><is><t>'

        def text_cell(value: Any) -> str:
            if value is None or value == "":
                return "<c/>"
            text = value if type(value) is str else self.as_text(value)
            if _HARMLESS(text):
                return f"{opening}{text}</t></is></c>"
            return self._text(text, _TEXT)

        def number_cell(value: Any) -> str:
            # Beyond 15 digits a sheet would round.
            if (
                isinstance(value, int | float | Decimal)
                and isfinite(value)
                and len(str(value).lstrip("-").replace(".", "")) <= 15
            ):
                return f"<c><v>{value}</v></c>"
            return text_cell(value)

        def date_cell(value: Any) -> str:
            return (_date_cell(value) if isinstance(value, date) else "") or text_cell(value)

        return {"number": number_cell, "date": date_cell, "datetime": date_cell}.get(
            kind, text_cell
        )

    def _text(self, text: str, style: int) -> str:
        text = self.clean(text).replace("\r\n", "\n").replace("\r", "\n")
        if style == _TEXT and self.risky(text):
            style = _RISKY
        if len(text) > MAX_CHARACTERS // 2 and _units(text) > MAX_CHARACTERS:
            text = self._shortened(text)
        text = _ESCAPE_LIKE.sub("_x005F_", text)
        body = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
        return f'<c s="{style}" t="inlineStr">{body}</c>'

    def _shortened(self, text: str) -> str:
        self.cut_cells += 1
        mark = _(" [cut here: a cell holds 32,767 characters; the CSV has all]")
        room = MAX_CHARACTERS - _units(mark)
        return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + mark


class _SheetWriter:
    """One worksheet part, open while its rows are written."""

    def __init__(
        self, archive: zipfile.ZipFile, number: int, widths: Sequence[int], *, frozen: bool
    ) -> None:
        self.part = archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True)
        self.buffer: list[str] = []
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(widths, 1)
        )
        pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        self.buffer.append(
            f'{_PROLOGUE}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            f"{pane if frozen else ''}</sheetView></sheetViews>"
            + (f"<cols>{columns}</cols>" if columns else "")
            + "<sheetData>"
        )

    def __enter__(self) -> Callable[[str], None]:
        return self.write

    def write(self, row: str) -> None:
        self.buffer.append(row)
        if len(self.buffer) >= 500:
            self._flush()

    def _flush(self) -> None:
        self.part.write("".join(self.buffer).encode())
        self.buffer.clear()

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self.buffer.append("</sheetData></worksheet>")
            self._flush()
        self.part.close()


def _units(text: str) -> int:
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def _date_cell(value: date) -> str:
    """A serial number; "" before 1900-03-01, where sheets count wrongly."""
    if value.year < 1901:
        return ""
    if not isinstance(value, datetime):
        return f'<c s="{_DATE}"><v>{(value - _EPOCH.date()).days}</v></c>'
    serial = (value.replace(microsecond=0) - _EPOCH) / timedelta(days=1)
    return f'<c s="{_DATETIME}"><v>{serial:.10f}</v></c>'


def _widths(heads: Sequence[str], records: Sequence[Sequence[Any]]) -> list[int]:
    """In characters of half width, by the heading and the first rows; 10 to 60."""
    found = []
    for place, head in enumerate(heads):
        values = (record[place] for record in records)
        widest = max(chain([_half_widths(head)], map(_half_widths, values)))
        found.append(min(60, max(10, widest + 3)))
    return found


def _half_widths(value: Any) -> int:
    text = "" if value is None else str(value).split("\n", 1)[0][:80]
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _sheet_name(title: str, taken: Sequence[str]) -> str:
    stem = _NAMES.sub(" ", title).strip()[:25] or "Sheet"
    names: Iterator[str] = (stem if n == 1 else f"{stem} {n}" for n in range(1, 1000))
    return next(name for name in names if name.lower() not in {t.lower() for t in taken})
