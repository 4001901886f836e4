"""Hostile input over the pages: nothing comes back unescaped, breaks or is believed."""

import json
import re

import pytest
from django.contrib import admin
from django.test import Client

from civic.publishing import Status
from releases.models import Channel, Release
from tests import make

pytestmark = pytest.mark.django_db

MARK = "\"><zqx onx=1>'</script><!--{{7*7}}{% load x %}"
SQL = [
    "' OR '1'='1",
    "1; DROP TABLE civic_user--",
    "1' AND SLEEP(5)--",
    "') UNION SELECT password FROM civic_user--",
    "1)) OR pg_sleep(5)--",
    '" OR ""="',
    "\\'; --",
    "%' ESCAPE '\\",
    "admin'/*",
    "1e400",
    "NaN",
    "-9223372036854775809",
    "${7*7}",
    "{{7*7}}",
    "*",
    "NEAR(a b",
    'title:"x',
    "a OR b AND NOT",
    "(((((",
    "\u202e\ufeff",
]
NAUGHTY = [
    "<zqx>",
    "%3Czqx%3E",
    "javascript:alert(1)",
    "甲" * 500,
    "😀𠮷",
    "\t\n",
    "0",
    "-1",
    "1e9",
]
PUBLIC = ["/", "/releases/", "/search/", "/conferences/", "/topics/", "/sitemap/", "/feed/"]
PARAMETERS = [
    "q",
    "page",
    "channel",
    "unit",
    "year",
    "kind",
    "from",
    "to",
    "o",
    "sort",
    "next",
    "path",
]


@pytest.fixture
def marked():
    """A release whose every field holds markup, shown to all."""
    channel = make.channel(name=f"栏目{MARK}"[:30], slug="news", description=MARK)
    unit = make.unit(f"单位{MARK}"[:60])
    topic = make.topic(f"专题{MARK}"[:60])
    release = make.live_release(
        MARK,
        channel=channel,
        unit=unit,
        summary=MARK,
        source_name=MARK[:60],
        writer=MARK[:40],
        keywords="甲" + MARK[:40],
        body=f"<p>{MARK}</p>",
    )
    release.topics.add(topic)
    return release


def ours(text):
    """The page without what our own templates wrote: where the mark stands as markup."""
    return re.findall(r"<zqx|onx=1>", text)


def test_marks_in_every_field_stay_text_on_every_public_page(client, marked):
    pages = [*PUBLIC, "/sitemap.xml", "/feed/atom/", marked.get_absolute_url()]
    pages += [f"/releases/channels/{marked.channel.slug}/", marked.topics.get().get_absolute_url()]
    pages += ["/search/?q=zqx", "/releases/?q=zqx", f"/search/?q={MARK}"]
    shown = {}

    for path in pages:
        answer = client.get(path)
        shown[path] = (answer.status_code, ours(answer.content.decode()))

    assert shown == {path: (200, []) for path in pages}


def test_json_for_search_engines_is_whole_and_cannot_end_its_element(client, marked):
    page = client.get(marked.get_absolute_url()).content.decode()

    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    assert blocks
    for block in blocks:
        assert "<" not in block
        json.loads(block)


def test_marks_stay_text_in_the_back_office(marked):
    client = Client()
    staff = make.user("office_staff", name=MARK[:40])
    client.force_login(staff, backend="civic.signin.RoleBackend")
    base = f"/admin/releases/release/{marked.pk}/"
    draft = make.release(MARK, unit=marked.unit, channel=marked.channel, created_by=staff)
    pages = [f"{base}change/", f"{base}history/", f"{base}preview/", "/admin/releases/release/"]
    pages += [f"/admin/releases/release/{draft.pk}/{page}/" for page in ("change", "step/submit")]
    pages += ["/admin/", "/admin/releases/channel/", f"/admin/releases/release/?q={MARK}"]
    pages += [f"/admin/civic/unit/{marked.unit_id}/change/", f"/admin/login/?next={MARK}"]

    shown = {path: ours(client.get(path, follow=True).content.decode()) for path in pages}

    assert shown == {path: [] for path in pages}


