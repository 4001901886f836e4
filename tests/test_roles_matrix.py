"""Role × page × forged POST: no cell of the back office is wider than civic/roles.py declares.

Made from the table and the registry: a new model, page or action without an entry here fails.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import ForeignKey, ManyToManyField
from django.test import Client, RequestFactory
from django_otp.plugins.otp_totp.models import TOTPDevice

from civic import audit
from civic.declared import DeclaredFigure
from civic.imports import ImportBatch
from civic.jobs import Job
from civic.pictures import Picture
from civic.publishing import Status
from civic.roles import BY_NAME, ROLES, Scope
from civic.sitesettings import SiteSettings
from civic.units import Contact
from civic.workdays import Holiday
from releases.admin.releases import RELEASE_STEPS
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.media import MediaAccount, MediaPost
from releases.models import TermRule
from releases.reach import Adoption, MediaTopic
from releases.timeline import TimelineEvent
from tests import make

pytestmark = pytest.mark.django_db

NOBODY = {"visitor", "plain"}
PEOPLE = [*BY_NAME, "visitor", "plain"]
# Registered, and no role has a right on it.
WITHOUT_ROLE: set[str] = set()
STANDARD = {"changelist", "add", "history", "delete", "change", "simple_history"}
# Pages beyond Django's: the right each asks for. Who has none of the named has no business there.
PAGES = {
    "preview": ("view", "change"),
    "export": ("export",),
    "import": ("import",),
    "import_template": ("import",),
    "import_batch": ("import",),
    "import_review": ("import",),
    "password": ("change",),
    "unpair": ("change",),
    "unlock": ("change",),
    "verify": ("view",),
    "state": ("view",),
    "result": ("view",),
    "retry": ("view",),
    "source": ("view",),
    "proof": ("view", "change"),
    "proof_hit": ("change",),
}
# What a page wants in its address beside the row.
ARGUMENTS = {"export": ["csv"], "proof_hit": ["0"]}
OF_A_ROW = {
    "preview",
    "import_batch",
    "password",
    "unpair",
    "unlock",
    "state",
    "result",
    "retry",
    "step",
    "proof",
    "proof_hit",
    "source",
}
ACTION_RIGHTS: dict[str, tuple[str, ...]] = {}


@dataclass
class Town:
    """Two units in two streets, one person a role in the first, each kind of row in both."""

    people: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    foreign: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(autouse=True, scope="module")
def _quiet():
    """Thousands of refusals would be formatted with their traces."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """Built once; each test runs in a savepoint over it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _built()
        transaction.set_rollback(True)


def _built() -> Town:
    made = Town()
    city = make.region("示例市")
    here = make.unit("示例甲局", region=_street(city, "示例甲街道"))
    there = make.unit("示例乙局", region=_street(city, "示例乙街道"))
    for role in BY_NAME:
        made.people[role] = make.user(role, unit=here, username=f"person-{role}")
    made.people["plain"] = make.user(unit=here, is_staff=False, username="person-plain")
    channel = make.channel()
    author = make.user("editor", unit=here, username="author")
    stranger = make.user("editor", unit=there, username="stranger")
    made.own = _rows(here, author, channel, 1)
    made.foreign = _rows(there, stranger, make.channel(), 2)
    return made


def _street(city: Any, name: str) -> Any:
    county = make.region(f"{name}所在区", parent=city)
    return make.region(name, parent=county)


def _rows(unit: Any, person: Any, channel: Any, number: int) -> dict[str, Any]:
    release = make.release(
        f"机密稿件{number}", unit=unit, channel=channel, created_by=person, status=Status.DRAFT
    )
    return {
        "civic.user": person,
        "civic.unit": unit,
        "civic.region": unit.region,
        "civic.contact": Contact.objects.create(unit=unit, name=f"示例联系人{number}", phone="1"),
        "civic.holiday": Holiday.objects.create(day=date(2031, 1, number), name="示例假日"),
        "civic.job": Job.objects.create(kind="x", title=f"机密任务{number}", started_by=person),
        "civic.auditevent": audit.record("x.made", by=person, target=release),
        "civic.sitesettings": SiteSettings.load(),
        "civic.picture": Picture.objects.create(
            alt=f"机密图片{number}", width=1, height=1, sha256=str(number), phash="0", unit=unit
        ),
        "civic.importbatch": ImportBatch.objects.create(
            target="civic.unit", file_name=f"机密表{number}.xlsx", sha256="0", uploaded_by=person
        ),
        "civic.declaredfigure": _declared(number),
        "releases.release": release,
        "releases.termrule": TermRule.objects.create(
            pattern=f"示例错词{number}", correction="示例"
        ),
        "releases.channel": channel,
        "releases.topic": make.topic(f"专题{number}"),
        **_ledgers(unit, number),
    }


