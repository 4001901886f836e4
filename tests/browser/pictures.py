"""`python -m tests.browser.pictures`: photographs the demo site for docs/pictures.

Not a test. It starts the demo site with data of its own; `--site URL --accounts FILE` takes one
that is running.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Name: width and height of the window, and how many points a pixel has.
WINDOWS = {"desktop": (1280, 860, 1.0), "phone": (360, 720, 2.0)}
TALL = {"admin-form": 1400, "import": 1400}  # in a wide window: forms are long
COLOURS = 192  # of the palette: enough for flat pages, a third of the bytes

TRANSCRIPT = """下载客户端
登录
示例市召开“社区食堂”新闻发布会
示例发布 2026-11-18 16:30 来源：示例日报
今天上午，示例市人民政府新闻办公室召开新闻发布会。市民政局副局长示例午介绍社区食堂建设情况并回答记者提问。\
市政府新闻办主任示例壬主持发布会。
一、基本情况
目前全市已建成社区食堂六十四家，日均就餐一万一千人次。
• 六十岁以上老人每餐优惠两元；
• 残疾人和困难家庭由街道补助；
• 菜价和原料来源每天公布。
二、下一步
明年计划再建二十家，优先安排在老旧小区。
记者提问
示例日报记者：食堂能不能长久办下去？
市民政局副局长示例午：
靠补贴办不长久，靠街坊常来才能长久。目前有四十一家能够保本，其余的正在调整菜单和开放时间。
喜欢此内容的人还喜欢
我要举报
"""


@contextmanager
def demo_site() -> Iterator[tuple[str, Path]]:
    """The demo site with data of its own: its address, and where its accounts are written."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="civic-pictures-") as data:
        url = f"http://127.0.0.1:{port}"
        env = {**os.environ, "DATA_DIR": data, "SITE_ORIGIN": url, "LOG_LEVEL": "WARNING"}
        serve = [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)]
        process = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"{url}/healthz", process)
            yield url, Path(data) / "demo-accounts.txt"
        finally:
            process.terminate()
            process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: int = 300) -> None:
    for _ in range(seconds * 2):
        if process.poll() is not None:
            raise SystemExit("The site did not start.")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"{url} does not answer.")


# What is photographed: a name, and how to get there from the home page.


def at(path: str) -> Callable[[Page, str], None]:
    return lambda page, url: open_page(page, url + path)


def by_title(words: str) -> Callable[[Page, str], None]:
    """The public page of the release, found as a reader finds it."""

    def go(page: Page, url: str) -> None:
        open_page(page, f"{url}/search/?q={words}")
        with page.expect_navigation():
            page.locator("main a", has_text=words).first.click()
        settle(page)

    return go


def answers(page: Page, url: str) -> None:
    """The questions and answers of the press conference."""
    by_title("介绍全国文明城市创建情况")(page, url)
    page.locator("[id^=q-]").first.evaluate("it => it.scrollIntoView({behavior: 'instant'})")
    page.wait_for_timeout(1000)  # pictures above come in as they come into sight
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    page.locator("[id^=q-]").first.evaluate("it => it.scrollIntoView()")
    page.evaluate("window.scrollBy(0, -40)")
    settle(page)


def form_of(words: str) -> Callable[[Page, str], None]:
    """The form of the release in the back office."""

    def go(page: Page, url: str) -> None:
        open_page(page, f"{url}/admin/releases/release/?q={words}")
        with page.expect_navigation():
            page.locator("#result_list tbody th a").first.click()
        settle(page)

    return go


def transcript_read(page: Page, url: str) -> None:
    """What was recognised in a transcript, before it is saved."""
    open_page(page, f"{url}/admin/releases/release/import/")
    page.locator("textarea").first.fill(TRANSCRIPT)
    with page.expect_navigation():
        page.locator("form:has(textarea)").first.evaluate("form => form.requestSubmit()")
    settle(page)


PUBLIC = {
    "home": at("/"),
    "list": at("/releases/"),
    "release": by_title("背街小巷改造收尾"),
    "conference": by_title("介绍全国文明城市创建情况"),
    "questions": answers,
    "search": at("/search/?q=志愿者"),
}
OFFICE = {
    "desk": ("reviewer3", at("/admin/")),
    "admin-list": ("editor", at("/admin/releases/release/")),
    "admin-form": ("editor", form_of("老旧小区电梯加装突破百台")),
    "import": ("editor", transcript_read),
}


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    settle(page)


def settle(page: Page) -> None:
    """Until the pictures are there and nothing moves."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_function("[...document.images].every(i => i.complete || i.loading === 'lazy')")
    page.wait_for_timeout(300)  # lazy pictures in sight, the editor's tool bar


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/admin/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.locator("input[name=password]").press("Enter")
    if not page.url.endswith("/admin/"):
        raise SystemExit(f"{username} could not sign in.")


def photograph(page: Page, name: str) -> None:
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    flat = shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    flat.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB")


def take(browser: Browser, url: str, password: str, window: str, only: list[str]) -> None:
    width, height, scale = WINDOWS[window]

    def new_page(name: str) -> Page:
        tall = TALL.get(name, height) if window == "desktop" else height
        page = browser.new_context(
            viewport={"width": width, "height": tall},
            device_scale_factor=scale,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        ).new_page()
        page.set_default_timeout(90_000)
        return page

    for name, go in PUBLIC.items():
        if not only or name in only:
            page = new_page(name)
            go(page, url)
            photograph(page, f"{name}-{window}")
            page.context.close()
    for name, (username, go) in OFFICE.items():
        if not only or name in only:
            page = new_page(name)
            sign_in(page, url, username, password)
            go(page, url)
            photograph(page, f"{name}-{window}")
            page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", help="a demo site that is running")
    parser.add_argument("--accounts", type=Path, help="its demo-accounts.txt")
    parser.add_argument("only", nargs="*", help="names of pictures; all when none is given")
    given = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    if given.site:
        shoot(given.site, given.accounts, given.only)
        return
    with demo_site() as (url, accounts):
        shoot(url, accounts, given.only)


def shoot(url: str, accounts: Path, only: list[str]) -> None:
    found = re.search(r"密码都是：(\S+)", accounts.read_text())
    if not found:
        raise SystemExit(f"{accounts} names no password.")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for window in WINDOWS:
            take(browser, url, found[1], window, only)
        browser.close()


if __name__ == "__main__":
    main()
