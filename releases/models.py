"""Channels, topics, releases, press conferences with their speakers, questions and answers."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import citations, files, publishing, richtext
from civic.pictures import Picture
from civic.publishing import (
    Publishable,
    PublishableQuerySet,
    Status,
    TransitionRefused,
    WithdrawReason,
)
from civic.scope import ScopedQuerySet
from civic.units import Unit
from releases.figureblocks import FigureBlock

# Tables of the app at home in modules of their own; Django finds them by this.
from releases.honors import HonorAward as HonorAward
from releases.honors import HonorEdition as HonorEdition
from releases.honors import HonorTitle as HonorTitle
from releases.media import MediaAccount as MediaAccount
from releases.media import MediaMetric as MediaMetric
from releases.media import MediaPost as MediaPost
from releases.proofreading.models import HitDecision as HitDecision
from releases.proofreading.models import ReviewProof as ReviewProof
from releases.proofreading.models import TermRule as TermRule
from releases.proofreading.proofread import Proofread
from releases.reach import Adoption as Adoption
from releases.reach import MediaTopic as MediaTopic
from releases.reach import TopicMetric as TopicMetric
from releases.timeline import TimelineEvent as TimelineEvent

if TYPE_CHECKING:
    from civic.accounts import User


def new_mark() -> str:
    """Eight letters and digits that no other question of the page has."""
    return secrets.token_hex(4)


http_only = URLValidator(schemes=["http", "https"])


class ChannelQuerySet(models.QuerySet["Channel"]):
    def listed(self) -> Self:
        return self.filter(is_listed=True)

    def in_order(self) -> Self:
        return self.order_by("path_order", "pk")


class Channel(models.Model):
    """A column of the site (栏目), with its promise of how often it is updated."""

    class Type(models.TextChoices):
        NEWS = "news", _("News")
        NOTICE = "notice", _("Notices")
        POLICY = "policy", _("Policy documents")
        CONFERENCE = "conference", _("Press conferences")
        SPECIAL = "special", _("Special columns")

    parent = models.ForeignKey(
        "self",
        verbose_name=_("under"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    name = models.CharField(_("name"), max_length=30)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    type = models.CharField(_("type"), max_length=12, choices=Type.choices, default=Type.NEWS)
    description = models.CharField(_("description"), max_length=200)
    keywords = models.CharField(_("keywords"), max_length=120, help_text=_("Separated by commas."))
    update_days = models.PositiveSmallIntegerField(
        _("update promise (days)"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("The column promises something new at least every so many days."),
    )
    reviews_needed = models.PositiveSmallIntegerField(
        _("reviews needed"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("One to three; three is «three reviews, three proofreadings»."),
    )
    keeper = models.ForeignKey(
        Unit,
        verbose_name=_("kept by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    # "00010-000003.00020-000007.": order and key of each level from the top down, each closed by a
    # point: one ORDER BY draws the tree, and no branch's path begins another's.
    path_order = models.CharField(max_length=60, default="", editable=False, db_index=True)
    is_listed = models.BooleanField(_("shown in the menu"), default=True)

    objects = ChannelQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["path_order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviews_needed__gte=1, reviews_needed__lte=3),
                name="channel_one_to_three_reviews",
                violation_error_message=_("A channel asks for one to three reviews."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("releases:channel", args=[self.slug])

    def clean(self) -> None:
        above, seen = self.parent, 0
        while above is not None and seen < 3:
            seen += 1
            if self.pk and above.pk == self.pk:
                raise ValidationError({"parent": _("A channel cannot stand under itself.")})
            above = above.parent
        if seen + self._levels_under() > 2:
            raise ValidationError({"parent": _("The tree has three levels at most.")})

    def _levels_under(self) -> int:
        """How many levels of channels stand under this one: it takes them along."""
        if not self.pk or not self.path_order:
            return 0
        under = Channel.objects.filter(path_order__startswith=self.path_order)
        return max((one.depth for one in under), default=self.depth) - self.depth

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._settle_path()

    def _settle_path(self) -> None:
        """Write the path of this channel, and of those under it when it has moved."""
        above = self.parent.path_order if self.parent else ""
        path = f"{above}{self.order:05d}-{self.pk:06d}."
        if path == self.path_order:
            return
        self.path_order = path
        Channel.objects.filter(pk=self.pk).update(path_order=path)
        for child in self.children.all():
            child.parent = self
            child._settle_path()

    @property
    def depth(self) -> int:
        """0 for a column at the top, 2 at most."""
        return max(self.path_order.count(".") - 1, 0)


class TopicQuerySet(models.QuerySet["Topic"]):
    def open(self) -> Self:
        return self.filter(is_open=True)

    def with_counts(self) -> Self:
        """`count`: how many of its releases the public can read now."""
        live = Release.objects.live().originals().filter(topics=models.OuterRef("pk"))
        count = live.order_by().values("topics").annotate(n=models.Count("pk")).values("n")
        return self.annotate(count=Coalesce(models.Subquery(count), 0))


class Topic(models.Model):
    """A special column (专题) that gathers releases about one thing."""

    title = models.CharField(_("title"), max_length=60)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    summary = models.CharField(_("summary"), max_length=200)
    intro = richtext.RichTextField(_("introduction"), blank=True)
    cover = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="topics",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_open = models.BooleanField(_("shown to the public"), default=False)

    objects = TopicQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("releases:topic", args=[self.slug])


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
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="releases"
    )
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)

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

    def review_text(self) -> str:
        """All a reader meets, one thing a line: what a reviewer passes."""
        facts = [
            (gettext("Channel"), str(self.channel)),
            (gettext("Source"), " ".join(filter(None, [self.source_name, self.source_url]))),
            (gettext("Original title"), self.original_title),
            (gettext("Written by"), self.writer),
            (gettext("Keywords"), self.keywords),
            (gettext("Change note for readers"), self.correction_note),
            (gettext("Lead picture"), str(self.cover) if self.cover else ""),
        ]
        lines = [self.title, self.summary, richtext.plain(self.body)]
        lines += [f"{label}：{text}" for label, text in facts if text]
        if self.pk:
            lines += self._parts_as_lines()
        return "\n".join(line for line in lines if line)

    def _cited_parts(self) -> list[tuple[str, Release | Answer | FigureBlock]]:
        """What may hold a cited figure, in the order of the page, as a clerk calls it."""
        parts: list[tuple[str, Release | Answer | FigureBlock]] = [(gettext("Text"), self)]
        if self.is_conference:
            answers = Answer.objects.filter(question__release=self)
            for one in answers.order_by("question__order", "question", "order", "pk"):
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
            lines.append(gettext("Picture: %(what)s") % {"what": row})
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
        missing = []
        if not richtext.plain(self.body).strip() and not self.questions.exists():
            missing.append(gettext("the text is empty"))
        if self.is_conference and not self.speakers.exists():
            missing.append(gettext("a press conference needs its speakers"))
        if self.corrects_id and not self.correction_note.strip():
            missing.append(gettext("a correction needs its change note for readers"))
        without_alt = self.all_pictures().filter(alt="").exists()
        if without_alt or not all(self._body_alts().values()):
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
        for body in Answer.objects.filter(question__release=self).values_list("body", flat=True):
            found |= richtext.picture_alts(body)
        return found

    def all_pictures(self) -> models.QuerySet[Picture]:
        return Picture.objects.filter(
            models.Q(pk=self.cover_id)
            | models.Q(gallery_rows__release=self)
            | models.Q(shown_in=self)
        ).distinct()

    def after_publish(self, by: User) -> None:
        from releases import actions

        actions.settle_publication(release=self, by=by)

    def after_withdraw(self, by: User | None) -> None:
        from releases import actions

        actions.settle_withdrawal(release=self, by=by)


class ReleasePicture(models.Model):
    """A picture in the gallery of a release."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="gallery")
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.PROTECT, related_name="gallery_rows"
    )
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "picture"],
                name="release_picture_once",
                violation_error_message=_("This picture is already in the gallery."),
            )
        ]

    def __str__(self) -> str:
        return self.caption or str(self.picture)

    @property
    def shown_by(self) -> Release:
        """What shows the picture."""
        return self.release


