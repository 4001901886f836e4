"""The public pages of figures: value in words, period, plot with table, and what stays inside."""

import logging
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from civic import figures
from civic.declared import DeclaredFigure
from civic.figures import Figure, Kind
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db

PAGE = "/figures/releases_published/"


def at(year, month, day=15):
    return datetime(year, month, day, 12, tzinfo=timezone.get_current_timezone())


def declared(name="population", **extra):
    fields = {
        "name": name,
        "label": "常住人口",
        "unit": "人",
        "number": 4_200_000,
        "as_of": date(2020, 11, 1),
        "source_title": "示例统计公报",
        "source_url": "https://stats.example.cn/2020",
        "is_public": True,
    }
    return DeclaredFigure.objects.create(**{**fields, **extra})


@pytest.fixture
def broken(monkeypatch):
    """A public figure whose query fails."""
    made = Figure(
        name="test_broken",
        label="坏掉的数据",
        definition="示例口径",
        unit="个",
        kind=Kind.COUNT,
        rows=lambda params: Release.objects.filter(title__lt=Max("no_such_column")),
        is_public=True,
    )
    monkeypatch.setitem(figures.REGISTRY, made.name, made)
    return made


def text(answer):
    return answer.content.decode()


def test_the_list_shows_public_figures_with_wording_as_of_and_definition(client):
    make.live_release("甲")
    make.live_release("乙")
    declared()
    declared("inside", label="内部数据", is_public=False)

    page = text(client.get("/figures/"))

    assert re.search(r'href="/figures/releases_published/">已发布稿件</a></h2>\s*<p[^>]*>2篇', page)
    assert "本站现在能读到的新闻、通知和发布会" in page
    assert 'href="/figures/declared-population/">常住人口</a></h3>' in page
    assert "截至2020-11-01 · 示例统计公报" in page.replace("截至 ", "截至")
    assert "内部数据" not in page


def test_a_figure_says_value_definition_period_and_as_of(client):
    make.live_release("期内", at=at(2020, 2))
    make.live_release("期内二", at=at(2020, 11, 20))
    make.live_release("期外", at=at(2020, 12))

    answer = client.get(f"{PAGE}?period=2020-01-01/2020-11-20")

    page = text(answer)
    assert answer.status_code == 200
    assert '<p class="figure-value">2篇</p>' in page
    assert "2020-01-01至2020-11-20" in page
    assert 'name="first" value="2020-01-01"' in page
    assert 'name="last" value="2020-11-20"' in page
    assert "截至 2020-11-20" in page
    assert 'content="noindex, follow"' in page


def test_the_form_works_without_scripts(client):
    make.live_release("期内", at=at(2020, 2))
    make.live_release("期外", at=at(2021, 2))

    asked = client.get(PAGE, {"first": "2020-01-01", "last": "2020-12-31", "group": ""})

    assert asked.context["answer"].value.number == 1


def test_it_is_narrowed_to_a_group_that_is_named(client):
    news, other = make.channel("要闻", slug="news"), make.channel("公示", slug="notices")
    make.live_release("甲", channel=news)
    make.live_release("乙", channel=other)

    page = client.get(f"{PAGE}?group=news")

    assert page.context["answer"].value.number == 1
    assert '<option value="news" selected>要闻</option>' in text(page)
    assert "<span>要闻</span>" in text(page)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=2020-11-20&last=2020-01-01", "起止日期颠倒了"),
        ("period=2020-11-20/2020-01-01", "起止日期颠倒了"),
        ("first=2020-02-30", "不是日期"),
        ("first=9999-12-31", "1900年至2199年"),
        ("period=gibberish", "时段请写成"),
        ("group=nowhere", "没有这个分组"),
    ],
)
def test_a_bad_question_is_answered_400_in_the_page_with_what_was_typed(client, query, said):
    make.channel()

    answer = client.get(f"{PAGE}?{query}")

    assert answer.status_code == 400
    assert said in text(answer)
    assert 'class="figure-value"' not in text(answer)
    if "first=" in query:
        assert f'value="{query[6:16]}"' in text(answer)


