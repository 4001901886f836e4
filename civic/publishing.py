"""Publishing: the way of a text from draft through reviews to the public and off it again.

«三审三校»: who wrote or last edited a text never reviews it, nobody reviews it twice, and an edit
after approval sends it back. Every step is a Review row and an audit event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin

from civic import audit, citations
from civic.citations import Citation, Citing
from civic.reviews import Review, difference
from civic.scope import ScopedQuerySet
from civic.stages import (
    REVIEW_STAGES,
    STAGE_RIGHT,
    STAGES,
    STEPS,
    NoRight,
    Status,
    TransitionRefused,
    WithdrawReason,
)
from civic.versions import Changed, Versioned

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from civic.accounts import User

RETROSPECTIVE = timedelta(hours=24)
FARTHEST = timedelta(days=366)  # of a schedule


def permissions(model: str) -> list[tuple[str, StrOrPromise]]:
    """The rights of a publishable model, for its Meta.permissions."""
    return [
        (f"submit_{model}", _("Can submit for review")),
        (f"review_first_{model}", _("Can do the first review")),
        (f"review_second_{model}", _("Can do the second review")),
        (f"review_final_{model}", _("Can do the final review")),
        (f"publish_{model}", _("Can publish")),
        (f"publish_urgently_{model}", _("Can publish in an emergency")),
        (f"withdraw_{model}", _("Can withdraw")),
        (f"export_{model}", _("Can export the list")),
    ]


def _by(user: User) -> models.Q:
    """Written, edited or submitted by this person."""
    return models.Q(created_by=user) | models.Q(edited_by=user) | models.Q(submitted_by=user)


class PublishableQuerySet(ScopedQuerySet[Any]):
    def live(self, at: datetime | None = None) -> Self:
        """What the public sees at this moment. The only rule for it; `is_live` says the same."""
        now = at or timezone.now()
        return self.filter(status=Status.PUBLISHED, publish_at__lte=now).exclude(expire_at__lte=now)

    def in_review(self) -> Self:
        return self.filter(status__in=REVIEW_STAGES)

    def scheduled(self, at: datetime | None = None) -> Self:
        return self.filter(status=Status.PUBLISHED, publish_at__gt=at or timezone.now())

    def drafts_and_live(self, at: datetime | None = None) -> Self:
        """What is being written and what citizens read or soon will: its figures must hold."""
        gone = models.Q(status=Status.PUBLISHED, expire_at__lte=at or timezone.now())
        return self.exclude(status__in=(Status.WITHDRAWN, Status.ARCHIVED)).exclude(gone)

    def put_away(self, at: datetime | None = None) -> Self:
        """The others, without those withdrawn as out of date, which stay readable."""
        gone = models.Q(status=Status.PUBLISHED, expire_at__lte=at or timezone.now())
        off = models.Q(status__in=(Status.WITHDRAWN, Status.ARCHIVED))
        return self.filter(gone | off).exclude(withdraw_reason=WithdrawReason.OUTDATED)

    def citing(self) -> Self:
        """With a number that cites a figure."""
        return self.filter(pk__in=self._cited(Citation.objects.all()))

    def contradicted(self) -> Self:
        """Those being written or read with a figure that did not hold when last checked."""
        return self.drafts_and_live().filter(pk__in=self._cited(Citation.objects.failing()))

    def with_differing(self) -> Self:
        """`differing`: whether a figure of the text did not hold when last checked."""
        rows = self._cited(Citation.objects.failing()).filter(object_id=models.OuterRef("pk"))
        return self.annotate(differing=models.Exists(rows))

    def _cited(self, rows: models.QuerySet[Citation]) -> models.QuerySet[Any]:
        kind = ContentType.objects.get_for_model(self.model)
        return rows.filter(content_type=kind).order_by().values("object_id")

    def expired(self, at: datetime | None = None) -> Self:
        """Published, and taken off since by its own date."""
        return self.filter(status=Status.PUBLISHED, expire_at__lte=at or timezone.now())

    def awaiting(self, user: User) -> Self:
        """Texts in a stage this person may review and has no hand in."""
        label, model = self.model._meta.app_label, self.model._meta.model_name
        stages = [
            stage
            for stage, right in STAGE_RIGHT.items()
            if user.has_perm(f"{label}.{right}_{model}")
        ]
        return (
            self.visible_to(user)
            .filter(status__in=stages)
            .exclude(_by(user))
            .exclude(pk__in=self._reviewed_by(user, Review.Verdict.APPROVED))
        )

    def _reviewed_by(self, user: User, verdict: str) -> models.QuerySet[Any]:
        kind = ContentType.objects.get_for_model(self.model)
        return Review.objects.filter(
            content_type=kind, reviewer=user, verdict=verdict, is_current=True
        ).values("object_id")

    def owing_retrospective(self) -> Self:
        """Published in an emergency and not yet reviewed afterwards."""
        return self.filter(status=Status.PUBLISHED, retrospective_due__isnull=False)

    def awaiting_retrospective(self, user: User) -> Self:
        """Those of them this person may review: not their own, not published by them."""
        label, model = self.model._meta.app_label, self.model._meta.model_name
        if not user.has_perm(f"{label}.review_final_{model}"):
            return self.none()
        return (
            self.visible_to(user)
            .owing_retrospective()
            .exclude(_by(user))
            .exclude(pk__in=self._reviewed_by(user, Review.Verdict.URGENT))
        )

    def urgent_by(self, user: User) -> Self:
        """Those of them this person published: another one reviews them."""
        mine = self._reviewed_by(user, Review.Verdict.URGENT)
        return self.visible_to(user).owing_retrospective().filter(pk__in=mine)


class Publishable(Citing, Versioned):
    """A text that is reviewed, published, corrected and withdrawn."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=Status.choices,
        default=Status.DRAFT,
        db_index=True,
        editable=False,
    )
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True, db_index=True)
    expire_at = models.DateTimeField(_("take off at"), null=True, blank=True)
    first_published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, editable=False
    )
    withdraw_reason = models.CharField(
        _("reason for withdrawal"),
        max_length=12,
        choices=WithdrawReason.choices,
        blank=True,
        editable=False,
    )
    emergency_reason = models.CharField(
        _("reason for the emergency"), max_length=200, blank=True, editable=False
    )
    retrospective_due = models.DateTimeField(
        _("review afterwards due"), null=True, blank=True, editable=False
    )
    # As printed: the names by stage on the day of publication, [{"stage": …, "name": …}].
    imprint = models.JSONField(_("reviewed by"), default=list, blank=True, editable=False)
    # Shown to readers: [{"at": iso time, "text": …, "major": bool}], newest last.
    change_notes = models.JSONField(_("change notes"), default=list, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        null=True,
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last edited by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        null=True,
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        null=True,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    reviews = GenericRelation("civic.Review")

    # When it is shown, not what it says: a change of these alone asks for no new review.
    UNREVIEWED: tuple[str, ...] = ("expire_at",)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    # What the public sees -------------------------------------------------------------------

    def is_live_at(self, now: datetime) -> bool:
        return (
            self.status == Status.PUBLISHED
            and self.publish_at is not None
            and self.publish_at <= now
            and (self.expire_at is None or self.expire_at > now)
        )

    @property
    def is_live(self) -> bool:
        """The same rule as `PublishableQuerySet.live`; a test holds the two together."""
        return self.is_live_at(timezone.now())

    @property
    def is_scheduled(self) -> bool:
        return (
            self.status == Status.PUBLISHED
            and self.publish_at is not None
            and self.publish_at > timezone.now()
        )

    @property
    def may_wait(self) -> bool:
        """Whether it may be published at a later time."""
        return True

    @property
    def in_review(self) -> bool:
        return self.status in REVIEW_STAGES

    # What a subclass says -------------------------------------------------------------------

    @property
    def reviews_needed(self) -> int:
        """1, 2 or 3: how many reviews the text must pass."""
        return 3

    def review_text(self) -> str:
        """The whole text as plain lines, for the difference a reviewer sees."""
        return self.title

    def after_publish(self, by: User) -> None:
        """Runs inside the transaction of `publish`: index, merge of a correction, and the like."""

    def after_withdraw(self, by: User | None) -> None:
        """Runs inside the transaction of `withdraw`."""

    def after_set_expiry(self) -> None:
        """Runs inside the transaction of `set_expiry`."""

    def check_ready(self) -> None:
        """Raise TransitionRefused when a reader would miss something, or read a wrong figure."""
        if self.expire_at and self.expire_at <= timezone.now():
            raise TransitionRefused(gettext("It would be taken off before it appears."))
        citations.demand(self)

    # Steps ----------------------------------------------------------------------------------

    @property
    def stages(self) -> tuple[Status, ...]:
        return STAGES[self.reviews_needed]

    def may(self, by: User, right: str) -> bool:
        meta = self._meta
        return by.is_active and by.has_perm(f"{meta.app_label}.{right}_{meta.model_name}")

    def edited(self, *, by: User) -> None:
        """Note who edited; in review or approved, send the text back to draft.

        Call it after the form's save, in the same transaction.
        """
        changes: dict[str, Any] = {"edited_by": by}
        if self.in_review or self.status == Status.APPROVED:
            self.note(Review.Verdict.RESET, by, gettext("Edited after submission."))
            self.reviews.update(is_current=False)
            changes["status"] = Status.DRAFT
        type(self)._default_manager.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    @transaction.atomic
    def submit(self, *, by: User, version: int | None = None) -> None:
        """Draft → first stage of its channel."""
        self.demand(by, "submit", version)
        if self.status != Status.DRAFT:
            raise TransitionRefused(gettext("Only a draft can be submitted."))
        self.check_ready()
        self.reviews.update(is_current=False)
        self._step(self.stages[0], Review.Verdict.SUBMITTED, by, submitted_by=by)

    @transaction.atomic
    def approve(self, *, by: User, opinion: str = "", version: int | None = None) -> None:
        """The review of the stage the text is in; after the last one it is approved."""
        if not self.in_review:
            raise TransitionRefused(gettext("This text is not under review."))
        self.demand(by, STAGE_RIGHT[Status(self.status)], version)
        self.demand_fresh_eyes(by)
        at = self.stages.index(Status(self.status)) if self.status in self.stages else None
        if at is None:  # the channel asks for fewer reviews than when it was submitted
            target = Status.FINAL
        else:
            target = self.stages[at + 1] if at + 1 < len(self.stages) else Status.APPROVED
        self._step(target, Review.Verdict.APPROVED, by, opinion)

    @transaction.atomic
    def send_back(self, *, by: User, opinion: str, version: int | None = None) -> None:
        """A reviewer returns the text to its author, saying why."""
        if not (self.in_review or self.status == Status.APPROVED):
            raise TransitionRefused(gettext("This text is not under review."))
        right = STAGE_RIGHT.get(Status(self.status), "review_final")
        self.demand(by, right, version)
        if not opinion.strip():
            raise TransitionRefused(gettext("Say what has to be changed."))
        self._step(Status.DRAFT, Review.Verdict.RETURNED, by, opinion)
        self.reviews.update(is_current=False)

    @transaction.atomic
    def recall(self, *, by: User, version: int | None = None) -> None:
        """The author takes the text back from review."""
        self.demand(by, "submit", version)
        if not self.in_review:
            raise TransitionRefused(gettext("This text is not under review."))
        if by.pk not in (self.created_by_id, self.submitted_by_id):
            raise TransitionRefused(gettext("Only its author can take a text back."))
        self._step(Status.DRAFT, Review.Verdict.RECALLED, by)
        self.reviews.update(is_current=False)

    @transaction.atomic
    def publish(self, *, by: User, at: datetime | None = None, version: int | None = None) -> None:
        """Approved → published, now or at a later time; never in the past."""
        self.demand(by, "publish", version)
        if self.status != Status.APPROVED:
            raise TransitionRefused(gettext("Only an approved text can be published."))
        self.check_ready()
        self._publish(by, at, Review.Verdict.PUBLISHED, "")

    @transaction.atomic
    def publish_urgently(self, *, by: User, reason: str, version: int | None = None) -> None:
        """Any unpublished text → published at once; opens a 24-hour review afterwards."""
        self.demand(by, "publish_urgently", version)
        if not reason.strip():
            raise TransitionRefused(gettext("Say why this cannot wait for its reviews."))
        if self.status not in (Status.DRAFT, Status.APPROVED, *REVIEW_STAGES):
            raise TransitionRefused(gettext("Only an unpublished text can be published."))
        if self.status == Status.APPROVED and self.may(by, "publish"):
            raise TransitionRefused(
                gettext("All its reviews are passed: publish it in the ordinary way.")
            )
        self.check_ready()
        due = timezone.now() + RETROSPECTIVE
        self.reviews.update(is_current=False)
        self._publish(
            by,
            None,
            Review.Verdict.URGENT,
            reason,
            emergency_reason=reason.strip()[:200],
            retrospective_due=due,
        )

    @transaction.atomic
    def review_afterwards(self, *, by: User, opinion: str = "", version: int | None = None) -> None:
        """The review after an emergency publication. A bad text is withdrawn instead."""
        self.demand(by, "review_final", version)
        if self.retrospective_due is None:
            raise TransitionRefused(gettext("This text owes no review."))
        self.demand_fresh_eyes(by)
        if self.was_urgent_by(by):
            raise TransitionRefused(
                gettext("Who published a text in an emergency cannot review it.")
            )
        self.note(Review.Verdict.AFTERWARDS, by, opinion)
        self.claim(self.version, retrospective_due=None, imprint=self._names())
        self._audit("review_afterwards", by, opinion=opinion)

    @transaction.atomic
    def unschedule(self, *, by: User, version: int | None = None) -> None:
        """Scheduled → approved, before it appeared."""
        self.demand(by, "publish", version)
        self._unschedule(by, "")

    @transaction.atomic
    def take_off_schedule(self, *, why: str) -> None:
        """What the clock does with a scheduled text that may not appear as it stands."""
        self._unschedule(None, why)

    def _unschedule(self, by: User | None, opinion: str) -> None:
        if not self.is_scheduled:
            raise TransitionRefused(gettext("It has appeared already. Withdraw it instead."))
        first = None if self.first_published_at == self.publish_at else self.first_published_at
        self._step(
            Status.APPROVED,
            Review.Verdict.UNSCHEDULED,
            by,
            opinion,
            publish_at=None,
            first_published_at=first,
        )
        self.after_withdraw(by)

    @transaction.atomic
    def withdraw(
        self, *, by: User, reason: str, opinion: str = "", version: int | None = None, **extra: Any
    ) -> None:
        """Published → withdrawn; the reason decides what the old address answers."""
        self.demand(by, "withdraw", version)
        if self.status != Status.PUBLISHED:
            raise TransitionRefused(gettext("Only a published text can be withdrawn."))
        if self.is_scheduled:
            raise TransitionRefused(
                gettext("It has not appeared yet: cancel its schedule instead.")
            )
        if reason not in WithdrawReason.values:
            raise TransitionRefused(gettext("Choose why it is withdrawn."))
        self._step(
            Status.WITHDRAWN,
            Review.Verdict.WITHDRAWN,
            by,
            opinion or str(WithdrawReason(reason).label),
            withdraw_reason=reason,
            retrospective_due=None,
            **extra,
        )
        self.after_withdraw(by)

    @transaction.atomic
    def reopen(self, *, by: User, version: int | None = None) -> None:
        """Withdrawn → draft: it must pass every review again before it returns."""
        self.demand(by, "submit", version)
        if self.status != Status.WITHDRAWN:
            raise TransitionRefused(gettext("Only a withdrawn text can be reopened."))
        self.reviews.update(is_current=False)
        self._step(
            Status.DRAFT, Review.Verdict.REOPENED, by, withdraw_reason="", emergency_reason=""
        )

    @transaction.atomic
    def archive(self, *, by: User, version: int | None = None) -> None:
        """A text nobody works on any more leaves the desk for good."""
        self.demand(by, "submit", version)
        if self.status not in (Status.DRAFT, Status.APPROVED, Status.WITHDRAWN):
            raise TransitionRefused(
                gettext("Only a draft, an approved or a withdrawn text can be archived.")
            )
        self._step(Status.ARCHIVED, Review.Verdict.ARCHIVED, by)

    @property
    def may_expire_anew(self) -> bool:
        """Reviewed, and not gone for good: the time it is taken off may still be set."""
        return self.status in (Status.APPROVED, Status.PUBLISHED)

    @transaction.atomic
    def set_expiry(self, *, by: User, at: datetime | None, version: int | None = None) -> None:
        """When it is taken off by itself; None: never. The text stays, so do its reviews."""
        self.demand(by, "publish", version)
        if not self.may_expire_anew:
            raise TransitionRefused(
                gettext("Only an approved or a published text is taken off at a time.")
            )
        if at is not None and at <= max(timezone.now(), self.publish_at or timezone.now()):
            raise TransitionRefused(gettext("Choose a time that is still to come."))
        was_over = self.status == Status.PUBLISHED and not (self.is_live or self.is_scheduled)
        before = self.expire_at
        self._set(expire_at=at)
        if was_over:  # citizens read it again: nothing in it may have gone wrong meanwhile
            self.check_ready()
        self._audit("expiry_set", by, before=_iso(before), after=_iso(at))
        self.after_set_expiry()

    # How a step is taken --------------------------------------------------------------------

    def _set(self, **changes: Any) -> None:
        """Claim the row with these changes, in words a clerk understands when it is too late."""
        try:
            self.claim(self.version, **changes)
        except Changed as error:
            raise TransitionRefused(
                gettext("The text was changed since you looked at it. Read it again first.")
            ) from error

    def _publish(
        self, by: User, at: datetime | None, verdict: str, opinion: str, **extra: Any
    ) -> None:
        now = timezone.now()
        when = at if at and at > now else now
        if when > now and not self.may_wait:
            raise TransitionRefused(gettext("This can only be published at once."))
        if when > now + FARTHEST:
            raise TransitionRefused(gettext("Choose a time within the next 366 days."))
        if self.expire_at and self.expire_at <= when:
            raise TransitionRefused(gettext("It would be taken off before it appears."))
        self._step(
            Status.PUBLISHED,
            verdict,
            by,
            opinion,
            publish_at=when,
            first_published_at=self.first_published_at or when,
            imprint=self._names(),
            withdraw_reason="",
            **extra,
        )
        self.after_publish(by)

    def demand(self, by: User, right: str, version: int | None) -> None:
        """Raise NoRight or TransitionRefused: the right, the scope, the version looked at."""
        if not self.may(by, right):
            raise NoRight(gettext("You have no right to do this."))
        rows: Any = type(self)._default_manager
        if not rows.visible_to(by).filter(pk=self.pk).exists():
            raise NoRight(gettext("This text belongs to another unit."))
        if version is not None and version != self.version:
            raise TransitionRefused(
                gettext("The text was changed since you looked at it. Read it again first.")
            )

    def demand_fresh_eyes(self, by: User) -> None:
        if by.pk in (self.created_by_id, self.edited_by_id, self.submitted_by_id):
            raise TransitionRefused(gettext("Who wrote or edited a text cannot review it."))
        if Review.objects.of(self).filter(
            verdict=Review.Verdict.APPROVED, reviewer=by, is_current=True
        ):
            raise TransitionRefused(
                gettext("You have reviewed this text already; the next review is another person's.")
            )

    def _step(
        self, target: Status, verdict: str, by: User | None, opinion: str = "", **changes: Any
    ) -> None:
        before = Status(self.status)
        if target not in STEPS[before]:
            raise TransitionRefused(
                gettext("A text that is «%(before)s» cannot become «%(target)s».")
                % {"before": before.label, "target": target.label}
            )
        self.note(verdict, by, opinion)
        self._set(status=target, **changes)
        self._audit(verdict, by, before=before.value, after=target.value, opinion=opinion)

    def note(self, verdict: str, by: User | None, opinion: str) -> None:
        """Write the Review row, with the difference to the text of the row before it."""
        text = self.review_text()
        last = Review.objects.of(self).first()
        Review.objects.create(
            content_object=self,
            text_version=self.version,
            stage=self.status,
            verdict=verdict,
            reviewer=by,
            reviewer_name=by.name if by else gettext("The clock"),
            opinion=opinion.strip()[:1000],
            text=text,
            difference=difference(last.text, text) if last else "",
        )

    def was_urgent_by(self, person: User) -> bool:
        """Whether this person published it in the emergency that is still to be reviewed."""
        return (
            Review.objects.of(self)
            .filter(verdict=Review.Verdict.URGENT, reviewer=person, is_current=True)
            .exists()
        )

    def _names(self) -> list[dict[str, str]]:
        """Who approved the text as it now stands, in order: [{"stage": …, "name": …}]."""
        rows = Review.objects.of(self).filter(
            is_current=True,
            verdict__in=[Review.Verdict.APPROVED, Review.Verdict.AFTERWARDS],
        )
        return [{"stage": row.stage, "name": row.reviewer_name} for row in rows.order_by("pk")]

    def _audit(self, act: str, by: User | None, **detail: Any) -> None:
        actor = "" if by else gettext("The clock")
        detail["version"] = self.version
        audit.record(f"publishing.{act}", by=by, target=self, actor=actor, **detail)


def _iso(when: datetime | None) -> str:
    return when.isoformat() if when else ""


def slug_for(title: str, taken: models.QuerySet[Any], fallback: str = "t") -> str:
    """A pinyin address of at most 60 characters that no row of `taken` has."""
    base = slugify("-".join(lazy_pinyin(title[:24])))[:60].strip("-") or fallback
    slug, number = base, 1
    while taken.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


# Written by steps only; no form and no import may set them.
FIELDS_OF_STATE = (
    "status",
    "version",
    "publish_at",
    "first_published_at",
    "withdraw_reason",
    "emergency_reason",
    "retrospective_due",
    "imprint",
    "change_notes",
    "created_by",
    "edited_by",
    "submitted_by",
)
