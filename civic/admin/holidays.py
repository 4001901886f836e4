"""The holiday table in the back office, with a warning while a year is unknown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic import audit, workdays
from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.admin.imports import ImportMixin
from civic.ledgers.holidays import HOLIDAY_COLUMNS
from civic.workdays import Holiday


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = Holiday.objects.dates("day", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        year = self.value()
        if year and year.isdecimal() and 1 <= int(year[:5]) <= 9999:
            return queryset.filter(day__year=int(year[:5]))
        return queryset


@admin.register(Holiday)
class HolidayAdmin(ExportMixin, ImportMixin, ScopedAdmin):
    audits_itself = True
    list_display = ["day", "weekday", "name", "worked"]
    list_filter = [YearFilter, "is_workday"]
    search_fields = ["name"]
    export_columns = HOLIDAY_COLUMNS
    fields = ["day", "name", "is_workday"]

    @admin.display(description=_("day of the week"))
    def weekday(self, holiday: Holiday) -> str:
        return str(WEEKDAYS[holiday.day.weekday()])

    @admin.display(description=_("is"), ordering="is_workday")
    def worked(self, holiday: Holiday) -> str:
        if holiday.is_workday and holiday.changes_nothing:
            return str(_("Working day, as it would be anyway"))
        return str(_("Working day") if holiday.is_workday else _("Day off"))

    def list_notes(self, request: HttpRequest) -> list[str]:
        gaps = workdays.gaps(timezone.localdate())
        return [*super().list_notes(request), *(_gap(year, gaps[year]) for year in gaps)]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Deadlines hang on this table: who changed it stands in the audit log."""
        super().save_model(request, obj, form, change)
        if obj.changes_nothing:
            self.message_user(request, _anyway(obj), messages.WARNING)
        act = "holiday.change" if change else "holiday.add"
        audit.record(act, target=obj, by=request.user, is_workday=obj.is_workday)

    def delete_model(self, request: Any, obj: Any) -> None:
        audit.record("holiday.delete", target=obj, by=request.user, is_workday=obj.is_workday)
        super().delete_model(request, obj)


def _gap(year: int, missing: list[str]) -> str:
    """A year without rows waits for its table; one with some was entered in part."""
    if len(missing) == len(workdays.FEASTS):
        return gettext(
            "The holidays of %(year)d are not known yet: deadlines count only weekends. Import the "
            "table when the State Council has announced it."
        ) % {"year": year}
    return gettext(
        "The holidays of %(year)d are entered in part: %(names)s is missing. Until the table is"
        " whole, deadlines are counted wrongly."
    ) % {"year": year, "names": "、".join(missing)}


def _anyway(holiday: Holiday) -> str:
    words = (
        gettext("%(day)s is a %(weekday)s, a working day anyway: this row changes nothing.")
        if holiday.is_workday
        else gettext("%(day)s is a %(weekday)s, a day off anyway: this row changes nothing.")
    )
    return words % {"day": holiday.day, "weekday": WEEKDAYS[holiday.day.weekday()]}
