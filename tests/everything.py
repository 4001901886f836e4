"""`make test`: the suite on SQLite, on PostgreSQL with Redis, and the site in Chromium.

PostgreSQL on 127.0.0.1:5432 is used when it lets the user postgres in; otherwise a cluster of our
own is started on a free port, as a user that is not root, and removed at the end. Redis is always
our own: the tests empty it. Nothing is skipped: what cannot start fails the run.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
PARALLEL = ["-n", "2"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, process: subprocess.Popen[bytes], answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not answers():
        if process.poll() is not None:
            sys.exit(f"{what} ended at once with exit {process.returncode}.")
        if time.monotonic() > deadline:
            sys.exit(f"{what} does not answer.")
        time.sleep(0.1)


@contextmanager
def running(command: list[str], **options) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def postgres_answers(port: int) -> bool:
    try:
        with psycopg.connect(
            f"host=127.0.0.1 port={port} user=postgres dbname=postgres connect_timeout=3"
        ) as connection:
            return connection.info.server_version >= 150000
    except psycopg.OperationalError:
        return False


def postgres_programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4])
    )
    initdb = found[-1] if found else shutil.which("initdb")
    if initdb is None:
        sys.exit("PostgreSQL is missing. On Debian: sudo apt install postgresql")
    return Path(initdb).parent


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL where the user postgres may make databases."""
    if postgres_answers(5432):
        yield f"postgres://postgres@127.0.0.1:5432/civic_{os.getpid()}"
        return
    home = Path(tempfile.mkdtemp(prefix="civic-postgres-"))
    as_whom: dict[str, object] = {"cwd": home}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        person = pwd.getpwnam("postgres")
        os.chown(home, person.pw_uid, person.pw_gid)
        as_whom |= {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    programs, port = postgres_programs(), free_port()
    try:
        subprocess.run(
            [
                *[programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust"],
                *["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **as_whom,
        )
        # Nothing here outlives the run: no need to wait for the disk.
        quick = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
        command = [
            *[str(programs / "postgres"), "-D", str(home / "data"), "-p", str(port)],
            *["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home}", *quick],
        ]
        with (home / "log").open("wb") as log, running(command, stderr=log, **as_whom) as process:
            wait_for("PostgreSQL", process, lambda: postgres_answers(port))
            yield f"postgres://postgres@127.0.0.1:{port}/civic"
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis of our own; each process of the run takes a number of it."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("Redis is missing. On Debian: sudo apt install redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp"]

    def answers() -> bool:
        try:
            return bool(redis.Redis(port=port).ping())
        except redis.RedisError:
            return False

    with running(command, stdout=subprocess.DEVNULL) as process:
        wait_for("Redis", process, answers)
        yield f"redis://127.0.0.1:{port}"


def suite(title: str, arguments: list[str], **environment: str) -> tuple[int, str]:
    """Run pytest; its exit and its own last line."""
    print(f"\n━━ {title}", flush=True)
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", *arguments]
    hidden = ("DATABASE_URL", "CACHE_URL", "STORAGE_URL", "TASKS_BACKEND", "DATA_DIR", "DEBUG")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    process = subprocess.Popen(
        command, cwd=ROOT, env={**clean, **environment}, stdout=subprocess.PIPE, text=True
    )
    last = ""
    assert process.stdout
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        last = line.strip() or last
    return process.wait(), f"━━ {title}\n{last}"


def main() -> int:
    chosen = sys.argv[1:]
    rest = chosen or ["tests", "--ignore", "tests/browser"]
    with ExitStack() as stack:
        database, cache = stack.enter_context(postgres()), stack.enter_context(redis_server())
        results = [
            suite("SQLite", [*PARALLEL, *rest]),
            suite(
                "PostgreSQL and Redis",
                [*PARALLEL, *rest],
                DATABASE_URL=database,
                CACHE_URL=cache,
            ),
        ]
        if not chosen:
            results.append(suite("Chromium", [*PARALLEL, "tests/browser"]))
    print("\n" + "\n".join(line for _, line in results), flush=True)
    return max(code for code, _ in results)


if __name__ == "__main__":
    sys.exit(main())
