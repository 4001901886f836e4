"""The desk: what is mine and late today, for each role its own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from civic import desk
from civic.jobs import Job
from civic.publishing import Status
from civic.sitesettings import SiteSettings
from civic.steps import people_for, reviewers_afterwards
from civic.workdays import Holiday
from releases.models import Release
from tests import make

pytestmark = pytest.mark.django_db


def panels(user):
    """{title: [row titles]} of this person's desk."""
    return {panel.title: [row.title for row in panel.rows] for panel in desk.of(user).panels}


def one(user, title):
    return next(panel for panel in desk.of(user).panels if panel.title == title)


def test_a_reviewer_sees_what_waits_for_a_review_of_theirs():
    editor = make.user("editor", name="示例甲")
    first, second = make.user("reviewer_1"), make.user("reviewer_2")
    waiting = make.release("送审的", created_by=editor)
    waiting.submit(by=editor)
    make.release("草稿", created_by=editor)
    make.live_release("已发布")

    assert panels(first)["等我审核"] == ["送审的"]
    assert panels(second)["等我审核"] == []
    assert one(first, "等我审核").rows[0].meta.startswith("示例甲 · 今天")
    assert [panel.count for panel in desk.of(first).tiles if panel.title == "等我审核"] == [1]


def test_an_author_sees_drafts_and_what_was_said_of_returned_texts():
    editor, first = make.user("editor"), make.user("reviewer_1", name="示例乙")
    returned = make.release("退回的", created_by=editor)
    returned.submit(by=editor)
    returned.send_back(by=first, opinion="日期有误")
    make.release("草稿", created_by=editor)
    make.release("别人的草稿", created_by=make.user("editor"))

    found = panels(editor)

    assert (found["退回给我的稿件"], found["我的草稿"]) == (["退回的"], ["草稿"])
    assert one(editor, "退回给我的稿件").rows[0].note == "示例乙：日期有误"


def test_a_publisher_sees_what_is_approved_and_what_is_scheduled():
    publisher, editor = make.user("reviewer_3"), make.user("editor")
    make.release("审定的", status=Status.APPROVED, created_by=editor)
    later = timezone.now() + timedelta(days=1)
    make.release("定时的", status=Status.PUBLISHED, publish_at=later, created_by=editor)

    found = panels(publisher)

    assert (found["已审定、待发布"], found["定时发布"]) == (["审定的"], ["定时的"])
    assert "已审定、待发布" not in panels(editor)


def test_an_overdue_review_after_an_emergency_stands_first_and_in_red():
    reviewer, chief = make.user("reviewer_3"), make.user("office_chief")
    release = make.release("紧急的", created_by=make.user("editor"))
    release.publish_urgently(by=chief, reason="暴雨红色预警")
    in_time = one(reviewer, "紧急发布、尚未补审")
    Release.objects.update(retrospective_due=timezone.now() - timedelta(hours=1))

    late = desk.of(reviewer).panels[0]

    assert (in_time.hot, in_time.rows[0].late) == (False, False)
    assert (late.title, late.hot, late.rows[0].late) == ("紧急发布、尚未补审", True, True)
    assert late.rows[0].note == "暴雨红色预警"


@pytest.mark.parametrize("late", [False, True])
def test_who_published_in_an_emergency_is_told_who_may_review_it(late):
    author, chief = make.user("editor"), make.user("office_chief", name="示例主任")
    make.user("reviewer_3", name="示例丁")
    make.user("reviewer_3", name="示例停用", is_active=False)
    make.user("office_chief", name="示例副主任")
    release = make.release("紧急的", created_by=author)
    release.publish_urgently(by=chief, reason="暴雨红色预警")
    if late:
        Release.objects.update(retrospective_due=timezone.now() - timedelta(hours=1))

    found = [panel for panel in desk.of(chief).panels if panel.url.endswith("state=owing")]

    assert [[row.title for row in panel.rows] for panel in found] == [["紧急的"]]
    assert (found[0].hot, found[0].rows[0].late, found[0].tile != "") == (late, late, True)
    assert "示例丁、示例副主任" in found[0].rows[0].note
    assert "示例主任" not in found[0].rows[0].note
    assert [panel.url for panel in desk.of(author).panels if "owing" in panel.url] == []


