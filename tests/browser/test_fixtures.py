"""The fixtures themselves: a fault that nothing would notice would make every journey worthless."""

from tests import make

PAGE = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>标题</title></head>
<body><main><h1>标题</h1>{}</main></body></html>"""


def test_the_site_shows_the_rows_of_the_test_with_the_real_headers_and_hashed_files(site, page):
    make.user("editor", username="bianji")

    answer = page.goto("/admin/login/")
    page.get_by_label("用户名").fill("bianji")

    assert answer.status == 200
    assert "object-src 'none'" in answer.headers["content-security-policy"]
    css = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    assert page.request.get(css).status == 200
    assert css.count(".") == 2, "no hash in the name"


def test_a_person_signs_in_by_the_form(site, page):
    make.user("editor", username="bianji")

    page.goto("/admin/login/")
    page.get_by_label("用户名").fill("bianji")
    page.get_by_label("密码").fill(make.PASSWORD)
    page.locator("[type=submit]").first.click()

    assert page.url == site + "/admin/"


def test_a_person_signed_in_by_the_fixture_is_inside(site, page, sign_in):
    person = make.user("editor")

    sign_in(page, person)
    page.goto("/admin/")

    assert page.url == site + "/admin/"


def test_errors_behind_the_page_are_seen(site, page, troubles):
    page.goto("/admin/login/")

    page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    page.evaluate("() => { console.error('said') }")
    page.evaluate(
        "() => { document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">') }"
    )
    page.evaluate("() => { new Image().src = 'http://127.0.0.2:9/x.png' }")
    page.wait_for_timeout(300)

    kinds = sorted({one.split(":")[0] for one in troubles.found})
    assert kinds == ["console", "foreign host", "script"]
    assert any("Content Security Policy" in one for one in troubles.found)
    troubles.clear()


def test_axe_finds_what_is_wrong(page, axe):
    page.set_content(PAGE.format('<img src="data:,"><p>文字</p>'))

    assert [rule for rule, _, _ in axe(page)] == ["image-alt"]


def test_the_nu_checker_finds_what_is_wrong(valid_html):
    assert valid_html(PAGE.format("<p>好</p>")) == []
    assert len(valid_html(PAGE.format("<p><div></p>"))) > 0
