"""Citing: a row for each number of a text that cites a figure, and the text that holds them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic import figures, wording
from civic.figures import FigureFailed, Params, UnknownFigure, Value
from civic.wording import Said

GREATEST = Decimal(10) ** 17  # what the columns hold


class CitationQuerySet(models.QuerySet["Citation"]):
    def of(self, document: models.Model) -> Self:
        kind = ContentType.objects.get_for_model(document)
        return self.filter(content_type=kind, object_id=document.pk)

    def failing(self) -> Self:
        """Those that may not be published as they stand."""
        return self.exclude(state=Citation.State.OK)

    def citing(self, figure: str) -> Self:
        return self.filter(figure=figure)

    def checked_now(self) -> Self:
        """Of drafts and of what the public reads or soon will: the rest has no reader."""
        wanted = models.Q(pk__in=[])
        for pk in self.order_by().values_list("content_type", flat=True).distinct():
            model = ContentType.objects.get_for_id(pk).model_class()
            if model is not None and issubclass(model, Citing):
                rows: Any = model._default_manager.all()
                keys = rows.drafts_and_live().order_by().values("pk")
                wanted |= models.Q(content_type=pk, object_id__in=keys)
        return self.filter(wanted)


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

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["content_type", "object_id", "place", "ordinal"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="citation_of"),
            models.Index(fields=["figure", "params"], name="citation_figure"),
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it this citation, wherever in its document it stands."""
        return (self.figure, self.params, self.wording, self.as_of, self.is_historical)

    @property
    def figure_label(self) -> str:
        """What the figure is called; its name when it is not known any more."""
        found = figures.resolve([self.figure]).get(self.figure)
        return str(found.label) if found else self.figure

    def get_admin_url(self) -> str:
        """Its figure with the rows behind it; the list of figures when it is gone."""
        found = figures.resolve([self.figure]).get(self.figure)
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
        if self.kept_at is not None:
            return self.State.OK, found
        if found is None or value.number is None or not wording.holds(said, value.number):
            return self.State.DIFFERS, found
        return self.State.OK, found

    @property
    def now(self) -> str:
        """What the office would write today, in the manner of what it wrote; "" without one."""
        said = self.said
        if self.state != self.State.DIFFERS or said is None or self.found is None:
            return ""
        return reworded(said, self.found)

    @property
    def why(self) -> str:
        """Why it may not be published, for the clerk."""
        if self.state == self.State.DIFFERS:
            if self.found is None:
                return gettext("There are no rows for it any more.")
            return gettext("The rows make %(now)s.") % {"now": self.now}
        if self.state == self.State.FAILED:
            return gettext("The figure «%(name)s» could not be computed.") % {"name": self.figure}
        if self.state == self.State.OK:
            return ""
        if self.said is None:
            return gettext("«%(text)s» is not one number with its unit.") % {"text": self.wording}
        if self.parsed() is None:
            return gettext("What it cites cannot be understood: «%(text)s».") % {
                "text": self.params
            }
        return gettext("There is no figure «%(name)s» any more.") % {"name": self.figure}

    @property
    def keeping_day(self) -> date | None:
        """The day as of which it may be kept; None when it speaks of no past day.

        Historical is what its author marked so, or what tells of a period that is over.
        """
        params = self.parsed()
        over = params.period.last if params else None
        today = timezone.localdate()
        if over is not None and over >= today:
            over = None
        if not self.is_historical and over is None:
            return None
        day = self.as_of or over
        return day if day is not None and day <= today else None

    @property
    def may_keep(self) -> bool:
        return self.state == self.State.DIFFERS and self.keeping_day is not None

    @property
    def may_take(self) -> bool:
        return bool(self.now)


def kept_size(number: Decimal | None) -> Decimal | None:
    if number is None or not number.is_finite() or abs(number) >= GREATEST:
        return None
    return number.quantize(Decimal("0.000001"))


def reworded(said: Said, actual: Decimal) -> str:
    """`actual` written as `said` was: same unit, qualifier and scale where they still fit."""
    actual = actual.normalize() if actual % 1 else actual.quantize(Decimal(1))
    scale = next((word for word in SCALES if word in said.text), "")
    tried = [wording.say(actual, said.unit, said.qualifier, scale)]
    tried += wording.fitting(actual, said.unit)
    for text in tried:
        read = wording.read(text)
        if read is not None and wording.holds(read, actual):
            return text
    return wording.say(actual, said.unit)


SCALES = ("百万", "十万", "千万", "万", "亿")


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
        return list(self.citations.failing()) if self.pk else []
