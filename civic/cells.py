"""Cells: how a cell of a foreign sheet becomes a plain value, or a reason in words why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civic.exports import is_risky
from civic.sheets import Cell, CellError

Reader = Callable[[Cell], Any]

_YES = {"是", "yes", "y", "true", "1", "√", "✓"}
_NO = {"否", "no", "n", "false", "0", "×"}
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?$")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


class Refused(Exception):
    """A cell that cannot be taken; the message says why, without the column's name."""


def stripped(cell: Cell) -> str:
    """The text of the cell: NFC, nothing unseen, no space around, without our own guard."""
    if isinstance(cell, CellError):
        if cell.what == "=":
            raise Refused(_("holds a formula without a value; paste the values instead"))
        raise Refused(_("holds the error %(what)s") % {"what": cell.what})
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("Yes") if cell else _("No")
    text = unicodedata.normalize("NFC", str(cell))
    text = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN or c in "\n\t")
    text = text.strip()
    # The apostrophe that our own CSV puts before what looks like a formula.
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


def text_of(field: Any) -> Reader:
    """One line no longer than the model's field takes, and as its validators want it."""

    def read(cell: Cell) -> str:
        text = " ".join(stripped(cell).split())
        if field.max_length and len(text) > field.max_length:
            raise Refused(
                _("has %(length)d characters; at most %(most)d fit")
                % {"length": len(text), "most": field.max_length}
            )
        return text

    return read


def choice_of(choices: type[models.TextChoices]) -> Reader:
    """By the label a person reads, or by the value."""

    def read(cell: Cell) -> str:
        text = stripped(cell)
        known, labels = _known(choices, get_language() or "")
        if text and text not in known:
            raise Refused(
                _("«%(text)s» is not one of: %(known)s") % {"text": text[:30], "known": labels}
            )
        return known.get(text, "")

    return read


@lru_cache(maxsize=64)
def _known(choices: type[models.TextChoices], language: str) -> tuple[dict[str, str], str]:
    """({label or value: value}, the labels), labels in the language of who imports."""
    labels = {str(choice.label): str(choice.value) for choice in choices}
    return labels | {str(value): str(value) for value in choices.values}, "、".join(labels)


def truth(default: bool) -> Reader:
    """Yes or no; an empty cell means `default`."""

    def read(cell: Cell) -> bool:
        text = stripped(cell).lower()
        if not text:
            return default
        if text in _YES or text == _("Yes").lower():
            return True
        if text in _NO or text == _("No").lower():
            return False
        raise Refused(_("«%(text)s» is neither yes nor no") % {"text": text[:30]})

    return read


def whole(most: int = 2_147_483_647) -> Reader:
    """A whole number from 0 to `most`, or None for an empty cell."""

    def read(cell: Cell) -> int | None:
        text = stripped(cell).replace(",", "").replace("，", "")
        text = unicodedata.normalize("NFKC", text)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise Refused(_("«%(text)s» is not a whole number") % {"text": text[:30]})
        if int(text) > most:
            raise Refused(_("%(text)s is too large") % {"text": text})
        return int(text)

    return read


def day(cell: Cell) -> str:
    """A day as «2026-10-01»; also read: a date cell, 2026/10/1, 2026年10月1日."""
    if isinstance(cell, date):
        found = cell.date() if isinstance(cell, datetime) else cell
    else:
        text = stripped(cell)
        if not text:
            return ""
        match = _DAY.match(text)
        try:
            if match is None:
                raise ValueError
            found = date(*(int(part) for part in match.groups()))
        except ValueError as error:
            raise Refused(
                _("«%(text)s» is not a day; write it like 2026-10-01") % {"text": text[:30]}
            ) from error
    if not 1990 <= found.year <= 2100:
        raise Refused(_("%(day)s lies outside 1990 to 2100") % {"day": found})
    return found.isoformat()
