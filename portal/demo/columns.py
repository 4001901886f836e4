"""The demo site's columns and topics, as data."""

from __future__ import annotations

from civic.units import Unit
from portal.demo.texts import Drawn
from releases.models import Channel, Topic

_T = Channel.Type

# slug, under, name, type, order, promise in days, reviews, keeper, description, keywords
CHANNELS = (
    ("news", "", "创建动态", _T.NEWS, 10, 7, 3, "wmb",
     "文明城市创建的会议、部署、行动和进展。", "文明城市,创建动态"),
    ("campaigns", "news", "专项整治", _T.NEWS, 11, 14, 3, "zhb",
     "专项整治的目标、做法、数字和回头看。", "专项整治,文明交通,集贸市场"),
    ("creation", "news", "惠民实事", _T.NEWS, 12, 30, 2, "wmb",
     "路、灯、车位、老旧小区：创建给日子带来的变化。", "民生实事,城市更新"),
    ("results", "news", "测评结果", _T.NEWS, 13, 60, 3, "zhb",
     "模拟测评、星级评定和第三方评估的结果与算法。", "模拟测评,星级评定"),
    ("exposure", "news", "曝光台", _T.NEWS, 14, 14, 3, "wmb",
     "巡查发现的问题、责任单位的说明和整改结果。", "曝光台,整改"),
    ("conferences", "", "新闻发布会", _T.CONFERENCE, 20, 90, 3, "xwb",
     "发布会和通气会实录，按发布人、按媒体都能查到每一问每一答。", "新闻发布会,答记者问"),
    ("notices", "", "通知公示", _T.NOTICE, 30, 30, 2, "wmb",
     "通知、公告、公示和征求意见。", "通知,公示,公告"),
    ("policy", "", "政策文件", _T.POLICY, 40, 90, 3, "wmb",
     "办法、意见、方案及其说明。", "政策文件,办法"),
    ("practice", "", "文明实践", _T.SPECIAL, 50, 14, 2, "wmb",
     "街道、社区和村里的办法与故事。", "文明实践,社区治理"),
    ("volunteers", "practice", "志愿服务", _T.SPECIAL, 51, 14, 2, "tuanwei",
     "志愿者在做什么，怎样加入他们。", "志愿服务,志愿者"),
    ("culture", "practice", "我们的节日", _T.SPECIAL, 52, 30, 2, "wlj",
     "节日里的活动，群众自己的舞台。", "我们的节日,群众文化"),
    ("minors", "practice", "未成年人", _T.SPECIAL, 53, 30, 2, "jyj",
     "校园内外，为孩子做的事。", "未成年人,校园"),
    ("models", "practice", "身边榜样", _T.SPECIAL, 54, 30, 1, "wmb",
     "把平常事做到底的人。", "身边好人,先进典型"),
)  # fmt: skip

# slug, title, summary, introduction, open
TOPICS = (
    ("journey", "十八年创建路", "从一份三年行动方案到一块奖牌：一座城市怎样把一件事做完。",
     "<p>这里按时间收录创建路上的要事：方案、测评、评估、改造和市民的来信。从最早的一篇读起，可以看到同一条巷子前后三年的样子。</p>",
     True),
    ("volunteering", "志愿示例", "三十五万人，三十六万小时：他们是谁，在做什么。",
     "<p>志愿者的故事，也有统计口径和服务规则。想加入，可以到所在社区的服务台登记。</p>", True),
    ("festivals", "我们的节日", "元宵、清明、端午、重阳：节日回到街坊中间。",
     "<p>活动以社区为主场，全部免费，节目由街坊自己出。</p>", True),
    ("winter", "温暖过冬", "供暖、扫雪、出行：冬天里要用到的事（正在编辑，尚未公开）。", "", False),
)  # fmt: skip

# topic: its picture
COVERS = {
    "journey": Drawn("bridge", "dusk", "暮色里的石桥，一轮夕阳挂在天边"),
    "volunteering": Drawn("park", "spring", "春天的公园里，绿树环绕着水塘，岸边有人散步"),
    "festivals": Drawn("festival", "dawn", "清晨的街上挂起红灯笼，太阳刚刚升起"),
}


def make_channels(units: dict[str, Unit]) -> dict[str, Channel]:
    """{slug: channel}."""
    made: dict[str, Channel] = {}
    for slug, above, name, kind, order, days, reviews, keeper, description, keywords in CHANNELS:
        made[slug] = Channel.objects.create(
            slug=slug,
            parent=made.get(above),
            name=name,
            type=kind,
            order=order,
            update_days=days,
            reviews_needed=reviews,
            keeper=units[keeper],
            description=description,
            keywords=keywords,
        )
    return made


def make_topics() -> dict[str, Topic]:
    """{slug: topic}, still without covers."""
    return {
        slug: Topic.objects.create(
            slug=slug, title=title, summary=summary, intro=intro, order=order, is_open=is_open
        )
        for order, (slug, title, summary, intro, is_open) in enumerate(TOPICS, start=1)
    }
