"""Accounts: made with a one-time password, roles apart, nobody above oneself."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from civic import roles, totp
from civic.accounts import User
from civic.audit import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db

LIST = "/admin/civic/user/"


@pytest.fixture
def keeper():
    return make.user("security_admin", username="keeper", name="示例安全")


@pytest.fixture
def desk(keeper):
    client = Client()
    client.force_login(keeper, backend="civic.signin.RoleBackend")
    return client


def form(user=None, **changed):
    fields = {
        "username": user.username if user else "newcomer",
        "name": user.name if user else "示例新人",
        "post": "",
        "unit": (user.unit_id if user else make.User.objects.first().unit_id) or "",
        "interface": "",
        "is_active": "on",
        "roles": [role.name for role in user.role_list] if user else ["editor"],
    }
    return fields | changed


def edit(client, user, **changed):
    return client.post(f"{LIST}{user.pk}/change/", form(user, **changed))


def test_a_new_account_gets_a_one_time_password_shown_once(desk, keeper):
    answer = desk.post(f"{LIST}add/", form())
    password = re.search(r"<code>([\w-]+)</code>", answer.content.decode())[1]
    person = User.objects.get(username="newcomer")
    later = desk.get(f"{LIST}{person.pk}/change/").content.decode()

    assert person.check_password(password)
    assert person.must_change_password
    assert person.is_staff
    assert [role.name for role in person.role_list] == ["editor"]
    assert password not in later
    assert list(AuditEvent.objects.order_by("number").values_list("act", flat=True)) == [
        "password.issued",
        "account.created",
        "roles.changed",
    ]
    assert password not in str(list(AuditEvent.objects.values()))


def test_rights_cannot_be_smuggled_into_the_form(desk, keeper):
    right = Permission.objects.first()
    person = make.user("editor")

    desk.post(
        f"{LIST}add/", form() | {"is_superuser": "on", "user_permissions": [right.pk], "groups": 1}
    )
    edit(desk, person, is_superuser="on", user_permissions=[right.pk], password="x")
    made = User.objects.get(username="newcomer")
    person.refresh_from_db()

    assert (made.is_superuser, person.is_superuser) == (False, False)
    assert (made.user_permissions.count(), person.user_permissions.count()) == (0, 0)
    assert person.check_password(make.PASSWORD)


def test_nobody_edits_the_own_account(desk, keeper):
    page = desk.get(f"{LIST}{keeper.pk}/change/")
    answer = edit(desk, keeper, roles=["security_admin", "editor"])
    acts = [desk.post(f"{LIST}{keeper.pk}/{act}/").status_code for act in ("password", "unpair")]

    assert page.status_code == 200
    assert 'name="roles"' not in page.content.decode()
    assert answer.status_code == 403
    assert acts == [403, 403]
    assert [role.name for role in User.objects.get(pk=keeper.pk).role_list] == ["security_admin"]
    with pytest.raises(ValidationError, match="不能给自己"):
        keeper.give_roles(["editor"], by=keeper)


def test_a_superuser_is_not_touched_by_a_security_administrator(desk):
    root = make.user(is_superuser=True, username="root")

    answers = [
        edit(desk, root, is_active="").status_code,
        desk.post(f"{LIST}{root.pk}/password/").status_code,
        desk.post(f"{LIST}{root.pk}/unpair/").status_code,
    ]
    root.refresh_from_db()

    assert answers == [403, 403, 403]
    assert root.is_active
    assert root.check_password(make.PASSWORD)


@pytest.mark.parametrize(
    ("chosen", "allowed"),
    [
        (["editor", "reviewer_1"], True),
        (["audit_admin"], True),
        ([], True),
        (["system_admin", "security_admin"], False),
        (["system_admin", "audit_admin"], False),
        (["security_admin", "audit_admin"], False),
        (["audit_admin", "editor"], False),
        (["system_admin", "office_chief"], False),
    ],
)
def test_the_three_administrators_stand_apart(desk, keeper, chosen, allowed):
    person = make.user("editor")

    answer = edit(desk, person, roles=chosen)
    held = {role.name for role in User.objects.get(pk=person.pk).role_list}

    assert answer.status_code == (302 if allowed else 200)
    assert held == (set(chosen) if allowed else {"editor"})
    assert bool(roles.conflict(set(chosen))) is not allowed
    if not allowed:
        assert "三员分立" in answer.content.decode()
        with pytest.raises(ValidationError, match="三员分立"):
            person.give_roles(chosen, by=keeper)


def test_a_change_of_roles_is_in_the_audit_log(desk):
    person = make.user("editor", username="clerk")

    edit(desk, person, roles=["reviewer_1"])
    row = AuditEvent.objects.first()

    assert (row.act, row.detail) == (
        "roles.changed",
        {"added": ["reviewer_1"], "removed": ["editor"]},
    )
    assert row.actor == "示例安全 (keeper)"


def test_disabling_an_account_ends_its_session(desk):
    person = make.user("editor")
    client = Client()
    client.force_login(person, backend="civic.signin.RoleBackend")

    answer = edit(desk, person, is_active="")

    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 302
    assert AuditEvent.objects.first().detail == {"fields": ["is_active"]}


def test_the_password_hash_is_nowhere_to_be_seen_or_guessed(desk):
    person = make.user("editor", username="clerk")
    pages = ["", f"{person.pk}/change/", f"{person.pk}/history/", "add/", "?q=md5"]

    texts = [desk.get(f"{LIST}{page}").content.decode() for page in pages]
    guesses = [
        desk.get(f"{LIST}?{lookup}").status_code
        for lookup in ("password__startswith=md5", "password__contains=a", "is_superuser__exact=1")
    ]

    assert [person.password in text for text in texts] == [False] * 5
    assert ["md5$" in text for text in texts] == [False] * 5
    assert guesses == [403, 403, 403]


def test_accounts_are_never_deleted(desk):
    person = make.user("editor")

    answer = desk.post(f"{LIST}{person.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize(
    ("last", "joined", "active", "dormant"),
    [
        (89, 400, True, False),
        (91, 400, True, True),
        (91, 400, False, False),
        (None, 91, True, True),
        (None, 1, True, False),
    ],
)
def test_dormant_in_sql_and_in_python_agree(last, joined, active, dormant):
    now = timezone.now()
    person = make.user(
        last_login=now - timedelta(days=last) if last else None,
        date_joined=now - timedelta(days=joined),
        is_active=active,
    )

    assert person.is_dormant is dormant
    assert User.objects.dormant().filter(pk=person.pk).exists() is dormant


def test_dormant_accounts_are_flagged_and_filtered(desk):
    old = timezone.now() - timedelta(days=120)
    make.user("editor", username="sleeper", last_login=old)
    make.user("editor", username="awake", last_login=timezone.now())

    page = desk.get(f"{LIST}?dormant=yes").content.decode()
    whole = desk.get(LIST).content.decode()

    assert ("sleeper" in page, "awake" in page) == (True, False)
    assert "长期未用" in whole


def test_a_lost_phone_and_a_lock_are_undone(desk, keeper):
    person = make.user("editor", username="clerk")
    totp.unconfirmed(person).delete()
    device = totp.unconfirmed(person)
    device.confirmed = True
    device.save()
    for _n in range(5):
        Client().post("/admin/login/", {"username": "clerk", "password": "x"})

    asked = desk.get(f"{LIST}{person.pk}/unpair/")
    desk.post(f"{LIST}{person.pk}/unpair/")
    desk.post(f"{LIST}{person.pk}/unlock/")
    entry = Client().post("/admin/login/", {"username": "clerk", "password": make.PASSWORD})

    assert asked.status_code == 200
    assert not totp.has_device(person)
    assert entry.status_code == 302
    assert AuditEvent.objects.filter(act__in=("totp.reset", "signin.unlocked")).count() == 2


def acts_offered(desk, person):
    page = desk.get(f"{LIST}{person.pk}/change/").content.decode()
    return {act for act in ("password", "unpair", "unlock") if f"/{person.pk}/{act}/" in page}


def test_only_what_is_locked_or_paired_is_offered_to_be_undone(desk):
    clerk, other = make.user("editor", username="clerk"), make.user("editor", username="other")
    before = acts_offered(desk, clerk)
    device = totp.unconfirmed(clerk)
    device.confirmed = True
    device.save()
    for _n in range(5):
        Client().post("/admin/login/", {"username": "clerk", "password": "x"})
    Client().post("/admin/login/", {"username": "other", "password": "x"})

    assert before == {"password"}
    assert acts_offered(desk, clerk) == {"password", "unpair", "unlock"}
    assert acts_offered(desk, other) == {"password"}


def test_the_list_shows_who_is_locked_and_until_then_only(desk):
    make.user("editor", username="clerk")
    for _n in range(5):
        Client().post("/admin/login/", {"username": "clerk", "password": "x"})
    during = desk.get(LIST).content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    after = desk.get(LIST).content.decode()

    assert during.count("chip-withdrawn") == 1
    assert after.count("chip-withdrawn") == 0


def test_a_name_that_differs_by_its_capitals_only_is_refused(desk):
    person = make.user("editor", username="clerk")

    sent = desk.post(f"{LIST}add/", form(username="Clerk"))
    wide = desk.post(f"{LIST}add/", form(username="Ｃlerk"))
    kept = edit(desk, person, username="Clerk")

    assert list(sent.context["adminform"].form.errors) == ["username"]
    assert list(wide.context["adminform"].form.errors) == ["username"]
    assert kept.status_code == 302
    assert list(User.objects.filter(username__iexact="clerk")) == [person]


def test_an_account_without_a_role_is_made_with_a_warning(desk):
    sent = desk.post(f"{LIST}add/", form(roles=[]))
    warned = [one.level_tag for one in sent.context["messages"]]
    with_role = desk.post(f"{LIST}add/", form(username="second"))

    assert User.objects.get(username="newcomer").role_list == []
    assert warned == ["warning"]
    assert [one.level_tag for one in with_role.context["messages"]] == []


def test_a_get_changes_nothing(desk):
    person = make.user("editor", username="clerk")

    for act in ("password", "unpair", "unlock"):
        assert desk.get(f"{LIST}{person.pk}/{act}/").status_code == 200
    person.refresh_from_db()

    assert person.check_password(make.PASSWORD)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_thirty(desk, count, django_assert_num_queries):
    for _n in range(count):
        make.user("editor", "reviewer_1")
    desk.get(LIST)

    with django_assert_num_queries(8):
        desk.get(LIST)


def test_the_scope_is_the_widest_of_the_roles():
    assert make.user().scope is roles.Scope.NONE
    assert make.user("unit_liaison").scope is roles.Scope.UNIT
    assert make.user("unit_liaison", "editor").scope is roles.Scope.ALL
