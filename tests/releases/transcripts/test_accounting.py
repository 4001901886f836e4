"""Nothing is lost: every line is in the place that `uses` names, to the last character."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civic import richtext
from releases.transcripts import from_text
from releases.transcripts import text as plain_text
from releases.transcripts.blocks import squeezed
from tests.releases.transcripts import layouts

LINES = sorted({line for layout in layouts.ALL.values() for line in layout.split("\n")})
_BULLET = re.compile(r"^[•●○■□◆◇▪►▶➢➤✔✓★☆·∙*–-]")


def words(markup):
    return squeezed(html.unescape(re.sub(r"<[^>]*>", "", markup)))


def places(found):
    """Where lines may have gone, without white space."""
    asked = [[one.topic, one.label, one.text] for one in found.questions]
    given_ = [[a.label, words(a.body)] for one in found.questions for a in one.answers]
    head = [squeezed(line) for line in found.head]
    return {
        "title": head,
        "head": head,
        "people": head,
        "body": [words(found.body)],
        "question": [squeezed("".join(part)) for part in asked],
        "answer": [squeezed("".join(part)) for part in given_],
        "dropped": [squeezed(one.text) for one in found.dropped],
    }


def check(pasted):
    found = from_text(pasted)
    where = places(found)
    numbered = enumerate(plain_text.tidy(pasted).split("\n"), start=1)
    written = {number: squeezed(line) for number, line in numbered if line.strip()}

    assert set(found.uses) == set(written)
    for number, line in written.items():
        options = [line, _BULLET.sub("", line)]
        assert any(option in place for option in options for place in where[found.uses[number]]), (
            number,
            line,
            found.uses[number],
        )
    assert richtext.clean(found.body).count("<p") == found.body.count("<p")


@pytest.mark.parametrize("name", layouts.ALL)
def test_every_line_of_a_layout_is_kept(name):
    check(layouts.ALL[name])


@settings(
    derandomize=True,
    max_examples=250,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=40).filter(any))
def test_every_line_is_kept_in_any_order(chosen):
    check("\n".join(chosen))


@settings(derandomize=True, max_examples=250, database=None, deadline=None)
@given(
    st.text(
        alphabet="记者答问:：1一、。?？ •\n〔〕2026年3月5日示例甲主持人<>&\u200b\x00《》[]【】",
        min_size=1,
        max_size=160,
    )
)
def test_every_character_of_odd_text_is_kept(pasted):
    if plain_text.tidy(pasted).strip():
        check(pasted)
