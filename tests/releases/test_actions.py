"""Corrections: a working copy is reviewed, and taken over into the text readers know."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from civic.publishing import NoRight, Review, Status, TransitionRefused, WithdrawReason
from releases import actions
from releases.models import Answer, Attachment, Question, RelatedReading, Release, Speaker
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make.user("editor"), [make.user(f"reviewer_{n}") for n in (1, 2, 3)]


def conference(editor, **extra):
    """A published conference with a speaker, a question, an answer, a file, a related text."""
    release = make.live_release(
        "发布会",
        at=timezone.now() - timedelta(days=3),
        kind="conference",
        created_by=editor,
        **extra,
    )
    speaker = Speaker.objects.create(release=release, name="示例发言", post="主任")
    question = Question.objects.create(release=release, outlet="示例日报", text="覆盖面有多大？")
    Answer.objects.create(question=question, speaker=speaker, name="示例发言", body="<p>很大。</p>")
    file = SimpleUploadedFile("表.txt", "甲乙丙".encode())
    Attachment.objects.create(release=release, file=file, title="统计表")
    RelatedReading.objects.create(release=release, to=make.live_release("相关"))
    return release


def published(copy, people):
    editor, reviewers = people
    copy.submit(by=editor)
    for reviewer in reviewers:
        copy.approve(by=reviewer)
    copy.publish(by=reviewers[-1])


def test_a_correction_goes_into_the_text_readers_know(people):
    editor, reviewers = people
    original = conference(editor)
    address, first = original.get_absolute_url(), original.first_published_at
    copy = actions.start_correction(release=original, by=editor)
    copy.body, copy.correction_note = "<p>改过的正文。</p>", "更正了参加人数。"
    copy.save()
    readers_see = Release.objects.get(pk=original.pk).body

    published(copy, people)

    original.refresh_from_db()
    copy.refresh_from_db()
    assert readers_see == "<p>正文。</p>"
    assert (original.body, original.get_absolute_url(), original.first_published_at) == (
        "<p>改过的正文。</p>",
        address,
        first,
    )
    assert [note["text"] for note in original.change_notes] == ["更正了参加人数。"]
    assert [row["name"] for row in original.imprint] == [one.name for one in reviewers]
    assert copy.status == Status.ARCHIVED
    assert list(Release.objects.live().filter(title="发布会")) == [original]


def test_files_and_questions_keep_their_addresses(people):
    editor, _reviewers = people
    original = conference(editor)
    file, mark = original.attachments.get(), original.questions.get().mark
    copy = actions.start_correction(release=original, by=editor)
    copy.attachments.update(title="统计表（更正）")
    copy.questions.update(text="覆盖面到底有多大？")
    Attachment.objects.create(
        release=copy, file=SimpleUploadedFile("新.txt", b"new"), title="新附件", order=1
    )
    Release.objects.filter(pk=copy.pk).update(correction_note="更正附件。")
    copy.refresh_from_db()

    published(copy, people)

    kept = original.attachments.get(key=file.key)
    question = original.questions.get()
    assert (kept.pk, kept.title) == (file.pk, "统计表（更正）")
    assert [one.title for one in original.attachments.all()] == ["统计表（更正）", "新附件"]
    assert (question.mark, question.text) == (mark, "覆盖面到底有多大？")
    assert [answer.speaker.name for answer in question.answers.all()] == ["示例发言"]
    assert [row.to.title for row in original.related_rows.all()] == ["相关"]


def test_a_file_taken_out_of_the_correction_leaves_the_text(people):
    editor, _reviewers = people
    original = conference(editor)
    copy = actions.start_correction(release=original, by=editor)
    copy.attachments.all().delete()
    Release.objects.filter(pk=copy.pk).update(correction_note="撤下附件。")
    copy.refresh_from_db()

    published(copy, people)

    assert list(original.attachments.all()) == []


def test_at_most_one_correction_is_under_way(people):
    editor, _reviewers = people
    original = conference(editor)
    copy = actions.start_correction(release=original, by=editor)

    with pytest.raises(TransitionRefused, match="已有更正稿"):
        actions.start_correction(release=original, by=editor)
    copy.archive(by=editor)
    again = actions.start_correction(release=original, by=editor)

    assert again.slug != copy.slug


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN},
        {"expire_at": timezone.now() - timedelta(minutes=1)},
        {"publish_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_only_what_citizens_can_read_is_corrected(people, fields):
    original = conference(people[0])
    Release.objects.filter(pk=original.pk).update(**fields)
    original.refresh_from_db()

    with pytest.raises(TransitionRefused, match="公众能看到"):
        actions.start_correction(release=original, by=people[0])


def test_a_correction_needs_its_note_for_readers(people):
    editor, _reviewers = people
    copy = actions.start_correction(release=conference(editor), by=editor)

    with pytest.raises(TransitionRefused, match="更正说明"):
        copy.submit(by=editor)


def test_a_correction_of_a_text_withdrawn_meanwhile_is_refused(people):
    editor, reviewers = people
    original = conference(editor)
    copy = actions.start_correction(release=original, by=editor)
    Release.objects.filter(pk=copy.pk).update(correction_note="更正。", status=Status.APPROVED)
    copy.refresh_from_db()
    original.withdraw(by=reviewers[2], reason=WithdrawReason.ERROR)

    with pytest.raises(TransitionRefused, match="原稿已不在发布状态"):
        copy.publish(by=reviewers[2])

    assert Release.objects.get(pk=copy.pk).status == Status.APPROVED
    assert Release.objects.get(pk=original.pk).body == "<p>正文。</p>"


def test_a_correction_cannot_wait_for_a_time(people):
    editor, reviewers = people
    copy = actions.start_correction(release=conference(editor), by=editor)
    Release.objects.filter(pk=copy.pk).update(correction_note="更正。", status=Status.APPROVED)
    copy.refresh_from_db()

    with pytest.raises(TransitionRefused, match="不能定时"):
        copy.publish(by=reviewers[2], at=timezone.now() + timedelta(days=1))


def test_an_urgent_correction_leaves_the_review_to_the_text_itself(people):
    editor, reviewers = people
    chief = make.user("office_chief")
    original = conference(editor)
    copy = actions.start_correction(release=original, by=editor)
    Release.objects.filter(pk=copy.pk).update(correction_note="紧急更正。")
    copy.refresh_from_db()

    copy.publish_urgently(by=chief, reason="数字有误，须立即更正")

    original.refresh_from_db()
    assert original.retrospective_due is not None
    assert list(Release.objects.owing_retrospective()) == [original]
    with pytest.raises(TransitionRefused, match="不能补审"):
        original.review_afterwards(by=chief)
    original.review_afterwards(by=reviewers[2])
    assert Review.objects.of(original).first().verdict == Review.Verdict.AFTERWARDS


def test_a_colleague_of_another_unit_begins_no_correction(people):
    stranger = make.user("unit_liaison", unit=make.unit())
    original = conference(people[0], unit=make.unit())

    with pytest.raises(NoRight):
        actions.start_correction(release=original, by=stranger)

    assert Release.objects.filter(corrects=original).count() == 0
