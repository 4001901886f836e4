"""The media ledger: accounts on platforms, what was posted there, how often it was seen."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from civic import search
from civic.declared import http_only
from civic.scope import ScopedQuerySet
from civic.units import Unit

MANY = 100_000  # «10万+»


def not_to_come(day: date | None, field: str) -> None:
    """Raises ValidationError for a day after today: nothing is counted before it happened."""
    if day is not None and day > timezone.localdate():
        raise ValidationError({field: gettext("This day is still to come.")})


class Platform(models.TextChoices):
    """Where an account is kept. What is seen there is read, or played."""

    RENMIN = "renmin", _("People's Daily app (Renmin Hao)")
    WECHAT = "wechat", _("WeChat account")
    DOUYIN = "douyin", _("Douyin")
    CHANNELS = "channels", _("WeChat Channels")
    KUAISHOU = "kuaishou", _("Kuaishou")
    WEIBO = "weibo", _("Weibo")
    TOUTIAO = "toutiao", _("Toutiao")
    WEB = "web", _("Website or app")
    OTHER = "other", _("Other")

    @property
    def is_video(self) -> bool:
        return self in (Platform.DOUYIN, Platform.CHANNELS, Platform.KUAISHOU)


class MediaAccount(models.Model):
    """An account the office counts: its own, or one of the city's media."""

    class Level(models.TextChoices):
        OWN = "own", _("Kept by the office")
        MUNICIPAL = "municipal", _("Municipal media")
        COUNTY = "county", _("County media")

    code = models.SlugField(
        _("code"),
        max_length=30,
        unique=True,
        help_text=_("Short and lasting: figures and sheets name the account by it."),
    )
    name = models.CharField(_("name"), max_length=40)
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    level = models.CharField(_("whose it is"), max_length=10, choices=Level.choices)
    unit = models.ForeignKey(
        Unit, verbose_name=_("kept by"), on_delete=models.PROTECT, related_name="media_accounts"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("media account")
        verbose_name_plural = _("media accounts")
        ordering = ["level", "platform", "code"]
        permissions = [
            ("export_mediaaccount", _("Can export media accounts")),
            ("import_mediaaccount", _("Can import media accounts")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "name"],
                name="account_once_a_platform",
                violation_error_message=_("This platform already has an account of this name."),
            ),
            models.CheckConstraint(
                condition=~Q(code__in=["own", "municipal", "county"]),
                name="account_code_is_no_level",
                violation_error_message=_("This code stands for a whole group of accounts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{Platform(self.platform).label}）"

    @property
    def views_kind(self) -> str:
        """Which count is its views: plays of a video, else reads."""
        return (
            MediaMetric.Kind.PLAYS if Platform(self.platform).is_video else MediaMetric.Kind.READS
        )


class HoldsTitle(search.Holds):
    """True for posts whose title holds the terms."""

    index = "releases_post_search"


class PostQuerySet(ScopedQuerySet["MediaPost"]):
    unit_lookup = "account__unit"
    region_lookup = "account__unit__region"

    def published(self, first: date | None, last: date | None) -> Self:
        """In the period, both days included; an end left open is open."""
        rows = self if first is None else self.filter(published_on__gte=first)
        return rows if last is None else rows.filter(published_on__lte=last)

    def of_group(self, group: str) -> Self:
        """Of one account, by its code, or of all of a level; "" is everything."""
        if not group:
            return self
        if group in MediaAccount.Level.values:
            return self.filter(account__level=group)
        return self.filter(account__code=group)

    def seen_by(self, day: date | None) -> Self:
        """Each with `seen`: its views as last noted up to that day, None when none were noted.

        Only posts noted later than `day` are looked up in their metrics; the others carry it.
        """
        if day is None:
            return self.annotate(seen=F("views"))
        earlier = MediaMetric.objects.views().filter(post=OuterRef("pk"), as_of__lte=day)
        number = Subquery(earlier.order_by("-as_of", "-pk").values("number")[:1])
        return self.annotate(
            seen=Case(
                When(views_as_of__lte=day, then=F("views")),
                When(views_as_of__gt=day, then=number),
                output_field=models.BigIntegerField(),
            )
        )

    def holding(self, words: str) -> Self:
        """With all of the words in the title, or at exactly this address."""
        if words.startswith(("http://", "https://")):
            return self.filter(url=words)
        return search.narrowed(self, search.terms(words), HoldsTitle)


class MediaPost(models.Model):
    """One article or video on an account: the address is the proof that it was published."""

    account = models.ForeignKey(
        MediaAccount, verbose_name=_("account"), on_delete=models.PROTECT, related_name="posts"
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(
        _("link"),
        max_length=500,
        unique=True,
        validators=[http_only],
        error_messages={"unique": _("This link is in the ledger already.")},
    )
    published_on = models.DateField(_("published on"))
    is_original = models.BooleanField(_("original"), default=True)
    # The latest of its metrics, kept here: a hundred thousand posts are summed in one scan.
    views = models.PositiveBigIntegerField(_("views"), null=True, editable=False)
    views_as_of = models.DateField(_("counted on"), null=True, editable=False)
    tokens = models.TextField(default="", editable=False)  # of the title, for the index

    objects = PostQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["tokens"])

    class Meta:
        verbose_name = _("media post")
        verbose_name_plural = _("media posts")
        ordering = ["-published_on", "-pk"]
        permissions = [
            ("export_mediapost", _("Can export media posts")),
            ("import_mediapost", _("Can import media posts")),
        ]
        indexes = [
            models.Index(fields=["-published_on", "-id"], name="post_latest"),
            models.Index(fields=["account", "-published_on", "-id"], name="post_of_account"),
            models.Index(fields=["-views", "-id"], name="post_most_seen"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(views=None, views_as_of=None)
                | Q(views__isnull=False, views_as_of__isnull=False),
                name="post_views_have_their_day",
                violation_error_message=_("Views stand with the day they were counted."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        not_to_come(self.published_on, "published_on")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tokens = tokens_of(self.title)
        super().save(*args, **kwargs)

    def get_admin_url(self) -> str:
        return reverse("admin:releases_mediapost_change", args=[self.pk])

    def note_views(self) -> None:
        """Carry the latest count of reads or plays; the history tells who changed it."""
        latest = self.metrics.views().order_by("-as_of", "-pk").first()
        found = (latest.number, latest.as_of) if latest else (None, None)
        if found != (self.views, self.views_as_of):
            self.views, self.views_as_of = found
            self.save()


def tokens_of(title: str) -> str:
    return " ".join(search.tokenise(title))


class MetricQuerySet(models.QuerySet["MediaMetric"]):
    def views(self) -> Self:
        return self.filter(kind__in=(MediaMetric.Kind.READS, MediaMetric.Kind.PLAYS))


class MediaMetric(models.Model):
    """A count as the platform showed it on one day; that of a later day is a new row."""

    class Kind(models.TextChoices):
        READS = "reads", _("Reads")
        PLAYS = "plays", _("Plays")
        LIKES = "likes", _("Likes")

    post = models.ForeignKey(MediaPost, on_delete=models.CASCADE, related_name="metrics")
    kind = models.CharField(_("what is counted"), max_length=8, choices=Kind.choices)
    number = models.PositiveBigIntegerField(_("number"))
    as_of = models.DateField(_("counted on"))

    objects = MetricQuerySet.as_manager()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["-as_of", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "kind", "as_of"],
                name="metric_once_a_day",
                violation_error_message=_("This was already counted on this day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.Kind(self.kind).label} {self.number} ({self.as_of})"

    def clean(self) -> None:
        not_to_come(self.as_of, "as_of")
        began = self.post.published_on if self.post_id else None
        if began and self.as_of and self.as_of < began:
            raise ValidationError(
                {"as_of": gettext("The post was published later: on %(day)s.") % {"day": began}}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.post.note_views()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        done = super().delete(*args, **kwargs)
        self.post.note_views()
        return done
