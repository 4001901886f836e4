"""Figures: the registry, values from rows, points over time, the back office and the command."""

import json
import logging
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Avg, Case, Count, Max, Sum, When
from django.db.models.functions import ExtractDay
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from civic import figures, inquiries, overtime, plots, roles
from civic.admin import figureexports
from civic.admin import figures as figure_pages
from civic.audit import AuditEvent
from civic.declared import DeclaredFigure
from civic.exports import Column
from civic.figures import Figure, FigureFailed, Kind, Params, Period, UnknownFigure
from civic.jobs import Job, JobRefused
from civic.units import Region, Unit
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.models import Release
from releases.reach import MediaTopic, TopicMetric
from tests import make

pytestmark = pytest.mark.django_db


def figure(name="test_units", **extra):
    fields = {
        "name": name,
        "label": "示例数据",
        "definition": "示例口径",
        "unit": "个",
        "kind": Kind.COUNT,
        "rows": lambda params: Unit.objects.all(),
    }
    return Figure(**{**fields, **extra})


def broken(params):
    return Release.objects.filter(title__lt=Max("no_such_column"))


@pytest.fixture
def registered(monkeypatch):
    """Figures for one test only."""

    def register(*made):
        for one in made:
            monkeypatch.setitem(figures.REGISTRY, one.name, one)
        return made[0]

    return register


def at(year, month, day=15, hour=12):
    return datetime(year, month, day, hour, tzinfo=timezone.get_current_timezone())


def signed_in(*roles, **extra):
    client = Client()
    client.force_login(make.user(*roles, **extra), backend="civic.signin.RoleBackend")
    return client


# Periods and params


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("", None, None),
        ("2020-01-01/2020-11-20", date(2020, 1, 1), date(2020, 11, 20)),
        ("2020-01-01/", date(2020, 1, 1), None),
        ("/2020-11-20", None, date(2020, 11, 20)),
        ("2020-02-29/2020-02-29", date(2020, 2, 29), date(2020, 2, 29)),
    ],
)
def test_a_period_is_read_from_its_code_and_written_back(code, first, last):
    period = Period.parse(code)

    assert (period.first, period.last, period.code) == (first, last, code)


@pytest.mark.parametrize(
    "code",
    [
        "2020-11-20/2020-01-01",
        "2020",
        "2020-02-30/2020-03-01",
        "2020-1-1/2020-2-1",
        "２０２０-01-01/2020-02-01",
        "1899-12-31/2020-01-01",
        "0001-01-01/",
        "/9999-12-31",
        "2020-01-01/2020-02-01/2020-03-01",
        "<zqx>/",
        "甲" * 500,
    ],
)
def test_a_period_turned_round_or_nonsense_is_refused_in_words(code):
    with pytest.raises(ValidationError) as refusal:
        Period.parse(code)

    assert refusal.value.messages[0].endswith("。")


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("", "全部时间"),
        ("2020-01-01/2020-12-31", "2020年"),
        ("2019-01-01/2020-12-31", "2019年至2020年"),
        ("2020-01-01/2020-11-20", "2020-01-01至2020-11-20"),
        ("2020-01-01/2020-01-01", "2020-01-01"),
        ("/2020-11-20", "截至2020-11-20"),
        ("2020-01-01/", "2020-01-01以来"),
    ],
)
def test_a_period_says_what_it_spans(code, label):
    assert Period.parse(code).label == label


def test_a_day_of_moments_runs_from_midnight_to_midnight_here():
    make.live_release("前一天最后一刻", at=at(2020, 11, 19, 23))
    inside = make.live_release("当天", at=at(2020, 11, 20, 0))
    make.live_release("后一天", at=at(2020, 11, 21, 0))

    found = Release.objects.filter(
        Period.parse("2020-11-20/2020-11-20").within_moments("publish_at")
    )

    assert list(found) == [inside]


@pytest.mark.parametrize(
    "params",
    [
        Params(),
        Params.of("2020-01-01/2020-11-20", "", "rmh"),
        Params.of("", "R001", ""),
        Params.of("/2020-11-20", "R001", "own"),
    ],
)
def test_params_are_read_from_their_code(params):
    assert Params.parse(params.code) == params


@pytest.mark.parametrize("code", ["||||", "|a b|", "||<zqx>", f"||{'x' * 61}", "turned|round"])
def test_a_code_that_is_none_is_refused(code):
    with pytest.raises(ValidationError):
        Params.parse(code)


