"""Figure blocks: the large numbers of a release, each a citation in fields, not in the text."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from civic import figures, picker, wording
from civic.amounts import plainly
from civic.cites import CitedSpan
from civic.figures import Params
from civic.inquiries import speaks_of
from releases.figurechoices import Choices


class FigureBlock(models.Model):
    """One large number under the text, with what it counts and its day."""

    release = models.ForeignKey(
        "releases.Release", on_delete=models.CASCADE, related_name="figure_blocks"
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    label = models.CharField(
        _("words under it"),
        max_length=60,
        blank=True,
        help_text=_("Left empty, the name of the figure."),
    )
    figure = models.CharField(_("figure"), max_length=80)
    period = models.CharField(
        _("period"), max_length=21, blank=True, help_text=_("2020-01-01/2020-11-20; empty is all.")
    )
    region = models.CharField(_("region"), max_length=60, blank=True)
    group = models.CharField(_("group"), max_length=60, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=4, blank=True)
    scale = models.CharField(_("written in"), max_length=4, blank=True)
    shown = models.CharField(
        _("shown as"),
        max_length=60,
        blank=True,
        help_text=_("Left empty, it is written from its rows."),
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    is_historical = models.BooleanField(
        _("of that day"),
        default=False,
        help_text=_("Readers are told the day; it may be kept when its rows change later."),
    )

    # A form looks up its choices for all its rows together, and reads the citations at its end.
    known: Choices | None = None
    is_noted_later = False

    class Meta:
        verbose_name = _("large number")
        verbose_name_plural = _("large numbers")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.label or self.figure} {self.shown}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._note()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        self._note()
        return deleted

    def _note(self) -> None:
        if not self.is_noted_later:
            self.release.note_citations()

    @property
    def params(self) -> Params:
        """Raises ValidationError when they cannot be understood."""
        return Params.of(self.period, self.region, self.group)

    def clean(self) -> None:
        """A number that is left empty is written from its rows."""
        known = self.known or Choices()
        figure = known.figures.get(self.figure)
        if figure is None:
            raise ValidationError({"figure": str(figures.UnknownFigure(self.figure))})
        try:
            params = self.params
            figure.check(params)
        except ValidationError as refusal:
            raise ValidationError({"period": refusal.messages}) from refusal
        if params.group and not known.has_group(figure, params.group):
            raise ValidationError({"group": _("This figure has no such group.")})
        if self.shown:
            if wording.read(self.shown) is None:
                raise ValidationError({"shown": _("Write one number with its unit, like 152篇.")})
            return
        try:
            value = figures.value(figure, params)
        except figures.FigureFailed as failed:
            raise ValidationError({"figure": str(failed)}) from failed
        if value.number is None:
            raise ValidationError({"figure": _("There are no rows for it.")})
        unit = picker.unit_of(figure, params)
        self.shown = wording.say(value.number, unit, self.qualifier, self.scale)
        self.as_of = self.as_of or speaks_of(value, params.period)

    def parsed(self) -> Params | None:
        """None when they cannot be understood."""
        try:
            return self.params
        except ValidationError:
            return None

    @property
    def span(self) -> CitedSpan:
        """The same citation as a text would hold it."""
        said = wording.read(self.shown)
        return CitedSpan(
            figure=self.figure,
            period=self.period,
            region=self.region,
            group=self.group,
            value=plainly(said.number) if said else "",
            qualifier=self.qualifier,
            as_of=str(self.as_of or ""),
            is_historical=self.is_historical,
            text=self.shown,
        )

    @property
    def markup(self) -> str:
        words = f"{self.label}：" if self.label else ""
        return f"<p>{html.escape(words)}{self.span.markup}</p>"

    def take(self, span: CitedSpan) -> None:
        """Written anew, as a decision about a difference would have it."""
        self.shown, self.qualifier = span.text[:60], span.qualifier[:4]
        self.as_of = date.fromisoformat(span.as_of) if span.as_of else None
        self.is_historical = span.is_historical
        self.save()
