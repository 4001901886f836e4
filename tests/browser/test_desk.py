"""The back office in a real browser: no accessibility violation, and it fits a phone."""

import pytest
from django.urls import reverse

from civic.accounts import User
from releases.models import Channel, Question, Release


def step(name, **fields):
    """The page of this step on the first release like this."""
    release = Release.objects.filter(**fields).first()
    return reverse("admin:releases_release_step", args=[release.pk, name])


def form(**fields):
    release = Release.objects.filter(**fields).first()
    return reverse("admin:releases_release_change", args=[release.pk])


PAGES = {
    "desk": lambda: "/admin/",
    "releases": lambda: "/admin/releases/release/",
    "channels": lambda: "/admin/releases/channel/",
    "pictures": lambda: "/admin/civic/picture/",
    "draft": lambda: form(status="draft", corrects=None),
    "conference": lambda: form(pk__in=Question.objects.values("release")),
    "new release": lambda: "/admin/releases/release/add/",
    "channel": lambda: reverse("admin:releases_channel_change", args=[Channel.objects.first().pk]),
    "submit": lambda: step("submit", status="draft", corrects=None),
    "withdraw": lambda: step("withdraw", status="published", corrects=None),
    "history": lambda: form(status="draft", corrects=None).replace("/change/", "/history/"),
}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_back_office_is_for_everyone(page, town, sign_in, axe, troubles, name, width):
    person = User.objects.create(username="all", name="示例全", is_staff=True, is_superuser=True)
    sign_in(page, person)
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(PAGES[name]())
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert troubles.found == []
    assert axe(page) == []
    # axe itself asks for the sheets that Django's sheets import, at a wrong address.
    troubles.clear()
