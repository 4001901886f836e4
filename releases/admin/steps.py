"""The steps of a release: those of every text, withdrawal with a successor, and correction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.settling import SETTLE
from civic.publishing import Status, WithdrawReason
from civic.steps import STEPS, Step, StepForm, WithdrawForm, minute_field, to_come
from releases import actions
from releases.models import RelatedReading, Release


class SuccessorSelect(AutocompleteSelect):
    """The releases citizens can read, without the one that is withdrawn."""

    def __init__(self, itself: int) -> None:
        super().__init__(RelatedReading._meta.get_field("to"), admin.site)
        self.itself = itself

    def get_url(self) -> str:
        return f"{super().get_url()}?itself={self.itself}"


class PinForm(StepForm):
    until = minute_field(label=gettext_lazy("Pinned until (Beijing time)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.text is not None and self.text.is_pinned_now:
            self.fields["until"].initial = self.text.pinned_until

    def clean_until(self) -> datetime:
        return to_come(self.cleaned_data["until"])


class ReleaseWithdrawForm(WithdrawForm):
    """Superseded asks by what."""

    superseded_by = forms.ModelChoiceField(
        label=gettext_lazy("Superseded by"),
        queryset=Release.objects.none(),
        required=False,
        help_text=gettext_lazy("Only for «superseded»: the release readers are led to."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["superseded_by"]
        field.queryset = Release.objects.live().originals()
        if self.text is not None:
            field.queryset = field.queryset.exclude(pk=self.text.pk)
            field.widget = SuccessorSelect(self.text.pk)
            field.widget.choices = field.choices

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


def _publish(release: Release, by: Any, data: dict[str, Any]) -> Release | None:
    """A correction leads on to the text it went into."""
    release.publish(by=by, version=data["version"])
    return release.corrects


def _publish_urgently(release: Release, by: Any, data: dict[str, Any]) -> Release | None:
    release.publish_urgently(by=by, reason=data["reason"], version=data["version"])
    return release.corrects


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

PIN = Step(
    "pin",
    gettext_lazy("Pin to the top"),
    gettext_lazy(
        "It stands first in its lists until the time you choose. The text stays as it is."
    ),
    ("pin",),
    "",
    lambda t, u: t.may_be_pinned and t.may(u, "pin"),
    lambda t, u, d: t.pin(by=u, until=d["until"], version=d["version"]),
    PinForm,
)

UNPIN = Step(
    "unpin",
    gettext_lazy("Unpin"),
    gettext_lazy("It takes its place in the lists by its time again."),
    ("pin",),
    "",
    lambda t, u: t.may_be_unpinned and t.may(u, "pin"),
    lambda t, u, d: t.pin(by=u, until=None, version=d["version"]),
)

# What a release does otherwise than any text.
_OWN: dict[str, dict[str, Any]] = {
    "publish": {"do": _publish},
    "publish_urgently": {"do": _publish_urgently},
    "withdraw": {"do": _withdraw, "form": ReleaseWithdrawForm},
}

RELEASE_STEPS: tuple[Step, ...] = (
    SETTLE,
    *(replace(step, **_OWN.get(step.name, {})) for step in STEPS),
    PIN,
    UNPIN,
    CORRECT,
)
