"""Settings of the tests: the real ones, with what a test may not share or wait for replaced."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="civic-tests-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("TASKS_BACKEND", "immediate")

from civic.settings import *  # noqa: F403
from civic.settings import DATA_DIR

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Hashing is slow on purpose; tests sign in often.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "civic.storage.DiskStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
