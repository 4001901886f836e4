"""Numbers against the registry and against each other: in any language, of any size, in time."""

import time
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given

from civic import figures
from releases.proofreading import Context, examine, numbers
from tests import make
from tests.civic.test_wording import WIDE

TREES = {"义务植树株数": ("trees", "株", [Decimal(350)], frozenset())}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_figure_is_known_by_its_name_in_the_texts(language):
    """In Chinese, even for staff who read the back office in English."""
    with translation.override("zh-hans"):
        label = str(figures.get("media_posts").label)
    text = f"今年以来{label}12篇。"

    with translation.override(language):
        known = numbers.known_figures(text, None)
        hits = examine(text, [], Context(with_figures=True)).hits

    assert {name: one[:3] for name, one in known.items()} == {
        label: ("media_posts", "篇", [Decimal(0)])
    }
    assert [(hit.rule, hit.text, hit.suggestion) for hit in hits] == [
        ("figure:media_posts", "12篇", "0篇")
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全市义务植树株数360株。", ["360株"]),
        ("全市义务植树株数350株。", []),
        ("全市义务植树株数360人次。", []),
    ],
)
def test_the_number_behind_a_name_is_compared_in_its_unit(text, found):
    assert [hit.text for hit in numbers.against_figures(text, TREES, [])] == found


def test_of_two_names_the_longer_and_the_shorter_are_both_asked():
    known = {**TREES, "植树株数": ("all", "株", [Decimal(360)], frozenset())}

    found = numbers.against_figures("全市义务植树株数360株。", known, [])

    assert [hit.rule for hit in found] == ["figure:trees"]


@given(WIDE, WIDE)
def test_no_wide_number_breaks_proofreading(first, second):
    text = f"全市义务植树株数{first}株，义务植树株数{second}株。"

    assert isinstance(examine(text, []).hits, list)
    assert isinstance(numbers.against_figures(text, TREES, []), list)


@pytest.mark.django_db
@pytest.mark.parametrize("huge", ["99999999999999999万亿元", "一亿亿亿亿亿篇", "0.0000001篇"])
def test_a_release_with_a_number_no_office_counts_is_saved_proofread_and_submitted(huge):
    editor = make.user("editor")
    release = make.release(
        title="示例", body=f"<p>全市投入资金共{huge}。投入资金共3元。</p>", created_by=editor
    )

    release.proof()
    release.submit(by=editor)

    assert release.status != "draft"


def cost(text: str) -> float:
    """Seconds of this process for a look at the text, the best of three."""
    known = {f"示例数据名称{n}": (f"f{n}", "个", [Decimal(n)]) for n in range(300)}
    took = []
    for _turn in range(3):
        start = time.process_time()
        numbers.find(text)
        numbers.against_figures(text, known, [(n, n + 1) for n in range(0, len(text), 7)])
        took.append(time.process_time() - start)
    return min(took)


@pytest.mark.parametrize("piece", ["义务植树株数3株", "义务植树株数3株，", "示例数据名称7有8个。"])
def test_hostile_text_costs_no_more_than_its_length(piece):
    short = piece * (3000 // len(piece))

    cost(short)
    assert cost(short * 8) < 16 * cost(short) + 0.1
