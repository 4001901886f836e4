"""The demo town's places and bodies: regions, units, contacts, site settings, as data."""

from __future__ import annotations

from itertools import count

from civic.sitesettings import SiteSettings
from civic.units import Contact, Region, Unit

LEVELS = list(Region.Level.values)

# code, name, population, below it
Place = tuple[str, str, int, tuple["Place", ...]]

REGIONS: Place = (
    "00", "示例市", 2_350_000, (
        ("0001", "示例城区", 486_000, (
            ("000101", "清溪街道", 92_000, (
                ("00010101", "荷塘社区", 9_800, (
                    ("0001010101", "荷塘社区第一网格", 3_300, ()),
                    ("0001010102", "荷塘社区第二网格", 3_100, ()),
                )),
                ("00010102", "铁道社区", 7_600, (("0001010201", "铁道社区第一网格", 3_800, ()),)),
            )),
            ("000102", "柳堤街道", 81_000, (
                ("00010201", "槐荫社区", 8_400, (
                    ("0001020101", "槐荫社区第一网格", 2_900, ()),
                    ("0001020102", "槐荫社区第二网格", 2_700, ()),
                )),
                ("00010202", "和平社区", 6_900, (("0001020201", "和平社区第一网格", 3_400, ()),)),
            )),
            ("000103", "望山街道", 77_000, (
                ("00010301", "书院社区", 8_100, (("0001030101", "书院社区第一网格", 2_600, ()),)),
            )),
        )),
        ("0002", "样板县", 361_000, (
            ("000201", "石桥镇", 42_000, (
                ("00020101", "松岭村", 2_300, (("0002010101", "松岭村第一网格", 1_200, ()),)),
            )),
        )),
    ),
)  # fmt: skip

_K, _T = Unit.Kind, Unit.Tier
CITY, TOWN, COUNTY = "00", "0001", "0002"

