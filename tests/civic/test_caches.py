"""Caches: a Redis that is away is a cache that misses, and costs no time."""

import socket
import time

import pytest
from django.core.cache import caches

from civic.caches import ForgivingRedisCache

OPTIONS = {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}}


def quickly(act):
    began = time.monotonic()
    result = act()
    assert time.monotonic() - began < 1
    return result


@pytest.fixture
def nobody():
    """An address at which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    return ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", OPTIONS)


@pytest.fixture
def silent():
    """A server that takes the call and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        port = listening.getsockname()[1]
        yield ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", OPTIONS)


@pytest.fixture(params=["nobody", "silent"])
def away(request):
    return request.getfixturevalue(request.param)


def test_a_cache_that_is_away_misses(away, caplog):
    caplog.set_level("WARNING")

    def ask():
        away.set("a", 1)
        return [
            away.get("a"),
            away.get("a", "otherwise"),
            away.get_many(["a", "b"]),
            away.get_or_set("a", 5),
            away.has_key("a"),
            "a" in away,
            away.delete("a"),
            away.set_many({"a": 1}),
            away.delete_many(["a"]),
            away.touch("a"),
        ]

    assert quickly(ask) == [None, "otherwise", {}, 5, False, False, False, ["a"], None, False]
    assert len([r for r in caplog.records if r.message == "cache away"]) == 1


def test_a_counter_in_a_cache_that_is_away_says_it_is_not_there(away):
    def count():
        with pytest.raises(ValueError, match="not found"):
            away.incr("n")

    quickly(count)


def test_a_lock_in_a_cache_that_is_away_is_given(away):
    """Who asks for it does the work twice rather than never."""
    assert quickly(lambda: away.add("lock", 1)) is True


def test_clearing_a_cache_that_is_away_does_nothing(away):
    assert quickly(away.clear) is False


def test_after_a_failure_it_is_not_asked_for_ten_seconds(silent):
    silent.get("a")

    began = time.monotonic()
    for _n in range(100):
        silent.get("a")

    assert time.monotonic() - began < 0.2


@pytest.mark.django_db
def test_a_page_is_shown_without_the_cache(client, settings, silent):
    caches["default"] = silent
    try:
        response = quickly(lambda: client.get("/healthz"))
    finally:
        del caches["default"]

    assert response.status_code < 500
