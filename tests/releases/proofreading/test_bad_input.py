"""What a form, an address or a text may hold of nonsense: refused in words, never an error."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civic.imports import ImportBatch
from releases.models import HitDecision, TermRule
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = make.user("editor")
    client.force_login(person, backend="civic.signin.RoleBackend")
    return person


@pytest.fixture
def staff(client):
    person = make.user("office_staff")
    client.force_login(person, backend="civic.signin.RoleBackend")
    return person


@pytest.fixture
def release(editor):
    TermRule.objects.all().delete()
    TermRule.objects.create(pattern="布署", correction="部署")
    return make.release("示例", body="<p>已经布署。</p>", created_by=editor, unit=editor.unit)


def address(release, key=None):
    (one,) = release.proof().found
    return reverse("admin:releases_release_proof_hit", args=[release.pk, key or one.hit.key])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"act": "ignored", "reason": "\u0301" * 200}, 302),
        ({"act": "ignored", "reason": " \u3000\t"}, 409),
        ({"act": "ignored", "reason": "<script>"}, 302),
        ({"act": "ignored", "reason": "好", "seen": "x" * 61}, 400),
        ({"act": "ignored", "reason": "好", "seen": "1-20200101000000000000"}, 409),
        ({"act": "ignored", "reason": "好", "version": "9" * 40}, 400),
        ({"act": "ignored", "reason": "好", "version": "-1"}, 400),
        ({"act": "ignored", "reason": "好", "version": ""}, 400),
        ({"act": "fixed"}, 400),
    ],
)
def test_a_form_with_nonsense(client, release, said, status):
    answer = client.post(address(release), {"version": release.version, **said})

    assert answer.status_code == status
    assert HitDecision.objects.count() == (1 if status == 302 else 0)
    if status != 302:
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("name", ["act", "reason", "seen", "version"])
def test_a_zero_byte_is_no_error(client, release, name):
    said = {"act": "ignored", "reason": "好", "seen": "", "version": release.version}

    answer = client.post(address(release), said | {name: f"{said[name]}\x00"})

    assert answer.status_code in (302, 400, 409)


def test_bytes_that_are_no_text(client, release):
    said = b"act=ignored&version=1&reason=%FF%FE%ED%A0%80"
    kind = "application/x-www-form-urlencoded"

    answer = client.post(address(release), said, content_type=kind)

    assert answer.status_code in (302, 400)


def test_an_address_of_nothing(client, release):
    said = {"act": "accepted", "version": release.version}

    assert client.post(address(release, "0" * 500), said).status_code == 409
    assert client.get(address(release)).status_code == 400
    for pk in (0, 10**9, 10**30):
        page = reverse("admin:releases_release_proof", args=[pk])
        hit = reverse("admin:releases_release_proof_hit", args=[pk, "x"])
        assert client.get(page).status_code == 404
        assert client.post(hit, said).status_code == 404


@pytest.mark.parametrize(
    "words",
    ["\u0301" * 3_000, "\u200b" * 3_000, "\u202e布署\u202c", "布\u0301署", "𠮷" * 300, "&" * 900],
)
def test_texts_of_odd_characters_have_a_page_and_are_submitted(client, editor, release, words):
    odd = make.release("示例", body=f"<p>甲{words}</p>", created_by=editor, unit=editor.unit)

    page = client.get(reverse("admin:releases_release_proof", args=[odd.pk]))
    odd.submit(by=editor)

    assert page.status_code == 200


def test_a_fix_that_would_make_the_text_too_long_is_refused(client, release, monkeypatch):
    monkeypatch.setattr("civic.richtext.MAX_LENGTH", len(release.body))
    TermRule.objects.update(correction="作出安排和部署")

    answer = client.post(address(release), {"act": "fix", "version": release.version})

    release.refresh_from_db()
    assert answer.status_code == 409
    assert "布署" in release.body


def test_an_import_of_very_long_and_runaway_patterns_refuses_each_row(client, staff):
    rows = [
        "查找,改为,类型,级别,是表达式",
        f"{'长' * 30_000},短,错别字,提示,否",
        f"{'(' * 119},短,错别字,提示,是",
        f"{'(a|b)' * 20},短,错别字,提示,是",
        r"[\\](a*)*b],短,错别字,提示,是",
        r"[\\](甲{0_20}){9},短,错别字,提示,是".replace("_", ""),
        "示例新错,示例新对,错别字,提示,否",
    ]
    file = SimpleUploadedFile("规则.csv", "\n".join(rows).encode())

    answer = client.post(reverse("admin:releases_termrule_import"), {"file": file})

    assert answer.status_code == 302
    counts = ImportBatch.objects.latest("pk").counts
    assert (counts["new"], counts["refused"]) == (1, 5)
