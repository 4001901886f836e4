"""Labels of questions and answers in their many forms, and what only looks like one."""

from dataclasses import replace

import pytest

from releases.transcripts import dialogue
from releases.transcripts.blocks import Shape, words
from releases.transcripts.people import People
from releases.transcripts.transcript import HOST, PRESENTER, Person


def people(*names):
    crowd = People(host=Person(HOST, "示例甲", "市新闻办主任"))
    crowd.presenters = [Person(PRESENTER, name, "市文明办主任") for name in names]
    return crowd


def told(*texts, names=("示例乙", "示例丙")):
    blocks = [words(text, n) for n, text in enumerate(texts, start=1)]
    return dialogue.split(blocks, people(*names))


def asked(found):
    return [
        (one.turn.outlet, one.turn.name, one.text, [a.turn.name for a in one.answers])
        for one in found.questions
    ]


@pytest.mark.parametrize(
    ("label", "outlet", "reporter"),
    [
        ("记者:", "", ""),
        ("记者：", "", ""),
        ("问:", "", ""),
        ("问：", "", ""),
        ("提问:", "", ""),
        ("1.问:", "", ""),
        ("一、记者问:", "", ""),
        ("Q1:", "", ""),
        ("示例日报记者:", "示例日报", ""),
        ("示例日报记者示例丁:", "示例日报", "示例丁"),
        ("示例日报记者 示例丁:", "示例日报", "示例丁"),
        ("示例日报、示例网记者提问:", "示例日报、示例网", ""),
        ("[示例日报记者]", "示例日报", ""),
        ("【示例日报记者】问:", "示例日报", ""),
        ("(示例日报记者)", "示例日报", ""),
        ("《示例日报》记者:", "示例日报", ""),
        ("Example News reporter:", "Example News", ""),
    ],
)
def test_labels_of_questions(label, outlet, reporter):
    found = told(f"{label}怎么办?", "示例乙:这么办。")

    assert asked(found) == [(outlet, reporter, "怎么办?", ["示例乙"])]
    assert found.questions[0].turn.label == label


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("示例丙:", "示例丙"),
        ("示例丙：", "示例丙"),
        ("市文明办主任示例丙:", "示例丙"),
        ("市文明办主任 示例丙:", "示例丙"),
        ("【示例丙】", "示例丙"),
        ("示例丙(市文明办主任):", "示例丙"),
        ("市教育局局长示例戊:", "示例戊"),
    ],
)
def test_labels_of_answers(label, name):
    found = told("记者:怎么办?", f"{label}这么办。", "还有这么办。")

    answer = found.questions[0].answers[0]
    assert answer.turn.name == name
    assert [block.text for block in answer.blocks] == ["这么办。", "还有这么办。"]


@pytest.mark.parametrize(
    "text",
    [
        "记者从市文明办了解到:工作进展顺利。",
        "记者了解到:工作进展顺利。",
        "记者看到:街上干净了。",
        "会议指出:要继续努力。",
        "居民说:“街上干净了。”",
        "问题:一些路段不够干净。",
        "记者:示例丁",
        "联系电话:0000-1234567",
        "时间:下午三点。",
        "市文明办主任示例戊表示:要继续努力。",
    ],
)
def test_sentences_of_a_text_are_no_labels(text):
    found = told("前文。", text, "后文。")

    assert found.questions == []
    assert [block.text for block in found.body] == ["前文。", text, "后文。"]


def test_a_label_alone_on_its_line():
    found = told("示例日报记者:", "怎么办?", "示例乙:", "这么办。", "示例丙:", "我补充。")

    assert asked(found) == [("示例日报", "", "怎么办?", ["示例乙", "示例丙"])]


def test_a_question_of_several_paragraphs():
    found = told("记者:先说背景。", "再问一句,怎么办?", "示例乙:这么办。")

    assert asked(found) == [("", "", "先说背景。\n再问一句,怎么办?", ["示例乙"])]


def test_an_answerer_named_once_goes_on_with_a_doubt():
    found = told("记者:甲?", "示例丙:一。", "记者:乙?", "答:二。", "记者:丙?", "三,没有署名。")

    assert [answers for *_rest, answers in asked(found)] == [["示例丙"], ["示例丙"], ["示例丙"]]
    assert [doubt.field for doubt in found.doubts] == ["questions.2", "questions.3"]


def test_nobody_is_named_when_two_might_have_answered():
    found = told("问:甲?", "答:一。")

    assert asked(found) == [("", "", "甲?", [""])]
    assert len(found.doubts) == 1


def test_a_question_without_answer_is_doubted():
    found = told("记者:甲?", "记者:乙?", "示例乙:二。")

    assert [doubt.field for doubt in found.doubts] == ["questions.1"]


def test_outlets_without_the_word_reporter_once_questions_are_asked():
    found = told("记者:甲?", "示例乙:一。", "示例通讯社:乙?", "示例乙:二。")

    assert [outlet for outlet, *_rest in asked(found)] == ["", "示例通讯社"]


def test_words_of_the_host_stay_in_the_text():
    found = told(
        "主持人:开始。", "记者:甲?", "示例乙:一。", "主持人 示例甲:请继续。", "示例甲:谢谢。"
    )

    assert [block.text for block in found.body] == [
        "主持人:开始。",
        "主持人 示例甲:请继续。",
        "示例甲:谢谢。",
    ]


def test_a_heading_above_a_question_is_its_topic():
    blocks = [
        words(text, n)
        for n, text in enumerate(
            ("记者:甲?", "示例乙:一。", "关于报名", "记者:乙?", "示例乙:二。"), start=1
        )
    ]
    blocks[2] = replace(blocks[2], shape=Shape.HEADING)

    found = dialogue.split(blocks, people("示例乙"))

    assert found.questions[1].topic.text == "关于报名"
    assert [block.text for block in found.questions[0].answers[0].blocks] == ["一。"]


def test_more_questions_than_a_form_carries_stay_in_the_text_in_order():
    lines = [line for n in range(70) for line in (f"记者:问{n}?", f"示例乙:答{n}。")]

    found = told(*lines)

    assert len(found.questions) == dialogue.MAX_QUESTIONS
    assert [block.text for block in found.body] == lines[2 * dialogue.MAX_QUESTIONS :]
    assert len(found.doubts) == 1
