"""Patterns of rules: what is refused in words, and that none can run away with the time."""

import time

import pytest
from django.core.exceptions import ValidationError

from releases.models import TermRule
from releases.proofreading import examine
from releases.proofreading.patterns import PatternRefused, compiled
from releases.proofreading.terms import Term


@pytest.mark.parametrize(
    "pattern",
    [
        "(未位",
        "[未",
        "a+",
        "(a*)*",
        "(ab){2,9}",
        "a{1,200}",
        "a{3,}",
        r"(a)\1",
        "(?P<name>a)",
        "(?i)a",
        "a?",
        "",
        "a{0,20}b{0,20}c{0,20}d{0,20}",
        "(a|b)" * 12,
        "x" * 200,
    ],
)
def test_a_pattern_that_is_broken_or_could_run_away_is_refused(pattern):
    with pytest.raises(PatternRefused) as refusal:
        compiled(pattern)

    assert str(refusal.value)


@pytest.mark.parametrize("pattern", ["未位(?=约谈|淘汰)", "[甲乙]{1,20}丙", r"(?<!\d)1[3-9]\d{9}"])
def test_a_limited_expression_is_taken(pattern):
    assert compiled(pattern).pattern == pattern


def test_the_worst_pattern_allowed_takes_no_longer_than_the_budget():
    rule = Term("wrong", "hint", "a{0,20}a{0,20}b", is_regex=True)

    begun = time.process_time()
    examine("a" * 20_000, [rule] * 5)

    assert time.process_time() - begun < 3


def test_a_broken_rule_in_the_table_is_left_out_with_a_note_and_the_others_work():
    rules = [
        Term("wrong", "hint", "(未位", is_regex=True),
        Term("wrong", "hint", "", ""),
        Term("wrong", "hint", "布署", "部署"),
    ]

    report = examine("已作布署。", rules)

    assert [hit.text for hit in report.hits] == ["布署"]
    assert len(report.notes) == 2
    assert "(未位" in report.notes[0]


def test_the_form_says_at_the_field_what_is_wrong_with_a_pattern():
    with pytest.raises(ValidationError) as refusal:
        TermRule(pattern="(未位", is_regex=True).clean()

    assert list(refusal.value.message_dict) == ["pattern"]
