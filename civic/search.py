"""Search: an index of Chinese text by bigrams, FTS5 on SQLite and tsvector on PostgreSQL.

A run of Chinese characters becomes its overlapping pairs and its last character alone:
文明城市 → 文明 明城 城市 市. Words and numbers of other scripts stay whole, in lower case. A run
that is sought must stand there as a phrase, one character as the beginning of a pair; so the
index finds what LIKE finds without reading every text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, Self, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WORDS_LENGTH = 100  # of what a reader types, the rest is ignored
WORDS_COUNT = 10
MOST = 2000  # results; who gets more has to add a word. Bounds what one search may cost.
TEXT_LENGTH = 100_000  # keeps the lexemes of one text below PostgreSQL's limit of a megabyte
WORD_LENGTH = 40

# Han with its extensions, kana, bopomofo, hangul: scripts written without spaces between words.
_CJK = (
    "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_PIECE = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_ONE_CJK = re.compile(rf"[{_CJK}]")
# Control characters and lone surrogates: no database takes all of them, no reader sees any.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Term(NamedTuple):
    """One thing sought: a run of CJK characters or a word, folded."""

    text: str
    is_run: bool

    @property
    def tokens(self) -> list[str]:
        """What must stand in the index: pairs of a run, else the term itself."""
        if not self.is_run or len(self.text) == 1:
            return [self.text]
        return [self.text[n : n + 2] for n in range(len(self.text) - 1)]

    @property
    def is_beginning(self) -> bool:
        """Whether the index is to find what only begins so."""
        return not self.is_run or len(self.text) == 1


@lru_cache(maxsize=20_000)
def _fold_one(character: str) -> str:
    return unicodedata.normalize("NFKC", character).lower()


def fold(text: str) -> str:
    """Full width becomes half width, capitals become small: Ａ → a. Character by character, so
    that a hit can be shown in the text as it was written."""
    return "".join(map(_fold_one, text))


def seen(text: str) -> str:
    """The text without what cannot be seen or stored."""
    return _UNSEEN.sub(" ", text)


def tokenise(text: str) -> list[str]:
    """["文明", "明城", "城市", "市"] for 文明城市; words and numbers whole."""
    tokens: list[str] = []
    for piece in _PIECE.findall(fold(seen(text))):
        if _ONE_CJK.match(piece):
            tokens += [piece[n : n + 2] for n in range(len(piece))]
        else:
            tokens.append(piece[:WORD_LENGTH])
    return tokens


def terms(words: str) -> list[Term]:
    """What a reader typed, as the terms to be found, all of them. Signs and operators are only
    separators, whatever they would mean to a database."""
    found: list[Term] = []
    for piece in _PIECE.findall(fold(seen(words[:WORDS_LENGTH]))):
        is_run = bool(_ONE_CJK.match(piece))
        term = Term(piece if is_run else piece[:WORD_LENGTH], is_run)
        if term not in found:
            found.append(term)
    return found[:WORDS_COUNT]


Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class Holds(models.Func):
    """True for entries whose tokens hold the query, asked of the full-text index.

    Tokens are letters and digits only (`_PIECE`), so quoting them is enough.
    """

    output_field = models.BooleanField()
    index = "civic_search"  # on SQLite: the FTS5 table over the column `tokens` of the rows

    def __init__(self, *sought: Any) -> None:
        self.sought: tuple[Term, ...] = sought
        super().__init__(models.F("pk"), models.F("tokens"))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        phrases = [
            f'"{" ".join(term.tokens)}"' + ("*" if term.is_beginning else "")
            for term in self.sought
        ]
        pk, params = compiler.compile(self.source_expressions[0])
        sql = f"({pk} IN (SELECT rowid FROM {self.index} WHERE {self.index} MATCH %s))"  # noqa: S608
        return sql, [*params, " AND ".join(phrases)]

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        lexemes = [
            f"'{token}'" + (":*" if term.is_beginning else "")
            for term in self.sought
            for token in term.tokens
        ]
        tokens, params = compiler.compile(self.source_expressions[1])
        # The expression of the index in migration 0003.
        sql = f"(civic_lexemes({tokens}) @@ %s::tsquery)"
        return sql, [*params, " & ".join(lexemes)]


def narrowed(rows: Rows, sought: list[Term], holds: type[Holds]) -> Rows:
    """The rows whose `tokens` hold every one of the terms; none when nothing is sought."""
    if not sought:
        return rows.none()
    found = rows.filter(holds(*sought))
    if connections[rows.db].vendor == "postgresql":
        # Lexemes there have no positions (they end at 16,383), so the phrase is compared here.
        for term in sought:
            if len(term.tokens) > 1:
                found = found.filter(tokens__contains=" ".join(term.tokens))
    return found


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def visible(self, at: datetime | None = None) -> Self:
        """What the public may find at this moment; no clock process is needed."""
        now = at or timezone.now()
        return self.filter(visible_from__lte=now).exclude(visible_until__lte=now)

    def holding(self, sought: list[Term]) -> Self:
        """Entries with every one of the terms; none when nothing is sought."""
        return narrowed(self, sought, Holds)

    def last_indexed(self, count: int) -> models.QuerySet[Any, Any]:
        """The ids of the last `count`, as a subquery: little is read, however many match."""
        order = models.F("pk").desc()
        if connections[self.db].vendor == "postgresql":
            # The sum keeps the planner from walking the primary key backwards, text by text.
            order = (models.F("pk") + 0).desc()
        return self.order_by(order).values("pk")[:count]

    def best_first(self, sought: list[Term]) -> Self:
        """Those with all terms in the title first, then the newest."""
        in_title = models.Q()
        for term in sought:
            in_title &= models.Q(title__icontains=term.text)
        rank = models.Case(models.When(in_title, then=1), default=0) if sought else models.Value(0)
        return self.annotate(in_title=rank).order_by("-in_title", "-visible_from", "-pk")


class SearchEntry(models.Model):
    """One public text as the index holds it. `tokens` is what the database searches.

    Long columns stand last: a row is filtered and ordered without reading them.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    visible_from = models.DateTimeField(_("visible from"), db_index=True)
    visible_until = models.DateTimeField(_("visible until"), null=True, blank=True)
    section = models.CharField(_("section"), max_length=40, db_index=True)
    unit_name = models.CharField(_("unit"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(_("address"), max_length=200)
    text = models.TextField(_("text"))
    tokens = models.TextField(_("tokens"), editable=False)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="search_entry_once")
        ]

    def __str__(self) -> str:
        return self.title


