"""Word files (.docx): paragraphs with their styles, lists, tables and pictures, in order."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import docx
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from civic import files
from releases.transcripts import tables
from releases.transcripts.blocks import Block, Run, Shape, Source, SourcePicture, trimmed
from releases.transcripts.numbering import Numbering
from releases.transcripts.text import MAX_LINES, check_length, tidy
from releases.transcripts.transcript import Doubt, Dropped

MAX_PICTURES = 40
_HEADING = re.compile(r"^(?:heading|标题)\s?(\d)$", re.IGNORECASE)
_ALIGN = {"center": "center", "right": "right", "end": "right"}
_MARKS = {"b": "strong", "i": "em", "strike": "s", "dstrike": "s"}
_RASTER = ("png", "jpg", "jpeg", "gif", "webp", "bmp")


def read(data: bytes, name: str) -> Source:
    """The blocks of the document. Raises ValidationError for all that cannot be read."""
    files.check_attachment(data, name if name.lower().endswith(".docx") else f"{name}.docx")
    try:
        document = docx.Document(io.BytesIO(data))
        return _Reader(document).read()
    except ValidationError:
        raise
    except Exception as error:  # python-docx and lxml raise many kinds on damaged documents
        raise ValidationError(_("The file is damaged and cannot be opened.")) from error


class _Reader:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.source = Source()
        self.numbering = Numbering(document)
        self.line = 0
        self.size = 0

    def read(self) -> Source:
        self._container(self.document.element.body)
        self._frame()
        self._notes()
        return self.source

    def _container(self, element: Any) -> None:
        """Paragraphs and tables, also those in content controls, without recursion."""
        waiting = list(reversed(list(element)))
        while waiting:
            child = waiting.pop()
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag")):
                waiting += reversed(list(child))

    def _next(self, text: str) -> int:
        self.line += 1
        self.size += len(text.encode("utf-8", "replace"))
        check_length(self.size)
        if self.line > MAX_LINES:
            raise ValidationError(_("The text has too many lines. Import it in parts."))
        return self.line

    # Paragraphs --------------------------------------------------------------------------------

    def _paragraph(self, element: Any) -> None:
        style = self._style(element)
        pieces: list[list[Run]] = [[]]
        pictures: list[tuple[int, Any]] = []
        for run in element.iter(qn("w:r")):
            if self._is_skipped(run, element):
                continue
            self._run(run, pieces, pictures, style)
        at = 0
        for index, runs in enumerate(pieces):
            while at < len(pictures) and pictures[at][0] < index:
                self._picture(pictures[at][1])
                at += 1
            self._words(element, runs, style, is_first=index == 0)
        for _index, drawing in pictures[at:]:
            self._picture(drawing)

    @staticmethod
    def _is_skipped(run: Any, paragraph: Any) -> bool:
        """Deleted words, second drawings, and paragraphs of text boxes (read on their own)."""
        above = run.getparent()
        while above is not None and above is not paragraph:
            if above.tag in (qn("w:del"), qn("w:moveFrom")) or above.tag.endswith("}Fallback"):
                return True
            if above.tag == qn("w:txbxContent"):
                return True
            above = above.getparent()
        return False

    def _style(self, element: Any) -> tuple[str, str]:
        """(name of the paragraph style, its identifier)."""
        found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        identifier = found.get(qn("w:val")) if found is not None else ""
        for style in self.document.styles if identifier else ():
            if style.style_id == identifier:
                return style.name or "", identifier
        return "", identifier or ""

    def _run(self, run: Any, pieces: Any, pictures: Any, style: tuple[str, str]) -> None:
        marks = self._marks(run)
        href = self._href(run)
        for child in run.iter():
            if child.tag == qn("w:t") and child.text:
                pieces[-1].append(Run(tidy(child.text).replace("\n", " "), marks, href))
            elif child.tag in (qn("w:tab"),) and child.getparent() is run:
                pieces[-1].append(Run("\t", marks))
            elif child.tag == qn("w:noBreakHyphen"):
                pieces[-1].append(Run("-", marks))
            elif child.tag in (qn("w:br"), qn("w:cr")):
                pieces.append([])
            elif child.tag in (qn("w:drawing"), qn("w:pict")):
                pictures.append((len(pieces) - (0 if pieces[-1] else 1), child))
            elif child.tag == qn("w:txbxContent") and not self._in_fallback(child):
                self._container(child)

    @staticmethod
    def _in_fallback(element: Any) -> bool:
        return any(above.tag.endswith("}Fallback") for above in element.iterancestors())

    @staticmethod
    def _marks(run: Any) -> frozenset[str]:
        properties = run.find(qn("w:rPr"))
        if properties is None:
            return frozenset()
        marks = set()
        for name, mark in _MARKS.items():
            found = properties.find(qn(f"w:{name}"))
            if found is not None and found.get(qn("w:val")) not in ("0", "false", "none"):
                marks.add(mark)
        line = properties.find(qn("w:u"))
        if line is not None and line.get(qn("w:val")) not in (None, "none"):
            marks.add("u")
        raised = properties.find(qn("w:vertAlign"))
        if raised is not None:
            value = raised.get(qn("w:val"))
            marks |= (
                {"sub"} if value == "subscript" else {"sup"} if value == "superscript" else set()
            )
        return frozenset(marks)

    def _href(self, run: Any) -> str:
        above = run.getparent()
        if above.tag != qn("w:hyperlink"):
            return ""
        relation = self.document.part.rels.get(above.get(qn("r:id"), ""))
        url = relation.target_ref if relation is not None and relation.is_external else ""
        return url if url.startswith(("http://", "https://", "mailto:")) else ""

    def _words(self, element: Any, runs: list[Run], style: tuple[str, str], is_first: bool) -> None:
        kept = trimmed(runs)
        if not kept:
            return
        name, _identifier = style
        align = element.find(f"{qn('w:pPr')}/{qn('w:jc')}")
        number = self.numbering.of(element, style) if is_first else None
        heading = _HEADING.match(name)
        level = int(heading[1]) if heading else 0
        shape = Shape.HEADING if level else Shape.PARAGRAPH
        ordered, depth = False, 0
        if number is not None and number.prefix:
            kept = (Run(number.prefix), *kept)
        elif number is not None and not level:
            shape, ordered, depth = Shape.ITEM, number.ordered, number.depth
        block = Block(
            runs=kept,
            shape=shape,
            level=level or depth,
            ordered=ordered,
            align=_ALIGN.get(align.get(qn("w:val")), "") if align is not None else "",
            is_title=name.lower() == "title" or name == "标题" or level == 1,
            lines=(self._next("".join(run.text for run in kept)),),
        )
        if block.is_title and any(other.is_title for other in self.source.blocks):
            block = replace(block, is_title=False)
        self.source.blocks.append(block)

    # Tables, pictures --------------------------------------------------------------------------

    def _table(self, element: Any) -> None:
        rows = []
        for row in element.iterchildren(qn("w:tr")):
            rows.append([self._cell(cell) for cell in row.iterchildren(qn("w:tc"))])
        text = "".join(cell.text for row in rows for cell in row)
        if text.strip():
            if len(rows) == 1 and len(rows[0]) == 1:  # a frame around a text
                self._container(next(element.iter(qn("w:tc"))))
                return
            self.source.blocks.append(tables.block(rows, self._next(text)))
        for drawing in element.iter(qn("w:drawing")):
            self._picture(drawing)

    @staticmethod
    def _cell(cell: Any) -> tables.Cell:
        lines = []
        for paragraph in cell.iter(qn("w:p")):
            parts = [
                (node.text or "") if node.tag == qn("w:t") else " "
                for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
            ]
            lines.append(tidy("".join(parts)).replace("\n", " ").strip())
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        width = span.get(qn("w:val"), "1") if span is not None else "1"
        return tables.Cell(
            "\n".join(filter(None, lines)), colspan=int(width) if width.isdecimal() else 1
        )

    def _picture(self, drawing: Any) -> None:
        if self._in_fallback(drawing):
            return
        for blip in drawing.iter(qn("a:blip"), "{urn:schemas-microsoft-com:vml}imagedata"):
            relation = self.document.part.rels.get(
                blip.get(qn("r:embed")) or blip.get(qn("r:id")) or ""
            )
            described = next(iter(drawing.iter(qn("wp:docPr"))), None)
            alt = tidy(described.get("descr", "") if described is not None else "").strip()[:120]
            if relation is None or relation.is_external:
                self._left_out(_("a picture that is not in the file"))
                continue
            part = relation.target_part
            name = str(part.partname).rsplit("/", 1)[-1]
            if files.extension(name) not in _RASTER:
                self._left_out(_("a drawing in a format that cannot be shown"), name)
            elif len(self.source.pictures) >= MAX_PICTURES:
                self._left_out(_("more than %(n)d pictures") % {"n": MAX_PICTURES}, name)
            else:
                self.source.pictures.append(SourcePicture(part.blob, name, alt))
                self.source.blocks.append(
                    Block(
                        runs=(Run(alt),) if alt else (),
                        shape=Shape.PICTURE,
                        picture=len(self.source.pictures) - 1,
                    )
                )

    def _left_out(self, reason: str, name: str = "") -> None:
        self.source.dropped.append(Dropped(0, f"[{name or _('picture')}]", reason))

    # Around the text ---------------------------------------------------------------------------

    def _frame(self) -> None:
        """Headers and footers of the sheets are listed as left out."""
        seen: set[str] = set()
        for section in self.document.sections:
            for frame in (section.header, section.footer):
                for paragraph in frame.paragraphs if not frame.is_linked_to_previous else ():
                    text = tidy(paragraph.text).strip()
                    if text and text not in seen:
                        seen.add(text)
                        line = self._next(text)
                        self.source.dropped.append(
                            Dropped(line, text, _("header or footer of the sheet"))
                        )

    def _notes(self) -> None:
        """Footnotes are put at the end of the text."""
        for relation in self.document.part.rels.values():
            if not relation.reltype.endswith(("/footnotes", "/endnotes")) or relation.is_external:
                continue
            root = parse_xml(relation.target_part.blob)
            for paragraph in root.iter(qn("w:p")):
                text = tidy("".join(node.text or "" for node in paragraph.iter(qn("w:t")))).strip()
                if text:
                    block = Block(runs=(Run(text),), lines=(self._next(text),))
                    self.source.blocks.append(block)
                    self.source.doubts.append(
                        Doubt("body", text[:60], _("A footnote; it stands at the end of the text."))
                    )
