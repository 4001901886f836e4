"""Releases: news, notices and press conferences; what a step asks of them and does to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import citations, publishing, richtext
from civic.declared import http_only
from civic.pictures import Picture
from civic.publishing import (
    FARTHEST,
    Publishable,
    PublishableQuerySet,
    Status,
    TransitionRefused,
    WithdrawReason,
)
from civic.units import Unit
from releases.channels import Channel
from releases.figureblocks import FigureBlock
from releases.proofreading.proofread import Proofread

if TYPE_CHECKING:
    from civic.accounts import User
    from releases.conferences import Answer
    from releases.topics import Topic


class ReleaseQuerySet(PublishableQuerySet):
    unit_lookup = "unit"
    region_lookup = "unit__region"

    def for_cards(self) -> Self:
        """What a list shows: without the body, but with its beginning where a summary lacks."""
        opening = models.Case(
            models.When(summary="", then=Left("body", 600)), default=models.Value("")
        )
        cards = self.select_related("channel", "unit", "cover").defer("body")
        return cards.annotate(opening=opening)

    def for_page(self) -> Self:
        """What a release page needs of the row itself, in one query."""
        return self.select_related("channel__parent__parent", "unit", "cover")

    def newest_first(self) -> Self:
        return self.order_by("-publish_at", "-pk")

    def pinned_first(self) -> Self:
        now = timezone.now()
        return self.annotate(
            is_pinned=models.Case(
                models.When(pinned_until__gt=now, then=models.Value(1)),
                default=models.Value(0),
            )
        ).order_by("-is_pinned", "-publish_at", "-pk")

    def in_channel(self, channel: Channel) -> Self:
        """Of the channel and those under it."""
        return self.filter(channel__path_order__startswith=channel.path_order)

    def about(self, topics: Iterable[Topic]) -> Self:
        """Of at least one of the topics, each once."""
        rows = Release.topics.through.objects.filter(topic_id__in=[one.pk for one in topics])
        return self.filter(pk__in=rows.values("release_id"))

    def conferences(self) -> Self:
        return self.filter(kind=Release.Kind.CONFERENCE)

    def notices(self) -> Self:
        """Notices wherever they stand, and whatever stands in a column of notices."""
        return self.filter(
            models.Q(kind=Release.Kind.NOTICE) | models.Q(channel__type=Channel.Type.NOTICE)
        )

    def originals(self) -> Self:
        """Without the working copies of corrections."""
        return self.filter(corrects=None)

    def outdated(self) -> Self:
        """Withdrawn as out of date: no list shows them, their address still does."""
        return self.filter(
            status__in=(Status.WITHDRAWN, Status.ARCHIVED),
            withdraw_reason=WithdrawReason.OUTDATED,
        )


class WholeText(models.Model):
    """In a row of the content history: the text with its speakers, questions and files."""

    full_text = models.TextField(default="", blank=True, editable=False)

    class Meta:
        abstract = True


class Release(Proofread, Publishable):
    """A text the office publishes: news, notice or press conference."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        NOTICE = "notice", _("Notice")
        CONFERENCE = "conference", _("Press conference")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.NEWS)
    channel = models.ForeignKey(
        Channel, verbose_name=_("channel"), on_delete=models.PROTECT, related_name="releases"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="releases"
    )
    summary = models.CharField(
        _("summary"),
        max_length=200,
        blank=True,
        help_text=_("Two sentences for lists and search engines; left empty, the text begins it."),
    )
    body = richtext.RichTextField(_("text"), blank=True)
    keywords = models.CharField(
        _("keywords"), max_length=120, blank=True, help_text=_("Separated by commas.")
    )
    writer = models.CharField(_("written by"), max_length=60, blank=True)
    source_name = models.CharField(_("source"), max_length=60, blank=True)
    source_url = models.CharField(
        _("source link"), max_length=300, blank=True, validators=[http_only]
    )
    original_title = models.CharField(_("original title"), max_length=120, blank=True)
    original_at = models.DateTimeField(_("originally published"), null=True, blank=True)
    cover = models.ForeignKey(
        Picture,
        verbose_name=_("lead picture"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cover_of",
    )
    cover_alt = models.CharField(
        _("alternative text of the lead picture"),
        max_length=120,
        blank=True,
        help_text=_("Only for this text; left empty, the picture's own stands."),
    )
    topics: models.ManyToManyField[Topic, Any] = models.ManyToManyField(
        "Topic", verbose_name=_("topics"), blank=True, related_name="releases"
    )
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    UNREVIEWED = ("expire_at", "pinned_until")

    # Press conference
    held_at = models.DateTimeField(_("held at"), null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=80, blank=True)
    organizer = models.CharField(_("held by"), max_length=80, blank=True)

    # Correction: a working copy of a published release, merged into it when published.
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        editable=False,
    )
    correction_note = models.CharField(_("change note for readers"), max_length=200, blank=True)
    correction_is_major = models.BooleanField(_("major change"), default=False)
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("superseded by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        editable=False,
    )
    # The pictures the body shows, read from it at every save.
    body_pictures = models.ManyToManyField(
        Picture, blank=True, related_name="shown_in", editable=False
    )

    objects = ReleaseQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["imprint", "change_notes"], bases=[WholeText])

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-pk"]
        permissions = [
            *publishing.permissions("release"),
            ("import_release", _("Can import a transcript")),
            ("pin_release", _("Can pin to the top")),
        ]
        indexes = [
            models.Index(fields=["status", "-publish_at"], name="release_live"),
            models.Index(fields=["channel", "status", "-publish_at"], name="release_in_channel"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expire_at=None)
                | models.Q(publish_at=None)
                | models.Q(expire_at__gt=models.F("publish_at")),
                name="release_expires_after_publishing",
                violation_error_message=_("It must be taken off after it was published."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(publish_at__isnull=False),
                name="release_published_has_time",
                violation_error_message=_("A published text has a time of publication."),
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=~models.Q(status="archived"),
                name="release_one_open_correction",
                violation_error_message=_("A correction of this release is already under way."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = publishing.slug_for(
                self.title, Release.objects.exclude(pk=self.pk), fallback=self.kind
            )
        is_new = self._state.adding
        super().save(*args, **kwargs)
        self.note_pictures()
        if not is_new or richtext.cited(self.body):
            self.note_citations()

    def get_absolute_url(self) -> str:
        """By the day it first appeared, which stays; a draft has the day it was begun."""
        day = timezone.localtime(self.first_published_at or self.publish_at or self.created_at)
        return reverse(
            "releases:detail",
            kwargs={
                "year": f"{day:%Y}",
                "month": f"{day:%m}",
                "day": f"{day:%d}",
                "slug": self.slug,
            },
        )

    def get_admin_url(self) -> str:
        return reverse("admin:releases_release_change", args=[self.pk])

    def get_preview_url(self) -> str:
        return reverse("admin:releases_release_preview", args=[self.pk])

    @property
    def reviews_needed(self) -> int:
        return self.channel.reviews_needed

    @property
    def is_conference(self) -> bool:
        return self.kind == self.Kind.CONFERENCE

    @property
    def may_wait(self) -> bool:
        """A correction goes into its original at once: it has no time of its own."""
        return self.corrects_id is None

    @property
    def keyword_list(self) -> list[str]:
        words = self.keywords.replace("，", ",").split(",")
        return [word.strip() for word in words if word.strip()]

    @property
    def is_pinned_now(self) -> bool:
        return self.pinned_until is not None and self.pinned_until > timezone.now()

    @property
    def may_be_unpinned(self) -> bool:
        """Pinned by a step that may be taken back."""
        return self.is_pinned_now and self.status in (Status.APPROVED, Status.PUBLISHED)

    @property
    def may_be_pinned(self) -> bool:
        """Reviewed, and citizens read it or soon will; a correction has no place of its own."""
        shown = self.status == Status.APPROVED or self.is_scheduled or self.is_live
        return shown and self.corrects_id is None

    @property
    def cover_words(self) -> str:
        """What the lead picture shows, as this text says it."""
        return self.cover_alt or (self.cover.alt if self.cover else "")

    @property
    def lead_picture(self) -> Picture | None:
        """The lead picture with the words this text has for it; not to be saved."""
        if self.cover is None or not self.cover_alt:
            return self.cover
        worded = copy(self.cover)
        worded.alt = self.cover_alt
        return worded

    @property
    def teaser(self) -> str:
        """The summary, or the beginning of the text."""
        if self.summary:
            return self.summary
        opening = getattr(self, "opening", None)
        text = richtext.plain(self.body if opening is None else opening).replace("\n", " ")
        return text if len(text) <= 100 else f"{text[:99]}…"

    @property
    def is_off(self) -> bool:
        """Whether it was withdrawn; its reason still decides what its address answers."""
        return self.status in (Status.WITHDRAWN, Status.ARCHIVED) and bool(self.withdraw_reason)

    @property
    def is_outdated(self) -> bool:
        """The same rule as `ReleaseQuerySet.outdated`."""
        return self.is_off and self.withdraw_reason == WithdrawReason.OUTDATED

    @property
    def is_expired(self) -> bool:
        """Published, and its time is over."""
        now = timezone.now()
        return (
            self.status == Status.PUBLISHED and self.expire_at is not None and self.expire_at <= now
        )

    def successor(self) -> Release | None:
        """The live release that readers of a superseded one are led to, over at most five steps."""
        last, seen = self, {self.pk}
        while last.is_off and last.withdraw_reason == WithdrawReason.SUPERSEDED:
            following = last.superseded_by
            if following is None or following.pk in seen or len(seen) > 5:
                return None
            seen.add(following.pk)
            last = following
        return last if last.is_live or last.is_outdated else None

    @transaction.atomic
    def pin(self, *, by: User, until: datetime | None, version: int | None = None) -> None:
        """To the top of its lists until then; None: not any more. No change of the text."""
        self.demand(by, "pin", version)
        now = timezone.now()
        if until is not None and not self.may_be_pinned:
            raise TransitionRefused(
                gettext("Only a text that is approved or can be read is pinned to the top.")
            )
        if until is None and not self.may_be_unpinned:
            raise TransitionRefused(gettext("This text is not pinned to the top."))
        if until is not None and not now < until <= now + FARTHEST:
            raise TransitionRefused(gettext("Choose a time within the next 366 days."))
        self._set(pinned_until=until)
        self._audit("pinned" if until else "unpinned", by, until=until.isoformat() if until else "")

    def withdraw(self, *, by: User, reason: str, **said: Any) -> None:
        """Superseded: by a text that can be read, and not by itself."""
        with transaction.atomic():
            following = said.get("superseded_by")
            if following is not None:
                # Both rows, in one order: two texts withdrawn for each other at once would meet.
                pair = Release.objects.filter(pk__in=(self.pk, following.pk)).order_by("pk")
                rows = {row.pk: row for row in pair.select_for_update()}
                if following.pk == self.pk:
                    raise TransitionRefused(gettext("A text cannot take its own place."))
                found = rows.get(following.pk)
                if found is None or not found.is_live or found.corrects_id:
                    raise TransitionRefused(
                        gettext("What takes its place must be a text that citizens can read.")
                    )
            super().withdraw(by=by, reason=reason, **said)

    def review_text(self) -> str:
        """All a reader meets, one thing a line: what a reviewer passes."""
        facts = [
            (gettext("Channel"), str(self.channel)),
            (gettext("Source"), " ".join(filter(None, [self.source_name, self.source_url]))),
            (gettext("Original title"), self.original_title),
            (gettext("Written by"), self.writer),
            (gettext("Keywords"), self.keywords),
            (gettext("Change note for readers"), self.correction_note),
            (gettext("Lead picture"), self.cover_words or str(self.cover or "")),
        ]
        lines = [self.title, self.summary, richtext.plain(self.body)]
        lines += [f"{label}：{text}" for label, text in facts if text]
        if self.pk:
            lines += self._parts_as_lines()
        return "\n".join(line for line in lines if line)

    def answers(self) -> models.QuerySet[Answer]:
        """To all its questions, in the order of the page."""
        from releases.conferences import Answer

        found = Answer.objects.filter(question__release=self)
        return found.order_by("question__order", "question", "order", "pk")

    def _cited_parts(self) -> list[tuple[str, Release | Answer | FigureBlock]]:
        """What may hold a cited figure, in the order of the page, as a clerk calls it."""
        parts: list[tuple[str, Release | Answer | FigureBlock]] = [(gettext("Text"), self)]
        if self.is_conference:
            for one in self.answers():
                parts.append((gettext("Answer of %(name)s") % {"name": one.name or "—"}, one))
        for block in self.figure_blocks.all():
            parts.append((gettext("Large number: %(label)s") % {"label": block.label}, block))
        return parts

    def cited_texts(self) -> list[tuple[str, str]]:
        """The text, each answer, each large number."""
        return [
            (label, part.markup if isinstance(part, FigureBlock) else part.body)
            for label, part in self._cited_parts()
        ]

    def put_cited_texts(self, texts: dict[int, str]) -> None:
        parts = self._cited_parts()
        for place, markup in texts.items():
            part = parts[place][1]
            if isinstance(part, FigureBlock):
                part.take(richtext.cited(markup)[0])
            else:
                part.body = markup
                part.save()
        if 0 not in texts:
            self.save()  # the content history gets its row
        self.note_history()

    def note_citations(self) -> None:
        """Keep the rows of its citations in step with the text."""
        citations.sync(self)

    def _parts_as_lines(self) -> list[str]:
        lines = [f"{one.get_role_display()}：{one}" for one in self.speakers.all()]
        for block in self.figure_blocks.all():
            lines.append(gettext("Large number: %(label)s") % {"label": block})
        for question in self.questions.prefetch_related("answers"):
            lines.append(f"{question.outlet}{question.reporter}：{question.text}")
            lines += [f"{one.name}：{richtext.plain(one.body)}" for one in question.answers.all()]
        for row in self.gallery.select_related("picture"):
            lines.append(gettext("Picture: %(what)s") % {"what": row.described()})
        for file in self.attachments.all():
            named = f"{file} ({file.file_name}, {file.sha256[:8]})"
            lines.append(gettext("Attachment: %(what)s") % {"what": named})
        for related in self.related_rows.select_related("to"):
            lines.append(gettext("Read also: %(what)s") % {"what": related})
        return lines

    def note_history(self) -> None:
        """Keep the whole text, parts included, with the newest row of the content history."""
        newest = self.history.first()
        if newest is not None:
            text = self.review_text()
            self.history.model.objects.filter(pk=newest.pk).update(full_text=text)

    def check_ready(self) -> None:
        """A reader needs a text, alt texts and, of a conference, its speakers."""
        if self.corrects is not None and self.corrects.status != Status.PUBLISHED:
            raise TransitionRefused(gettext("The corrected text is no longer published."))
        missing = []
        if not richtext.plain(self.body).strip() and not self.questions.exists():
            missing.append(gettext("the text is empty"))
        if self.is_conference and not self.speakers.exists():
            missing.append(gettext("a press conference needs its speakers"))
        if self.corrects_id and not self.correction_note.strip():
            missing.append(gettext("a correction needs its change note for readers"))
        wordless = self.gallery.filter(alt="", picture__alt="").exists()
        wordless |= self.cover is not None and not self.cover_words
        if wordless or not all(self._body_alts().values()):
            missing.append(gettext("a picture has no alternative text"))
        if missing:
            raise TransitionRefused(
                gettext("Not ready yet: %(what)s.") % {"what": "；".join(missing)}
            )
        super().check_ready()

    def note_pictures(self) -> None:
        """Keep `body_pictures` in step with the text, whose words go to wordless pictures."""
        alts = self._body_alts()
        shown = set(self.body_pictures.values_list("key", flat=True))
        if set(alts) != shown:
            self.body_pictures.set(Picture.objects.filter(key__in=alts))
        for picture in self.body_pictures.filter(alt="") if alts else ():
            Picture.objects.filter(pk=picture.pk).update(alt=alts[picture.key][:120])

    def _body_alts(self) -> dict[uuid.UUID, str]:
        """Of the pictures in the text and in the answers."""
        found = richtext.picture_alts(self.body)
        for body in self.answers().values_list("body", flat=True):
            found |= richtext.picture_alts(body)
        return found

    def after_set_expiry(self) -> None:
        from releases import search

        search.put(self)

    def after_publish(self, by: User) -> None:
        from releases import actions

        actions.settle_publication(release=self, by=by)

    def after_withdraw(self, by: User | None) -> None:
        from releases import actions

        actions.settle_withdrawal(release=self, by=by)
