"""The timeline: the city's way to its title (创建历程), step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import search
from civic.pictures import Picture
from releases.media import not_to_come

SECTION = "timeline"


class TimelineQuerySet(models.QuerySet["TimelineEvent"]):
    def live(self) -> Self:
        return self.filter(is_public=True)

    def in_order(self) -> Self:
        return self.order_by("day", "order", "pk")


class TimelineEvent(models.Model):
    """One step of the city on its way (创建历程), as exactly as its day is known."""

    class Precision(models.TextChoices):
        DAY = "day", _("To the day")
        MONTH = "month", _("To the month")
        YEAR = "year", _("To the year")

    day = models.DateField(
        _("day"), help_text=_("Where only month or year is known: the first day of it.")
    )
    precision = models.CharField(
        _("how exactly"), max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    title = models.CharField(_("title"), max_length=80)
    text = models.CharField(_("what happened"), max_length=400, blank=True)
    picture = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="timeline_events",
    )
    release = models.ForeignKey(
        "releases.Release",
        verbose_name=_("read more"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="timeline_events",
        help_text=_("Shown while citizens can read it."),
    )
    is_milestone = models.BooleanField(_("milestone"), default=False)
    order = models.PositiveSmallIntegerField(
        _("order"), default=100, help_text=_("Among events of one day.")
    )
    is_public = models.BooleanField(_("shown to the public"), default=False)

    objects = TimelineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("event of the timeline")
        verbose_name_plural = _("timeline")
        ordering = ["-day", "order", "-pk"]
        permissions = [
            ("export_timelineevent", _("Can export the timeline")),
            ("import_timelineevent", _("Can import the timeline")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "title"],
                name="event_once_a_day",
                violation_error_message=_("This event stands in the timeline already."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        not_to_come(self.day, "day")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.is_public:
            search.put(self, **self.for_search)
        else:
            search.remove(self)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        search.remove(self)
        return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{reverse('releases:timeline')}#event-{self.pk}"

    def get_admin_url(self) -> str:
        return reverse("admin:releases_timelineevent_change", args=[self.pk])

    @property
    def when(self) -> str:
        """ "2020-11-20", «2020-11» or «2020»: no more than is known."""
        length = {"day": 10, "month": 7, "year": 4}[self.precision]
        return self.day.isoformat()[:length]

    @property
    def when_in_words(self) -> str:
        if self.precision == self.Precision.YEAR:
            return gettext("in %(year)d") % {"year": self.day.year}
        exact = self.precision == self.Precision.DAY
        return formats.date_format(self.day, "DATE_FORMAT" if exact else "YEAR_MONTH_FORMAT")

    @property
    def for_search(self) -> dict[str, Any]:
        """How the index knows it: under the year in which it happened."""
        return {
            "section": SECTION,
            "title": self.title,
            "text": self.text,
            "url": self.get_absolute_url(),
            "visible_from": timezone.make_aware(datetime.combine(self.day, time())),
        }


def entries() -> Iterator[search.SearchEntry]:
    """Of all public events, for `reindex`."""
    for event in TimelineEvent.objects.live().in_order().iterator(chunk_size=200):
        yield search.entry(event, **event.for_search)
