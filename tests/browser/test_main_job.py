"""The main job from end to end: a pasted transcript is reviewed by three, read by all, exported."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.utils import timezone

from releases.models import Channel, Release
from tests import make
from tests.browser.desk import take
from tests.releases.transcripts import layouts

TITLE = "示例市“洁净街巷”行动新闻发布会实录"
CORRECTED = "示例市“洁净街巷”行动新闻发布会答问实录"
WORD = "洁净街巷"


@pytest.fixture
def desk(site):
    """A clerk who could also review, three reviewers, one of them with a second right, a chief."""
    make.unit("示例市文明办")
    make.channel("新闻发布会", slug="press", type=Channel.Type.CONFERENCE, reviews_needed=3)
    return {
        "clerk": make.user("editor", "reviewer_1", "reviewer_2", name="示例编辑"),
        "first": make.user("reviewer_1", "reviewer_2", name="示例初审"),
        "second": make.user("reviewer_2", name="示例复审"),
        "third": make.user("reviewer_3", name="示例终审"),
        "staff": make.user("office_staff", name="示例管理员"),
    }


@pytest.fixture
def at_desk(desk, visitor, sign_in):
    """`at_desk("clerk")` is a page of that person's own browser, signed in."""

    def sit(who: str):
        page = visitor().new_page()
        sign_in(page, desk[who])
        return page

    return sit


def is_offered(page, release: Release, step: str) -> bool:
    page.goto(release.get_admin_url())
    return page.locator(f'.steps a[href*="/step/{step}/"]').count() > 0


def forced(page, release: Release, step: str) -> int:
    """The status of the answer when the step is posted without its button."""
    page.goto("/admin/password_change/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer = page.request.post(
        f"/admin/releases/release/{release.pk}/step/{step}/",
        form={"csrfmiddlewaretoken": token, "version": str(release.version)},
        headers={"Referer": page.url},
    )
    release.refresh_from_db()
    return answer.status


def places(release: Release, fetch) -> dict[str, bool]:
    """Where a citizen meets the release now."""
    link = release.get_absolute_url()
    pages = {
        "list": "/releases/",
        "home": "/",
        "feed": "/feed/",
        "sitemap": "/sitemap.xml",
        "search": f"/search/?q={WORD}",
        "conferences": "/conferences/",
    }
    found = {name: link in fetch(path) for name, path in pages.items()}
    return {**found, "address": CORRECTED in fetch(link)}


def as_shown(value: object) -> object:
    """A cell of the sheet as the list writes it."""
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    return value


def next_minute() -> datetime:
    """The next full minute that leaves time to fill in a form."""
    later = timezone.localtime() + timedelta(seconds=75)
    return later.replace(second=0, microsecond=0)


def test_a_transcript_becomes_a_release_that_three_review_and_all_can_read(at_desk, fetch):
    # The clerk pastes the transcript, corrects one field, saves and submits.
    clerk = at_desk("clerk")
    clerk.goto("/admin/releases/release/")
    clerk.locator('a[href$="/release/import/"]').click()
    clerk.locator("[name=text]").fill(layouts.FULL_RECORD)
    clerk.locator(".submit-row input[type=submit]").click()
    assert clerk.locator("[name=title]").input_value() == TITLE
    clerk.locator("[name=title]").fill(CORRECTED)
    clerk.locator(".submit-row input[type=submit]").click()
    clerk.wait_for_url("**/change/")
    release = Release.objects.get()
    assert (release.title, release.status) == (CORRECTED, "draft")
    assert [speaker.name for speaker in release.speakers.all()] == ["示例甲", "示例乙", "示例丙"]
    assert [question.outlet for question in release.questions.all()] == ["示例日报", "示例晚报"]
    take(clerk, release, "submit")
    assert release.status == "first_review"

    # The author is refused; three people pass it, and nobody passes it twice.
    assert not is_offered(clerk, release, "approve")
    assert (forced(clerk, release, "approve"), release.status) == (409, "first_review")
    first = at_desk("first")
    take(first, release, "approve", opinion="事实清楚。")
    assert release.status == "second_review"
    assert not is_offered(first, release, "approve")
    assert (forced(first, release, "approve"), release.status) == (409, "second_review")
    take(at_desk("second"), release, "approve")
    third = at_desk("third")
    take(third, release, "approve")
    assert release.status == "approved"

    # It appears at its time and not before.
    due = next_minute()
    take(third, release, "schedule", at=f"{due:%Y-%m-%dT%H:%M}")
    assert (release.status, release.publish_at) == ("published", due)
    before = places(release, fetch)
    assert timezone.now() < due, "too slow a machine: the time came while the site was asked"
    assert before == dict.fromkeys(before, False)
    third.wait_for_timeout((due - timezone.now()).total_seconds() * 1000 + 50)
    after = places(release, fetch)
    assert after == dict.fromkeys(after, True)

    # An administrator exports the list: the sheet reads as the screen.
    staff = at_desk("staff")
    staff.goto("/admin/releases/release/")
    shown = staff.locator("#result_list tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll("
        "'.field-titled, .field-status_label, .field-channel, .field-kind, .field-unit,"
        " .field-publish_at, .field-created_by')]"
        ".map(cell => cell.innerText.trim()))"
    )
    with staff.expect_download() as download:
        staff.locator('a[href*="/export/xlsx/"]').click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    sheet = next(one for one in book.worksheets if one["A1"].value == "标题")
    head, *rows = sheet.iter_rows(values_only=True)
    names = ("标题", "状态", "栏目", "类型", "单位", "发布时间", "录入人")
    columns = [head.index(name) for name in names]
    assert [[as_shown(row[n]) for n in columns] for row in rows] == shown
    assert rows[0][head.index("审核人")] == "初审 示例初审、复审 示例复审、终审 示例终审"
