"""Middleware: refusals in words, limits of a session, what every staff page carries."""

import io
import json
import logging
import sys

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from civic import audit, refusals, urls
from civic.accounts import User
from civic.audit import AuditEvent
from civic.logs import OneLine, mask
from civic.middleware import PlainRefusals
from tests import make

pytestmark = pytest.mark.django_db


def locked(request):
    raise OperationalError("database is locked")


def echo(request):
    return HttpResponse(f"{request.GET.get('q', '')}|{request.POST.get('q', '')}")


def value_error(request):
    raise ValueError("year 99999 is out of range, 13800000000")


def fault(request):
    raise RuntimeError("our fault")


handler400, handler403, handler500 = urls.handler400, urls.handler403, urls.handler500
urlpatterns = [
    path("locked/", locked),
    path("echo/", echo),
    path("value/", value_error),
    path("fault/", fault),
    *urls.urlpatterns,
]


@pytest.fixture
def odd(settings):
    """A client of a site that has a view for each way to fail."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def signed_in(*roles, **extra):
    client = Client()
    person = make.user(*roles, **extra)
    client.force_login(person, backend="civic.signin.RoleBackend")
    client.get("/admin/")
    return client, person


# Refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "BREW"])
def test_unknown_methods_are_refused_with_those_that_work(client, method):
    answer = client.generic(method, "/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize(
    "address",
    ["/%00", "/releases/%00/", "/admin/releases/release/%00/change/", "/a%0d%0aX:1/", "/%1b[31m/"],
)
def test_controls_in_a_path_are_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address",
    ["/%ed%a0%80/", "/%ff%fe/", "/releases/%c0%ae%c0%ae/", "/%f0%9f%98%80/", "/..%2f..%2fetc/"],
)
def test_broken_and_strange_characters_in_a_path_are_not_found(client, address):
    assert client.get(address).status_code == 404


def test_an_endless_address_is_refused(client):
    assert client.get("/" + "a" * 3000).status_code == 414
    assert client.get("/?q=" + "a" * 9000).status_code == 414


def test_nul_is_taken_out_of_what_was_typed(odd):
    shown = odd.get("/echo/?q=a%00b%0%000c")
    sent = odd.post("/echo/", {"q": "a\x00b"})

    assert shown.content == b"abc|"
    assert sent.content == b"|ab"


def test_lines_end_as_they_are_stored(odd):
    assert odd.post("/echo/", {"q": "a\r\nb\rc\nd"}).text == "|a\nb\nc\nd"


@pytest.mark.parametrize("cookie", ['"\\000abcdefgh"', "x" * 500, "../../etc/passwd"])
def test_an_odd_session_cookie_is_no_cookie(client, cookie):
    client.cookies["sid"] = cookie

    assert client.get("/admin/", headers={"cookie": f"sid={cookie}"}).status_code == 302


def test_too_many_fields_are_413(client):
    answer = client.post("/admin/login/", {f"f{n}": "1" for n in range(1001)})

    assert answer.status_code == 413
    assert "太多" in answer.content.decode()


def test_too_large_a_body_is_413(client):
    answer = client.post("/admin/login/", {"username": "x" * 2_700_000})

    assert answer.status_code == 413


def test_too_many_files_are_413(client):
    files = {f"f{n}": io.BytesIO(b"x") for n in range(21)}

    assert client.post("/admin/login/", files).status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=\xe9", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\nx"),
        ("multipart/form-data; boundary=a", b"--a\r\n" + b"\x00" * 99),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="b"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--a--",
        ),
        ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"a=b"),
        ("application/json", b'{"a": "\\ud800"}'),
    ],
)
def test_a_broken_body_is_refused_in_words(kind, body):
    client = Client(raise_request_exception=False)

    answer = client.generic("POST", "/admin/login/", body, content_type=kind)

    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "a b", "[::", "testserver@x"])
def test_another_host_is_400_and_is_not_repeated(client, host):
    answer = client.get("/", headers={"host": host})

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_forwarded_headers_are_ignored_without_a_named_proxy(client):
    answer = client.get(
        "/admin/",
        headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"},
    )

    assert answer["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize(
    "query",
    [
        "id__exact=x",
        "p=1e9",
        "p=99999999999999999999",
        "p=-1",
        "o=99",
        "o=x",
        "e=1",
        "all=",
        "q=%00",
        "q=" + "a" * 2000,
        "status__exact=%ed%a0%80",
        "publish_at__gte=99999-01-01",
        "publish_at__year=99999",
        "channel__id__exact=99999999999999999999999",
        "channel__id__exact=x",
        "_changelist_filters=%00",
        "_to_field=password",
        "_popup=1&_to_field=%00",
        "unknown=1",
    ],
)
def test_absurd_values_in_the_address_of_a_list_are_answered(query):
    client, _person = signed_in("editor")
    client.raise_request_exception = False

    answer = client.get(f"/admin/releases/release/?{query}")

    assert answer.status_code in (200, 302, 400, 403, 404)


@pytest.mark.parametrize(
    "pk", ["x", "-1", "0", "99999999999999999999", "1e3", "1_2F3", "%F0%9F%98"]
)
def test_absurd_ids_are_not_found(pk):
    client, _person = signed_in("editor")
    client.raise_request_exception = False

    for page in ("change", "history", "delete", "history/1"):
        answer = client.get(f"/admin/releases/release/{pk}/{page}/")
        assert answer.status_code in (302, 403, 404), page


def test_a_locked_database_is_503_and_hands_the_text_back(odd):
    answer = odd.post("/locked/", {"body": "这段话很重要，请不要弄丢。" * 5})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "这段话很重要" in answer.content.decode()
    assert 'action="/locked/"' in answer.content.decode()


def test_an_absurd_value_is_400_and_a_fault_of_ours_500(odd):
    absurd, ours = odd.get("/value/"), odd.get("/fault/")

    assert (absurd.status_code, ours.status_code) == (400, 500)
    assert "99999" not in absurd.content.decode()
    assert "our fault" not in ours.content.decode()
    assert "不是您的操作" in ours.content.decode()


@pytest.mark.parametrize("address", ["/value/", "/fault/", "/locked/"])
def test_error_pages_carry_the_policy_and_repeat_nothing(odd, address):
    answer = odd.get(f"{address}?q=<zqx>")

    assert "<zqx>" not in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_database_that_fails_before_the_view_is_503(rf):
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        answer = refusals.server_error(rf.get("/"))

    assert sys.exc_info() == (None, None, None)
    assert answer.status_code == 503


def test_a_refusal_without_its_template_is_still_in_words(rf, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    logging.disable(logging.CRITICAL)

    answer = refusals.page(rf.get("/"), 400, "不行", "请重试")

    logging.disable(logging.NOTSET)
    assert answer.content.decode() == "不行\n请重试\n"


# Logs ------------------------------------------------------------------------------------------


def lines(message, **extra):
    record = logging.LogRecord("x", logging.WARNING, "", 1, message, (), None)
    vars(record).update(extra)
    return OneLine("%(message)s", json_ensure_ascii=False).format(record)


@pytest.mark.parametrize(
    "odd_text", ["a\r\nb", "\x1b[31mred", "a\u2028b", "a\x85b", "\x9b31m", "a\u202eb", "\ud800"]
)
def test_a_record_is_one_line_of_json_whatever_it_holds(odd_text):
    line = lines(f"Not Found: {odd_text}", agent=odd_text)

    assert len(line.splitlines()) == 1
    assert all(character >= " " for character in line)
    assert json.loads(line)["message"].startswith("Not Found: ")
    line.encode()


def test_personal_data_is_masked_in_logs():
    request = RequestFactory().get("/messages/13800000000/?phone=13800000000")

    line = lines(
        "Internal Server Error: /m/?phone=13800000000 Key (phone)=(13800000000) 11010519491231002X",
        request=request,
        detail={"mail": "zhang.san@example.com", "phones": ["+8613800000000"]},
    )

    assert "13800000000" not in line
    assert "11010519491231002X" not in line
    assert "zhang.san@" not in line
    assert "phone=" not in line.split("Key")[0]


def test_other_numbers_stay_readable():
    assert mask("release 20201120, row 5384, port 8000") == "release 20201120, row 5384, port 8000"


def test_a_request_with_controls_writes_one_line(client):
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(OneLine("%(levelname)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)

    client.get("/nowhere/%e2%80%a8/?phone=13800000000", headers={"user-agent": "a\x1b[31m"})

    root.setLevel(level)
    root.removeHandler(handler)
    written = stream.getvalue()
    assert "nowhere" in written
    assert all(json.loads(line) for line in written.splitlines())
    assert "13800000000" not in written


# Sessions --------------------------------------------------------------------------------------


def age(client, **seconds):
    session = client.session
    for name, number in seconds.items():
        session[name] -= number
    session.save()


@pytest.mark.parametrize(("away", "status"), [(29 * 60, 200), (30 * 60 + 1, 302)])
def test_half_an_hour_without_a_request_signs_out(away, status):
    client, _person = signed_in("editor")

    age(client, seen=away)

    assert client.get("/admin/").status_code == status


@pytest.mark.parametrize(("old", "status"), [(12 * 3600 - 60, 200), (12 * 3600 + 1, 302)])
def test_twelve_hours_sign_out_in_any_case(old, status):
    client, _person = signed_in("editor")

    age(client, began=old)

    assert client.get("/admin/").status_code == status


def test_an_ended_session_cannot_be_taken_up_again():
    client, _person = signed_in("editor")
    key = client.session.session_key
    age(client, seen=3600)

    client.get("/admin/")
    client.cookies["sid"] = key

    assert client.get("/admin/").status_code == 302


def test_a_session_is_written_once_a_minute_at_most(django_assert_num_queries):
    client, _person = signed_in("editor")
    before = client.session["seen"]

    client.get("/admin/")
    soon = client.session["seen"]
    age(client, seen=61)
    client.get("/admin/")

    assert soon == before
    assert client.session["seen"] >= before


def test_a_clock_that_jumps_back_signs_nobody_out():
    client, _person = signed_in("editor")

    age(client, seen=-300, began=-300)

    assert client.get("/admin/").status_code == 200


def test_a_disabled_account_is_out_at_its_next_request():
    client, person = signed_in("editor")

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/admin/").status_code == 302


def test_public_pages_need_no_session_of_a_visitor(client):
    answer = client.get("/")

    assert answer.status_code == 200
    assert answer.cookies == {}
    assert "Cookie" not in answer.get("Vary", "")


# Staff pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/login/", "/admin/nowhere/", "/admin/jsi18n/"]
)
def test_staff_pages_are_never_stored_nor_indexed(address):
    client, _person = signed_in("editor")

    answer = client.get(address)

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("choice", "word"), [("", "修改密码"), ("zh-hans", "修改密码"), ("en", "Change password")]
)
def test_staff_pages_speak_the_language_of_the_person(choice, word):
    client, _person = signed_in("editor", interface=choice)

    page = client.get("/admin/password_change/").content.decode()

    assert word in page


def test_one_persons_language_does_not_reach_the_public_pages():
    client, _person = signed_in("editor", interface="en")

    client.get("/admin/")

    assert 'lang="zh' in client.get("/").content.decode()


def test_a_plain_account_is_sent_to_sign_in():
    client, _person = signed_in(is_staff=False)

    answer = client.get("/admin/releases/release/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_what_was_refused_is_in_the_audit_log():
    client, person = signed_in("inspector")

    client.get("/admin/releases/release/")
    row = AuditEvent.objects.first()

    assert (row.act, row.detail) == ("access.denied", {"path": "/admin/releases/release/"})
    assert person.username in row.actor
    assert row.address == "127.0.0.1"


def test_every_act_at_the_desk_remembers_where_it_came_from():
    client, person = signed_in("editor")
    release = make.release(created_by=person, unit=person.unit)
    here = {"REMOTE_ADDR": "192.0.2.7"}
    before = AuditEvent.objects.count()

    client.post(f"/admin/releases/release/{release.pk}/step/submit/", {"version": 1}, **here)
    client.get("/admin/releases/release/export/csv/", **here).getvalue()
    audit.record("made.elsewhere", by=person)

    rows = AuditEvent.objects.order_by("number")[before:]
    assert [(row.act, row.address) for row in rows] == [
        ("publishing.submitted", "192.0.2.7"),
        ("export.release", "192.0.2.7"),
        ("made.elsewhere", ""),
    ]


def test_only_forms_with_the_editor_get_its_policy():
    client, _person = signed_in("office_staff")

    strict = ["/admin/", "/admin/releases/release/", "/admin/releases/channel/add/"]
    strict += ["/admin/civic/picture/add/", "/admin/password_change/", "/admin/second-factor/"]
    policies = {url: client.get(url)["Content-Security-Policy"] for url in strict}
    relaxed = client.get("/admin/releases/release/add/")["Content-Security-Policy"]

    assert [url for url, policy in policies.items() if "unsafe" in policy] == []
    assert "script-src-attr 'unsafe-inline'" in relaxed
    assert "script-src 'unsafe" not in relaxed


@override_settings(DEBUG=False)
def test_the_middleware_answers_for_every_kind_of_absurdity(rf):
    quiet = PlainRefusals(lambda request: HttpResponse())

    answers = [
        quiet.process_exception(rf.get("/"), error)
        for error in (ValueError(), OverflowError(), UnicodeError(), OperationalError())
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 503]
    assert quiet.process_exception(rf.get("/"), RuntimeError()) is None
    assert connection.in_atomic_block
