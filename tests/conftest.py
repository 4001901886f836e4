"""What every test gets: a clean cache, and a database that lets go of its audit rows at the end."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as examples

from civic.audit import AuditEvent

# The same examples at every run: a run that fails fails again.
examples.register_profile("house", derandomize=True, deadline=None, database=None)
examples.load_profile("house")


def pytest_collection_modifyitems(config, items):
    """Tests of PostgreSQL and Redis belong to that pass of the suite; the other leaves them out."""
    if connection.vendor == "postgresql" and settings.CACHE_URL:
        return
    left_out = [item for item in items if item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_unconfigure(config):
    """The directory of the run goes with it (the first process made it, the last removes it)."""
    made = Path(settings.DATA_DIR)
    if made.name.startswith("civic-tests-") and not hasattr(config, "workerinput"):
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL's flush is a TRUNCATE, which the audit table refuses in life."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS audit_no_truncate ON civic_auditevent")


@pytest.fixture(autouse=True)
def _clean_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _audit_rows_go(request, _django_db_marker):
    """A test that really commits is cleaned by DELETE, which the audit table refuses in life."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (
        marker and marker.kwargs.get("transaction")
    )
    if commits and connection.vendor == "sqlite":
        forget_audit()


def forget_audit():
    table = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(f"DELETE FROM {table}")
        for _, sql in guards:
            cursor.execute(sql)