# Registry


def test_two_figures_of_one_name_are_a_mistake_of_the_programme(registered):
    first = registered(figure())

    figures.register(first)
    with pytest.raises(ImproperlyConfigured):
        figures.register(figure())
    with pytest.raises(ImproperlyConfigured):
        figure("No Name")


def test_a_figure_that_was_removed_is_said_to_be_unknown():
    with pytest.raises(UnknownFigure) as unknown:
        figures.get("gone")

    assert str(unknown.value) == "已经没有名为“gone”的数据。"


def test_every_registered_figure_has_a_definition_and_can_be_computed():
    found = inquiries.answers(figures.every())

    assert [one.figure.name for one in found if one.failure] == []
    assert [one.figure.name for one in found if not str(one.figure.definition)] == []
    assert {"releases_published", "conferences_held", "questions_answered"} <= {
        one.figure.name for one in found
    }
    for one in found:
        assert isinstance(overtime.series(one.figure), list)


# Values


def test_a_value_is_the_aggregate_of_the_rows_behind_it():
    make.region("甲", population=100)
    make.region("乙", population=50)
    make.region("丙", population=None)
    rows = Region.objects.all

    def value(kind, measure):
        return figures.value(figure(kind=kind, measure=measure, rows=lambda params: rows()))

    half = Avg(Case(When(population__gt=60, then=100.0), default=0.0))
    assert figures.value(figure(rows=lambda params: rows())).number == 3
    assert value(Kind.SUM, Sum("population")).number == 150
    assert value(Kind.MAXIMUM, Max("population")).number == 100
    rate = value(Kind.RATE, half)
    assert (rate.number.quantize(Decimal("0.01")), rate.n) == (Decimal("33.33"), 3)


def test_nothing_counts_as_zero_but_has_no_maximum_and_no_rate():
    def value(kind, measure):
        none = Region.objects.none
        return figures.value(figure(kind=kind, measure=measure, rows=lambda params: none())).number

    assert value(Kind.SUM, Sum("population")) == 0
    assert value(Kind.MAXIMUM, Max("population")) is None
    assert value(Kind.RATE, Avg("population")) is None


def test_a_figure_is_narrowed_only_by_what_it_takes():
    whole = figure(accepts=frozenset({figures.PERIOD}))

    with pytest.raises(ValidationError):
        figures.value(whole, Params(group="rmh"))
    figures.value(whole, Params(Period.parse("2020-01-01/")))


def test_a_figure_whose_query_fails_fails_alone_and_is_logged(registered, caplog):
    make.unit()
    registered(figure(), figure("test_broken", rows=broken))
    asked = [("test_units", Params()), ("test_broken", Params()), ("test_gone", Params())]

    with caplog.at_level(logging.ERROR):
        found = figures.values(asked)

    assert found["test_units", Params()].number == 1
    assert str(found["test_broken", Params()]) == "数据“test_broken”暂时算不出来。"
    assert isinstance(found["test_gone", Params()], UnknownFigure)
    assert [record.message for record in caplog.records] == ["figure test_broken failed"]
    with pytest.raises(FigureFailed):
        figures.value(figures.get("test_broken"))
    assert Unit.objects.count() == 1  # the transaction is whole


@pytest.mark.parametrize("count", [1, 30])
def test_each_distinct_figure_and_params_costs_one_query(count, django_assert_num_queries):
    year = Params(Period.parse("2020-01-01/2020-12-31"))
    pairs = [("releases_published", Params()), ("releases_published", year)] * count
    for number in range(count):
        make.live_release(f"稿件{number}")

    with django_assert_num_queries(4):  # two values between a savepoint and its release
        found = figures.values(pairs)

    assert {value.number for value in found.values()} == {count, 0}


# Over time


def test_points_are_the_months_of_the_period_in_one_query(django_assert_num_queries):
    make.live_release("一月", at=at(2020, 1))
    make.live_release("三月", at=at(2020, 3))
    make.live_release("三月底", at=at(2020, 3, 31, 23))
    make.live_release("期外", at=at(2020, 6))
    params = Params(Period.parse("2020-01-10/2020-04-20"))

    with django_assert_num_queries(3):
        points = overtime.series(figures.get("releases_published"), params)

    assert [(point.label, point.number) for point in points] == [
        ("2020-01", 1),
        ("2020-02", 0),
        ("2020-03", 2),
        ("2020-04", 0),
    ]
    assert points[0].period.code == "2020-01-10/2020-01-31"
    assert points[-1].period.code == "2020-04-01/2020-04-20"


