"""Media posts as a ledger, each with its counts of a day: export columns and importer.

The address tells which post is meant. Counts of a later day are added; those of the same day are
corrected; so the sheet a platform gives every month is imported as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import day, text_of, truth, whole
from civic.declared import http_only
from civic.exports import Column, Kind
from civic.importers import REFUSED, Found, ImportColumn, Importer, importer
from releases.ledgers.named import by_name, refer_to
from releases.media import MediaAccount, MediaMetric, MediaPost, tokens_of

_post = MediaPost._meta
_PLAIN = ("title", "published_on", "is_original")
_COUNTS = ("views", "likes")
LOOKED_UP = 500  # addresses in one query

POST_COLUMNS = (
    Column(_("Account"), "account__code", Kind.IDENTIFIER),
    Column(_("Name of the account"), "account__name"),
    Column(_("Platform"), "account__platform"),
    Column(_("Title"), "title"),
    Column(_("Link"), "url"),
    Column(_("Published on"), "published_on", Kind.DATE),
    Column(_("Original"), "is_original", Kind.BOOLEAN),
    Column(_("Views"), "views", Kind.NUMBER),
    Column(_("Counted on"), "views_as_of", Kind.DATE),
)


@importer
class PostImporter(Importer):
    label = "releases.mediapost"
    key = "url"
    columns = (
        ImportColumn(
            "account",
            _("Account"),
            text_of(MediaAccount._meta.get_field("name")),
            True,
            "rmh",
            _("Code or name of the account."),
        ),
        ImportColumn(
            "title",
            _("Title"),
            text_of(_post.get_field("title")),
            True,
            "示例市：一条背街小巷的三次改造",
        ),
        ImportColumn(
            "url",
            _("Link"),
            text_of(_post.get_field("url")),
            True,
            "https://example.com/a/1",
            _("Tells which post is meant. Never twice."),
        ),
        ImportColumn("published_on", _("Published on"), day, True, "2020-03-05"),
        ImportColumn("is_original", _("Original"), truth(default=True)),
        ImportColumn(
            "views",
            _("Views"),
            whole(10**12),
            example="31042",
            note=_("Reads; of videos plays."),
        ),
        ImportColumn("likes", _("Likes"), whole(10**12)),
        ImportColumn(
            "as_of",
            _("Counted on"),
            day,
            example="2020-11-20",
            note=_("Needed with counts: the day on which they were read off."),
        ),
    )
    ignored = (_("Name of the account"), _("Platform"))

    def prepare(self) -> None:
        accounts = list(MediaAccount.objects.visible_to(self.by))
        self.accounts = {account.code: account for account in accounts}
        self.account_names = by_name(accounts)
        self.posts: dict[str, MediaPost] = {}
        self.known: set[str] = set()
        self.counts: dict[tuple[str, str, str], int] = {}

    def examine(self, raw: Any) -> list[Found]:
        """Of a hundred thousand posts only those in the file are looked up."""
        wanted = [str(cells.get("url") or "").strip() for _number, cells in raw]
        for urls in _portions(sorted(set(wanted) - {""})):
            self.known |= set(MediaPost.objects.filter(url__in=urls).values_list("url", flat=True))
            visible = MediaPost.objects.visible_to(self.by).filter(url__in=urls)
            self.posts |= {post.url: post for post in visible.select_related("account")}
            metrics = MediaMetric.objects.filter(post__url__in=urls)
            for url, kind, as_of, number in metrics.values_list(
                "post__url", "kind", "as_of", "number"
            ):
                self.counts[url, _column_of(kind), as_of.isoformat()] = number
        return super().examine(raw)

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            url: {
                "account": post.account.code,
                "title": post.title,
                "url": url,
                "published_on": post.published_on.isoformat(),
                "is_original": post.is_original,
            }
            for url, post in self.posts.items()
        }

    def taken(self) -> set[str]:
        return self.known - set(self.posts)

    def _read_row(self, number: int, cells: Any) -> Found:
        row = super()._read_row(number, cells)
        refer_to(row, "account", self.accounts, self.account_names)
        counted = [name for name in _COUNTS if row.values.get(name) is not None]
        for name in {*_COUNTS, "as_of"} - set(counted) - ({"as_of"} if counted else set()):
            row.values.pop(name, None)
        if counted and not row.values.get("as_of"):
            row.refuse(gettext("On which day was it counted? Fill in «Counted on»."))
        return row

    def _compare(self, row: Found, before: dict[str, Any] | None) -> None:
        """With the counts of the same day: an older sheet takes nothing back."""
        if before is not None:
            as_of = row.values.get("as_of", "")
            counts = {name: self.counts.get((row.key, name, as_of)) for name in _COUNTS}
            before = {**before, **counts, "as_of": as_of}
        super()._compare(row, before)

    def judge(self, found: list[Found]) -> None:
        today = timezone.localdate().isoformat()
        for row in found:
            if row.verdict == REFUSED:
                continue
            try:
                http_only(row.key)
            except ValidationError:
                row.refuse(gettext("The link must begin with http:// or https://."))
            published, as_of = row.values["published_on"], row.values.get("as_of")
            if max(published, as_of or "") > today:
                row.refuse(gettext("This day is still to come."))
            elif as_of and as_of < published:
                row.refuse(gettext("It was counted before it was published."))

    # Writing -------------------------------------------------------------------------------------

    def write(self, new: list[Found], changed: list[Found]) -> None:
        fresh = [self._filled(MediaPost(), row) for row in new]
        if fresh:
            made = bulk_create_with_history(fresh, MediaPost, default_user=self.by, batch_size=500)
            self.posts |= {post.url: post for post in made}
        moved = [self._filled(self.posts[row.key], row) for row in changed]
        if moved:
            fields = [*_PLAIN, "account", "views", "views_as_of", "tokens"]
            bulk_update_with_history(moved, MediaPost, fields, default_user=self.by, batch_size=500)
        MediaMetric.objects.bulk_create(
            self._metrics([*new, *changed]),
            update_conflicts=True,
            unique_fields=["post", "kind", "as_of"],
            update_fields=["number"],
            batch_size=500,
        )

    def _filled(self, post: MediaPost, row: Found) -> MediaPost:
        values = row.values
        post.account, post.url = self.accounts[values["account"]], row.key
        post.title, post.tokens = values["title"], tokens_of(values["title"])
        post.published_on = date.fromisoformat(values["published_on"])
        post.is_original = values.get("is_original", post.is_original)
        if "views" in values:
            as_of = date.fromisoformat(values["as_of"])
            if post.views_as_of is None or as_of >= post.views_as_of:
                post.views, post.views_as_of = values["views"], as_of
        return post

    def _metrics(self, rows: list[Found]) -> Iterator[MediaMetric]:
        for row in rows:
            post = self.posts[row.key]
            for name in _COUNTS:
                if name in row.values:
                    likes = MediaMetric.Kind.LIKES
                    yield MediaMetric(
                        post=post,
                        kind=likes if name == "likes" else post.account.views_kind,
                        number=row.values[name],
                        as_of=date.fromisoformat(row.values["as_of"]),
                    )


def _column_of(kind: str) -> str:
    return "likes" if kind == MediaMetric.Kind.LIKES else "views"


def _portions(urls: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(urls), LOOKED_UP):
        yield urls[start : start + LOOKED_UP]
