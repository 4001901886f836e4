"""The search index: it finds what LIKE finds, on both databases, and only what is visible now."""

import io
from datetime import timedelta
from functools import reduce
from operator import and_

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from civic import search
from civic.search import SearchEntry
from releases import search as release_search
from releases.models import Answer, Question, Release, Speaker
from tests import make

pytestmark = pytest.mark.django_db

ALPHABET = "文明城市志愿服务创建社区新时代"
SIGNS = "，。 、《》\n"


def put(target, title="标题", text="正文", **extra):
    fields = {
        "section": "news",
        "unit_name": "示例市文明办",
        "url": "/x/",
        "visible_from": timezone.now() - timedelta(minutes=1),
    }
    search.put(target, **{**fields, **extra}, title=title, text=text)


def titles(words, **filters):
    return [entry.title for entry in search.find(words, **filters)]


def sentence(seed, length):
    """A made-up text of few characters, so that runs repeat in every way; never random."""
    text, state = "", seed * 7919 + 13
    for _ in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        draw = (state >> 12) % 100
        text += SIGNS[draw % len(SIGNS)] if draw < 14 else ALPHABET[draw % len(ALPHABET)]
    return text


def test_runs_become_pairs_and_words_stay_whole():
    assert search.tokenise("文明城市ＡＢＣ 5,384余个。Ok") == [
        "文明", "明城", "城市", "市", "abc", "5", "384", "余个", "个", "ok",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", ["文明", "文", "市", "明城", "文明城市", "城市 志愿", "Ａbc", "538"]
)
def test_one_and_two_characters_and_longer_words_are_found(words):
    put(make.unit(), title="争创文明城市", text="志愿服务 ABC 5384 余个点位")
    put(make.unit(), title="天气", text="晴")

    assert titles(words) == ["争创文明城市"]


def test_all_terms_are_needed_and_a_run_is_a_phrase():
    put(make.unit(), title="甲", text="文明在先，城市在后")
    put(make.unit(), title="乙", text="明城文明")

    assert titles("文明城市") == []
    assert titles("文明 城市") == ["甲"]
    assert titles("明城 文明") == ["乙"]


def test_it_finds_exactly_what_like_finds():
    now = timezone.now()
    units = [make.unit() for _ in range(240)]
    for seed, unit in enumerate(units):
        put(unit, title=sentence(seed, 9), text=sentence(seed + 1000, 40 + seed % 60))
    queries = ["文", "文明", "文明城", "城市 文明", "新时代", "区新 务创", "服务创建", "代"]
    queries += [ALPHABET[n : n + size] for n in range(14) for size in (1, 2, 3, 4)]
    queries += [sentence(seed, 2 + seed % 3).strip(SIGNS) for seed in range(60)]

    for words in filter(None, (query.strip() for query in queries)):
        parts = [term.text for term in search.terms(words)]
        like = reduce(and_, (Q(title__icontains=p) | Q(text__icontains=p) for p in parts))
        expected = set(SearchEntry.objects.filter(like).values_list("pk", flat=True))
        assert set(search.find(words, at=now).values_list("pk", flat=True)) == expected, words


def test_a_phrase_is_found_past_the_sixteen_thousandth_word():
    put(make.unit(), title="长文", text="创建 " * 20_000 + "尾声点位")
    put(make.unit(), title="短文", text="点位尾声")

    assert titles("尾声点位") == ["长文"]


def test_what_is_scheduled_appears_on_time_and_what_expired_is_gone():
    now = timezone.now()
    put(make.unit(), title="今天的文明", visible_from=now)
    put(make.unit(), title="明天的文明", visible_from=now + timedelta(days=1))
    put(make.unit(), title="昨天的文明", visible_until=now)

    assert titles("文明", at=now) == ["今天的文明"]
    assert titles("文明", at=now + timedelta(days=1)) == ["明天的文明", "今天的文明"]


def test_the_title_counts_more_than_the_day():
    now = timezone.now()
    put(make.unit(), title="旧的文明", visible_from=now - timedelta(days=9))
    put(make.unit(), title="新的", text="文明", visible_from=now - timedelta(days=1))
    put(make.unit(), title="更旧的", text="文明", visible_from=now - timedelta(days=10))

    assert titles("文明") == ["旧的文明", "新的", "更旧的"]


