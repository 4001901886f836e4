"""Search: an index of Chinese text by bigrams, FTS5 on SQLite and tsvector on PostgreSQL."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """One public text as the index holds it. `tokens` is what the database searches."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    section = models.CharField(_("section"), max_length=40, db_index=True)
    unit_name = models.CharField(_("unit"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(_("address"), max_length=200)
    text = models.TextField(_("text"))
    tokens = models.TextField(_("tokens"), editable=False)
    visible_from = models.DateTimeField(_("visible from"), db_index=True)
    visible_until = models.DateTimeField(_("visible until"), null=True, blank=True)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="search_entry_once")
        ]

    def __str__(self) -> str:
        return self.title
