"""Proofreading of the pasted press conference of 20 November 2020: what is wrong in it, where."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.releases.transcripts.given import FILE

pytestmark = pytest.mark.django_db


def printed(*options):
    out = StringIO()
    call_command("proofread", str(FILE), *options, stdout=out)
    return json.loads(out.getvalue())


def test_two_wrong_words_and_the_sentence_printed_twice_are_found_at_their_places():
    text = FILE.read_text(encoding="utf-8")

    hits = printed()["hits"]

    wanted = {
        "未位约谈": (text.index("未位约谈"), "末位约谈"),
        "部门报道": (text.index("部门报道"), "部门报到"),
        "市属主流媒体公众号发布10万+以上创文文章6篇": (
            text.rindex("市属主流媒体公众号发布10万+以上创文文章6篇"),
            "（删去）",
        ),
    }
    found = {hit["text"]: (hit["start"], hit["suggestion"]) for hit in hits}
    assert {name: found.get(name) for name in wanted} == wanted
    assert all(text[hit["start"] : hit["end"]] == hit["text"] for hit in hits)


def test_there_are_no_more_than_five_other_hits_and_each_is_true():
    hits = printed()["hits"]

    rules = [hit["rule"] for hit in hits]
    assert rules == [
        "half-width",  # once for all 293
        "unclosed",  # “一张清单明任务…
        "wrong:未位约谈",
        "wrong:部门报道",
        "repeated",
        "wrong:清醒的认识到",
        "single-quotes",  # ‘美丽晋城、品质生活’
    ]


def test_numbers_are_printed_when_asked_for():
    numbers = printed("--numbers")["numbers"]

    assert {"text": "984.1万", "value": "9841000"}.items() <= next(
        one for one in numbers if one["text"].startswith("984.1")
    ).items()
    assert len(numbers) >= 25
