"""Declared figures: numbers from outside, each with the document they were taken from."""

from __future__ import annotations

import logging
from collections.abc import Collection
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import files, recheck
from civic.exports import Column
from civic.exports import Kind as Cell
from civic.figures import Figure, Kind
from civic.periods import midnight
from civic.versions import Versioned
from civic.wording import Qualifier

log = logging.getLogger(__name__)

PREFIX = "declared-"

http_only = URLValidator(schemes=["http", "https"])
plain_name = RegexValidator(
    r"^[a-z0-9]+(?:[-_][a-z0-9]+)*\Z", _("Use small letters, digits and hyphens.")
)


class DeclaredFigureQuerySet(models.QuerySet["DeclaredFigure"]):
    def public(self) -> Self:
        return self.filter(is_public=True)

    def named(self, names: Collection[str]) -> Self:
        """Those that citations call so («declared-…»)."""
        return self.filter(name__in={name.removeprefix(PREFIX) for name in names})


class DeclaredFigure(Versioned):
    """A number that is not counted here: name, number as of a day, and its source."""

    name = models.CharField(
        _("short name"),
        max_length=60,
        unique=True,
        validators=[plain_name],
        help_text=_("Small letters, digits and hyphens; citations refer to it, so it stays."),
    )
    label = models.CharField(_("name"), max_length=60)
    definition = models.CharField(
        _("definition"),
        max_length=300,
        blank=True,
        help_text=_("What is counted and what is not, in one or two sentences."),
    )
    unit = models.CharField(
        _("unit of counting"), max_length=12, blank=True, help_text=_("For example 人, 个, %.")
    )
    number = models.DecimalField(_("number"), max_digits=18, decimal_places=4)
    qualifier = models.CharField(
        _("written with"), max_length=2, choices=Qualifier.choices, blank=True
    )
    as_of = models.DateField(_("as of"))
    source_title = models.CharField(_("source document"), max_length=120)
    source_url = models.CharField(
        _("link to the source"), max_length=300, blank=True, validators=[http_only]
    )
    source_file = models.FileField(
        _("file of the source"),
        upload_to="sources",
        blank=True,
        help_text=_("Kept for the office; the public sees the name of the document and the link."),
    )
    source_file_name = models.CharField(max_length=100, blank=True, editable=False)
    is_public = models.BooleanField(_("shown to the public"), default=False)

    objects = DeclaredFigureQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("declared figure")
        verbose_name_plural = _("declared figures")
        ordering = ["label", "pk"]
        permissions = [("export_declaredfigure", _("Can export declared figures"))]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source_url="") | ~models.Q(source_file=""),
                name="declaredfigure_has_source",
                violation_error_message=_(
                    "Give the link to the source document, or upload its file."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file is checked by its content. Raises ValidationError."""
        if self._has_new_file():
            self._check_file()
        super().save(*args, **kwargs)
        self._recheck()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        self._recheck()
        return deleted

    def clean(self) -> None:
        if not self.source_url and not self.source_file:
            raise ValidationError(_("Give the link to the source document, or upload its file."))
        if self._has_new_file():
            try:
                self._check_file()
            except ValidationError as refusal:
                raise ValidationError({"source_file": refusal.messages}) from refusal

    def get_admin_url(self) -> str:
        return reverse("admin:civic_declaredfigure_change", args=[self.pk])

    def get_source_url(self) -> str:
        """Where staff read the document: the file, or the link."""
        if self.source_file:
            return reverse("admin:civic_declaredfigure_source", args=[self.pk])
        return self.source_url

    @property
    def figure_name(self) -> str:
        """How citations call it."""
        return f"{PREFIX}{self.name}"

    @property
    def figure(self) -> Figure:
        pk = self.pk
        return Figure(
            name=self.figure_name,
            label=self.label,
            definition=self.definition,
            unit=self.unit,
            kind=Kind.DECLARED,
            rows=lambda params: DeclaredFigure.objects.filter(pk=pk),
            measure=models.Max("number"),
            accepts=frozenset(),
            columns=COLUMNS,
            is_public=self.is_public,
            qualifier=self.qualifier,
            scale=_scale(self.number),
            as_of=midnight(self.as_of),
            source=self.source_title,
            source_url=self.source_url,
        )

    def _recheck(self) -> None:
        """What cites it turns red, or green again, at once. A fault there is not one of saving."""
        try:
            with transaction.atomic():
                recheck.rederive(figure=self.figure_name)
        except Exception:
            log.exception("what cites %s is not rechecked", self.figure_name)

    def _has_new_file(self) -> bool:
        return bool(self.source_file) and not getattr(self.source_file, "_committed", True)

    def _check_file(self) -> None:
        data = self.source_file.read()
        self.source_file.seek(0)
        self.source_file_name = files.check_attachment(data, self.source_file.name or "").name


def _scale(number: Decimal) -> str:
    """The scale that writes a round number short: 420万, 1.3亿."""
    for scale, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size and number % (size // 10) == 0:
            return scale
    return ""


COLUMNS = (
    Column(_("name"), "label"),
    Column(_("number"), "number", Cell.NUMBER),
    Column(_("unit of counting"), "unit"),
    Column(_("as of"), "as_of", Cell.DATE),
    Column(_("source document"), "source_title"),
    Column(_("link to the source"), "source_url"),
)


def figures_of(names: Collection[str] | None = None) -> list[Figure]:
    """Those of these names («declared-…»), or all, in one query."""
    rows = DeclaredFigure.objects.all()
    if names is not None:
        rows = rows.named(names)
    return [row.figure for row in rows]
