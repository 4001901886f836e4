"""The checks one by one: marks, repetitions, dates, posts, numbers; and text of any kind."""

from datetime import date
from decimal import Decimal

import pytest

from civic.declared import DeclaredFigure
from releases.proofreading import Context, Kind, examine, numbers
from releases.proofreading.terms import Term


def found(text, rules=(), **about):
    return [(hit.rule, hit.text) for hit in examine(text, rules, Context(**about)).hits]


def mended(text, rules=()):
    for hit in reversed(examine(text, rules).hits):
        for start, end, new in sorted(hit.edits, reverse=True):
            text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("他说：“一定来。”大家都笑了。", []),
        ("他说：“一定来。大家都笑了。", [("unclosed", "“")]),
        ("他说：一定来”。", [("unopened", "”")]),
        ("《办法（试行)》已印发。", [("mixed-pair", ")")]),
        ("《办法（试行》已印发。", [("unclosed", "（")]),
        ("“我们从头做起，\n一步一步来。”", []),
        ("“第一段。\n“第二段。”", []),
        ("“外面‘里面’外面。”", []),
        ("外面‘里面’外面。", [("single-quotes", "‘里面’")]),
        ('他叫它"小花园"。', [("straight-quotes", '"小花园"')]),
        ('他叫它"小花园。', [("unclosed", '"')]),
        ("1）第一项。", []),
        ("It’s a city’s work.", []),
        ("时间是10:30，比分3:2，共1,000人，见https://example.com/?a=1。", []),
        ("好的,知道了。行不行?", [("half-width", ",")]),
        ("按时报送，，不得迟到。", [("doubled-mark", "，，")]),
    ],
)
def test_marks(text, hits):
    assert found(text) == hits


def test_half_width_marks_are_reported_once_and_mended_together():
    text = "今天开会,人人到齐;会期两天:十一月二十日(周五)报到......请准时!"

    hits = examine(text, []).hits

    assert [(hit.rule, hit.count) for hit in hits] == [("half-width", 7)]
    assert mended(text) == "今天开会，人人到齐；会期两天：十一月二十日（周五）报到……请准时！"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("今年全市建成口袋公园六十处。居民很满意！今年全市建成口袋公园六十处。", 1),
        ("今年全市建成“口袋公园”六十处。居民很满意！今年全市建成口袋公园，六十处。", 1),
        ("坚持为民。坚持为民。", 0),  # short, and said for effect
        ("第六届全国文明城市入选名单\n公布\n第六届全国文明城市入选名单", 0),  # a caption
    ],
)
def test_a_sentence_said_twice(text, hits):
    assert len([1 for rule, _text in found(text) if rule == "repeated"]) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("2月29日", []),
        ("2021年2月29日", ["2021年2月29日"]),
        ("2月30日", ["2月30日"]),
        ("二月三十日", ["二月三十日"]),
        ("11月31日", ["11月31日"]),
        ("13月份", ["13月份"]),
        ("历时13个月", []),
        ("2020年11月20日（星期五）", []),
        ("2020年11月20日（星期四）", ["2020年11月20日（星期四）"]),
        ("2020-02-30", ["2020-02-30"]),
        ("20201年发布", ["20201年"]),
        ("第五季度", ["第五季度"]),
        ("上午9:75开会", ["9:75"]),
        ("比例为3:97", []),
        ("6月20日至6月10日", ["6月20日至6月10日"]),
        ("11月15日至3月15日供暖", []),
    ],
)
def test_dates(text, hits):
    assert [shown for _rule, shown in found(text)] == hits


def test_a_day_of_the_week_is_checked_in_the_year_the_text_is_from():
    text = "11月20日（星期四）下午举行。"

    assert found(text) == []
    assert found(text, day=date(2020, 11, 20)) == [("weekday", "11月20日（星期四）")]


PEOPLE = (("示例乙", "市文明办副主任"), ("示例丙", "市委宣传部副部长、市文明办主任"))


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("市文明办副主任示例乙到会。", []),
        ("今天，市委宣传部副部长、市文明办主任示例丙到会。", []),
        ("文明办副主任示例乙到会。", []),
        ("市文明办主任示例乙到会。", [("post", "市文明办主任示例乙")]),
        ("市教育局副主任示例乙到会。", [("post", "市教育局副主任示例乙")]),
        ("示例乙到会。", []),
    ],
)
def test_posts(text, hits):
    assert found(text, people=PEOPLE) == hits


