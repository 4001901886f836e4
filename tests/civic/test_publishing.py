"""The way of a text: who may take which step, and what the public sees when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civic.audit import AuditEvent
from civic.publishing import NoRight, Review, Status, TransitionRefused, WithdrawReason
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """An author, three reviewers and a draft in a channel of three reviews."""
    editor = make.user("editor")
    people = [make.user(f"reviewer_{n}") for n in (1, 2, 3)]
    return editor, people, make.release(created_by=editor)


def approved(desk):
    editor, people, release = desk
    release.submit(by=editor)
    for person in people:
        release.approve(by=person)
    return release


@pytest.mark.parametrize(
    ("needed", "stages"),
    [
        (1, [Status.FINAL]),
        (2, [Status.FIRST, Status.FINAL]),
        (3, [Status.FIRST, Status.SECOND, Status.FINAL]),
    ],
)
def test_a_text_passes_as_many_reviews_as_its_channel_asks_for(needed, stages):
    editor, publisher = make.user("editor"), make.user("reviewer_3")
    reviewers = {
        Status.FIRST: make.user("reviewer_1"),
        Status.SECOND: make.user("reviewer_2"),
        Status.FINAL: make.user("reviewer_3"),
    }
    release = make.release(channel=make.channel(reviews_needed=needed), created_by=editor)

    release.submit(by=editor)
    passed = []
    while release.in_review:
        passed.append(release.status)
        release.approve(by=reviewers[release.status])
    release.publish(by=publisher)

    assert passed == stages
    assert release.is_live
    assert [row["name"] for row in release.imprint] == [reviewers[stage].name for stage in stages]
    assert AuditEvent.objects.filter(act="publishing.approved").count() == needed


@pytest.mark.parametrize("hand", ["created_by", "edited_by", "submitted_by"])
def test_who_wrote_edited_or_submitted_a_text_cannot_review_it(hand):
    reviewer = make.user("reviewer_1")
    release = make.release(status=Status.FIRST, created_by=make.user("editor"))
    Release.objects.filter(pk=release.pk).update(**{hand: reviewer})
    release.refresh_from_db()

    with pytest.raises(TransitionRefused, match="不能审核"):
        release.approve(by=reviewer)

    assert Release.objects.get().status == Status.FIRST


def test_nobody_reviews_the_same_text_twice(desk):
    editor, _people, release = desk
    both = make.user("reviewer_1", "reviewer_2")
    release.submit(by=editor)
    release.approve(by=both)

    with pytest.raises(TransitionRefused, match="另一人"):
        release.approve(by=both)

    assert Release.objects.get().status == Status.SECOND


def test_a_review_of_another_stage_asks_for_its_own_right(desk):
    editor, (_first, second, _third), release = desk
    release.submit(by=editor)

    with pytest.raises(NoRight):
        release.approve(by=second)


def test_an_edit_after_approval_sends_it_back_to_draft(desk):
    release = approved(desk)

    release.edited(by=desk[0])

    assert Release.objects.get().status == Status.DRAFT
    assert Review.objects.filter(is_current=True).count() == 0
    assert Review.objects.first().verdict == Review.Verdict.RESET


def test_after_a_return_every_review_is_done_again(desk):
    editor, (first, second, third), release = desk
    release.submit(by=editor)
    release.approve(by=first)

    release.send_back(by=second, opinion="日期有误")
    release.submit(by=editor)
    for person in (first, second, third):
        release.approve(by=person)

    assert release.status == Status.APPROVED
    assert Review.objects.get(verdict=Review.Verdict.RETURNED).opinion == "日期有误"


def test_a_return_says_what_has_to_be_changed(desk):
    editor, (first, _second, _third), release = desk
    release.submit(by=editor)

    with pytest.raises(TransitionRefused, match="需要修改"):
        release.send_back(by=first, opinion="  ")


def test_an_approval_names_the_version_it_approves(desk):
    editor, (first, _second, _third), release = desk
    release.submit(by=editor)
    seen = release.version
    release.recall(by=editor)
    release.edited(by=editor)
    release.submit(by=editor)

    with pytest.raises(TransitionRefused, match="又有改动"):
        release.approve(by=first, version=seen)

    assert Release.objects.get().status == Status.FIRST


def test_a_stale_copy_cannot_take_a_step(desk):
    release = approved(desk)
    stale = Release.objects.get(pk=release.pk)
    release.publish(by=desk[1][2])

    with pytest.raises(TransitionRefused, match="又有改动"):
        stale.publish(by=desk[1][2])

    assert Review.objects.filter(verdict=Review.Verdict.PUBLISHED).count() == 1


def test_only_its_author_takes_a_text_back(desk):
    editor, _people, release = desk
    release.submit(by=editor)

    with pytest.raises(TransitionRefused, match="作者本人"):
        release.recall(by=make.user("editor"))
    release.recall(by=editor)

    assert release.status == Status.DRAFT


def test_an_emergency_publication_owes_a_review_by_somebody_else(desk):
    _editor, (_first, _second, third), release = desk
    chief = make.user("office_chief")
    before = timezone.now()

    release.publish_urgently(by=chief, reason="暴雨红色预警")
    with pytest.raises(TransitionRefused, match="不能补审"):
        release.review_afterwards(by=chief)
    owed = release.retrospective_due
    release.review_afterwards(by=third, opinion="无误")

    assert release.is_live
    assert timedelta(hours=24) <= owed - before < timedelta(hours=24, minutes=1)
    assert release.retrospective_due is None
    assert [row["name"] for row in release.imprint] == [third.name]


def test_an_emergency_needs_its_reason_and_its_right(desk):
    editor, _people, release = desk

    with pytest.raises(TransitionRefused, match="来不及"):
        release.publish_urgently(by=make.user("office_chief"), reason=" ")
    with pytest.raises(NoRight):
        release.publish_urgently(by=editor, reason="暴雨红色预警")

    assert Release.objects.get().status == Status.DRAFT


def test_who_may_review_an_emergency_afterwards_finds_it_waiting(desk):
    editor, (_first, _second, third), release = desk
    chief = make.user("office_chief")
    release.publish_urgently(by=chief, reason="暴雨红色预警")

    def waiting(person):
        return list(Release.objects.awaiting_retrospective(person))

    assert [waiting(third), waiting(chief), waiting(editor)] == [[release], [], []]


@pytest.mark.parametrize("reason", WithdrawReason.values)
def test_a_withdrawn_text_leaves_at_once_and_may_be_reopened(desk, reason):
    release = approved(desk)
    third = desk[1][2]
    release.publish(by=third)
    address = release.get_absolute_url()

    release.withdraw(by=third, reason=reason)
    gone = not release.is_live
    release.reopen(by=desk[0])

    assert (gone, release.status, release.withdraw_reason) == (True, Status.DRAFT, "")
    assert release.get_absolute_url() == address


def test_a_withdrawal_says_why(desk):
    release = approved(desk)
    release.publish(by=desk[1][2])

    with pytest.raises(TransitionRefused, match="撤回原因"):
        release.withdraw(by=desk[1][2], reason="无聊")


def test_a_scheduled_text_appears_by_itself_and_can_be_held_back(desk):
    release = approved(desk)
    third, at = desk[1][2], timezone.now() + timedelta(days=2)

    release.publish(by=third, at=at)
    seen = [list(Release.objects.live(at + timedelta(seconds=offset))) for offset in (-1, 0, 1)]
    release.unschedule(by=third)

    assert seen == [[], [release], [release]]
    assert (release.status, release.publish_at, release.first_published_at) == (
        Status.APPROVED,
        None,
        None,
    )


def test_what_has_appeared_is_withdrawn_not_unscheduled(desk):
    release = approved(desk)
    release.publish(by=desk[1][2])

    with pytest.raises(TransitionRefused, match="已经发布"):
        release.unschedule(by=desk[1][2])


def test_no_time_in_the_past_and_none_beyond_a_year(desk):
    release = approved(desk)
    third, now = desk[1][2], timezone.now()

    with pytest.raises(TransitionRefused, match="366"):
        release.publish(by=third, at=now + timedelta(days=400))
    release.publish(by=third, at=now - timedelta(days=400))

    assert release.publish_at >= now


def test_a_text_that_would_expire_before_it_appears_is_refused(desk):
    release = approved(desk)
    Release.objects.update(expire_at=timezone.now() - timedelta(hours=1))
    release.refresh_from_db()

    with pytest.raises(TransitionRefused, match="下线时间"):
        release.publish(by=desk[1][2])

    assert Release.objects.get().status == Status.APPROVED


@pytest.mark.parametrize("status", [Status.DRAFT, Status.APPROVED, Status.WITHDRAWN])
def test_what_nobody_works_on_is_archived(status):
    editor = make.user("editor")
    release = make.release(status=status, created_by=editor)

    release.archive(by=editor)

    assert Release.objects.get().status == Status.ARCHIVED


def test_a_reader_needs_a_text_and_alternative_texts():
    editor = make.user("editor")
    empty = make.release(body="", created_by=editor)
    wordless = make.release(
        body='<p>图<img src="/media/pictures/11111111-1111-1111-1111-111111111111/large.webp"></p>',
        created_by=editor,
    )

    with pytest.raises(TransitionRefused, match="正文是空的"):
        empty.submit(by=editor)
    with pytest.raises(TransitionRefused, match="替代文字"):
        wordless.submit(by=editor)


def test_a_liaison_takes_no_step_with_a_text_of_another_unit():
    liaison = make.user("unit_liaison", unit=make.unit())
    release = make.release(unit=make.unit(), created_by=make.user("editor"))

    with pytest.raises(NoRight, match="其他单位"):
        release.submit(by=liaison)

    assert Release.objects.get().status == Status.DRAFT


def test_every_step_tells_what_had_changed_since_the_step_before(desk):
    editor, (first, _second, _third), release = desk
    release.submit(by=editor)
    release.body = "<p>正文。</p><p>新增一段。</p>"
    release.save()
    release.approve(by=first)

    lines = Review.objects.first().difference_lines()

    assert ("+", "新增一段。") in lines
    assert [line for sign, line in lines if sign == "-"] == []


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("publish", [-1, 0, 1])
@pytest.mark.parametrize("expire", [None, -1, 0, 1])
def test_live_in_sql_and_in_python_agree(status, publish, expire):
    now = timezone.now()
    fields = {"status": status, "publish_at": now + timedelta(hours=publish)}
    if expire is not None:
        fields["expire_at"] = fields["publish_at"] + timedelta(hours=expire + 2)
    release = make.release(**fields)

    for at in (now - timedelta(hours=2), now, now + timedelta(hours=1), now + timedelta(hours=4)):
        assert Release.objects.live(at).exists() == release.is_live_at(at)