@pytest.mark.parametrize("code", ["", "2020-01-10/2020-04-20", "2001-01-01/2001-12-31"])
def test_the_months_make_the_same_value_as_the_rows(registered, code):
    ours = make.unit()
    for month in (1, 3, 4):
        make.live_release(f"稿{month}", at=at(2020, month), unit=ours)
    params = Params(Period.parse(code))
    measures = {
        Kind.COUNT: Count("pk"),
        Kind.SUM: Sum("day_number"),
        Kind.MAXIMUM: Max("day_number"),
        Kind.RATE: Avg("day_number"),
    }
    real = figures.get("releases_published")

    def rows(params):
        number = ExtractDay("publish_at")
        return real.rows(params).annotate(day_number=number)

    for kind, measure in measures.items():
        one = replace(real, kind=kind, measure=measure, rows=rows)
        value, points = overtime.told(one, params)
        whole = figures.value(one, params)
        assert (value.number, value.n, value.unit) == (whole.number, whole.n, whole.unit)
        assert points == overtime.series(one, params)


def test_value_and_points_come_from_one_look_at_the_rows(django_assert_num_queries):
    make.live_release("一月", at=at(2020, 1))

    with django_assert_num_queries(3):  # between a savepoint and its release
        value, points = overtime.told(figures.get("releases_published"))

    assert value.number == sum(point.number for point in points) == 1


def test_long_periods_are_folded_into_quarters_and_years():
    for year in (2018, 2019, 2020):
        for month in (1, 2, 7):
            make.live_release(f"{year}-{month}", at=at(year, month))

    def labels(code):
        found = overtime.series(figures.get("releases_published"), Params(Period.parse(code)))
        return [(point.label, int(point.number)) for point in found]

    assert labels("2019-01-01/2020-12-31")[:3] == [
        ("2019-01至2019-03", 2),
        ("2019-04至2019-06", 0),
        ("2019-07至2019-09", 1),
    ]
    assert labels("2017-01-01/2020-12-31") == [
        ("2017", 0),
        ("2018", 3),
        ("2019", 3),
        ("2020", 3),
    ]
    assert len(labels("1900-01-01/2199-12-31")) <= 12
    assert sum(number for _, number in labels("")) == 9


def test_months_are_folded_by_the_kind_of_figure():
    january, february = date(2020, 1, 1), date(2020, 2, 1)
    found = [plots.Found(january, Decimal(10), 1), plots.Found(february, Decimal(40), 3)]
    period = Period(date(2018, 1, 1), date(2020, 12, 31))

    def last(how):
        return plots.points(found, period, date(2020, 12, 31), 3, how)[-1].number

    assert last("sum") == 50
    assert last("maximum") == 40
    assert last("mean") == Decimal("32.5")


def test_bars_fill_the_drawing_and_small_ones_stay_visible():
    def point(number):
        return plots.Point(Period(), None if number is None else Decimal(number))

    plot = plots.drawn([point(0), point(1), point(4000), point(None)])

    assert [bar.height for bar in plot.bars] == [1, 3, plots.HEIGHT, 1]
    assert plots.drawn([]).has_anything is False


# Figures of texts


def test_releases_are_counted_as_readers_see_them_by_channel_and_day():
    above = make.channel("要闻", slug="news")
    below = make.channel("时政", slug="politics", parent=above)
    other = make.channel("公示", slug="notices")
    make.live_release("甲", channel=above, at=at(2020, 1))
    live = make.live_release("乙", channel=below, at=at(2020, 2))
    make.live_release("丙", channel=other, at=at(2020, 2))
    make.release("草稿", channel=above)
    make.live_release("更正稿", channel=above, at=at(2020, 2), corrects=live)
    make.live_release("明天", channel=above, at=timezone.now() + timedelta(days=1))

    def count(code="", group=""):
        return figures.value(figures.get("releases_published"), Params.of(code, "", group)).number

    assert (count(), count("2020-02-01/2020-02-29"), count("", "news")) == (3, 2, 2)
    assert (count("", "politics"), count("", "gone")) == (1, 0)


