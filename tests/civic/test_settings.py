"""Settings: what an installation gets from its environment, asked of real connections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

PRINT = """
import json
from django.conf import settings
values = {name: getattr(settings, name) for name in %r}
print(json.dumps(values, default=str))
"""


def start(code, **environment):
    """A fresh process with this environment only; its exit, output and last line of complaint."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "civic.settings",
            **{name: str(value) for name, value in environment.items()},
        },
        capture_output=True,
        text=True,
        check=False,
    )
    complaint = done.stderr.strip().splitlines()[-1:] or [""]
    return done.returncode, done.stdout, complaint[0]


def values(*names, **environment):
    code, said, complaint = start(PRINT % (names,), **environment)
    assert code == 0, complaint
    return json.loads(said)


# One machine, nothing set


def test_an_installation_without_any_setting_is_closed_and_keeps_its_data_together(tmp_path):
    found = values(
        *["DEBUG", "ALLOWED_HOSTS", "MEDIA_ROOT", "STATIC_ROOT", "STORAGES", "SITE_ORIGIN"],
        *["SESSION_SAVE_EVERY_REQUEST", "USE_X_FORWARDED_HOST", "SECURE_PROXY_SSL_HEADER"],
        DATA_DIR=tmp_path,
    )

    assert found == {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "MEDIA_ROOT": f"{tmp_path}/media",
        "STATIC_ROOT": f"{tmp_path}/static",
        "STORAGES": {
            "default": {"BACKEND": "civic.storage.DiskStorage"},
            "staticfiles": {"BACKEND": "civic.storage.StaticStorage"},
        },
        "SITE_ORIGIN": "http://127.0.0.1:8000",
        "SESSION_SAVE_EVERY_REQUEST": False,
        "USE_X_FORWARDED_HOST": False,
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_the_secret_is_made_once_and_read_by_its_owner_only(tmp_path):
    first = values("SECRET_KEY", DATA_DIR=tmp_path)
    again = values("SECRET_KEY", DATA_DIR=tmp_path)

    assert first == again
    assert len(first["SECRET_KEY"]) >= 60
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 40 characters."),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name the hosts; '*' is not accepted."),
        ("TASKS_BACKEND", "celery", "TASKS_BACKEND must be database, rq or immediate."),
        (
            "VIRUS_SCANNER",
            "clamd",
            "VIRUS_SCANNER must be tcp://host:port or unix:///path/of/the/socket.",
        ),
        ("STAFF_TOTP", "maybe", "STAFF_TOTP must be off, optional or required."),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_the_start(tmp_path, name, value, complaint):
    code, _, said = start(PRINT % (["DEBUG"],), DATA_DIR=tmp_path, **{name: value})

    assert code == 1
    assert said == f"django.core.exceptions.ImproperlyConfigured: {complaint}"


def test_an_https_origin_closes_the_cookies(tmp_path):
    found = values(
        *["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE"],
        *["CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"],
        DATA_DIR=tmp_path,
        SITE_ORIGIN="https://www.example.gov.cn",
    )

    assert found == {
        "SESSION_COOKIE_NAME": "__Host-sid",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


# The database, asked itself


@pytest.mark.django_db
def test_the_connection_has_what_makes_writes_safe():
    def ask(sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    if connection.vendor == "sqlite":
        pragmas = ["journal_mode", "synchronous", "busy_timeout", "foreign_keys", "cache_size"]
        assert {name: ask(f"PRAGMA {name}") for name in pragmas} == {
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "busy_timeout": 20000,
            "foreign_keys": 1,
            "cache_size": -20000,
        }
        assert connection.transaction_mode == "IMMEDIATE"
    else:
        names = ["lock_timeout", "idle_in_transaction_session_timeout", "jit", "timezone"]
        assert {name: ask(f"SHOW {name}") for name in names} == {
            "lock_timeout": "3s",
            "idle_in_transaction_session_timeout": "1min",
            "jit": "off",
            "timezone": "UTC",
        }
    assert not connection.settings_dict["ATOMIC_REQUESTS"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_page_waits_five_seconds_for_postgresql_and_a_command_as_long_as_it_takes(tmp_path):
    ask = (
        "from django.db import connection as c; k = c.cursor();"
        "k.execute('SHOW statement_timeout'); print(k.fetchone()[0])"
    )
    environment = {"DATA_DIR": tmp_path, "DATABASE_URL": database_url()}

    page = start(f"import civic.wsgi; {ask}", **environment)
    command = start(f"import django; django.setup(); {ask}", **environment)

    assert page[:2] == (0, "5s\n")
    assert command[:2] == (0, "0\n")


def database_url():
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"


# Redis that is there, and Redis that is away


@pytest.mark.postgres
def test_the_cache_of_this_pass_is_redis():
    cache.set("where", "Redis", 30)

    assert settings.CACHES["default"]["LOCATION"].startswith("redis://")
    assert cache.get("where") == "Redis"


def test_a_cache_that_is_away_is_a_cache_that_misses(tmp_path):
    code, said, _ = start(
        "import django; django.setup();"
        "from django.core.cache import cache as c;"
        "c.set('a', 1);"
        "print(c.get('a', 'missed'), c.get_many(['a']), c.add('a', 1), c.get_or_set('b', 2));"
        "c.set_many({'a': 1}); c.delete('a'); c.clear(); print(c.has_key('a'), c.touch('a'))",
        DATA_DIR=tmp_path,
        CACHE_URL="redis://127.0.0.1:1/0",
        LOG_LEVEL="CRITICAL",
    )

    assert (code, said) == (0, "missed {} True 2\nFalse False\n")


# Files in S3-compatible storage


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as keeping and fetching a file needs."""

    protocol_version = "HTTP/1.1"
    kept: dict[str, bytes] = {}

    def log_message(self, format, *args):
        pass

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Thu, 26 Nov 2026 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self):
        assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            size, _, rest = body.partition(b"\r\n")
            body = rest[: int(size.split(b";")[0], 16)]
        self.kept[self.path] = body
        self.answer(200)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        found = self.kept.get(self.path.partition("?")[0])
        self.answer(404) if found is None else self.answer(200, found)


def test_files_go_to_a_bucket_under_our_own_names_and_come_back(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"s3://key:pa%2Fss@127.0.0.1:{server.server_port}/office?scheme=http"

    code, said, complaint = start(
        "import django; django.setup();"
        "from django.core.files.base import ContentFile;"
        "from django.core.files.storage import default_storage as s;"
        "name = s.save('attachments/我的 文件.PDF', ContentFile('正文'.encode()));"
        "print(name); print(s.open(name).read().decode())",
        DATA_DIR=tmp_path,
        STORAGE_URL=url,
    )
    server.shutdown()
    server.server_close()

    assert code == 0, complaint
    name, text = said.splitlines()
    assert text == "正文"
    assert list(Bucket.kept) == [f"/office/{name}"]
    assert name.startswith("attachments/20")
    assert "文件" not in name
