"""Reviews: one row a step of a text, with what had changed since the step before."""

from __future__ import annotations

import difflib
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civic.stages import Status


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, target: models.Model) -> Self:
        """The rows about this text, newest first."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(target), object_id=target.pk
        ).order_by("-pk")


class Review(models.Model):
    """One step of a text: who, when, with what opinion, and what had changed."""

    class Verdict(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Passed")
        RETURNED = "returned", _("Returned")
        RECALLED = "recalled", _("Taken back")
        RESET = "reset", _("Edited, reviews start again")
        PUBLISHED = "published", _("Published")
        URGENT = "urgent", _("Published in an emergency")
        AFTERWARDS = "afterwards", _("Reviewed afterwards")
        UNSCHEDULED = "unscheduled", _("Schedule cancelled")
        MERGED = "merged", _("Correction taken over")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REOPENED = "reopened", _("Reopened")
        ARCHIVED = "archived", _("Archived")

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    content_object = GenericForeignKey()
    text_version = models.PositiveIntegerField(_("version"))
    stage = models.CharField(_("stage"), max_length=16, choices=Status.choices)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="reviews",
        null=True,  # the clock, which takes a text off its schedule
    )
    reviewer_name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    opinion = models.CharField(_("opinion"), max_length=1000, blank=True)
    text = models.TextField(_("text"), editable=False)
    difference = models.TextField(_("difference"), blank=True, editable=False)
    # False once the text went back: those approvals no longer count.
    is_current = models.BooleanField(default=True, editable=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="review_of")]

    def __str__(self) -> str:
        return f"{self.reviewer_name} {self.get_verdict_display()}"

    def difference_lines(self) -> list[tuple[str, str]]:
        """[(sign, line)]: sign is "+", "-" or " "."""
        return as_lines(self.difference)


def as_lines(unified: str) -> list[tuple[str, str]]:
    """A difference as [(sign, line)]: sign is "+", "-" or " "."""
    return [(line[0], line[1:]) for line in unified.splitlines() if line[:1] in ("+", "-", " ")]


def difference(before: str, after: str) -> str:
    """What changed between two plain texts, by line, without the two headings of the format."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return "\n".join(list(lines)[2:])
