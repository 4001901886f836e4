"""Every layout is recognised for what it is."""

from releases.transcripts import from_text
from tests.releases.transcripts import layouts


def people(transcript):
    return [(one.name, one.post) for one in transcript.speakers]


def dialogue(transcript):
    return [
        (one.outlet, one.reporter, one.text, [(a.name, a.body) for a in one.answers])
        for one in transcript.questions
    ]


def test_full_record_with_roster_and_host_between_the_questions():
    found = from_text(layouts.FULL_RECORD)

    assert found.kind == "conference"
    assert found.title == "示例市“洁净街巷”行动新闻发布会实录"
    assert f"{found.time:%Y-%m-%d %H:%M}" == "2026-03-05 15:40"
    assert f"{found.held_at:%Y-%m-%d %H:%M}" == "2026-03-05 10:00"
    assert found.venue == "示例会议中心二楼"
    assert found.source == "示例市融媒体中心"
    assert (found.host.name, found.host.post) == ("示例甲", "示例市政府新闻办副主任")
    assert people(found) == [("示例乙", "示例市文明办主任"), ("示例丙", "示例市城管局副局长")]
    assert dialogue(found) == [
        (
            "示例日报",
            "",
            "请问下一步有哪些安排?",
            [("示例乙", "<p>下一步分三步走。</p>\n<p>先老城,后新城。</p>")],
        ),
        (
            "示例晚报",
            "示例丁",
            "居民怎样参与?",
            [
                ("示例丙", "<p>欢迎大家拨打热线。</p>"),
                ("示例乙", "<p>我补充一点,社区里也可以报名。</p>"),
            ],
        ),
    ]
    assert "<p><strong>主持人 示例甲:</strong>谢谢。请继续提问。</p>" in found.body
    assert "<p><strong>示例乙:</strong>行动开始两个月来" in found.body


def test_bare_labels_take_outlet_as_unknown_and_the_only_presenter_as_answerer():
    found = from_text(layouts.LABELS)

    assert found.source == "示例网"
    assert (found.host.name, found.host.post) == ("示例甲", "市政府新闻办主任")
    assert people(found) == [("示例乙", "市文明办主任")]
    assert found.organizer == "示例市文明办"
    assert dialogue(found) == [
        (
            "",
            "",
            "志愿者人数有多少?",
            [("示例乙", "<p>目前登记志愿者三千人。</p>\n<p>他们来自各个社区。</p>")],
        ),
        ("", "", "怎么报名?", [("示例乙", "<p>到社区报名,也可以上网报名。</p>")]),
    ]
    assert [doubt.field for doubt in found.doubts if "示例乙" in doubt.why] == [
        "questions.1",
        "questions.2",
    ]


def test_numbered_questions_keep_their_numbered_answers_together():
    found = from_text(layouts.NUMBERED)

    assert found.kind == "conference"
    assert f"{found.time:%Y-%m-%d}" == "2026-05-06"
    assert [question.text for question in found.questions] == [
        "为什么要制定这个办法?",
        "办法有哪些主要内容?",
        "什么时候施行?",
    ]
    assert found.questions[1].answers[0].body == (
        "<p>主要有三个方面。</p>\n<p>1.公共秩序。</p>\n<p>2.公共卫生。</p>\n<p>3.邻里和睦。</p>"
    )


def test_questions_by_number_alone_are_answered_by_what_follows():
    found = from_text(layouts.HEADED)

    assert found.title == "关于示例行动的五个问题"
    assert dialogue(found) == [
        ("", "", "行动从哪天开始?", [("示例乙", "<p>从六月一日开始。</p>")]),
        (
            "",
            "",
            "哪些街道参加?",
            [("示例乙", "<p>全市十二个街道都参加。</p>\n<p>另有三个乡镇自愿参加。</p>")],
        ),
    ]


def test_full_width_signs_square_brackets_and_two_answerers():
    found = from_text(layouts.SQUARE)

    assert f"{found.time:%Y-%m-%d %H:%M}" == "2026-06-02 14:05"
    assert found.source == "示例市人民政府网站"
    assert (found.host.name, found.host.post) == ("示例甲", "市政府新闻办主任")
    assert people(found) == [("示例乙", "市生态环境局局长"), ("示例丙", "市公安局副局长")]
    assert dialogue(found) == [
        (
            "示例电视台",
            "",
            "请问夜间施工怎么管？",
            [
                ("示例乙", "<p>夜间施工要先公示。</p>\n<p>没有公示的一律停工。</p>"),
                ("示例丙", "<p>我们也会配合执法。</p>"),
            ],
        ),
        (
            "Example Daily",
            "",
            "How do you deal with loudspeakers?",
            [("示例丙", "<p>先提醒，再处罚。</p>")],
        ),
    ]