@pytest.mark.parametrize(
    "value", ["<zqx>", '"><zqx onx=1>', "甲" * 500, "\u202e", "1e400", "' OR 1"]
)
def test_nothing_typed_breaks_the_page_or_comes_back_as_markup(client, value):
    make.channel()

    for name in ("period", "first", "last", "group", "region", "page"):
        answer = client.get(PAGE, {name: value})
        assert answer.status_code in (200, 400)
        assert "<zqx" not in text(answer)


def test_the_plot_has_its_table_and_needs_no_inline_style(client):
    make.live_release("一月", at=at(2020, 1))
    make.live_release("三月", at=at(2020, 3))

    page = text(client.get(f"{PAGE}?period=2020-01-01/2020-03-31"))

    assert page.count("<rect ") == 3
    assert 'role="img" aria-label="已发布稿件自2020-01起的变化图，具体数字见表格"' in page
    assert re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page) == [
        ("2020-01", "1"),
        ("2020-02", "0"),
        ("2020-03", "1"),
    ]
    assert " style=" not in page


def test_the_records_are_linked_where_a_public_list_holds_exactly_them(client):
    make.live_release("甲", at=at(2020, 2))

    whole = text(client.get(f"{PAGE}?period=2020-01-01/2020-12-31"))
    part = text(client.get(f"{PAGE}?period=2020-01-01/2020-11-20"))

    assert 'href="/releases/?year=2020">查看背后的记录' in whole
    assert client.get("/releases/?year=2020").context["page"].paginator.count == 1
    assert "查看背后的记录" not in part
    assert "<details open>" in part


def test_nothing_counted_is_said_in_words(client):
    page = text(client.get(f"{PAGE}?period=2001-01-01/2001-12-31"))

    assert '<p class="figure-value">0篇</p>' in page
    assert "这段时间没有记录" in page


def test_a_rate_says_from_how_many_records_it_comes(client):
    held = make.conference("发布会")
    make.question(held, "答了？", ("示例甲", "主任", "<p>答。</p>"))
    make.question(held, "没答？")

    listed, page = (
        text(client.get("/figures/")),
        text(client.get("/figures/questions_answered_share/")),
    )

    card = listed.split("/figures/questions_answered_share/")[1].split("</li>")[0]
    assert "50%" in card
    assert "2条记录" in card
    assert '<p class="figure-value">50%</p>' in page
    assert "2条记录" in page


def test_a_declared_figure_names_its_source(client):
    declared()

    page = text(client.get("/figures/declared-population/"))

    assert '<p class="figure-value">420万人</p>' in page
    assert 'href="https://stats.example.cn/2020" rel="nofollow noopener">示例统计公报</a>' in page
    assert "外部填报" in page
    assert '<form class="filters' not in page


def test_figures_of_the_office_alone_are_not_found(client, monkeypatch):
    declared("inside", is_public=False)
    inside = Figure(
        name="test_inside",
        label="内部",
        definition="内部",
        unit="个",
        kind=Kind.COUNT,
        rows=lambda params: Release.objects.all(),
    )
    monkeypatch.setitem(figures.REGISTRY, inside.name, inside)

    addresses = ["/figures/test_inside/", "/figures/declared-inside/", "/figures/gone/"]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert "内部" not in text(client.get("/figures/"))
    assert "inside" not in text(client.get("/sitemap.xml"))


def test_what_is_not_live_is_counted_nowhere(client):
    make.live_release("看得见")
    make.release("草稿")
    make.release("撤回", status="withdrawn")
    make.live_release("明天", at=timezone.now() + timedelta(days=1))

    assert client.get(PAGE).context["answer"].value.number == 1


def test_a_figure_whose_query_fails_says_so_and_the_others_stand(client, broken, caplog):
    with caplog.at_level(logging.ERROR):
        listed, page = client.get("/figures/"), client.get("/figures/test_broken/")

    assert (listed.status_code, page.status_code) == (200, 200)
    assert "这个数字暂时算不出来，请稍后再看" in text(listed)
    assert "已发布稿件" in text(listed)
    assert "这个数字暂时算不出来，请稍后再看" in text(page)
    assert {record.message for record in caplog.records} == {"figure test_broken failed"}


