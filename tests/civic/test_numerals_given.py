"""The figures that stand in the pasted press conference of 20 November 2020."""

from decimal import Decimal

from civic.numerals import find
from tests.releases.transcripts.given import FILE

# number, unit, qualifier and how often the conference says it
SAID = {
    "18年": (18, "年", "", 5),
    "十八年": (18, "年", "", 1),
    "235万人": (2_350_000, "人", "", 3),
    "35年": (35, "年", "", 1),
    "3年": (3, "年", "", 1),
    "九项": (9, "项", "", 1),
    "9次": (9, "次", "", 1),
    "5384余个": (5384, "个", "余", 1),
    "67871个": (67_871, "个", "", 1),
    "百万余张": (1_000_000, "张", "余", 1),
    "近万条": (10_000, "条", "近", 1),
    "8次": (8, "次", "", 1),
    "14次": (14, "次", "", 1),
    "58个": (58, "个", "", 1),
    "45次": (45, "次", "", 1),
    "16个": (16, "个", "", 1),
    "11个": (11, "个", "", 1),
    "22期": (22, "期", "", 1),
    "四个": (4, "个", "", 1),
    "152篇": (152, "篇", "", 1),
    "536520": (536_520, "", "", 1),
    "3.1万": (31_000, "", "", 1),
    "10万+": (100_000, "", "+", 2),
    "6篇": (6, "篇", "", 2),
    "128篇": (128, "篇", "", 1),
    "24.8万": (248_000, "", "", 1),
    "984.1万": (9_841_000, "", "", 1),
    "1011篇": (1011, "篇", "", 1),
    "66篇": (66, "篇", "", 1),
    "近2000个": (2000, "个", "近", 1),
    "19万": (190_000, "", "", 1),
    "35万人": (350_000, "人", "", 1),
    "36万多小时": (360_000, "小时", "多", 1),
    "24个": (24, "个", "", 1),
    "8年": (8, "年", "", 1),
    "390多个": (390, "个", "多", 1),
    "104个": (104, "个", "", 1),
}


def test_every_figure_of_the_conference_is_found_at_its_place_and_nothing_else():
    text = FILE.read_text(encoding="utf-8")

    found = [n for n in find(text) if not n.is_date and n.text != "三分之一"]

    assert [n.text for n in found] == [text[n.start : n.end] for n in found]
    assert {
        n.text: (n.number, n.unit, n.qualifier, [m.text for m in found].count(n.text))
        for n in found
    } == SAID


def test_the_third_of_the_cities_is_a_fraction():
    part = next(n for n in find(FILE.read_text(encoding="utf-8")) if n.text == "三分之一")

    assert (round(part.number, 3), part.unit) == (Decimal("0.333"), "")


def test_its_dates_are_no_figures():
    found = [n.text for n in find(FILE.read_text(encoding="utf-8")) if n.is_date]

    assert sorted(set(found)) == [
        "11月10日", "11月20日", "2014-2024", "2018年", "2019年", "2020-11-20 19:25", "2020年",
        "8月份",
    ]  # fmt: skip
