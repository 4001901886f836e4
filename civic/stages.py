"""Stages: the states of a published text, the steps between them, and what refuses a step."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TransitionRefused(Exception):
    """A step that may not be taken now, or not by this person. The text is for the clerk."""


class NoRight(TransitionRefused):
    """Refused because of who asks, whatever the state of the text."""


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    FIRST = "first_review", _("First review")
    SECOND = "second_review", _("Second review")
    FINAL = "final_review", _("Final review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ARCHIVED = "archived", _("Archived")


class WithdrawReason(models.TextChoices):
    """Why a text was taken off; decides what its address answers."""

    ERROR = "error", _("It was wrong")  # 410 Gone
    SUPERSEDED = "superseded", _("It was superseded")  # 301 to its successor
    OUTDATED = "outdated", _("It is out of date")  # 200 with a banner, out of every list


# The stages a text passes, by how many reviews its channel asks for.
STAGES: dict[int, tuple[Status, ...]] = {
    1: (Status.FINAL,),
    2: (Status.FIRST, Status.FINAL),
    3: (Status.FIRST, Status.SECOND, Status.FINAL),
}
REVIEW_STAGES = STAGES[3]

# Which right a review at this stage asks for.
STAGE_RIGHT = {
    Status.FIRST: "review_first",
    Status.SECOND: "review_second",
    Status.FINAL: "review_final",
}

STEPS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({*REVIEW_STAGES, Status.PUBLISHED, Status.ARCHIVED}),
    Status.FIRST: frozenset({Status.SECOND, Status.FINAL, Status.DRAFT, Status.PUBLISHED}),
    Status.SECOND: frozenset({Status.FINAL, Status.DRAFT, Status.PUBLISHED}),
    Status.FINAL: frozenset({Status.APPROVED, Status.DRAFT, Status.PUBLISHED}),
    Status.APPROVED: frozenset({Status.PUBLISHED, Status.DRAFT, Status.ARCHIVED}),
    # Approved: a schedule is cancelled. Archived: a correction has gone into its original.
    Status.PUBLISHED: frozenset({Status.WITHDRAWN, Status.APPROVED, Status.ARCHIVED}),
    Status.WITHDRAWN: frozenset({Status.DRAFT, Status.ARCHIVED}),
    Status.ARCHIVED: frozenset(),
}
