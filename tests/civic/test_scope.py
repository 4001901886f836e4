"""Scope: nothing of another unit shows in any side view, whatever the address or the form says."""

import pytest
from django.test import Client

from civic.audit import AuditEvent
from civic.pictures import Picture
from civic.units import Contact, Unit
from releases.models import Question, Release
from tests import make

pytestmark = pytest.mark.django_db

BASE = "/admin/releases/release/"


@pytest.fixture
def two():
    """(liaison's client, liaison, own release, foreign release): two units, a secret in one."""
    here, there = make.unit("示例甲局"), make.unit("示例乙局")
    liaison = make.user("unit_liaison", unit=here, username="liaison")
    stranger = make.user("unit_liaison", unit=there, username="stranger")
    own = make.release("自己的稿件", unit=here, created_by=liaison)
    foreign = make.release("机密稿件", unit=there, created_by=stranger, body="<p>机密正文</p>")
    client = Client()
    client.force_login(liaison, backend="civic.signin.RoleBackend")
    return client, liaison, own, foreign


def form(client, row, **changed):
    from tests.civic.test_carry import Fields

    page = client.get(f"{BASE}{row.pk}/change/").content.decode()
    return {**Fields(page, "release_form").found, **changed}


@pytest.mark.parametrize("page", ["change", "history", "preview", "step/submit"])
def test_a_foreign_row_is_not_found_and_that_is_recorded(two, page):
    client, _liaison, _own, foreign = two

    answers = [
        client.get(f"{BASE}{foreign.pk}/{page}/").status_code,
        client.post(f"{BASE}{foreign.pk}/{page}/", {"title": "改", "version": 1}).status_code,
    ]
    row = AuditEvent.objects.first()
    foreign.refresh_from_db()

    assert answers == [404, 404]
    assert (row.act, row.detail) == (
        "access.denied",
        {"kind": "releases.release", "id": str(foreign.pk)},
    )
    assert "liaison" in row.actor
    assert foreign.title == "机密稿件"


def test_an_old_state_of_a_foreign_row_is_not_found_and_none_is_put_back(two):
    client, _liaison, own, foreign = two
    secret, mine = foreign.history.latest(), own.history.latest()

    hidden = client.get(f"{BASE}{foreign.pk}/history/{secret.history_id}/")
    crossed = client.get(f"{BASE}{own.pk}/history/{secret.history_id}/")
    forged = client.post(f"{BASE}{own.pk}/history/{mine.history_id}/", {"title": "改"})
    own.refresh_from_db()

    assert hidden.status_code in (302, 404)
    assert "机密" not in crossed.content.decode()
    assert forged.status_code in (302, 403, 404)
    assert own.title == "自己的稿件"


def test_a_row_cannot_be_moved_to_another_unit_nor_made_there(two):
    client, _liaison, own, foreign = two

    moved = client.post(f"{BASE}{own.pk}/change/", form(client, own, unit=foreign.unit_id))
    made = client.post(f"{BASE}add/", form(client, own, unit=foreign.unit_id, title="塞进去"))
    own.refresh_from_db()

    assert (moved.status_code, made.status_code) == (200, 200)
    assert own.unit.name == "示例甲局"
    assert not Release.objects.filter(title="塞进去").exists()
    assert "示例乙局" not in moved.content.decode()


def test_state_and_authors_cannot_be_written_through_the_form(two):
    client, liaison, own, _foreign = two
    forged = {
        "status": "published",
        "publish_at": "2020-01-01",
        "created_by": 1,
        "submitted_by": 1,
        "first_published_at_0": "2020-01-01",
        "imprint": '[{"name":"x"}]',
        "pinned_until": "2030-01-01",
    }

    answer = client.post(f"{BASE}{own.pk}/change/", form(client, own, title="改过的", **forged))
    own.refresh_from_db()

    assert answer.status_code == 302
    assert own.title == "改过的"
    assert (own.status, own.publish_at, own.imprint) == ("draft", None, [])
    assert (own.created_by, own.submitted_by, own.pinned_until) == (liaison, None, None)


def test_rows_of_a_foreign_release_cannot_be_taken_over_through_the_inlines(two):
    client, _liaison, own, foreign = two
    question = Question.objects.create(release=foreign, order=1, text="机密问题")
    typed = form(client, own)
    prefix = next(name for name in typed if name.endswith("-TOTAL_FORMS") and "quest" in name)[:-12]

    answer = client.post(
        f"{BASE}{own.pk}/change/",
        {
            **typed,
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-INITIAL_FORMS": "1",
            f"{prefix}-0-id": question.pk,
            f"{prefix}-0-release": own.pk,
            f"{prefix}-0-text": "抢走的问题",
            f"{prefix}-0-order": "1",
        },
    )
    question.refresh_from_db()

    assert answer.status_code == 200
    assert (question.text, question.release_id) == ("机密问题", foreign.pk)
    assert "机密问题" not in answer.content.decode()


