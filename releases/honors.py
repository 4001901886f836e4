"""Honours: titles, their editions, and which cities hold, lost or regained them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import search
from civic.declared import http_only
from civic.pictures import Picture
from releases.media import not_to_come

SECTION = "honors"


class TitleQuerySet(models.QuerySet["HonorTitle"]):
    def live(self) -> Self:
        return self.filter(is_public=True)


class HonorTitle(models.Model):
    """A title that is awarded edition by edition, like «National Civilized City»."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("National")
        PROVINCIAL = "provincial", _("Provincial")
        CITY = "city", pgettext_lazy("level", "City")

    name = models.CharField(_("name"), max_length=40, unique=True)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    awarded_by = models.CharField(_("awarded by"), max_length=80)
    cycle_years = models.PositiveSmallIntegerField(
        _("years of a cycle"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    about = models.CharField(_("what it stands for"), max_length=400, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_public = models.BooleanField(_("shown to the public"), default=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = TitleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("title of honour")
        verbose_name_plural = _("titles of honour")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

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
        return f"{reverse('releases:honors')}#{self.slug}"

    @property
    def for_search(self) -> dict[str, Any]:
        return {
            "section": SECTION,
            "title": self.name,
            "text": f"{self.awarded_by}\n{self.about}",
            "url": self.get_absolute_url(),
            "visible_from": self.made_at,
        }


def entries() -> Iterator[search.SearchEntry]:
    """Of all public titles, for `reindex`."""
    for title in HonorTitle.objects.live():
        yield search.entry(title, **title.for_search)


class HonorEdition(models.Model):
    """One edition of a title (第六届): when its list came out, when it was handed over."""

    title = models.ForeignKey(
        HonorTitle, verbose_name=_("title of honour"), on_delete=models.PROTECT,
        related_name="editions",
    )  # fmt: skip
    number = models.PositiveSmallIntegerField(
        _("number of the edition"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    list_date = models.DateField(_("list published on"), null=True, blank=True)
    ceremony_date = models.DateField(_("ceremony on"), null=True, blank=True)
    source_url = models.CharField(
        _("source link"), max_length=500, blank=True, validators=[http_only]
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["title", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "number"],
                name="edition_once_a_title",
                violation_error_message=_("This edition of the title is here already."),
            ),
            models.CheckConstraint(
                condition=Q(list_date=None) | Q(ceremony_date=None)
                | Q(ceremony_date__gte=F("list_date")),
                name="edition_listed_before_ceremony",
                violation_error_message=_("The list comes out before the ceremony."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("%(title)s, edition %(number)d") % {
            "title": self.title,
            "number": self.number,
        }


class AwardQuerySet(models.QuerySet["HonorAward"]):
    def live(self) -> Self:
        return self.filter(edition__title__is_public=True)

    def lost(self) -> Self:
        """Titles suspended or taken away."""
        return self.filter(status__in=(HonorAward.Status.SUSPENDED, HonorAward.Status.REVOKED))

    def changed(self, first: date | None, last: date | None) -> Self:
        """Whose present status began in the period."""
        rows = self if first is None else self.filter(status_on__gte=first)
        return rows if last is None else rows.filter(status_on__lte=last)


class HonorAward(models.Model):
    """What became of one city in one edition: nominated, awarded, and whether it still holds."""

    class Status(models.TextChoices):
        NOMINEE = "nominee", _("Nominated")
        AWARDED = "awarded", _("Awarded")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Taken away")
        RESTORED = "restored", _("Restored")

    edition = models.ForeignKey(
        HonorEdition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="awards"
    )
    city = models.CharField(_("city"), max_length=40)
    is_ours = models.BooleanField(_("our city"), default=False)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    status_on = models.DateField(_("since"), help_text=_("The day of the list or the decision."))
    plaque = models.ForeignKey(
        Picture,
        verbose_name=_("picture of the plaque"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="honor_awards",
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    source_url = models.CharField(
        _("source link"), max_length=500, blank=True, validators=[http_only]
    )

    objects = AwardQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["-edition__number", "-is_ours", "city"]
        permissions = [
            ("export_honoraward", _("Can export awards")),
            ("import_honoraward", _("Can import awards")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "city"],
                name="award_once_an_edition",
                violation_error_message=_("This city stands in this edition already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.city} · {self.edition}"

    def clean(self) -> None:
        not_to_come(self.status_on, "status_on")

    def get_admin_url(self) -> str:
        return reverse("admin:releases_honoraward_change", args=[self.pk])

    @property
    def holds(self) -> bool:
        return self.status in (self.Status.AWARDED, self.Status.RESTORED)