@pytest.mark.parametrize("value", [*SQL, *NAUGHTY])
def test_nothing_typed_into_an_address_breaks_a_public_page(value):
    client = Client(raise_request_exception=False)
    make.live_release()
    broken = []

    for path in PUBLIC:
        answer = client.get(path, dict.fromkeys(PARAMETERS, value))
        if answer.status_code >= 500 or "<zqx" in answer.content.decode():
            broken.append((path, answer.status_code))

    assert broken == []


@pytest.mark.parametrize("value", SQL)
def test_nothing_typed_into_an_address_breaks_a_list_of_the_back_office(value):
    client = Client(raise_request_exception=False)
    client.force_login(make.user("office_staff"), backend="civic.signin.RoleBackend")
    make.release()
    broken = []

    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for name in ("q", "o", "p"):
            status = client.get(path, {name: value}).status_code
            if status >= 500:
                broken.append((path, name, status))

    assert broken == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVa\tScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "ftp://x",
    ],
)
def test_a_source_link_must_be_a_web_address(address):
    client = Client()
    staff = make.user("office_staff")
    client.force_login(staff, backend="civic.signin.RoleBackend")
    fields = {"kind": "news", "title": "甲", "body": "<p>乙</p>", "source_url": address}
    fields |= {"channel": make.channel().pk, "unit": staff.unit_id}

    answer = client.post("/admin/releases/release/add/", fields)

    assert answer.status_code == 200
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/../civic/settings.py",
        "/media/..%2f..%2fcivic.sqlite3",
        "/static/../civic/settings.py",
        "/static/..%5c..%5cmanage.py",
        "/.git/config",
        "/.env",
        "/var/secret_key",
        "/metrics",
        "/debug/",
        "/media/pictures/12345678-1234-1234-1234-123456789abc/huge.webp",
        "/media/pictures/12345678-1234-1234-1234-123456789abc/large.webp",
        "/media/pictures/x/large.webp?w=99999",
    ],
)
def test_what_is_not_a_page_is_not_found(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "SECRET_KEY" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/admin/logout/",
        "/admin/password_change/",
        "/admin/second-factor/",
        "/admin/editor/upload/",
        "/admin/releases/release/add/",
        "/admin/civic/user/add/",
        "/admin/civic/auditevent/verify/",
    ],
)
@pytest.mark.parametrize("token", [None, "wrong", "x" * 64])
def test_a_post_without_its_token_is_refused(path, token):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.user("security_admin"), backend="civic.signin.RoleBackend")
    fields = {"username": "newcomer", "name": "甲"}

    answer = client.post(path, fields | ({"csrfmiddlewaretoken": token} if token else {}))

    assert answer.status_code == 403
    assert make.User.objects.count() == 1


@pytest.mark.parametrize("path", [*PUBLIC, "/admin/login/", "/nowhere/"])
def test_every_page_carries_the_policy_and_its_companions(client, path):
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("method", ["head", "options"])
@pytest.mark.parametrize("path", PUBLIC)
def test_odd_ways_to_ask_are_answered(client, path, method):
    assert getattr(client, method)(path).status_code < 500
    odd = {"range": "bytes=999999-1", "if-none-match": '"x", W/"*"', "accept": "\x7f", "te": "x"}
    assert client.get(path, headers=odd).status_code < 500


def test_a_draft_is_nowhere_to_be_seen(client):
    make.live_release("公开的")
    hidden = make.release(
        "泄密金丝雀", status=Status.DRAFT, body="<p>泄密金丝雀</p>", slug="canary"
    )
    leaks = []

    for path in [*PUBLIC, "/search/?q=泄密金丝雀", "/sitemap.xml", "/feed/atom/"]:
        if "泄密金丝雀" in client.get(path).content.decode().replace("q=泄密金丝雀", ""):
            leaks.append(path)

    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert [path for path in leaks if "q=" not in path] == []


def test_the_editors_upload_asks_for_right_and_sign_in():
    plain, inspector = Client(), Client()
    inspector.force_login(make.user("inspector"), backend="civic.signin.RoleBackend")

    visitor = plain.post("/admin/editor/upload/")
    refused = inspector.post("/admin/editor/upload/?CKEditorFuncNum=1);alert(1)//")

    assert visitor.status_code == 401
    assert visitor.json()["uploaded"] == 0
    assert refused.status_code == 403
    assert "alert(1)" not in refused.content.decode()
    assert Channel.objects.count() == 0
