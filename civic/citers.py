"""Citers: the texts that cite a figure, as far as a person may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from civic.citing import Citation

if TYPE_CHECKING:
    from civic.accounts import User

LISTED = 50
MOST = 1_000  # texts that are counted


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
    """The numbers that cite it, those that do not hold first; `texts` is how many texts cite it.

    Nobody counts beyond MOST: then `texts` is MOST, and there are more.
    """

    lines: list[Line]
    texts: int
    has_more: bool

    @property
    def are_many(self) -> bool:
        return self.texts >= MOST


def of(figure: str, user: User) -> Citers:
    """In few queries, however many there are, and none that walks through all of them."""
    rows = Citation.objects.citing(figure).seen_by(user).order_by()
    texts = rows.values("content_type", "object_id").distinct()[:MOST].count()
    found = list(rows.failing().order_by("-pk")[: LISTED + 1]) if texts else []
    if texts and len(found) <= LISTED:
        holding = rows.filter(state=Citation.State.OK).order_by("-pk")
        found += holding[: LISTED + 1 - len(found)]
    return Citers(_lines(found[:LISTED]), texts, len(found) > LISTED)


def _lines(rows: list[Citation]) -> list[Line]:
    """With their texts, a query a kind, without the words of them."""
    keys: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        keys[row.content_type_id].add(row.object_id)
    texts = {
        (kind, text.pk): text
        for kind, some in keys.items()
        for text in _without_words(kind).filter(pk__in=some)
    }
    return [
        Line(text, row)
        for row in rows
        if (text := texts.get((row.content_type_id, row.object_id))) is not None
    ]


def _without_words(kind: int) -> models.QuerySet[Any]:
    model: Any = ContentType.objects.get_for_id(kind).model_class()
    fields = model._meta.concrete_fields
    words = [one.name for one in fields if isinstance(one, models.TextField | models.JSONField)]
    rows: models.QuerySet[Any] = model._default_manager.defer(*words)
    return rows
