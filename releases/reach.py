"""Reach beyond single posts: topics people join in, and works that higher outlets adopted."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic.declared import http_only
from civic.pictures import Picture
from civic.scope import ScopedQuerySet
from civic.units import Unit
from releases.media import MediaPost, Platform, not_to_come


class MediaTopic(models.Model):
    """A topic on a platform that anyone may join (话题), with how many did."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    url = models.CharField(_("link"), max_length=500, blank=True, validators=[http_only])
    started_on = models.DateField(_("started on"))
    # The latest of its metrics.
    participation = models.PositiveBigIntegerField(_("participation"), null=True, editable=False)
    counted_on = models.DateField(_("counted on"), null=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("media topic")
        verbose_name_plural = _("media topics")
        ordering = ["-started_on", "code"]
        permissions = [("export_mediatopic", _("Can export media topics"))]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "name"],
                name="topic_once_a_platform",
                violation_error_message=_("This platform already has a topic of this name."),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.name}#"

    def clean(self) -> None:
        not_to_come(self.started_on, "started_on")

    def get_admin_url(self) -> str:
        return reverse("admin:releases_mediatopic_change", args=[self.pk])

    def note_participation(self) -> None:
        latest = self.metrics.order_by("-as_of").first()
        found = (latest.number, latest.as_of) if latest else (None, None)
        if found != (self.participation, self.counted_on):
            self.participation, self.counted_on = found
            self.save()


class TopicMetricQuerySet(models.QuerySet["TopicMetric"]):
    def last_by(self, day: date | None) -> Self:
        """Of each topic the latest count up to that day: counts of one topic are never added."""
        rows = self if day is None else self.filter(as_of__lte=day)
        same = TopicMetric.objects.filter(topic=OuterRef("topic"))
        if day is not None:
            same = same.filter(as_of__lte=day)
        return rows.filter(pk=Subquery(same.order_by("-as_of").values("pk")[:1]))

    def since(self, first: date | None) -> Self:
        """Without those last counted before the period began."""
        return self if first is None else self.filter(as_of__gte=first)


class TopicMetric(models.Model):
    """How many had joined a topic on one day, as the platform showed it."""

    topic = models.ForeignKey(
        MediaTopic, verbose_name=_("media topic"), on_delete=models.CASCADE, related_name="metrics"
    )
    number = models.PositiveBigIntegerField(_("participation"))
    as_of = models.DateField(_("counted on"))

    objects = TopicMetricQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of a topic")
        verbose_name_plural = _("counts of topics")
        ordering = ["-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "as_of"],
                name="topic_counted_once_a_day",
                violation_error_message=_("This was already counted on this day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.as_of})"

    def clean(self) -> None:
        not_to_come(self.as_of, "as_of")
        began = self.topic.started_on if self.topic_id else None
        if began and self.as_of and self.as_of < began:
            raise ValidationError(
                {"as_of": gettext("The topic started later: on %(day)s.") % {"day": began}}
            )

    def get_admin_url(self) -> str:
        return reverse("admin:releases_mediatopic_change", args=[self.topic_id])

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.topic.note_participation()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        done = super().delete(*args, **kwargs)
        self.topic.note_participation()
        return done


class AdoptionQuerySet(ScopedQuerySet["Adoption"]):
    def adopted(self, first: date | None, last: date | None) -> Self:
        rows = self if first is None else self.filter(adopted_on__gte=first)
        return rows if last is None else rows.filter(adopted_on__lte=last)

    def of_group(self, group: str) -> Self:
        return self.filter(level=group) if group else self


class Adoption(models.Model):
    """An original work of ours that a higher outlet used, with the proof."""

    class Level(models.TextChoices):
        CENTRAL = "central", _("Central")
        PROVINCIAL = "provincial", _("Provincial")
        CITY = "city", pgettext_lazy("level", "City")

    title = models.CharField(_("title"), max_length=200)
    outlet = models.CharField(_("outlet"), max_length=60)
    level = models.CharField(_("level of the outlet"), max_length=12, choices=Level.choices)
    adopted_on = models.DateField(_("adopted on"))
    unit = models.ForeignKey(
        Unit, verbose_name=_("supplied by"), on_delete=models.PROTECT, related_name="adoptions"
    )
    url = models.CharField(_("link as proof"), max_length=500, blank=True, validators=[http_only])
    evidence = models.ForeignKey(
        Picture,
        verbose_name=_("picture as proof"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="adoptions",
        help_text=_("A scan or screenshot, where there is no link: a printed paper, an app."),
    )
    post = models.ForeignKey(
        MediaPost,
        verbose_name=_("our post"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="adoptions",
    )

    objects = AdoptionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering = ["-adopted_on", "-pk"]
        permissions = [
            ("export_adoption", _("Can export adoptions")),
            ("import_adoption", _("Can import adoptions")),
        ]
        indexes = [models.Index(fields=["-adopted_on", "-id"], name="adoption_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "title"],
                name="adoption_once_an_outlet",
                violation_error_message=_(
                    "This outlet's adoption of this work is counted already."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(url="") | Q(evidence__isnull=False),
                name="adoption_has_its_proof",
                violation_error_message=_("An adoption needs its proof: a link or a picture."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet}：{self.title}"

    def clean(self) -> None:
        not_to_come(self.adopted_on, "adopted_on")

    def get_admin_url(self) -> str:
        return reverse("admin:releases_adoption_change", args=[self.pk])