def _ledgers(unit: Any, number: int) -> dict[str, Any]:
    """Rows of the media ledger and the honours."""
    day = date(2020, 11, number)
    account = MediaAccount.objects.create(
        code=f"account-{number}", name=f"账号{number}", platform="web", level="own", unit=unit
    )
    title = HonorTitle.objects.create(
        name=f"称号{number}", slug=f"title-{number}", level="national", awarded_by="示例"
    )
    edition = HonorEdition.objects.create(title=title, number=number)
    url = f"https://example.com/{number}"
    return {
        "releases.mediaaccount": account,
        "releases.mediapost": MediaPost.objects.create(
            account=account, title=f"文章{number}", url=url, published_on=day
        ),
        "releases.mediatopic": MediaTopic.objects.create(
            code=f"topic-{number}", name=f"话题{number}", platform="web", started_on=day
        ),
        "releases.adoption": Adoption.objects.create(
            title=f"稿{number}", outlet="示例网", level="city", adopted_on=day, unit=unit, url=url
        ),
        "releases.timelineevent": TimelineEvent.objects.create(day=day, title=f"事{number}"),
        "releases.honortitle": title,
        "releases.honoraward": HonorAward.objects.create(
            edition=edition, city=f"城{number}", status="awarded", status_on=day
        ),
    }


def _declared(number: int) -> DeclaredFigure:
    return DeclaredFigure.objects.create(
        name=f"figure-{number}",
        label=f"外部数据{number}",
        number=number,
        as_of=date(2020, 11, 20),
        source_title="示例公报",
        source_url="https://stats.example.cn/",
    )


# What is asked -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One page of one model: where, with which rights (any of them), about which row."""

    model: str
    page: str
    path: str
    get_rights: tuple[str, ...]
    post_rights: tuple[str, ...]
    row: Any = None
    data: tuple[tuple[str, str], ...] = ()


def cells(town: Town) -> list[Cell]:
    found = []
    for model, model_admin in admin.site._registry.items():
        label = model._meta.label_lower
        base = f"/admin/{label.replace('.', '/')}/"
        found += [
            Cell(label, "changelist", base, ("view", "change"), ("view", "change")),
            Cell(label, "add", f"{base}add/", ("add",), ("add",)),
        ]
        for row in (town.own[label], town.foreign[label]):
            found += _row_cells(label, f"{base}{row.pk}/", row)
        for name in _own_pages(model_admin):
            found += _extra_cells(label, base, name, town)
        found += _action_cells(label, base, model_admin, town)
    return found


def _row_cells(label: str, base: str, row: Any) -> list[Cell]:
    seen = ("view", "change")
    return [
        Cell(label, "change", f"{base}change/", seen, ("change",), row),
        Cell(label, "history", f"{base}history/", seen, seen, row),
        Cell(label, "delete", f"{base}delete/", ("delete",), ("delete",), row, (("post", "yes"),)),
    ]


def _own_pages(model_admin: Any) -> list[str]:
    """The last part of the names of pages beyond Django's own."""
    meta = model_admin.model._meta
    prefix = f"{meta.app_label}_{meta.model_name}_"
    names = [url.name.removeprefix(prefix) for url in model_admin.get_urls() if url.name]
    return [name for name in names if name not in STANDARD]


def _extra_cells(label: str, base: str, name: str, town: Town) -> list[Cell]:
    from django.urls import reverse

    view = f"admin:{label.replace('.', '_')}_{name}"
    rows = [town.own[label], town.foreign[label]] if name in OF_A_ROW else [None]
    if name == "import_batch":
        rows = [town.own["civic.importbatch"], town.foreign["civic.importbatch"]]
    found = []
    for row in rows:
        pk = [row.pk] if row is not None else []
        if name == "step":
            for step in RELEASE_STEPS:
                path = reverse(view, args=[*pk, step.name])
                found.append(
                    Cell(label, name, path, ("view", "change"), step.rights, row, _typed(row))
                )
        else:
            path = reverse(view, args=[*pk, *ARGUMENTS.get(name, [])])
            found.append(Cell(label, name, path, PAGES[name], PAGES[name], row))
    return found


