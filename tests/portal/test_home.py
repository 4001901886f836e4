"""The home page: what leads, what follows, what was counted, and what a visitor must not see."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from civic.pictures import Picture
from portal import counts
from releases.models import Answer, Channel, Question, Release
from tests import make

pytestmark = pytest.mark.django_db

CONFERENCE = Release.Kind.CONFERENCE


def picture(alt="路口的志愿者"):
    return Picture.objects.create(
        alt=alt, width=1600, height=900, sha256="0" * 64, phash="0" * 16, large="l", small="s"
    )


def conference(title="发布会", *, answered=True, **extra):
    release = make.live_release(title, kind=CONFERENCE, **extra)
    question = Question.objects.create(release=release, outlet="示例日报", text=f"{title}的问题？")
    if answered:
        Answer.objects.create(question=question, name="示例甲", post="副主任", body="<p>答。</p>")
    return release


def shown(client):
    page = client.get("/")
    assert page.status_code == 200
    return page


def titles(rows):
    return [row.title for row in rows]


def test_an_empty_site_says_what_will_be_there(client):
    text = shown(client).content.decode()

    assert "还没有发布信息" in text
    assert "本站发布的稿件会列在这里" in text
    assert "记者的提问和回答会放在这里" in text
    assert "通知、公告和公示会列在这里" in text
    assert "围绕一件事汇集稿件的专题会列在这里" in text


def test_the_newest_with_a_picture_leads_and_the_others_follow_by_time(client):
    now = timezone.now()
    cover = picture()
    make.live_release("无图，最新", at=now - timedelta(hours=1))
    make.live_release("有图，较早", at=now - timedelta(hours=2), cover=cover)
    make.live_release("有图，更早", at=now - timedelta(hours=3), cover=picture("公园"))

    page = shown(client)

    assert page.context["lead"].title == "有图，较早"
    assert titles(page.context["latest"]) == ["无图，最新", "有图，更早"]
    assert f'src="{cover.large_url}" alt="路口的志愿者"' in page.content.decode()


def test_a_pinned_release_leads(client):
    now = timezone.now()
    make.live_release("新", cover=picture())
    make.live_release(
        "置顶",
        at=now - timedelta(days=9),
        cover=picture("公园"),
        pinned_until=now + timedelta(days=1),
    )

    assert shown(client).context["lead"].title == "置顶"


def test_without_any_picture_the_newest_leads(client):
    make.live_release("旧", at=timezone.now() - timedelta(days=1))
    make.live_release("新")

    assert shown(client).context["lead"].title == "新"


def test_what_is_not_live_is_nowhere_on_the_page(client):
    now = timezone.now()
    live = conference("看得见")
    make.release("看不见草稿")
    make.live_release("看不见明天", at=now + timedelta(days=1))
    make.live_release(
        "看不见过期", at=now - timedelta(days=2), expire_at=now - timedelta(seconds=1)
    )
    make.release("看不见撤回", status="withdrawn")
    make.live_release("看不见更正稿", corrects=live)
    conference("看不见的发布会", at=now + timedelta(days=1))
    make.topic("看不见的专题", is_open=False)
    make.channel("看不见的栏目", is_listed=False)

    text = shown(client).content.decode()

    assert "看得见" in text
    assert "看不见" not in text


def test_notices_are_those_of_the_kind_and_those_in_a_column_of_notices(client):
    now = timezone.now()
    news, notices = make.channel("要闻"), make.channel("通知公示", type=Channel.Type.NOTICE)
    make.live_release("普通新闻", channel=news)
    make.live_release("要闻里的通知", channel=news, kind="notice", at=now - timedelta(hours=1))
    make.live_release("通知栏里的文件", channel=notices, at=now - timedelta(hours=2))

    page = shown(client)

    assert titles(page.context["notices"]) == ["要闻里的通知", "通知栏里的文件"]
    assert f'href="{notices.get_absolute_url()}">全部通知' in page.content.decode()


def test_questions_lead_to_their_place_and_say_who_answered(client):
    release = conference()
    conference("没有回答", answered=False)

    page = shown(client)

    question = release.questions.get()
    assert page.context["questions"] == [question]
    text = page.content.decode()
    assert f'href="{release.get_absolute_url()}#{question.anchor}"' in text
    assert "示例日报提问" in text
    assert "副主任 示例甲 答" in text


def test_counts_are_those_of_the_rows_and_lead_to_them(client):
    year = timezone.localdate().year
    conference("本年一")
    conference("本年二", answered=False)
    conference("旧年", at=timezone.now() - timedelta(days=800))
    make.live_release("新闻")
    make.release("草稿", kind=CONFERENCE)

    page = shown(client)

    rows = page.context["counts"].rows
    assert [(row.number, row.url) for row in rows] == [
        (3, f"/releases/?year={year}"),
        (3, "/conferences/"),
        (2, "/conferences/outlets/"),
    ]
    assert [row.months[-1] for row in rows] == [3, 2, 1]
    for row in rows:
        assert client.get(row.url).status_code == 200


def test_a_month_begins_at_local_midnight(settings):
    zone = timezone.get_current_timezone()
    make.live_release("十月最后一刻", at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=zone))
    make.live_release("十一月第一刻", at=datetime(2026, 11, 1, 0, 0, 0, tzinfo=zone))
    make.live_release("去年的", at=datetime(2025, 12, 31, 23, 59, 59, tzinfo=zone))

    counted = counts._count(datetime(2026, 11, 26, 8, 0, tzinfo=zone)).rows[0]

    assert counted.number == 2
    assert counted.months == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]


def test_the_plot_shows_small_months_and_leaves_room_for_none():
    counted = counts.Counted(name="", number=0, unit="", url="", months=[0, 1, 400])

    assert [bar.height for bar in counted.bars] == [1, 3, 40]
    assert [bar.x for bar in counted.bars] == [0, 14, 28]


def test_markup_in_titles_stays_text(client):
    make.live_release('"><zqx>', summary='"><zqx>', cover=picture('"><zqx>'))
    conference('"><zqx>会')
    make.topic('"><zqx>题', summary='"><zqx>')
    make.channel('"><zqx>栏')

    assert "<zqx>" not in shown(client).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_queries(client, count, django_assert_num_queries):
    for number in range(count):
        at = timezone.now() - timedelta(minutes=number)
        conference(f"发布会{number}", at=at, cover=picture())
        make.live_release(f"通知{number}", at=at, kind="notice")
        make.topic(f"专题{number}", cover=picture())
    shown(client)  # the frame and the counts are in the cache

    with django_assert_num_queries(5):
        shown(client)


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_queries_with_a_cold_cache(client, count, django_assert_num_queries):
    for number in range(count):
        conference(f"发布会{number}", cover=picture())
    cache.clear()

    with django_assert_num_queries(21):  # settings, menu, newest, topics; three figures, by month
        shown(client)
