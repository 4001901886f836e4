"""Working days: weekends, holidays, make-up days; the table, its seed and its page."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from civic import workdays
from civic.audit import AuditEvent
from civic.workdays import Holiday
from tests import make

pytestmark = pytest.mark.django_db


def test_the_official_calendar_is_there_from_the_first_migration():
    assert Holiday.objects.dates("day", "year").first().year == 2004
    assert Holiday.objects.get(day="2026-10-01").name == "国庆节"
    assert not Holiday.objects.filter(day__gt="2026-12-31").exists()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-26", True),  # Thursday
        ("2026-11-28", False),  # Saturday
        ("2026-02-17", False),  # Spring Festival
        ("2026-02-14", True),  # Saturday worked to make up
        ("2026-02-28", True),  # Saturday worked to make up
        ("2026-01-01", False),
        ("2027-01-01", True),  # not announced yet: by the week
        ("2024-02-29", True),
        ("1986-05-04", False),  # Sunday on which clocks went forward
        ("9999-12-31", True),
    ],
)
def test_a_day_is_worked_or_not(day, worked):
    assert workdays.is_workday(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-26", 0, "2026-11-26"),
        ("2026-11-26", 1, "2026-11-27"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-02-13", 1, "2026-02-14"),  # the make-up Saturday counts
        ("2026-02-14", 1, "2026-02-24"),  # over the whole Spring Festival
        ("2026-02-12", 10, "2026-03-04"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-12-31", 2, "2027-01-04"),  # the next year is by the week until announced
        ("2024-02-28", 1, "2024-02-29"),
        ("2024-02-29", 1, "2024-03-01"),
        ("2023-02-28", 1, "2023-03-01"),
    ],
)
def test_working_days_are_added(day, count, expected):
    assert workdays.add(date.fromisoformat(day), count) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2026-11-26", "2026-11-26", 0),
        ("2026-11-26", "2026-11-30", 2),
        ("2026-11-30", "2026-11-26", -2),
        ("2026-02-13", "2026-02-24", 2),
        ("2026-09-30", "2026-10-08", 1),
        ("2025-12-31", "2026-01-05", 2),
    ],
)
def test_working_days_between_two_days_are_counted(first, last, count):
    assert workdays.between(date.fromisoformat(first), date.fromisoformat(last)) == count


def test_adding_and_counting_agree_over_two_years():
    start = date(2025, 1, 1)

    for offset in range(0, 700, 13):
        day = start + timedelta(days=offset)
        for count in (1, 5, 23):
            assert workdays.between(day, workdays.add(day, count)) == count


def test_a_negative_count_is_no_question():
    with pytest.raises(ValueError, match="negative"):
        workdays.add(date(2026, 1, 1), -1)


def test_the_end_of_all_calendars_is_no_fault_of_the_table():
    assert workdays.add(date(9999, 12, 30), 1) == date(9999, 12, 31)
    with pytest.raises(OverflowError):
        workdays.add(date(9999, 12, 31), 1)


def test_seeding_fills_unknown_years_and_leaves_edited_ones():
    Holiday.objects.filter(day__year=2026).delete()
    Holiday.objects.filter(day__year=2025).exclude(day="2025-01-01").delete()
    Holiday.objects.filter(day="2025-01-01").update(name="改过")
    out = io.StringIO()

    call_command("seed_holidays", stdout=out)
    call_command("seed_holidays", stdout=out)

    assert list(Holiday.objects.filter(day__year=2025).values_list("name", flat=True)) == ["改过"]
    added = Holiday.objects.filter(day__year=2026).count()
    assert out.getvalue() == f"已补入 {added} 天。\n已补入 0 天。\n"
    assert added > 30


@pytest.mark.parametrize(
    ("today", "unknown"),
    [
        ("2026-10-31", []),
        ("2026-11-01", [2027]),
        ("2027-03-01", [2027]),
        ("2027-12-01", [2027, 2028]),
    ],
)
def test_years_that_are_not_known_yet_are_named(today, unknown):
    assert list(workdays.gaps(date.fromisoformat(today))) == unknown


# The page --------------------------------------------------------------------------------------


def test_the_page_warns_while_a_year_is_unknown(client):
    Holiday.objects.all().delete()
    year = date.today().year  # noqa: DTZ011
    client.force_login(make.user("office_staff"))

    before = client.get("/admin/civic/holiday/").content.decode()
    for at in (year, year + 1):
        for month, feast in enumerate(workdays.FEASTS, start=1):
            Holiday.objects.create(day=date(at, month, 1), name=feast)
    after = client.get("/admin/civic/holiday/").content.decode()

    assert "list-note" in before
    assert str(year) in before.split("list-note", 1)[1][:200]
    assert "list-note" not in after


def test_a_year_entered_in_part_is_not_known():
    today = date(2026, 11, 26)
    Holiday.objects.create(day=date(2027, 1, 1), name="元旦")
    Holiday.objects.create(day=date(2027, 2, 6), name="春节")
    Holiday.objects.create(day=date(2027, 9, 26), name="国庆节调休上班", is_workday=True)

    found = workdays.gaps(today)

    assert found == {2027: ["清明节", "劳动节", "端午节", "国庆节"]}


@pytest.mark.parametrize("year", range(2008, 2027))
def test_every_official_year_is_whole(year):
    assert workdays.gaps(date(year, 1, 1)) == {}


def test_the_page_names_what_is_missing_of_a_year(client):
    Holiday.objects.filter(name__contains="端午").delete()
    client.force_login(make.user("office_staff"))

    page = client.get("/admin/civic/holiday/").content.decode()

    assert "端午节" in page.split("list-note", 1)[1][:200]


@pytest.mark.parametrize(
    ("day", "worked", "odd"),
    [
        ("2030-01-02", True, True),  # a Wednesday
        ("2030-01-05", True, False),  # a Saturday
        ("2030-01-02", False, False),
        ("2030-01-05", False, True),
    ],
)
def test_a_row_that_changes_nothing_is_taken_and_called_so(client, day, worked, odd):
    client.force_login(make.user("office_staff"))
    data = {"day": day, "name": "示例", "is_workday": "on" if worked else ""}

    response = client.post("/admin/civic/holiday/add/", data, follow=True)

    warned = [one for one in response.context["messages"] if one.level_tag == "warning"]
    assert Holiday.objects.filter(day=day, is_workday=worked).exists()
    assert len(warned) == odd


def test_a_year_can_be_chosen_and_an_odd_one_does_no_harm(client):
    client.force_login(make.user("office_staff"))

    page = client.get("/admin/civic/holiday/?year=2026")

    assert {row.day.year for row in page.context["cl"].result_list} == {2026}
    for odd in ("0", "99999999999", "-1", "x", "%00"):
        assert client.get(f"/admin/civic/holiday/?year={odd}").status_code in (200, 302)


def test_who_changes_the_table_stands_in_the_log(client):
    person = make.user("office_staff", name="示例员")
    client.force_login(person)

    client.post("/admin/civic/holiday/add/", {"day": "2030-01-01", "name": "元旦"})
    row = Holiday.objects.get(day="2030-01-01")
    client.post(f"/admin/civic/holiday/{row.pk}/change/", {"day": "2030-01-01", "name": "元旦节"})
    client.post(f"/admin/civic/holiday/{row.pk}/delete/", {"post": "yes"})

    events = AuditEvent.objects.filter(act__startswith="holiday.").order_by("number")
    assert [(e.act, e.actor.split(" ")[0]) for e in events] == [
        ("holiday.add", "示例员"),
        ("holiday.change", "示例员"),
        ("holiday.delete", "示例员"),
    ]
    assert not Holiday.objects.filter(day="2030-01-01").exists()


def test_who_may_only_look_changes_nothing(client):
    client.force_login(make.user("office_chief"))
    row = Holiday.objects.get(day="2026-10-01")

    shown = client.get("/admin/civic/holiday/").status_code
    posts = [
        client.post("/admin/civic/holiday/add/", {"day": "2030-01-01", "name": "x"}).status_code,
        client.post(f"/admin/civic/holiday/{row.pk}/change/", {"name": "x"}).status_code,
        client.post(f"/admin/civic/holiday/{row.pk}/delete/", {"post": "yes"}).status_code,
    ]

    row.refresh_from_db()
    assert (shown, posts, row.name) == (200, [403, 403, 403], "国庆节")


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_queries(client, count, django_assert_num_queries):
    Holiday.objects.all().delete()
    client.force_login(make.user("office_staff"))
    for n in range(count):
        Holiday.objects.create(day=date(2026, 11, 1) + timedelta(days=n), name="假")
    client.get("/admin/civic/holiday/")

    with django_assert_num_queries(7):
        client.get("/admin/civic/holiday/")
