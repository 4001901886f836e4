"""Citations: what each number of a text cites, what it showed, and whether its rows still say so.

The marked spans of a text are the truth; the rows are read from them at every save, so that all
documents that cite a figure are found by one query.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from civic import cites, measures, wording
from civic.answers import answers, judged, parsed
from civic.cites import CitedSpan
from civic.citing import Citation, CitationQuerySet, Citing, kept_size
from civic.figures import Params
from civic.stages import TransitionRefused

__all__ = [
    "Citation",
    "CitationsDiffer",
    "Citing",
    "Difference",
    "check",
    "demand",
    "failing",
    "sync",
]


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
    standing = list(Citation.objects.of(document))
    others = list(Citation.objects.of(like)) if like else []
    free = defaultdict(list)
    for row in standing:
        free[row.key].append(row)
    kept = {row.key: row for row in others if row.kept_at}
    held = _held([*standing, *others])
    rows = []
    for made in _made(document):
        same = free[made.key]
        row = _moved(same.pop(0), made) if same else made
        rows.append(_remembered(row, kept.get(made.key), held.get(made.number)))
    Citation.objects.bulk_create([row for row in rows if row.pk is None])
    gone = [row.pk for left in free.values() for row in left]
    if gone:
        Citation.objects.filter(pk__in=gone).delete()
    document.__dict__.pop("failing_citations", None)
    return rows


def _made(document: Any) -> list[Citation]:
    """A row for each span of the document as it stands, none of them saved."""
    return [
        _read(document, place, label, ordinal, span)
        for place, (label, markup) in enumerate(document.cited_texts())
        for ordinal, span in enumerate(cites.cited(markup))
    ]


def _held(rows: list[Citation]) -> dict[tuple[str, str, str], date]:
    """The day each number last held: marking it as historical makes another row of it."""
    found: dict[tuple[str, str, str], date] = {}
    for row in rows:
        if row.held_on is not None:
            found[row.number] = max(row.held_on, found.get(row.number, row.held_on))
    return found


def _read(document: Any, place: int, label: str, ordinal: int, span: CitedSpan) -> Citation:
    text = span.text[:120]
    said = wording.read(text)
    shown, step = (kept_size(said.number), kept_size(said.step)) if said else (None, None)
    readable = shown is not None and bool(step)  # finer than the columns hold: no number for us
    unit = (said.unit or measures.behind(span.after)) if said else ""
    return Citation(
        content_type=ContentType.objects.get_for_model(document),
        object_id=document.pk,
        field=label[:120],
        place=place,
        ordinal=ordinal,
        figure=span.figure[:80],
        params=_code(span),
        shown=shown if readable else None,
        unit=unit[:20],
        step=step if readable else None,
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
    names = ("place", "ordinal", "field", "sentence", "unit")
    if any(getattr(row, name) != getattr(made, name) for name in names):
        for name in names:
            setattr(row, name, getattr(made, name))
        row.save(update_fields=names)
    return row


def _remembered(row: Citation, kept: Citation | None, held: date | None) -> Citation:
    """With the decision to keep it where the text came from, and with the day it last held."""
    names = []
    if kept is not None and row.kept_at is None:
        row.kept_at, row.kept_by = kept.kept_at, kept.kept_by
        names += ["kept_at", "kept_by"]
    if held is not None and (row.held_on is None or row.held_on < held):
        row.held_on = held
        names.append("held_on")
    if row.pk is not None and names:
        row.save(update_fields=names)
    return row


def check(document: Any, *, like: Any = None) -> list[Difference]:
    """Read the spans anew, ask each figure, remember the answers; what does not hold.

    A text that waits for its hour and does not hold leaves its schedule at once.
    """
    with transaction.atomic():
        rows = sync(document, like=like)
        before = [(row.state, row.found) for row in rows]
        _judge(rows)
        _remember(rows, before)
    found = [Difference(document, row) for row in rows if row.state != Citation.State.OK]
    if found:
        stop(document, found)
    return found


def _judge(rows: list[Citation]) -> None:
    """Each row with its state and what was found."""
    params = {row.params: parsed(row) for row in rows}
    pairs = [(row.figure, one) for row in rows if (one := params[row.params]) is not None]
    values = answers(pairs)
    for row in rows:
        one = params[row.params]
        row.state, row.found = judged(row, values[row.figure, one] if one is not None else None)


def _remember(rows: list[Citation], before: list[tuple[str, Decimal | None]]) -> None:
    """Write what is new, in two queries at most."""
    now, today = timezone.now(), timezone.localdate()
    news, holding = [], []
    for row, old in zip(rows, before, strict=True):
        row.checked_at = now
        if old != (row.state, row.found) or row.state != Citation.State.OK:
            news.append(row)
        if row.state == Citation.State.OK and row.kept_at is None and row.held_on != today:
            row.held_on = today
            holding.append(row.pk)
    if news:
        Citation.objects.bulk_update(news, ["state", "found", "checked_at"], batch_size=100)
    if holding:
        Citation.objects.filter(pk__in=holding).update(held_on=today)


def stop(document: Any, differences: list[Difference]) -> bool:
    """Take a text that waits for its hour off its schedule: a person looks first."""
    if not getattr(document, "is_scheduled", False):
        return False
    try:
        document.take_off_schedule(why=str(CitationsDiffer(differences)))
    except TransitionRefused:  # a clock, or a person, was first
        return False
    return True


def demand(document: Any) -> None:
    """Raise CitationsDiffer unless every number of the document holds now."""
    differences = check(document)
    if differences:
        raise CitationsDiffer(differences)


def demand_of_form(document: Any) -> None:
    """Raise CitationsDiffer for what would not hold if the document were saved as it stands.

    Nothing is written: for documents without steps, which are public as soon as they are saved.
    """
    made = _made(document)
    _judge(made)
    wrong = [Difference(document, row) for row in made if row.state != Citation.State.OK]
    if wrong:
        raise CitationsDiffer(wrong)


def failing() -> CitationQuerySet:
    """The citations of drafts and live documents that did not hold when last checked."""
    return Citation.objects.failing().checked_now()
