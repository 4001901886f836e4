"""Press conferences: who sat on the platform, what was asked, who answered what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civic import richtext
from civic.scope import ScopedQuerySet
from releases.releases import Release


def new_mark() -> str:
    """Eight letters and digits that no other question of the page has."""
    return secrets.token_hex(4)


class SpeakerQuerySet(ScopedQuerySet["Speaker"]):
    unit_lookup = "release__unit"
    region_lookup = "release__unit__region"

    def public(self) -> Self:
        """Of conferences the public sees now."""
        return self.filter(release__in=Release.objects.live().conferences())


class Speaker(models.Model):
    """A person on the platform, with the post held that day."""

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        PRESENTER = "presenter", _("Presenter")

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="speakers")
    role = models.CharField(_("part"), max_length=10, choices=Role.choices, default=Role.PRESENTER)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=40, db_index=True)
    post = models.CharField(_("post held that day"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "role", "name"],
                name="speaker_once",
                violation_error_message=_("This speaker is already listed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.name}".strip()


class QuestionQuerySet(ScopedQuerySet["Question"]):
    unit_lookup = "release__unit"
    region_lookup = "release__unit__region"

    def public(self) -> Self:
        return self.filter(release__in=Release.objects.live().originals().conferences())

    def answered(self) -> Self:
        return self.filter(models.Exists(Answer.objects.filter(question=models.OuterRef("pk"))))


class Question(models.Model):
    """What a journalist asked: outlet, reporter, words."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    outlet = models.CharField(_("outlet"), max_length=60, blank=True, db_index=True)
    reporter = models.CharField(_("reporter"), max_length=40, blank=True)
    text = models.TextField(_("question"), max_length=2000)
    topic_words = models.CharField(_("topic"), max_length=60, blank=True)
    # Names the question on its page for ever, also when a correction draws the rows anew.
    mark = models.CharField(max_length=12, default=new_mark, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def anchor(self) -> str:
        """The fragment of this question on its page."""
        return f"q-{self.mark}"


class Answer(models.Model):
    """What a speaker answered; several people may answer one question, in order."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    speaker = models.ForeignKey(
        Speaker,
        verbose_name=_("speaker"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers",
    )
    name = models.CharField(_("answerer"), max_length=40, blank=True)
    post = models.CharField(_("post held that day"), max_length=120, blank=True)
    body = richtext.RichTextField(_("answer"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.post} {self.name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if richtext.picture_keys(self.body):
            self.question.release.note_pictures()
        if not is_new or richtext.cited(self.body):
            self.question.release.note_citations()


@dataclass
class Exchange:
    """A question with its answers in order."""

    question: Question
    answers: list[Answer]


def exchanges_of(release: Release) -> list[Exchange]:
    """Questions with their answers, in one query."""
    rows = (
        release.questions.annotate(
            answer_id=models.F("answers__pk"),
            answer_name=models.F("answers__name"),
            answer_post=models.F("answers__post"),
            answer_body=models.F("answers__body"),
        )
        .order_by("order", "pk", "answers__order", "answers__pk")
        .iterator()
    )
    found = []
    for _pk, group in groupby(rows, key=lambda row: row.pk):
        answered: list[Any] = list(group)
        answers = [
            Answer(name=row.answer_name, post=row.answer_post, body=row.answer_body)
            for row in answered
            if row.answer_id
        ]
        found.append(Exchange(answered[0], answers))
    return found
