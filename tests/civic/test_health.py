"""Health: tells whoever watches whether the site can work, and nothing more."""

import pytest

pytestmark = pytest.mark.django_db


def test_it_tells_two_things_and_is_not_kept(client):
    answer = client.get("/healthz")

    assert answer.json() == {"database": True, "cache": True}
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies == {}


def test_it_is_only_asked(client):
    assert client.post("/healthz").status_code == 405