# code, name, short name, kind, tier, region, rank group
UNITS = (
    ("wmb", "示例市精神文明建设指导委员会办公室", "市文明办", _K.CIV_OFFICE, _T.MUNICIPAL, CITY, ""),
    ("wmw", "示例市精神文明建设指导委员会", "市文明委", _K.COMMISSION, _T.MUNICIPAL, CITY, ""),
    ("zhb", "示例市创建全国文明城市指挥部办公室", "市创文指挥部", _K.HEADQUARTERS, _T.MUNICIPAL, CITY, ""),
    ("xcb", "中共示例市委宣传部", "市委宣传部", _K.PUBLICITY, _T.MUNICIPAL, CITY, ""),
    ("xwb", "示例市人民政府新闻办公室", "市政府新闻办", _K.PRESS_OFFICE, _T.MUNICIPAL, CITY, ""),
    ("csgl", "示例市城市管理局", "市城市管理局", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直甲组"),
    ("jiaojing", "示例市公安局交通警察支队", "市交警支队", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直甲组"),
    ("zhujian", "示例市住房和城乡建设局", "市住建局", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直甲组"),
    ("shichang", "示例市市场监督管理局", "市市场监管局", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直甲组"),
    ("zwfw", "示例市政务服务中心", "市政务服务中心", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直甲组"),
    ("mzj", "示例市民政局", "市民政局", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直乙组"),
    ("wlj", "示例市文化和旅游局", "市文旅局", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直乙组"),
    ("jyj", "示例市教育局", "市教育局", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直乙组"),
    ("tuanwei", "共青团示例市委员会", "团市委", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直乙组"),
    ("fulian", "示例市妇女联合会", "市妇联", _K.DEPARTMENT, _T.MUNICIPAL, CITY, "市直乙组"),
    ("gongjiao", "示例市公共交通公司", "市公交公司", _K.ENTERPRISE, _T.MUNICIPAL, CITY, "窗口行业组"),
    ("library", "示例市图书馆", "市图书馆", _K.ENTERPRISE, _T.MUNICIPAL, CITY, "窗口行业组"),
    ("ybx", "样板县精神文明建设指导委员会办公室", "样板县文明办", _K.CIV_OFFICE, _T.COUNTY, COUNTY, "县区组"),
    ("qingxi", "示例市清溪街道办事处", "清溪街道", _K.STREET_OFFICE, _T.STREET, "000101", "街道组"),
    ("liudi", "示例市柳堤街道办事处", "柳堤街道", _K.STREET_OFFICE, _T.STREET, "000102", "街道组"),
    ("wangshan", "示例市望山街道办事处", "望山街道", _K.STREET_OFFICE, _T.STREET, "000103", "街道组"),
    ("shiqiao", "样板县石桥镇人民政府", "石桥镇", _K.STREET_OFFICE, _T.STREET, "000201", "街道组"),
    ("hetang", "示例市荷塘社区居民委员会", "荷塘社区", _K.COMMUNITY, _T.COMMUNITY, "00010101", "社区组"),
    ("tiedao", "示例市铁道社区居民委员会", "铁道社区", _K.COMMUNITY, _T.COMMUNITY, "00010102", "社区组"),
    ("huaiyin", "示例市槐荫社区居民委员会", "槐荫社区", _K.COMMUNITY, _T.COMMUNITY, "00010201", "社区组"),
    ("heping", "示例市和平社区居民委员会", "和平社区", _K.COMMUNITY, _T.COMMUNITY, "00010202", "社区组"),
    ("shuyuan", "示例市书院社区居民委员会", "书院社区", _K.COMMUNITY, _T.COMMUNITY, "00010301", "社区组"),
    ("ribao", "示例日报社", "示例日报", _K.MEDIA, _T.MUNICIPAL, CITY, ""),
    ("chuanmei", "示例新闻传媒中心", "", _K.MEDIA, _T.MUNICIPAL, CITY, ""),
    ("guangdian", "示例广播电视台", "", _K.MEDIA, _T.MUNICIPAL, CITY, ""),
    ("ceping", "示例第三方测评机构", "", _K.THIRD_PARTY, _T.MUNICIPAL, CITY, ""),
)  # fmt: skip

# One character each, in the order of the Thousand-Character Classic: nobody is called so.
NAMES = (
    "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"
    "剑号巨阙珠称夜光果珍李柰菜重芥姜海咸河淡鳞潜羽翔"
)

ABOUT = """示例市文明网由示例市精神文明建设指导委员会办公室主办，发布文明城市创建的新闻、通知、政策文件和新闻发布会实录。

这是一个演示站点：城市、单位、人物和事件均为虚构，图片由程序绘制，电话、编号和网址都不能使用。"""

NOTICE = """本站稿件发布前经过初审、复审、终审，审核人员姓名列在稿件末尾。稿件发布后如有改动，改动的内容和时间写在正文之后，原网址不变。

转载本站稿件请注明来源。稿件中的图片由本站绘制，可以随稿件一并转载。

本站不使用统计代码，不向其他网站发送访问记录。字号、对比度等阅读设置只保存在您自己的设备上。"""

SETTINGS = {
    "site_name": "示例市文明网",
    "office_name": "示例市精神文明建设指导委员会办公室",
    "undertaker": "示例新闻传媒中心",
    "city_name": "示例市",
    "description": "示例市文明城市创建的新闻、通知、政策文件和新闻发布会实录（演示站点，内容均为虚构）。",
    "site_code": "0000000000",
    "icp_number": "示ICP备00000000号",
    "police_number": "示公网安备00000000000000号",
    "phone": "0000-0000000",
    "address": "示例市示例路1号",
    "postcode": "000000",
    "email": "demo@example.com",
    "about": ABOUT,
    "notice": NOTICE,
}


def make_regions(place: Place = REGIONS, above: Region | None = None) -> dict[str, Region]:
    """{code: region} of the place and all below it."""
    code, name, population, below = place
    level = LEVELS[LEVELS.index(above.level) + 1] if above else LEVELS[0]
    made = Region.objects.create(
        code=code, name=name, level=level, parent=above, population=population
    )
    found = {code: made}
    for one in below:
        found |= make_regions(one, made)
    return found


def make_units(regions: dict[str, Region]) -> dict[str, Unit]:
    """{code: unit}, each with a leader and a liaison whose phones ring nowhere."""
    made = {}
    names, phones = iter(NAMES), count(1)
    for code, name, short_name, kind, tier, region, rank_group in UNITS:
        unit = Unit.objects.create(
            code=code,
            name=name,
            short_name=short_name,
            kind=kind,
            tier=tier,
            region=regions[region],
            rank_group=rank_group,
        )
        for part, post in ((Contact.Kind.LEADER, "分管负责人"), (Contact.Kind.LIAISON, "联络员")):
            Contact.objects.create(
                unit=unit,
                kind=part,
                name=f"示例{next(names)}",
                post=post,
                phone=f"0000-000{next(phones):04d}",
                is_primary=True,
            )
        made[code] = unit
    return made


def make_settings() -> SiteSettings:
    settings = SiteSettings.load()
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.save()
    return settings
