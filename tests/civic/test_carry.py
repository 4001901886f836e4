"""Carried text: what was typed comes through an expired session and a stale page."""

from html.parser import HTMLParser

import pytest
from django.core import signing
from django.test import Client

from civic import carry
from tests import make

pytestmark = pytest.mark.django_db

LONG = "这是一段写了很久的正文，绝对不能丢。" * 20


class Fields(HTMLParser):
    """{name: value} of what a form would send, by its id or the first one."""

    def __init__(self, markup, form_id=""):
        super().__init__()
        self.found, self.action, self._inside, self._area = {}, "", False, ""
        self._form_id = form_id
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and (not self._form_id or given.get("id") == self._form_id):
            self._inside, self.action = True, given.get("action", "")
        elif self._inside and tag == "input" and given.get("name"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            if given.get("type") not in ("submit", "file"):
                self.found[given["name"]] = given.get("value", "")
        elif self._inside and tag == "select":
            self._select = given["name"]
        elif self._inside and tag == "option" and "selected" in given and given.get("value"):
            self.found[self._select] = given["value"]
        elif self._inside and tag == "textarea":
            self._area = given["name"]
            self.found[self._area] = ""

    def handle_data(self, data):
        if self._area:
            self.found[self._area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False
        if tag == "textarea":
            self._area = ""


@pytest.fixture
def person():
    return make.user("editor", username="clerk")


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})


@pytest.fixture
def release(person):
    return make.release("旧标题", unit=person.unit, created_by=person)


def sign_in(client, name="clerk", form=None):
    page = client.get("/admin/login/").content.decode()
    fields = form or Fields(page, "login-form").found
    return client.post("/admin/login/", {**fields, "username": name, "password": make.PASSWORD})


def written(client, release):
    """The real form, with a new body typed into it."""
    path = f"/admin/releases/release/{release.pk}/change/"
    fields = Fields(client.get(path).content.decode(), "release_form").found
    return path, {**fields, "title": "新标题", "body": f"<p>{LONG}</p>"}


def rest(client, minutes):
    """The person was away for so long: the session says so."""
    session = client.session
    session["seen"] -= minutes * 60
    session.save()


def test_text_written_until_the_session_ran_out_is_saved_after_signing_in_again(
    client, person, release
):
    sign_in(client)
    path, typed = written(client, release)

    rest(client, 31)
    lost = client.post(path, typed)
    again = sign_in(client, form=Fields(lost.content.decode(), "login-form").found)
    offer = Fields(again.content.decode(), "save-again")
    saved = client.post(offer.action, offer.found)
    release.refresh_from_db()

    assert lost.status_code == 401
    assert LONG in lost.content.decode()
    assert again.status_code == 200
    assert offer.action == path
    assert saved.status_code == 302
    assert release.title == "新标题"
    assert LONG in release.body


def test_a_wrong_password_in_between_loses_nothing(client, person, release):
    sign_in(client)
    path, typed = written(client, release)

    rest(client, 31)
    lost = client.post(path, typed)
    fields = Fields(lost.content.decode(), "login-form").found
    wrong = client.post("/admin/login/", {**fields, "username": "clerk", "password": "no"})
    again = sign_in(client, form=Fields(wrong.content.decode(), "login-form").found)

    assert LONG in wrong.content.decode()
    assert Fields(again.content.decode(), "save-again").found["title"] == "新标题"


def test_text_sent_from_a_page_with_an_old_token_is_offered_with_a_fresh_one(
    client, person, release
):
    sign_in(client)
    path, typed = written(client, release)
    client.post("/admin/logout/", {"csrfmiddlewaretoken": client.cookies["csrf"].value})
    sign_in(client)

    stale = client.post(path, {**typed, "csrfmiddlewaretoken": "x" * 64})
    offer = Fields(stale.content.decode(), "save-again")
    saved = client.post(offer.action, offer.found)
    release.refresh_from_db()

    assert stale.status_code == 403
    assert saved.status_code == 302
    assert release.title == "新标题"


def test_a_form_forged_by_a_stranger_is_refused_and_not_offered(client, person, release):
    sign_in(client)
    path = f"/admin/releases/release/{release.pk}/change/"

    forged = client.post(path, {"title": LONG}, headers={"origin": "https://evil.example"})

    assert forged.status_code == 403
    assert LONG not in forged.content.decode()
    assert "save-again" not in forged.content.decode()


def test_what_somebody_else_typed_is_not_shown_to_the_next(client, person):
    other = make.user("editor", username="other")
    carried = carry.Carried("/admin/", [("title", LONG)], typed_by=str(person.pk))
    page = client.get("/admin/login/").content.decode()
    fields = {**Fields(page, "login-form").found, "carried": carried.pack()}

    answer = client.post(
        "/admin/login/", {**fields, "username": other.username, "password": make.PASSWORD}
    )

    assert answer.status_code == 302
    assert LONG not in client.get("/admin/").content.decode()


def test_only_what_we_signed_is_carried():
    ours = carry.Carried("/admin/x/", [("title", "甲")]).pack()

    assert carry.unpack(ours) == carry.Carried("/admin/x/", [("title", "甲")])
    assert carry.unpack(ours[:-2] + "zz") is None
    assert carry.unpack("") is None
    assert carry.unpack(signing.dumps(["/"], salt=carry.SALT)) is None
    assert carry.unpack(signing.dumps(["/", [], "", False], salt="other")) is None


def test_passwords_and_codes_are_never_carried(rf):
    request = rf.post("/admin/x/", {"password": "Secret-1", "otp": "123456", "title": "甲"})

    assert carry.of(request) == carry.Carried("/admin/x/", [("title", "甲")])


def test_an_empty_form_is_not_worth_carrying(rf):
    assert carry.of(rf.post("/admin/x/", {"_save": "1", "csrfmiddlewaretoken": "x"})) is None
    assert carry.of(rf.get("/admin/x/")) is None


def test_a_text_too_long_for_a_field_is_shown_for_copying(rf, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_100
    carried = carry.Carried("/admin/x/", [("body", LONG)])
    request = rf.post("/admin/x/", {"body": LONG})

    page = carry.sign_in_again(request, carried).render().content.decode()

    assert carried.pack() == ""
    assert LONG in page
    assert 'name="carried"' not in page
    assert "太长" in page


def test_text_typed_by_who_must_change_the_password_first_waits(client, person, release):
    sign_in(client)
    path, typed = written(client, release)
    person.issue_password(by=make.user("security_admin"))
    fresh = Client()
    fresh.force_login(type(person).objects.get(pk=person.pk), backend="civic.signin.RoleBackend")

    waiting = fresh.post(path, typed)

    assert waiting.status_code == 200
    assert "选一个只有您自己知道的" in waiting.content.decode()
    assert Fields(waiting.content.decode(), "save-again").found["title"] == "新标题"
