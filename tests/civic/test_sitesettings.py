"""Site settings: one row, its gaps named, changed by whom it concerns."""

import pytest
from django.db import IntegrityError, transaction

from civic.audit import AuditEvent
from civic.sitesettings import SiteSettings
from tests import make

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_named_until_it_is_there():
    row = SiteSettings.load()
    assert len(row.missing()) == len(SiteSettings.REQUIRED)

    for name in SiteSettings.REQUIRED:
        setattr(row, name, "1234567890")
    row.save()

    assert row.missing() == []
    assert SiteSettings.current().office_name == "1234567890"


def test_there_is_one_row_whoever_saves():
    SiteSettings(site_name="甲").save()
    SiteSettings(site_name="乙").save()

    assert list(SiteSettings.objects.values_list("pk", "site_name")) == [(1, "乙")]
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSettings.objects.bulk_create([SiteSettings(pk=2)])


def test_the_settings_open_as_a_form_that_names_the_gaps(client):
    client.force_login(make.user("office_chief"))

    opened = client.get("/admin/civic/sitesettings/")
    page = client.get(opened["Location"]).content.decode()

    assert opened["Location"] == "/admin/civic/sitesettings/1/change/"
    notes = page.split('class="list-note"', 1)[1].split("</div>", 1)[0]
    assert all(label in notes for label in SiteSettings.load().missing())


def test_the_settings_are_saved_seen_at_once_and_logged(client):
    client.force_login(make.user("system_admin"))
    row = SiteSettings.load()
    SiteSettings.current()
    data = {"site_name": "示例市文明网", "site_code": "1234567890", "based_on_version": row.version}

    bad = client.post("/admin/civic/sitesettings/1/change/", {**data, "site_code": "12"})
    good = client.post("/admin/civic/sitesettings/1/change/", data)
    stale = client.post("/admin/civic/sitesettings/1/change/", data)

    assert (bad.status_code, good.status_code, stale.status_code) == (200, 302, 409)
    assert SiteSettings.current().site_name == "示例市文明网"
    assert AuditEvent.objects.filter(act="sitesettings.change").count() == 1


@pytest.mark.parametrize("role", ["office_staff", "editor", "unit_liaison", "security_admin"])
def test_others_do_not_reach_the_settings(client, role):
    SiteSettings.load()
    client.force_login(make.user(role))

    assert client.get("/admin/civic/sitesettings/").status_code == 403
    assert client.get("/admin/civic/sitesettings/1/change/").status_code == 403
    assert client.post("/admin/civic/sitesettings/1/change/", {"site_name": "x"}).status_code == 403


def test_the_settings_are_neither_added_nor_deleted(client):
    SiteSettings.load()
    client.force_login(make.user("system_admin"))

    assert client.post("/admin/civic/sitesettings/add/", {"site_name": "x"}).status_code == 403
    assert client.post("/admin/civic/sitesettings/1/delete/", {"post": "yes"}).status_code == 403
    assert SiteSettings.objects.count() == 1
