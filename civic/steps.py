"""Steps: what can be done with a text now, by whom, and what must be said with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.publishing import (
    REVIEW_STAGES,
    STAGE_RIGHT,
    Publishable,
    Status,
    TransitionRefused,
    WithdrawReason,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from civic.accounts import User


class StepForm(forms.Form):
    """Every step names the version it acts on: what the person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class OpinionForm(StepForm):
    opinion = forms.CharField(
        label=gettext_lazy("Opinion"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReturnForm(StepForm):
    opinion = forms.CharField(
        label=gettext_lazy("What has to be changed"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PublishForm(StepForm):
    at = forms.DateTimeField(
        label=gettext_lazy("Publish at (Beijing time)"),
        required=False,
        help_text=gettext_lazy("Leave empty to publish now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at and at <= timezone.now():
            raise forms.ValidationError(
                _("This time is past. Choose a later one, or leave it empty to publish now.")
            )
        return at


class UrgentForm(StepForm):
    reason = forms.CharField(
        label=gettext_lazy("Why this cannot wait"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(StepForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=WithdrawReason.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=gettext_lazy("Explanation"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


Do = Callable[[Any, "User", dict[str, Any]], Any]


@dataclass(frozen=True)
class Step:
    """One button: its name in the address, its words, when it is offered, what it does."""

    name: str
    label: StrOrPromise
    explains: StrOrPromise
    offered: Callable[[Any, User], bool]
    do: Do
    form: type[StepForm] = StepForm
    weight: str = "plain"  # "main", "plain" or "grave": how the button looks


def _fresh(text: Any, by: User) -> bool:
    try:
        text._demand_fresh_eyes(by)
    except TransitionRefused:
        return False
    return True


def _may_review(text: Any, by: User) -> bool:
    return text.in_review and text.may(by, STAGE_RIGHT[Status(text.status)]) and _fresh(text, by)


def _opinion(data: dict[str, Any]) -> dict[str, Any]:
    return {"opinion": data.get("opinion", ""), "version": data["version"]}


STEPS: tuple[Step, ...] = (
    Step(
        "submit",
        gettext_lazy("Submit for review"),
        gettext_lazy("The text goes to its first reviewer; you can take it back until then."),
        lambda t, u: t.status == Status.DRAFT and t.may(u, "submit"),
        lambda t, u, d: t.submit(by=u, version=d["version"]),
        weight="main",
    ),
    Step(
        "approve",
        gettext_lazy("Pass"),
        gettext_lazy("You have read the text and let it pass. Your name will stand under it."),
        _may_review,
        lambda t, u, d: t.approve(by=u, **_opinion(d)),
        OpinionForm,
        "main",
    ),
    Step(
        "send_back",
        gettext_lazy("Return"),
        gettext_lazy("The text goes back to its author, who reads what you write here."),
        lambda t, u: (
            (t.in_review and t.may(u, STAGE_RIGHT[Status(t.status)]))
            or (t.status == Status.APPROVED and t.may(u, "review_final"))
        ),
        lambda t, u, d: t.send_back(by=u, **_opinion(d)),
        ReturnForm,
    ),
    Step(
        "recall",
        gettext_lazy("Take back"),
        gettext_lazy("The text becomes a draft again; reviews start anew when you submit it."),
        lambda t, u: (
            t.in_review and t.may(u, "submit") and u.pk in (t.created_by_id, t.submitted_by_id)
        ),
        lambda t, u, d: t.recall(by=u, version=d["version"]),
    ),
    Step(
        "publish",
        gettext_lazy("Publish"),
        gettext_lazy("Citizens read it from the time you choose."),
        lambda t, u: t.status == Status.APPROVED and t.may(u, "publish"),
        lambda t, u, d: t.publish(by=u, at=d.get("at"), version=d["version"]),
        PublishForm,
        "main",
    ),
    Step(
        "publish_urgently",
        gettext_lazy("Publish in an emergency"),
        gettext_lazy(
            "It appears at once, without reviews. Someone else must review it in 24 hours."
        ),
        lambda t, u: t.status in (Status.DRAFT, *REVIEW_STAGES) and t.may(u, "publish_urgently"),
        lambda t, u, d: t.publish_urgently(by=u, reason=d["reason"], version=d["version"]),
        UrgentForm,
        "grave",
    ),
    Step(
        "review_afterwards",
        gettext_lazy("Review afterwards"),
        gettext_lazy("You confirm what was published in an emergency. If it is bad, withdraw it."),
        lambda t, u: (
            t.status == Status.PUBLISHED
            and t.retrospective_due is not None
            and t.may(u, "review_final")
            and _fresh(t, u)
        ),
        lambda t, u, d: t.review_afterwards(by=u, **_opinion(d)),
        OpinionForm,
        "main",
    ),
    Step(
        "unschedule",
        gettext_lazy("Cancel the schedule"),
        gettext_lazy("It will not appear; it is approved again and waits to be published."),
        lambda t, u: t.is_scheduled and t.may(u, "publish"),
        lambda t, u, d: t.unschedule(by=u, version=d["version"]),
    ),
    Step(
        "withdraw",
        gettext_lazy("Withdraw"),
        gettext_lazy("It leaves every list at once. The reason decides what its address answers."),
        lambda t, u: t.status == Status.PUBLISHED and not t.is_scheduled and t.may(u, "withdraw"),
        lambda t, u, d: t.withdraw(by=u, reason=d["reason"], **_opinion(d)),
        WithdrawForm,
        "grave",
    ),
    Step(
        "reopen",
        gettext_lazy("Reopen as a draft"),
        gettext_lazy("It becomes a draft and must pass every review again."),
        lambda t, u: t.status == Status.WITHDRAWN and t.may(u, "submit"),
        lambda t, u, d: t.reopen(by=u, version=d["version"]),
    ),
    Step(
        "archive",
        gettext_lazy("Archive"),
        gettext_lazy("It is put away and leaves the working list."),
        lambda t, u: (
            t.status in (Status.DRAFT, Status.APPROVED, Status.WITHDRAWN) and t.may(u, "submit")
        ),
        lambda t, u, d: t.archive(by=u, version=d["version"]),
        weight="plain",
    ),
)


def waiting_for(text: Publishable) -> str:
    """One sentence: what must happen next, and who does it."""
    status = Status(text.status)
    if status is Status.DRAFT:
        return _("A draft: its author submits it when it is ready.")
    if status in REVIEW_STAGES:
        return _("Waits for: %(stage)s.") % {"stage": status.label}
    if status is Status.APPROVED:
        return _("All reviews passed: the final reviewer publishes it, now or later.")
    if text.is_scheduled and text.publish_at:
        when = timezone.localtime(text.publish_at)
        return _("Appears on %(when)s (Beijing time).") % {"when": f"{when:%Y-%m-%d %H:%M}"}
    if text.retrospective_due is not None:
        due = timezone.localtime(text.retrospective_due)
        return _("Published in an emergency: to be reviewed until %(when)s.") % {
            "when": f"{due:%Y-%m-%d %H:%M}"
        }
    if status is Status.PUBLISHED:
        return _("Citizens can read it.") if text.is_live else _("Its time is over: taken off.")
    return str(status.label)
