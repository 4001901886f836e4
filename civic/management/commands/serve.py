"""`manage.py serve`: web, worker and clock as one process tree; `--demo` brings the demo town."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from civic.accounts import User

TICK_SECONDS = 60
GIVE_UP_AFTER = 5  # restarts of one child within a minute
START_SECONDS = 180  # the web server must answer by then

# What CKEditor brings and no page of ours asks for: a quarter of the files remain.
UNUSED = [
    "CVS",
    ".*",
    "*~",
    "samples",
    "galleriffic",
    "jquery*.js.map",
    "moono",
    "kama",
    "adapters",
    "exportpdf",
    "flash",
    "forms",
    "iframe",
    "iframedialog",
    "scayt",
    "wsc",
    "preview",
    "templates",
    "smiley",
    "codesnippet",
    "codesnippetgeshi",
    "mathjax",
    "easyimage",
    "emoji",
    "bidi",
    "docprops",
    "ckeditor-init.js.map",
]

PR_SET_PDEATHSIG = 1


DEFAULT_ORIGIN = "http://127.0.0.1:8000"


def die_with_parent() -> None:
    """Linux: a child is told to stop even when this process is killed without a word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process of the tree and when it was last started."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        now = time.monotonic()
        self.starts = [at for at in self.starts if now - at < 60] + [now]
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            cwd=settings.BASE_DIR,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # safe: no threads here
        )

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process and not self.ended:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Command(BaseCommand):
    help = "Serve the site: migrations, static files, web server, job worker and clock together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="load the demo town when empty")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self._port_must_be_free(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        if options["demo"] and not User.objects.exists():
            self.stdout.write("Making the demo town, once …")
            self.stdout.flush()
            call_command("load_demo", verbosity=0)
        if settings.SITE_ORIGIN == DEFAULT_ORIGIN:  # nobody said where the site is: it is here
            os.environ["SITE_ORIGIN"] = f"http://127.0.0.1:{port}"
        children = self._children(host, port)
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        try:
            for child in children:
                child.start()
            self._wait_for_web(children[0], host, port)
            self._say_where(host, port)
            self._watch(children)
        finally:
            for child in children:
                child.stop()
            for child in children:
                child.wait(10)

    @staticmethod
    def _leave(*args: Any) -> None:
        raise SystemExit(0)

    @staticmethod
    def _port_must_be_free(host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken. Stop what runs there, or choose another: --port N"
                ) from error

    @staticmethod
    def _children(host: str, port: int) -> list[Child]:
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        web = Child(
            "web",
            [
                *[sys.executable, "-m", "granian", "--interface", "wsgi"],
                *["--host", host, "--port", str(port)],
                *["--workers", os.environ.get("WEB_WORKERS", "2"), "--blocking-threads", "4"],
                *["--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"],
                *["--log-level", "warning", "civic.wsgi:application"],
            ],
        )
        worker = {
            "database": ["db_worker", "--interval", "1"],
            "rq": ["rqworker", "default", "--job-class", "django_tasks_rq.Job"],
        }
        children = [web, Child("clock", [*manage, "reap_jobs", "--every", str(TICK_SECONDS)])]
        if settings.TASKS_BACKEND in worker:
            minute = {"STATEMENT_TIMEOUT_MS": os.environ.get("STATEMENT_TIMEOUT_MS", "60000")}
            children.append(Child("worker", [*manage, *worker[settings.TASKS_BACKEND]], minute))
        return children

    @staticmethod
    def _wait_for_web(web: Child, host: str, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((host, port), timeout=1).close()
            except OSError:
                if web.ended or time.monotonic() > deadline:
                    raise CommandError("The web server did not start: see above.") from None
                time.sleep(0.1)
            else:
                return

    def _say_where(self, host: str, port: int) -> None:
        accounts = settings.DATA_DIR / "demo-accounts.txt"
        if accounts.exists():
            self.stdout.write(accounts.read_text(encoding="utf-8"))
        self.stdout.write(f"\n  Civic is at http://{host}:{port}/")
        self.stdout.write(f"  Back office: http://{host}:{port}/admin/  Stop: Ctrl-C\n\n")
        self.stdout.flush()

    def _watch(self, children: list[Child]) -> None:
        """Start again what died; leave when it dies again and again."""
        while True:
            time.sleep(1)
            for child in children:
                if not child.ended:
                    continue
                code = child.process.returncode if child.process else None
                if len(child.starts) >= GIVE_UP_AFTER:
                    raise CommandError(f"{child.name} keeps ending (exit {code}): stopped.")
                self.stderr.write(f"{child.name} ended with exit {code}: started again")
                time.sleep(len(child.starts))
                child.start()
