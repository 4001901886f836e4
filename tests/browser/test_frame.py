"""The frame in a real browser: settings with and without JavaScript, every mode, no violation."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from civic.sitesettings import SiteSettings
from releases.models import Answer, Question, Release
from tests import make

PAGES = ["/", "/sitemap/", "/about/", "/display/", "/search/", "/search/?q=文明", "/nowhere/"]
MODES = ["", "elder", "contrast", "elder.contrast.large"]


@pytest.fixture
def town(site):
    """A little of everything the frame and the home page show."""
    row = SiteSettings.load()
    row.site_name, row.office_name, row.phone = "示例市文明网", "示例市文明办", "0000-0000000"
    row.about = "介绍。"
    row.save()
    top = make.channel("创建动态", order=10)
    make.channel("专项整治", parent=top)
    make.channel("通知公示", order=20, type="notice")
    talk = make.live_release("</script><zqx>发布会", kind=Release.Kind.CONFERENCE, channel=top)
    question = Question.objects.create(release=talk, outlet="示例日报", text="怎样坚持下去？")
    Answer.objects.create(question=question, name="示例甲", post="副主任", body="<p>坚持。</p>")
    make.live_release("通知一则", kind="notice", at=timezone.now() - timedelta(days=1))
    make.topic("创建之路")
    return site


def with_settings(context, site, cookie):
    if cookie:
        context.add_cookies([{"name": "display", "value": cookie, "url": site.url}])


@pytest.mark.parametrize("cookie", MODES)
def test_pages_are_accessible_and_fit_in_every_mode(town, visitor, axe, cookie):
    found = {}
    for width in (1280, 360):
        context = visitor(viewport={"width": width, "height": 800})
        with_settings(context, town, cookie)
        page = context.new_page()
        for path in PAGES:
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            problems = axe(page) + ([("too wide", wide)] if wide > width else [])
            if problems:
                found[(path, width)] = problems

    assert found == {}


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_valid_html(town, fetch, valid_html, path):
    assert valid_html(fetch(quote(path, safe="/?=&"))) == []


def test_at_four_hundred_percent_nothing_is_cut_off(town, visitor):
    page = visitor(viewport={"width": 320, "height": 256}).new_page()

    wide = {}
    for path in PAGES:
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")

    assert wide == dict.fromkeys(PAGES, 320)


def test_settings_hold_at_once_and_for_every_page(town, page):
    page.goto("/")
    page.get_by_role("button", name="长者模式").click()

    assert page.locator("html").get_attribute("class") == "elder"
    assert page.url == town + "/"
    page.goto("/about/")
    assert page.locator("html").get_attribute("class") == "elder"
    assert page.get_by_role("button", name="长者模式").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="长者模式").click()
    assert page.locator("html").get_attribute("class") == ""
    assert page.context.cookies() == []


def test_a_page_out_of_a_cache_is_shown_as_this_reader_wants(town, page):
    made_for_another = page.request.get("/about/").text()
    page.route(
        "**/about/", lambda route: route.fulfill(body=made_for_another, content_type="text/html")
    )
    with_settings(page.context, town, "contrast.large")

    page.goto("/about/")

    assert sorted(page.locator("html").get_attribute("class").split()) == ["contrast", "size-large"]


def test_without_javascript_the_same_buttons_work(town, visitor):
    page = visitor(java_script_enabled=False).new_page()
    page.goto("/about/")

    page.get_by_role("button", name="高对比度").click()

    assert page.url == town + "/about/"
    assert page.locator("html").get_attribute("class") == "contrast"
    assert page.get_by_role("button", name="朗读").count() == 0
    page.get_by_role("link", name="字号").click()
    page.get_by_role("button", name="大", exact=False).last.click()
    assert page.locator("html").get_attribute("class") == "contrast size-large"
    page.get_by_role("link", name="返回刚才的页面").click()
    assert page.url == town + "/about/"


def test_the_keyboard_reaches_the_content_first(town, page):
    page.goto("/")

    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent.trim()")
    page.keyboard.press("Enter")

    assert focused == "跳到正文"
    assert page.evaluate("document.activeElement.id") == "main"


def test_targets_on_a_phone_are_as_large_as_a_thumb(town, visitor):
    page = visitor(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    page.goto("/")

    small = page.evaluate(
        """() => [...document.querySelectorAll('.topbar button, .topbar a, .find button,'
             + '.find input, .menu a, .section-head > a, .foot ul a')]
             .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44)
             .map(one => one.textContent)"""
    )

    assert small == []


SPOKEN = """
  window.spoken = [];
  window.SpeechSynthesisUtterance = class extends EventTarget {
    constructor(text) { super(); this.text = text; }
  };
  Object.defineProperty(window, 'speechSynthesis', {value: {
    speak(one) { spoken.push(one.text); this.last = one; },
    cancel() {},
  }});
  window.finish = () => speechSynthesis.last.dispatchEvent(new Event('end'));
"""


def test_reading_aloud_goes_by_sentence_pauses_and_stops(town, page):
    row = SiteSettings.load()
    row.about = "第一句。第二句！\n\n第三句。"
    row.save()
    page.add_init_script(SPOKEN)  # the machine that tests has no voice
    page.goto("/about/")
    read = page.locator("[data-read]").first

    read.click()
    page.evaluate("finish()")
    page.evaluate("finish()")
    assert page.evaluate("spoken") == ["关于本站", "关于我们", "第一句。"]
    assert read.text_content() == "暂停"

    read.click()
    page.evaluate("finish()")
    assert read.text_content() == "继续"
    assert page.evaluate("spoken.length") == 3

    read.click()
    assert page.evaluate("spoken").pop() == "第一句。"
    page.locator("[data-read-stop]").first.click()
    assert read.text_content() == "朗读"
    assert page.locator("[data-said]").text_content() == "朗读已结束。"


def test_structured_data_neither_runs_nor_offends_the_policy(town, page, troubles):
    page.goto("/")

    kinds = page.evaluate(
        "[...document.querySelectorAll('script[type=\"application/ld+json\"]')]"
        ".map(one => JSON.parse(one.textContent)['@type'])"
    )

    assert kinds == ["WebSite"]
    assert troubles.found == []


@pytest.mark.parametrize("scheme", ["active", "none"])
def test_forced_colours_and_less_motion_are_respected(town, visitor, axe, scheme):
    context = visitor(forced_colors=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/")

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert axe(page) == []
