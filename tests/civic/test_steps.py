"""What is offered is what can be done; who is next is named."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from civic.publishing import Status, TransitionRefused, WithdrawReason
from civic.steps import minute, people_for, waiting_for
from releases.admin.steps import RELEASE_STEPS
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db

STATES = [*Status.values, "scheduled", "expired", "owing", "correction", "pinned"]
REVIEWERS = ["reviewer_1", "reviewer_2", "reviewer_3"]
ROLE_NAMES = [*REVIEWERS, "editor", "office_staff", "office_chief", "inspector"]


class Undone(Exception):
    """Takes a step back that succeeded."""


def text_in(state, author):
    """A release in this state, written by `author`."""
    now = timezone.now()
    status = state if state in Status.values else "published"
    fields = {"status": status, "created_by": author, "edited_by": author}
    if status in ("published", "withdrawn"):
        fields |= {"publish_at": now - timedelta(hours=1)}
        fields |= {"first_published_at": now - timedelta(hours=1)}
    if state == "withdrawn":
        fields["withdraw_reason"] = WithdrawReason.ERROR
    if state == "scheduled":
        fields |= {"publish_at": now + timedelta(hours=1)}
    if state == "expired":
        fields["expire_at"] = now - timedelta(minutes=1)
    if state == "owing":
        fields["retrospective_due"] = now + timedelta(hours=1)
    if state == "pinned":
        fields["pinned_until"] = now + timedelta(days=1)
    if state == "correction":
        original = make.live_release("原文", created_by=author)
        fields |= {"status": "approved", "corrects": original, "correction_note": "改了数字。"}
    return make.release("示例新闻", **fields)


def data_for(step, release):
    later = timezone.now() + timedelta(hours=2)
    return {
        "version": release.version,
        "opinion": "请核对数字。",
        "reason": WithdrawReason.ERROR if step.name == "withdraw" else "须立即告知市民",
        "at": later,
        "until": later,
    }


def can_do(step, release, person):
    """Whether the step succeeds, tried in a transaction that is rolled back."""
    fresh = Release.objects.get(pk=release.pk)
    try:
        with transaction.atomic():
            step.do(fresh, person, data_for(step, fresh))
            raise Undone
    except TransitionRefused:
        return False
    except Undone:
        return True


@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_can_be_done_and_nothing_else(state):
    author = make.user(*REVIEWERS, "editor", "office_chief")
    people = [author, *(make.user(role) for role in ROLE_NAMES)]
    release = text_in(state, author)

    for person in people:
        offered = {step.name for step in RELEASE_STEPS if step.offered(release, person)}
        possible = {step.name for step in RELEASE_STEPS if can_do(step, release, person)}

        assert (person.role_list, offered) == (person.role_list, possible)


def test_who_is_next_is_named_by_role_and_scope():
    office = make.unit("示例市文明办")
    author = make.user("editor", unit=office, name="示例甲")
    first = make.user("reviewer_1", unit=office, name="示例乙")
    make.user("reviewer_2", unit=office, name="示例丙")
    make.user("reviewer_1", unit=office, name="示例停用", is_active=False)
    release = make.release(created_by=author, unit=office)

    release.submit(by=author)

    assert people_for(release) == [first]
    words = {"what": "待初审", "names": "示例乙"}
    said = waiting_for(release, people_for(release))
    assert said == gettext("%(what)s: %(names)s.") % words


def test_of_several_who_can_do_it_the_count_is_said():
    author = make.user("editor")
    for name in ("示例乙", "示例丙"):
        make.user("reviewer_1", name=name)
    release = make.release(created_by=author)

    release.submit(by=author)

    assert waiting_for(release, people_for(release)) == "待初审：示例乙、示例丙（共 2 人可办）。"


def test_an_overdue_review_afterwards_is_called_overdue():
    release = text_in("owing", make.user("editor"))
    in_time = waiting_for(release)
    release.retrospective_due = timezone.now() - timedelta(minutes=1)

    said = waiting_for(release)

    words = gettext("Published in an emergency; its review has been overdue since %(when)s")
    assert said == words % {"when": minute(release.retrospective_due)}
    assert said != in_time


def test_who_wrote_the_text_is_never_named_as_its_reviewer():
    author = make.user("editor", "reviewer_1", name="示例甲")
    release = make.release(created_by=author)

    release.submit(by=author)

    assert people_for(release) == []
    assert waiting_for(release, []) == "待初审。目前没有人能办，请联系管理员。"


def test_an_earlier_reviewer_is_not_named_again():
    author, first = make.user("editor"), make.user("reviewer_1", "reviewer_2", name="示例乙")
    second = make.user("reviewer_2", name="示例丙")
    release = make.release(created_by=author)
    release.submit(by=author)

    release.approve(by=first)

    assert people_for(release) == [second]


def test_an_approved_text_names_who_may_publish():
    author = make.user("editor")
    publisher = make.user("reviewer_3", name="示例丁")
    release = make.release(status=Status.APPROVED, created_by=author)

    assert people_for(release) == [publisher]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "写好后由示例甲送审。"),
        ("published", "公众可以看到。"),
        ("expired", "已到下线时间，公众看不到。"),
        ("withdrawn", "已撤回：内容有误。"),
        ("archived", "已归档"),
    ],
)
def test_a_text_at_rest_says_how_it_stands(state, words):
    release = text_in(state, make.user("editor", name="示例甲"))

    assert waiting_for(release, []) == words
