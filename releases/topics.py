"""Topics: special columns that gather releases about one thing."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import citations, richtext
from civic.citations import Citation, Citing
from civic.pictures import Picture
from releases.releases import Release


class TopicQuerySet(models.QuerySet["Topic"]):
    def open(self) -> Self:
        return self.filter(is_open=True)

    def drafts_and_live(self) -> Self:
        """All: an introduction has no stages, and closed topics may be opened again."""
        return self.all()

    def with_differing(self) -> Self:
        """`differing`: whether a figure of the introduction did not hold when last checked."""
        kind = ContentType.objects.get_for_model(self.model)
        rows = Citation.objects.failing().filter(content_type=kind, object_id=models.OuterRef("pk"))
        return self.annotate(differing=models.Exists(rows))

    def contradicted(self) -> Self:
        return self.with_differing().filter(differing=True)

    def with_counts(self) -> Self:
        """`count`: how many of its releases the public can read now."""
        live = Release.objects.live().originals().filter(topics=models.OuterRef("pk"))
        count = live.order_by().values("topics").annotate(n=models.Count("pk")).values("n")
        return self.annotate(count=Coalesce(models.Subquery(count), 0))


class Topic(Citing):
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

    def clean(self) -> None:
        """Citizens read the introduction at once: its numbers must hold when it is saved."""
        if self.is_open:
            try:
                citations.demand_of_form(self)
            except citations.CitationsDiffer as refusal:
                raise ValidationError({"intro": str(refusal)}) from refusal

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        citations.check(self)

    def cited_texts(self) -> list[tuple[str, str]]:
        return [(gettext("Introduction"), self.intro)]

    def put_cited_texts(self, texts: dict[int, str]) -> None:
        self.intro = texts.get(0, self.intro)
        self.save()

    def get_admin_url(self) -> str:
        return reverse("admin:releases_topic_change", args=[self.pk])

    def get_absolute_url(self) -> str:
        return reverse("releases:topic", args=[self.slug])
