"""Regions and units: the tree of places and the bodies that work in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from civic.scope import ScopedQuerySet

if TYPE_CHECKING:
    from civic.accounts import User


class RegionQuerySet(ScopedQuerySet["Region"]):
    region_lookup = ""
    unit_lookup = None

    def within(self, region: Region) -> Self:
        """The region and everything under it."""
        return self.filter(path__startswith=region.path)

    def roots(self) -> Self:
        return self.filter(parent=None)

    def repair_paths(self) -> None:
        """Make every `path` true after rows were written by the dozen."""
        rows = {region.pk: region for region in Region.objects.only("pk", "parent_id", "path")}
        wrong = []
        for region in rows.values():
            steps, above = [region.pk], region.parent_id
            while above is not None:
                steps.append(above)
                above = rows[above].parent_id
            path = Region.path_of(reversed(steps))
            if path != region.path:
                region.path = path
                wrong.append(region)
        Region.objects.bulk_update(wrong, ["path"], batch_size=500)


class Region(models.Model):
    """A place in the tree city → county → street → community → grid."""

    class Level(models.TextChoices):
        CITY = "city", _("City")
        COUNTY = "county", _("County or district")
        STREET = "street", _("Street or town")
        COMMUNITY = "community", _("Community or village")
        GRID = "grid", _("Grid")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    # "/0000001/0000004/": the ids from the root down, so that a subtree is one indexed prefix
    # and the tree can be listed in the order of this column.
    path = models.CharField(max_length=120, editable=False, db_index=True, default="")
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = RegionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        permissions = [
            ("export_region", _("Can export regions")),
            ("import_region", _("Can import regions")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        order = list(self.Level.values)
        if self.parent is None:
            if self.level != self.Level.CITY and self.level:
                raise ValidationError({"parent": _("Only a city stands on top of the tree.")})
            return
        if self.pk and self.parent.path.startswith(self.path or "//"):
            raise ValidationError({"parent": _("A region cannot belong to itself.")})
        if self.level and order.index(self.parent.level) >= order.index(self.level):
            raise ValidationError(
                {"parent": _("The region above must be of a higher level than this one.")}
            )

    @staticmethod
    def path_of(steps: Iterable[int]) -> str:
        return "/" + "".join(f"{pk:07d}/" for pk in steps)

    @property
    def depth(self) -> int:
        """0 for the city, 1 for a county …"""
        return self.path.count("/") - 2

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path` true for this region and, when it moved, for all below it."""
        before = self.path
        super().save(*args, **kwargs)
        above = self.parent.path if self.parent else "/"
        self.path = f"{above}{self.path_of([self.pk])[1:]}"
        if self.path != before:
            Region.objects.filter(pk=self.pk).update(path=self.path)
            if before:
                for below in Region.objects.filter(path__startswith=before).exclude(pk=self.pk):
                    Region.objects.filter(pk=below.pk).update(
                        path=self.path + below.path.removeprefix(before)
                    )


class UnitQuerySet(ScopedQuerySet["Unit"]):
    region_lookup = "region"
    unit_lookup = ""

    def active(self) -> Self:
        return self.filter(is_active=True)


class Unit(models.Model):
    """A body that works in the campaign: office, department, street office, community."""

    class Kind(models.TextChoices):
        CIV_OFFICE = "civ_office", _("Civilization office")
        COMMISSION = "commission", _("Civilization commission")
        HEADQUARTERS = "headquarters", _("Campaign headquarters")
        PUBLICITY = "publicity", _("Publicity department")
        PRESS_OFFICE = "press_office", _("Press office")
        DEPARTMENT = "department", _("Department")
        STREET_OFFICE = "street_office", _("Street office")
        COMMUNITY = "community", _("Community committee")
        MEDIA = "media", _("Media")
        ENTERPRISE = "enterprise", _("Enterprise or window")
        THIRD_PARTY = "third_party", _("Third-party assessor")

    class Tier(models.TextChoices):
        CENTRAL = "central", _("Central or provincial, stationed here")
        MUNICIPAL = "municipal", _("Municipal")
        COUNTY = "county", _("County")
        STREET = "street", _("Street")
        COMMUNITY = "community", _("Community")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    tier = models.CharField(_("tier"), max_length=20, choices=Tier.choices)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="units"
    )
    rank_group = models.CharField(
        _("rank group"),
        max_length=40,
        blank=True,
        help_text=_("Units are ranked only against units of the same group."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        permissions = [
            ("export_unit", _("Can export units")),
            ("import_unit", _("Can import units")),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class ContactQuerySet(ScopedQuerySet["Contact"]):
    region_lookup = "unit__region"
    unit_lookup = "unit"


class Contact(models.Model):
    """A named person of a unit whom the office calls: leader or liaison (联络员)."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("Leader in charge")
        LIAISON = "liaison", _("Liaison")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="contacts"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    post = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("office phone"), max_length=30, blank=True)
    is_primary = models.BooleanField(_("first to call"), default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["unit", "-is_primary", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "name"],
                name="contact_once_per_unit",
                violation_error_message=_("This unit already has this contact."),
            ),
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=models.Q(is_primary=True),
                name="contact_one_primary",
                violation_error_message=_("Only one contact of a kind is called first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def primary_for(user: User) -> Contact | None:
        """The person of the user's own unit who is called first, if there is one."""
        return Contact.objects.filter(unit=user.unit, is_primary=True).first()
