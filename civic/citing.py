"""Citing: a row for each number of a text that cites a figure, and the text that holds them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic import figures, measures, wording
from civic.citationrows import CitationQuerySet
from civic.figures import Figure, FigureFailed, Params, UnknownFigure, Value
from civic.rewording import kept_size, reworded
from civic.wording import Said

log = logging.getLogger(__name__)


class Citation(models.Model):
    """A number in a document. Its words never change: other words are another row."""

    class State(models.TextChoices):
        OK = "ok", _("Holds")
        DIFFERS = "differs", _("No longer holds")
        FAILED = "failed", _("Could not be computed")
        UNKNOWN = "unknown", _("Cites nothing known")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    content_object = GenericForeignKey()
    field = models.CharField(_("where"), max_length=120)
    place = models.PositiveIntegerField(_("text"), default=0)  # among the texts of the document
    ordinal = models.PositiveIntegerField(_("place in the text"), default=0)
    figure = models.CharField(_("figure"), max_length=80)
    params = models.CharField(_("parameters"), max_length=150, blank=True)
    shown = models.DecimalField(
        _("shown number"), max_digits=24, decimal_places=6, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    step = models.DecimalField(_("step"), max_digits=24, decimal_places=6, null=True, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=4, blank=True)
    wording = models.CharField(_("shown as"), max_length=120)
    sentence = models.CharField(_("sentence"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    is_historical = models.BooleanField(_("of that day"), default=False)
    # A person has decided that it stands as of its day, whatever the rows say today.
    kept_at = models.DateTimeField(_("kept"), null=True, blank=True)
    kept_by = models.CharField(_("decided by"), max_length=40, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OK, db_index=True
    )
    found = models.DecimalField(
        _("found number"), max_digits=24, decimal_places=6, null=True, blank=True
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    # The day its rows last said so. A number they never bore out is nobody's to keep.
    held_on = models.DateField(_("last held"), null=True, blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["content_type", "object_id", "place", "ordinal"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="citation_of"),
            models.Index(fields=["figure", "params"], name="citation_figure"),
            models.Index(fields=["figure", "state"], name="citation_figure_state"),
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it this citation, wherever in its document it stands."""
        return (self.figure, self.params, self.wording, self.as_of, self.is_historical)

    @property
    def number(self) -> tuple[str, str, str]:
        """The same statement, whatever day it bears and whether it is marked as historical."""
        return (self.figure, self.params, self.wording)

    @cached_property
    def cited_figure(self) -> Figure | None:
        """None when it is not known any more. `named` looks up those of many rows together."""
        return figures.resolve([self.figure]).get(self.figure)

    @property
    def figure_label(self) -> str:
        """What the figure is called; its name when it is not known any more."""
        return str(self.cited_figure.label) if self.cited_figure else self.figure

    def get_admin_url(self) -> str:
        """Its figure with the rows behind it; the list of figures when it is gone."""
        found = self.cited_figure
        return found.get_admin_url(self.parsed()) if found else reverse("admin:figures")

    @property
    def where(self) -> str:
        """Names it within its document, of this version."""
        return f"{self.place}-{self.ordinal}"

    @property
    def said(self) -> Said | None:
        if self.shown is None or self.step is None:
            return None
        return Said(self.shown, self.unit, self.qualifier, self.step, self.wording)

    def parsed(self) -> Params | None:
        """None when they cannot be understood: a period turned round, say."""
        try:
            return Params.parse(self.params)
        except ValidationError:
            return None

    def judge(self, value: Value | FigureFailed | None) -> tuple[str, Decimal | None]:
        """(state, found number), given what the figure says now; None: it could not be asked."""
        said = self.said
        if value is None or said is None or isinstance(value, UnknownFigure):
            return self.State.UNKNOWN, None
        if isinstance(value, FigureFailed):
            return self.State.FAILED, None
        found = kept_size(value.number)
        if value.unit is not None and not measures.alike(value.unit, said.unit):
            return self.State.DIFFERS, found  # whatever was decided about its number
        if self.kept_at is not None:
            return self.State.OK, found
        if found is None or value.number is None or not wording.holds(said, value.number):
            return self.State.DIFFERS, found
        return self.State.OK, found

    @property
    def other_unit(self) -> str | None:
        """The unit of the figure, where the words say one that is not like it; else None."""
        if self.state != self.State.DIFFERS:
            return None
        said, figure = self.said, self.cited_figure
        if said is None or figure is None:
            return None
        unit = measures.in_texts(figure.unit)
        return None if measures.alike(unit, said.unit) else unit

    @property
    def now(self) -> str:
        """What the office would write today, in the manner of what it wrote; "" without one."""
        said = self.said
        if self.state != self.State.DIFFERS or said is None or self.found is None:
            return ""
        try:
            return reworded(said, self.found, self.other_unit)
        except (ArithmeticError, ValueError):
            log.exception("citation %s cannot be written anew", self.pk)
            return ""

    @property
    def why(self) -> str:
        """Why it may not be published, for the clerk."""
        if self.state == self.State.DIFFERS:
            if self.found is None:
                return gettext("There are no rows for it any more.")
            if (unit := self.other_unit) is not None:
                return self._why_unit(unit)
            return gettext("The rows make %(now)s.") % {"now": self.now}
        if self.state == self.State.FAILED:
            return gettext("The figure «%(name)s» could not be computed.") % {"name": self.figure}
        if self.state == self.State.OK:
            return ""
        if self.said is None:
            return gettext("«%(text)s» is not one number with its unit.") % {"text": self.wording}
        params = self.parsed()
        if params is None:
            return gettext("What it cites cannot be understood: «%(text)s».") % {
                "text": self.params
            }
        if params.group and self.figure in figures.REGISTRY:
            return gettext("The figure «%(name)s» has no group «%(group)s», or no more.") % {
                "name": self.figure_label,
                "group": params.group,
            }
        return gettext("There is no figure «%(name)s» any more.") % {"name": self.figure}

    def _why_unit(self, unit: str) -> str:
        said = {"said": self.unit, "unit": unit}
        if not unit:
            return gettext("It is said in «%(said)s», but the figure has no unit.") % said
        return gettext("It is said in «%(said)s», but the figure is in «%(unit)s».") % said

    @property
    def keeping_day(self) -> date | None:
        """The day as of which it may be kept; None when it may not.

        Only what its author marked as historical, and what its rows bore out once: as of a day
        that is not later than the last on which they did.
        """
        if not self.is_historical or self.held_on is None:
            return None
        params = self.parsed()
        day = self.as_of or (params.period.last if params else None) or self.held_on
        if self.as_of is not None and day > timezone.localdate():
            return None
        return min(day, self.held_on)

    @property
    def may_keep(self) -> bool:
        differs = self.state == self.State.DIFFERS and self.keeping_day is not None
        return differs and self.other_unit is None

    @property
    def may_take(self) -> bool:
        return bool(self.now)

    @property
    def advice(self) -> str:
        """What to do about a number that may not be kept as of its day; "" where it may."""
        if self.state != self.State.DIFFERS or self.may_keep or self.other_unit is not None:
            return ""
        if self.held_on is None:
            return gettext(
                "The data have never said so, and a number that was never right cannot be kept."
                " Take the new value; if the number comes from elsewhere, declare it as a figure"
                " with its source and cite that."
            )
        if not self.is_historical:
            return gettext(
                "To keep it as of its day, open the text, choose this number and tick «historical»,"
                " then come back here; or take the new value."
            )
        return gettext("Its day lies in the future. Open the text and choose the number anew.")


def named(rows: Iterable[Citation]) -> list[Citation]:
    """The rows with the figures they cite, looked up together."""
    listed = list(rows)
    known = figures.resolve(row.figure for row in listed)
    for row in listed:
        row.__dict__["cited_figure"] = known.get(row.figure)
    return listed


# Documents -------------------------------------------------------------------------------------


class Citing(models.Model):
    """A document whose numbers cite figures. Its queryset has `drafts_and_live`."""

    citations = GenericRelation(Citation)

    class Meta:
        abstract = True

    def cited_texts(self) -> list[tuple[str, str]]:
        """[(what a clerk calls the text, its markup)…], always in the same order."""
        return []

    def put_cited_texts(self, texts: dict[int, str]) -> None:
        """Write these of `cited_texts` back, by place, and save."""
        raise NotImplementedError

    @cached_property
    def failing_citations(self) -> list[Citation]:
        """Those that may not be published, as last checked."""
        return named(self.citations.failing()) if self.pk else []