def test_conferences_and_questions_are_counted_by_the_day_held():
    held = make.conference("发布会", at=at(2020, 12), held_at=at(2020, 11, 20))
    make.question(held, "答了？", ("示例甲", "主任", "<p>答。</p>"))
    make.question(held, "没答？")
    make.release("没发布的", kind=Release.Kind.CONFERENCE, held_at=at(2020, 11, 20))
    november = Params(Period.parse("2020-11-20/2020-11-20"))
    december = Params(Period.parse("2020-12-01/2020-12-31"))

    found = {
        name: [figures.value(figures.get(name), params).number for params in (november, december)]
        for name in ("conferences_held", "questions_answered")
    }

    assert found == {"conferences_held": [1, 0], "questions_answered": [1, 0]}


def test_the_share_of_questions_answered_is_a_rate_with_its_number_of_questions():
    held = make.conference("发布会", at=at(2020, 12), held_at=at(2020, 11, 20))
    other = make.conference("又一场", at=at(2020, 12), held_at=at(2020, 12, 1))
    draft = make.release("没发布的", kind=Release.Kind.CONFERENCE, held_at=at(2020, 11, 20))
    answer = ("示例甲", "主任", "<p>答。</p>")
    make.question(held, "两人都答？", answer, ("示例乙", "副主任", "<p>补充。</p>"))
    make.question(held, "也答了？", answer)
    make.question(held, "没答？")
    make.question(draft, "没人看见？")
    make.question(other, "别的一天？", answer)
    share = figures.get("questions_answered_share")
    november = Params(Period.parse("2020-11-20/2020-11-20"))

    value = figures.value(share, november)
    answer_of = inquiries.answer(share, Params(Period.parse("2020-11-01/2020-12-31")))
    nothing = figures.value(share, Params(Period.parse("2001-01-01/2001-12-31")))

    assert (share.kind, share.is_public) == (Kind.RATE, True)
    assert (inquiries.said(share, value), value.n) == ("66.7%", 3)
    assert (answer_of.said, answer_of.value.n, answer_of.tells_rows) == ("75%", 4, True)
    assert [round(point.number) for point in answer_of.points] == [67, 100]
    assert (nothing.number, nothing.n) == (None, 0)


def test_the_questions_behind_the_share_say_whether_they_were_answered():
    held = make.conference("发布会")
    make.question(held, "答了？", ("示例甲", "主任", "<p>答。</p>"))
    make.question(held, "没答？")
    client = signed_in("office_staff")

    page = client.get("/admin/figures/questions_answered_share/")

    rows = {line.shown[0]: line.shown[-1] for line in page.context["behind"].lines}
    assert rows == {"答了？": "是", "没答？": "否"}


def test_a_period_that_is_over_ends_yesterday_at_the_latest():
    today = date(2020, 11, 20)

    def over(code):
        return Period.parse(code).over(today).code

    assert over("") == "/2020-11-19"
    assert over("2020-01-01/") == "2020-01-01/2020-11-19"
    assert over("2020-01-01/2020-12-31") == "2020-01-01/2020-11-19"
    assert over("2020-01-01/2020-06-30") == "2020-01-01/2020-06-30"
    with pytest.raises(ValidationError):
        over("2020-11-20/")


def test_a_public_list_is_named_only_where_it_holds_the_same_rows():
    released = figures.get("releases_published").listed_at
    held = figures.get("conferences_held").listed_at

    assert released(Params()) == "/releases/"
    assert released(Params.of("2020-01-01/2020-12-31", "", "news")) == (
        "/releases/?channel=news&year=2020"
    )
    assert released(Params.of("2020-01-01/2020-11-20")) == ""
    assert released(Params.of("/2020-11-20")) == ""
    assert (held(Params()), held(Params(group="news"))) == ("/conferences/", "")


# The back office


ROLES = ["editor", "reviewer_1", "inspector", "unit_liaison", "office_staff", "office_chief"]


@pytest.mark.parametrize("role", [*ROLES, "system_admin", "security_admin", "audit_admin"])
def test_every_role_sees_the_figures_of_the_office(role):
    make.live_release("示例稿件")
    client = signed_in(role)

    listed = client.get("/admin/figures/").content.decode()
    page = client.get("/admin/figures/releases_published/")

    assert "已发布稿件" in listed
    assert page.status_code == 200
    assert page.context["answer"].said == "1篇"


