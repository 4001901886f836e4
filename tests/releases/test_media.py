"""The media ledger: counts with their day, figures that add up, the list, the sheet."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from civic import figures
from civic.figures import Params
from releases.media import MediaAccount, MediaMetric, MediaPost, Platform, tokens_of
from releases.reach import Adoption, MediaTopic, TopicMetric
from tests import make

pytestmark = pytest.mark.django_db

PERIOD = "2020-01-01/2020-11-20"


def account(code: str = "rmh", **extra) -> MediaAccount:
    fields = {
        "code": code,
        "name": f"账号{code}",
        "platform": Platform.RENMIN,
        "level": MediaAccount.Level.OWN,
    }
    fields |= extra
    fields.setdefault("unit", make.Unit.objects.first() or make.unit())
    return MediaAccount.objects.create(**fields)


def post(of: MediaAccount, day: str = "2020-03-01", seen: int | None = None, **extra) -> MediaPost:
    """Counted on 20 November 2020, or on `as_of`."""
    as_of = extra.pop("as_of", "2020-11-20")
    n = make.number()
    fields = {"title": f"示例文章{n}", "url": f"https://example.com/{n}", **extra}
    made = MediaPost.objects.create(account=of, published_on=date.fromisoformat(day), **fields)
    if seen is not None:
        count(made, seen, as_of)
    return made


def count(of: MediaPost, number: int, as_of: str, kind: str = "reads") -> MediaMetric:
    return MediaMetric.objects.create(
        post=of, kind=kind, number=number, as_of=date.fromisoformat(as_of)
    )


def asked(name: str, group: str = "", period: str = PERIOD) -> Decimal | None:
    return figures.value(figures.get(name), Params.of(period, "", group)).number


def rows(name: str, group: str = "", period: str = PERIOD) -> list[str]:
    return [str(row) for row in figures.get(name).rows(Params.of(period, "", group))]


# Counts ---------------------------------------------------------------------------------------


def test_a_post_carries_its_latest_reads_or_plays_and_no_likes():
    made = post(account())
    count(made, 500, "2020-03-08")
    count(made, 900, "2020-04-01", "plays")
    count(made, 700, "2020-03-20")
    count(made, 5000, "2020-05-01", "likes")

    made.refresh_from_db()

    assert (made.views, made.views_as_of) == (900, date(2020, 4, 1))


def test_a_count_taken_back_gives_way_to_the_one_before():
    made = post(account())
    count(made, 500, "2020-03-08")
    wrong = count(made, 9000, "2020-04-01")

    wrong.delete()

    made.refresh_from_db()
    assert (made.views, made.views_as_of) == (500, date(2020, 3, 8))


def test_the_history_of_a_post_tells_of_its_counts():
    made = post(account(), seen=500)

    count(made, 800, "2020-12-01")

    assert [row.views for row in made.history.order_by("history_id")] == [None, 500, 800]


def test_nothing_is_counted_before_it_was_published_nor_tomorrow():
    made = post(account(), "2020-03-01")
    tomorrow = timezone.localdate() + timedelta(days=1)

    for day in (date(2020, 2, 29), tomorrow):
        with pytest.raises(ValidationError):
            MediaMetric(post=made, kind="reads", number=1, as_of=day).full_clean()

    with pytest.raises(ValidationError):
        MediaPost(
            account=made.account, title="明天", url="https://example.com/x", published_on=tomorrow
        ).full_clean()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.com/x", "无"])
def test_a_link_must_be_a_web_address(address):
    wrong = MediaPost(account=account(), title="甲", url=address, published_on=date(2020, 1, 1))

    with pytest.raises(ValidationError):
        wrong.full_clean()


def test_the_database_keeps_each_link_once_and_each_count_once_a_day():
    made = post(account(), seen=5)

    with pytest.raises(IntegrityError), transaction.atomic():
        post(made.account, url=made.url)
    with pytest.raises(IntegrityError), transaction.atomic():
        count(made, 6, "2020-11-20")
    with pytest.raises(IntegrityError), transaction.atomic():
        account("own")


def test_an_adoption_needs_its_proof_and_counts_once_an_outlet():
    fields = {"outlet": "示例文明网", "level": "central", "adopted_on": date(2020, 5, 1)}
    fields["unit"] = make.unit()
    Adoption.objects.create(title="甲", url="https://example.com/1", **fields)
    Adoption.objects.create(title="乙", evidence=make.picture(), **fields)

    with pytest.raises(IntegrityError), transaction.atomic():
        Adoption.objects.create(title="丙", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adoption.objects.create(title="甲", url="https://example.com/2", **fields)

    assert Adoption.objects.count() == 2


# Figures ---------------------------------------------------------------------------------------


@pytest.fixture
def ledger():
    """Two of ours and one of the city's, with posts in the period, before and after it."""
    ours, city = account("rmh"), account("ribao", level="municipal", platform="wechat")
    video = account("douyin", platform="douyin")
    post(ours, "2020-01-01", 30_000, title="头一天")
    post(ours, "2020-11-20", 1_000, title="末一天")
    post(ours, "2019-12-31", 900_000, title="头一天之前", as_of="2020-01-05")
    post(ours, "2020-11-21", 800_000, title="末一天之后", as_of="2020-11-25")
    post(city, "2020-06-01", 100_000, title="正好十万")
    post(city, "2020-06-02", 99_999, title="差一次十万")
    post(video, "2020-06-03", title="尚未统计")


