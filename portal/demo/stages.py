"""The demo's texts that are not simply public: brought, step by step, to where they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.utils import timezone

from civic.stages import Status, WithdrawReason
from portal.demo.pending import Pending
from portal.demo.writing import House, publish, review, write
from releases import actions
from releases.models import Release

# title: (right, wrong): how it first went out; `correct` puts it right.
WRONG_AT_FIRST = {"斑马线前让一让，礼让率升到百分之九十六": ("提高四个百分点", "提高六个百分点")}
CORRECTION_NOTE = "更正：停让比例“比去年同期提高六个百分点”，应为“提高四个百分点”。"
SUCCESSOR = "关于开展第九次模拟测评问题整改复核的通知"


def bring(house: House, pending: Pending) -> Release:
    """The text, as far as it has come."""
    release = write(house, pending.text, house.people[pending.author])
    STATES[pending.state](house, pending, release)
    return release


def _draft(house: House, pending: Pending, release: Release) -> None:
    """Nothing more: its author is still at it."""


def _in_review(until: Status | None) -> Callable[[House, Pending, Release], None]:
    def step(house: House, pending: Pending, release: Release) -> None:
        review(house, release, until)

    return step


def _returned(house: House, pending: Pending, release: Release) -> None:
    review(house, release, Status.FIRST)
    release.send_back(by=house.people["reviewer1"], opinion=pending.words)


def _scheduled(house: House, pending: Pending, release: Release) -> None:
    review(house, release)
    tomorrow = timezone.localtime(house.now).date() + timedelta(days=1)
    at = timezone.make_aware(datetime.combine(tomorrow, time(9)))
    release.publish(by=house.people["reviewer3"], at=at)


def _urgent(house: House, pending: Pending, release: Release) -> None:
    release.publish_urgently(by=house.people["chief"], reason=pending.words)


def _withdrawn(reason: WithdrawReason) -> Callable[[House, Pending, Release], None]:
    def step(house: House, pending: Pending, release: Release) -> None:
        publish(house, release, house.when(pending.text))
        successor = Release.objects.filter(title=SUCCESSOR).first()
        release.withdraw(
            by=house.people["reviewer3"],
            reason=reason,
            opinion=pending.words,
            superseded_by=successor if reason is WithdrawReason.SUPERSEDED else None,
        )

    return step


STATES: dict[str, Callable[[House, Pending, Release], None]] = {
    "draft": _draft,
    "first": _in_review(Status.FIRST),
    "second": _in_review(Status.SECOND),
    "final": _in_review(Status.FINAL),
    "returned": _returned,
    "approved": _in_review(None),
    "scheduled": _scheduled,
    "urgent": _urgent,
    "withdrawn_error": _withdrawn(WithdrawReason.ERROR),
    "withdrawn_superseded": _withdrawn(WithdrawReason.SUPERSEDED),
    "withdrawn_outdated": _withdrawn(WithdrawReason.OUTDATED),
}


def correct(house: House) -> None:
    """What went out wrong is corrected by a working copy that passes all reviews again."""
    editor = house.people["editor"]
    for title, (right, wrong) in WRONG_AT_FIRST.items():
        release = Release.objects.get(title=title)
        copy = actions.start_correction(release=release, by=editor)
        copy.body = copy.body.replace(wrong, right)
        copy.summary = copy.summary.replace(wrong, right)
        copy.correction_note = CORRECTION_NOTE
        copy.save()
        review(house, copy)
        copy.publish(by=house.people["reviewer3"])
