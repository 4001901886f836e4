"""Citers: the texts that cite a figure, as far as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from civic.citing import Citation

if TYPE_CHECKING:
    from civic.accounts import User

LISTED = 50


@dataclass(frozen=True)
class Line:
    """One number with the text it stands in."""

    text: Any
    citation: Citation

    @property
    def url(self) -> str:
        return str(self.text.get_admin_url())

    @property
    def status(self) -> str:
        """How far the text has come; "" of one without steps."""
        return str(self.text.get_status_display()) if hasattr(self.text, "status") else ""

    @property
    def differs(self) -> bool:
        return self.citation.state != Citation.State.OK


@dataclass(frozen=True)
class Citers:
    """The numbers that cite it, those that do not hold first; `texts` is how many texts cite it."""

    lines: list[Line]
    texts: int
    has_more: bool


def of(figure: str, user: User) -> Citers:
    """In five queries at most, however many there are."""
    rows = Citation.objects.citing(figure).seen_by(user)
    texts = rows.order_by().values("content_type", "object_id").distinct().count()
    holds = models.Case(models.When(state=Citation.State.OK, then=1), default=0)
    first = rows.order_by(holds, "content_type", "-object_id", "place", "ordinal")
    found = list(first.prefetch_related("content_object")[: LISTED + 1])
    lines = [Line(row.content_object, row) for row in found if row.content_object is not None]
    return Citers(lines[:LISTED], texts, len(found) > LISTED)
