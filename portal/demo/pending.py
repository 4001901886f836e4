"""Demo texts on their way: drafts, in review, returned, scheduled, urgent, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from portal.demo.texts import Drawn, Text


@dataclass(frozen=True)
class Pending:
    """A text that is not simply public: who writes it, and how far it has come."""

    text: Text
    author: str
    state: str
    words: str = ""  # the opinion, or the reason, of the last step


PENDING = (
    Pending(
        Text(
            "冬季志愿服务集市筹备情况（待补数字）", "volunteers", "tuanwei", 0,
            """
            冬季志愿服务集市拟于下月第一个周末在人民公园举行，目前报名的志愿服务组织还在汇总，预计四十个以上。
            集市设修补、义诊、读信、旧衣改造四个区，每个区都安排室内备用场地，遇雨雪天气当天早上八点通知改期。
            """,
            "志愿服务,集市",
        ),
        "editor", "draft",
    ),
    Pending(
        Text(
            "二十条主干道除雪一小时内响应", "creation", "csgl", 0,
            """
            市城市管理局公布冬季除雪方案：二十条主干道接到预警后一小时内响应，背街小巷由街道和社区组织，桥梁、坡道、公交站台优先。
            今年新增小型除雪设备三十六台，专门用于人行道和非机动车道。除雪进度在地图上实时更新。
            """,
            "除雪,冬季保障",
        ),
        "liaison", "draft",
    ),
    Pending(
        Text(
            "市图书馆冬季延长开放到晚上九点半", "creation", "library", 0,
            """
            自下周一起，示例市图书馆阅览区每天延长开放一个半小时，闭馆时间改为晚上九点半，自习区座位可以提前一天预约。
            图书馆同时在四个社区书屋增设还书点，借阅期统一延长到四十天。
            """,
            "图书馆,延时开放", "", (),
            Drawn("library", "winter", "书架前的长桌旁，几位读者在看书"),
        ),
        "editor", "first",
    ),
    Pending(
        Text(
            "电动自行车充电桩进小区，先问三个问题", "campaigns", "zhujian", 0,
            """
            装在哪儿、谁来管、一度电多少钱：电动自行车充电桩进小区之前，先把三个问题贴在公告栏上征求意见。
            目前三十六个小区完成意见征集，二十八个已经开工。选址距离住宅窗口不少于六米，电价按居民用电加服务费公示，运营企业每月公布一次故障处理时间。
            """,
            "充电桩,居民议事",
        ),
        "editor", "second",
    ),
    Pending(
        Text(
            "关于征求停车秩序整治意见的公告", "notices", "csgl", 0,
            """
            为改善老城区停车秩序，拟对十一条道路的停车泊位重新施划，现向社会征求意见。
            - 方案图可在市政务服务中心一楼和各街道便民大厅查看；
            - 意见可书面提交，也可当面说给窗口工作人员；
            - 征求意见时间为十五日，采纳情况将逐条公布。
            """,
            "公告,停车",
        ),
        "liaison", "final",
    ),
    Pending(
        Text(
            "老旧小区电梯加装突破百台", "creation", "zhujian", 0,
            """
            截至上月底，全市老旧小区加装电梯一百零六台，惠及一千二百余户。加装由业主自愿发起，政府按台补助，施工期间安排临时座椅和代买代送服务。
            """,
            "电梯加装,老旧小区",
        ),
        "editor", "returned", "第一段“一百零六台”与市住建局上月公布的一百零二台不一致，请核对后写明统计截止日期，再送。",
    ),
    Pending(
        Text(
            "社区书屋换书日：带一本来，换一本走", "culture", "shuyuan", 0,
            """
            书院社区把每月最后一个周六定为换书日，居民带一本书来，可以换走任意一本。书里夹一张小纸条，写一句推荐的话。
            """,
            "社区书屋,阅读", "", (),
            Drawn("library", "day", "满墙的书架前，邻居们坐在长桌旁看书"),
        ),
        "editor", "approved",
    ),
    Pending(
        Text(
            "周末志愿服务岗位一览：八个街道，二十六处", "volunteers", "tuanwei", 0,
            """
            本周末，八个街道二十六处志愿服务岗位面向市民开放，内容包括路口劝导、助老送餐、图书整理和公园保洁。每个岗位两小时，不需要经验，现场有人带。
            报名请到所在社区服务台登记，首次参加的请提前十五分钟到岗，听一次简短的说明。
            """,
            "志愿服务,周末岗位", "", ("volunteering",),
            Drawn("volunteers", "autumn", "秋天的公园里，一排穿红马甲、戴红帽的志愿者站在旗下"),
        ),
        "editor", "scheduled",
    ),
    Pending(
        Text(
            "今晚有雨雪，八条公交线路临时调整", "notices", "gongjiao", 0,
            """
            受今晚雨雪天气影响，途经望山大桥和松岭坡道的八条公交线路今晚八点起临时改道，末班车提前到九点半。
            请市民提前安排出行。线路恢复时间将在这里公布。
            """,
            "公交,雨雪天气", "途经望山大桥和松岭坡道的八条线路改道，末班车提前到九点半。",
        ),
        "staff", "urgent", "气象部门下午五点发布雨雪预警，今晚八点起改道，来不及走完三审",
    ),
    Pending(
        Text(
            "示例市图书馆周末讲座时间表", "culture", "library", 66,
            """
            示例市图书馆公布本季度周末讲座安排，共十二场，每周六下午两点半开始，免费入场。
            """,
            "讲座,图书馆",
        ),
        "editor", "withdrawn_error", "第三场和第五场的日期写反，且主讲人尚未确认，撤下后重新编写。",
    ),
    Pending(
        Text(
            "关于开展第八次模拟测评问题整改复核的通知", "notices", "zhb", 96,
            """
            各责任单位、各街道：
            第八次模拟测评问题清单已全部交办，请按清单逐条整改，二十个工作日内接受复核。
            """,
            "通知,整改复核",
        ),
        "staff", "withdrawn_superseded", "第九次测评的复核通知已发布，以新通知为准。",
    ),
    Pending(
        Text(
            "高温天气户外劳动者歇脚点分布", "practice", "zwfw", 130,
            """
            全市一百二十处户外劳动者歇脚点自今日起开放，提供饮水、充电、微波炉和急救箱，开放时间为早上九点到晚上七点，持续到高温结束。
            """,
            "歇脚点,高温",
        ),
        "editor", "withdrawn_outdated", "高温季节结束，歇脚点恢复平时安排。",
    ),
)  # fmt: skip
