"""Site settings: who runs this site, as the national rules for government sites ask."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from civic.versions import Versioned

CACHE_KEY = "civic.sitesettings"
CACHE_SECONDS = 60


class SiteSettings(Versioned):
    """One row. What is missing is pointed out in the admin, and left out of the footer."""

    site_name = models.CharField(_("site name"), max_length=60, default="文明网")
    office_name = models.CharField(_("host organisation"), max_length=80, blank=True)
    undertaker = models.CharField(_("undertaken by"), max_length=80, blank=True)
    city_name = models.CharField(_("city"), max_length=30, blank=True)
    description = models.CharField(_("site description"), max_length=200, blank=True)
    site_code = models.CharField(
        _("site identification code"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{10}$", _("The code has ten digits."))],
    )
    icp_number = models.CharField(_("ICP filing number"), max_length=40, blank=True)
    police_number = models.CharField(_("public security filing number"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(pgettext_lazy("postal", "address"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    about = models.TextField(_("about us"), blank=True, max_length=5000)
    notice = models.TextField(_("site notice"), blank=True, max_length=5000)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="sitesettings_one_row"),
        ]

    # What every government site must show (国办发〔2017〕47号 and the footer rules).
    REQUIRED = ("office_name", "site_code", "icp_number", "police_number", "phone", "address")

    def __str__(self) -> str:
        return self.site_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        cache.delete(CACHE_KEY)

    @classmethod
    def load(cls) -> SiteSettings:
        """The row itself, made at first use."""
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def current(cls) -> SiteSettings:
        """The row as pages read it: from the cache, at most a minute old."""
        found: SiteSettings | None = cache.get(CACHE_KEY)
        if found is None:
            found = cls.objects.filter(pk=1).first() or cls(pk=1)
            cache.set(CACHE_KEY, found, CACHE_SECONDS)
        return found

    def missing(self) -> list[str]:
        """Labels of required items that are still empty."""
        return [
            str(self._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in self.REQUIRED
            if not getattr(self, name)
        ]
