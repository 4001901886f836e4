"""The clock: the work of the night, and texts whose hour comes near."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from civic import clock, jobs
from civic.audit import AuditEvent
from civic.jobs import Job
from civic.publishing import Review
from releases.models import Release
from tests import make
from tests.civic.cited import cite, scheduled, states, text_with, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]


def at(hour):
    return timezone.localtime().replace(hour=hour, minute=30)


def test_the_night_is_worked_once_by_two_clocks(django_capture_on_commit_callbacks):
    units(3)
    release = make.release(body=text_with(cite("2个")))

    with django_capture_on_commit_callbacks(execute=True):
        lines = [clock.tick(at(1)), clock.tick(at(2)), clock.tick(at(2)), clock.tick(at(23))]

    job = Job.objects.get()
    assert [len(line) for line in lines] == [0, 1, 0, 0]
    assert (job.state, job.summary) == ("done", {"differences": 1, "documents": 1})
    assert (job.done, job.total) == (1, 1)
    assert states(release) == ["differs"]


def test_a_night_begun_by_another_clock_in_the_same_moment_is_left_to_it():
    first = jobs.start_once(once="rederive 2020-11-20", kind="rederive", title="夜间")

    second = jobs.start_once(once="rederive 2020-11-20", kind="rederive", title="夜间")

    assert (Job.objects.get(), second) == (first, None)


def test_a_text_about_to_appear_with_a_wrong_figure_is_taken_off_its_schedule():
    units(3)
    wrong, right = scheduled(3, text_with(cite("2个"))), scheduled(3, text_with(cite("3个")))
    later = scheduled(60, text_with(cite("2个")))

    clock.tick()

    for text in (wrong, right, later):
        text.refresh_from_db()
    review = Review.objects.of(wrong).get()
    event = AuditEvent.objects.get(act="publishing.unscheduled")
    assert (wrong.status, wrong.publish_at) == ("approved", None)
    assert (right.status, later.status) == ("published", "published")
    assert (review.reviewer, review.verdict) == (None, "unscheduled")
    assert review.reviewer_name == "系统时钟"
    assert "3个" in review.opinion
    assert (event.actor, event.target_id) == ("系统时钟", str(wrong.pk))


def test_one_text_that_cannot_be_checked_stops_no_other(monkeypatch):
    units(3)
    bad, wrong = scheduled(3, text_with(cite("3个"))), scheduled(4, text_with(cite("2个")))
    whole = Release.cited_texts

    def texts(release):
        if release.pk == bad.pk:
            raise RuntimeError("示例故障")
        return whole(release)

    monkeypatch.setattr(Release, "cited_texts", texts)
    lines = clock.tick()

    bad.refresh_from_db()
    wrong.refresh_from_db()
    assert len([line for line in lines if line.startswith("unscheduled")]) == 2
    assert (bad.status, wrong.status) == ("approved", "approved")
    assert [states(one) for one in (bad, wrong)] == [["failed"], ["differs"]]
    assert set(Release.objects.contradicted()) == {bad, wrong}


def test_texts_are_looked_at_though_the_night_cannot_be_begun(monkeypatch):
    units(3)
    wrong = scheduled(3, text_with(cite("2个")))

    def refuse(**given):
        raise RuntimeError("示例故障")

    monkeypatch.setattr(jobs, "start_once", refuse)
    monkeypatch.setattr(clock, "NIGHT", 0)
    with pytest.raises(RuntimeError):
        clock.tick()

    wrong.refresh_from_db()
    assert wrong.status == "approved"


def test_a_fault_of_one_part_stops_no_other_part_of_the_clock(monkeypatch, capsys):
    units(3)
    wrong = scheduled(3, text_with(cite("2个")))

    def refuse():
        raise RuntimeError("示例故障")

    monkeypatch.setattr(jobs, "reap", refuse)
    with pytest.raises(RuntimeError):
        call_command("reap_jobs")

    wrong.refresh_from_db()
    assert wrong.status == "approved"


def test_a_night_that_failed_is_tried_again_twice_after_a_pause():
    for turn, hour in enumerate((2, 4, 6, 8, 10), start=1):
        clock.tick(at(hour))
        clock.tick(at(hour) + timedelta(minutes=5))
        fallen = Job.objects.filter(state="waiting")
        fallen.update(state="failed", finished_at=at(hour) + timedelta(minutes=10))
        clock.tick(at(hour) + timedelta(minutes=15))

        assert Job.objects.count() == min(turn, clock.TURNS)


def test_a_night_that_is_done_is_not_begun_again():
    clock.tick(at(2))
    Job.objects.update(state="done", finished_at=at(2))

    assert clock.tick(at(23)) == []
