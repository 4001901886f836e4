"""Citations: read from the text, checked against the rows, and the columns that keep them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from civic import citations, cites, richtext
from civic.citations import Citation, CitationsDiffer
from civic.publishing import Status
from releases.figureblocks import FigureBlock
from tests import make
from tests.civic.cited import cite, states, text_with, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]


# Markup ----------------------------------------------------------------------------------------


def test_the_cleaner_keeps_all_that_a_citation_says():
    markup = (
        '<span class="cite" data-figure="a" data-period="/2020-11-20" data-region="R1"'
        ' data-group="g" data-value="152" data-qualifier="余" data-as-of="2020-11-20"'
        ' data-historical="1" onclick="x()">152余个</span>'
    )

    span = richtext.cited(richtext.clean(markup))[0]

    assert (span.figure, span.period, span.region, span.group) == ("a", "/2020-11-20", "R1", "g")
    assert (span.value, span.qualifier, span.as_of) == ("152", "余", "2020-11-20")
    assert (span.is_historical, span.text) == (True, "152余个")


def test_each_number_comes_with_its_sentence_and_the_outer_of_two_counts():
    markup = text_with(cite("3个"), cite("约" + cite("4个"), "test_others"))

    found = richtext.cited(markup)

    assert [(one.figure, one.text) for one in found] == [
        ("test_units", "3个"),
        ("test_others", "约4个"),
    ]
    assert {one.sentence for one in found} == {"全市有3个，还有约4个。"}


def test_a_number_is_exchanged_and_the_format_around_it_stays():
    markup = text_with(cite("<strong>3</strong>个"), cite("4个", "test_others"))
    first, second = richtext.cited(markup)

    changed = cites.recited(
        markup, {0: replace(first, text="5<个"), 1: replace(second, as_of="2020-01-02")}
    )

    assert changed == (
        '<p>开头一句。全市有<span class="cite" data-figure="test_units"><strong>5&lt;个</strong>'
        '</span>，还有<span class="cite" data-figure="test_others" data-as-of="2020-01-02">4个'
        "</span>。最后一句。</p>"
    )


# Sync and check ----------------------------------------------------------------------------------


def test_rows_follow_the_text_at_every_save():
    release = make.release(body=text_with(cite("3个"), cite("3个"), cite("4个")))
    before = list(Citation.objects.of(release).values_list("wording", "pk"))

    release.body = text_with(cite("4个"), cite("3个"))
    release.save()

    after = list(Citation.objects.of(release).values_list("wording", "pk"))
    assert [wording for wording, _ in before] == ["3个", "3个", "4个"]
    assert after == [before[2], before[0]]


def test_answers_and_large_numbers_cite_as_the_text_does():
    units(3)
    release = make.conference(body=text_with(cite("3个")))
    make.question(release, "问？", ("示例甲", "主任", text_with(cite("4个"))))
    FigureBlock.objects.create(release=release, figure="test_units", shown="5个", label="单位")

    found = citations.check(release)

    assert [(one.citation.wording, one.citation.found) for one in found] == [("4个", 3), ("5个", 3)]
    assert [str(one.citation.field) for one in found] == ["示例甲的回答", "大号数字：单位"]


@pytest.mark.parametrize(
    ("shown", "state"),
    [("12个", "ok"), ("10余个", "ok"), ("近13个", "ok"), ("13个", "differs"), ("很多", "unknown")],
)
def test_a_number_holds_by_its_own_wording(shown, state):
    units(12)
    release = make.release(body=text_with(cite(shown)))

    citations.check(release)

    assert states(release) == [state]


@pytest.mark.parametrize(
    ("span", "state", "why"),
    [
        (cite("3个", "gone"), "unknown", "已经没有名为“gone”的数据"),
        (cite("3个", period="2020-12-31/2020-01-01"), "unknown", "看不懂"),
        (cite("3个", period="2020-99-99/"), "unknown", "看不懂"),
        (cite("9" * 30 + "个"), "unknown", "不是一个带单位的数字"),
        (cite("3个", **{"as_of": "2020-13-45"}), "ok", ""),
    ],
)
def test_what_cannot_be_understood_is_said_and_not_published(span, state, why):
    units(3)
    release = make.release(body=text_with(span), status=Status.APPROVED)
    chief = make.user("reviewer_3")

    found = citations.check(release)

    assert states(release) == [state]
    assert why in "".join(one.citation.why for one in found)
    if state != "ok":
        with pytest.raises(CitationsDiffer):
            release.publish(by=chief)


def test_a_figure_whose_query_fails_fails_alone(counted):
    units(2, "G")
    counted.append(True)
    release = make.release(body=text_with(cite("3个"), cite("2个", "test_others")))

    found = citations.check(release)

    assert [(one.citation.state, one.citation.why) for one in found] == [
        ("failed", "数据“test_units”暂时算不出来。")
    ]


# Large numbers -----------------------------------------------------------------------------------


def test_a_large_number_left_empty_is_written_from_its_rows():
    units(3)
    block = FigureBlock(release=make.release(), figure="test_units", qualifier="")

    block.full_clean()

    assert block.shown == "3个"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"figure": "gone"}, "figure"),
        ({"period": "2020-12-31/2020-01-01"}, "period"),
        ({"shown": "很多"}, "shown"),
    ],
)
def test_a_large_number_that_cites_nothing_is_refused_in_words(given, field):
    block = FigureBlock(release=make.release(), **{"figure": "test_units", **given})

    with pytest.raises(ValidationError) as refused:
        block.full_clean()

    assert list(refused.value.message_dict) == [field]


def test_the_columns_hold_what_was_found():
    units(3)
    release = make.release(body=text_with(cite("3个", value="3")))

    citations.check(release)

    row = Citation.objects.get()
    assert (row.shown, row.step, row.found) == (Decimal(3), Decimal(1), Decimal(3))
    assert (row.unit, row.field, row.figure) == ("个", "正文", "test_units")
