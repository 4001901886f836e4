"""Declared figures: their source, their history, who may change them, and what citations get."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from civic import citations, figures, inquiries
from civic.audit import AuditEvent
from civic.citations import Citation
from civic.declared import DeclaredFigure
from civic.figures import Kind, Params, Period, UnknownFigure
from releases.models import Release
from tests import make
from tests.civic.cited import cite, scheduled, text_with

pytestmark = pytest.mark.django_db

LIST = "/admin/civic/declaredfigure/"
TYPED = {
    "name": "population",
    "label": "常住人口",
    "definition": "年末常住人口",
    "number": "4200000",
    "unit": "人",
    "qualifier": "余",
    "as_of": "2020-11-01",
    "source_title": "示例统计公报",
    "source_url": "https://stats.example.cn/2020",
}


def declared(name="population", **extra):
    fields = {**TYPED, "number": 4_200_000, "as_of": date(2020, 11, 1), "name": name}
    return DeclaredFigure.objects.create(**{**fields, **extra})


def signed_in(*roles, **extra):
    client = Client()
    client.force_login(make.user(*roles, **extra), backend="civic.signin.RoleBackend")
    return client


def test_it_is_a_figure_of_the_registry_with_its_own_day_and_source():
    row = declared()

    figure = figures.get("declared-population")
    value = figures.value(figure)

    assert (figure.kind, figure.qualifier, figure.source) == (Kind.DECLARED, "余", "示例统计公报")
    assert (value.number, value.n, value.as_of.date()) == (4_200_000, 1, date(2020, 11, 1))
    assert row.figure_name in [figure.name for figure in figures.every()]
    with pytest.raises(ValidationError):
        figures.value(figure, Params(Period(date(2020, 1, 1), None)))


def test_places_behind_the_point_are_kept_only_where_there_are_some():
    declared("rate", number=Decimal("95.40"), unit="%")
    declared("count", number=Decimal("216"))

    found = figures.values([("declared-rate", Params()), ("declared-count", Params())])

    assert [str(value.number) for value in found.values()] == ["95.4", "216"]


@pytest.mark.parametrize(
    ("number", "qualifier", "said"),
    [
        (4_200_000, "", "420万人"),
        (4_234_567, "", "4234567人"),
        (216, "", "216人"),
        (130_000_000, "", "1.3亿人"),
        (1_000_000, "余", "100万余人"),
    ],
)
def test_it_is_said_in_the_scale_that_writes_it_short(number, qualifier, said):
    figure = declared(number=number, qualifier=qualifier).figure

    assert inquiries.answer(figure, Params()).said == said


def test_one_that_was_removed_is_unknown():
    declared().delete()

    with pytest.raises(UnknownFigure):
        figures.get("declared-population")


@pytest.mark.parametrize("count", [1, 30])
def test_all_names_are_looked_up_in_one_query(count, django_assert_num_queries):
    names = [declared(f"figure-{number}").figure_name for number in range(count)]

    with django_assert_num_queries(1):
        found = figures.resolve(names)

    assert sorted(found) == sorted(names)


def test_a_number_without_source_is_impossible():
    with pytest.raises(IntegrityError), transaction.atomic():
        declared(source_url="")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "No Name"),
        ("name", "a/b"),
        ("source_url", "javascript:alert(1)"),
        ("source_url", "ftp://example.cn/x"),
        ("source_url", ""),
        ("number", "viele"),
        ("as_of", "2020-02-30"),
    ],
)
def test_the_form_refuses_what_cannot_be_and_keeps_what_was_typed(name, value):
    client = signed_in("office_staff")

    answer = client.post(f"{LIST}add/", {**TYPED, name: value})

    assert answer.status_code == 200
    assert "示例统计公报" in answer.content.decode()
    assert not DeclaredFigure.objects.exists()


def test_staff_declare_and_change_a_number_and_it_is_recorded():
    client = signed_in("office_staff")

    client.post(f"{LIST}add/", TYPED)
    row = DeclaredFigure.objects.get()
    changed = {**TYPED, "number": "4300000", "based_on_version": row.version}
    client.post(f"{LIST}{row.pk}/change/", changed)

    row.refresh_from_db()
    assert (row.number, row.history.count()) == (4_300_000, 2)
    acts = AuditEvent.objects.filter(act__startswith="figure.").order_by("number")
    assert [(event.act, event.detail["number"]) for event in acts] == [
        ("figure.declare", "4200000"),
        ("figure.change", "4300000"),
    ]


def test_the_short_name_stays_once_it_is_given():
    row, client = declared(), signed_in("office_staff")

    client.post(
        f"{LIST}{row.pk}/change/", {**TYPED, "name": "other", "based_on_version": row.version}
    )

    row.refresh_from_db()
    assert row.name == "population"


def test_of_two_who_edit_at_once_the_second_is_told():
    row, client = declared(), signed_in("office_staff")
    form = {**TYPED, "based_on_version": row.version}
    client.post(f"{LIST}{row.pk}/change/", {**form, "number": "1"})

    answer = client.post(f"{LIST}{row.pk}/change/", {**form, "number": "2"})

    row.refresh_from_db()
    assert (answer.status_code, row.number) == (409, 1)


def test_the_source_may_be_a_file_that_only_staff_may_fetch():
    file = SimpleUploadedFile("公报.txt", "常住人口420万".encode())
    client = signed_in("office_staff")

    client.post(f"{LIST}add/", {**TYPED, "source_url": "", "source_file": file})
    row = DeclaredFigure.objects.get()
    path = f"{LIST}{row.pk}/source/"
    answer = client.get(path)

    assert b"".join(answer.streaming_content).decode() == "常住人口420万"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(path).status_code == 302
    assert signed_in("inspector").get(path).status_code == 403
    assert Client().get(f"/media/{row.source_file.name}").status_code == 404
    assert client.get(f"{LIST}{declared('other').pk}/source/").status_code == 404


def test_a_file_that_is_no_document_is_refused_at_its_field():
    file = SimpleUploadedFile("x.exe", b"MZ")

    answer = signed_in("office_staff").post(f"{LIST}add/", {**TYPED, "source_file": file})

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["source_file"]
    assert not DeclaredFigure.objects.exists()


def test_the_list_says_the_number_as_printed_and_leads_to_the_figure():
    declared(number=4_234_567, unit="人", qualifier="")

    page = signed_in("editor").get(LIST).content.decode()

    assert "4234567人" in page
    assert 'href="/admin/figures/declared-population/"' in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_queries(count, django_assert_num_queries):
    for number in range(count):
        declared(f"figure-{number}")
    client = signed_in("office_staff")
    client.get(LIST)

    with django_assert_num_queries(5):
        client.get(LIST)


# What cites it -----------------------------------------------------------------------------------


def states(release):
    return [row.state for row in Citation.objects.of(release)]


def test_what_cites_it_turns_red_and_green_again_as_it_is_saved(client):
    row = declared(number=216, unit="人", qualifier="")
    citing = make.release("引用的", body=text_with(cite("216人", row.figure_name)))
    other = make.release("别的", body=text_with(cite("216人", declared("other").figure_name)))
    found = [states(citing)]
    staff = signed_in("office_staff")
    form = {**TYPED, "unit": "人", "qualifier": ""}

    for number in ("217", "216"):
        row.refresh_from_db()
        sent = {**form, "number": number, "based_on_version": row.version}
        staff.post(f"{LIST}{row.pk}/change/", sent)
        found.append(states(citing))
        if number == "217":
            assert list(Release.objects.contradicted()) == [citing]
            assert "引用的" in signed_in("reviewer_3").get("/admin/").content.decode()

    assert found == [["ok"], ["differs"], ["ok"]]
    assert states(other) == ["ok"]


def test_what_cites_it_cites_nothing_when_it_is_deleted():
    row = declared(number=216)
    citing = make.release(body=text_with(cite("216人", row.figure_name)))
    citations.check(citing)

    row.delete()

    assert states(citing) == ["unknown"]


def test_a_scheduled_text_leaves_its_schedule_as_its_number_is_changed():
    row = declared(number=216, unit="人", qualifier="")
    text = scheduled(600, text_with(cite("216人", row.figure_name)))
    citations.check(text)

    row.number = 217
    row.save()

    text.refresh_from_db()
    assert (text.status, text.publish_at) == ("approved", None)