def test_an_emergency_that_was_reviewed_leaves_the_desk_of_who_published_it():
    chief, third = make.user("office_chief"), make.user("reviewer_3")
    release = make.release(created_by=make.user("editor"))
    release.publish_urgently(by=chief, reason="暴雨红色预警")

    release.review_afterwards(by=third)

    assert [panel.url for panel in desk.of(chief).panels if "owing" in panel.url] == []


def test_who_may_review_an_emergency_is_the_same_one_by_one_and_together():
    author, chief = make.user("editor", "reviewer_3"), make.user("office_chief")
    for role in ("reviewer_3", "reviewer_1", "office_chief"):
        make.user(role, unit=make.unit())
    texts = [make.release(created_by=author), make.release(created_by=make.user("editor"))]
    for text in texts:
        text.publish_urgently(by=chief, reason="暴雨红色预警")

    together = reviewers_afterwards(texts)

    assert together == {text.pk: people_for(text) for text in texts}
    assert [len(people) for people in together.values()] == [2, 3]


def test_columns_that_break_their_promise_stand_above_those_that_keep_it():
    old, new, never = make.channel("旧栏"), make.channel("新栏"), make.channel("空栏")
    make.live_release(channel=old, at=timezone.now() - timedelta(days=20))
    make.live_release(channel=new)
    make.release(channel=never)

    panel = one(make.user("editor"), "栏目更新")

    assert [(row.title, row.late) for row in panel.rows] == [
        ("旧栏", True),
        ("空栏", True),
        ("新栏", False),
    ]
    assert panel.count == 2


def test_missing_settings_and_unknown_years_go_to_those_who_can_mend_them():
    SiteSettings.load()
    Holiday.objects.all().delete()

    chief = panels(make.user("office_chief")).get("待补充", [])
    system = panels(make.user("system_admin"))["待补充"]
    editor = panels(make.user("editor"))

    year = timezone.localdate().year
    assert [text.startswith("站点信息缺：") for text in chief] == [True]
    assert f"{year} 年的节假日还没有录入" in system
    assert "待补充" not in editor


def test_a_failed_job_is_shown_to_who_started_it():
    mine, other = make.user("editor"), make.user("editor")
    Job.objects.create(kind="export", title="导出列表", state=Job.State.FAILED, started_by=mine)
    Job.objects.create(kind="export", title="完成的", state=Job.State.DONE, started_by=mine)

    assert len(panels(mine)["失败的任务"]) == 1
    assert "失败的任务" not in panels(other)


def test_a_liaison_sees_only_texts_of_the_own_unit():
    liaison = make.user("unit_liaison", unit=make.unit())
    make.release("本单位的", unit=liaison.unit, created_by=liaison)
    make.release("他单位的", unit=make.unit(), created_by=make.user("editor"))

    rows = [title for titles in panels(liaison).values() for title in titles]

    assert rows == ["本单位的"]


def test_an_account_without_rights_has_an_empty_desk(client):
    person = make.user("audit_admin")
    client.force_login(person)

    response = client.get("/admin/")

    assert desk.of(person).panels == []
    assert "今天没有等您办的事" in response.text


@pytest.mark.parametrize("count", [1, 30])
def test_the_desk_costs_the_same_queries(client, django_assert_num_queries, count):
    person = make.user("editor", "reviewer_1", "reviewer_3", "office_chief")
    author = make.user("editor")
    for number in range(count):
        channel = make.channel()
        make.release(f"稿{number}", channel=channel, created_by=person)
        make.release(f"审{number}", channel=channel, created_by=author, status=Status.FIRST)
        make.release(f"定{number}", channel=channel, created_by=author, status=Status.APPROVED)
        make.live_release(f"发{number}", channel=channel, retrospective_due=timezone.now())
        later = timezone.now() + timedelta(days=1)
        make.release(f"时{number}", status=Status.PUBLISHED, publish_at=later)
        urgent = make.release(f"急{number}", channel=channel, created_by=author)
        urgent.publish_urgently(by=person, reason="暴雨红色预警")
    client.force_login(person)
    client.get("/admin/")

    with django_assert_num_queries(23):
        response = client.get("/admin/")

    assert response.status_code == 200


def test_the_desk_opens_the_doors_a_role_has(client):
    def doors(*roles):
        return [door.url for door in desk.of(make.user(*roles)).doors]

    writing, importing = "/admin/releases/release/add/", "/admin/releases/release/import/"
    assert doors("editor") == [importing, writing]
    assert doors("unit_liaison") == [writing]
    assert doors("reviewer_1") == []
