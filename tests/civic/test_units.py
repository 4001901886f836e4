"""Regions, units and contacts: the tree, the scope, the forms, the history."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civic.imports import ImportBatch
from civic.units import Contact, Region
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.region("示例市")


# The tree --------------------------------------------------------------------------------------


def test_paths_follow_a_region_that_moves(city):
    first, second = make.region("甲区", parent=city), make.region("乙区", parent=city)
    street = make.region("东街", parent=first)
    community = make.region("一社区", parent=street)

    street.parent = second
    street.save()

    community.refresh_from_db()
    assert community.path == f"{second.path}{street.pk:07d}/{community.pk:07d}/"
    assert list(Region.objects.within(first)) == [first]
    assert community.depth == 3


def test_the_list_is_a_tree_whatever_the_numbers(city, client):
    counties = [make.region(f"区{n}", parent=city) for n in range(11)]
    make.region("街", parent=counties[0])
    client.force_login(make.user("office_staff", unit=make.unit(region=city)))

    rows = client.get("/admin/civic/region/").context["cl"].result_list

    assert [region.name for region in rows] == [
        "示例市",
        "区0",
        "街",
        *(f"区{n}" for n in range(1, 11)),
    ]


@pytest.mark.parametrize("level", ["city", "county"])
def test_a_region_stands_below_one_of_a_higher_level(city, level):
    county = make.region("甲区", parent=city)

    with pytest.raises(ValidationError):
        Region(code="x", name="x", level=level, parent=county).clean()


def test_a_region_cannot_stand_under_itself_or_without_a_city(city):
    county = make.region("甲区", parent=city)
    street = make.region("东街", parent=county)
    county.parent = street

    with pytest.raises(ValidationError):
        county.clean()
    with pytest.raises(ValidationError):
        Region(code="y", name="y", level="street").clean()


# Contacts ----------------------------------------------------------------------------------------


def test_a_unit_has_one_first_contact_of_a_kind(city):
    unit = make.unit()
    Contact.objects.create(unit=unit, kind="liaison", name="示例甲", is_primary=True)
    Contact.objects.create(unit=unit, kind="leader", name="示例乙", is_primary=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(unit=unit, kind="liaison", name="示例丙", is_primary=True)


def test_the_form_says_so_in_words(client, city):
    unit = make.unit()
    Contact.objects.create(unit=unit, kind="liaison", name="示例甲", is_primary=True)
    client.force_login(make.user("office_staff"))

    response = client.post(
        "/admin/civic/contact/add/",
        {"unit": unit.pk, "kind": "liaison", "name": "示例丙", "is_primary": "on"},
    )

    message = str(Contact._meta.constraints[1].violation_error_message)
    assert response.status_code == 200
    assert message in response.content.decode()


# Scope -----------------------------------------------------------------------------------------


@pytest.fixture
def two_units(city):
    return (
        make.unit("本单位", region=make.region("甲区", parent=city)),
        make.unit("别的单位", region=make.region("乙区", parent=city)),
    )


def test_a_liaison_keeps_the_contacts_of_the_own_unit_only(client, two_units):
    mine, foreign = two_units
    theirs = Contact.objects.create(unit=foreign, kind="leader", name="示例外")
    own = Contact.objects.create(unit=mine, kind="leader", name="示例内")
    client.force_login(make.user("unit_liaison", unit=mine))
    fields = {"kind": "liaison", "name": "示例新"}

    made = client.post("/admin/civic/contact/add/", {"unit": mine.pk, **fields})
    forged = client.post("/admin/civic/contact/add/", {"unit": foreign.pk, **fields})
    changed = client.post(
        f"/admin/civic/contact/{own.pk}/change/", {"unit": mine.pk, "kind": "leader", "name": "改"}
    )
    refused = [
        client.get(f"/admin/civic/contact/{theirs.pk}/change/").status_code,
        client.post(f"/admin/civic/contact/{theirs.pk}/change/", {"name": "x"}).status_code,
        client.post(f"/admin/civic/contact/{theirs.pk}/delete/", {"post": "yes"}).status_code,
        client.get(f"/admin/civic/contact/{theirs.pk}/history/").status_code,
    ]

    listed = client.get("/admin/civic/contact/").content.decode()
    assert (made.status_code, forged.status_code, changed.status_code) == (302, 200, 302)
    assert refused == [404, 404, 404, 404]
    assert "示例外" not in listed
    assert sorted(mine.contacts.values_list("name", flat=True)) == sorted(["改", "示例新"])
    assert list(foreign.contacts.values_list("name", flat=True)) == ["示例外"]


def test_a_liaison_reads_the_own_unit_and_cannot_change_it(client, two_units):
    mine, foreign = two_units
    client.force_login(make.user("unit_liaison", unit=mine))

    own = client.get(f"/admin/civic/unit/{mine.pk}/change/")
    posted = client.post(f"/admin/civic/unit/{mine.pk}/change/", {"name": "改"})
    other = client.get(f"/admin/civic/unit/{foreign.pk}/change/")
    listed = client.get("/admin/civic/unit/?q=单位").content.decode()

    mine.refresh_from_db()
    assert (own.status_code, posted.status_code, other.status_code) == (200, 403, 404)
    assert mine.name == "本单位"
    assert "本单位" in listed
    assert "别的单位" not in listed


def test_the_history_of_a_unit_is_shown_in_scope(client, two_units):
    mine, foreign = two_units
    foreign.name = "别的单位新名"
    foreign.save()
    client.force_login(make.user("unit_liaison", unit=mine))

    own = client.get(f"/admin/civic/unit/{mine.pk}/history/")
    other = client.get(f"/admin/civic/unit/{foreign.pk}/history/")

    assert (own.status_code, other.status_code) == (200, 404)
    assert "别的单位" not in own.content.decode()


def test_the_choice_of_a_unit_offers_only_what_is_in_scope(client, two_units):
    mine, _foreign = two_units
    client.force_login(make.user("unit_liaison", unit=mine))
    url = "/admin/autocomplete/?term=单位&app_label=civic&model_name=contact&field_name=unit"

    offered = client.get(url).json()["results"]

    assert [row["text"] for row in offered] == ["本单位"]


def test_saving_a_unit_keeps_who_changed_it(client, city):
    person = make.user("office_staff")
    unit = make.unit("城管局", region=city)
    client.force_login(person)

    response = client.post(
        f"/admin/civic/unit/{unit.pk}/change/",
        {
            "code": unit.code,
            "name": "城市管理局",
            "kind": unit.kind,
            "tier": unit.tier,
            "region": city.pk,
            "is_active": "on",
            "contacts-TOTAL_FORMS": "1",
            "contacts-INITIAL_FORMS": "0",
            "contacts-0-kind": "liaison",
            "contacts-0-name": "示例甲",
            "contacts-0-is_primary": "on",
        },
    )

    unit.refresh_from_db()
    assert (response.status_code, unit.name) == (302, "城市管理局")
    assert unit.history.first().history_user == person
    assert Contact.primary_for(make.user(unit=unit)).name == "示例甲"


@pytest.mark.parametrize(
    ("model", "count", "queries"),
    [
        ("unit", 1, 7),
        ("unit", 30, 7),
        ("region", 1, 6),
        ("region", 30, 6),
        ("contact", 1, 6),
        ("contact", 30, 6),
        ("importbatch", 1, 5),
        ("importbatch", 30, 5),
    ],
)
def test_lists_cost_the_same_queries(
    client, city, model, count, queries, django_assert_num_queries
):
    person = make.user("office_staff", unit=make.unit(region=city))
    for n in range(count):
        unit = make.unit(region=make.region(f"区{n}", parent=city))
        Contact.objects.create(unit=unit, kind="liaison", name=f"示例{n}", is_primary=True)
        ImportBatch.objects.create(
            target="civic.unit", file_name=f"{n}.csv", sha256="0" * 64, uploaded_by=person
        )
    client.force_login(person)
    client.get(f"/admin/civic/{model}/")

    with django_assert_num_queries(queries):
        client.get(f"/admin/civic/{model}/")
