"""Imports: a sheet is judged row by row, shown, and then written once and whole, or not at all."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.translation import gettext, pgettext

from civic import imports, sheets
from civic.audit import AuditEvent
from civic.importers import CHANGED, NEW, REFUSED, SAME, TARGETS
from civic.imports import ImportBatch, NotApplicable, Stale
from civic.units import Contact, Region, Unit
from civic.workdays import Holiday
from tests import make

pytestmark = pytest.mark.django_db

# The audit chain takes a lock there.
CHAIN_LOCK = 1 if connection.vendor == "postgresql" else 0

UNIT_HEAD = ["code", "name", "kind", "tier", "region"]


def sheet(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def preview(target, *rows, by=None, name="表.xlsx"):
    by = by or make.user("office_staff")
    return imports.preview(target=target, data=sheet(*rows), name=name, by=by)


def verdicts(batch):
    return [row["verdict"] for row in batch.rows]


def reasons(batch):
    return [row["reasons"] for row in batch.rows]


@pytest.fixture
def city():
    return make.region("示例市", code="3706")


# What the preview says --------------------------------------------------------------------------


def test_a_preview_tells_new_changed_same_and_refused_and_writes_nothing(city):
    make.unit("城管局", code="D1", region=city)
    make.unit("教育局", code="D2", region=city)

    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1", "城管局", "department", "municipal", "3706"],
        ["D2", "教体局", "department", "municipal", "示例市"],
        ["D3", "文旅局", "department", "municipal", "3706"],
        ["D4", "", "department", "municipal", "3706"],
    )

    assert verdicts(batch) == [SAME, CHANGED, NEW, REFUSED]
    assert batch.rows[1]["old"] == {"name": "教育局"}
    assert batch.rows[1]["values"]["name"] == "教体局"
    assert [row["row"] for row in batch.rows] == [2, 3, 4, 5]
    assert sorted(Unit.objects.values_list("name", flat=True)) == ["城管局", "教育局"]


def test_every_fault_of_a_row_is_told(city):
    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1" * 30, "名" * 81, "局", "市", "9999"],
    )

    assert len(batch.rows[0]["reasons"]) == 5
    assert batch.counts[REFUSED] == 1


def test_labels_and_values_and_any_order_of_the_columns_are_read(city):
    batch = preview(
        "civic.unit",
        ["region", "tier", pgettext("sheet", "Name"), gettext("Kind"), "code"],
        ["示例市", "municipal", "城管局", str(Unit.Kind.DEPARTMENT.label), 370602],
    )

    assert batch.rows[0]["values"] == {
        "region": "3706",
        "tier": "municipal",
        "name": "城管局",
        "kind": "department",
        "code": "370602",
    }


def test_unknown_columns_are_told_and_left_out(city):
    batch = preview(
        "civic.unit",
        [*UNIT_HEAD, "微信群", None, "x"],
        ["D1", "城管局", "department", "municipal", "3706", "群", None, 1],
    )

    assert batch.counts["unknown"][0] == "微信群"
    assert len(batch.counts["unknown"]) == 3
    assert verdicts(batch) == [NEW]


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (["code", "name"], gettext("Region")),
        (["code", "name", "name", "kind", "tier", "region"], "name"),
    ],
)
def test_missing_and_doubled_headings_are_refused_in_words(city, head, word):
    with pytest.raises(ValidationError) as refused:
        preview("civic.unit", head, ["1"] * len(head))

    assert word in refused.value.messages[0]


def test_a_sheet_without_rows_is_refused():
    with pytest.raises(ValidationError):
        preview("civic.unit", UNIT_HEAD)


def test_a_code_that_stands_twice_is_refused_both_times(city):
    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1", "甲", "department", "municipal", "3706"],
        ["D1", "乙", "department", "municipal", "3706"],
    )

    assert verdicts(batch) == [REFUSED, REFUSED]


def test_a_name_another_unit_has_is_refused(city):
    make.unit("城管局", code="D1", region=city)

    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D2", "城管局", "department", "municipal", "3706"],
        ["D3", "新局", "department", "municipal", "3706"],
        ["D4", "新局", "department", "municipal", "3706"],
    )

    assert verdicts(batch) == [REFUSED, NEW, REFUSED]


def test_a_region_name_that_two_regions_have_needs_its_code(city):
    make.region("中心区", parent=city, code="A")
    make.region("中心区", parent=city, code="B")

    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1", "甲", "department", "municipal", "中心区"],
        ["D2", "乙", "department", "municipal", "B"],
    )

    assert verdicts(batch) == [REFUSED, NEW]


def test_error_values_and_formulas_are_refused_and_not_taken_for_empty(city):
    book = openpyxl.Workbook()
    book.active.append([*UNIT_HEAD, "short_name"])
    book.active.append(["D1", "甲", "department", "municipal", "3706", "#REF!"])
    book.active.append(["D2", "乙", "department", "municipal", "3706", "=A1"])
    book.active["F2"].data_type = "e"
    out = io.BytesIO()
    book.save(out)

    batch = imports.preview(
        target="civic.unit", data=out.getvalue(), name="a.xlsx", by=make.user("office_staff")
    )

    assert verdicts(batch) == [REFUSED, REFUSED]
    assert "#REF!" in batch.rows[0]["reasons"][0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2026/10/1", "2026-10-01"),
        ("2026年10月1日", "2026-10-01"),
        ("2026.10.1", "2026-10-01"),
        ("2026-02-30", None),
        ("20261001", None),
        (46296, None),
        ("1899-01-01", None),
        ("9999-12-31", None),
        ("昨天", None),
    ],
)
def test_days_are_read_as_offices_write_them(cell, expected):
    Holiday.objects.all().delete()

    batch = preview("civic.holiday", ["day", "name"], [cell, "国庆节"])

    row = batch.rows[0]
    assert (row["values"].get("day"), row["verdict"]) == (expected, NEW if expected else REFUSED)


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_the_example_row_of_the_template_is_not_imported(city, client, target):
    person = make.user("office_staff", "editor", is_superuser=True)
    client.force_login(person)
    template = client.get(f"/admin/{target.replace('.', '/')}/import/template/")

    batch = imports.preview(target=target, data=template.content, name="a.xlsx", by=person)

    assert verdicts(batch) == [REFUSED]
    assert "这是模板里的示例行，请删除。" in batch.rows[0]["reasons"]
    assert batch.counts["unknown"] == []


# Regions ----------------------------------------------------------------------------------------

REGION_HEAD = ["code", "name", "level", "parent", "population", "is_active"]


def test_a_whole_tree_comes_in_one_file_in_any_order():
    person = make.user("office_staff", unit=None)
    batch = preview(
        "civic.region",
        REGION_HEAD,
        ["370602001", "东街", "street", "370602", None, None],
        ["3706", "示例市", "city", "", "2,350,000", "是"],
        ["370602", "甲区", "county", "3706", 120000, "否"],
        by=person,
    )

    imports.apply(batch=batch, by=batch.uploaded_by)

    rows = Region.objects.order_by("path").values_list("name", "parent__name", "population")
    assert list(rows) == [
        ("示例市", None, 2350000),
        ("甲区", "示例市", 120000),
        ("东街", "甲区", None),
    ]
    assert list(Region.objects.order_by("path").values_list("is_active", flat=True)) == [
        True,
        False,
        True,
    ]
    street = Region.objects.get(code="370602001")
    assert (street.depth, street.path.startswith(street.parent.path)) == (2, True)


def test_rows_under_a_refused_region_are_refused_too(city):
    batch = preview(
        "civic.region",
        REGION_HEAD,
        ["A", "", "county", "3706", None, None],
        ["A1", "东街", "street", "A", None, None],
        ["A11", "一社区", "community", "A1", None, None],
        ["B", "乙区", "county", "3706", None, None],
    )

    assert verdicts(batch) == [REFUSED, REFUSED, REFUSED, NEW]


def test_the_tree_cannot_be_turned_upside_down(city):
    county = make.region("甲区", parent=city, code="A")
    make.region("东街", parent=county, code="A1")

    batch = preview(
        "civic.region",
        REGION_HEAD,
        ["A", "甲区", "community", "3706", None, None],
        ["A1", "东街", "street", "A1", None, None],
        ["C", "丙", "street", "", None, None],
        ["D", "丁", "street", "nowhere", None, None],
        ["E", "戊", "county", "A1", None, None],
    )

    assert verdicts(batch) == [REFUSED] * 5
    assert all(reasons(batch))


def test_a_region_that_moves_takes_what_is_below_it_along(city):
    first = make.region("甲区", parent=city, code="A")
    make.region("乙区", parent=city, code="B")
    street = make.region("东街", parent=first, code="A1")
    below = make.region("一社区", parent=street, code="A11")
    batch = preview(
        "civic.region", ["code", "name", "level", "parent"], ["A1", "东街", "street", "B"]
    )

    imports.apply(batch=batch, by=batch.uploaded_by)

    below.refresh_from_db()
    assert below.path.startswith(Region.objects.get(code="B").path)
    assert Region.objects.within(first).count() == 1


# Contacts ---------------------------------------------------------------------------------------

PEOPLE_HEAD = [*UNIT_HEAD, "liaison_name", "liaison_phone"]


def test_the_named_liaison_becomes_the_first_and_nobody_is_lost(city):
    unit = make.unit("城管局", code="D1", region=city)
    Contact.objects.create(unit=unit, kind="liaison", name="示例甲", phone="1", is_primary=True)
    batch = preview(
        "civic.unit",
        PEOPLE_HEAD,
        ["D1", "城管局", "department", "municipal", "3706", "示例乙", "0535"],
    )

    imports.apply(batch=batch, by=batch.uploaded_by)

    rows = unit.contacts.order_by("name").values_list("name", "phone", "is_primary")
    assert sorted(rows) == sorted([("示例甲", "1", False), ("示例乙", "0535", True)])


def test_an_empty_contact_leaves_the_contact_as_it_is(city):
    unit = make.unit("城管局", code="D1", region=city)
    Contact.objects.create(unit=unit, kind="liaison", name="示例甲", phone="1", is_primary=True)

    batch = preview(
        "civic.unit",
        PEOPLE_HEAD,
        ["D1", "城管局", "department", "municipal", "3706", None, None],
        ["D2", "教育局", "department", "municipal", "3706", None, "0535"],
    )

    assert verdicts(batch) == [SAME, REFUSED]


# Application ------------------------------------------------------------------------------------


@pytest.fixture
def batch(city):
    make.unit("城管局", code="D1", region=city)
    return preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1", "城市管理局", "department", "municipal", "3706"],
        ["D2", "教育局", "department", "municipal", "3706"],
    )


def test_an_import_writes_what_was_shown_with_history_and_audit(batch):
    imports.apply(batch=batch, by=batch.uploaded_by)

    assert list(Unit.objects.values_list("code", "name")) == [
        ("D1", "城市管理局"),
        ("D2", "教育局"),
    ]
    unit = Unit.objects.get(code="D1")
    assert unit.history.first().history_user == batch.uploaded_by
    event = AuditEvent.objects.get(act="import.unit")
    assert {k: event.detail[k] for k in ("new", "changed", "refused")} == {
        "new": 1,
        "changed": 1,
        "refused": 0,
    }
    assert event.detail["sha256"] == batch.sha256


def test_the_same_file_again_changes_nothing(batch):
    imports.apply(batch=batch, by=batch.uploaded_by)

    again = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1", "城市管理局", "department", "municipal", "3706"],
        ["D2", "教育局", "department", "municipal", "3706"],
        by=batch.uploaded_by,
    )

    assert verdicts(again) == [SAME, SAME]
    with pytest.raises(NotApplicable):
        imports.apply(batch=again, by=batch.uploaded_by)
    assert Unit.history.count() == 3


def test_a_second_application_is_refused(batch):
    other_window = ImportBatch.objects.get(pk=batch.pk)
    imports.apply(batch=batch, by=batch.uploaded_by)

    with pytest.raises(NotApplicable):
        imports.apply(batch=other_window, by=batch.uploaded_by)

    assert AuditEvent.objects.filter(act="import.unit").count() == 1


def test_rows_that_changed_since_the_preview_stop_the_import_and_are_shown_anew(batch):
    Unit.objects.filter(code="D1").update(name="综合执法局")

    with pytest.raises(Stale):
        imports.apply(batch=batch, by=batch.uploaded_by)

    batch.refresh_from_db()
    assert (batch.state, batch.rows[0]["old"]) == ("previewed", {"name": "综合执法局"})
    assert not Unit.objects.filter(code="D2").exists()
    imports.apply(batch=batch, by=batch.uploaded_by)
    assert Unit.objects.get(code="D1").name == "城市管理局"


def test_refused_rows_stop_the_import_unless_the_rest_is_chosen(city):
    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["D1", "城管局", "department", "municipal", "3706"],
        ["D2", "", "department", "municipal", "3706"],
    )

    with pytest.raises(NotApplicable):
        imports.apply(batch=batch, by=batch.uploaded_by)
    assert Unit.objects.filter(code="D1").count() == 0

    imports.apply(batch=batch, by=batch.uploaded_by, only_good=True)
    assert Unit.objects.filter(code="D1").count() == 1


def test_a_failure_while_writing_leaves_nothing_behind(batch):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE civic_contact RENAME TO civic_contact_away")
    try:
        with pytest.raises(Exception, match="civic_contact"):
            imports.apply(batch=batch, by=batch.uploaded_by)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE civic_contact_away RENAME TO civic_contact")

    batch = ImportBatch.objects.get(pk=batch.pk)
    assert batch.state == "previewed"
    assert list(Unit.objects.filter(code__in=["D1", "D2"]).values_list("name", flat=True)) == [
        "城管局"
    ]


# Scope ------------------------------------------------------------------------------------------


def test_rows_of_other_units_and_regions_cannot_be_written(city):
    mine = make.unit("本单位", code="M", region=make.region("甲区", parent=city, code="A"))
    make.unit("别的单位", code="F", region=make.region("乙区", parent=city, code="B"))
    person = make.user("unit_liaison", unit=mine)

    batch = preview(
        "civic.unit",
        UNIT_HEAD,
        ["M", "本单位新名", "department", "municipal", "A"],
        ["F", "改掉别人", "department", "municipal", "A"],
        ["N", "新单位", "department", "municipal", "B"],
        by=person,
    )

    assert verdicts(batch)[1:] == [REFUSED, REFUSED]
    assert "别的单位" not in str(batch.rows)
    assert "乙区" not in str(batch.rows)


# Pages ------------------------------------------------------------------------------------------


def upload(client, data, name="单位.xlsx", url="/admin/civic/unit/import/"):
    return client.post(url, {"file": SimpleUploadedFile(name, data)})


def test_a_clerk_uploads_looks_and_imports(client, city):
    client.force_login(make.user("office_staff"))
    data = sheet(
        UNIT_HEAD,
        ["D1", "城管局", "department", "municipal", "3706"],
        ["D2", "<b>坏</b>", "局", "municipal", "3706"],
    )

    seen = client.get(upload(client, data)["Location"])
    batch = ImportBatch.objects.get()
    url = f"/admin/civic/unit/import/{batch.pk}/"
    refused = client.post(url)
    done = client.post(url, {"only_good": "1"})
    after = client.get(done["Location"])
    again = client.post(url, {"only_good": "1"})

    page = seen.content.decode()
    assert "城管局" in page
    assert "&lt;b&gt;坏" in page
    assert "<b>坏" not in page
    assert (refused.status_code, done.status_code, after.status_code) == (409, 302, 200)
    assert again.status_code == 409
    assert list(Unit.objects.filter(code__startswith="D").values_list("name", flat=True)) == [
        "城管局"
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.xlsx"), (b"PK\x03\x04", "a.xlsx"), (b"<html>", "a.xlsx"), (b"a,b\n", "a.csv")],
)
def test_a_file_that_is_none_is_refused_on_the_same_page(client, data, name):
    client.force_login(make.user("office_staff"))

    response = upload(client, data, name)

    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_batch_belongs_to_who_uploaded_it(client, batch):
    url = f"/admin/civic/unit/import/{batch.pk}/"

    client.force_login(make.user("office_staff"))
    colleague = [client.get(url).status_code, client.post(url).status_code]
    listed = client.get("/admin/civic/importbatch/").content.decode()
    client.force_login(make.user("unit_liaison"))
    liaison = [client.get(url).status_code, client.post(url).status_code]
    client.force_login(batch.uploaded_by)
    wrong_list = client.get(f"/admin/civic/region/import/{batch.pk}/").status_code
    own = client.get("/admin/civic/importbatch/").content.decode()

    assert (colleague, liaison, wrong_list) == ([404, 404], [403, 403], 404)
    assert batch.file_name not in listed
    assert batch.file_name in own
    assert client.get(f"/admin/civic/importbatch/{batch.pk}/change/")["Location"] == url
    assert not Unit.objects.filter(code="D2").exists()


@pytest.mark.parametrize("path", ["import/", "import/template/", "import/1/"])
def test_who_may_not_import_finds_no_door(client, path):
    person = make.user("office_chief")
    client.force_login(person)

    page = client.get("/admin/civic/unit/").content.decode()
    got = client.get(f"/admin/civic/unit/{path}").status_code
    sent = client.post(f"/admin/civic/unit/{path}").status_code

    assert "import/" not in page
    assert (got, sent) == (403, 403)


@pytest.mark.parametrize("query", ["page=99", "page=x", "verdict=odd", "verdict=new&page=-1"])
def test_odd_addresses_of_the_preview_do_no_harm(client, batch, query):
    client.force_login(batch.uploaded_by)

    assert client.get(f"/admin/civic/unit/import/{batch.pk}/?{query}").status_code == 200
    assert client.get("/admin/civic/unit/import/99999999999999999999/").status_code == 404


# Round trip -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("model", ["region", "unit", "holiday"])
def test_what_was_exported_comes_in_again_and_changes_nothing(client, city, model, form):
    person = make.user("office_staff")
    county = make.region("甲区", parent=city, code="00A", population=12)
    unit = make.unit("=城管局", code="007", short_name="-管", rank_group="一组", region=county)
    Contact.objects.create(unit=unit, kind="leader", name="示例甲", phone="0535-1", is_primary=True)
    make.unit("停用", is_active=False, region=city)
    client.force_login(person)
    out = b"".join(client.get(f"/admin/civic/{model}/export/{form}/").streaming_content)

    batch = imports.preview(target=f"civic.{model}", data=out, name=f"a.{form}", by=person)

    assert set(verdicts(batch)) == {SAME}
    assert batch.counts["unknown"] == []
    assert len(batch.rows) == {"region": 2, "unit": 3, "holiday": Holiday.objects.count()}[model]


# Size -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
def test_looking_and_writing_cost_the_same_queries_for_one_row_and_thirty(
    city, count, django_assert_num_queries
):
    person = make.user("office_staff")
    assert person.scope
    rows = [
        [f"D{n}", f"单位{n}", "department", "municipal", "3706", f"示例{n}", "1"]
        for n in range(count)
    ]

    with django_assert_num_queries(4):
        batch = preview("civic.unit", PEOPLE_HEAD, *rows, by=person)
    with django_assert_num_queries(15 + CHAIN_LOCK):
        imports.apply(batch=batch, by=person)

    assert Contact.objects.count() == count


def test_ten_thousand_rows_are_imported_in_one_go(city):
    person = make.user("office_staff")
    lines = ["code,name,kind,tier,region,liaison_name"]
    lines += [f"D{n:05d},单位{n},department,municipal,3706,示例{n}" for n in range(10_000)]
    data = "\n".join(lines).encode()

    batch = imports.preview(target="civic.unit", data=data, name="a.csv", by=person)
    imports.apply(batch=batch, by=person)

    assert Unit.objects.filter(code__startswith="D").count() == 10_000
    assert Contact.objects.filter(is_primary=True).count() == 10_000
    assert sheets.read(data, "a.csv").rows[-1].number == 10_001
