"""Proofreading in the back office: the page of a release, and the list of rules with its sheets."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civic import sheets
from civic.imports import ImportBatch
from releases.models import HitDecision, TermRule
from tests import make

pytestmark = pytest.mark.django_db

RULES = reverse("admin:releases_termrule_changelist")


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


def draft(person, body="<p>会议对工作作了布署。</p>"):
    return make.release("示例新闻", body=body, created_by=person, unit=person.unit)


def page_of(release):
    return reverse("admin:releases_release_proof", args=[release.pk])


def act(client, release, **said):
    (one,) = release.proof().found
    url = reverse("admin:releases_release_proof_hit", args=[release.pk, one.hit.key])
    return client.post(url, {"version": release.version, **said})


def test_the_form_has_the_panel_and_the_page_shows_each_hit_in_its_sentence(client, editor):
    release = draft(editor)

    form = client.get(release.get_admin_url()).content.decode()
    page = client.get(page_of(release)).content.decode()
    part = client.get(page_of(release) + "?part=1").content.decode()

    assert f'data-proof-url="{page_of(release)}?part=1"' in form
    assert "会议对工作作了<mark>布署</mark>。" in page
    assert "<mark>布署</mark>" in part
    assert "<html" not in part


def test_one_click_mends_the_text(client, editor):
    release = draft(editor)

    answer = act(client, release, act="fix")

    release.refresh_from_db()
    assert answer.status_code == 302
    assert release.body == "<p>会议对工作作了部署。</p>"


def test_a_click_on_an_old_page_changes_nothing_and_says_so(client, editor):
    release = draft(editor)

    answer = act(client, release, act="fix", version=release.version + 1)

    release.refresh_from_db()
    assert answer.status_code == 409
    assert "布署" in release.body
    assert 'role="alert"' in answer.content.decode()


def test_keeping_wants_a_reason(client, editor):
    release = draft(editor)

    without = act(client, release, act="ignored")
    given = act(client, release, act="ignored", reason="引文原样", part="1")

    assert without.status_code == 409
    assert "引文原样" in given.content.decode()
    assert HitDecision.objects.get().reason == "引文原样"


@pytest.mark.parametrize(
    "said",
    [{}, {"act": "x"}, {"act": "fix", "version": "x"}, {"act": "ignored", "reason": "字" * 300}],
)
def test_bad_input_is_refused_in_words(client, editor, said):
    release = draft(editor)

    assert act(client, release, **said).status_code == 400
    assert HitDecision.objects.count() == 0


def test_what_was_typed_into_a_text_is_never_markup(client, editor):
    release = draft(editor, "<p>&lt;script&gt;布署&lt;/script&gt;</p>")

    page = client.get(page_of(release)).content.decode()

    assert "&lt;script&gt;<mark>布署</mark>&lt;/script&gt;" in page


def test_a_broken_expression_is_refused_at_its_field(client, staff):
    data = {
        "kind": "wrong",
        "grade": "hint",
        "pattern": "(未位",
        "is_regex": "on",
        "is_active": "on",
    }

    answer = client.post(reverse("admin:releases_termrule_add"), data)

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["pattern"]
    assert not TermRule.objects.filter(pattern="(未位").exists()


def test_a_rule_has_versions_and_a_history(client, staff):
    rule = TermRule.objects.create(pattern="示例错", correction="示例对")
    data = {
        "kind": "wrong",
        "grade": "confirm",
        "pattern": "示例错",
        "correction": "示例更对",
        "is_active": "on",
        "based_on_version": 1,
    }
    url = reverse("admin:releases_termrule_change", args=[rule.pk])

    first = client.post(url, data)
    second = client.post(url, {**data, "correction": "别人的"})

    rule.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert (rule.version, rule.correction) == (2, "示例更对")
    assert [row.correction for row in rule.history.all()] == ["示例更对", "示例对"]


def test_the_first_change_of_a_shipped_rule_shows_what_it_changed(client, staff):
    rule = TermRule.objects.get(pattern="未位约谈")
    was = rule.correction
    rule.correction = "未到位约谈"
    rule.save()

    page = client.get(reverse("admin:releases_termrule_history", args=[rule.pk])).text

    assert f"<del>{was}</del> → <ins>未到位约谈</ins>" in page
    assert not TermRule.history.model.objects.filter(history_type="").exists()


def exported(client):
    answer = client.get(reverse("admin:releases_termrule_export", args=["xlsx"]))
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def imported(client, data, name="规则.xlsx"):
    file = SimpleUploadedFile(name, data)
    answer = client.post(reverse("admin:releases_termrule_import"), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], ImportBatch.objects.latest("pk")


def test_what_was_exported_comes_in_again_and_changes_nothing(client, staff):
    rules = TermRule.objects.count()
    assert rules >= 300

    data = exported(client)
    _url, batch = imported(client, data)

    assert len(list(sheets.read(data, "规则.xlsx"))) == rules
    assert (batch.counts["same"], batch.counts["refused"]) == (rules, 0)


def test_an_import_adds_changes_and_refuses_with_the_reason(client, staff):
    TermRule.objects.create(pattern="示例错", correction="示例对")
    rows = [
        "查找,改为,类型,级别,是表达式",
        "示例错,示例更对,错别字,提示,否",
        "示例新错,示例新对,错别字,提示,否",
        "(未位,末位,错别字,提示,是",
    ]

    url, batch = imported(client, "\n".join(rows).encode(), "规则.csv")
    client.post(url, {"only_good": "1"})

    assert (batch.counts["new"], batch.counts["changed"], batch.counts["refused"]) == (1, 1, 1)
    rule = TermRule.objects.get(pattern="示例错")
    assert (rule.correction, rule.version) == ("示例更对", 2)
    assert rule.history.count() == 2
    assert TermRule.objects.filter(pattern="示例新错").exists()
    assert not TermRule.objects.filter(pattern="(未位").exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_rule_and_thirty(
    client, staff, count, django_assert_num_queries
):
    TermRule.objects.all().delete()
    for n in range(count):
        TermRule.objects.create(pattern=f"示例错{n}")
    client.get(RULES)

    with django_assert_num_queries(5):
        client.get(RULES)
