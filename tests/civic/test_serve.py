"""`manage.py serve` for real: one tree that answers, heals and leaves nothing behind.

On SQLite with the database worker; in the pass on PostgreSQL with Redis and its workers.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

SCALED_OUT = bool(settings.CACHE_URL)
WORKER = "rqworker" if SCALED_OUT else "db_worker"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def until(true, seconds=300):
    """Wait for what another process does: its answer, or None when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := true():
            return answer
        time.sleep(0.1)
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url):
    try:
        with OPENER.open(url, timeout=10) as answer:
            return answer.read().decode()
    except OSError:
        return None


def children(pid):
    """Command line by process id of the direct children, from /proc."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (OSError, IndexError):
            continue
        if parent == pid:
            found[int(entry.name)] = " ".join(word.decode() for word in words)
    return found


def child(pid, word):
    return next((child for child, line in children(pid).items() if word in line), None)


def gone(pids):
    return all(not Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.fixture
def environment(tmp_path):
    """The environment of an installation of its own, as the pass wants it."""
    hidden = ("DATABASE_URL", "CACHE_URL", "TASKS_BACKEND", "DJANGO_SETTINGS_MODULE")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    clean |= {"DATA_DIR": str(tmp_path), "WEB_WORKERS": "1"}
    if not SCALED_OUT:
        yield clean
        return
    server, _, name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"{name}_serve_{settings.WORKER}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield clean | {
            "DATABASE_URL": f"{server}/{name}",
            "CACHE_URL": settings.CACHE_URL,
            "TASKS_BACKEND": "rq",
        }
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(environment):
    """Start the real thing in a directory of its own; whatever is left of it is killed."""
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


HAND_OVER = """
import time
from civic import auditcheck
from civic.accounts import User
from civic.jobs import Job

job = auditcheck.start(by=User.objects.create(username="worker", name="示例甲"))
for _ in range(600):
    job.refresh_from_db()
    if job.is_over:
        break
    time.sleep(0.1)
print(job.state, job.summary.get("rows"))
"""


def test_it_answers_starts_a_killed_worker_again_and_stops_with_all_its_children(
    start, environment
):
    port = free_port()
    serve = start("--port", str(port))

    health = until(lambda: get(f"http://127.0.0.1:{port}/healthz"))
    home = get(f"http://127.0.0.1:{port}/")
    worker = until(lambda: child(serve.pid, WORKER))
    os.kill(worker, signal.SIGKILL)
    another = until(lambda: (found := child(serve.pid, WORKER)) != worker and found)
    shell = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "-v0", "-c", HAND_OVER]
    done = subprocess.run(shell, env=environment, capture_output=True, text=True, timeout=300)
    tree = children(serve.pid)
    grandchildren = [pid for one in tree for pid in children(one)]
    serve.terminate()

    assert f'<link rel="canonical" href="http://127.0.0.1:{port}/">' in home
    assert health == '{"database": true, "cache": true}'
    assert sorted(line.split()[2] for line in tree.values() if "manage.py" in line) == sorted(
        [WORKER, "reap_jobs"]
    )
    assert another is not None
    assert done.stdout.split() == ["done", "0"], done.stderr
    assert serve.wait(60) == 0
    assert until(lambda: gone([*tree, *grandchildren]), 60)


def test_its_children_leave_even_when_it_is_killed_without_a_word(start):
    port = free_port()
    serve = start("--port", str(port))
    until(lambda: get(f"http://127.0.0.1:{port}/healthz"))
    tree = children(serve.pid)

    serve.kill()
    serve.wait()

    assert len(tree) == 3
    assert until(lambda: gone(tree), 60)


def test_a_taken_port_is_said_in_a_sentence(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        serve = start("--port", str(port))
        said, _ = serve.communicate(timeout=300)

    assert serve.returncode == 1
    assert f"Port {port} is taken." in said
    assert "Traceback" not in said
