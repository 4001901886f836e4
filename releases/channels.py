"""Channels: the columns of the site, in a tree of three levels at most."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic.units import Unit


class ChannelQuerySet(models.QuerySet["Channel"]):
    def listed(self) -> Self:
        return self.filter(is_listed=True)

    def in_order(self) -> Self:
        return self.order_by("path_order", "pk")


class Channel(models.Model):
    """A column of the site (栏目), with its promise of how often it is updated."""

    class Type(models.TextChoices):
        NEWS = "news", _("News")
        NOTICE = "notice", _("Notices")
        POLICY = "policy", _("Policy documents")
        CONFERENCE = "conference", _("Press conferences")
        SPECIAL = "special", _("Special columns")

    parent = models.ForeignKey(
        "self",
        verbose_name=_("under"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    name = models.CharField(_("name"), max_length=30)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    type = models.CharField(_("type"), max_length=12, choices=Type.choices, default=Type.NEWS)
    description = models.CharField(_("description"), max_length=200)
    keywords = models.CharField(_("keywords"), max_length=120, help_text=_("Separated by commas."))
    update_days = models.PositiveSmallIntegerField(
        _("update promise (days)"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("The column promises something new at least every so many days."),
    )
    reviews_needed = models.PositiveSmallIntegerField(
        _("reviews needed"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("One to three; three is «three reviews, three proofreadings»."),
    )
    keeper = models.ForeignKey(
        Unit,
        verbose_name=_("kept by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    # "00010-000003.00020-000007.": order and key of each level from the top down, each closed by a
    # point: one ORDER BY draws the tree, and no branch's path begins another's.
    path_order = models.CharField(max_length=60, default="", editable=False, db_index=True)
    is_listed = models.BooleanField(_("shown in the menu"), default=True)

    objects = ChannelQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["path_order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviews_needed__gte=1, reviews_needed__lte=3),
                name="channel_one_to_three_reviews",
                violation_error_message=_("A channel asks for one to three reviews."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("releases:channel", args=[self.slug])

    def clean(self) -> None:
        above, seen = self.parent, 0
        while above is not None and seen < 3:
            seen += 1
            if self.pk and above.pk == self.pk:
                raise ValidationError({"parent": _("A channel cannot stand under itself.")})
            above = above.parent
        if seen + self._levels_under() > 2:
            raise ValidationError({"parent": _("The tree has three levels at most.")})

    def _levels_under(self) -> int:
        """How many levels of channels stand under this one: it takes them along."""
        if not self.pk or not self.path_order:
            return 0
        under = Channel.objects.filter(path_order__startswith=self.path_order)
        return max((one.depth for one in under), default=self.depth) - self.depth

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._settle_path()

    def _settle_path(self) -> None:
        """Write the path of this channel, and of those under it when it has moved."""
        above = self.parent.path_order if self.parent else ""
        path = f"{above}{self.order:05d}-{self.pk:06d}."
        if path == self.path_order:
            return
        self.path_order = path
        Channel.objects.filter(pk=self.pk).update(path_order=path)
        for child in self.children.all():
            child.parent = self
            child._settle_path()

    @property
    def depth(self) -> int:
        """0 for a column at the top, 2 at most."""
        return max(self.path_order.count(".") - 1, 0)
