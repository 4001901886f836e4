"""Steps: what can be done with a text now, by whom, and what must be said with it.

`offered` says the same as the methods of `Publishable`, without trying; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.publishing import (
    FARTHEST,
    REVIEW_STAGES,
    STAGE_RIGHT,
    Publishable,
    Review,
    Status,
    TransitionRefused,
    WithdrawReason,
)
from civic.roles import ROLES, Role, Scope

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from civic.accounts import User


class StepForm(forms.Form):
    """Every step names the version it acts on: what the person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, text: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text


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


def minute_field(**options: Any) -> forms.DateTimeField:
    """A day and a time, as the browser asks for them."""
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        **options,
    )


def to_come(at: datetime, *, at_most: bool = True) -> datetime:
    """The time itself, unless it is past or too far away."""
    if at <= timezone.now():
        raise forms.ValidationError(_("This time is past. Choose a later one."))
    if at_most and at > timezone.now() + FARTHEST:
        raise forms.ValidationError(_("Choose a time within the next 366 days."))
    return at


class ScheduleForm(StepForm):
    at = minute_field(label=gettext_lazy("Publish at (Beijing time)"))

    def clean_at(self) -> datetime:
        at = to_come(self.cleaned_data["at"])
        if self.text is not None and self.text.expire_at and self.text.expire_at <= at:
            raise forms.ValidationError(
                _("It is to be taken off on %(when)s already. Choose an earlier time.")
                % {"when": minute(self.text.expire_at)}
            )
        return at


