"""Settling in the back office: the step that decides about figures that no longer hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import settling
from civic.citations import Citation
from civic.settling import EDITABLE, KEEP, TAKE, Choice
from civic.steps import Step, StepForm

LEAVE = ""


class SettleForm(StepForm):
    """For each figure that no longer holds: its new value, its day, or nothing yet."""

    def __init__(self, *args: Any, text: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, text=text, **kwargs)
        self.citations: list[Citation] = text.failing_citations if text is not None else []
        for row in self.citations:
            choices = offered(row, is_editable=text.status in EDITABLE)
            if not choices:
                continue
            self.fields[f"choice-{row.where}"] = forms.ChoiceField(
                label=_("What becomes of «%(shown)s»?") % {"shown": row.wording},
                choices=[*choices, (LEAVE, _("Leave it for now"))],
                widget=forms.RadioSelect,
                required=False,
                initial=LEAVE,
            )
            # What was shown as the new value: another one is not taken unseen.
            self.fields[f"now-{row.where}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=60, initial=row.now
            )

    def rows(self) -> list[tuple[Citation, Any]]:
        """Each figure with its field, if anything can be decided about it here."""
        return [
            (row, self[name] if (name := f"choice-{row.where}") in self.fields else None)
            for row in self.citations
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["choices"] = [
            Choice(row.where, data[f"choice-{row.where}"], data.get(f"now-{row.where}", ""))
            for row in self.citations
            if data.get(f"choice-{row.where}")
        ]
        if self.citations and not data["choices"] and not self.errors:
            raise forms.ValidationError(_("Choose what becomes of at least one figure."))
        return data


def offered(row: Citation, *, is_editable: bool) -> list[tuple[str, str]]:
    """What may be decided about this figure now, in words."""
    choices = []
    if is_editable and row.may_take:
        choices.append((TAKE, _("Take the new value: %(now)s") % {"now": row.now}))
    if row.may_keep and (is_editable or settling.is_only_a_note(row)):
        said = {"shown": row.wording, "day": row.keeping_day}
        choices.append((KEEP, _("Keep %(shown)s as of %(day)s; readers are shown the day") % said))
    return choices


SETTLE = Step(
    "figures",
    gettext_lazy("Settle the figures"),
    gettext_lazy("Figures in this text no longer hold. Changed, it passes its reviews again."),
    ("change",),
    "",
    settling.may_settle,
    lambda t, u, d: settling.settle(
        document=t, by=u, choices=d.get("choices", ()), version=d["version"]
    ),
    SettleForm,
    "main",
)