def test_a_conference_without_questions_has_speakers_and_headings():
    found = from_text(layouts.NO_QUESTIONS)

    assert found.kind == "conference"
    assert found.title == "示例市召开文明实践工作通气会"
    assert found.writer == "示例发布"
    assert people(found) == [
        ("示例乙", "市委宣传部副部长、市文明办主任"),
        ("示例丙", "市民政局副局长"),
    ]
    assert (found.host.name, found.host.post) == ("示例甲", "市政府新闻办副主任")
    assert [(one["level"], one["text"]) for one in found.headings] == [
        (2, "一、总体情况"),
        (3, "(一)阵地"),
        (3, "(二)队伍"),
        (2, "二、下一步打算"),
    ]
    assert found.questions == []
    assert "questions" in [doubt.field for doubt in found.doubts]


def test_a_notice_has_number_signature_and_no_people():
    found = from_text(layouts.NOTICE)

    assert found.kind == "notice"
    assert found.title == "示例市精神文明建设委员会办公室关于开展邻里节活动的通知"
    assert found.document_number == "示文明办〔2026〕3号"
    assert f"{found.time:%Y-%m-%d}" == "2026-08-03"
    assert found.host is None
    assert found.speakers == []
    assert found.body.startswith("<p>示文明办〔2026〕3号</p>")
    assert "联系电话:0000-1234567" in found.body
    assert found.body.endswith(
        '<p class="signature">示例市精神文明建设委员会办公室</p>\n'
        '<p class="signature">2026年8月3日</p>'
    )


def test_news_keeps_quoted_words_and_drops_links():
    found = from_text(layouts.NEWS)

    assert found.kind == "news"
    assert found.source == "示例晨报"
    assert found.writer == "示例戊"
    assert found.questions == []
    assert found.body.count("<p>") == 3
    assert [dropped.text for dropped in found.dropped] == [
        "相关阅读",
        "示例街道获评先进",
        "示例公园开园",
        "责任编辑:示例庚",
    ]


def test_short_lines_of_a_chat_app_become_paragraphs():
    found = from_text(layouts.WECHAT)

    assert found.title == "激动!示例公园来了"
    assert found.writer == "示例发布"
    assert f"{found.time:%Y-%m-%d %H:%M}" == "2026-09-01 20:00"
    assert found.body == (
        "<p>今天 示例公园正式开园 占地三百亩 是市民休闲的好去处</p>\n"
        "<p>公园分四个区,老人、孩子都有地方可去。</p>\n"
        "<ul>\n<li>东区有花园;</li>\n<li>西区有球场;</li>\n<li>北区有书屋。</li>\n</ul>\n"
        "<p>欢迎大家来。</p>"
    )
    assert found.lists == [["东区有花园;", "西区有球场;", "北区有书屋。"]]


def test_english_outlets_and_reporters_are_read_too():
    found = from_text(layouts.ENGLISH)

    assert found.title == "Example City Holds a Press Conference"
    assert people(found) == [("示例乙", "市商务局局长"), ("示例丙", "市外办主任")]
    assert dialogue(found) == [
        (
            "Example Times",
            "John Smith",
            "What is new this year?",
            [("示例乙", "<p>今年有三项新措施。</p>")],
        ),
        ("示例通讯社", "", "外商怎样办理登记?", [("示例丙", "<p>一个窗口办理。</p>")]),
    ]


def test_mixed_line_ends_change_nothing():
    mixed = layouts.FULL_RECORD.replace("\n", "\r\n", 5).replace("实录\r\n", "实录\r")

    assert from_text(mixed).as_json() == from_text(layouts.FULL_RECORD).as_json()


def test_a_page_of_a_news_portal_with_everything_around_it():
    found = from_text(layouts.PORTAL)

    assert found.title == found.original_title == "示例市拿到了一块新牌子!"
    assert (found.source, found.writer) == ("示例新闻·示例号·政务", "示例发布")
    assert f"{found.time:%Y-%m-%d %H:%M}" == "2026-11-03 19:25"
    assert (found.host.name, found.host.post) == ("示例甲", "市委宣传部副部长、市政府新闻办主任")
    assert people(found) == [
        ("示例乙", "市委宣传部副部长、市文明办主任"),
        ("示例丙", "市文明办副主任"),
        ("示例丁", "市文明办四级调研员"),
    ]
    assert [(q.outlet, [a.name for a in q.answers]) for q in found.questions] == [
        ("示例市融媒体中心", ["示例丁"]),
        ("示例日报", ["示例丙"]),
    ]
    assert found.lists == [["修好了路;", "点亮了灯;", "种上了树。"]]
    assert [one["text"] for one in found.headings] == ["在领导体制方面"]
    assert "<p>11月2日 名单公布 示例市榜上有名</p>" in found.body
    assert len(found.dropped) == 19
    assert found.questions[1].answers[0].body.endswith("<p>大家都能看见。</p>")
