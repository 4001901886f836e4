"""Citations: what each number of a text cites, what it showed, and whether its rows still say so.

The marked spans of a text are the truth; the rows are read from them at every save, so that all
documents that cite a figure are found by one query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from civic import cites, figures, wording
from civic.cites import CitedSpan
from civic.citing import Citation, CitationQuerySet, Citing, kept_size
from civic.figures import FigureFailed, Params, Value
from civic.stages import TransitionRefused

__all__ = [
    "Citation",
    "CitationsDiffer",
    "Citing",
    "Difference",
    "check",
    "demand",
    "failing",
    "rederive",
    "sync",
]

AT_ONCE = 50  # figures computed between two signs of life
BATCH = 500  # rows written by one UPDATE: within what every database takes as parameters


@dataclass(frozen=True)
class Difference:
    """A citation that does not hold, with the document it stands in."""

    document: Any
    citation: Citation

    def __str__(self) -> str:
        return gettext("%(where)s: «%(sentence)s» shows %(shown)s. %(why)s") % {
            "where": self.citation.field,
            "sentence": self.citation.sentence,
            "shown": self.citation.wording,
            "why": self.citation.why,
        }


class CitationsDiffer(TransitionRefused):
    """Numbers of the text no longer hold: it may not go on like this."""

    def __init__(self, differences: list[Difference]) -> None:
        self.differences = differences
        first = differences[0].citation
        words = ngettext(
            "A figure in this text does not hold: it shows %(shown)s. %(why)s",
            "%(n)d figures in this text do not hold; the first shows %(shown)s. %(why)s",
            len(differences),
        )
        said = {"n": len(differences), "shown": first.wording, "why": first.why}
        super().__init__(words % said)


# Sync and check ----------------------------------------------------------------------------------


def sync(document: Any, *, like: Any = None) -> list[Citation]:
    """The rows of this document as its spans now say, in their order.

    `like`: another document these texts came from, whose decisions to keep come along.
    """
    spans = [
        (place, label, ordinal, span)
        for place, (label, markup) in enumerate(document.cited_texts())
        for ordinal, span in enumerate(cites.cited(markup))
    ]
    standing = defaultdict(list)
    for row in Citation.objects.of(document):
        standing[row.key].append(row)
    kept = {row.key: row for row in Citation.objects.of(like) if row.kept_at} if like else {}
    rows = []
    for place, label, ordinal, span in spans:
        made = _read(document, place, label, ordinal, span)
        same = standing[made.key]
        row = _moved(same.pop(0), made) if same else made
        rows.append(_stored(row, kept.get(made.key)))
    gone = [row.pk for left in standing.values() for row in left]
    if gone:
        Citation.objects.filter(pk__in=gone).delete()
    document.__dict__.pop("failing_citations", None)
    return rows


def _read(document: Any, place: int, label: str, ordinal: int, span: CitedSpan) -> Citation:
    text = span.text[:120]
    said = wording.read(text)
    readable = said is not None and kept_size(said.number) is not None
    return Citation(
        content_type=ContentType.objects.get_for_model(document),
        object_id=document.pk,
        field=label[:120],
        place=place,
        ordinal=ordinal,
        figure=span.figure[:80],
        params=_code(span),
        shown=kept_size(said.number) if said and readable else None,
        unit=said.unit[:20] if said else "",
        step=kept_size(said.step) if said and readable else None,
        qualifier=str(said.qualifier)[:4] if said else "",
        wording=text,
        sentence=span.sentence[:300],
        as_of=_day(span.as_of),
        is_historical=span.is_historical,
    )


def _code(span: CitedSpan) -> str:
    """As `Params.code` where the span can be understood; else as it stands, to be told."""
    try:
        return Params.of(span.period, span.region, span.group).code
    except ValidationError:
        return f"{span.period}|{span.region}|{span.group}"[:150]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _moved(row: Citation, made: Citation) -> Citation:
    """The row that stands, at its new place."""
    names = ("place", "ordinal", "field", "sentence")
    if any(getattr(row, name) != getattr(made, name) for name in names):
        for name in names:
            setattr(row, name, getattr(made, name))
        row.save(update_fields=names)
    return row


def _stored(row: Citation, kept: Citation | None) -> Citation:
    """With the decision to keep it, when the same number was kept where the text came from."""
    carried = kept is not None and row.kept_at is None
    if kept is not None and carried:
        row.kept_at, row.kept_by = kept.kept_at, kept.kept_by
    if row.pk is None or carried:
        row.save()
    return row


def check(document: Any, *, like: Any = None) -> list[Difference]:
    """Read the spans anew, ask each figure, remember the answers; what does not hold."""
    with transaction.atomic():
        rows = sync(document, like=like)
        params = {row.params: row.parsed() for row in rows}
        asked = [(row.figure, one) for row in rows if (one := params[row.params]) is not None]
        values = figures.values(asked) if asked else {}
        now = timezone.now()
        for row in rows:
            one = params[row.params]
            value = values[row.figure, one] if one is not None else None
            before = (row.state, row.found)
            row.state, row.found = row.judge(value)
            row.checked_at = now
            if before != (row.state, row.found) or row.state != Citation.State.OK:
                row.save(update_fields=["state", "found", "checked_at"])
    return [Difference(document, row) for row in rows if row.state != Citation.State.OK]


def demand(document: Any) -> None:
    """Raise CitationsDiffer unless every number of the document holds now."""
    differences = check(document)
    if differences:
        raise CitationsDiffer(differences)


def demand_of_form(document: Any) -> None:
    """Raise CitationsDiffer for what would not hold if the document were saved as it stands.

    Nothing is written: for documents without steps, which are public as soon as they are saved.
    """
    made = [
        _read(document, place, label, ordinal, span)
        for place, (label, markup) in enumerate(document.cited_texts())
        for ordinal, span in enumerate(cites.cited(markup))
    ]
    if not made:
        return
    params = {row.params: row.parsed() for row in made}
    asked = [(row.figure, one) for row in made if (one := params[row.params]) is not None]
    values = figures.values(asked) if asked else {}
    for row in made:
        one = params[row.params]
        row.state, row.found = row.judge(values[row.figure, one] if one is not None else None)
    wrong = [Difference(document, row) for row in made if row.state != Citation.State.OK]
    if wrong:
        raise CitationsDiffer(wrong)


def failing() -> CitationQuerySet:
    """The citations of drafts and live documents that did not hold when last checked."""
    return Citation.objects.failing().checked_now()


# All documents -----------------------------------------------------------------------------------

Progress = Callable[[int, int], None]


def rederive(*, progress: Progress | None = None) -> list[Difference]:
    """Compute every figure that drafts and live documents cite, once; what no longer holds."""
    tell = progress or (lambda done, total: None)
    pairs: dict[tuple[str, str], list[Citation]] = defaultdict(list)
    rows = Citation.objects.checked_now().order_by("pk")
    total, newest, done = 0, 0, 0
    for row in rows.defer("sentence", "field", "checked_at").iterator():
        pairs[row.figure, row.params].append(row)
        total, newest = total + 1, row.pk
    tell(0, total)
    names = list(pairs)
    for first in range(0, len(names), AT_ONCE):
        batch = names[first : first + AT_ONCE]
        values = _values(batch, pairs)
        for pair in batch:
            _settle(pairs[pair], values.get(pair))
            done += len(pairs[pair])
            tell(done, total)
    rows.filter(pk__lte=newest).order_by().update(checked_at=timezone.now())
    return _differences(failing())


def _values(
    batch: Iterable[tuple[str, str]], pairs: dict[tuple[str, str], list[Citation]]
) -> dict[tuple[str, str], Value | FigureFailed]:
    """The value of each pair that can be understood."""
    parsed = {pair: pairs[pair][0].parsed() for pair in batch}
    asked = {pair: (pair[0], params) for pair, params in parsed.items() if params is not None}
    found = figures.values(asked.values()) if asked else {}
    return {pair: found[one] for pair, one in asked.items()}


def _settle(rows: list[Citation], value: Value | FigureFailed | None) -> None:
    """Write what is new, by the few answers there are: rows that agree are written together."""
    same: dict[tuple[str, Decimal | None], list[int]] = defaultdict(list)
    for row in rows:
        answer = row.judge(value)
        if answer != (row.state, row.found):
            same[answer].append(row.pk)
    for (state, found), keys in same.items():
        for first in range(0, len(keys), BATCH):
            Citation.objects.filter(pk__in=keys[first : first + BATCH]).update(
                state=state, found=found
            )


def _differences(rows: CitationQuerySet) -> list[Difference]:
    found = rows.prefetch_related("content_object")
    return [Difference(row.content_object, row) for row in found if row.content_object is not None]
