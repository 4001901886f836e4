"""Tables as clean HTML, and the text by which they are compared."""

from __future__ import annotations

import html
from dataclasses import dataclass

from releases.transcripts.blocks import Block, Run, Shape


@dataclass
class Cell:
    text: str
    is_header: bool = False
    colspan: int = 1
    rowspan: int = 1

    @property
    def markup(self) -> str:
        tag = "th" if self.is_header else "td"
        spans = "".join(
            f' {name}="{value}"'
            for name, value in (("colspan", self.colspan), ("rowspan", self.rowspan))
            if 1 < value < 1000
        )
        scope = ' scope="col"' if self.is_header else ""
        inner = "<br>".join(html.escape(line) for line in self.text.split("\n") if line.strip())
        return f"<{tag}{scope}{spans}>{inner}</{tag}>"


def block(rows: list[list[Cell]], line: int, caption: str = "") -> Block:
    """One block for the table; its first row heads the columns when nothing else does."""
    if rows and not any(cell.is_header for row in rows for cell in row) and _heads(rows):
        for cell in rows[0]:
            cell.is_header = True
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    drawn = "".join(f"<tr>{''.join(cell.markup for cell in row)}</tr>" for row in rows if row)
    words = "\n".join("\t".join(cell.text for cell in row) for row in rows)
    return Block(
        runs=(Run(f"{caption}\n{words}" if caption else words),),
        lines=(line,),
        shape=Shape.TABLE,
        table=f"<table>{title}<tbody>{drawn}</tbody></table>",
    )


def _heads(rows: list[list[Cell]]) -> bool:
    """Whether the first row is short words over the others."""
    first = rows[0]
    return (
        len(rows) > 1
        and len(first) > 1
        and all(0 < len(cell.text.strip()) <= 20 and cell.colspan == 1 for cell in first)
    )
