"""Media accounts as a ledger: export columns and importer."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import choice_of, text_of, truth
from civic.exports import Column, Kind
from civic.importers import REFUSED, Found, ImportColumn, Importer, importer
from civic.units import Unit
from releases.ledgers.named import by_name, refer_to
from releases.media import MediaAccount, Platform

_account = MediaAccount._meta
_PLAIN = ("name", "platform", "level", "is_active")

ACCOUNT_COLUMNS = (
    Column(pgettext_lazy("sheet", "Code"), "code", Kind.IDENTIFIER),
    Column(pgettext_lazy("sheet", "Name"), "name"),
    Column(_("Platform"), "platform"),
    Column(_("Whose it is"), "level"),
    Column(_("Kept by"), "unit__code", Kind.IDENTIFIER),
    Column(_("Name of the unit"), "unit__name"),
    Column(_("In use"), "is_active", Kind.BOOLEAN),
)


@importer
class AccountImporter(Importer):
    label = "releases.mediaaccount"
    key = "code"
    columns = (
        ImportColumn(
            "code",
            pgettext_lazy("sheet", "Code"),
            text_of(_account.get_field("code")),
            True,
            "rmh",
            _("Small letters, digits and hyphens. Never twice."),
        ),
        ImportColumn(
            "name",
            pgettext_lazy("sheet", "Name"),
            text_of(_account.get_field("name")),
            True,
            "文明示例",
        ),
        ImportColumn(
            "platform",
            _("Platform"),
            choice_of(Platform),
            True,
            Platform.RENMIN.label,
            choices=Platform,
        ),
        ImportColumn(
            "level",
            _("Whose it is"),
            choice_of(MediaAccount.Level),
            True,
            MediaAccount.Level.OWN.label,
            choices=MediaAccount.Level,
        ),
        ImportColumn(
            "unit",
            _("Kept by"),
            text_of(Unit._meta.get_field("name")),
            True,
            "D001",
            _("Code or name of the unit."),
        ),
        ImportColumn("is_active", _("In use"), truth(default=True)),
    )
    ignored = (_("Name of the unit"),)

    def prepare(self) -> None:
        units = list(Unit.objects.visible_to(self.by))
        self.units = {unit.code: unit for unit in units}
        self.unit_names = by_name(units)
        accounts = MediaAccount.objects.visible_to(self.by).select_related("unit")
        self.accounts = {account.code: account for account in accounts}
        self.codes = dict(MediaAccount.objects.values_list("code", "pk"))
        self.names = {
            (platform, name): code
            for platform, name, code in MediaAccount.objects.values_list("platform", "name", "code")
        }

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            code: {
                "code": code,
                "unit": account.unit.code,
                **{name: getattr(account, name) for name in _PLAIN},
            }
            for code, account in self.accounts.items()
        }

    def taken(self) -> set[str]:
        return set(self.codes) - set(self.accounts)

    def _read_row(self, number: int, cells: Any) -> Found:
        row = super()._read_row(number, cells)
        refer_to(row, "unit", self.units, self.unit_names)
        return row

    def judge(self, found: list[Found]) -> None:
        """A code that figures can name, and no two accounts of one name on a platform."""
        for row in found:
            if row.verdict == REFUSED:
                continue
            if not re.fullmatch(r"[-\w]+", row.key, re.ASCII):
                row.refuse(gettext("The code may hold letters, digits and hyphens only."))
            elif row.key in MediaAccount.Level.values:
                row.refuse(gettext("This code stands for a whole group of accounts."))
            name = (row.values["platform"], row.values["name"])
            if self.names.setdefault(name, row.key) != row.key:
                row.refuse(gettext("This platform already has an account of this name."))

    def write(self, new: list[Found], changed: list[Found]) -> None:
        fresh = [self._filled(MediaAccount(), row) for row in new]
        if fresh:
            bulk_create_with_history(fresh, MediaAccount, default_user=self.by, batch_size=500)
        moved = [self._filled(self.accounts[row.key], row) for row in changed]
        if moved:
            fields = [*_PLAIN, "unit"]
            bulk_update_with_history(
                moved, MediaAccount, fields, default_user=self.by, batch_size=500
            )

    def _filled(self, account: MediaAccount, row: Found) -> MediaAccount:
        for name, value in row.values.items():
            setattr(account, name, self.units[value] if name == "unit" else value)
        return account
