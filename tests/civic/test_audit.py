"""The audit log: append-only in model, admin and database; the chain names tampering."""

import re
from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civic import audit, auditcheck, jobs
from civic.admin.audit import ACTS
from civic.audit import AppendOnly, AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """Five events of a clerk."""
    clerk = make.user("editor", name="示例甲", username="clerk")
    release = make.release("示例新闻", created_by=clerk)
    return [audit.record(f"x.act{n}", by=clerk, target=release, n=n) for n in range(1, 6)]


@pytest.fixture
def auditor():
    client = Client()
    person = make.user("audit_admin", username="auditor", name="示例审计")
    client.force_login(person, backend="civic.signin.RoleBackend")
    return client


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def unguarded():
    """As somebody with the password of the database would do it."""
    if connection.vendor == "sqlite":
        run("DROP TRIGGER audit_no_update")
        run("DROP TRIGGER audit_no_delete")
    else:
        run("ALTER TABLE civic_auditevent DISABLE TRIGGER USER")


def test_each_row_is_tied_to_the_one_before(chain):
    first, second = chain[:2]

    assert first.previous == audit.GENESIS
    assert second.previous == first.digest
    assert [event.number for event in chain] == [1, 2, 3, 4, 5]
    assert audit.verify() == audit.Verdict(5, chain[-1].digest)


def test_the_row_stands_without_what_it_names(chain):
    row = chain[0]

    assert (row.actor, row.target_kind, row.target) == (
        "示例甲 (clerk)",
        "releases.release",
        "示例新闻",
    )
    assert [field.name for field in AuditEvent._meta.get_fields() if field.is_relation] == []


