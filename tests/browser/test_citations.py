"""A cited number's way: inserted by keyboard in the editor, published, opened at 360 pixels."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from civic import citations, figures
from civic.publishing import Status
from civic.richtext import cited, plain
from releases.media import MediaAccount, MediaPost, Platform
from releases.models import Release
from tests import make
from tests.browser.desk import take

PHONE = {"width": 360, "height": 740}
PERIOD = "2020-01-01/2020-11-20"
CITE = (
    f'<span class="cite" data-figure="media_posts" data-period="{PERIOD}" data-group="rmh"'
    ' data-value="152" data-as-of="2020-11-20">152篇</span>'
)
LONG = "全市创建工作稳步推进，居民看得见变化。" * 6


@pytest.fixture
def ledger(site) -> MediaAccount:
    """152 posts of the account of this code."""
    account = MediaAccount.objects.create(
        code="rmh",
        name="人民号",
        platform=Platform.RENMIN,
        level=MediaAccount.Level.OWN,
        unit=make.unit("示例市文明办"),
    )
    MediaPost.objects.bulk_create(
        MediaPost(
            account=account,
            title=f"示例文章{i}",
            url=f"https://example.com/{i}",
            published_on=date(2020, 3, 1),
        )
        for i in range(152)
    )
    return account


@pytest.fixture
def editor(page, ledger, sign_in):
    person = make.user("editor", unit=ledger.unit, name="示例甲")
    sign_in(page, person)
    return person


def opened(page, release):
    page.goto(release.get_admin_url())
    page.locator("input[name=_keep_id]").wait_for(state="attached")


def save(page):
    page.locator("[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def arrived(page, label: str) -> None:
    """The dialog moves the focus, and marks what a field holds, in a moment of its own."""
    expect(page.locator(".cke_dialog_body").get_by_label(label)).to_be_focused()
    page.evaluate("() => new Promise(done => setTimeout(done, 50))")


def behind(page) -> None:
    """The dialog is gone and the caret stands behind the number it wrote."""
    page.locator(".cke_dialog_body").wait_for(state="hidden")
    page.wait_for_function(
        """() => {
            const caret = getSelection();
            const wrapper = document.querySelector(".cke_wysiwyg_div .cite")?.parentElement;
            if (!wrapper || !caret.isCollapsed || !caret.anchorNode) return false;
            const range = document.createRange();
            range.selectNodeContents(wrapper);
            return document.activeElement.classList.contains("cke_wysiwyg_div")
                && range.comparePoint(caret.anchorNode, caret.anchorOffset) === 1;
        }"""
    )


def preview(page):
    return page.locator(".cite-preview:visible")


def published_with(body: str, **extra) -> Release:
    return make.live_release("示例发布", body=body, **extra)


# The editor -----------------------------------------------------------------------------------


def test_a_number_is_cited_by_keyboard_published_and_opened_on_a_phone(
    page, editor, visitor, sign_in
):
    column = make.channel("创建动态", reviews_needed=1)
    release = make.release("示例发布", body="", created_by=editor, channel=column)
    opened(page, release)
    page.locator(".cke_wysiwyg_div").first.click()
    page.keyboard.type("人民号发布")

    press(page, "Control+Alt+y")
    page.locator(".cke_dialog_body").wait_for()
    page.locator("select:focus, input:focus").wait_for()
    page.keyboard.type(str(figures.get("media_posts").label))
    page.locator(".cke_dialog_body option[value=media_posts]").wait_for(state="attached")
    preview(page).get_by_text("现值：152").wait_for()
    press(page, "Tab", "Tab")
    arrived(page, "自（如")
    page.keyboard.type("2020-01-01")
    press(page, "Tab")
    arrived(page, "至（如")
    page.keyboard.type("2020-11-20")
    preview(page).get_by_text("截至 2020-11-20").wait_for()
    press(page, "Tab")
    arrived(page, "分组")
    press(page, "End")
    preview(page).get_by_text("现值：152篇 · 截至 2020-11-20").wait_for()
    press(page, "Tab", "Tab", "Tab", "Tab")
    page.locator(".cke_dialog_ui_button_ok:focus").wait_for()
    press(page, "Enter")
    page.locator(".cke_wysiwyg_div .cite", has_text="152篇").wait_for()
    behind(page)
    page.keyboard.type("，成效好。")
    save(page)

    release.refresh_from_db()
    (span,) = cited(release.body)
    assert (span.figure, span.period, span.text, span.value) == (
        "media_posts",
        PERIOD,
        "152篇",
        "152",
    )
    assert (span.group, span.as_of) == ("rmh", "2020-11-20")
    assert span.sentence == "人民号发布152篇，成效好。"

    take(page, release, "submit")
    reviewer = visitor().new_page()
    sign_in(reviewer, make.user("reviewer_3", name="示例终审"))
    take(reviewer, release, "approve", opinion="数据属实。")
    take(reviewer, release, "publish")
    assert release.status == Status.PUBLISHED

    phone = visitor(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    phone.goto(release.get_absolute_url())
    phone.locator("a.cite").tap()
    note = phone.locator(".cite-note")
    note.wait_for()
    box = note.bounding_box()
    assert "截至 2020-11-20" in note.inner_text()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    note.get_by_role("link").tap()
    phone.wait_for_url("**/figures/media_posts/?period=2020-01-01/2020-11-20&group=rmh")
    phone.get_by_text("152").first.wait_for()


def test_a_citation_is_one_piece_that_is_changed_in_its_dialog(page, editor):
    release = make.release(body=f"<p>发布{CITE}，成效好。</p>", created_by=editor)
    opened(page, release)

    page.locator(".cke_wysiwyg_div .cite").dblclick()
    preview(page).get_by_text("现值：152篇").wait_for()
    page.get_by_label("说法").select_option("余")
    page.locator(".cke_dialog_body option[value='150余篇']").wait_for(state="attached")
    page.get_by_label("写成").select_option("150余篇")
    page.locator(".cke_dialog_ui_button_ok").click()
    page.locator(".cke_dialog_body").wait_for(state="hidden")
    save(page)

    release.refresh_from_db()
    (span,) = cited(release.body)
    assert (span.text, span.value, span.qualifier) == ("150余篇", "150", "余")
    assert (span.period, span.group) == (PERIOD, "rmh")


def test_a_number_that_no_longer_holds_is_marked_as_historical_and_stays_what_it_was(
    page, editor, ledger
):
    release = make.release(body=f"<p>发布{CITE}，成效好。</p>", created_by=editor)
    citations.check(release)
    MediaPost.objects.create(
        account=ledger,
        title="又一篇",
        url="https://example.com/more",
        published_on=date(2020, 3, 1),
    )
    opened(page, release)

    page.locator(".cke_wysiwyg_div .cite").dblclick()
    preview(page).get_by_text("现值：153篇").wait_for()
    page.locator(".cke_dialog_body input[type=checkbox]").check()
    page.locator(".cke_dialog_body option[value='152篇']").wait_for(state="attached")
    page.locator(".cke_dialog_ui_button_ok").click()
    page.locator(".cke_dialog_body").wait_for(state="hidden")
    save(page)

    release.refresh_from_db()
    (span,), row = cited(release.body), release.citations.get()
    assert (span.text, span.as_of, span.is_historical) == ("152篇", "2020-11-20", True)
    assert (row.state, row.may_keep) == ("differs", True)


def test_a_text_passes_the_editor_unchanged(page, editor):
    body = f"<p>发布{CITE}，成效好。</p>"
    release = make.release(body=body, created_by=editor)
    opened(page, release)

    page.locator("#id_title").fill("新标题")
    save(page)

    release.refresh_from_db()
    (span,), (before,) = cited(release.body), cited(body)
    assert span.markup == before.markup  # the editor sorts the attributes
    assert plain(release.body) == plain(body)


def test_the_dialog_says_in_words_what_is_wrong(page, editor, troubles):
    opened(page, make.release(body="<p>正文</p>", created_by=editor))
    page.locator(".cke_wysiwyg_div").first.click()
    page.locator(".cke_button__cite").first.click()
    page.locator(".cke_dialog_body option[value=media_posts]").wait_for(state="attached")

    page.locator(".cke_dialog_body select").first.select_option("media_posts")
    page.get_by_label("自（如").fill("2020-11-20")
    page.get_by_label("至（如").fill("2020-01-01")
    preview(page).get_by_text("倒").wait_for()
    page.locator(".cke_dialog_ui_button_ok").click()

    assert page.locator(".cke_dialog_body").is_visible()
    troubles.clear()  # the refusals of the server


def test_a_number_that_cites_nothing_is_bound_with_one_press(page, editor):
    release = make.release(
        body=f"<p>已引用{CITE}。</p><p>又有<strong>152</strong>篇。</p>", created_by=editor
    )
    opened(page, release)

    page.locator("[data-uncited]").click()
    row = page.locator(".uncited-list li")
    row.locator("button").first.click()
    row.locator(".uncited-bound").wait_for()
    save(page)

    release.refresh_from_db()
    spans = cited(release.body)
    assert [span.text for span in spans] == ["152篇", "152篇"]
    assert "<strong>152</strong>" in release.body


def test_the_numbers_of_an_old_conference_are_sought_as_of_its_day(page, editor, ledger):
    MediaPost.objects.create(
        account=ledger, title="后来", url="https://example.com/later", published_on=date(2021, 5, 1)
    )
    held = datetime(2020, 11, 20, 15, tzinfo=timezone.get_default_timezone())
    release = make.release(
        body="<p>人民号发布152篇。</p>", created_by=editor, kind="conference", held_at=held
    )
    opened(page, release)

    page.locator("[data-uncited]").click()
    page.locator(".uncited-list li button").first.click()
    page.locator(".uncited-list .uncited-bound").wait_for()
    save(page)

    release.refresh_from_db()
    (span,) = cited(release.body)
    assert (span.text, span.as_of) == ("152篇", "2020-11-20")


# The public page ------------------------------------------------------------------------------


def test_the_keyboard_opens_the_note_and_escape_closes_it(page, ledger):
    page.goto(published_with(f"<p>{LONG}发布{CITE}。{LONG}</p>").get_absolute_url())
    link, note = page.locator("a.cite"), page.locator(".cite-note")

    link.focus()
    shown = note.is_visible()
    press(page, "Tab")
    inside = note.get_by_role("link").evaluate("one => one === document.activeElement")
    still = note.is_visible()
    press(page, "Escape")

    assert (shown, inside, still, note.is_visible()) == (True, True, True, False)
    assert link.evaluate("one => one === document.activeElement")


def test_the_pointer_opens_the_note_and_may_go_into_it(page, ledger):
    page.goto(published_with(f"<p>{LONG}发布{CITE}。{LONG}</p>").get_absolute_url())
    note = page.locator(".cite-note")

    page.locator("a.cite").hover()
    note.wait_for()
    note.get_by_role("link").hover()
    page.wait_for_function("() => !document.querySelector('.cite-note').hidden")
    inside = note.is_visible()
    page.locator("h1").hover()
    note.wait_for(state="hidden")

    assert inside


def test_a_tap_beside_closes_the_note(visitor, ledger):
    phone = visitor(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    phone.goto(published_with(f"<p>{LONG}发布{CITE}。</p>").get_absolute_url())
    note = phone.locator(".cite-note")

    phone.locator("a.cite").tap()
    note.wait_for()
    phone.locator("h1").tap()
    note.wait_for(state="hidden")
    phone.locator("a.cite").tap()
    note.wait_for()
    phone.locator("a.cite").tap()
    note.wait_for(state="hidden")

    assert phone.url.endswith(Release.objects.get().get_absolute_url())


def test_without_scripts_the_number_is_a_link(visitor, ledger):
    bare = visitor(java_script_enabled=False).new_page()
    bare.goto(published_with(f"<p>发布{CITE}。</p>").get_absolute_url())

    bare.locator("a.cite").click()

    assert "/figures/media_posts/" in bare.url


@pytest.mark.parametrize("settings", ["", "contrast", "elder"])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_open_note_fits_and_satisfies_axe(visitor, ledger, axe, settings, width):
    page = visitor(viewport={"width": width, "height": 800}).new_page()
    page.goto(published_with(f"<p>{LONG}发布{CITE}。{LONG}</p>").get_absolute_url())
    if settings:
        page.evaluate("name => document.documentElement.classList.add(name)", settings)
    page.locator("a.cite").focus()
    page.locator(".cite-note").wait_for()

    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = axe(page)

    assert wide <= 0
    assert found == []


def test_print_shows_the_number_alone(page, ledger):
    page.goto(published_with(f"<p>发布{CITE}。</p>").get_absolute_url())
    page.locator("a.cite").focus()
    page.locator(".cite-note").wait_for()

    page.emulate_media(media="print")

    assert not page.locator(".cite-note").is_visible()
    assert page.locator(".prose p").first.inner_text() == "发布152篇。"


def test_the_page_is_valid_html(ledger, fetch, valid_html):
    body = f"<h2>{CITE}</h2><ul><li>{CITE}</li></ul><table><tr><td>{CITE}</td></tr></table>"

    assert valid_html(fetch(published_with(body).get_absolute_url())) == []
