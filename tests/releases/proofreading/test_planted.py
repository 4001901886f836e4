"""Errors planted in invented texts are found, and texts without errors are left in peace."""

import time

from releases.proofreading import Context, examine
from releases.proofreading.terms import shipped
from tests.releases.proofreading.planted import CLEAN, PEOPLE, PLANTED, unmarked


def hits(text):
    return examine(text, shipped(), Context(people=PEOPLE)).hits


def touches(hit, places):
    return any(hit.start < end and start < hit.end for start, end in places)


def test_planted_errors_are_found_with_high_precision_and_recall(capsys):
    texts = [unmarked(marked) for marked in PLANTED]
    found = right = missed = 0

    wrong = [hit.text for hit in hits(CLEAN)]
    for one in texts:
        seen = hits(one.text)
        found += sum(touches(hit, one.places) for hit in seen)
        wrong += [hit.text for hit in seen if not touches(hit, one.places)]
        caught = [any(h.start < e and s < h.end for h in seen) for s, e in one.places]
        right += sum(caught)
        missed += len(caught) - sum(caught)
    precision, recall = found / (found + len(wrong)), right / (right + missed)
    with capsys.disabled():
        print(f"\nplanted {right + missed}: precision {precision:.3f}, recall {recall:.3f}")

    assert right + missed >= 40
    assert precision >= 0.9, wrong
    assert recall >= 0.9


def test_a_text_of_several_thousand_characters_without_errors_has_no_hits():
    assert len(CLEAN) > 3000
    assert [(hit.rule, hit.text) for hit in hits(CLEAN)] == []


def test_six_thousand_characters_take_less_than_a_second():
    text = (CLEAN + "\n".join(unmarked(marked).text for marked in PLANTED)) * 2
    assert len(text) >= 6000
    hits(text)  # patterns are compiled once a process

    begun = time.process_time()
    hits(text)

    assert time.process_time() - begun < 1


def test_three_hundred_rules_and_more_come_with_the_program_and_all_can_be_used():
    report = examine("示例。" + CLEAN, shipped())

    assert len(shipped()) >= 300
    assert report.notes == []
    assert len({term.pattern for term in shipped()}) == len(shipped())
