"""Reading settings: one cookie, read leniently, set only by a form of ours, leading home safely."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory

from portal.display import Display

pytestmark = pytest.mark.django_db


def of(cookie):
    request = RequestFactory().get("/")
    request.COOKIES["display"] = cookie
    return Display.of(request)


def html_class(client, path="/about/"):
    page = client.get(path).content.decode()
    tag = page[page.index("<html") : page.index(">", page.index("<html"))]
    return tag.partition('class="')[2].rstrip('"')


@pytest.mark.parametrize(
    ("cookie", "classes"),
    [
        ("", ""),
        ("elder", "elder"),
        ("contrast", "contrast"),
        ("elder.contrast.large", "elder contrast size-large"),
        ("small", "size-small"),
        ("normal", ""),
        ('"><zqx>', ""),
        ("elder\x00", ""),
        ("x" * 5000 + ".elder", ""),
        ("ELDER", ""),
    ],
)
def test_a_cookie_means_what_it_can_mean(cookie, classes):
    assert of(cookie).classes == classes


@pytest.mark.parametrize(
    ("asked", "classes"),
    [
        ("elder=on", "elder contrast"),
        ("contrast=off", ""),
        ("size=large", "contrast size-large"),
        ("size=huge", "contrast"),
        ("elder=perhaps", "contrast"),
        ("", "contrast"),
    ],
)
def test_a_form_changes_the_one_thing_it_names(asked, classes):
    assert Display(contrast=True).changed(QueryDict(asked)).classes == classes


def test_a_choice_is_kept_for_all_pages_and_can_be_undone(client):
    answer = client.post("/display/", {"elder": "on", "next": "/about/"})

    assert (answer.status_code, answer["Location"]) == (303, "/about/")
    assert list(answer.cookies) == ["display"]
    assert html_class(client) == "elder"

    client.post("/display/", {"size": "large"})
    assert html_class(client, "/search/") == "elder size-large"

    client.post("/display/", {"elder": "off"})
    client.post("/display/", {"size": "normal"})
    assert html_class(client) == ""


def test_the_cookie_says_nothing_of_the_reader_and_stays_here(client, settings):
    settings.HTTPS = True

    cookie = client.post("/display/", {"contrast": "on"}).cookies["display"]

    assert cookie.value == "contrast"
    assert (cookie["path"], cookie["samesite"], cookie["secure"]) == ("/", "Lax", True)
    assert cookie["max-age"] == 365 * 24 * 3600


def test_looking_at_the_page_changes_nothing(client):
    answer = client.get("/display/?elder=on&contrast=on")

    assert answer.status_code == 200
    assert answer.cookies == {}


def test_a_form_works_without_token_or_session():
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/display/", {"elder": "on"})

    assert answer.status_code == 303
    assert list(answer.cookies) == ["display"]


def test_a_form_of_another_site_is_refused(client):
    answer = client.post("/display/", {"elder": "on"}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert answer.cookies == {}


@pytest.mark.parametrize(
    "wanted",
    ["/", "/about/", "/search/?q=%E6%96%87%E6%98%8E&page=2", "/releases/?year=2026#main"],
)
def test_the_way_back_is_a_page_of_ours(client, wanted):
    assert client.post("/display/", {"next": wanted})["Location"] == wanted


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example",
        "https://evil.example/", "https:evil.example", "javascript:alert(1)", "data:text/html,x",
        "evil.example", "/about/\r\nSet-Cookie: a=b", "/about/\nx", " //evil.example",
        "/ /evil.example",
        "http://testserver@evil.example/", "/x\x00y", "/" + "a" * 5000, "\x01//evil.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["post", "get"])
def test_the_way_back_never_leaves_home(client, evil, how):
    if how == "post":
        target = client.post("/display/", {"next": evil})["Location"]
    else:
        target = client.get("/display/", {"next": evil}).context["back"]

    assert re.fullmatch(r"/(?!/)[!-~]*", target)
    assert "\\" not in target
    assert urlsplit(urljoin("http://testserver/display/", target)).netloc == "testserver"


@pytest.mark.parametrize(
    ("referrer", "target"),
    [
        ("http://testserver/search/?q=x", "/search/?q=x"),
        ("http://evil.example/about/", "/"),
        ("http://testserver//evil.example", "/"),
        ("http://[broken", "/"),
        ("", "/"),
    ],
)
def test_without_a_word_it_goes_back_to_where_the_reader_was(client, referrer, target):
    answer = client.post("/display/", {"elder": "on"}, headers={"referer": referrer})

    assert answer["Location"] == target


def test_buttons_say_what_is_on(client):
    client.cookies["display"] = "elder.large"

    page = client.get("/display/").content.decode()

    assert page.count('name="elder" value="off" aria-pressed="true"') == 2
    assert page.count('name="contrast" value="on" aria-pressed="false"') == 2
    assert 'value="large" aria-pressed="true"' in page
    assert 'value="normal" aria-pressed="false"' in page
