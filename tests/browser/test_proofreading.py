"""Proofreading in the form: a hit is shown at its place, mended in a click, kept with a reason."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from releases.models import HitDecision, TermRule
from tests import make

BODY = "<p>会议对下一步工作作了<strong>布署</strong>。</p><p>这是内部资料。</p>"
UNSAVED = "有尚未保存的内容"


@pytest.fixture
def draft(page, site, sign_in):
    """A clerk's text with a wrong word and one to be confirmed, open in the form."""
    TermRule.objects.all().delete()
    TermRule.objects.create(pattern="布署", correction="部署")
    TermRule.objects.create(kind="forbidden", grade="confirm", pattern="内部资料")
    person = make.user("editor", unit=make.unit("示例市文明办"), name="示例甲")
    sign_in(page, person)
    release = make.release("示例新闻", body=BODY, created_by=person, unit=person.unit)
    opened(page, release)
    return release


def opened(page, release) -> None:
    page.goto(release.get_admin_url())
    page.locator("input[name=_keep_id]").wait_for(state="attached")
    page.locator(".proof-list").wait_for()


def hit(page, text: str):
    return page.locator(".proof-hit", has_text=text)


def test_a_hit_is_shown_at_its_place_and_mended_in_one_click(page, draft, axe):
    expect(page.locator(".proof-count")).to_contain_text("2")
    assert axe(page) == []

    hit(page, "布署").get_by_role("button", name="在稿件中查看").click()
    assert page.evaluate("String(getSelection())") == "布署"
    expect(page.locator(".cke_wysiwyg_div").first).to_be_focused()

    hit(page, "布署").get_by_role("button", name="改正").click()
    expect(page.locator(".proof-hit")).to_have_count(1)
    draft.refresh_from_db()
    assert "<strong>部署</strong>" in draft.body
    expect(page.locator(".cke_wysiwyg_div").first).to_contain_text("作了部署")


def test_a_word_is_kept_only_with_a_reason(page, draft):
    kept = hit(page, "内部资料")
    kept.get_by_role("button", name="保留原文").click()
    assert HitDecision.objects.count() == 0  # the browser asks for the reason

    kept.get_by_label("保留理由").fill("引用原文件名。")
    kept.get_by_role("button", name="保留原文").click()

    expect(kept.locator(".proof-decision")).to_contain_text("引用原文件名。")
    assert HitDecision.objects.get().reason == "引用原文件名。"


def test_nothing_typed_is_lost_by_a_click_that_mends(page, draft):
    page.locator("#id_title").fill("还没有保存的标题")

    hit(page, "布署").get_by_role("button", name="改正").click()

    expect(page.locator("#proof-unsaved")).to_be_visible()
    assert page.locator("#id_title").input_value() == "还没有保存的标题"
    draft.refresh_from_db()
    assert "布署" in draft.body


def test_of_two_who_mend_the_second_is_told(page, draft, troubles):
    type(draft).objects.filter(pk=draft.pk).update(version=draft.version + 1)

    hit(page, "布署").get_by_role("button", name="改正").click()

    expect(page.locator(".proof-list .errornote")).to_be_visible()
    draft.refresh_from_db()
    assert "布署" in draft.body
    troubles.clear()  # the refusal of the server
