"""The export of releases: the file read back equals the screen."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from civic import sheets
from civic.audit import AuditEvent
from civic.publishing import Status
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db

# The audit chain takes a lock there.
CHAIN_LOCK = 1 if connection.vendor == "postgresql" else 0


@pytest.fixture
def editor(client):
    person = make.user("editor", name="示例编辑")
    client.force_login(person)
    return person


def exported(client, query="", form="xlsx"):
    response = client.get(f"/admin/releases/release/export/{form}/{query}")
    return b"".join(response.streaming_content)


def test_the_file_read_back_equals_the_screen(client, editor):
    notices = make.channel("通知公告")
    for n in range(3):
        make.release(f"公告{n}", channel=notices, created_by=editor)
    make.live_release("已经发布", channel=notices, created_by=editor)
    make.release("别的栏目", channel=make.channel("要闻"))
    query = f"?channel__id__exact={notices.pk}&o=1"

    page = client.get(f"/admin/releases/release/{query}")
    sheet = sheets.read(exported(client, query), "发布稿.xlsx")

    shown = page.context["cl"].result_list
    title, status = sheet.header.index(gettext("Title")), sheet.header.index(gettext("Status"))
    assert [row.cells[title] for row in sheet] == [release.title for release in shown]
    assert len(sheet) == 4
    text = page.content.decode()
    assert all(row.cells[status] in text for row in sheet)


def test_a_row_says_all_that_was_published(client, editor):
    at = timezone.now().replace(microsecond=0) - timedelta(days=1)
    release = make.live_release(
        "一次发布会",
        at=at,
        kind=Release.Kind.CONFERENCE,
        source_name="示例日报",
        writer="示例甲",
        created_by=editor,
        imprint=[{"stage": Status.FIRST, "name": "示例乙"}],
    )

    (head, row) = csv.reader(io.StringIO(exported(client, form="csv").decode("utf-8-sig")))

    cells = dict(zip(head, row, strict=True))
    assert cells[gettext("Title")] == "一次发布会"
    assert cells[gettext("Kind")] == str(Release.Kind.CONFERENCE.label)
    assert cells[gettext("Time of publication")] == f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
    assert cells[gettext("Source")] == "示例日报"
    assert cells[gettext("Reviewed by")].endswith("示例乙")
    assert cells[gettext("Web address")].endswith(release.get_absolute_url())


def test_a_draft_has_no_address(client, editor):
    make.release("草稿")

    (head, row) = csv.reader(io.StringIO(exported(client, form="csv").decode("utf-8-sig")))

    assert dict(zip(head, row, strict=True))[gettext("Web address")] == ""


def test_a_liaison_may_not_export_and_a_colleague_sees_only_the_own_unit(client):
    mine, other = make.unit("本单位"), make.unit("别的单位")
    make.release("本单位的稿", unit=mine)
    make.release("别单位的稿", unit=other)
    liaison = make.user("unit_liaison", unit=mine)
    client.force_login(liaison)

    refused = client.get("/admin/releases/release/export/csv/").status_code
    liaison.user_permissions.add(Permission.objects.get(codename="export_release"))
    text = exported(client, form="csv").decode()

    assert refused == 403
    assert "本单位的稿" in text
    assert "别单位的稿" not in text


@pytest.mark.parametrize("count", [1, 30])
def test_an_export_costs_the_same_queries_for_one_row_and_thirty(
    client, editor, count, django_assert_num_queries
):
    channel, unit = make.channel(), make.unit()
    for n in range(count):
        make.release(f"稿{n}", channel=channel, unit=unit)
    exported(client)
    AuditEvent.objects.count()

    with django_assert_num_queries(14 + CHAIN_LOCK):
        data = exported(client)

    assert len(sheets.read(data, "a.xlsx")) == count