def test_a_foreign_id_in_a_field_shows_no_label(two):
    client, _liaison, own, foreign = two
    secret = Picture.objects.create(
        alt="机密图片", width=1, height=1, sha256="1", phash="0", unit=foreign.unit
    )

    answer = client.post(f"{BASE}{own.pk}/change/", form(client, own, cover=secret.pk))
    own.refresh_from_db()

    assert answer.status_code == 200
    assert "机密图片" not in answer.content.decode()
    assert own.cover_id is None


@pytest.mark.parametrize(
    "query",
    [
        "unit__name__startswith=示例乙",
        "created_by__password__startswith=md5",
        "created_by__username=stranger",
        "body__contains=机密",
        "reviews__reviewer__name=x",
        "unit__people__password__contains=a",
        "title__regex=^机",
    ],
)
def test_lookups_the_list_does_not_offer_are_refused(two, query):
    client, *_rest = two

    answer = client.get(f"{BASE}?{query}")

    assert answer.status_code == 403
    assert "机密" not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "unit__id__exact={unit}",
        "q=机密",
        "unit={unit}",
        "_to_field=id&_popup=1",
        "_popup=1",
        "all=",
    ],
)
def test_what_is_offered_shows_only_rows_in_scope(two, query):
    client, _liaison, _own, foreign = two

    answer = client.get(f"{BASE}?{query.format(unit=foreign.unit_id)}", follow=True)
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "机密稿件" not in text
    assert "示例乙局" not in text


def test_a_field_that_may_not_be_pointed_at_is_refused(two):
    client, _liaison, own, _foreign = two

    listed = client.get(f"{BASE}?_popup=1&_to_field=body")
    opened = client.get(f"{BASE}{own.pk}/change/?_popup=1&_to_field=body")

    assert (listed.status_code, opened.status_code) == (400, 400)


def test_popup_parameters_are_escaped(two):
    client, *_rest = two

    page = client.get(f'{BASE}add/?_popup=1"><zqx>&_changelist_filters="><zqx>').content.decode()

    assert "<zqx>" not in page


def test_deleting_names_what_hangs_on_the_row_only_to_those_who_may_see_it(two):
    client, liaison, own, _foreign = two
    picture = Picture.objects.create(
        alt="封面", width=1, height=1, sha256="1", phash="0", unit=liaison.unit
    )
    own.cover = picture
    own.save()
    make.release("机密稿件", cover=picture)
    address = f"/admin/civic/picture/{picture.pk}/delete/"

    refused = client.get(address)
    client.force_login(make.user("office_staff"), backend="civic.signin.RoleBackend")
    staff = client.get(address)

    assert (refused.status_code, "机密稿件" in refused.text) == (403, False)
    assert (own.title in staff.text, "机密稿件" in staff.text) == (True, True)
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_a_contact_of_another_unit_is_neither_seen_nor_deleted(two):
    client, _liaison, _own, foreign = two
    mine = Contact.objects.create(unit=Unit.objects.get(name="示例甲局"), name="示例丙", phone="1")
    theirs = Contact.objects.create(unit=foreign.unit, name="机密联系人", phone="13800000000")

    listed = client.get("/admin/civic/contact/").content.decode()
    gone = client.post(f"/admin/civic/contact/{mine.pk}/delete/", {"post": "yes"})
    kept = client.post(f"/admin/civic/contact/{theirs.pk}/delete/", {"post": "yes"})

    assert ("示例丙" in listed, "机密联系人" in listed) == (True, False)
    assert (gone.status_code, kept.status_code) == (302, 404)
    assert list(Contact.objects.values_list("name", flat=True)) == ["机密联系人"]


def test_nothing_is_deleted_by_the_dozen(two):
    client, _liaison, own, foreign = two
    fields = {"action": "delete_selected", "_selected_action": [own.pk, foreign.pk], "post": "yes"}

    client.post(BASE, fields)

    assert Release.objects.count() == 2


def test_a_file_name_or_type_in_the_address_tells_no_address_of_a_row(two):
    client, _liaison, _own, foreign = two
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Release)

    assert client.get(f"/admin/r/{kind.pk}/{foreign.pk}/").status_code == 404


def test_a_get_of_every_page_changes_nothing(two):
    client, _liaison, own, _foreign = two
    before = list(Release.objects.order_by("pk").values())

    for page in ("", "add/", f"{own.pk}/change/", f"{own.pk}/history/", f"{own.pk}/step/submit/"):
        assert client.get(f"{BASE}{page}").status_code == 200

    assert list(Release.objects.order_by("pk").values()) == before


def test_nobody_and_no_unit_see_nothing():
    make.release()

    assert Release.objects.visible_to(make.user(unit=None)).count() == 0
    assert Release.objects.visible_to(make.user("unit_liaison", unit=None)).count() == 0
    assert Release.objects.visible_to(make.user("editor", is_active=False)).count() == 0
    assert Release.objects.visible_to(make.user("editor")).count() == 1
