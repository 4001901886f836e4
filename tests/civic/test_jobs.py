"""Jobs: done once, told truly, taken over from the dead, seen by who started them."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from civic import jobs
from civic.audit import AuditEvent
from civic.jobs import Job, JobRefused, Overtaken
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    """Declare a runner for this test only."""
    names = []

    def declare(name, function):
        names.append(name)
        jobs.runner(name)(function)
        return name

    yield declare
    for name in names:
        del jobs.RUNNERS[name]


@pytest.fixture
def started(kind, django_capture_on_commit_callbacks):
    def start(function, by=None, **params):
        name = kind(f"test-{make.number()}", function)
        with django_capture_on_commit_callbacks(execute=True):
            job = jobs.start(kind=name, title="示例任务", by=by, **params)
        return Job.objects.get(pk=job.pk)

    return start


def dead(job, attempts=1):
    """The row a killed worker leaves behind."""
    old = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, beat_at=old, attempts=attempts, finished_at=None
    )


# Running ---------------------------------------------------------------------------------------


def test_a_job_reports_its_progress_and_its_result(started):
    def work(job):
        job.progress(1, 4)
        assert Job.objects.get(pk=job.pk).percent == 25
        job.progress(4)
        job.keep_result(io.BytesIO("结果".encode()), "结果.txt")

    job = started(work)

    assert (job.state, job.done, job.total, job.attempts) == (Job.State.DONE, 4, 4, 1)
    assert (job.is_ready, job.result_name, job.percent) == (True, "结果.txt", 100)
    with job.result.open() as file:
        assert file.read().decode() == "结果"


def test_a_refusal_is_told_in_its_own_words(started):
    def work(job):
        raise JobRefused("没有权限")

    job = started(work)

    assert (job.state, job.error) == (Job.State.FAILED, "没有权限")


def test_a_fault_is_told_without_its_insides(started, caplog):
    def work(job):
        raise RuntimeError("secret-internal-detail")

    job = started(work)

    assert job.state == Job.State.FAILED
    assert "secret-internal-detail" not in job.error
    assert str(job.pk) in job.error
    assert "secret-internal-detail" in caplog.text


def test_a_job_that_is_queued_twice_is_done_once(started):
    done = []

    job = started(done.append)
    jobs.run.call(job.pk)

    assert [found.pk for found in done] == [job.pk]


def test_a_kind_nobody_declared_cannot_be_started():
    with pytest.raises(LookupError):
        jobs.start(kind="odd", title="x", by=None)

    assert not Job.objects.exists()


def test_nothing_is_queued_when_the_caller_takes_it_back(kind, django_capture_on_commit_callbacks):
    done = []
    name = kind("test-back", done.append)

    with django_capture_on_commit_callbacks() as waiting:
        jobs.start(kind=name, title="x", by=None)

    assert (done, len(waiting)) == ([], 1)


# The dead ----------------------------------------------------------------------------------------


def test_what_a_dead_worker_left_is_done_by_another(started):
    done = []
    job = started(done.append)
    dead(job)

    moved = jobs.reap()

    job.refresh_from_db()
    assert [found.pk for found in moved] == [job.pk]
    assert (job.state, job.attempts, len(done)) == (Job.State.DONE, 2, 2)
    assert jobs.reap() == []


def test_a_job_that_beats_is_left_alone(started):
    job = started(lambda job: None)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, beat_at=timezone.now())

    assert jobs.reap() == []


def test_after_five_attempts_a_job_is_parked_and_says_so(started):
    done = []
    job = started(done.append)
    dead(job, attempts=5)

    jobs.reap()

    job.refresh_from_db()
    assert (job.state, len(done)) == (Job.State.PARKED, 1)
    assert "5" in job.error
    assert job.is_over


def test_two_reapers_move_a_row_once(started):
    job = started(lambda job: None)
    dead(job)
    first = list(Job.objects.silent())

    jobs.reap()
    second = jobs.reap()

    assert ([found.pk for found in first], second) == ([job.pk], [])


def test_a_worker_that_was_overtaken_writes_nothing(started):
    job = started(lambda job: None)
    dead(job)
    slow = Job.objects.get(pk=job.pk)
    jobs.reap()

    with pytest.raises(Overtaken):
        slow.progress(1, 2)
    with pytest.raises(Overtaken):
        slow.keep_result(io.BytesIO(b"x"), "x.txt")

    job.refresh_from_db()
    assert (job.state, job.done, job.result.name) == (Job.State.DONE, 0, "")


def test_a_job_that_fell_out_of_the_queue_is_queued_again(started):
    done = []
    job = started(done.append)
    long_ago = timezone.now() - timedelta(minutes=30)
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, beat_at=None, created_at=long_ago)

    moved = jobs.reap()

    assert [found.pk for found in moved] == [job.pk]
    assert len(done) == 2


def test_results_go_after_a_day_and_the_row_stays(started):
    job = started(lambda job: job.keep_result(io.BytesIO(b"x"), "x.txt"))
    fresh = started(lambda job: job.keep_result(io.BytesIO(b"y"), "y.txt"))
    path = job.result.path
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(hours=25))

    call_command("reap_jobs")

    job.refresh_from_db()
    fresh.refresh_from_db()
    assert (os.path.exists(path), job.result.name, fresh.is_ready) == (False, "", True)


def test_a_killed_worker_s_job_is_finished_by_the_next_one_once(tmp_path):
    """Real processes on a database of their own: the first worker is killed in mid-work."""
    env = {
        **os.environ,
        "PYTHONPATH": str(settings.BASE_DIR),
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'jobs.sqlite3'}",
        "CACHE_URL": "",
        "TASKS_BACKEND": "database",
        "DJANGO_SETTINGS_MODULE": "civic.settings",
        "LOG_LEVEL": "ERROR",
    }
    script = os.path.join(os.path.dirname(__file__), "slowjob.py")

    def python(word):
        return subprocess.Popen(
            [sys.executable, script, word], env=env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE
        )

    with python("work") as first:
        began = first.stdout.readline()
        first.send_signal(signal.SIGKILL)
    with python("finish") as second:
        out = second.communicate(timeout=60)[0].decode()

    assert (began, first.returncode) == (b"began\n", -signal.SIGKILL)
    assert out.splitlines()[-1] == "done 2 1"


# Pages -------------------------------------------------------------------------------------------


def page(client, job, tail="change/"):
    response = client.get(f"/admin/civic/job/{job.pk}/{tail}")
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end it is closed
    return response


def test_who_started_a_job_sees_it_and_a_colleague_does_not(client, started):
    mine, colleague = make.user("editor"), make.user("editor")
    job = started(lambda job: job.keep_result(io.BytesIO(b"x"), "x.txt"), by=mine)

    client.force_login(mine)
    own = [page(client, job, tail).status_code for tail in ("change/", "state/", "result/")]
    client.force_login(colleague)
    foreign = [page(client, job, tail).status_code for tail in ("change/", "state/", "result/")]
    listed = client.get("/admin/civic/job/").content.decode()
    client.logout()
    visitor = [page(client, job, tail).status_code for tail in ("change/", "state/", "result/")]

    assert (own, foreign) == ([200, 200, 200], [404, 404, 404])
    assert "示例任务" not in listed
    assert all(status in (302, 401) for status in visitor)


def test_the_system_administrator_sees_all_jobs_and_no_file(client, started):
    job = started(lambda job: job.keep_result(io.BytesIO(b"x"), "x.txt"), by=make.user("editor"))
    client.force_login(make.user("system_admin"))

    shown = page(client, job)

    assert shown.status_code == 200
    assert "/result/" not in shown.content.decode()
    assert page(client, job, "result/").status_code == 404


def test_the_page_and_its_script_tell_the_same(client, started):
    person = make.user("editor")
    job = started(lambda job: None, by=person)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, done=30, total=120)
    client.force_login(person)

    text = page(client, job).content.decode()
    told = page(client, job, "state/").json()

    assert told == {
        "state": "running",
        "label": str(Job.State.RUNNING.label),
        "done": 30,
        "total": 120,
        "percent": 25,
        "over": False,
        "error": "",
    }
    assert "30 / 120" in text
    assert 'value="25"' in text
    assert f'data-job-state="/admin/civic/job/{job.pk}/state/"' in text
    assert 'http-equiv="refresh"' not in text


def test_a_failed_job_is_tried_again_by_its_person_with_a_post_only(
    client, started, django_capture_on_commit_callbacks
):
    person, tries = make.user("editor"), []

    def work(job):
        tries.append(job.pk)
        if len(tries) == 1:
            raise JobRefused("网络不通")

    job = started(work, by=person)
    client.force_login(person)
    assert "网络不通" in page(client, job).content.decode()

    got = page(client, job, "retry/").status_code
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(f"/admin/civic/job/{job.pk}/retry/").status_code
    again = client.post(f"/admin/civic/job/{job.pk}/retry/").status_code

    job.refresh_from_db()
    assert (got, sent, again, job.state, len(tries)) == (403, 302, 403, Job.State.DONE, 2)
    assert AuditEvent.objects.filter(act="job.retry").count() == 1


def test_a_result_whose_file_is_gone_is_not_found(client, started):
    person = make.user("editor")
    job = started(lambda job: job.keep_result(io.BytesIO(b"x"), "x.txt"), by=person)
    os.unlink(job.result.path)
    client.force_login(person)

    assert page(client, job, "result/").status_code == 404


@pytest.mark.parametrize("tail", ["x/change/", "99999999999999999999/change/", "0/state/"])
def test_odd_addresses_are_not_found(client, tail):
    client.force_login(make.user("system_admin"))

    assert client.get(f"/admin/civic/job/{tail}").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_jobs_are_not_made_changed_or_deleted_by_hand(client, started, method):
    job = started(lambda job: None, by=make.user("editor"))
    client.force_login(make.user("system_admin"))

    ask = getattr(client, method)
    assert ask("/admin/civic/job/add/").status_code == 403
    assert ask(f"/admin/civic/job/{job.pk}/delete/").status_code == 403
    if method == "post":
        client.post(f"/admin/civic/job/{job.pk}/change/", {"title": "改掉"})
    job.refresh_from_db()
    assert job.title == "示例任务"


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_jobs_costs_the_same_queries(client, count, django_assert_num_queries):
    client.force_login(make.user("system_admin"))
    for n in range(count):
        Job.objects.create(kind="x", title=f"任务{n}", started_by=make.user("editor"))
    client.get("/admin/civic/job/")

    with django_assert_num_queries(6):
        client.get("/admin/civic/job/")
