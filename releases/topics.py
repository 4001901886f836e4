"""Topics: special columns that gather releases about one thing."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import richtext
from civic.pictures import Picture
from releases.releases import Release


class TopicQuerySet(models.QuerySet["Topic"]):
    def open(self) -> Self:
        return self.filter(is_open=True)

    def with_counts(self) -> Self:
        """`count`: how many of its releases the public can read now."""
        live = Release.objects.live().originals().filter(topics=models.OuterRef("pk"))
        count = live.order_by().values("topics").annotate(n=models.Count("pk")).values("n")
        return self.annotate(count=Coalesce(models.Subquery(count), 0))


class Topic(models.Model):
    """A special column (专题) that gathers releases about one thing."""

    title = models.CharField(_("title"), max_length=60)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    summary = models.CharField(_("summary"), max_length=200)
    intro = richtext.RichTextField(_("introduction"), blank=True)
    cover = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="topics",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_open = models.BooleanField(_("shown to the public"), default=False)

    objects = TopicQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("releases:topic", args=[self.slug])