def test_the_model_refuses_every_change(chain):
    row = AuditEvent.objects.first()
    row.actor = "另一个人"

    for attempt in (
        row.save,
        row.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(actor="x"),
        lambda: AuditEvent.objects.filter(pk=row.pk).delete(),
        lambda: AuditEvent.objects.bulk_update([row], ["actor"]),
        lambda: AuditEvent.objects.bulk_create([row], update_conflicts=True),
    ):
        with pytest.raises(AppendOnly):
            attempt()

    assert audit.verify().broken_at is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE civic_auditevent SET actor = 'x' WHERE number = 2",
        "DELETE FROM civic_auditevent WHERE number = 2",
        "DELETE FROM civic_auditevent",
    ],
)
def test_the_database_refuses_every_change(chain, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(sql)

    assert AuditEvent.objects.count() == 5


def test_postgresql_refuses_to_empty_the_table(chain):
    guard = import_module("civic.migrations.0005_audit_no_truncate")
    if connection.vendor != "postgresql":
        assert guard.guard(None, connection.schema_editor()) is None  # SQLite has no TRUNCATE
        return
    run(guard.NO_TRUNCATE)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run("TRUNCATE civic_auditevent")

    assert AuditEvent.objects.count() == 5


@pytest.mark.parametrize(
    ("sql", "row", "reason"),
    [
        ("UPDATE civic_auditevent SET actor = 'x' WHERE number = 3", 3, "内容被改动过"),
        ("UPDATE civic_auditevent SET detail = '{}' WHERE number = 4", 4, "内容被改动过"),
        ("DELETE FROM civic_auditevent WHERE number = 2", 3, "缺少第 2 至 2 条"),
        ("DELETE FROM civic_auditevent WHERE number < 3", 3, "缺少第 1 至 2 条"),
        ("UPDATE civic_auditevent SET address = '10.0.0.1' WHERE number = 1", 1, "内容被改动过"),
    ],
)
def test_tampering_is_named_with_its_row(chain, sql, row, reason):
    unguarded()
    run(sql)

    found = audit.verify()
    with pytest.raises(CommandError, match=f"{row}.*{reason}"):
        call_command("audit_verify")

    assert found.broken_at == row
    assert reason in found.reason


def test_a_row_rewritten_with_its_hash_breaks_the_next(chain):
    unguarded()
    row = AuditEvent.objects.get(number=2)
    row.actor = "另一个人"
    run(
        "UPDATE civic_auditevent SET actor = %s, digest = %s WHERE number = 2",
        row.actor,
        row.computed_digest(),
    )

    found = audit.verify()

    assert (found.broken_at, found.reason) == (3, "与上一条不衔接")


def test_the_command_prints_rows_and_head(chain):
    out = StringIO()

    call_command("audit_verify", stdout=out)

    said, head = out.getvalue().splitlines()
    assert said.startswith("日志链完整：共 5 条")
    assert head == chain[-1].digest


def test_the_chain_is_whole_after_a_move_to_another_database(chain):
    """By `dumpdata` and `loaddata`, whose JSON knows no more than milliseconds."""
    carried = serializers.serialize("json", AuditEvent.objects.order_by("number"))
    unguarded()
    run("DELETE FROM civic_auditevent")

    for row in serializers.deserialize("json", carried):
        row.save()

    assert audit.verify().rows == 5
    assert audit.verify().broken_at is None


def test_an_act_whose_record_fails_fails_itself(chain):
    release = make.release("另一条")

    @transaction.atomic
    def act():
        release.title = "改了"
        release.save()
        audit.record("x.act", by=None, target=release, odd={(1, 2): 3})

    with pytest.raises(TypeError):
        act()

    release.refresh_from_db()
    assert release.title == "另一条"


def test_odd_characters_are_recorded_and_verified():
    audit.record("x.act", by=None, actor="甲\u202e\x1b𠮷", reason="行一\n行二 \x85 é")

    assert audit.verify().rows == 1


# The pages ---------------------------------------------------------------------------------------


def test_the_auditor_reads_filters_and_searches(chain, auditor):
    listed = auditor.get("/admin/civic/auditevent/").content.decode()
    found = auditor.get("/admin/civic/auditevent/?q=x.act3").content.decode()
    row = auditor.get(f"/admin/civic/auditevent/{chain[2].pk}/change/").content.decode()

    assert [f"x.act{n}" in listed for n in range(1, 6)] == [True] * 5
    assert ("x.act3" in found, "x.act4" in found) == (True, False)
    assert chain[2].digest in row
    assert 'name="_save"' not in row


def test_the_list_opens_with_the_last_thirty_days(chain, auditor):
    unguarded()
    old = timezone.now() - timedelta(days=40)
    run("UPDATE civic_auditevent SET at = %s WHERE number = 1", old)

    recent = auditor.get("/admin/civic/auditevent/").content.decode()
    all_of_it = auditor.get("/admin/civic/auditevent/?period=all").content.decode()

    assert ("x.act1" in recent, "x.act2" in recent) == (False, True)
    assert "x.act1" in all_of_it


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_thirty_rows(auditor, count, django_assert_num_queries):
    for n in range(count):
        audit.record(f"x.act{n}", by=None, actor="示例")
    auditor.get("/admin/civic/auditevent/")

    with django_assert_num_queries(5):
        auditor.get("/admin/civic/auditevent/")


def test_nobody_changes_or_deletes_over_the_pages(chain, auditor):
    system = Client()
    system.force_login(make.user("system_admin"), backend="civic.signin.RoleBackend")
    root = Client()
    root.force_login(make.user(is_superuser=True), backend="civic.signin.RoleBackend")
    base = f"/admin/civic/auditevent/{chain[0].pk}/"

    for client in (auditor, system, root):
        answers = [
            client.post(f"{base}change/", {"actor": "x"}).status_code,
            client.post(f"{base}delete/", {"post": "yes"}).status_code,
            client.post("/admin/civic/auditevent/add/", {"actor": "x"}).status_code,
        ]
        client.post(
            "/admin/civic/auditevent/",
            {"action": "delete_selected", "_selected_action": chain[0].pk, "post": "yes"},
        )
        assert answers == [403, 403, 403]

    assert AuditEvent.objects.filter(act__startswith="x.").count() == 5
    assert audit.verify().broken_at is None


def test_the_button_verifies_and_says_what_it_found(chain, auditor):
    whole = auditor.post("/admin/civic/auditevent/verify/", follow=True).content.decode()
    unguarded()
    run("UPDATE civic_auditevent SET actor = 'x' WHERE number = 4")
    broken = auditor.post("/admin/civic/auditevent/verify/", follow=True).content.decode()

    assert "日志链完整：共 6 条" in whole
    assert "第 4 条处断开" in broken


def test_a_get_verifies_nothing(chain, auditor):
    before = AuditEvent.objects.count()

    answer = auditor.get("/admin/civic/auditevent/verify/")

    assert answer.status_code == 302
    assert AuditEvent.objects.count() == before


def test_a_long_log_is_verified_as_a_job(chain):
    auditor = make.user("audit_admin")
    job = jobs.Job.objects.create(kind=auditcheck.KIND, title="核验", started_by=auditor)

    jobs.run.call(job.pk)
    job.refresh_from_db()
    unguarded()
    run("UPDATE civic_auditevent SET actor = 'x' WHERE number = 2")
    bad = jobs.Job.objects.create(kind=auditcheck.KIND, title="核验", started_by=auditor)
    jobs.run.call(bad.pk)
    bad.refresh_from_db()

    assert (job.state, job.summary["rows"]) == ("done", 5)
    assert bad.state == "failed"
    assert "第 2 条处断开" in bad.error


def test_the_export_holds_what_is_on_screen(chain, auditor):
    answer = auditor.get("/admin/civic/auditevent/export/csv/?q=x.act2")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert ("x.act2" in text, "x.act3" in text) == (True, False)


def test_a_row_of_the_log_is_told_in_words(auditor):
    person = make.user("editor", name="示例甲")
    added = {"name": "attachment", "object": "附件"}
    changed = [{"changed": {"fields": ["Title", "Text"]}}, {"added": added}]
    release = make.release("示例新闻", created_by=person)
    row = audit.record("row.changed", by=person, target=release, what=changed, urgent=True, many=[])
    sheet = audit.record("export.mediapost", by=person, rows=3)

    page = auditor.get(reverse("admin:civic_auditevent_change", args=[row.pk])).text
    other = auditor.get(reverse("admin:civic_auditevent_change", args=[sheet.pk])).text

    assert f"#{row.number} 后台修改" in page
    assert "标题" in page
    assert "稿件" in page
    for code in ("releases.release", "row.changed", "changed", "Title", "True"):
        assert code not in page.partition('id="content-main"')[2].partition("</form>")[0]
    assert "媒体稿件：" in other
    odd = audit.record("row.changed", by=person, target=release, what=[{"added": {"name": "x"}}])
    assert auditor.get(reverse("admin:civic_auditevent_change", args=[odd.pk])).status_code == 200


def test_every_act_the_source_records_has_a_name():
    written = re.compile(r"audit\.record\(\s*\"([a-z_.]+)\"")
    sources = [
        source
        for app in ("civic", "releases", "portal")
        for source in (settings.BASE_DIR / app).rglob("*.py")
    ]

    recorded = {act for source in sources for act in written.findall(source.read_text())}

    assert len(recorded) > 15
    assert recorded - set(ACTS) == set()


def test_the_log_is_exported_in_the_words_of_the_screen(client):
    client.force_login(make.user("audit_admin"))
    release = make.release()
    audit.record("publishing.submitted", by=release.created_by, target=release)

    sheet = b"".join(client.get("/admin/civic/auditevent/export/csv/")).decode("utf-8-sig")

    assert "送审" in sheet
    assert "publishing." not in sheet
