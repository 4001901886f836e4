"""Import of a sheet: preview (new, changed, refused with row and reason), then one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic import audit, files, sheets
from civic.importers import (
    CHANGED,
    NEW,
    REFUSED,
    SAME,
    TARGETS,
    Found,
    given,
    match_header,
)

if TYPE_CHECKING:
    from civic.accounts import User
    from civic.sheets import Cell


class Stale(Exception):
    """The rows changed between preview and application; the preview has been made anew."""


class NotApplicable(Exception):
    """In words: already applied, or refused rows stand in the way."""


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: Any) -> ImportBatchQuerySet:
        """A batch belongs to who uploaded it."""
        return self.filter(uploaded_by=user.pk) if user.is_active else self.none()


class ImportBatch(models.Model):
    """One uploaded sheet and what came of it."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("Previewed")
        APPLIED = "applied", _("Applied")
        REFUSED = "refused", _("Refused")

    target = models.CharField(_("into"), max_length=60)
    file_name = models.CharField(_("file name"), max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PREVIEWED
    )
    # [{"row": 2, "key", "verdict": "new|changed|same|refused", "cells", "values", "old",
    # "reasons"}]: the cells as read, to be judged again when the import is applied.
    rows = models.JSONField(_("rows"), default=list)
    counts = models.JSONField(_("counts"), default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PREVIEWED

    @property
    def target_label(self) -> str:
        return str(apps.get_model(self.target)._meta.verbose_name_plural)

    @property
    def good(self) -> int:
        return int(self.counts.get(NEW, 0)) + int(self.counts.get(CHANGED, 0))

    @property
    def bad(self) -> int:
        return int(self.counts.get(REFUSED, 0))

    def keep(self, found: list[Found]) -> None:
        self.rows = [row.as_json() for row in found]
        self.counts |= {NEW: 0, CHANGED: 0, SAME: 0, REFUSED: 0}
        self.counts |= Counter(row.verdict for row in found)


def preview(*, target: str, data: bytes, name: str, by: User) -> ImportBatch:
    """Read and judge the file; nothing is written but the batch. Raises ValidationError."""
    kind = TARGETS[target]
    sheet = sheets.read(data, name)
    places, unknown = match_header(kind, sheet)
    raw = [
        (
            row.number,
            {column: _at(row.cells, place) for place, column in places.items()},
        )
        for row in sheet
    ]
    if not raw:
        raise ValidationError(gettext("The sheet has headings but no rows."))
    batch = ImportBatch(
        target=target,
        file_name=files.clean_name(name),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=by,
        counts={"unknown": unknown},
    )
    batch.keep(kind(by).examine(raw))
    batch.save()
    return batch


def _at(cells: list[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def apply(*, batch: ImportBatch, by: User, only_good: bool = False) -> ImportBatch:
    """Write what the preview showed, in one transaction, once.

    Raises NotApplicable in words; Stale when rows changed since the preview, which is then
    made anew for the next look.
    """
    try:
        with transaction.atomic():
            return _apply(batch, by, only_good)
    except Stale:
        fresh = TARGETS[batch.target](by).examine(_again(batch))
        batch.keep(fresh)
        batch.save(update_fields=["rows", "counts"])
        raise
    except IntegrityError as error:
        raise NotApplicable(
            gettext("Somebody changed the same rows at this moment. Upload the file again.")
        ) from error


def _apply(batch: ImportBatch, by: User, only_good: bool) -> ImportBatch:
    # The state is claimed first: of two applications the second finds nothing to claim.
    mine = ImportBatch.objects.filter(pk=batch.pk, uploaded_by=by, state=batch.State.PREVIEWED)
    now = timezone.now()
    if not mine.update(state=batch.State.APPLIED, applied_at=now):
        raise NotApplicable(gettext("This import was already applied."))
    kind = TARGETS[batch.target](by)
    found = kind.examine(_again(batch))
    if [row.as_json() for row in found] != batch.rows:
        raise Stale
    refused = [row for row in found if row.verdict == REFUSED]
    if refused and not only_good:
        raise NotApplicable(
            gettext("%(count)d rows are refused. Correct the file, or choose to import the rest.")
            % {"count": len(refused)}
        )
    new = [row for row in found if row.verdict == NEW]
    changed = [row for row in found if row.verdict == CHANGED]
    if not new and not changed:
        raise NotApplicable(gettext("There is nothing to import: no row is new or changed."))
    kind.write(new, changed)
    audit.record(
        f"import.{batch.target.rsplit('.', 1)[-1]}",
        target=batch,
        by=by,
        file=batch.file_name,
        sha256=batch.sha256,
        new=len(new),
        changed=len(changed),
        refused=len(refused),
    )
    batch.state, batch.applied_at = batch.State.APPLIED, now
    return batch


def _again(batch: ImportBatch) -> list[tuple[int, dict[str, Cell]]]:
    """The rows as they were read, to be judged against what stands in the database now."""
    return [
        (row["row"], {name: given(cell) for name, cell in row["cells"].items()})
        for row in batch.rows
    ]
