"""The editor in a real browser: typing, headings, lists, pictures; answers; text that is kept."""

import io
from datetime import date

import pytest
from django.urls import reverse
from PIL import Image

from civic.declared import DeclaredFigure
from civic.pictures import Picture
from releases.models import Question, Release
from tests import make

TEXT = ".cke_wysiwyg_div"


@pytest.fixture
def editor(page, site, sign_in):
    person = make.user("editor", unit=make.unit("示例市文明办"), name="示例甲")
    sign_in(page, person)
    return person


def opened(page, release):
    page.goto(reverse("admin:releases_release_change", args=[release.pk]))
    # keep.js begins when every editor is ready.
    page.locator("input[name=_keep_id]").wait_for(state="attached")


def png():
    out = io.BytesIO()
    Image.new("RGB", (64, 40), (20, 110, 60)).save(out, "PNG")
    return {"name": "图.png", "mimeType": "image/png", "buffer": out.getvalue()}


def save(page):
    page.locator("[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()


def test_a_text_is_typed_with_heading_list_and_picture(page, editor):
    release = make.release(body="", created_by=editor)
    opened(page, release)

    text = page.locator(TEXT).first
    text.click()
    page.keyboard.type("小标题")
    page.evaluate("CKEDITOR.instances.id_body.applyStyle(new CKEDITOR.style({element: 'h2'}))")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("一段正文。")
    page.keyboard.press("Enter")
    page.locator(".cke_button__bulletedlist").first.click()
    page.keyboard.type("第一条")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator(".cke_button__image").first.click()
    page.locator(".picture-upload input").wait_for()  # a dialog that opens empties its field
    page.locator(".picture-upload input").set_input_files(png())
    page.locator(".picture-upload p", has_text="✓").wait_for()
    page.get_by_label("替换文本").fill("绿色的图")
    page.locator(".cke_dialog_ui_button_ok").click()
    page.locator(".cke_dialog_body").first.wait_for(state="hidden")
    save(page)

    release.refresh_from_db()
    picture = Picture.objects.get()
    assert release.body.startswith("<h2>小标题</h2>")
    assert "<p>一段正文。</p>" in release.body
    assert "<li>第一条</li>" in release.body
    assert f'src="{picture.large_url}"' in release.body
    assert picture.alt == "绿色的图"
    assert list(release.body_pictures.all()) == [picture]


def test_who_saves_without_a_change_changes_nothing(page, site, sign_in):
    writer = make.user("editor", unit=make.unit("示例市文明办"), name="示例甲")
    picture = make.picture("路口")
    cite = '<span class="cite" data-figure="declared-a" data-value="1" data-as-of="2020-01-01">'
    release = make.release(
        kind="conference",
        body="<h2>标题</h2><p>“第一段”，&amp;。</p><ul><li>一</li><li><strong>二</strong>条</li></ul>"
        f'<figure><img src="{picture.large_url}" alt="路口" width="64" height="40">'
        "<figcaption>说明</figcaption></figure><table><tbody><tr><td>甲</td></tr></tbody></table>"
        f"<p>一行<br>两行 {cite}1个</span>。</p>",
        summary="第一行。\n第二行。",
        created_by=writer,
        unit=writer.unit,
    )
    DeclaredFigure.objects.create(
        name="a",
        label="外部数",
        unit="个",
        number=1,
        as_of=date(2020, 1, 1),
        source_title="示例年报",
        source_url="https://example.com/",
    )
    make.speaker(release, "示例丙")
    make.question(release, "怎么做？", ("示例丙", "主任", "<p>“先做”样板。</p><p>再推开。</p>"))
    release.submit(by=writer)
    before = Release.objects.values().get(pk=release.pk)
    sign_in(page, make.user("reviewer_1", name="示例乙"))
    opened(page, release)

    save(page)

    after = Release.objects.values().get(pk=release.pk)
    assert after["status"] == "first_review"
    assert after["edited_by_id"] == before["edited_by_id"]


def test_answers_are_added_and_taken_away_under_a_question(page, editor):
    release = make.release(kind="conference", created_by=editor)
    question = Question.objects.create(release=release, outlet="示例日报", text="覆盖面有多大？")
    opened(page, release)
    group = page.locator("#questions-0-answers-group")

    group.locator("[data-add-answer]").click()
    group.locator("[data-add-answer]").click()
    answers = group.locator("fieldset.answer")
    for number, words in ((0, "第一段"), (2, "第三段")):
        answers.nth(number).locator("[name$=-name]").fill("示例发言")
        answers.nth(number).locator(TEXT).click()
        page.keyboard.type(words)
    answers.nth(1).locator(".remove-answer").click()
    save(page)

    assert [one.body for one in question.answers.all()] == ["<p>第一段</p>", "<p>第三段</p>"]


def test_conference_fields_are_shown_for_a_conference_only(page, editor):
    opened(page, make.release(created_by=editor))
    venue, speakers = page.locator("#id_venue"), page.locator("#speakers-group")
    before = [venue.is_visible(), speakers.is_visible()]

    page.locator("#id_kind").select_option("conference")

    assert before == [False, False]
    assert [venue.is_visible(), speakers.is_visible()] == [True, True]


def test_what_was_typed_and_not_saved_is_offered_again(page, editor):
    release = make.release(created_by=editor)
    opened(page, release)
    page.locator("#id_title").fill("没有保存的标题")
    page.locator("#keep-state", has_text="已暂存").wait_for()

    opened(page, release)
    page.locator(".keep-offer button").first.click()
    restored = page.locator("#id_title").input_value()
    save(page)
    opened(page, release)

    assert restored == "没有保存的标题"
    assert Release.objects.get().title == "没有保存的标题"
    assert page.locator(".keep-offer").count() == 0


def test_a_step_waits_until_what_was_typed_is_saved(page, editor):
    release = make.release(created_by=editor)
    opened(page, release)
    page.locator("#id_title").fill("没有保存的标题")

    page.locator("[data-step]", has_text="送审").click()

    assert page.locator("#steps-unsaved").is_visible()
    assert page.url.endswith(f"/{release.pk}/change/")
