"""Hits of a release: decided, mended by place, kept with the review, and in the way of a step."""

import pytest

from civic.audit import AuditEvent
from civic.publishing import NoRight, Review, Status, TransitionRefused
from releases.models import HitDecision, ReviewProof, TermRule
from tests import make

pytestmark = pytest.mark.django_db

WRONG = "<p>会议对工作作了<strong>布</strong>署。</p>"


@pytest.fixture
def editor(db):
    return make.user("editor")


@pytest.fixture(autouse=True)
def rules(db):
    """Three rules instead of those that came with the program."""
    TermRule.objects.all().delete()
    TermRule.objects.create(pattern="布署", correction="部署")
    TermRule.objects.create(kind="forbidden", grade="block", pattern="绝密★")
    TermRule.objects.create(kind="forbidden", grade="confirm", pattern="内部资料")


def draft(person, body=WRONG, **extra):
    return make.release(
        "示例新闻", body=body, created_by=person, edited_by=person, unit=person.unit, **extra
    )


def texts(release):
    return [(one.where, one.hit.text) for one in release.proof().found]


def only(release):
    (one,) = release.proof().found
    return one


def test_every_part_is_read_and_a_hit_says_where_it_is(editor):
    release = draft(editor, summary="作了布署。")
    make.question(release, "怎样布署？", ("示例甲", "主任", "<p>已经布署。</p>"))

    assert [text for _where, text in texts(release)] == ["布署"] * 4
    assert len({where for where, _text in texts(release)}) == 4


def test_a_fix_mends_the_text_at_its_place_and_leaves_the_markup(editor):
    release = draft(editor)
    one = only(release)

    release.fix_hit(one.hit.key, by=editor, version=release.version)

    release.refresh_from_db()
    assert release.body == "<p>会议对工作作了<strong>部署</strong>。</p>"
    assert release.version == 2
    assert texts(release) == []
    assert release.history.first().full_text.count("部署") == 1
    assert [d.verdict for d in HitDecision.objects.all()] == ["fixed"]
    assert AuditEvent.objects.filter(act="proofreading.fixed").count() == 1


def test_a_fix_in_an_answer_mends_the_answer(editor):
    release = draft(editor, body="<p>正文。</p>")
    asked = make.question(release, "问？", ("示例甲", "主任", "<p>已经布署。</p>"))

    release.fix_hit(only(release).hit.key, by=editor, version=1)

    assert asked.answers.get().body == "<p>已经部署。</p>"


def test_of_two_who_fix_the_second_is_told_and_nothing_is_mended_twice(editor):
    release = draft(editor)
    key = only(release).hit.key
    release.fix_hit(key, by=editor, version=1)

    with pytest.raises(TransitionRefused):
        release.fix_hit(key, by=editor, version=1)
    with pytest.raises(TransitionRefused):
        release.fix_hit(key, by=editor, version=2)

    release.refresh_from_db()
    assert release.version == 2


def test_a_fix_in_review_makes_the_text_a_draft_again(editor):
    release = draft(editor)
    release.submit(by=editor)

    release.fix_hit(only(release).hit.key, by=editor, version=release.version)

    release.refresh_from_db()
    assert release.status == Status.DRAFT
    assert Review.objects.of(release).first().verdict == Review.Verdict.RESET


def test_a_citation_is_never_mended_from_here(editor):
    cite = '<span class="cite" data-figure="x" data-value="1">布署</span>'
    release = draft(editor, body=f"<p>作了{cite}。</p>")

    with pytest.raises(TransitionRefused):
        release.fix_hit(only(release).hit.key, by=editor, version=release.version)


def test_keeping_a_hit_needs_a_reason_and_outlives_edits_elsewhere(editor):
    release = draft(editor)
    key = only(release).hit.key

    with pytest.raises(TransitionRefused):
        release.decide_hit(key, "ignored", by=editor, reason="  ")
    release.decide_hit(key, "ignored", by=editor, reason="引文原样")
    release.body = f"<p>新的一段。</p>{WRONG}"
    release.save()

    assert only(release).decision.reason == "引文原样"


def test_a_blocked_word_cannot_be_kept_submitted_or_published(editor):
    chief = make.user("office_chief")
    release = draft(editor, body="<p>绝密★文件。</p>")

    with pytest.raises(TransitionRefused):
        release.decide_hit(only(release).hit.key, "ignored", by=editor, reason="要用")
    with pytest.raises(TransitionRefused, match="绝密"):
        release.submit(by=editor)
    with pytest.raises(TransitionRefused, match="绝密"):
        release.publish_urgently(by=chief, reason="急")

    release.refresh_from_db()
    assert release.status == Status.DRAFT


def test_a_word_to_be_confirmed_waits_for_its_reason(editor):
    release = draft(editor, body="<p>内部资料一份。</p>")
    with pytest.raises(TransitionRefused, match="内部资料"):
        release.submit(by=editor)

    release.decide_hit(only(release).hit.key, "ignored", by=editor, reason="书名")
    release.submit(by=editor)

    assert release.status == Status.FIRST


def test_what_was_to_be_changed_and_was_forgotten_is_told_at_submission(editor):
    release = draft(editor)
    release.decide_hit(only(release).hit.key, "accepted", by=editor)

    with pytest.raises(TransitionRefused, match="布署"):
        release.submit(by=editor)

    release.body = WRONG.replace("布", "部")
    release.save()
    release.submit(by=editor)
    assert release.status == Status.FIRST


def test_the_hits_stay_with_the_review_of_the_step(editor):
    release = draft(editor)
    release.decide_hit(only(release).hit.key, "ignored", by=editor, reason="引文原样")

    release.submit(by=editor)

    kept = ReviewProof.objects.get()
    assert kept.review == Review.objects.of(release).first()
    assert [(hit["text"], hit["verdict"], hit["reason"]) for hit in kept.hits] == [
        ("布署", "ignored", "引文原样")
    ]


def test_who_may_not_edit_decides_nothing(editor):
    release = draft(editor)
    key = only(release).hit.key
    stranger = make.user("unit_liaison", unit=make.unit("别的单位"))

    with pytest.raises(NoRight):
        release.decide_hit(key, "accepted", by=stranger)
    with pytest.raises(NoRight):
        release.fix_hit(key, by=make.user("office_chief"), version=1)

    assert HitDecision.objects.count() == 0


def test_a_rule_out_of_use_finds_nothing(editor):
    release = draft(editor)
    assert texts(release) != []

    rule = TermRule.objects.get(pattern="布署")
    rule.is_active = False
    rule.save()

    assert texts(release) == []