def test_the_home_page_stands_when_a_count_fails(client, monkeypatch, caplog):
    live = figures.REGISTRY["conferences_held"]
    fails = Figure(
        name=live.name,
        label="坏掉的数据",
        definition="",
        unit="场",
        kind=Kind.COUNT,
        rows=lambda params: Release.objects.filter(title__lt=Max("no_such_column")),
    )
    monkeypatch.setitem(figures.REGISTRY, live.name, fails)

    page = client.get("/")

    assert page.status_code == 200
    assert len(page.context["counts"].rows) == 2


def test_home_site_map_and_menu_lead_to_the_figures(client):
    for path in ("/", "/sitemap/"):
        assert 'href="/figures/"' in text(client.get(path))
    addresses = text(client.get("/sitemap.xml"))
    assert "/figures/</loc>" in addresses
    assert "/figures/conferences_held/</loc>" in addresses


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_costs_the_same_queries(client, count, django_assert_num_queries):
    for number in range(count):
        make.live_release(f"稿件{number}", channel=make.channel())
    client.get(PAGE)

    with django_assert_num_queries(1):  # the groups; the answer is kept
        client.get(PAGE)
    cache.clear()
    client.get("/")  # what all pages share
    with django_assert_num_queries(4):  # groups; value and points together, in a savepoint
        client.get(PAGE)


def test_the_same_question_is_counted_once_a_minute(client, monkeypatch):
    asked = []
    real = figures.REGISTRY["releases_published"]

    def rows(params):
        asked.append(params.code)
        return real.rows(params)

    monkeypatch.setitem(figures.REGISTRY, real.name, replace(real, rows=rows))
    make.live_release("甲", at=at(2020, 2))
    queries = ("?period=2020-01-01/2020-12-31", "?first=2020-01-01&last=2020-12-31", "")

    values = [client.get(f"{PAGE}{query}").context["answer"].said for query in queries * 2]
    drawn = client.get(f"{PAGE}plot.svg?period=2020-01-01/2020-12-31")

    assert values == ["1篇"] * 6
    assert drawn.status_code == 200
    assert asked == ["2020-01-01/2020-12-31", ""]


def test_a_failure_is_not_kept(client, broken, monkeypatch, caplog):
    failed = client.get("/figures/test_broken/").context["answer"].failure
    mended = replace(broken, rows=lambda params: Release.objects.all())
    monkeypatch.setitem(figures.REGISTRY, broken.name, mended)

    assert failed != ""
    assert client.get("/figures/test_broken/").context["answer"].failure == ""


def test_the_drawing_of_a_figure_is_a_small_picture_that_caches_may_keep(client):
    make.live_release("一月", at=at(2020, 1))
    make.live_release("三月", at=at(2020, 3))

    answer = client.get(f"{PAGE}plot.svg?period=2020-01-01/2020-03-31")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "public, max-age=3600"
    bars = ElementTree.fromstring(answer.content)
    assert [bar.get("height") for bar in bars] == ["120", "1", "120"]
    assert not answer.cookies


@pytest.mark.parametrize(
    "address",
    [
        "declared-inside/plot.svg",  # of the office alone
        "declared-population/plot.svg",  # knows no time
        "titles_lost/plot.svg",
        "gone/plot.svg",
        "test_broken/plot.svg",
        "releases_published/plot.svg?period=2020-11-20/2020-01-01",
        "releases_published/plot.svg?group=%3Czqx%3E",
    ],
)
def test_there_is_no_drawing_where_there_is_no_public_figure_over_time(
    client, broken, caplog, address
):
    make.channel()
    declared()
    declared("inside", is_public=False)

    assert client.get(f"/figures/{address}").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_nothing_when_it_is_warm(client, count, django_assert_num_queries):
    for number in range(count):
        make.live_release(f"稿件{number}")
        declared(f"figure-{number}")
    client.get("/figures/")

    with django_assert_num_queries(0):
        client.get("/figures/")


def test_the_list_is_at_most_a_minute_old(client):
    client.get("/figures/")
    make.live_release("新的")

    before = text(client.get("/figures/"))
    cache.clear()

    assert "1篇" not in before
    assert "1篇" in text(client.get("/figures/"))