def _typed(row: Any) -> tuple[tuple[str, str], ...]:
    return (
        ("version", str(row.version)),
        ("opinion", "示例意见"),
        ("reason", "error"),
        ("at", "2031-01-01T08:00"),
    )


def _action_cells(label: str, base: str, model_admin: Any, town: Town) -> list[Cell]:
    found = []
    for name in model_admin.actions or []:
        function = getattr(model_admin, name if isinstance(name, str) else name.__name__)
        rights = tuple(getattr(function, "allowed_permissions", ())) or ACTION_RIGHTS[name]
        for row in (town.own[label], town.foreign[label]):
            typed = (("action", name), ("_selected_action", str(row.pk)))
            found.append(Cell(label, "action", base, ("view", "change"), rights, None, typed))
    return found


# What is declared ------------------------------------------------------------------------------


def may(role: str, model: str, rights: tuple[str, ...]) -> bool:
    if role in NOBODY:
        return False
    held = BY_NAME[role].grants.get(model, "").split()
    return any(right in held for right in rights)


def in_scope(role: str, row: Any) -> bool:
    """By the declared scope of the role, not by the code that applies it."""
    if row is None or role in NOBODY:
        return row is None
    label = row._meta.label_lower
    if label == "civic.importbatch":
        return False  # both are somebody else's, as are both jobs
    if label == "civic.job":
        return may(role, label, ("change",))
    if not hasattr(type(row)._default_manager.all(), "visible_to"):
        return True  # a thing of the whole site
    if BY_NAME[role].scope is Scope.ALL:
        return True
    return _unit_of(row) == "示例甲局"


def _unit_of(row: Any) -> str:
    label = row._meta.label_lower
    if label == "civic.unit":
        return row.name
    if label == "civic.region":
        return "示例甲局" if row.name == "示例甲街道" else ""
    if label == "releases.mediapost":
        return row.account.unit.name
    return row.unit.name


def snapshot() -> str:
    """A hash of every row but those that note visits and refusals."""
    passing = {"sessions.session", "civic.auditevent", "contenttypes.contenttype"}
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.label_lower in passing or model._meta.app_label == "axes":
            continue
        rows = model._base_manager.order_by("pk").values_list()
        digest.update(f"{model._meta.label}{list(rows)!r}".encode())
    return digest.hexdigest()


