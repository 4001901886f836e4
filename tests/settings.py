"""Settings of the tests: the real ones, with what a test may not share or wait for replaced."""

import os
import tempfile
from urllib.parse import urlsplit

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="civic-tests-")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("TASKS_BACKEND", "immediate")
# Each process of a parallel run keeps to itself: its directory, its number of the Redis server.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
if os.environ.get("CACHE_URL") and WORKER.startswith("gw"):
    place = urlsplit(os.environ["CACHE_URL"])
    os.environ["CACHE_URL"] = f"{place.scheme}://{place.netloc}/{int(WORKER[2:]) + 1}"

from civic.settings import *  # noqa: E402, F403
from civic.settings import DATA_DIR, DATABASES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Hashing is slow on purpose; tests sign in often.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The site of the browser tests (tests/browser/conftest.py) puts the real storage back.
STORAGES = {
    "default": {"BACKEND": "civic.storage.DiskStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
OWN = DATA_DIR / WORKER
MEDIA_ROOT = OWN / "media"
STATIC_ROOT = OWN / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads and servers of a test meet in one database as they do in life.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
