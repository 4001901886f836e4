"""Settling: what a person decides of a figure that no longer holds: its new value, or its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from civic import audit, cites, wording
from civic.amounts import plainly
from civic.citations import Citation, check, sync
from civic.cites import CitedSpan
from civic.stages import REVIEW_STAGES, Status, TransitionRefused
from civic.versions import Changed

if TYPE_CHECKING:
    from civic.accounts import User

TAKE, KEEP = "take", "keep"
EDITABLE = (Status.DRAFT, *REVIEW_STAGES, Status.APPROVED)


@dataclass(frozen=True)
class Choice:
    """What was decided about the citation at `where`; `now` is the new wording that was shown."""

    where: str
    what: str
    now: str = ""


def may_settle(document: Any, by: User) -> bool:
    """Whether `settle` has something to offer to this person."""
    if not document.may(by, "change"):
        return False
    rows = document.failing_citations
    if document.status in EDITABLE:
        return any(row.may_take or row.may_keep for row in rows)
    return document.is_live and any(is_only_a_note(row) for row in rows)


def is_only_a_note(row: Citation) -> bool:
    """Readers are shown its day already: keeping it changes nothing they read."""
    return row.may_keep and row.as_of is not None and row.as_of == row.keeping_day


@transaction.atomic
def settle(
    *, document: Any, by: User, choices: Iterable[Choice], version: int | None = None
) -> None:
    """Take new values into the text, or keep numbers as of their day. Raises TransitionRefused.

    A text that was under review is a draft again; of two who settle at once, one is told.
    """
    document.demand(by, "change", version)
    chosen = list(choices)
    if not chosen:
        raise TransitionRefused(gettext("Nothing was chosen, or all figures hold by now."))
    try:
        document.claim(document.version)
    except Changed as error:
        raise TransitionRefused(
            gettext("Someone else has changed this text in the meantime. Look at it again.")
        ) from error
    failing = {one.citation.where: one.citation for one in check(document)}
    decided = [(_checked(failing.get(one.where), one), one.what) for one in chosen]
    spans: dict[int, dict[int, CitedSpan]] = defaultdict(dict)
    for row, what in decided:
        if not (what == KEEP and is_only_a_note(row)):
            spans[row.place][row.ordinal] = _written(document, row, what)
    if spans:
        _rewrite(document, spans, by)
    _remember(document, {row.where for row, what in decided if what == KEEP}, by)
    audit.record(
        "citations.settled",
        by=by,
        target=document,
        version=document.version,
        taken=[f"{row.wording} → {row.now}" for row, what in decided if what == TAKE],
        kept=[f"{row.wording} ({row.keeping_day})" for row, what in decided if what == KEEP],
    )


def _checked(row: Citation | None, choice: Choice) -> Citation:
    """The row, when what was decided about it is still to be decided and may be."""
    if row is None:
        raise TransitionRefused(
            gettext("One of these figures holds again. Look at them once more.")
        )
    if choice.what == TAKE and row.now and row.now == choice.now:
        return row
    if choice.what == KEEP and row.may_keep:
        return row
    if choice.what == TAKE and row.now:
        raise TransitionRefused(
            gettext("The figure has changed once more: it is %(now)s now. Look at it again.")
            % {"now": row.now}
        )
    raise TransitionRefused(
        gettext("«%(shown)s» cannot be settled like that. %(why)s")
        % {"shown": row.wording, "why": row.why}
    )


def _written(document: Any, row: Citation, what: str) -> CitedSpan:
    """The span of this row as the decision writes it."""
    _label, markup = document.cited_texts()[row.place]
    span = cites.cited(markup)[row.ordinal]
    if what == KEEP:
        return replace(span, is_historical=True, as_of=str(row.keeping_day))
    said = wording.read(row.now)
    params, today = row.parsed(), timezone.localdate()
    ends = params.period.last if params else None
    return replace(
        span,
        text=row.now,
        value=plainly(said.number if said else row.found or Decimal()),
        qualifier=str(said.qualifier) if said else "",
        as_of=str(min(today, ends) if ends else today),  # a period that is over ends its day
    )


def _rewrite(document: Any, spans: dict[int, dict[int, CitedSpan]], by: User) -> None:
    """Into the text, which then is a draft again."""
    if document.status not in EDITABLE:
        raise TransitionRefused(
            gettext("Citizens read this text: start a correction and settle the figure there.")
        )
    texts = document.cited_texts()
    document.put_cited_texts(
        {place: cites.recited(texts[place][1], changed) for place, changed in spans.items()}
    )
    document.edited(by=by)


def _remember(document: Any, kept: set[str], by: User) -> None:
    """Those kept stand, whatever their rows say from now on."""
    keys = [row.pk for row in sync(document) if row.where in kept]
    Citation.objects.filter(pk__in=keys).update(
        kept_at=timezone.now(), kept_by=by.name[:40], state=Citation.State.OK
    )
    check(document)
