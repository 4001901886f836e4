"""The rules of proofreading as a ledger: export columns and importer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import choice_of, text_of, truth
from civic.exports import Column, Kind
from civic.importers import CHANGED, NEW, Found, ImportColumn, Importer, importer
from releases.proofreading.hits import Grade
from releases.proofreading.models import TermRule

_rule = TermRule._meta

TERM_COLUMNS = (
    Column(_("Finds"), "pattern"),
    Column(_("Better"), "correction"),
    Column(_("Kind"), "kind"),
    Column(_("Grade"), "grade"),
    Column(_("Is an expression"), "is_regex", Kind.BOOLEAN),
    Column(_("Only near"), "near"),
    Column(_("Not in"), "unless"),
    Column(_("Why"), "note"),
    Column(_("In use"), "is_active", Kind.BOOLEAN),
    Column(_("version"), "version", Kind.NUMBER),
)


@importer
class TermRuleImporter(Importer):
    label = "releases.termrule"
    key = "pattern"
    columns = (
        ImportColumn(
            "pattern",
            _("Finds"),
            text_of(_rule.get_field("pattern")),
            True,
            "示例错词",
            _("Never twice."),
        ),
        ImportColumn(
            "correction", _("Better"), text_of(_rule.get_field("correction")), False, "示例正词"
        ),
        ImportColumn(
            "kind",
            _("Kind"),
            choice_of(TermRule.Kind),
            True,
            TermRule.Kind.WRONG.label,
            choices=TermRule.Kind,
        ),
        ImportColumn("grade", _("Grade"), choice_of(Grade), True, Grade.HINT.label, choices=Grade),
        ImportColumn("is_regex", _("Is an expression"), truth(default=False)),
        ImportColumn("near", _("Only near"), text_of(_rule.get_field("near"))),
        ImportColumn("unless", _("Not in"), text_of(_rule.get_field("unless"))),
        ImportColumn("note", _("Why"), text_of(_rule.get_field("note"))),
        ImportColumn("is_active", _("In use"), truth(default=True)),
    )
    ignored = (_("version"),)

    def prepare(self) -> None:
        self.rules = {rule.pattern: rule for rule in TermRule.objects.all()}

    def current(self) -> dict[str, dict[str, Any]]:
        names = [column.name for column in self.columns]
        return {
            pattern: {name: getattr(rule, name) for name in names}
            for pattern, rule in self.rules.items()
        }

    def judge(self, found: list[Found]) -> None:
        """What the form would refuse is refused here in the same words."""
        for row in found:
            if row.verdict in (NEW, CHANGED):
                rule = self.rules.get(row.key)
                before = {c.name: getattr(rule, c.name) for c in self.columns} if rule else {}
                for reason in TermRule(**(before | row.values)).faults().values():
                    row.refuse(reason)

    def write(self, new: list[Found], changed: list[Found]) -> None:
        fresh = [TermRule(**row.values) for row in new]
        bulk_create_with_history(fresh, TermRule, batch_size=500, default_user=self.by)
        moved = []
        for row in changed:
            rule = self.rules[row.key]
            for name, value in row.values.items():
                setattr(rule, name, value)
            rule.version += 1
            rule.updated_at = timezone.now()
            moved.append(rule)
        if moved:
            names = [column.name for column in self.columns if column.name != self.key]
            fields = [*names, "version", "updated_at"]
            bulk_update_with_history(moved, TermRule, fields, default_user=self.by, batch_size=500)