def test_a_rule_may_name_a_person_with_a_post():
    rule = Term(kind=Kind.TITLE, grade="hint", pattern="示例丁", correction="市城管局局长")

    assert found("市城管局副局长示例丁介绍情况。", [rule]) == [("post", "市城管局副局长示例丁")]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("模拟测评点位5384个。其后又说，模拟测评点位5348个。", ["5348个"]),
        ("模拟测评点位5384个。其后又说，模拟测评点位5300余个。", []),
        ("2019年模拟测评点位5384个。2020年模拟测评点位6001个。", []),
        ("志愿者总数由2019年的19万人增加到35万人。", []),
    ],
)
def test_numbers_of_one_thing_that_disagree(text, hits):
    assert [shown for rule, shown in found(text) if rule == "number"] == hits


@pytest.mark.parametrize("text", ["", "\n\n", "a" * 50_000, "“" * 5_000, "\ud800（", "，" * 9_999])
def test_any_text_is_read_without_an_error(text):
    examine(text, [Term(kind="wrong", grade="hint", pattern="（")])


def test_a_rule_needs_its_neighbours_and_spares_what_is_excused():
    rule = Term("wrong", "hint", "部门报道", "部门报到", near=("吹哨",), unless=("各部门报道",))

    assert found("街道吹哨、部门报道。", [rule]) == [("wrong:部门报道", "部门报道")]
    assert found("据有关部门报道。街道吹哨。", [rule]) == []
    assert found("街道吹哨，各部门报道。", [rule]) == []
    assert mended("街道吹哨、部门报道。", [rule]) == "街道吹哨、部门报到。"


def test_a_key_outlives_edits_elsewhere():
    rule = Term("wrong", "hint", "布署", "部署")
    before = examine("已作布署。", [rule]).hits[0].key

    after = examine("新的一段。\n已作布署。", [rule]).hits[0].key

    assert after == before


GROUPS = frozenset(["文明示例", "人民号"])
NAMED = {"约谈会场次": ("talks", "场", [Decimal(20), Decimal(14)], GROUPS)}


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("今年以来约谈会场次达14场。", []),
        ("今年以来约谈会场次20余场。", []),  # 20, up to the day
        ("今年以来约谈会场次为15场。", [("figure:talks", "15场", "14场")]),
        ("今年以来约谈会场次15次。", []),  # another unit
        ("今年以来约谈会15场。", []),  # not its name
        ("今年约谈会场次由15场增加。", []),
        ("我市人民号约谈会场次15场。", []),  # of a group
        ("2020年1月至11月约谈会场次15场。", []),  # of days of its own
        ("2020年开始。约谈会场次15场。", [("figure:talks", "15场", "14场")]),
    ],
)
def test_a_number_behind_the_name_of_a_figure_is_one_of_its_values(text, hits):
    found = numbers.against_figures(text, NAMED, [])

    assert [(hit.rule, hit.text, hit.suggestion) for hit in found] == hits
    for hit in found:
        (start, end, new), where = hit.edits[0], text.index(hit.text)
        assert (start, end, new) == (where, where + len(hit.text), "14场")
        assert numbers.against_figures(text, NAMED, [(start, end)]) == []  # a citation is spared


@pytest.mark.django_db
def test_the_figures_a_text_names_are_asked_for_in_all_and_up_to_its_day():
    row = DeclaredFigure.objects.create(
        is_public=True,
        name="trees",
        label="义务植树株数",
        unit="株",
        number=350,
        as_of=date(2020, 11, 1),
        source_title="示例年报",
        source_url="https://example.com/",
    )

    known = numbers.known_figures("全市义务植树株数360株。", date(2020, 11, 20))

    assert known["义务植树株数"] == ("declared-trees", "株", [Decimal(350)], frozenset())
    assert found("义务植树株数360株。", with_figures=True) == [("figure:declared-trees", "360株")]

    row.is_public = False
    row.save()
    assert found("义务植树株数360株。", with_figures=True) == []  # not for all who write
