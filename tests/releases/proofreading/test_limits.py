"""What is read of a text however long, what is not, that this is said, and what it costs."""

import time

import pytest

from civic import richedits
from releases.proofreading import Context, examine, terms
from releases.proofreading.engine import LONGEST
from releases.proofreading.hits import MOST
from releases.proofreading.patterns import PatternRefused, compiled
from releases.proofreading.terms import Term, shipped

SENTENCE = "今年全市建成口袋公园六十处，居民很满意。"
SLOW = "(a|aa|aaa)a{0,20}a{0,14}[bc]"  # the worst an expression may be
FILLER = "甲乙丙丁戊己庚辛。"


def blocked(pattern, **more):
    return Term("forbidden", "block", pattern, **more)


def texts(report, grade="block"):
    return [hit.text for hit in report.hits if hit.grade == grade]


def long_text(end, filler=FILLER, length=LONGEST):
    return filler * (length // len(filler) + 1) + end


@pytest.fixture
def short_of_time(monkeypatch):
    monkeypatch.setattr(terms, "BUDGET", 0.2)
    monkeypatch.setattr(terms, "BLOCK_BUDGET", 0.2)


# Read to the end -------------------------------------------------------------------------------


def test_a_blocked_word_is_found_behind_any_number_of_characters():
    report = examine(long_text("绝密★文件"), [blocked("绝密★")])

    assert texts(report) == ["绝密★"]


def test_a_blocking_expression_reads_a_line_of_any_length():
    report = examine("甲" * 50_000 + "绝密12号", [blocked("绝密[0-9]{1,4}号", is_regex=True)])

    assert texts(report) == ["绝密12号"]
    assert report.incomplete == []


@pytest.mark.parametrize("at", range(1_990, 2_011))
def test_a_long_line_read_in_pieces_is_read_as_if_in_one(at):
    line = "甲" * at + "绝密1234号" + "甲" * 50

    for pattern, found in [
        ("绝密[0-9]{1,4}", "绝密1234"),
        ("(?<=甲绝)密", "密"),
        ("密(?=1234号甲)", "密"),
        ("绝密(?!1234号)", None),
        ("密.{0,20}号", "密1234号"),
        ("绝(?!密1)", None),
    ]:
        report = examine(line, [blocked(pattern, is_regex=True)])
        assert texts(report) == ([found] if found else []), pattern


def test_a_blocked_word_inside_a_wider_hint_of_its_kind_still_blocks():
    rules = [Term("forbidden", "hint", "绝密文件"), blocked("绝密")]

    assert texts(examine("一份绝密文件。", rules)) == ["绝密"]


def test_a_neighbour_stands_at_the_other_end_of_a_long_sentence():
    rule = blocked("密件", near=("军事",))

    assert texts(examine(f"军事{'甲，' * 400}密件。", [rule])) == ["密件"]
    assert texts(examine(f"军事。{'甲，' * 400}密件。", [rule])) == []


@pytest.mark.parametrize("grade", ["block", "confirm", "hint"])
def test_a_rule_about_a_name_asks_for_what_its_grade_says(grade):
    rule = Term("title", grade, "示例丁", "市城管局局长")

    (hit,) = examine("市城管局副局长示例丁介绍情况。", [rule]).hits

    assert (hit.text, hit.grade) == ("市城管局副局长示例丁", grade)


def test_expressions_that_use_up_the_time_of_hints_take_none_from_what_blocks(short_of_time):
    rules = [Term("wrong", "hint", SLOW, is_regex=True), blocked("绝密[甲乙]", is_regex=True)]

    report = examine("a" * 100_000 + "绝密乙", rules)

    assert texts(report) == ["绝密乙"]
    assert len(report.incomplete) == 1


# What was not examined is said -----------------------------------------------------------------


def test_a_text_that_is_too_long_for_the_other_checks_says_so():
    report = examine(long_text("（"), [])

    (why,) = report.incomplete
    assert str(LONGEST) in why
    assert examine(FILLER, []).incomplete == []


@pytest.mark.parametrize("grade", ["block", "confirm", "hint"])
def test_a_rule_that_takes_too_long_is_stopped_and_named(grade, short_of_time):
    slow = Term("wrong", grade, SLOW, is_regex=True)
    quick = Term("wrong", grade, "[甲乙]丙", is_regex=True)
    begun = time.process_time()

    report = examine("a" * 100_000, [quick, slow, slow])

    (why,) = report.incomplete
    assert SLOW in why
    assert "2" in why  # rules that did not read all
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(("grade", "stops"), [("block", True), ("confirm", True), ("hint", False)])
def test_a_rule_that_cannot_be_used_stops_the_text_unless_it_only_hints(grade, stops):
    report = examine("示例。", [Term("wrong", grade, "(未位", is_regex=True)])

    assert bool(report.incomplete) is stops
    assert bool(report.notes) is not stops


def test_places_that_ask_for_a_decision_and_are_not_listed_keep_the_text_back():
    asks = Term("forbidden", "confirm", "内部资料")

    report = examine("内部资料。甲" * (MOST + 5), [asks])

    assert len(texts(report, "confirm")) == MOST
    assert any("内部资料" in why and "5" in why for why in report.incomplete)


def test_what_blocks_is_listed_before_what_hints():
    report = examine("“" * 1_000 + "绝密★", [blocked("绝密★")])

    assert texts(report) == ["绝密★"]
    assert (len(report.hits), report.more) == (MOST, 701)
    assert report.incomplete == []


# What it costs ---------------------------------------------------------------------------------

HARD = {
    "brackets closed by others": "（" * 30_000 + "】" * 30_000,
    "brackets in one another": "（【" * 30_000 + "）】" * 30_000,
    "nothing closed": "“" * 100_000,
    "nothing closed, in lines": "“甲\n" * 50_000,
    "nothing closed, two kinds": "（“" * 50_000,
    "nothing opened": "”" * 100_000,
    "single marks": "‘甲" * 100_000,
    "one sentence": SENTENCE * (150_000 // len(SENTENCE)),
    "one word": "报道" * 100_000,
    "combining characters only": "\u0301" * 200_000,
    "combining characters on letters": "e\u0301\u0323" * 60_000,
    "no characters to see": "\u200b" * 200_000,
    "one figure": "1" * 200_000,
    "numerals": "一" * 200_000,
    "dates": "2月30日" * 40_000,
    "straight marks": '"甲\n' * 50_000,
    "brackets of code": "(" * 100_000 + "甲",
    "doubled marks": "，，" * 100_000,
    "lines": "甲\n" * 100_000,
    "spaces": "。" + " " * 200_000 + "甲",
}


@pytest.mark.parametrize("name", HARD)
def test_time_grows_with_the_text_and_nothing_else(name):
    """A tenth of what is allowed on an idle machine; what was quadratic took 6 to 60 seconds."""
    begun = time.process_time()

    report = examine(HARD[name], shipped(), Context(people=(("示例甲", "市文明办主任"),)))

    assert time.process_time() - begun < 5
    assert len(report.hits) <= MOST


def test_five_thousand_rules_read_six_thousand_characters_within_a_second():
    rules = [Term("wrong", "hint", f"示例{n}错", f"示例{n}对") for n in range(4_000)]
    rules += [Term("wrong", "hint", f"(示|例)?错{n}", is_regex=True) for n in range(1_000)]
    text = (SENTENCE * 400)[:6_000]
    examine(text, rules)  # expressions are compiled once a process

    begun = time.process_time()
    report = examine(text, rules)

    assert time.process_time() - begun < 1
    assert report.incomplete == []


def test_a_fix_of_many_places_costs_the_length_of_the_text():
    laid = richedits.layout(f"<p>{'甲,乙&amp;' * 50_000}</p>")
    edits = [(n, n + 1, "，") for n, sign in enumerate(laid.text) if sign == ","]

    begun = time.process_time()
    edited = laid.edited(edits)

    assert time.process_time() - begun < 5
    assert edited == f"<p>{'甲，乙&amp;' * 50_000}</p>"


# Patterns that looked harmless -----------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern", [r"[\\](a*)*b]", r"[\\](a|a){9,20}c]", r"[^\\]a{0,20}a{0,20}a{0,20}b]", "[]](a+)+]"]
)
def test_a_class_that_ends_with_a_backslash_hides_nothing(pattern):
    with pytest.raises(PatternRefused):
        compiled(pattern)


@pytest.mark.parametrize("pattern", [r"[\]*+]甲", "[]*]甲", "[^]+]甲", r"[a\\]甲", "[*+?]甲"])
def test_what_stands_in_a_class_is_no_repetition(pattern):
    assert compiled(pattern).pattern == pattern