# Apps add what they have to find: callables that yield the entries of everything public now or
# later. `reindex` asks them all.
SOURCES: list[Callable[[], Iterable[SearchEntry]]] = []


def entry(
    obj: models.Model,
    *,
    section: str,
    title: str,
    text: str,
    url: str,
    visible_from: datetime,
    visible_until: datetime | None = None,
    unit_name: str = "",
    also: str = "",
) -> SearchEntry:
    """An unsaved entry about `obj`. `text` is plain text, a line a block, never HTML.

    `also` is found like the text, but no excerpt shows it: keywords, source, author.
    """
    title, text = seen(title)[:200], seen(text)[:TEXT_LENGTH]
    return SearchEntry(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        section=section,
        unit_name=unit_name[:80],
        title=title,
        url=url,
        text=text,
        tokens=" ".join([*tokenise(title), *tokenise(text), *tokenise(also[:1000])]),
        visible_from=visible_from,
        visible_until=visible_until,
    )


def put(obj: models.Model, **fields: Any) -> None:
    """Index `obj`, or index it anew, inside the caller's transaction. Fields: see `entry`."""
    _save([entry(obj, **fields)])


def remove(obj: models.Model) -> None:
    """Forget `obj`, inside the caller's transaction."""
    kind = ContentType.objects.get_for_model(obj)
    SearchEntry.objects.filter(content_type=kind, object_id=obj.pk).delete()


@transaction.atomic
def rebuild() -> int:
    """Make the whole index anew from SOURCES; readers see the old one until it is done."""
    SearchEntry.objects.all().delete()
    entries = (made for source in SOURCES for made in source())
    count = 0
    while batch := list(islice(entries, 500)):
        _save(batch)
        count += len(batch)
    return count


def _save(entries: list[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["content_type", "object_id"],
        update_fields=[
            "section",
            "unit_name",
            "title",
            "url",
            "text",
            "tokens",
            "visible_from",
            "visible_until",
        ],
    )


def find(
    words: str,
    *,
    sections: Collection[str] | None = None,
    unit: str | None = None,
    year: int | None = None,
    at: datetime | None = None,
) -> SearchEntryQuerySet:
    """Visible entries with all of the words, those with the words in the title first, then the
    newest; of more than MOST the ones indexed last. `sections` are slugs of channels, `unit` is a
    unit's name, `year` that of publication."""
    sought = terms(words)
    found = SearchEntry.objects.visible(at).holding(sought)
    if sections is not None:
        found = found.filter(section__in=sections)
    if unit:
        found = found.filter(unit_name=unit)
    if year:
        found = found.filter(visible_from__year=year)
    chosen = SearchEntry.objects.filter(pk__in=found.last_indexed(MOST))
    return chosen.best_first(sought).defer("tokens")


def highlight(text: str, words: str, width: int | None = 120) -> list[tuple[str, bool]]:
    """The part of `text` with the most of what is sought, cut into (part, is it a hit).

    The parts are plain text: the template escapes each and marks the hits. `width` is the length
    in characters, None for the whole text.
    """
    hits = _hits(text, terms(words))
    start, end = (0, len(text)) if width is None else _window(len(text), hits, width)
    parts: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for first, last in hits:
        if first < start or last > end:
            continue
        if first > at:
            parts.append((text[at:first], False))
        parts.append((text[first:last], True))
        at = last
    if at < end:
        parts.append((text[at:end], False))
    if end < len(text):
        parts.append(("…", False))
    return parts


def _hits(text: str, sought: list[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in the text as written: [(first, past the last)], none overlapping."""
    if not sought:
        return []
    folded, origin = [], []
    for position, character in enumerate(text):
        for part in _fold_one(character):
            folded.append(part)
            origin.append(position)
    longest_first = sorted(sought, key=lambda term: -len(term.text))
    pattern = "|".join(
        re.escape(term.text) if term.is_run else rf"(?<![^\W_{_CJK}]){re.escape(term.text)}"
        for term in longest_first
    )
    spans: list[tuple[int, int]] = []
    for match in re.finditer(pattern, "".join(folded)):
        first, last = origin[match.start()], origin[match.end() - 1] + 1
        if not spans or first >= spans[-1][1]:
            spans.append((first, last))
    return spans


def _window(length: int, hits: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """The stretch of `width` characters with the most hits, a little text before the first."""
    if length <= width or not hits:
        return 0, min(length, width)
    best, most = hits[0][0], 0
    for number, (first, _last) in enumerate(hits):
        inside = sum(last <= first + width * 3 // 4 for _first, last in hits[number : number + 30])
        if inside > most:
            best, most = first, inside
    start = min(max(0, best - width // 5), length - width)
    return start, start + width
