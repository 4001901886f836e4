"""Units as a ledger, each with its first leader and liaison: export columns and importer."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import choice_of, text_of, truth
from civic.exports import Column, Kind
from civic.importers import REFUSED, SAME, Found, ImportColumn, Importer, importer
from civic.units import Contact, Region, Unit

_unit, _contact = Unit._meta, Contact._meta

_PEOPLE = [
    (f"{kind.value}_{part}", kind, part)
    for kind in Contact.Kind
    for part in ("name", "post", "phone")
]
_PEOPLE_LABELS = {
    "leader_name": _("Leader in charge"),
    "leader_post": _("Post of the leader"),
    "leader_phone": _("Phone of the leader"),
    "liaison_name": _("Liaison"),
    "liaison_post": _("Post of the liaison"),
    "liaison_phone": _("Phone of the liaison"),
}

UNIT_COLUMNS = (
    Column(pgettext_lazy("sheet", "Code"), "code", Kind.IDENTIFIER),
    Column(pgettext_lazy("sheet", "Name"), "name"),
    Column(_("Short name"), "short_name"),
    Column(_("Kind"), "kind"),
    Column(_("Tier"), "tier"),
    Column(_("Region"), "region__code", Kind.IDENTIFIER),
    Column(_("Name of the region"), "region__name"),
    Column(_("Rank group"), "rank_group"),
    Column(_("In use"), "is_active", Kind.BOOLEAN),
    *(Column(label, name, Kind.IDENTIFIER) for name, label in _PEOPLE_LABELS.items()),
)


def with_people(units: models.QuerySet[Unit]) -> models.QuerySet[Unit]:
    """Each unit with name, post and phone of its first leader and liaison."""
    return units.annotate(
        **{
            name: Subquery(
                Contact.objects.filter(unit=OuterRef("pk"), kind=kind, is_primary=True).values(
                    part
                )[:1]
            )
            for name, kind, part in _PEOPLE
        }
    )


@importer
class UnitImporter(Importer):
    label = "civic.unit"
    key = "code"
    columns = (
        ImportColumn(
            "code",
            pgettext_lazy("sheet", "Code"),
            text_of(_unit.get_field("code")),
            True,
            "D001",
            _("Never twice."),
        ),
        ImportColumn(
            "name",
            pgettext_lazy("sheet", "Name"),
            text_of(_unit.get_field("name")),
            True,
            "示例市城市管理局",
        ),
        ImportColumn(
            "short_name", _("Short name"), text_of(_unit.get_field("short_name")), False, "城管局"
        ),
        ImportColumn(
            "kind",
            _("Kind"),
            choice_of(Unit.Kind),
            True,
            Unit.Kind.DEPARTMENT.label,
            choices=Unit.Kind,
        ),
        ImportColumn(
            "tier",
            _("Tier"),
            choice_of(Unit.Tier),
            True,
            Unit.Tier.MUNICIPAL.label,
            choices=Unit.Tier,
        ),
        ImportColumn(
            "region",
            _("Region"),
            text_of(Region._meta.get_field("name")),
            True,
            "370600",
            _("Code or name of the region."),
        ),
        ImportColumn("rank_group", _("Rank group"), text_of(_unit.get_field("rank_group"))),
        ImportColumn("is_active", _("In use"), truth(default=True)),
        *(
            ImportColumn(
                name,
                _PEOPLE_LABELS[name],
                text_of(_contact.get_field(part)),
                note=_("Left empty, the contact stays as it is.") if part == "name" else "",
            )
            for name, _kind, part in _PEOPLE
        ),
    )
    ignored = (_("Name of the region"),)

    def prepare(self) -> None:
        regions = list(Region.objects.visible_to(self.by))
        self.regions = {r.code: r for r in regions}
        self.by_name: dict[str, list[Region]] = {}
        for region in regions:
            self.by_name.setdefault(region.name, []).append(region)
        self.units = {
            u.code: u
            for u in with_people(Unit.objects.visible_to(self.by).select_related("region"))
        }
        self.names = dict(Unit.objects.values_list("name", "code"))

    def current(self) -> dict[str, dict[str, Any]]:
        plain = ("code", "name", "short_name", "kind", "tier", "rank_group", "is_active")
        return {
            code: {
                **{name: getattr(unit, name) for name in plain},
                "region": unit.region.code,
                **{name: getattr(unit, name) or "" for name, _kind, _part in _PEOPLE},
            }
            for code, unit in self.units.items()
        }

    def taken(self) -> set[str]:
        return set(self.names.values()) - set(self.units)

    def examine(self, raw: Any) -> list[Found]:
        self.first_in_file: dict[str, int] = {}
        return super().examine(raw)

    def _read_row(self, number: int, cells: Any) -> Found:
        """References become codes, and contacts whole, before the row is compared."""
        row = super()._read_row(number, cells)
        region = row.values.get("region")
        if region:
            self._find_region(row, region)
        for kind in Contact.Kind:
            names = [f"{kind.value}_{part}" for part in ("name", "post", "phone")]
            if not row.values.get(names[0]):
                if any(row.values.get(name) for name in names):
                    row.refuse(
                        gettext("%(label)s: the name is missing.")
                        % {"label": _PEOPLE_LABELS[names[0]]}
                    )
                for name in names:
                    row.values.pop(name, None)
        return row

    def _find_region(self, row: Found, text: str) -> None:
        found = [self.regions[text]] if text in self.regions else self.by_name.get(text, [])
        if len(found) == 1:
            row.values["region"] = found[0].code
        elif found:
            row.refuse(
                gettext("Several regions are called «%(text)s»: give the code.") % {"text": text}
            )
        else:
            row.refuse(gettext("There is no region «%(text)s».") % {"text": text})

    def judge(self, found: list[Found]) -> None:
        for row in found:
            name = row.values.get("name")
            if row.verdict in (REFUSED, SAME) or not name:
                continue
            holder = self.names.get(name)
            if holder not in (None, row.key):
                row.refuse(gettext("Another unit is already called «%(name)s».") % {"name": name})
            elif name in self.first_in_file:
                row.refuse(
                    gettext("Row %(row)d has the same name.") % {"row": self.first_in_file[name]}
                )
            else:
                self.first_in_file[name] = row.row

    def write(self, new: list[Found], changed: list[Found]) -> None:
        fresh = [self._filled(Unit(), row) for row in new]
        if fresh:
            made = bulk_create_with_history(fresh, Unit, default_user=self.by, batch_size=500)
            self.units |= {unit.code: unit for unit in made}
        moved = [self._filled(self.units[row.key], row) for row in changed]
        if moved:
            fields = ["name", "short_name", "kind", "tier", "region", "rank_group", "is_active"]
            bulk_update_with_history(moved, Unit, fields, default_user=self.by, batch_size=500)
        for kind in Contact.Kind:
            self._write_people(kind, [*new, *changed])

    def _filled(self, unit: Unit, row: Found) -> Unit:
        people = {name for name, _kind, _part in _PEOPLE}
        for name, value in row.values.items():
            if name == "region":
                unit.region = self.regions[value]
            elif name not in people:
                setattr(unit, name, value)
        return unit

    def _write_people(self, kind: Contact.Kind, rows: list[Found]) -> None:
        """The named person becomes the first of the kind; nobody is removed."""
        wanted = {
            self.units[row.key].pk: {
                part: row.values[f"{kind.value}_{part}"]
                for part in ("name", "post", "phone")
                if f"{kind.value}_{part}" in row.values
            }
            for row in rows
            if row.values.get(f"{kind.value}_name")
        }
        there = [c for c in Contact.objects.filter(kind=kind) if c.unit_id in wanted]
        former = [c for c in there if c.is_primary and c.name != wanted[c.unit_id]["name"]]
        for contact in former:
            contact.is_primary = False
        Contact.objects.bulk_update(former, ["is_primary"], batch_size=500)
        known = {(c.unit_id, c.name): c for c in there}
        fresh: list[Contact] = []
        kept: list[Contact] = []
        for unit_id, values in wanted.items():
            found = known.get((unit_id, values["name"]))
            contact = found or Contact(unit_id=unit_id, kind=kind)
            (kept if found else fresh).append(contact)
            contact.is_primary = True
            for part, value in values.items():
                setattr(contact, part, value)
        Contact.objects.bulk_create(fresh, batch_size=500)
        Contact.objects.bulk_update(kept, ["post", "phone", "is_primary"], batch_size=500)