def test_posts_are_counted_by_their_day_both_ends_included(ledger):
    assert asked("media_posts") == 5
    assert asked("media_posts", "rmh") == 2
    assert asked("media_posts", "own") == 3
    assert asked("media_posts", "municipal") == 2
    assert asked("media_posts", period="") == 7
    assert asked("media_posts", "rmh", "2020-11-21/") == 1
    assert sorted(rows("media_posts", "rmh")) == ["头一天", "末一天"]


def test_reads_are_summed_and_the_highest_and_the_hundred_thousands_found(ledger):
    assert asked("media_reads", "rmh") == 31_000
    assert asked("media_reads") == 230_999
    assert asked("media_highest_read", "rmh") == 30_000
    assert asked("media_highest_read", "douyin") is None
    assert asked("media_reads", "douyin") == 0
    assert asked("media_100k", "municipal") == 1
    assert rows("media_100k") == ["正好十万"]
    assert rows("media_reads", "municipal") == ["正好十万", "差一次十万"]


def test_a_group_that_is_no_more_counts_nothing(ledger):
    assert (asked("media_posts", "gone"), asked("media_highest_read", "gone")) == (0, None)


def test_what_was_read_after_the_period_does_not_change_its_figure(ledger):
    first = MediaPost.objects.get(title="头一天")

    count(first, 55_000, "2020-12-24")

    assert asked("media_reads", "rmh") == 31_000
    assert asked("media_highest_read", "rmh") == 30_000
    assert asked("media_reads", "rmh", "2020-01-01/2020-12-31") == 855_000 + 1_000


def test_a_count_put_right_changes_it(ledger):
    metric = MediaMetric.objects.get(post__title="头一天")

    metric.number = 31_500
    metric.save()

    assert asked("media_reads", "rmh") == 32_500


def test_of_a_topic_only_the_last_count_of_the_period_is_taken():
    topic = MediaTopic.objects.create(
        code="fan", name="示例范儿", platform="douyin", started_on=date(2020, 4, 1)
    )
    other = MediaTopic.objects.create(
        code="old", name="旧话题", platform="douyin", started_on=date(2018, 1, 1)
    )
    counted = ((topic, 100, "2020-05-01"), (topic, 900, "2020-11-20"), (topic, 999, "2021-01-01"))
    for of, number, day in (*counted, (other, 7, "2019-05-01")):
        TopicMetric.objects.create(topic=of, number=number, as_of=date.fromisoformat(day))
    topic.refresh_from_db()

    assert asked("media_topic_participation") == 900
    assert asked("media_topic_participation", period="/2020-11-20") == 907
    assert asked("media_topic_participation", "fan", "") == 999
    assert (topic.participation, topic.counted_on) == (999, date(2021, 1, 1))


def test_adoptions_are_counted_by_day_and_level():
    unit = make.unit()
    for n, (level, day) in enumerate(
        [("central", "2020-01-01"), ("central", "2020-11-21"), ("provincial", "2020-06-01")]
    ):
        Adoption.objects.create(
            title=f"稿{n}",
            outlet="示例网",
            level=level,
            adopted_on=date.fromisoformat(day),
            unit=unit,
            url=f"https://example.com/{n}",
        )

    assert asked("media_adoptions") == 2
    assert asked("media_adoptions", "central") == 1
    assert rows("media_adoptions", "central") == ["示例网：稿0"]


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    "name", ["media_posts", "media_reads", "media_highest_read", "media_100k", "media_adoptions"]
)
def test_a_figure_costs_one_query(name, number, django_assert_num_queries):
    ours = account()
    for n in range(number):
        post(ours, seen=n)

    with django_assert_num_queries(3):  # between a savepoint and its release
        asked(name)


