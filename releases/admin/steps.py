"""The steps of a release: those of every text, withdrawal with a successor, and correction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.settling import SETTLE
from civic.publishing import Status, WithdrawReason
from civic.steps import STEPS, Step, WithdrawForm
from releases import actions
from releases.models import RelatedReading, Release


class ReleaseWithdrawForm(WithdrawForm):
    """Superseded asks by what."""

    superseded_by = forms.ModelChoiceField(
        label=gettext_lazy("Superseded by"),
        queryset=Release.objects.none(),
        required=False,
        help_text=gettext_lazy("Only for «superseded»: the release readers are led to."),
        widget=AutocompleteSelect(RelatedReading._meta.get_field("to"), admin.site),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["superseded_by"]
        field.queryset = Release.objects.live().originals()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "superseded_by" in self.errors:
            return data
        if data.get("reason") == WithdrawReason.SUPERSEDED:
            if not data.get("superseded_by"):
                self.add_error("superseded_by", _("Choose the release that takes its place."))
        else:
            data["superseded_by"] = None
        return data


def _withdraw(release: Release, by: Any, data: dict[str, Any]) -> None:
    release.withdraw(
        by=by,
        reason=data["reason"],
        opinion=data.get("opinion", ""),
        version=data["version"],
        superseded_by=data.get("superseded_by"),
    )


def _may_correct(release: Any, by: Any) -> bool:
    return (
        release.is_live
        and release.corrects_id is None
        and release.may(by, "submit")
        and not release.corrections.exclude(status=Status.ARCHIVED).exists()
    )


CORRECT = Step(
    "correct",
    gettext_lazy("Correct"),
    gettext_lazy("A working copy is made; readers see this text until the copy is reviewed."),
    ("submit",),
    "",
    _may_correct,
    lambda t, u, d: actions.start_correction(release=t, by=u, version=d["version"]),
)

RELEASE_STEPS: tuple[Step, ...] = (
    SETTLE,
    *(
        replace(step, do=_withdraw, form=ReleaseWithdrawForm) if step.name == "withdraw" else step
        for step in STEPS
    ),
    CORRECT,
)
