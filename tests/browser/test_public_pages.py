"""Every kind of public page, as everyone may want it: axe finds nothing, and the HTML is valid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from civic.publishing import Status, WithdrawReason
from releases.models import Attachment, Channel, Question, Release, Speaker, Topic


def shown() -> Release:
    """A release with a picture and an attachment, if the town has one."""
    files = Attachment.objects.values("release")
    return Release.objects.live().filter(pk__in=files).latest("publish_at")


def conference() -> Release:
    questions = Question.objects.values("release")
    return Release.objects.live().filter(pk__in=questions).latest("publish_at")


def withdrawn(reason: WithdrawReason) -> str:
    """The address of a text withdrawn for this reason."""
    release = Release.objects.live().order_by("publish_at").first()
    address = release.get_absolute_url()
    Release.objects.filter(pk=release.pk).update(status=Status.WITHDRAWN, withdraw_reason=reason)
    return address


def topic() -> str:
    return next(
        one for one in Topic.objects.all() if one.releases.live().exists()
    ).get_absolute_url()


def speaker() -> str:
    return f"/conferences/speakers/{Speaker.objects.first().name}/"


def outlet() -> str:
    return f"/conferences/outlets/{Question.objects.exclude(outlet='').first().outlet}/"


def emptied(path: str) -> Callable[[], str]:
    """The page when nothing has been published yet."""

    def of() -> str:
        Release.objects.update(status=Status.DRAFT)
        Topic.objects.update(is_open=False)
        return path

    return of


PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: "/",
    "home, empty": emptied("/"),
    "releases": lambda: "/releases/",
    "releases, filtered": lambda: f"/releases/?year={timezone.localdate().year}&q=志愿",
    "releases, nothing found": lambda: "/releases/?q=查无此事",
    "releases, empty": emptied("/releases/"),
    "channel": lambda: Channel.objects.filter(releases__isnull=False).first().get_absolute_url(),
    "release": lambda: shown().get_absolute_url(),
    "conference": lambda: conference().get_absolute_url(),
    "release, out of date": lambda: withdrawn(WithdrawReason.OUTDATED),
    "release, withdrawn": lambda: withdrawn(WithdrawReason.ERROR),
    "conferences": lambda: "/conferences/",
    "conferences, empty": emptied("/conferences/"),
    "speakers": lambda: "/conferences/speakers/",
    "speaker": speaker,
    "outlets": lambda: "/conferences/outlets/",
    "outlet": outlet,
    "topics": lambda: "/topics/",
    "topics, empty": emptied("/topics/"),
    "topic": topic,
    "search": lambda: "/search/",
    "search, found": lambda: "/search/?q=志愿",
    "search, nothing found": lambda: "/search/?q=查无此事",
    "site map": lambda: "/sitemap/",
    "about": lambda: "/about/",
    "reading settings": lambda: "/display/",
    "not found": lambda: "/no-such-page/",
    "not understood": lambda: "/releases/%01/",
}
MODES = {
    "normal": ("", 1280),
    "phone": ("", 360),
    "elder": ("elder", 1280),
    "elder on a phone": ("elder", 360),
    "high contrast": ("contrast", 1280),
}


@pytest.fixture(params=MODES)
def reader(request, visitor, town):
    """A page of a reader who has chosen this mode."""
    words, width = MODES[request.param]
    context = visitor(viewport={"width": width, "height": 900})
    if words:
        context.add_cookies([{"name": "display", "value": words, "url": town.url}])
    page = context.new_page()
    page.wanted = words
    return page


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(kind, reader, axe):
    reader.goto(PAGES[kind]())

    if reader.wanted and kind != "not understood":  # that page is made without asking who reads
        assert reader.wanted in reader.locator("html").get_attribute("class").split()
    assert axe(reader) == []
    assert reader.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert reader.locator("h1").count() == 1


@pytest.mark.parametrize("kind", PAGES)
def test_the_html_is_valid(kind, town, fetch, valid_html):
    text = fetch(PAGES[kind]())

    assert valid_html(text) == []


def test_pages_are_read_without_scripts_and_without_cookies(town, visitor):
    context = visitor(java_script_enabled=False)
    page = context.new_page()

    for path in ("/", "/releases/", conference().get_absolute_url(), "/search/?q=志愿"):
        assert page.goto(path).status == 200
        assert page.locator("main h1, main h2").count() > 0
    assert context.cookies() == []