def test_visitors_and_people_without_the_back_office_are_sent_to_sign_in(client):
    plain = signed_in(is_staff=False)

    for who in (client, plain):
        for path in ("", "releases_published/", "releases_published/csv/"):
            answer = who.get(f"/admin/figures/{path}")
            assert answer.status_code == 302
            assert "/admin/login/" in answer["Location"]


def test_the_office_value_is_shown_and_the_rows_of_the_own_scope_with_a_note():
    mine, other = make.unit("示例甲局"), make.unit("示例乙局")
    own = make.live_release("本单位的", unit=mine)
    make.live_release("外单位机密", unit=other)

    page = signed_in("unit_liaison", unit=mine).get("/admin/figures/releases_published/")

    text = page.content.decode()
    assert page.context["answer"].value.number == 2
    assert "外单位机密" not in text
    assert f'<a href="{own.get_admin_url()}">本单位的</a>' in text
    assert "来自2条记录；其中您可以查看的有1条" in text


def test_who_may_not_see_such_rows_sees_the_number_without_them():
    make.live_release("机密稿件")

    page = signed_in("inspector").get("/admin/figures/releases_published/")

    text = page.content.decode()
    assert page.context["answer"].value.number == 1
    assert "机密稿件" not in text
    assert "您的角色不能查看这项数据背后的记录" in text


def test_questions_lead_to_the_page_of_their_conference():
    held = make.conference("示例发布会")
    make.question(held, "这是问题？", ("示例甲", "主任", "<p>答。</p>"))

    text = signed_in("editor").get("/admin/figures/questions_answered/").content.decode()

    assert f'<a href="{held.get_admin_url()}">这是问题？</a>' in text


def test_the_list_is_narrowed_by_words_and_period():
    make.live_release("旧", at=at(2020, 2))
    client = signed_in("editor")

    page = client.get("/admin/figures/?q=已发布稿件&first=2020-01-01&last=2020-12-31")

    assert [
        (one.figure.name, one.said, one.params.period.label) for one in page.context["answers"]
    ] == [("releases_published", "1篇", "2020年")]
    assert "没有符合的数据" in client.get("/admin/figures/?q=没有这个").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "first=2020-11-20&last=2020-01-01",
        "first=x",
        "period=2020-11-20/2020-01-01",
        "group=%3Czqx%3E",
    ],
)
def test_bad_params_are_answered_in_words_on_the_page(query):
    client = signed_in("editor")
    make.channel()

    page = client.get(f"/admin/figures/releases_published/?{query}")

    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    assert page.context["answer"] is None
    assert "<zqx>" not in page.content.decode()
    assert client.get(f"/admin/figures/releases_published/csv/?{query}").status_code == 302


def test_a_failing_figure_says_so_and_the_others_are_shown(registered, caplog):
    registered(figure("test_broken", label="坏掉的", rows=broken))
    client = signed_in("office_staff")

    listed, page = client.get("/admin/figures/"), client.get("/admin/figures/test_broken/")

    assert (listed.status_code, page.status_code) == (200, 200)
    assert "暂时算不出来" in listed.content.decode()
    assert "已发布稿件" in listed.content.decode()
    assert "故障已记录" in page.content.decode()
    assert client.get("/admin/figures/test_broken/csv/").status_code == 302
    assert client.get("/admin/figures/gone/").status_code == 404


def test_rows_are_exported_in_scope_and_recorded():
    mine, other = make.unit("示例甲局"), make.unit("示例乙局")
    make.live_release("=1+1", unit=mine, at=at(2020, 2))
    make.live_release("外单位", unit=other, at=at(2020, 3))
    make.live_release("期外", unit=mine, at=at(2021, 3))
    staff = signed_in("office_staff")
    query = "?period=2020-01-01/2020-12-31"

    lines = b"".join(staff.get(f"/admin/figures/releases_published/csv/{query}").streaming_content)
    sheet = staff.get(f"/admin/figures/releases_published/xlsx/{query}")

    rows = lines.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ['"外单位"', '"\'=1+1"']
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    event = AuditEvent.objects.filter(act="export.figure").order_by("number").first()
    assert (event.detail["figure"], event.detail["rows"]) == ("releases_published", 2)
    assert event.detail["filters"] == ["2020年"]