class Attachment(models.Model):
    """A file to take away. Private until its release is public."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # In a correction: the row of the original that this one stands for, so its address stays.
    copy_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(_("title"), max_length=100, blank=True)
    file = models.FileField(_("file"), upload_to="attachments")
    file_name = models.CharField(_("file name"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False, default=0)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title or self.file_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new file is checked and described by its content. Raises ValidationError."""
        if self.file and not getattr(self.file, "_committed", True):
            self.describe()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("releases:attachment", args=[self.key])

    def clean(self) -> None:
        if self.file and not getattr(self.file, "_committed", True):
            try:
                self.describe()
            except ValidationError as refusal:  # said at the field, not above the form
                raise ValidationError({"file": refusal.messages}) from refusal

    @property
    def kind(self) -> str:
        """What readers call the type: PDF, XLSX …"""
        return files.extension(self.file_name).upper()

    def describe(self) -> None:
        """Fill name, size, type and hash from the uploaded file."""
        data = self.file.read()
        self.file.seek(0)
        checked = files.check_attachment(data, self.file.name or "")
        self.file_name = checked.name
        self.size = checked.size
        self.media_type = checked.media_type
        self.sha256 = checked.sha256


class RelatedReading(models.Model):
    """A release recommended beside another, chosen by hand."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="related_rows")
    to = models.ForeignKey(
        Release, verbose_name=_("read also"), on_delete=models.CASCADE, related_name="+"
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("related reading")
        verbose_name_plural = _("related reading")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "to"], name="related_reading_once"),
            models.CheckConstraint(
                condition=~models.Q(release=models.F("to")),
                name="related_reading_not_itself",
                violation_error_message=_("A release is not related reading to itself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.to)


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
