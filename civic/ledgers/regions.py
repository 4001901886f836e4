"""Regions as a ledger: export columns and importer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import choice_of, text_of, truth, whole
from civic.exports import Column, Kind
from civic.importers import CHANGED, NEW, REFUSED, Found, ImportColumn, Importer, importer
from civic.units import Region

_region = Region._meta

REGION_COLUMNS = (
    Column(pgettext_lazy("sheet", "Code"), "code", Kind.IDENTIFIER),
    Column(pgettext_lazy("sheet", "Name"), "name"),
    Column(_("Level"), "level"),
    Column(_("Code of the region above"), "parent__code", Kind.IDENTIFIER),
    Column(_("Region above"), "parent__name"),
    Column(_("Population"), "population", Kind.NUMBER),
    Column(_("In use"), "is_active", Kind.BOOLEAN),
)


@importer
class RegionImporter(Importer):
    label = "civic.region"
    key = "code"
    columns = (
        ImportColumn(
            "code",
            pgettext_lazy("sheet", "Code"),
            text_of(_region.get_field("code")),
            True,
            "370601",
            _("Never twice."),
        ),
        ImportColumn(
            "name",
            pgettext_lazy("sheet", "Name"),
            text_of(_region.get_field("name")),
            True,
            "示例区",
        ),
        ImportColumn(
            "level",
            _("Level"),
            choice_of(Region.Level),
            True,
            Region.Level.COUNTY.label,
            choices=Region.Level,
        ),
        ImportColumn(
            "parent",
            _("Code of the region above"),
            text_of(_region.get_field("code")),
            False,
            "370600",
            _("Empty only for the city. The row of the region above may stand in the same file."),
        ),
        ImportColumn("population", _("Population"), whole(), False, "120000"),
        ImportColumn("is_active", _("In use"), truth(default=True), False, ""),
    )
    ignored = (_("Region above"),)

    def prepare(self) -> None:
        self.all = {r.code: r for r in Region.objects.select_related("parent")}
        self.seen = set(Region.objects.visible_to(self.by).values_list("code", flat=True))
        self.sees_all = len(self.seen) == len(self.all)

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            code: {
                "code": code,
                "name": r.name,
                "level": r.level,
                "parent": r.parent.code if r.parent else "",
                "population": r.population,
                "is_active": r.is_active,
            }
            for code, r in self.all.items()
            if code in self.seen
        }

    def taken(self) -> set[str]:
        return set(self.all) - self.seen

    def judge(self, found: list[Found]) -> None:
        """From the city down, so that a region above may come with the same file; again while
        anything was refused, for a refused row leaves its region where it is."""
        while self._judged_once(found):
            pass

    def _judged_once(self, found: list[Found]) -> bool:
        """Whether a row was refused in this pass."""
        rank = {level: place for place, level in enumerate(Region.Level.values)}
        written = {row.key: row for row in found if row.verdict in (NEW, CHANGED)}
        levels = {code: region.level for code, region in self.all.items()}
        levels |= {code: row.values["level"] for code, row in written.items()}
        refused = {row.key for row in found if row.verdict == REFUSED} - set(self.all)
        staying: dict[str, list[str]] = {}
        for code, region in self.all.items():
            if region.parent and code not in written:
                staying.setdefault(region.parent.code, []).append(code)
        left = len(written)
        for row in sorted(written.values(), key=lambda row: rank[row.values["level"]]):
            level = rank[row.values["level"]]
            reason = self._misplaced(row, levels, refused, rank)
            if not reason and any(rank[levels[code]] <= level for code in staying.get(row.key, [])):
                reason = gettext("Regions below it would be of the same or a higher level.")
            if reason:
                row.refuse(reason)
                left -= 1
                if row.key in self.all:
                    levels[row.key] = self.all[row.key].level
                else:
                    refused.add(row.key)
        return left < len(written)

    def _misplaced(
        self, row: Found, levels: dict[str, str], refused: set[str], rank: dict[str, int]
    ) -> str:
        before = self.all.get(row.key)
        if "parent" not in row.values and before is not None:
            above = before.parent.code if before.parent else ""
        else:
            above = row.values.get("parent", "")
        if not above:
            if row.values["level"] != Region.Level.CITY:
                return gettext("Only a city stands on top: give the code of the region above.")
            return "" if self.sees_all else gettext("Only who sees all regions adds a city.")
        if above in refused:
            return gettext("The region above, «%(code)s», is refused.") % {"code": above}
        if above not in levels or (above in self.all and above not in self.seen):
            return gettext("There is no region with the code «%(code)s».") % {"code": above}
        if rank[levels[above]] >= rank[row.values["level"]]:
            return gettext("The region above must be of a higher level than this one.")
        return ""

    def write(self, new: list[Found], changed: list[Found]) -> None:
        ready = dict(self.all)
        for level in Region.Level.values:
            fresh = [_filled(Region(), r, ready) for r in new if r.values["level"] == level]
            if fresh:
                made = bulk_create_with_history(fresh, Region, default_user=self.by)
                ready |= {region.code: region for region in made}
        moved = [_filled(ready[row.key], row, ready) for row in changed]
        if moved:
            fields = ["name", "level", "parent", "population", "is_active"]
            bulk_update_with_history(moved, Region, fields, default_user=self.by, batch_size=500)
        Region.objects.repair_paths()


def _filled(region: Region, row: Found, ready: dict[str, Region]) -> Region:
    for name, value in row.values.items():
        if name == "parent":
            region.parent = ready[value] if value else None
        else:
            setattr(region, name, value)
    return region
