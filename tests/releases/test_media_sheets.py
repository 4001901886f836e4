"""Ledgers of media and honours come in from sheets: judged row by row, and twice is once."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from civic import imports, sheets
from civic.importers import CHANGED, NEW, REFUSED, SAME
from civic.imports import ImportBatch, NotApplicable
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.media import MediaAccount, MediaMetric, MediaPost, Platform
from releases.reach import Adoption
from releases.timeline import TimelineEvent
from tests import make

pytestmark = pytest.mark.django_db

POST = "account,title,url,published_on,views,likes,as_of"


@pytest.fixture
def person():
    return make.user("office_staff")


@pytest.fixture
def ours(person):
    return MediaAccount.objects.create(
        code="rmh", name="文明示例", platform=Platform.RENMIN, level="own", unit=person.unit
    )


def preview(target: str, *lines: str, by) -> ImportBatch:
    data = "\n".join(lines).encode()
    return imports.preview(target=f"releases.{target}", data=data, name="表.csv", by=by)


def bring(target: str, *lines: str, by) -> ImportBatch:
    return imports.apply(batch=preview(target, *lines, by=by), by=by)


def verdicts(batch: ImportBatch) -> list[str]:
    return [row["verdict"] for row in batch.rows]


def test_posts_come_in_with_their_counts_and_the_same_sheet_changes_nothing(person, ours):
    lines = [
        POST,
        "rmh,甲文,https://example.com/1,2020-03-05,31042,20,2020-11-20",
        "文明示例,乙文,https://example.com/2,2020年3月6日,,,",
    ]

    bring("mediapost", *lines, by=person)
    again = preview("mediapost", *lines, by=person)

    found = MediaPost.objects.order_by("url").values_list("title", "views", "views_as_of")
    assert list(found) == [("甲文", 31042, date(2020, 11, 20)), ("乙文", None, None)]
    kinds = MediaMetric.objects.order_by("kind").values_list("kind", "number")
    assert list(kinds) == [("likes", 20), ("reads", 31042)]
    assert verdicts(again) == [SAME, SAME]
    assert MediaPost.objects.holding("甲文").count() == 1
    assert MediaPost.objects.get(title="甲文").history.get().history_user == person


def test_a_later_count_is_added_an_earlier_one_takes_nothing_back(person, ours):
    line = "rmh,甲文,https://example.com/1,2020-03-05,{},,{}"
    bring("mediapost", POST, line.format(500, "2020-06-01"), by=person)

    bring("mediapost", POST, line.format(900, "2020-11-20"), by=person)
    bring("mediapost", POST, line.format(300, "2020-04-01"), by=person)

    post = MediaPost.objects.get()
    assert (post.views, post.views_as_of) == (900, date(2020, 11, 20))
    assert list(post.metrics.values_list("number", flat=True)) == [900, 500, 300]


def test_a_count_of_the_same_day_is_put_right_and_shown_before(person, ours):
    line = "rmh,甲文,https://example.com/1,2020-03-05,{},,2020-06-01"
    bring("mediapost", POST, line.format(500), by=person)

    batch = preview("mediapost", POST, line.format(501), by=person)
    imports.apply(batch=batch, by=person)

    assert (verdicts(batch), batch.rows[0]["old"]) == ([CHANGED], {"views": 500})
    assert MediaPost.objects.get().views == 501
    assert MediaMetric.objects.get().number == 501


def test_views_of_a_video_are_plays(person, ours):
    MediaAccount.objects.create(
        code="douyin", name="短视频", platform="douyin", level="own", unit=person.unit
    )

    bring("mediapost", POST, "douyin,甲,https://example.com/1,2020-03-05,9,,2020-03-06", by=person)

    assert MediaMetric.objects.get().kind == MediaMetric.Kind.PLAYS


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nobody,甲,https://example.com/1,2020-03-05,,,", "nobody"),
        ("rmh,甲,javascript:alert(1),2020-03-05,,,", "http"),
        ("rmh,甲,https://example.com/1,2020-03-05,12,,", "哪一天"),
        ("rmh,甲,https://example.com/1,2020-03-05,12,,2020-03-04", "之前"),
        ("rmh,甲,https://example.com/1,2099-03-05,,,", "还没有到"),
        ("rmh,甲,https://example.com/1,2020-02-30,,,", "2020-02-30"),
        ("rmh,甲,https://example.com/1,2020-03-05,3.1万,,2020-03-06", "3.1万"),
        ("rmh,,https://example.com/1,2020-03-05,,,", "标题"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_nothing_is_written(person, ours, line, why):
    good = "rmh,好,https://example.com/9,2020-03-05,,,"

    batch = preview("mediapost", POST, line, good, by=person)

    assert verdicts(batch) == [REFUSED, NEW]
    assert why in "".join(batch.rows[0]["reasons"])
    with pytest.raises(NotApplicable):
        imports.apply(batch=batch, by=person)
    assert MediaPost.objects.count() == 0


def test_an_account_name_two_platforms_share_asks_for_the_code(person, ours):
    MediaAccount.objects.create(
        code="wx", name=ours.name, platform="wechat", level="own", unit=person.unit
    )

    batch = preview("mediapost", POST, "文明示例,甲,https://example.com/1,2020-03-05,,,", by=person)

    assert verdicts(batch) == [REFUSED]


def test_a_thousand_posts_come_in_with_few_queries(person, ours, django_assert_max_num_queries):
    lines = [f"rmh,第{n}篇,https://example.com/{n},2020-03-05,{n},,2020-11-20" for n in range(1000)]
    batch = preview("mediapost", POST, *lines, by=person)

    with django_assert_max_num_queries(50):
        imports.apply(batch=batch, by=person)

    assert MediaPost.objects.filter(views__gt=0).count() == 999


def test_accounts_come_in_and_bad_codes_do_not(person):
    head = "code,name,platform,level,unit"
    unit = person.unit.code

    batch = preview(
        "mediaaccount",
        head,
        f"rmh,文明示例,renmin,own,{unit}",
        f"own,甲,wechat,own,{unit}",
        f"号,乙,wechat,own,{unit}",
        f"x,文明示例,renmin,municipal,{unit}",
        "y,丙,wechat,own,没有这个单位",
        by=person,
    )
    imports.apply(batch=batch, by=person, only_good=True)

    assert verdicts(batch) == [NEW, REFUSED, REFUSED, REFUSED, REFUSED]
    assert list(MediaAccount.objects.values_list("code", flat=True)) == ["rmh"]


def test_adoptions_come_in_once_and_need_a_proof(person):
    head = "outlet,title,level,adopted_on,unit,url"
    unit = person.unit.code
    lines = [f"示例网,甲,central,2020-05-01,{unit},https://example.com/1"]

    bring("adoption", head, *lines, by=person)
    batch = preview("adoption", head, *lines, f"示例报,甲,central,2020-05-02,{unit},", by=person)

    assert verdicts(batch) == [SAME, REFUSED]
    assert [str(row) for row in Adoption.objects.all()] == ["示例网：甲"]


def test_the_timeline_comes_in_and_is_found_by_readers(person, client):
    head = "day,title,precision,text,is_public"
    line = "2002-03-01,提出创建目标,month,动员大会召开,是"

    bring("timelineevent", head, line, by=person)
    again = preview("timelineevent", head, line.replace("动员", "誓师"), by=person)

    event = TimelineEvent.objects.get()
    assert (event.when, event.text) == ("2002-03", "动员大会召开")
    assert verdicts(again) == [CHANGED]
    assert event.history.get().history_user == person
    assert "提出创建目标" in client.get("/search/?q=动员大会").content.decode().replace(
        "</mark>", ""
    ).replace("<mark>", "")


def test_awards_come_in_for_editions_there_are(person):
    title = HonorTitle.objects.create(
        name="示例文明城市", slug="title", level="national", awarded_by="示例委员会"
    )
    HonorEdition.objects.create(title=title, number=6)
    head = "title,number,city,status,status_on"
    line = "示例文明城市,{},示例乙市,{},2020-11-10"

    bring("honoraward", head, line.format(6, "awarded"), by=person)
    again = preview(
        "honoraward", head, line.format(6, "revoked"), line.format(7, "awarded"), by=person
    )
    imports.apply(batch=again, by=person, only_good=True)

    assert verdicts(again) == [CHANGED, REFUSED]
    assert HonorAward.objects.get().status == "revoked"


@pytest.mark.parametrize(
    "model", ["mediaaccount", "mediapost", "adoption", "timelineevent", "honoraward"]
)
def test_what_goes_out_comes_in_again_as_it_was(person, ours, model):
    client = Client()
    client.force_login(person, backend="civic.signin.RoleBackend")
    MediaPost.objects.create(
        account=ours, title="甲", url="https://example.com/1", published_on=date(2020, 1, 1)
    )
    Adoption.objects.create(
        title="甲",
        outlet="示例网",
        level="central",
        adopted_on=date(2020, 5, 1),
        unit=person.unit,
        url="https://example.com/1",
    )
    TimelineEvent.objects.create(day=date(2002, 3, 1), title="提出目标", precision="month")
    title = HonorTitle.objects.create(
        name="示例文明城市", slug="title", level="national", awarded_by="示例委员会"
    )
    edition = HonorEdition.objects.create(title=title, number=6)
    HonorAward.objects.create(
        edition=edition, city="示例市", status="awarded", status_on=date(2020, 11, 10)
    )

    answer = client.get(f"/admin/releases/{model}/export/csv/")
    sheet = b"".join(answer.streaming_content)
    batch = imports.preview(target=f"releases.{model}", data=sheet, name="表.csv", by=person)

    assert verdicts(batch) == [SAME]
    assert len(list(sheets.read(sheet, "表.csv"))) == 1
