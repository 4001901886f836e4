"""Sign-in: lock-out, second factor, passwords, and what the audit log says of them."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from civic import totp
from civic.accounts import User, one_time_password
from civic.audit import AuditEvent
from civic.signin import CharacterClasses, NotUsedBefore
from tests import make

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
CODE = "/admin/login/code/"


def sign_in(client, name, password=make.PASSWORD, **extra):
    return client.post(LOGIN, {"username": name, "password": password, **extra})


def token(user, *, steps=0):
    """The code the phone shows now, or some steps from now."""
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    clock = TOTP(device.bin_key)
    clock.time = time.time() + 30 * steps
    return f"{clock.token():06d}"


@pytest.fixture
def person():
    return make.user("editor", username="clerk", name="示例甲")


@pytest.fixture
def with_phone(person):
    """(person, recovery codes): the second factor was set up a while ago."""
    totp.unconfirmed(person)
    codes = totp.confirm(person, token(person))
    TOTPDevice.objects.update(last_t=-1)
    return person, codes


def acts():
    return list(AuditEvent.objects.order_by("number").values_list("act", "target_id"))


def test_the_right_password_opens_the_desk_under_a_new_session_key(client, person):
    client.session.save()
    client.get(LOGIN)
    client.cookies["sid"] = client.session.session_key or "a" * 32
    before = client.cookies["sid"].value

    answer = sign_in(client, "clerk", next="/admin/releases/release/")

    assert answer.status_code == 302
    assert answer["Location"] == "/admin/releases/release/"
    assert client.cookies["sid"].value != before
    assert acts() == [("signin.in", str(person.pk))]


@pytest.mark.parametrize("name", ["clerk", "nobody", "left", "citizen"])
def test_wrong_unknown_disabled_and_plain_accounts_read_the_same(client, person, name):
    make.user("editor", username="left", is_active=False)
    make.user(username="citizen", is_staff=False)
    password = "wrong" if name == "clerk" else make.PASSWORD

    answer = sign_in(client, name, password)

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["用户名或密码不对。请注意大小写。"]
    assert "_auth_user_id" not in client.session


def test_the_name_of_nobody_is_not_kept_it_may_be_a_password(client, person):
    sign_in(client, "My-Secret-2026")

    assert acts() == [("signin.failed", "")]
    assert not AuditEvent.objects.filter(actor__contains="Secret").exists()


def test_five_failures_lock_the_pair_of_name_and_place_only(client, person):
    make.user("editor", username="other")

    statuses = [sign_in(client, "clerk", "wrong").status_code for _n in range(5)]
    locked = sign_in(client, "clerk")
    elsewhere = sign_in(Client(REMOTE_ADDR="10.1.1.1"), "clerk")
    another = sign_in(Client(), "other")

    assert statuses == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    assert "15 分钟" in locked.content.decode()
    assert (elsewhere.status_code, another.status_code) == (302, 302)
    assert [act for act, _id in acts()].count("signin.locked") == 1
    assert [act for act, _id in acts()].count("signin.failed") == 5


def test_who_is_locked_out_reads_the_same_for_a_name_nobody_has(client, person):
    for _n in range(5):
        sign_in(client, "clerk", "wrong")
        nobody = sign_in(Client(), "nobody", "wrong")
    someone = sign_in(client, "clerk")

    assert (someone.status_code, nobody.status_code) == (429, 429)
    assert someone.content == nobody.content


def test_sign_out_is_a_post_and_ends_the_session_on_the_server(client, person):
    sign_in(client, "clerk")
    key = client.session.session_key

    shown = client.get("/admin/logout/")
    answer = client.post("/admin/logout/")
    client.cookies["sid"] = key
    after = client.get("/admin/")

    assert shown.status_code == 302
    assert answer.status_code == 200
    assert after.status_code == 302
    assert acts()[-1] == ("signin.out", str(person.pk))


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/admin/",
        "///evil.example",
        "http:///evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "https://testserver@evil.example/",
        "http://testserver.evil.example/",
        "\x00//evil.example",
        " //evil.example",
        "%2f%2fevil.example/../",
        "/admin/\r\nSet-Cookie: a=b",
    ],
)
def test_after_sign_in_nobody_is_led_away(client, person, wanted):
    answer = sign_in(client, "clerk", next=wanted)

    target = answer["Location"]
    assert answer.status_code == 302
    assert target.startswith(("/admin/", "%2f%2f", "%2F%2F"))
    assert "\n" not in target


# Second factor -----------------------------------------------------------------------------------


def test_a_phone_is_set_up_and_its_recovery_codes_are_shown_once(client, person):
    client.force_login(person, backend="civic.signin.RoleBackend")
    page = client.get("/admin/second-factor/").content.decode()
    device = TOTPDevice.objects.get(user=person)

    wrong = client.post("/admin/second-factor/", {"otp": "000000"})
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    done = client.post("/admin/second-factor/", {"otp": token(person)})
    again = client.get("/admin/second-factor/")

    assert totp.secret(device) in page
    assert "data:image/svg+xml" in page
    assert wrong.context["codes"] is None
    assert len(done.context["codes"]) == 10
    assert again.context["codes"] is None
    assert "还有 10 个" in again.content.decode()
    assert acts() == [("totp.enrolled", str(person.pk))]


def test_recovery_codes_are_kept_as_hashes(with_phone):
    _person, codes = with_phone

    kept = set(StaticToken.objects.values_list("token", flat=True))

    assert len(kept) == 10
    assert kept.isdisjoint({code.replace("-", "") for code in codes})


def test_the_session_begins_only_after_the_code(client, with_phone):
    person, _codes = with_phone

    asked = sign_in(client, "clerk", next="/admin/releases/release/")
    not_yet = client.get("/admin/")
    answer = client.post(CODE, {"otp": token(person)})

    assert asked.status_code == 200
    assert asked.template_name == "admin/civic/code.html"
    assert not_yet.status_code == 302
    assert answer["Location"] == "/admin/releases/release/"
    assert AuditEvent.objects.first().detail == {"second_factor": True}


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}"])
def test_a_code_is_read_as_it_was_meant_and_taken_once(client, with_phone, typed):
    person, _codes = with_phone
    code = token(person)
    wide = code[:3].translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    sign_in(client, "clerk")
    first = client.post(CODE, {"otp": typed.format(wide, code[3:])})
    other = Client()
    sign_in(other, "clerk")
    second = other.post(CODE, {"otp": code})

    assert first.status_code == 302
    assert second.status_code == 200
    assert "_auth_user_id" not in other.session


def test_each_recovery_code_opens_once(client, with_phone):
    person, codes = with_phone

    sign_in(client, "clerk")
    first = client.post(CODE, {"otp": codes[0].upper()})
    other = Client()
    sign_in(other, "clerk")
    second = other.post(CODE, {"otp": codes[0]})

    assert (first.status_code, second.status_code) == (302, 200)
    assert totp.recovery_codes_left(person) == 9


def test_five_wrong_codes_lock_like_five_wrong_passwords(client, with_phone):
    sign_in(client, "clerk")

    statuses = [client.post(CODE, {"otp": "1"}).status_code for _n in range(5)]
    locked = sign_in(client, "clerk")

    assert statuses == [200, 200, 200, 200, 429]
    assert locked.status_code == 429


def test_the_code_page_is_shut_without_the_password(client, with_phone):
    person, _codes = with_phone

    answer = client.post(CODE, {"otp": token(person)})

    assert answer["Location"] == LOGIN


@override_settings(STAFF_TOTP="off")
def test_switched_off_nobody_is_asked(client, with_phone):
    assert sign_in(client, "clerk").status_code == 302


@override_settings(STAFF_TOTP="required")
def test_required_leads_to_the_set_up_first(client, person):
    sign_in(client, "clerk")
    led = client.get("/admin/releases/release/")
    page = client.get("/admin/second-factor/")

    done = client.post("/admin/second-factor/", {"otp": token(person)})
    after = client.get("/admin/releases/release/")

    assert led["Location"] == "/admin/second-factor/"
    assert page.status_code == 200
    assert done.status_code == 200
    assert after.status_code == 200


@override_settings(STAFF_TOTP="required")
def test_required_asks_a_session_that_began_without_the_code(client, with_phone):
    person, _codes = with_phone
    client.force_login(person, backend="civic.signin.RoleBackend")

    before = client.get("/admin/releases/release/")
    client.post("/admin/second-factor/", {"otp": token(person)})
    after = client.get("/admin/releases/release/")

    assert (before.status_code, after.status_code) == (302, 200)


def test_the_phone_is_given_up_only_with_a_code(client, with_phone):
    person, codes = with_phone
    client.force_login(person, backend="civic.signin.RoleBackend")

    client.post("/admin/second-factor/", {"otp": "123456", "remove": "1"})
    kept = totp.has_device(person)
    client.post("/admin/second-factor/", {"otp": codes[3], "remove": "1"})

    assert kept
    assert not totp.has_device(person)


# Passwords -------------------------------------------------------------------------------------


def change(client, new, old=make.PASSWORD):
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/admin/password_change/", fields)


def test_a_new_password_ends_the_other_sessions(client, person):
    other = Client()
    sign_in(client, "clerk")
    sign_in(other, "clerk")

    answer = change(client, "Clear-Sky-2027")

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    assert acts()[-1] == ("password.changed", str(person.pk))


@pytest.mark.parametrize(
    "weak", ["short-A1", "alllowercaseletters", "12345678901", "Password123", "aaaaaaaaaaaa", ""]
)
def test_a_weak_password_is_refused_in_words(client, person, weak):
    sign_in(client, "clerk")

    answer = change(client, weak)
    person.refresh_from_db()

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert person.check_password(make.PASSWORD)


def test_the_last_five_passwords_are_not_taken_again(client, person):
    sign_in(client, "clerk")
    passwords = [make.PASSWORD, *(f"Clear-Sky-{n}" for n in range(2020, 2026))]

    for old, new in pairwise(passwords):
        assert change(client, new, old).status_code == 302
    recent = change(client, "Clear-Sky-2022", "Clear-Sky-2025")
    long_ago = change(client, "Clear-Sky-2020", "Clear-Sky-2025")

    assert recent.status_code == 200
    assert long_ago.status_code == 302


def test_a_given_password_must_be_changed_first(client, person):
    admin = make.user("security_admin")
    given = person.issue_password(by=admin)

    sign_in(client, "clerk", given)
    led = client.get("/admin/releases/release/")
    page = client.get("/admin/password_change/").content.decode()
    change(client, "Clear-Sky-2027", given)

    assert led["Location"] == "/admin/password_change/"
    assert "选一个只有您自己知道的" in page
    assert client.get("/admin/releases/release/").status_code == 200


def test_a_given_password_ends_after_three_days(client, person):
    admin = make.user("security_admin")
    given = person.issue_password(by=admin)
    User.objects.filter(pk=person.pk).update(
        password_changed_at=timezone.now() - timedelta(hours=73)
    )

    answer = sign_in(client, "clerk", given)

    assert "一次性密码已过期" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("days", "status"), [(89, 200), (91, 302)])
def test_an_old_password_must_be_changed(client, person, days, status):
    User.objects.filter(pk=person.pk).update(
        password_changed_at=timezone.now() - timedelta(days=days)
    )
    sign_in(client, "clerk")

    assert client.get("/admin/releases/release/").status_code == status


@override_settings(PASSWORD_MAX_AGE_DAYS=0)
def test_periodic_change_can_be_switched_off(client, person):
    User.objects.filter(pk=person.pk).update(
        password_changed_at=timezone.now() - timedelta(days=900)
    )
    sign_in(client, "clerk")

    assert client.get("/admin/releases/release/").status_code == 200


def test_validators_say_the_rule():
    with pytest.raises(ValidationError, match="3"):
        CharacterClasses().validate("onlylowercase")
    NotUsedBefore().validate("anything", None)


def test_one_time_passwords_keep_the_rules():
    made = {one_time_password() for _n in range(200)}

    assert len(made) == 200
    for password in made:
        CharacterClasses().validate(password)
