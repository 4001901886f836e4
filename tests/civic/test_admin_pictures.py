"""Pictures in the back office: a list that stays cheap, where each is used, what may go."""

import pytest
from django.urls import reverse

from civic.audit import AuditEvent
from civic.pictures import Picture
from tests import make

pytestmark = pytest.mark.django_db

LIST = "/admin/civic/picture/"


@pytest.fixture
def staff(client):
    person = make.user("office_staff")
    client.force_login(person, backend="civic.signin.RoleBackend")
    return person


def form_of(picture):
    return reverse("admin:civic_picture_change", args=[picture.pk])


def deletion_of(picture):
    return reverse("admin:civic_picture_delete", args=[picture.pk])


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_queries(client, staff, django_assert_num_queries, count):
    for number in range(count):
        make.picture(f"图{number}", unit=make.unit())
    client.get(LIST)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert response.content.decode().count('class="thumbnail"') == count


def test_the_form_names_what_shows_the_picture(client, staff):
    picture = make.picture("石桥")
    release = make.live_release("桥修好了", cover=picture)

    page = client.get(form_of(picture)).content.decode()

    assert f'<a href="{release.get_admin_url()}">桥修好了</a>' in page


def test_a_liaison_reads_only_the_count_of_foreign_uses(client):
    mine = make.unit("示例街道办")
    picture = make.picture("石桥", unit=mine)
    release = make.release("别家的稿子", unit=make.unit("示例市城管局"), cover=picture)
    liaison = make.user("unit_liaison", unit=mine)
    client.force_login(liaison, backend="civic.signin.RoleBackend")

    page = client.get(form_of(picture)).content.decode()

    assert release.title not in page
    assert "其他单位 1 处" in page


def test_a_picture_that_something_shows_cannot_be_deleted(client, staff):
    shown, idle = make.picture("石桥"), make.picture("没人用")
    make.live_release("桥修好了", cover=shown)

    refused = client.post(deletion_of(shown), {"post": "yes"})
    taken = client.post(deletion_of(idle), {"post": "yes"})

    assert (refused.status_code, taken.status_code) == (403, 302)
    assert "桥修好了" in refused.text
    assert "您的角色" not in refused.text
    assert list(Picture.objects.all()) == [shown]
    assert AuditEvent.objects.filter(act="picture.deleted").count() == 1


def test_who_may_delete_nothing_is_not_told_where_a_picture_is_used(client):
    picture = make.picture("石桥")
    make.release("别家的稿子", cover=picture)
    client.force_login(make.user("editor"), backend="civic.signin.RoleBackend")

    refused = client.post(deletion_of(picture), {"post": "yes"})

    assert refused.status_code == 403
    assert "别家的稿子" not in refused.text


def test_a_picture_of_another_unit_is_not_there_for_a_liaison(client):
    foreign = make.picture("别家的图", unit=make.unit("示例市城管局"))
    liaison = make.user("unit_liaison", unit=make.unit("示例街道办"))
    client.force_login(liaison, backend="civic.signin.RoleBackend")

    assert client.get(form_of(foreign)).status_code == 404
    assert "别家的图" not in client.get(LIST).content.decode()
