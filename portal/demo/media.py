"""The demo's media ledger: rows that add up to the figures a city once announced.

Accounts, titles and counts are invented; what they add up to from 1 January to 20 November 2020
is what the great press conference says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from simple_history.utils import bulk_create_with_history

from civic.accounts import User
from civic.units import Unit
from releases.media import MediaAccount, MediaMetric, MediaPost, Platform, tokens_of
from releases.reach import Adoption, MediaTopic, TopicMetric

FIRST, LAST = date(2020, 1, 1), date(2020, 11, 20)
BEFORE = date(2019, 1, 1), date(2019, 12, 31)
_OWN, _CITY = MediaAccount.Level.OWN, MediaAccount.Level.MUNICIPAL


@dataclass(frozen=True)
class Run:
    """Posts of one account in one period, the most seen first, and what all are to add up to.

    `highest` are given one by one; the others get `total` among them, or a usual number each.
    """

    account: str
    count: int
    highest: tuple[int, ...] = ()
    total: int | None = None
    usual: tuple[int, int] = (300, 8_000)
    period: tuple[date, date] = (FIRST, LAST)


# code, platform, name, level, unit
ACCOUNTS = (
    ("rmh", Platform.RENMIN, "文明示例", _OWN, "wmb"),
    ("wenming", Platform.WECHAT, "文明示例", _OWN, "wmb"),
    ("douyin", Platform.DOUYIN, "文明示例", _OWN, "wmb"),
    ("fabu", Platform.WECHAT, "示例发布", _CITY, "xwb"),
    ("ribao", Platform.WECHAT, "示例日报", _CITY, "ribao"),
    ("guangdian", Platform.WECHAT, "示例广电", _CITY, "guangdian"),
)
RUNS = (
    Run("rmh", 152, (31_042,), total=536_520),
    Run("douyin", 128, (247_930,), usual=(2_000, 60_000)),
    Run("wenming", 1_011),
    Run("fabu", 34, (182_400, 121_700), usual=(4_000, 60_000)),
    Run("ribao", 41, (156_300, 113_900, 102_600), usual=(3_000, 52_000)),
    Run("guangdian", 27, (134_800,), usual=(3_000, 48_000)),
    Run("rmh", 36, period=BEFORE),
    Run("wenming", 240, period=BEFORE),
)
TOPIC = ("douchu", "抖出示例文明范儿", Platform.DOUYIN, date(2020, 4, 12))
JOINED = ((date(2020, 6, 30), 3_204_500), (date(2020, 9, 30), 7_618_900), (LAST, 9_841_260))

# outlet, how many of its adoptions
ADOPTED = (("中国文明网", 29), ("学习强国", 25), ("精神文明报", 12))

PLACES = (
    "清溪街道", "柳堤街道", "望山街道", "荷塘社区", "铁道社区", "槐荫社区", "和平社区",
    "书院社区", "石桥镇", "松岭村", "示例城区", "样板县", "火车站广场", "东门市场", "市图书馆",
    "文化广场", "第一中学", "实验小学", "人民医院", "公交三公司", "环卫一队", "政务大厅",
    "滨河公园",
)  # fmt: skip
STORIES = (
    "一条背街小巷的三次改造", "志愿者站好早高峰第一班岗", "楼道里的杂物是怎样清走的",
    "菜市场换了新模样", "斑马线前停一停", "老旧小区加装电梯记", "一位网格员的一天",
    "公筷上桌，习惯慢慢养成", "孩子们画出心中的文明城", "家门口的文艺演出",
    "垃圾分类从厨房开始", "夜市收摊以后", "非机动车有了自己的位置", "一张问题清单的旅程",
    "把门口的事商量着办", "红马甲陪老人过节", "十五分钟走到的便民点", "工地围挡上的风景",
    "一封感谢信背后的故事", "从要我做到我要做",
)  # fmt: skip


def make_media(units: dict[str, Unit], by: User) -> None:
    """Accounts, posts with their counts, the topic, adoptions: all with `by` in their history."""
    accounts = [
        MediaAccount(code=code, platform=platform, name=name, level=level, unit=units[unit])
        for code, platform, name, level, unit in ACCOUNTS
    ]
    made = bulk_create_with_history(accounts, MediaAccount, default_user=by)
    _post({account.code: account for account in made}, by)
    _join(by)
    adoptions = [*_adoptions(units["wmb"])]
    bulk_create_with_history(adoptions, Adoption, default_user=by, batch_size=500)


def _post(accounts: dict[str, MediaAccount], by: User) -> None:
    posts = [post for run in RUNS for post in _posts(run, accounts[run.account])]
    made = bulk_create_with_history(posts, MediaPost, default_user=by, batch_size=500)
    metrics = [metric for post in made for metric in _metrics(post)]
    MediaMetric.objects.bulk_create(metrics, batch_size=500)


def _posts(run: Run, account: MediaAccount) -> Iterator[MediaPost]:
    first, last = run.period
    days = (last - first).days + 1
    for n, seen in enumerate(_counts(run)):
        # 7 divides none of the counts: the most seen are not the first of the year.
        place = n * 7 % run.count
        title = _title(f"{run.account}{first.year}", n)
        yield MediaPost(
            account=account,
            title=title,
            tokens=tokens_of(title),
            url=f"https://{run.account}.example.com/{first.year}/{place + 1:04d}",
            published_on=first + timedelta(days=place * days // run.count),
            is_original=n % 5 != 4,
            views=seen,
            views_as_of=last,
        )


def _counts(run: Run) -> list[int]:
    """How often each was seen, the highest first."""
    least, most = run.usual
    others = [
        least + crc32(f"{run.account}{run.period[0]}{n}".encode()) % (most - least)
        for n in range(run.count - len(run.highest))
    ]
    if run.total is not None:
        left, sum_ = run.total - sum(run.highest), sum(others)
        others = [number * left // sum_ for number in others]
        others[0] += left - sum(others)
    return [*run.highest, *others]


def _title(seed: str, n: int) -> str:
    spread = crc32(seed.encode()) + n
    return f"{PLACES[spread % len(PLACES)]}：{STORIES[spread // len(PLACES) % len(STORIES)]}"


def _metrics(post: MediaPost) -> Iterator[MediaMetric]:
    """A week after it appeared three quarters had seen it; then it was counted again."""
    kind, seen, as_of = post.account.views_kind, post.views or 0, post.views_as_of or LAST
    week = post.published_on + timedelta(days=7)
    if week < as_of:
        yield MediaMetric(post=post, kind=kind, number=seen * 3 // 4, as_of=week)
    yield MediaMetric(post=post, kind=kind, number=seen, as_of=as_of)
    yield MediaMetric(post=post, kind=MediaMetric.Kind.LIKES, number=seen // 40, as_of=as_of)


def _join(by: User) -> None:
    code, name, platform, started = TOPIC
    day, number = JOINED[-1]
    topic = MediaTopic(
        code=code,
        name=name,
        platform=platform,
        started_on=started,
        participation=number,
        counted_on=day,
        url="https://douyin.example.com/topic/1",
    )
    bulk_create_with_history([topic], MediaTopic, default_user=by)
    made = MediaTopic.objects.get(code=code)
    TopicMetric.objects.bulk_create(
        [TopicMetric(topic=made, as_of=day, number=number) for day, number in JOINED]
    )


def _adoptions(unit: Unit) -> Iterator[Adoption]:
    """Spread over the period; one in the year before shows that the period matters."""
    days = (LAST - FIRST).days + 1
    for outlet, count in ADOPTED:
        for n in range(count):
            yield Adoption(
                title=_title(outlet, n),
                outlet=outlet,
                level=Adoption.Level.CENTRAL,
                adopted_on=FIRST + timedelta(days=n * days // count),
                unit=unit,
                url=f"https://adopted.example.com/{crc32(outlet.encode()) % 1000}/{n + 1}",
            )
    yield Adoption(
        title="示例市：把清单上的事一件件办完",
        outlet="中国文明网",
        level=Adoption.Level.CENTRAL,
        adopted_on=date(2019, 9, 18),
        unit=unit,
        url="https://adopted.example.com/2019/1",
    )
