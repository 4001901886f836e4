"""The holiday table as a ledger: export columns and importer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civic.cells import day, text_of, truth
from civic.exports import Column, Kind
from civic.importers import Found, ImportColumn, Importer, importer
from civic.workdays import Holiday

HOLIDAY_COLUMNS = (
    Column(_("Day"), "day", Kind.DATE),
    Column(pgettext_lazy("sheet", "Name"), "name"),
    Column(_("Is worked"), "is_workday", Kind.BOOLEAN),
)


@importer
class HolidayImporter(Importer):
    label = "civic.holiday"
    key = "day"
    columns = (
        ImportColumn("day", _("Day"), day, True, "2027-01-01"),
        ImportColumn(
            "name",
            pgettext_lazy("sheet", "Name"),
            text_of(Holiday._meta.get_field("name")),
            True,
            "元旦（示例）",
        ),
        ImportColumn(
            "is_workday",
            _("Is worked"),
            truth(default=False),
            note=_("Yes only for a weekend day worked to make up."),
        ),
    )

    def prepare(self) -> None:
        self.days = {row.day.isoformat(): row for row in Holiday.objects.all()}

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            key: {"day": key, "name": row.name, "is_workday": row.is_workday}
            for key, row in self.days.items()
        }

    def write(self, new: list[Found], changed: list[Found]) -> None:
        Holiday.objects.bulk_create([Holiday(**row.values) for row in new], batch_size=500)
        moved = []
        for row in changed:
            holiday = self.days[row.key]
            holiday.name = row.values["name"]
            holiday.is_workday = row.values.get("is_workday", holiday.is_workday)
            moved.append(holiday)
        Holiday.objects.bulk_update(moved, ["name", "is_workday"], batch_size=500)
