"""Two people at once: one step wins, the other is told, and nothing is half done."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from civic.audit import AuditEvent, verify
from civic.publishing import Review, Status, TransitionRefused, WithdrawReason
from releases import actions
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def real_database(tmp_path):
    """On SQLite a file, as in life: the one in memory knows no two writers."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "races.sqlite3"
    with closing(sqlite3.connect(path)) as target:
        memory.backup(target)
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


def at_once(*deeds):
    """Run them in threads of their own, together; the refusals, in order (None: it was done)."""
    barrier, results = Barrier(len(deeds)), [None] * len(deeds)

    def run(number, deed):
        try:
            barrier.wait(timeout=20)
            deed()
        except TransitionRefused as refusal:
            results[number] = str(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def loaded(pk, step, **data):
    """A step on a copy of the text that was read before anybody acted."""
    release = Release.objects.get(pk=pk)
    return lambda: getattr(release, step)(**data)


def test_of_two_publications_at_once_one_wins(real_database):
    people = [make.user("reviewer_3"), make.user("office_chief")]
    pk = make.release(status=Status.APPROVED, created_by=make.user("editor")).pk

    refusals = at_once(*(loaded(pk, "publish", by=person) for person in people))

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    assert Release.objects.get(pk=pk).version == 2
    assert AuditEvent.objects.filter(act="publishing.published").count() == 1
    assert verify().broken_at is None


def test_two_texts_withdrawn_for_each_other_at_once_do_not_both_go(real_database):
    third, chief = make.user("reviewer_3"), make.user("office_chief")
    one, other = make.live_release("甲"), make.live_release("乙")
    reason = WithdrawReason.SUPERSEDED

    refusals = at_once(
        loaded(one.pk, "withdraw", by=third, reason=reason, superseded_by=other),
        loaded(other.pk, "withdraw", by=chief, reason=reason, superseded_by=one),
    )

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    assert Release.objects.live().count() == 1


def test_a_schedule_is_cancelled_or_the_text_sent_back_never_both(real_database):
    publisher, reviewer = make.user("reviewer_3"), make.user("reviewer_3")
    pk = make.release(status=Status.APPROVED, created_by=make.user("editor")).pk
    at = timezone.now() + timedelta(days=1)

    refusals = at_once(
        loaded(pk, "publish", by=publisher, at=at),
        loaded(pk, "send_back", by=reviewer, opinion="日期有误"),
    )

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    won = Release.objects.get(pk=pk).status
    assert won == (Status.PUBLISHED if refusals[0] is None else Status.DRAFT)


def test_a_correction_is_merged_or_its_original_withdrawn(real_database):
    editor, publisher, other = make.user("editor"), make.user("reviewer_3"), make.user("reviewer_3")
    original = make.live_release("原文", created_by=editor)
    copy = actions.start_correction(release=original, by=editor)
    Release.objects.filter(pk=copy.pk).update(
        status=Status.APPROVED, correction_note="更正数字。", title="更正后"
    )

    refusals = at_once(
        loaded(copy.pk, "publish", by=publisher),
        loaded(original.pk, "withdraw", by=other, reason=WithdrawReason.ERROR),
    )

    original.refresh_from_db()
    if refusals[0] is None:  # merged first: the withdrawal was of a text that had changed
        assert (original.title, original.status) == ("更正后", Status.PUBLISHED)
    else:
        assert (original.title, original.status) == ("原文", Status.WITHDRAWN)
    assert sorted(refusal is None for refusal in refusals) == [False, True]


def test_of_two_corrections_begun_at_once_one_is_made(real_database):
    people = [make.user("editor"), make.user("editor")]
    pk = make.live_release("原文", created_by=people[0]).pk

    def begin(person):
        release = Release.objects.get(pk=pk)
        return lambda: actions.start_correction(release=release, by=person)

    refusals = at_once(*(begin(person) for person in people))

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    assert Release.objects.filter(corrects=pk).count() == 1


def test_two_reviewers_of_one_stage_make_one_review(real_database):
    people = [make.user("reviewer_1"), make.user("reviewer_1")]
    editor = make.user("editor")
    release = make.release(created_by=editor)
    release.submit(by=editor)

    refusals = at_once(*(loaded(release.pk, "approve", by=person) for person in people))

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    assert Review.objects.filter(verdict=Review.Verdict.APPROVED).count() == 1
