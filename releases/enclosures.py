"""Enclosures: pictures, files and related reading that go with a release."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic import files
from civic.pictures import Picture
from releases.releases import Release


class ReleasePicture(models.Model):
    """A picture in the gallery of a release."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="gallery")
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="gallery_rows"
    )
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    # Words of this use alone; empty, the picture's own stand.
    alt = models.CharField(_("alternative text"), max_length=120, blank=True)
    credit = models.CharField(_("credit"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "picture"],
                name="release_picture_once",
                violation_error_message=_("This picture is already in the gallery."),
            )
        ]

    def __str__(self) -> str:
        return self.caption or self.alt or str(self.picture)

    def described(self) -> str:
        """All its words, for who reviews the text."""
        words = [self.caption, self.alt or str(self.picture), self.credit or self.picture.credit]
        return "；".join(dict.fromkeys(filter(None, words)))

    @property
    def shown_by(self) -> Release:
        """What shows the picture."""
        return self.release


class Attachment(models.Model):
    """A file to take away. Private until its release is public."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # In a correction: the row of the original that this one stands for, so its address stays.
    copy_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(_("title"), max_length=100, blank=True)
    file = models.FileField(_("file"), upload_to="attachments")
    file_name = models.CharField(_("file name"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False, default=0)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title or self.file_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file is checked and described by its content. Raises ValidationError."""
        if self.file and not getattr(self.file, "_committed", True):
            self.describe()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("releases:attachment", args=[self.key])

    def clean(self) -> None:
        if self.file and not getattr(self.file, "_committed", True):
            try:
                self.describe()
            except ValidationError as refusal:  # said at the field, not above the form
                raise ValidationError({"file": refusal.messages}) from refusal

    @property
    def kind(self) -> str:
        """What readers call the type: PDF, XLSX …"""
        return files.extension(self.file_name).upper()

    def describe(self) -> None:
        """Fill name, size, type and hash from the uploaded file."""
        data = self.file.read()
        self.file.seek(0)
        checked = files.check_attachment(data, self.file.name or "")
        self.file_name = checked.name
        self.size = checked.size
        self.media_type = checked.media_type
        self.sha256 = checked.sha256


class RelatedReading(models.Model):
    """A release recommended beside another, chosen by hand."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="related_rows")
    to = models.ForeignKey(
        Release, verbose_name=_("read also"), on_delete=models.CASCADE, related_name="+"
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("related reading")
        verbose_name_plural = _("related reading")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "to"], name="related_reading_once"),
            models.CheckConstraint(
                condition=~models.Q(release=models.F("to")),
                name="related_reading_not_itself",
                violation_error_message=_("A release is not related reading to itself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.to)