@pytest.mark.parametrize("role", ["unit_liaison", "inspector", "system_admin"])
def test_without_the_right_to_export_nothing_leaves(role):
    make.live_release("机密")
    client = signed_in(role)

    answer = client.get("/admin/figures/releases_published/csv/")

    assert answer.status_code == 403
    assert "releases_published/csv/" not in (
        client.get("/admin/figures/releases_published/").content.decode()
    )
    assert not AuditEvent.objects.filter(act="export.figure").exists()


def test_a_long_export_is_prepared_as_a_job(settings, django_capture_on_commit_callbacks):
    settings.EXPORT_JOB_ROWS = 2
    for number in range(3):
        make.live_release(f"稿件{number}")
    client = signed_in("office_staff")
    path = "/admin/figures/releases_published/xlsx/"

    said = client.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(path)

    job = Job.objects.get()
    assert "准备文件" in said
    assert answer["Location"] == job.get_admin_url()
    assert (job.state, job.done, job.error) == (Job.State.DONE, 3, "")
    assert job.result_name.startswith("已发布稿件_")


@pytest.mark.parametrize("count", [1, 30])
def test_a_figure_page_costs_the_same_queries(count, django_assert_num_queries):
    client = signed_in("office_staff")
    for number in range(count):
        make.live_release(f"稿件{number}", channel=make.channel())
    client.get("/admin/figures/releases_published/")

    with django_assert_num_queries(12):
        client.get("/admin/figures/releases_published/")


@pytest.mark.parametrize("count", [1, 60])
def test_rows_come_page_by_page(count):
    for number in range(count):
        make.live_release(f"稿件{number}")
    client = signed_in("office_staff")

    page = client.get("/admin/figures/releases_published/?period=2020-01-01/&page=2")

    assert len(page.context["behind"].lines) == (1 if count == 1 else 10)
    assert ("period=2020-01-01/&amp;page=1" in page.content.decode()) is (count == 60)


def test_of_very_many_rows_the_first_are_on_pages_and_all_are_exported(monkeypatch):
    monkeypatch.setattr(figure_pages, "LISTED", 100)
    for number in range(130):
        make.live_release(f"稿件{number}")
    client = signed_in("office_staff")
    path = "/admin/figures/releases_published/"
    note = (
        "The first %(listed)s are listed here. Narrow the number to see others, or export all of"
        " them."
    )

    last = client.get(f"{path}?page=1500")
    lines = b"".join(client.get(f"{path}csv/").streaming_content).decode().splitlines()

    behind = last.context["behind"]
    assert (behind.count, behind.page.number, len(behind.lines)) == (130, 2, 50)
    assert gettext(note) % {"listed": 100} in last.text
    assert len(lines) == 131


def test_a_page_number_that_is_none_is_the_first():
    make.live_release("稿件")
    client = signed_in("office_staff")

    for number in ("x", "-1", "1e9", "9" * 40):
        assert client.get(f"/admin/figures/releases_published/?page={number}").status_code == 200


# Who may see what is not public


SEES_DECLARED = {
    *("editor", "reviewer_1", "reviewer_2", "reviewer_3"),
    *("unit_liaison", "office_staff", "office_chief"),
}
SEES_LOST_TITLES = SEES_DECLARED - {"unit_liaison"}


@pytest.fixture
def secret():
    """A declared figure of the office alone, and a city that lost its title."""
    DeclaredFigure.objects.create(
        name="secret",
        label="内部示例数",
        unit="人",
        number=31337,
        as_of=date(2020, 11, 1),
        source_title="机密示例文件",
        source_url="https://example.com/secret",
    )
    of = {"name": "示例称号", "slug": "lost", "level": "national", "awarded_by": "示例委员会"}
    edition = HonorEdition.objects.create(title=HonorTitle.objects.create(**of), number=6)
    HonorAward.objects.create(
        edition=edition, city="示例失冠市", status="revoked", status_on=date(2020, 11, 1)
    )


