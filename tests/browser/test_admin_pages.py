"""The back office as those who work there see it: axe finds nothing, nothing breaks behind it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from civic.accounts import User

MODELS = {model._meta.label_lower: model for model in admin.site._registry}
# Who looks where: the first of these demo people who may.
PEOPLE = ["editor", "reviewer3", "staff", "sysadmin", "security", "auditor"]


def who_may(act: str, model: type) -> User | None:
    """The first of the people with this right on the model."""
    right = f"{model._meta.app_label}.{act}_{model._meta.model_name}"
    able = [person for person in User.objects.filter(username__in=PEOPLE) if person.has_perm(right)]
    return min(able, key=lambda person: PEOPLE.index(person.username), default=None)


def judged(page, axe, path: str) -> list:
    answer = page.goto(path)
    assert answer.status == 200, path
    page.wait_for_load_state("load")
    for editor in page.locator("textarea[data-type=ckeditortype]:not([id*=__prefix__])").all():
        box = f"#cke_{editor.get_attribute('id')}"
        page.wait_for_selector(box, state="attached", timeout=60_000)
    return axe(page)


@pytest.mark.parametrize("label", MODELS)
def test_axe_finds_nothing_on_a_list_and_its_forms(label, town, page, sign_in, axe):
    model = MODELS[label]
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    sign_in(page, who_may("view", model))
    found = judged(page, axe, address)
    row = page.locator("#result_list th a").first
    if row.count():
        found += judged(page, axe, row.get_attribute("href"))
    if maker := who_may("add", model):
        sign_in(page, maker)
        page.goto(address)
        add = page.locator("a.addlink").first
        if add.count():
            found += judged(page, axe, add.get_attribute("href"))

    assert found == []


@pytest.mark.parametrize("username", PEOPLE)
def test_axe_finds_nothing_on_the_desk_of(username, town, page, sign_in, axe):
    sign_in(page, User.objects.get(username=username))

    assert judged(page, axe, "/admin/") == []


def test_axe_finds_nothing_where_people_sign_in_and_change_their_password(town, page, sign_in, axe):
    assert judged(page, axe, "/admin/login/") == []

    sign_in(page, User.objects.get(username="editor"))
    assert judged(page, axe, "/admin/password_change/") == []


@pytest.mark.parametrize("path", ["/admin/", "/admin/releases/release/"])
def test_a_phone_shows_the_desk_and_the_list_without_axe_complaining(
    path, town, visitor, sign_in, axe
):
    page = visitor(viewport={"width": 360, "height": 800}).new_page()
    sign_in(page, User.objects.get(username="editor"))

    assert judged(page, axe, path) == []