class ExpiryForm(StepForm):
    at = minute_field(
        label=gettext_lazy("Take off at (Beijing time)"),
        required=False,
        help_text=gettext_lazy("Left empty, it stays for good."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = self.text.expire_at if self.text is not None else None

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at is None:
            return None
        to_come(at, at_most=False)
        if self.text is not None and self.text.publish_at and at <= self.text.publish_at:
            raise forms.ValidationError(_("It must be taken off after it was published."))
        return at


class UrgentForm(StepForm):
    reason = forms.CharField(
        label=gettext_lazy("Why this cannot wait"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# With what the old address answers from then on.
_REASONS = [
    (
        WithdrawReason.ERROR.value,
        gettext_lazy("It was wrong: its address says that it was withdrawn"),
    ),
    (
        WithdrawReason.SUPERSEDED.value,
        gettext_lazy("It was superseded: its address leads to the new text"),
    ),
    (
        WithdrawReason.OUTDATED.value,
        gettext_lazy("It is out of date: it can still be read, with a note above it"),
    ),
]


class WithdrawForm(StepForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=_REASONS, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=gettext_lazy("Explanation"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


REVIEW_RIGHTS = tuple(STAGE_RIGHT.values())

Do = Callable[[Any, "User", dict[str, Any]], Any]


@dataclass(frozen=True)
class Step:
    """One button: its name in the address, its words, when it is offered, what it does.

    `rights`: who has none of them has no business here. `verdict`: what its Review row says.
    """

    name: str
    label: StrOrPromise
    explains: StrOrPromise
    rights: tuple[str, ...]
    verdict: str
    offered: Callable[[Any, User], bool]
    do: Do
    form: type[StepForm] = StepForm
    weight: str = "plain"  # "main", "plain" or "grave": how the button looks


def _fresh(text: Any, by: User) -> bool:
    try:
        text.demand_fresh_eyes(by)
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
        ("submit",),
        Review.Verdict.SUBMITTED,
        lambda t, u: t.status == Status.DRAFT and t.may(u, "submit"),
        lambda t, u, d: t.submit(by=u, version=d["version"]),
        weight="main",
    ),
    Step(
        "approve",
        gettext_lazy("Pass"),
        gettext_lazy("You have read the text and let it pass. Your name will stand under it."),
        REVIEW_RIGHTS,
        Review.Verdict.APPROVED,
        _may_review,
        lambda t, u, d: t.approve(by=u, **_opinion(d)),
        OpinionForm,
        "main",
    ),
    Step(
        "send_back",
        gettext_lazy("Return"),
        gettext_lazy("The text goes back to its author, who reads what you write here."),
        REVIEW_RIGHTS,
        Review.Verdict.RETURNED,
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
        ("submit",),
        Review.Verdict.RECALLED,
        lambda t, u: (
            t.in_review and t.may(u, "submit") and u.pk in (t.created_by_id, t.submitted_by_id)
        ),
        lambda t, u, d: t.recall(by=u, version=d["version"]),
    ),
    Step(
        "publish",
        gettext_lazy("Publish"),
        gettext_lazy("Citizens read it at once."),
        ("publish",),
        Review.Verdict.PUBLISHED,
        lambda t, u: t.status == Status.APPROVED and t.may(u, "publish"),
        lambda t, u, d: t.publish(by=u, version=d["version"]),
        weight="main",
    ),
    Step(
        "schedule",
        gettext_lazy("Publish later"),
        gettext_lazy("It appears by itself at the time you choose; until then nobody sees it."),
        ("publish",),
        Review.Verdict.PUBLISHED,
        lambda t, u: t.status == Status.APPROVED and t.may(u, "publish") and t.may_wait,
        lambda t, u, d: t.publish(by=u, at=d["at"], version=d["version"]),
        ScheduleForm,
    ),
    Step(
        "publish_urgently",
        gettext_lazy("Publish in an emergency"),
        gettext_lazy(
            "It appears at once, without reviews. Someone else must review it in 24 hours."
        ),
        ("publish_urgently",),
        Review.Verdict.URGENT,
        lambda t, u: (
            t.status in (Status.DRAFT, Status.APPROVED, *REVIEW_STAGES)
            and t.may(u, "publish_urgently")
            and not (t.status == Status.APPROVED and t.may(u, "publish"))
        ),
        lambda t, u, d: t.publish_urgently(by=u, reason=d["reason"], version=d["version"]),
        UrgentForm,
        "grave",
    ),
    Step(
        "review_afterwards",
        gettext_lazy("Review afterwards"),
        gettext_lazy("You confirm what was published in an emergency. If it is bad, withdraw it."),
        ("review_final",),
        Review.Verdict.AFTERWARDS,
        lambda t, u: (
            t.status == Status.PUBLISHED
            and t.retrospective_due is not None
            and t.may(u, "review_final")
            and _fresh(t, u)
            and not t.was_urgent_by(u)
        ),
        lambda t, u, d: t.review_afterwards(by=u, **_opinion(d)),
        OpinionForm,
        "main",
    ),
    Step(
        "unschedule",
        gettext_lazy("Cancel the schedule"),
        gettext_lazy("It will not appear; it is approved again and waits to be published."),
        ("publish",),
        Review.Verdict.UNSCHEDULED,
        lambda t, u: t.is_scheduled and t.may(u, "publish"),
        lambda t, u, d: t.unschedule(by=u, version=d["version"]),
    ),
    Step(
        "expiry",
        gettext_lazy("Set when it is taken off"),
        gettext_lazy("The text stays as it was reviewed; only its last day changes."),
        ("publish",),
        "",
        lambda t, u: t.may_expire_anew and t.may(u, "publish"),
        lambda t, u, d: t.set_expiry(by=u, at=d.get("at"), version=d["version"]),
        ExpiryForm,
    ),
    Step(
        "withdraw",
        gettext_lazy("Withdraw"),
        gettext_lazy("It leaves every list at once. The reason decides what its address answers."),
        ("withdraw",),
        Review.Verdict.WITHDRAWN,
        lambda t, u: t.status == Status.PUBLISHED and not t.is_scheduled and t.may(u, "withdraw"),
        lambda t, u, d: t.withdraw(by=u, reason=d["reason"], **_opinion(d)),
        WithdrawForm,
        "grave",
    ),
    Step(
        "reopen",
        gettext_lazy("Reopen as a draft"),
        gettext_lazy("It becomes a draft and must pass every review again."),
        ("submit",),
        Review.Verdict.REOPENED,
        lambda t, u: t.status == Status.WITHDRAWN and t.may(u, "submit"),
        lambda t, u, d: t.reopen(by=u, version=d["version"]),
    ),
    Step(
        "archive",
        gettext_lazy("Archive"),
        gettext_lazy("It is put away and leaves the working list."),
        ("submit",),
        Review.Verdict.ARCHIVED,
        lambda t, u: (
            t.status in (Status.DRAFT, Status.APPROVED, Status.WITHDRAWN) and t.may(u, "submit")
        ),
        lambda t, u, d: t.archive(by=u, version=d["version"]),
        weight="plain",
    ),
)


def waiting_for(text: Publishable, people: Sequence[User] | None = None) -> str:
    """One sentence: what must happen next and, when `people` is given, who can do it."""
    status = Status(text.status)
    if status in REVIEW_STAGES:
        sentence = _("Waits for: %(stage)s") % {"stage": status.label}
    elif status is Status.APPROVED:
        sentence = _("All reviews passed; waits to be published")
    elif text.retrospective_due is not None:
        late = text.retrospective_due <= timezone.now()
        words = (
            _("Published in an emergency; its review has been overdue since %(when)s")
            if late
            else _("Published in an emergency; to be reviewed until %(when)s")
        )
        sentence = words % {"when": minute(text.retrospective_due)}
    else:
        return _at_rest(text, status)
    if people is None:
        return sentence
    if not people:
        return _("%(what)s. Nobody can do it now: ask the administrator.") % {"what": sentence}
    names = "、".join(person.name for person in people[:5])
    if len(people) == 1:
        return _("%(what)s: %(names)s.") % {"what": sentence, "names": names}
    return _("%(what)s: %(names)s (%(count)d can do it).") % {
        "what": sentence,
        "names": names,
        "count": len(people),
    }


def _at_rest(text: Publishable, status: Status) -> str:
    """Nobody else has to act: a draft, or a text that was published."""
    if status is Status.DRAFT:
        author = text.created_by.name if text.created_by else ""
        return _("A draft: %(name)s submits it when it is ready.") % {"name": author or "—"}
    if text.is_scheduled and text.publish_at:
        return _("Appears on %(when)s (Beijing time).") % {"when": minute(text.publish_at)}
    if status is Status.PUBLISHED:
        return _("Citizens can read it.") if text.is_live else _("Its time is over: taken off.")
    if status is Status.WITHDRAWN:
        return _("Withdrawn: %(reason)s.") % {
            "reason": WithdrawReason(text.withdraw_reason).label if text.withdraw_reason else "—"
        }
    return str(status.label)


def minute(when: datetime) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}"


def next_right(text: Publishable) -> str | None:
    """The right the next step asks for, when the step is another person's."""
    status = Status(text.status)
    if status in REVIEW_STAGES:
        return STAGE_RIGHT[status]
    if status is Status.APPROVED:
        return "publish"
    if status is Status.PUBLISHED and text.retrospective_due is not None:
        return "review_final"
    return None


def people_for(text: Publishable, most: int = 50) -> list[User]:
    """Who can take the next step, by role and scope; of a review, only those with fresh eyes."""
    from civic.accounts import User

    right = next_right(text)
    if right is None:
        return []
    found = User.objects.filter(_in_roles_with(text, right), is_active=True)
    if right != "publish":
        seen = Review.objects.of(text).filter(
            is_current=True, verdict__in=[Review.Verdict.APPROVED, Review.Verdict.URGENT]
        )
        hands = [text.created_by_id, text.edited_by_id, text.submitted_by_id]
        found = found.exclude(pk__in=[pk for pk in hands if pk]).exclude(
            pk__in=seen.values("reviewer")
        )
    return list(found.distinct().order_by("username")[:most])


def reviewers_afterwards(texts: Sequence[Publishable]) -> dict[int, list[User]]:
    """{pk: who may review it}, as `people_for` says of each, at the same cost for any number."""
    if not texts:
        return {}
    from civic.accounts import User

    codename = f"{texts[0]._meta.app_label}.review_final_{texts[0]._meta.model_name}"
    granting = [role for role in ROLES if codename in role.codenames()]
    rows: Any = User.objects.filter(
        groups__name__in=[role.name for role in granting], is_active=True
    )
    people = list(rows.distinct().order_by("username").prefetch_related("groups"))
    seen = Review.objects.filter(
        content_type=ContentType.objects.get_for_model(texts[0]),
        object_id__in=[text.pk for text in texts],
        is_current=True,
        verdict__in=[Review.Verdict.APPROVED, Review.Verdict.URGENT],
    )
    hands: set[tuple[int, int | None]] = set(seen.values_list("object_id", "reviewer_id"))
    for text in texts:
        wrote = (text.created_by_id, text.edited_by_id, text.submitted_by_id)
        hands |= {(text.pk, pk) for pk in wrote}
    return {
        text.pk: [
            person
            for person in people
            if (text.pk, person.pk) not in hands
            and any(_reaches(person, role, text) for role in granting)
        ]
        for text in texts
    }


def _reaches(person: User, role: Role, text: Publishable) -> bool:
    """Whether the person has the role, and its scope holds the text."""
    if role.name not in {group.name for group in person.groups.all()}:
        return False
    unit = getattr(text, "unit", None)
    if role.scope is Scope.ALL or unit is None or person.unit is None:
        return role.scope is Scope.ALL
    if role.scope is Scope.REGION:
        return f"/{person.unit.region_id}/" in f"/{unit.region.path.strip('/')}/"
    return role.scope is Scope.UNIT and person.unit_id == unit.pk


def settlers(text: Publishable, most: int = 8) -> list[User]:
    """Who may change the text, and so settle its figures: those who wrote it first."""
    from civic.accounts import User

    hands = [pk for pk in (text.created_by_id, text.edited_by_id) if pk]
    found = User.objects.filter(_in_roles_with(text, "change"), is_active=True).distinct()
    wrote = Case(When(pk__in=hands, then=0), default=1)
    return list(found.annotate(wrote=wrote).order_by("wrote", "username")[:most])


def _in_roles_with(text: Publishable, right: str) -> Q:
    """Accounts whose role gives the right and whose scope holds the text."""
    codename = f"{text._meta.app_label}.{right}_{text._meta.model_name}"
    unit = getattr(text, "unit", None)
    wanted = Q(pk__in=[])
    for role in ROLES:
        if codename not in role.codenames():
            continue
        of_role = Q(groups__name=role.name)
        if role.scope is Scope.ALL:
            wanted |= of_role
        elif unit is not None and role.scope is Scope.REGION:
            above = [int(pk) for pk in unit.region.path.strip("/").split("/")]
            wanted |= of_role & Q(unit__region__in=above)
        elif unit is not None and role.scope is Scope.UNIT:
            wanted |= of_role & Q(unit=unit.pk)
    return wanted