def test_filters_narrow_by_section_unit_and_year():
    now = timezone.now()
    put(make.unit(), title="文明甲", section="news", unit_name="甲局")
    put(make.unit(), title="文明乙", section="notices", unit_name="乙局")
    put(make.unit(), title="文明丙", section="notices", visible_from=now - timedelta(days=800))

    assert titles("文明", sections=["news"]) == ["文明甲"]
    assert titles("文明", unit="乙局") == ["文明乙"]
    assert titles("文明", year=timezone.localtime(now - timedelta(days=800)).year) == ["文明丙"]


def test_indexing_anew_replaces_and_removing_forgets():
    unit = make.unit()
    put(unit, title="旧题", text="旧文")
    put(unit, title="新题", text="新文")

    assert titles("旧文") == []
    assert titles("新文") == ["新题"]
    search.remove(unit)
    assert titles("新文") == []


def test_rows_deleted_behind_its_back_leave_the_index_too():
    put(make.unit(), title="文明")
    SearchEntry.objects.all().delete()
    put(make.unit(), title="别的")

    assert titles("文明") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO civic_search(civic_search) VALUES ('integrity-check')")


HOSTILE = [
    "", " ", "\x00", "\x00文明\x00", '"', "'", "文\"明", "*", "文*", "NEAR(文明)", "OR", "AND NOT",
    "tokens:文明", "(((", "\\", "%", "_", "'; DROP TABLE civic_searchentry; --", "\ud800文明",
    "文明" * 5000, " ".join("文明城市志愿服务"), "🙂", "e\u0301", "İ", "𠮷野", "& | ! <-> :*",
    "-文明", "{{7*7}}",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_is_typed_is_only_words(words):
    put(make.unit(), title="文明")

    assert titles(words) in ([], ["文明"])
    assert isinstance(search.highlight("争创文明城市", words), list)


def test_what_cannot_be_stored_is_dropped_at_the_door():
    put(make.unit(), title="文\x00明", text="\ud800城\x07市\nok")

    assert [(e.title, e.text) for e in search.find("城 ok")] == [("文 明", " 城 市\nok")]


def test_hits_are_cut_out_of_the_text_as_written():
    parts = search.highlight("争创ＡＢＣ文明<b>城市</b>", "abc 文明 b")

    assert parts == [
        ("争创", False), ("ＡＢＣ", True), ("文明", True), ("<", False), ("b", True),
        (">城市</", False), ("b", True), (">", False),
    ]  # fmt: skip


def test_the_excerpt_shows_where_the_hits_are():
    text = "甲" * 300 + "文明城市" + "乙" * 300

    parts = search.highlight(text, "文明", width=40)

    assert parts[0] == ("…", False)
    assert ("文明", True) in parts
    assert parts[-1] == ("…", False)
    assert sum(len(part) for part, _hit in parts) == 42


def test_a_release_is_found_by_its_questions_speakers_and_keywords_not_its_markup():
    release = make.live_release(
        "发布会", kind="conference", body="<h2>点位</h2><p>正文</p>", keywords="名片"
    )
    speaker = Speaker.objects.create(release=release, name="示例甲", post="副主任")
    question = Question.objects.create(release=release, outlet="示例日报", text="下一步怎么办？")
    Answer.objects.create(question=question, speaker=speaker, name="示例甲", body="<p>回头看</p>")
    release_search.put(release)

    for words in ("点位", "示例甲", "副主任", "示例日报", "下一步", "回头看", "名片"):
        assert titles(words) == ["发布会"], words
    assert titles("h2") == []


def test_only_published_originals_are_indexed():
    release_search.put(make.release("草稿文明"))
    live = make.live_release("已发文明")
    release_search.put(live)
    release_search.put(make.live_release("更正文明", corrects=live))

    assert titles("文明") == ["已发文明"]
    live.status = "withdrawn"
    release_search.put(live)
    assert titles("文明") == []


def test_reindex_makes_the_same_index_from_the_sources():
    live = make.live_release("已发文明")
    make.release("草稿文明")
    put(make.unit(), title="无主文明")

    call_command("reindex", stdout=io.StringIO())

    assert titles("文明") == ["已发文明"]
    assert SearchEntry.objects.get().object_id == live.pk
    assert Release.objects.count() == 2
