"""`manage.py serve`: web, worker and clock as one process tree; `--demo` brings the demo town."""

from __future__ import annotations

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


@dataclass
class Child:
    """A process of the tree and when it was last started."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        now = time.monotonic()
        self.starts = [at for at in self.starts if now - at < 60] + [now]
        self.process = subprocess.Popen(self.command, cwd=settings.BASE_DIR)  # noqa: S603

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
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
            call_command("load_demo")
        children = self._children(host, port)
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        try:
            for child in children:
                child.start()
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
                *["--workers", os.environ.get("WEB_WORKERS", "2"), "--no-ws"],
                "--respawn-failed-workers",
                *["--workers-kill-timeout", "5", "--log-level", "warning"],
                "civic.wsgi:application",
            ],
        )
        children = [web, Child("clock", [*manage, "reap_jobs", "--every", str(TICK_SECONDS)])]
        if settings.TASKS_BACKEND == "database":
            children.append(Child("worker", [*manage, "db_worker", "--interval", "1"]))
        return children

    def _say_where(self, host: str, port: int) -> None:
        accounts = settings.DATA_DIR / "demo-accounts.txt"
        if accounts.exists():
            self.stdout.write(accounts.read_text())
        self.stdout.write(f"\n  Civic → http://{host}:{port}/   back office: http://{host}:{port}/admin/\n\n")
        self.stdout.flush()

    def _watch(self, children: list[Child]) -> None:
        """Start again what died; leave when it dies again and again."""
        while True:
            time.sleep(1)
            for child in children:
                if child.process is None or child.process.poll() is None:
                    continue
                code = child.process.returncode
                if len(child.starts) >= GIVE_UP_AFTER:
                    raise CommandError(f"{child.name} keeps ending (exit {code}): stopped.")
                self.stderr.write(f"{child.name} ended with exit {code}: started again")
                time.sleep(len(child.starts))
                child.start()


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
