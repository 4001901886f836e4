"""The demo's eighteen years: timeline, editions of the title, who holds it, declared figures.

The editions and their days are those of the national title; cities and events are invented.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simple_history.utils import bulk_create_with_history

from civic.accounts import User
from civic.declared import DeclaredFigure
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.models import Release
from releases.timeline import TimelineEvent

_Y, _M, _D = (
    TimelineEvent.Precision.YEAR,
    TimelineEvent.Precision.MONTH,
    TimelineEvent.Precision.DAY,
)
_S = HonorAward.Status

# day, how exactly, milestone, title, what happened
EVENTS = (
    (date(2002, 3, 18), _D, True, "市里提出创建全国文明城市",
     "创建动员大会在老会堂召开，第一份创建规划写了四页纸。"),
    (date(2003, 1, 1), _Y, False, "第一批文明社区授牌", "十二个社区带头，门前三包从这里做起。"),
    (date(2004, 6, 1), _M, False, "市民学校开课", "第一学期开了六门课，教室借在社区活动室。"),
    (date(2005, 5, 1), _M, False, "志愿服务队成立", "最早的三百名志愿者站上二十四个路口。"),
    (date(2006, 1, 1), _Y, False, "背街小巷改造列入民生实事", "当年铺平十七条，装上路灯。"),
    (date(2007, 8, 1), _M, False, "市民公约修订", "征求意见四千多条，公约由二十条减为八条。"),
    (date(2008, 1, 1), _Y, True, "获省级文明城市称号", "省里测评第一次进入前三名。"),
    (date(2009, 2, 1), _M, False, "申报全国文明城市提名资格", "材料装了十一箱，也列出了四十三项差距。"),
    (date(2010, 9, 1), _M, False, "集贸市场改造启动", "退路入室，先建后拆，三年改造十九个市场。"),
    (date(2011, 12, 20), _D, False, "未入围第三届名单", "市里公开通报失分项目，逐项落到单位。"),
    (date(2012, 1, 1), _Y, False, "道德讲堂进社区", "讲身边人、身边事，一年讲了三百多场。"),
    (date(2013, 4, 1), _M, False, "公共自行车投入使用", "三十个站点，一年后增加到一百二十个。"),
    (date(2014, 7, 1), _M, False, "“我们的节日”成为固定节目", "七个传统节日，社区自己排演。"),
    (date(2015, 2, 28), _D, True, "获第四届全国文明城市提名", "进入下一轮三年测评。"),
    (date(2016, 3, 1), _M, False, "城市管理热线合并", "七个号码并为一个，接听后两个工作日回话。"),
    (date(2017, 11, 14), _D, False, "第五届仍为提名城市", "差距主要在老旧小区和交通秩序。"),
    (date(2018, 3, 12), _D, True, "“三步走、双胜利”三年目标公布",
     "每一步写明做到什么程度、由谁交账。"),
    (date(2018, 9, 1), _M, False, "联点共建全面推开", "市直和城区单位与社区结成对子。"),
    (date(2019, 1, 10), _D, False, "第一次全市模拟测评", "九次测评由此开始，问题清单三日内交办。"),
    (date(2019, 6, 1), _M, False, "星级评定办法施行", "点位挂星，升降有据。"),
    (date(2019, 10, 1), _M, False, "首次媒体公开承诺", "责任单位负责人在电视上说明问题和期限。"),
    (date(2020, 4, 12), _D, False, "八大专项整治收官", "十纵十横主次干道完成提升。"),
    (date(2020, 9, 1), _M, False, "迎接实地测评", "全市点位最后一次自查，问题当天清零。"),
    (date(2020, 11, 10), _D, True, "入选第六届全国文明城市名单", "示例市榜上有名。"),
    (date(2020, 11, 20), _D, True, "领取奖牌，召开新闻发布会",
     "上午在北京领奖，下午向全市介绍创建的做法和数字。"),
)  # fmt: skip

# number, list, ceremony
EDITIONS = (
    (1, date(2005, 10, 27), None),
    (2, date(2009, 1, 20), None),
    (3, date(2011, 12, 20), None),
    (4, date(2015, 2, 28), date(2015, 2, 28)),
    (5, date(2017, 11, 14), date(2017, 11, 17)),
    (6, date(2020, 11, 10), date(2020, 11, 20)),
)
# edition, city, ours, status, since, note
AWARDS = (
    (4, "示例市", True, _S.NOMINEE, date(2015, 2, 28), "首次获得提名资格。"),
    (5, "示例市", True, _S.NOMINEE, date(2017, 11, 14), "差距主要在老旧小区和交通秩序。"),
    (6, "示例市", True, _S.AWARDED, date(2020, 11, 10), "11月20日领取奖牌。"),
    (4, "示例甲市", False, _S.RESTORED, date(2019, 8, 1), "停止资格一年，整改验收后恢复。"),
    (5, "示例乙市", False, _S.REVOKED, date(2020, 11, 10), "工作滑坡，取消称号。"),
    (5, "示例丙市", False, _S.SUSPENDED, date(2018, 2, 1), "发生重大安全事故，停止资格。"),
)

NOTICE = "第六届全国文明城市名单公布新闻稿"
# name, label, definition, number, qualifier, unit
DECLARED = (
    ("titles-lost-2020", "2020年被摘牌的城市",
     "因创建工作不力，2020年被取消全国文明城市称号的城市，全国数。", 24, "", "个"),
    ("civilized-cities", "获全国文明城市称号的地级市",
     "持有全国文明城市称号的地级市，全国数。", 104, "", "个"),
    ("prefecture-cities", "全国地级市",
     "全国地级行政区的约数，用来说明称号的比例。", 390, "多", "个"),
)  # fmt: skip


def make_honors(by: User) -> None:
    """Titles, awards, the timeline without its links, and figures from outside.

    The search index is made anew when all is loaded.
    """
    _honor(by)
    events = [
        TimelineEvent(
            day=day, precision=precision, is_milestone=big, title=title, text=text, is_public=True
        )
        for day, precision, big, title, text in EVENTS
    ]
    bulk_create_with_history(events, TimelineEvent, default_user=by)
    for name, label, definition, number, qualifier, unit in DECLARED:
        figure = DeclaredFigure(
            name=name,
            label=label,
            definition=definition,
            number=Decimal(number),
            qualifier=qualifier,
            unit=unit,
            as_of=date(2020, 11, 20),
            source_title=NOTICE,
            source_url="https://source.example.com/2020/11/10",
            is_public=True,
        )
        figure._history_user = by  # type: ignore[attr-defined]
        figure.save()


def _honor(by: User) -> None:
    title = HonorTitle(
        name="全国文明城市",
        slug="national-civilized-city",
        level=HonorTitle.Level.NATIONAL,
        awarded_by="中央精神文明建设指导委员会",
        about="反映城市整体文明水平的综合性荣誉，三年一届；实行动态管理，退步的城市会被停止资格或取消称号。",
        order=10,
    )
    title._history_user = by  # type: ignore[attr-defined]
    title.save()
    editions = {
        number: HonorEdition.objects.create(
            title=title, number=number, list_date=listed, ceremony_date=ceremony
        )
        for number, listed, ceremony in EDITIONS
    }
    awards = [
        HonorAward(
            edition=editions[number], city=city, is_ours=ours, status=status, status_on=day,
            note=note,
        )
        for number, city, ours, status, day, note in AWARDS
    ]  # fmt: skip
    bulk_create_with_history(awards, HonorAward, default_user=by)


def link(release: Release) -> None:
    """The last step of the timeline leads to the great press conference."""
    last = TimelineEvent.objects.in_order().last()
    if last is not None:
        last.release = release
        last.save()
