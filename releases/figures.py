"""Figures of texts, of the media ledger and of the honours: each with the rows that make it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civic import figures
from civic.exports import Column
from civic.exports import Kind as Cell
from civic.figures import Figure, Kind, Params
from civic.groups import GroupRows
from releases.honors import HonorAward
from releases.ledgers.adoptions import ADOPTION_COLUMNS
from releases.ledgers.honors import AWARD_COLUMNS
from releases.ledgers.posts import POST_COLUMNS
from releases.media import MANY, MediaAccount, MediaPost, Platform
from releases.reach import Adoption, MediaTopic, TopicMetric
from releases.textfigures import TEXTS

NARROWED = frozenset({figures.PERIOD, figures.GROUP})


def _told(columns: tuple[Column, ...], *values: str) -> tuple[Column, ...]:
    """These of the columns of a ledger, in this order: what names the row comes first."""
    by_value = {column.value: column for column in columns}
    return tuple(by_value[value] for value in values)


_told_of_post = ("title", "account__name", "published_on", "views", "views_as_of", "url")
OF_POSTS = _told(POST_COLUMNS, *_told_of_post)
# As noted up to the last day of the period: what a period's figure is made of.
OF_SEEN_POSTS = tuple(
    replace(column, value="seen") if column.value == "views" else column
    for column in OF_POSTS
    if column.value != "views_as_of"
)
OF_TOPIC_COUNTS = (
    Column(_("media topic"), "topic__name"),
    Column(_("participation"), "number", Cell.NUMBER),
    Column(_("counted on"), "as_of", Cell.DATE),
)
OF_ADOPTIONS = _told(ADOPTION_COLUMNS, "title", "outlet", "level", "adopted_on", "url")
OF_AWARDS = _told(
    AWARD_COLUMNS, "city", "edition__title__name", "edition__number", "status", "status_on"
)


def account_levels() -> list[tuple[str, str]]:
    return [(level.value, str(level.label)) for level in MediaAccount.Level]


account_groups = GroupRows(
    fixed=account_levels,
    rows=MediaAccount.objects.all,
    columns=("name", "platform"),
    label=lambda name, platform: str(MediaAccount(name=name, platform=platform)),
)
topic_groups = GroupRows(rows=MediaTopic.objects.all, label=lambda name: str(MediaTopic(name=name)))


def post_unit(group: str) -> Any:
    """Videos are counted by 条, articles by 篇; a level has both and stays with the latter."""
    account = MediaAccount.objects.filter(code=group).only("platform").first()
    if account and Platform(account.platform).is_video:
        return pgettext_lazy("unit", "videos")
    return pgettext_lazy("unit", "posts")


def adoption_groups() -> list[tuple[str, str]]:
    return [(level.value, str(level.label)) for level in Adoption.Level]


def posts(params: Params) -> Any:
    period = params.period
    found = MediaPost.objects.published(period.first, period.last).of_group(params.group)
    return found.select_related("account").defer("tokens")


def seen_posts(params: Params) -> Any:
    """Those whose views were noted by the end of the period; the most seen first."""
    found = posts(params).seen_by(params.period.last).exclude(seen=None)
    return found.order_by("-seen", "-pk")


def much_seen(params: Params) -> Any:
    return seen_posts(params).filter(seen__gte=MANY)


def joined_topics(params: Params) -> Any:
    period = params.period
    found = TopicMetric.objects.last_by(period.last).since(period.first).select_related("topic")
    return found.filter(topic__code=params.group) if params.group else found


def adoptions(params: Params) -> Any:
    period = params.period
    return Adoption.objects.adopted(period.first, period.last).of_group(params.group)


def lost_titles(params: Params) -> Any:
    found = HonorAward.objects.lost().changed(params.period.first, params.period.last)
    return found.select_related("edition__title")


_views: dict[str, Any] = {
    "accepts": NARROWED,
    "groups": account_groups,
    "columns": OF_SEEN_POSTS,
    "when": "published_on",
    "is_public": True,
}

MEDIA = (
    Figure(
        name="media_posts",
        label=_("Posts published"),
        definition=_("Articles and videos in the media ledger, by the day they were published."),
        unit=pgettext_lazy("unit", "posts"),
        kind=Kind.COUNT,
        rows=posts,
        units=post_unit,
        **_views | {"columns": OF_POSTS},
    ),
    Figure(
        name="media_reads",
        label=_("Reads in all"),
        definition=_(
            "Reads, of videos plays, of the posts of the period, summed up as each was last"
            " noted up to the last day of the period."
        ),
        unit=pgettext_lazy("unit", "times"),
        kind=Kind.SUM,
        rows=seen_posts,
        measure=Sum("seen"),
        **_views,
    ),
    Figure(
        name="media_highest_read",
        label=_("Highest number of reads of one post"),
        definition=_(
            "Of the posts of the period the one read, or played, most often, as last noted up to"
            " the last day of the period."
        ),
        unit=pgettext_lazy("unit", "times"),
        kind=Kind.MAXIMUM,
        rows=seen_posts,
        measure=Max("seen"),
        scale="万",
        **_views,
    ),
    Figure(
        name="media_100k",
        label=_("Posts with 100,000 reads and more"),
        definition=_(
            "Posts of the period with 100,000 reads or plays, as last noted up to the last day"
            " of the period."
        ),
        unit=pgettext_lazy("unit", "posts"),
        kind=Kind.COUNT,
        rows=much_seen,
        units=post_unit,
        **_views,
    ),
    Figure(
        name="media_topic_participation",
        label=_("Participation in topics"),
        definition=_(
            "How often people joined in our topics on the platforms, of each topic the last count"
            " up to the last day of the period."
        ),
        unit=pgettext_lazy("unit", "times"),
        kind=Kind.SUM,
        rows=joined_topics,
        measure=Sum("number"),
        accepts=NARROWED,
        groups=topic_groups,
        columns=OF_TOPIC_COUNTS,
        when="as_of",
        scale="万",
        behind="topic",
        is_public=True,
    ),
    Figure(
        name="media_adoptions",
        label=_("Original works adopted by higher outlets"),
        definition=_("Each work once for each outlet that used it, by the day it was used."),
        unit=pgettext_lazy("unit", "posts"),
        kind=Kind.COUNT,
        rows=adoptions,
        accepts=NARROWED,
        groups=adoption_groups,
        columns=OF_ADOPTIONS,
        when="adopted_on",
        is_public=True,
    ),
)
HONORS = (
    Figure(
        name="titles_lost",
        label=_("Titles suspended or taken away"),
        definition=_(
            "Cities in our own records whose title is suspended or was taken away, by the day of"
            " the decision."
        ),
        unit=pgettext_lazy("unit", "cities"),
        kind=Kind.COUNT,
        rows=lost_titles,
        accepts=frozenset({figures.PERIOD}),
        columns=OF_AWARDS,
        when="status_on",
        right="releases.view_honoraward",
    ),
)


def register() -> None:
    figures.register(*TEXTS, *MEDIA, *HONORS)