def signed_in(town: Town, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "visitor":
        client.force_login(town.people[role], backend="civic.signin.RoleBackend")
    return client


def refused(response: Any) -> bool:
    if response.status_code in (301, 302):
        return "/admin/login/" in response["Location"]
    return response.status_code in (401, 403, 404, 405)


# The tests -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", PEOPLE)
def test_no_cell_is_wider_than_declared(town, role):
    client, asked = signed_in(town, role), cells(town)
    before, wide, broken = snapshot(), [], []

    for cell in asked:
        reach = in_scope(role, cell.row)
        if not (may(role, cell.model, cell.get_rights) and reach):
            _ask(client.get(cell.path), f"GET {cell.path}", wide, broken)
        if not (may(role, cell.model, cell.post_rights) and reach):
            data = {"title": "改", "name": "改", "is_active": "", **dict(cell.data)}
            response = client.post(cell.path, data)
            name = f"POST {cell.path} {dict(cell.data)}"
            if cell.page == "action" and may(role, cell.model, cell.get_rights):
                continue  # the list answers and does nothing: the snapshot is what counts
            _ask(response, name, wide, broken)

    assert broken == []
    assert wide == []
    assert snapshot() == before


def _ask(response: Any, name: str, wide: list[str], broken: list[str]) -> None:
    if response.status_code >= 500:
        broken.append(f"{name} → {response.status_code}")
    elif not refused(response):
        wide.append(f"{name} → {response.status_code}")


@pytest.mark.parametrize("role", BY_NAME)
def test_every_declared_page_opens(town, role):
    client = signed_in(town, role)
    narrower = {
        "delete",
        "step",
        "source",
        "result",
        "retry",
        "password",
        "unpair",
        "unlock",
        "verify",
        "proof_hit",
    }
    shut = []

    for cell in cells(town):
        declared = may(role, cell.model, cell.get_rights) and in_scope(role, cell.row)
        if declared and cell.page not in narrower:
            status = client.get(cell.path).status_code
            if status != 200 and not _is_closed_for_all(cell):
                shut.append(f"{cell.path} → {status}")

    assert shut == []


def _is_closed_for_all(cell: Cell) -> bool:
    """One row of settings; nobody adds an audit row or a second row of settings."""
    return cell.model == "civic.sitesettings" and cell.page in ("changelist", "add", "history")


@pytest.mark.parametrize("role", PEOPLE)
def test_no_foreign_row_is_named_in_lists_and_autocompletes(town, role):
    client = signed_in(town, role)
    scope = BY_NAME[role].scope if role not in NOBODY else Scope.NONE
    hidden = ["机密表1", "机密表2"]
    if not may(role, "civic.job", ("change",)):
        hidden += ["机密任务1", "机密任务2"]
    if scope is not Scope.ALL:
        hidden += ["机密稿件2", "机密图片2", "示例联系人2", "示例乙局", "示例乙街道"]
    leaks = []

    for path in [*_lists(), *_autocompletes()]:
        text = client.get(path).content.decode()
        leaks += [f"{path}: {name}" for name in hidden if name in text]

    assert leaks == []


def _lists() -> list[str]:
    return [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/{query}"
        for model in admin.site._registry
        for query in ("", "?q=机密")
    ]


def _pointers() -> list[tuple[Any, Any]]:
    """(model, field) for each field of our forms that points at rows, and for a stranger's."""
    models = set(admin.site._registry) | {TOTPDevice}
    for model_admin in admin.site._registry.values():
        models |= {inline.model for inline in model_admin.inlines}
    return [
        (model, target)
        for model in sorted(models, key=lambda one: one._meta.label)
        for target in model._meta.get_fields()
        if isinstance(target, ForeignKey | ManyToManyField)
    ]


def _autocomplete(model: Any, target: Any) -> str:
    names = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}"
    return f"/admin/autocomplete/?term=&{names}&field_name={target.name}"


def _autocompletes() -> list[str]:
    return [_autocomplete(model, target) for model, target in _pointers()]


@pytest.mark.parametrize("role", PEOPLE)
def test_autocomplete_answers_only_who_may_view(town, role):
    client = signed_in(town, role)
    wide, broken = [], []

    for model, target in _pointers():
        remote = target.remote_field.model._meta.label_lower
        if not may(role, remote, ("view", "change")):
            path = _autocomplete(model, target)
            _ask(client.get(path), path, wide, broken)

    assert (wide, broken) == ([], [])


def test_groups_hold_exactly_the_declared_rights():
    applied = {
        group.name: {
            f"{right.content_type.app_label}.{right.codename}"
            for right in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }

    assert applied == {role.name: role.codenames() for role in ROLES}


def test_every_registered_model_is_named_in_the_table():
    registered = {model._meta.label_lower for model in admin.site._registry}
    named = {model for role in ROLES for model in role.grants}

    assert registered - named == WITHOUT_ROLE


def test_every_named_model_and_right_exists():
    codenames = {codename for role in ROLES for codename in role.codenames()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ct.app_label, p.codename FROM auth_permission p"
            " JOIN django_content_type ct ON ct.id = p.content_type_id"
        )
        known = {f"{app}.{name}" for app, name in cursor.fetchall()}

    assert codenames - known == set()


def test_every_page_and_action_has_an_entry(town):
    pages = {
        name
        for model_admin in admin.site._registry.values()
        for name in _own_pages(model_admin)
        if name != "step"
    }

    assert pages - PAGES.keys() == set()
    assert len(cells(town)) > 100


def test_no_admin_offers_raw_ids_or_editable_lists(rf: RequestFactory):
    for model_admin in admin.site._registry.values():
        for part in (model_admin, *model_admin.inlines):
            assert not getattr(part, "raw_id_fields", ())
        assert not model_admin.list_editable
