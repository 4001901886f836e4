"""Rules of proofreading, what was decided about their hits, and the results kept with a review."""

from __future__ import annotations

from datetime import UTC
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic.reviews import Review
from civic.versions import Versioned
from releases.proofreading.hits import Grade, Hit, Kind
from releases.proofreading.patterns import LONGEST, PatternRefused, compiled
from releases.proofreading.terms import Term, shipped, words_of


class TermRuleQuerySet(models.QuerySet["TermRule"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def as_terms(self) -> list[Term]:
        """For the engine; the rules that came with the program where there are none at all."""
        rows = list(self.in_use().order_by("pk"))
        if rows or self.exists():
            return [row.as_term() for row in rows]
        return list(shipped())


class TermRule(Versioned):
    """One rule of the office's list of words."""

    class Kind(models.TextChoices):
        WRONG = Kind.WRONG.value, _("Wrong word")
        FORBIDDEN = Kind.FORBIDDEN.value, _("Forbidden word")
        OUTDATED = Kind.OUTDATED.value, _("Outdated word")
        TITLE = Kind.TITLE.value, _("Name and post")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.WRONG)
    grade = models.CharField(_("grade"), max_length=8, choices=Grade.choices, default=Grade.HINT)
    pattern = models.CharField(
        _("finds"),
        max_length=LONGEST,
        unique=True,
        help_text=_("The word as it stands in the text; of a name and post, the name."),
    )
    is_regex = models.BooleanField(
        _("is an expression"),
        default=False,
        help_text=_("With classes [ ], alternatives (a|b) and {1,10}; without * and +."),
    )
    correction = models.CharField(
        _("better"),
        max_length=120,
        blank=True,
        help_text=_("What to write instead; of a name and post, the post."),
    )
    near = models.CharField(
        _("only near"),
        max_length=200,
        blank=True,
        help_text=_("One of these words must stand in the same sentence. Separated by commas."),
    )
    unless = models.CharField(
        _("not in"),
        max_length=200,
        blank=True,
        help_text=_("Inside one of these words it is right. Separated by commas."),
    )
    note = models.CharField(_("why"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = TermRuleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("proofreading rule")
        verbose_name_plural = _("proofreading rules")
        ordering = ["kind", "pattern"]
        permissions: ClassVar[list[tuple[str, Any]]] = [
            ("import_termrule", _("Can import the list")),
            ("export_termrule", _("Can export the list")),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} → {self.correction}" if self.correction else self.pattern

    def clean(self) -> None:
        faults = self.faults()
        if faults:
            raise ValidationError(faults)

    def faults(self) -> dict[str, str]:
        """{field: why} of what the engine could not use."""
        found: dict[str, str] = {}
        if not (self.pattern or "").strip():
            found["pattern"] = gettext("Say what it finds.")
        elif self.is_regex:
            try:
                compiled(self.pattern)
            except PatternRefused as refusal:
                found["pattern"] = str(refusal)
        elif len(self.pattern.strip()) < 2:
            found["pattern"] = gettext("A single character stands in too many words.")
        if self.kind == self.Kind.TITLE and not self.correction:
            found["correction"] = gettext("Give the post of this person.")
        if self.correction and self.correction == self.pattern:
            found["correction"] = gettext("This is the same word.")
        return found

    def as_term(self) -> Term:
        return Term(
            kind=self.kind,
            grade=self.grade,
            pattern=self.pattern,
            correction=self.correction,
            near=words_of(self.near),
            unless=words_of(self.unless),
            is_regex=self.is_regex,
            note=self.note,
        )


class HitDecision(models.Model):
    """What a person decided about a hit of a release. It stands while the sentence stands."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Will be changed")
        IGNORED = "ignored", _("Kept as it is")
        FIXED = "fixed", _("Fixed")

    release = models.ForeignKey(
        "releases.Release", on_delete=models.CASCADE, related_name="hit_decisions"
    )
    key = models.CharField(max_length=24, editable=False)
    rule = models.CharField(_("rule"), max_length=160)
    text = models.CharField(_("text"), max_length=200)
    sentence = models.CharField(_("sentence"), max_length=400)
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    by_name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("decision about a hit")
        verbose_name_plural = _("decisions about hits")
        constraints = [
            models.UniqueConstraint(fields=["release", "key"], name="hit_decided_once"),
            models.CheckConstraint(
                condition=~models.Q(verdict="ignored") | ~models.Q(reason=""),
                name="hit_ignored_with_reason",
                violation_error_message=_("Say why it is kept."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}: {self.get_verdict_display()}"

    @property
    def stamp(self) -> str:
        """Which decision a page showed; another of the same hit, or the same anew, has another."""
        return f"{self.pk}-{self.at.astimezone(UTC):%Y%m%d%H%M%S%f}"

    def describe(self, hit: Hit) -> None:
        self.rule, self.text, self.sentence = hit.rule[:160], hit.text[:200], hit.sentence[:400]


class ReviewProof(models.Model):
    """The hits of a text as it went through a step, with what had been decided about each."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="proof")
    # [{…of the hit, "where", "verdict", "reason", "by"}]
    hits = models.JSONField(_("hits"), default=list)
    notes = models.JSONField(_("notes"), default=list)

    class Meta:
        verbose_name = _("proofreading of a step")
        verbose_name_plural = _("proofreading of steps")

    def __str__(self) -> str:
        return gettext("%(n)d hits") % {"n": len(self.hits)}
