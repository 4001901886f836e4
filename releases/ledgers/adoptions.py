"""Adoptions by higher outlets as a ledger: export columns and importer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import choice_of, day, text_of
from civic.declared import http_only
from civic.exports import Column, Kind
from civic.importers import REFUSED, Found, ImportColumn, importer
from civic.units import Unit
from releases.ledgers.named import PairImporter, by_name, pair_key, refer_to
from releases.reach import Adoption

_adoption = Adoption._meta

ADOPTION_COLUMNS = (
    Column(_("Outlet"), "outlet"),
    Column(_("Title"), "title"),
    Column(_("Level of the outlet"), "level"),
    Column(_("Adopted on"), "adopted_on", Kind.DATE),
    Column(_("Supplied by"), "unit__code", Kind.IDENTIFIER),
    Column(_("Name of the unit"), "unit__name"),
    Column(_("Link as proof"), "url"),
)


@importer
class AdoptionImporter(PairImporter):
    label = "releases.adoption"
    key = "title"
    pair = ("outlet", "title")
    columns = (
        ImportColumn(
            "outlet", _("Outlet"), text_of(_adoption.get_field("outlet")), True, "示例文明网"
        ),
        ImportColumn(
            "title",
            _("Title"),
            text_of(_adoption.get_field("title")),
            True,
            "示例市：把小事办到群众心坎上",
            _("With the outlet it tells which adoption is meant."),
        ),
        ImportColumn(
            "level",
            _("Level of the outlet"),
            choice_of(Adoption.Level),
            True,
            Adoption.Level.CENTRAL.label,
            choices=Adoption.Level,
        ),
        ImportColumn("adopted_on", _("Adopted on"), day, True, "2020-06-18"),
        ImportColumn(
            "unit",
            _("Supplied by"),
            text_of(Unit._meta.get_field("name")),
            True,
            "D001",
            _("Code or name of the unit."),
        ),
        ImportColumn(
            "url",
            _("Link as proof"),
            text_of(_adoption.get_field("url")),
            example="https://example.com/b/1",
            note=_("Needed, unless a picture is kept as proof already."),
        ),
    )
    ignored = (_("Name of the unit"),)

    def prepare(self) -> None:
        units = list(Unit.objects.visible_to(self.by))
        self.units = {unit.code: unit for unit in units}
        self.unit_names = by_name(units)
        rows = Adoption.objects.visible_to(self.by).select_related("unit")
        self.adoptions = {pair_key(row.outlet, row.title): row for row in rows}

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "outlet": row.outlet,
                "title": row.title,
                "level": row.level,
                "adopted_on": row.adopted_on.isoformat(),
                "unit": row.unit.code,
                "url": row.url,
            }
            for key, row in self.adoptions.items()
        }

    def taken(self) -> set[str]:
        pairs = Adoption.objects.values_list("outlet", "title")
        return {pair_key(*pair) for pair in pairs} - set(self.adoptions)

    def refer(self, row: Found) -> None:
        refer_to(row, "unit", self.units, self.unit_names)

    def judge(self, found: list[Found]) -> None:
        today = timezone.localdate().isoformat()
        for row in found:
            if row.verdict == REFUSED:
                continue
            if row.values["adopted_on"] > today:
                row.refuse(gettext("This day is still to come."))
            kept = self.adoptions.get(row.key)
            url = row.values.get("url", kept.url if kept else "")
            if url:
                try:
                    http_only(url)
                except ValidationError:
                    row.refuse(gettext("The link must begin with http:// or https://."))
            elif kept is None or kept.evidence_id is None:
                row.refuse(gettext("An adoption needs its proof: a link or a picture."))

    def write(self, new: list[Found], changed: list[Found]) -> None:
        fresh = [self._filled(Adoption(), row) for row in new]
        if fresh:
            bulk_create_with_history(fresh, Adoption, default_user=self.by, batch_size=500)
        moved = [self._filled(self.adoptions[row.key], row) for row in changed]
        if moved:
            fields = ["level", "adopted_on", "unit", "url"]
            bulk_update_with_history(moved, Adoption, fields, default_user=self.by, batch_size=500)

    def _filled(self, adoption: Adoption, row: Found) -> Adoption:
        for name, value in row.values.items():
            if name == "unit":
                adoption.unit = self.units[value]
            elif name == "adopted_on":
                adoption.adopted_on = date.fromisoformat(value)
            else:
                setattr(adoption, name, value)
        return adoption
