"""Pictures: the only module that knows Pillow. What comes in is checked, cleaned and re-encoded.

Nothing of an uploaded file is stored as it came: every stored version is drawn anew, so metadata,
hidden archives and scripts behind the picture are gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic.scope import ScopedQuerySet

# Apps say which of these pictures the public may see now: callables from queryset to queryset.
PUBLIC_RULES: list[Callable[[models.QuerySet[Any]], models.QuerySet[Any]]] = []


class PictureQuerySet(ScopedQuerySet["Picture"]):
    pass


class Picture(models.Model):
    """A picture as the site shows it: a large and a small WebP, with its alt text and credit."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    large = models.FileField(_("file"), upload_to="pictures", editable=False)
    small = models.FileField(_("small file"), upload_to="pictures", editable=False)
    name = models.CharField(_("file name"), max_length=100, blank=True)
    alt = models.CharField(
        _("alternative text"),
        max_length=120,
        blank=True,
        help_text=_("What is to be seen, for those who cannot see it. Needed before publication."),
    )
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    credit = models.CharField(_("credit"), max_length=60, blank=True)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True, editable=False)
    phash = models.CharField(_("perceptual hash"), max_length=16, db_index=True, editable=False)
    unit = models.ForeignKey(
        "civic.Unit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pictures",
        editable=False,
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.alt or self.name or str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("picture", args=[self.key, "large"])

    @property
    def large_url(self) -> str:
        return reverse("picture", args=[self.key, "large"])

    @property
    def small_url(self) -> str:
        return reverse("picture", args=[self.key, "small"])

    @property
    def is_public(self) -> bool:
        """Whether some published text shows it now."""
        mine = Picture.objects.filter(pk=self.pk)
        return any(rule(mine).exists() for rule in PUBLIC_RULES)