# The list --------------------------------------------------------------------------------------


def staff() -> Client:
    client = Client()
    client.force_login(make.user("office_staff"), backend="civic.signin.RoleBackend")
    return client


def titles(page) -> list[str]:
    return [row.title for row in page.context["cl"].result_list]


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_queries(number, django_assert_num_queries):
    client, ours = staff(), account()
    for _ in range(number):
        post(ours, seen=5)
    client.get("/admin/releases/mediapost/")

    with django_assert_num_queries(7):
        page = client.get("/admin/releases/mediapost/")

    assert len(titles(page)) == number


def test_the_list_finds_words_of_a_title_and_a_whole_link():
    client, ours = staff(), account()
    for title in ("背街小巷的改造", "小巷里的灯", "背街的灯", "街背小巷"):
        post(ours, title=title, url=f"https://example.com/{title}")

    def found(words: str) -> list[str]:
        return sorted(titles(client.get("/admin/releases/mediapost/", {"q": words})))

    assert found("小巷") == sorted(["背街小巷的改造", "小巷里的灯", "街背小巷"])
    assert found("背街 灯") == ["背街的灯"]
    assert found("https://example.com/背街的灯") == ["背街的灯"]
    assert found("没有") == []
    assert found("！？") == []


def test_a_title_put_right_is_found_under_its_new_words_only():
    client, ours = staff(), account()
    made = post(ours, title="未位约谈")

    made.title = "末位约谈"
    made.save()

    assert titles(client.get("/admin/releases/mediapost/?q=末位")) == ["末位约谈"]
    assert titles(client.get("/admin/releases/mediapost/?q=未位")) == []


def test_a_long_list_is_counted_no_further_than_two_thousand_posts(
    django_assert_max_num_queries,
):
    client, ours = staff(), account()
    MediaPost.objects.bulk_create(
        [
            MediaPost(
                account=ours,
                title=f"第{n}篇",
                tokens=tokens_of(f"第{n}篇"),
                url=f"https://example.com/{n}",
                published_on=date(2020, 1, 1) + timedelta(days=n % 300),
            )
            for n in range(3_000)
        ],
        batch_size=500,
    )

    client.get("/admin/releases/mediapost/")

    with django_assert_max_num_queries(10) as asked_for:
        page = client.get("/admin/releases/mediapost/")

    counted = [one["sql"] for one in asked_for.captured_queries if "COUNT(" in one["sql"].upper()]
    assert len(titles(page)) == 50
    assert page.context["cl"].result_count == 2_001
    assert [sql for sql in counted if "2001" not in sql] == []


def test_a_form_takes_counts_and_refuses_the_second_of_a_day():
    client, ours = staff(), account()
    made = post(ours)
    path = f"/admin/releases/mediapost/{made.pk}/change/"
    fields = {
        "account": ours.pk,
        "title": made.title,
        "url": made.url,
        "published_on": "2020-03-01",
        "metrics-TOTAL_FORMS": 2,
        "metrics-INITIAL_FORMS": 0,
        "metrics-0-kind": "reads",
        "metrics-0-number": 120,
        "metrics-0-as_of": "2020-03-09",
        "metrics-1-kind": "reads",
        "metrics-1-number": 130,
        "metrics-1-as_of": "2020-03-09",
    }

    twice = client.post(path, fields)
    right = client.post(path, fields | {"metrics-1-as_of": "2020-03-10"})

    made.refresh_from_db()
    assert (twice.status_code, right.status_code) == (200, 302)
    assert (made.views, made.views_as_of) == (130, date(2020, 3, 10))


def test_the_code_of_an_account_stays():
    client, ours = staff(), account("rmh")
    fields = {"platform": "renmin", "name": "新名字", "level": "own", "unit": ours.unit_id}

    client.post(f"/admin/releases/mediaaccount/{ours.pk}/change/", fields | {"code": "other"})

    ours.refresh_from_db()
    assert (ours.name, ours.code) == ("新名字", "rmh")
