"""The way of a text: who may take which step, and what the public sees when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civic.audit import AuditEvent
from civic.publishing import Status, TransitionRefused
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """An author, three reviewers and a draft in a channel of three reviews."""
    editor = make.user("editor")
    people = [make.user(f"reviewer_{n}") for n in (1, 2, 3)]
    return editor, people, make.release(created_by=editor)


def test_three_people_review_before_it_is_published(desk):
    editor, (first, second, third), release = desk

    release.submit(by=editor)
    for person in (first, second, third):
        release.approve(by=person)
    release.publish(by=third)

    assert release.is_live
    assert [row["name"] for row in release.imprint] == [first.name, second.name, third.name]
    assert AuditEvent.objects.filter(act="publishing.approved").count() == 3


def test_the_author_and_an_earlier_reviewer_are_refused(desk):
    _editor, (first, _second, _third), release = desk
    author = make.user("editor", "reviewer_1", "reviewer_2")
    release.created_by = author
    release.save()
    release.submit(by=author)

    with pytest.raises(TransitionRefused, match="写"):
        release.approve(by=author)
    release.approve(by=first)
    first.groups.add(*author.groups.all())
    again = type(first).objects.get(pk=first.pk)
    with pytest.raises(TransitionRefused, match="另一"):
        release.approve(by=again)

    assert release.status == Status.SECOND


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
