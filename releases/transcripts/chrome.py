"""Page chrome: what a page puts around a text. Dropped, but always listed with the reason."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from releases.transcripts.blocks import Block, Shape, squeezed
from releases.transcripts.transcript import Dropped

LONGEST = 80  # no line of chrome is longer
# Whole lines, compared without spaces, bullets and in half width.
_BUTTONS = set(
    """
下载客户端 登录 注册 登录/注册 登录|注册 登录注册 退出 +1 收藏 分享 分享到 点赞 赞 在看 赞赏
转发 评论 写留言 精选留言 发送 我要举报 举报 投诉 反馈 意见反馈 打印 打印本页 关闭 关闭窗口
关闭本页 【打印】 【关闭】 【关闭窗口】 返回 返回顶部 返回首页 首页 回到顶部 字号 字体 字体:
字号: 大中小 【大中小】 [大中小] 大 中 小 【字体:大中小】 字体:大中小 字号:大中小
字体:[大中小] 【字号:大中小】 字号:[大中小] 阅读原文 查看原文 轻触阅读原文 预览时标签不可点
微信扫一扫 继续滑动看下一个 向上滑动看下一个 知道了 取消 允许 展开 收起 展开全文 阅读全文
加载中 加载更多 关注 已关注 订阅 微信 微博 QQ qq空间 QQ空间 新浪微博 朋友圈 复制链接 手机版
电脑版 无障碍 无障碍浏览 长者模式 长者版 关怀版 简体 繁体 朗读 播报 听新闻 设为首页 加入收藏
网站地图 联系我们 关于我们 版权声明 法律声明 隐私政策 用户协议 上一篇 下一篇 没有了 更多
更多>> 搜索 menu login share print
""".split()  # noqa: SIM905 - one word a line would fill a page
)
_RELATED = (
    "喜欢此内容的人还喜欢",
    "相关阅读",
    "相关新闻",
    "相关文章",
    "相关推荐",
    "相关链接",
    "推荐阅读",
    "为您推荐",
    "猜你喜欢",
    "延伸阅读",
    "热门推荐",
    "热门文章",
    "往期推荐",
    "往期回顾",
    "精彩推荐",
    "大家都在看",
)
_ICP = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]?ICP[备证]\d{4,}号?(?:-\d+)?"
)
_PATTERNS: tuple[tuple[str, str], ...] = tuple(
    (pattern, kind)
    for kind, patterns in {
        "client": (
            r"\S{1,10}logo",
            r"(?:扫码|扫一扫|点击|长按|识别).{0,12}(?:下载|关注|二维码).{0,20}",
            r"下载.{0,10}(?:客户端|APP)",
            r".{0,16}(?:客户端|APP)下载",
        ),
        "button": (
            r"\+?\d{0,6}(?:点赞|收藏|评论|分享|在看)\+?\d{0,6}",
            r"(?:分享到|分享至)[:：].{0,40}",
            r"(?:字体|字号)[:：\[【].{0,16}",
            r"(?:上一篇|下一篇)[:：].{0,60}",
            r"\S{1,14}[>›»]",
            r"(?:您)?(?:当前|现在)?(?:的)?(?:所在)?位置(?:是)?[:：].{1,60}",
            r"首页[>›»/].{1,60}",
        ),
        "count": (
            r"(?:阅读|浏览|点击|访问|播放)(?:次数|量|数)?[:：]?\d[\d.,]*[万+]*次?",
            r"\d[\d.,]*万?\+?(?:次)?(?:阅读|浏览|人看过)",
        ),
        "licence": (
            _ICP,
            r".{0,20}公网安备.{0,30}",
            r".{0,24}许可证.{0,4}[:：]?[A-Z0-9\-沪京津粤浙苏]{5,40}号?",
            r"(?:备案号|备案序号|网站标识码|政府网站标识码).{0,40}",
        ),
        "copyright": (
            r"(?:©|copyright|\(c\)).{0,70}",
            r".{0,30}版权所有.{0,40}",
            r".{0,30}all ?rights ?reserved.{0,20}",
            r".{0,24}未经(?:书面)?(?:授权|许可|允许).{0,16}(?:转载|使用|复制)[。.]?.{0,10}",
            r"(?:技术支持|运维单位|网站主办)[:：].{2,50}",
        ),
        "contact": (
            r".{0,16}(?:报料|爆料|投稿)(?:热线|电话|邮箱|微信)?[:：][\d\-—@.A-Za-z_/、]{5,50}",
        ),
        "imprint": (
            r"(?:本文|本期)?(?:责任编辑|责编|编辑|校对|审核|审校|值班编辑|监制|排版|美编|制作|复审|终审|初审)[:：][^。;,，!?]{1,30}",
        ),
    }.items()
    for pattern in patterns
)
_CHROME = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _PATTERNS)
_SENTENCE = re.compile(r"[。!?！？;；]")
_LABEL = re.compile(r"^[^:：]{1,40}[:：]")


def _reasons() -> dict[str, str]:
    return {
        "client": _("client download or logo"),
        "button": _("button or menu of the page"),
        "count": _("counter of the page"),
        "licence": _("licence number"),
        "copyright": _("copyright line"),
        "contact": _("contact of the page"),
        "imprint": _("editors of the page"),
        "related": _("link to other texts"),
        "navigation": _("menu or frame of the page"),
        "hidden": _("hidden on the page"),
        "around": _("stands outside the article"),
        "header": _("header or footer of the sheet"),
    }


def normal(text: str) -> str:
    """Half width, no spaces, no leading bullet: how lines are compared."""
    bare = squeezed(unicodedata.normalize("NFKC", text))
    return bare.lstrip("•·●○■◆▪►▶-*|").rstrip("|")


def kind_of(text: str) -> str:
    """Which kind of chrome the line is, or ""."""
    if len(text) > LONGEST:
        return ""
    bare = normal(text)
    if not bare:
        return "button"
    if bare in _BUTTONS or bare.lower() in _BUTTONS:
        return "button"
    for pattern, kind in _CHROME:
        if pattern.fullmatch(bare):
            return kind
    return ""


def is_related_heading(text: str) -> bool:
    return len(text) <= 20 and normal(text).rstrip(":>》") in _RELATED


def strip(blocks: list[Block]) -> tuple[list[Block], list[Dropped]]:
    """The blocks of the text, and the lines that are none, in order."""
    reasons = _reasons()
    kept: list[Block] = []
    dropped: list[Dropped] = []
    after_related = False
    for block in blocks:
        kind = block.outside
        if not kind and not block.is_title and (block.is_words or block.shape is Shape.ITEM):
            kind = kind_of(block.text)
        if not kind and is_related_heading(block.text):
            after_related, kind = True, "related"
        elif not kind and after_related:
            after_related = _is_link(block)
            kind = "related" if after_related else ""
        if kind:
            line = block.lines[0] if block.lines else 0
            dropped.append(Dropped(line, block.text, reasons[kind]))
        else:
            kept.append(block)
    return kept, dropped


def _is_link(block: Block) -> bool:
    """Under «related reading»: a headline, not a sentence of the text nor a labelled line."""
    text = block.text
    if block.shape in (Shape.TABLE, Shape.PICTURE) or len(text) > LONGEST or _LABEL.match(text):
        return False
    return not _SENTENCE.search(text[:-1]) and not text.endswith(("。", "；", ";"))