@pytest.mark.parametrize("role", sorted(roles.BY_NAME))
@pytest.mark.parametrize(
    ("name", "right"),
    [("declared-secret", SEES_DECLARED), ("titles_lost", SEES_LOST_TITLES)],
)
def test_list_page_export_and_picker_follow_one_rule(secret, role, name, right):
    client = signed_in(role)
    page = f"/admin/figures/{name}/"

    listed = [one.figure.name for one in client.get("/admin/figures/").context["answers"]]
    answers = [client.get(page), client.get(f"{page}csv/")]

    text = "".join(answer.text for answer in answers if not answer.streaming)
    assert (name in listed) is (role in right)
    assert [answer.status_code == 404 for answer in answers] == [role not in right] * 2
    if role not in right:
        assert [word for word in ("31337", "机密示例文件", "示例失冠市") if word in text] == []
    picked = client.get("/admin/figures/picker/", {"figure": name}).status_code
    may_cite = "releases.change_release" in roles.BY_NAME[role].codenames()
    assert picked == (403 if not may_cite else 200 if role in right else 400)


def test_every_figure_that_is_not_public_names_the_right_it_is_seen_with():
    own = [figure for figure in figures.every() if not figure.is_public]

    assert [figure.name for figure in own] == ["titles_lost"]
    assert [figure.name for figure in own if not figure.right] == []


def test_a_file_that_is_prepared_is_refused_to_who_lost_the_right(secret):
    person = make.user("office_staff")
    params = {"figure": "titles_lost", "form": "csv", "query": "", "language": "zh-hans"}
    job = Job.objects.create(kind="figure_export", started_by=person, params=params)
    person.groups.clear()

    with pytest.raises(JobRefused):
        figureexports.run(Job.objects.get(pk=job.pk))


@pytest.mark.parametrize("name", [*figures.REGISTRY])
def test_the_rows_of_every_figure_can_be_exported_by_the_office_staff(name):
    client = signed_in("office_staff")

    answer = client.get(f"/admin/figures/{name}/csv/")

    assert answer.status_code == 200
    assert AuditEvent.objects.get(act="export.figure").detail["figure"] == name


def test_rows_of_topics_come_out_and_lead_to_their_topic():
    topic = MediaTopic.objects.create(
        code="fan", name="示例范儿", platform="douyin", started_on=date(2020, 4, 1)
    )
    TopicMetric.objects.create(topic=topic, number=900, as_of=date(2020, 5, 1))
    client = signed_in("office_staff")
    page = "/admin/figures/media_topic_participation/"

    text = client.get(page).text
    lines = b"".join(client.get(f"{page}csv/").streaming_content).decode("utf-8-sig")

    assert f'<a href="{topic.get_admin_url()}">' in text
    assert f"{page}csv/" in text
    assert "示例范儿" in lines


# The command


def printed(*arguments):
    out = StringIO()
    call_command("figures", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_every_figure_with_its_wording_whole_and_by_group():
    news = make.channel("要闻", slug="news")
    make.channel("空的", slug="empty")
    make.live_release("甲", channel=news, at=at(2020, 2))
    make.live_release("期外", channel=news, at=at(2021, 2))

    lines = printed("--from", "2020-01-01", "--to", "2020-11-20").splitlines()

    assert "已发布稿件: 1篇  [releases_published]" in lines
    assert "  要闻: 1篇  [releases_published news]" in lines
    assert not [line for line in lines if "空的" in line]


def test_the_command_speaks_json():
    make.live_release("甲", at=at(2020, 2))

    rows = json.loads(printed("--from", "2020-01-01", "--format", "json"))

    found = next(row for row in rows if row["name"] == "releases_published")
    assert (found["number"], found["rows"], found["said"]) == ("1", 1, "1篇")
    assert (found["period"], found["group"]) == ("2020-01-01/", "")


def test_the_command_refuses_a_period_turned_round_and_names_what_failed(registered, caplog):
    registered(figure("test_broken", rows=broken))

    with pytest.raises(CommandError, match="起止日期颠倒了"):
        printed("--from", "2020-11-20", "--to", "2020-01-01")
    with pytest.raises(CommandError, match="test_broken"):
        printed()


def test_columns_of_a_figure_default_to_what_a_row_is_called(registered):
    unit = make.unit("示例甲局")
    registered(figure())
    registered(
        figure("test_named", columns=(Column("编码", "code"), Column("区域", "region__name")))
    )
    client = signed_in("office_staff")

    plain = client.get("/admin/figures/test_units/").content.decode()
    named = client.get("/admin/figures/test_named/").content.decode()

    url = f"/admin/civic/unit/{unit.pk}/change/"
    assert f'<a href="{url}">示例甲局</a>' in plain
    assert f'<a href="{url}">{unit.code}</a>' in named
    assert "<td>示例市</td>" in named
