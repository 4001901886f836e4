"""Posts and names are told apart; doubtful borders are said to be doubtful."""

import pytest

from releases.transcripts import names, people


@pytest.mark.parametrize(
    ("text", "post", "name"),
    [
        ("市文明办副主任示例乙", "市文明办副主任", "示例乙"),
        (
            "市委宣传部副部长、市文明办主任 示例乙",
            "市委宣传部副部长、市文明办主任",
            "示例乙",
        ),
        ("示例市公安局副局长示例丙女士", "示例市公安局副局长", "示例丙"),
        ("示例乙(市文明办主任)", "市文明办主任", "示例乙"),
        ("示例乙 市文明办主任", "市文明办主任", "示例乙"),
        ("示例乙", "", "示例乙"),
        ("市外办主任阿依·示例", "市外办主任", "阿依·示例"),
        ("市商务局局长 示 乙", "市商务局局长", "示乙"),
        ("市文明办四级调研员示例丁同志", "市文明办四级调研员", "示例丁"),
    ],
)
def test_post_and_name(text, post, name):
    found = names.named(text)

    assert (found.post, found.name, found.sure) == (post, name, True)


def test_a_border_at_the_name_of_a_body_is_not_sure():
    found = names.named("示例市文明办示例乙")

    assert (found.post, found.name, found.sure) == ("示例市文明办", "示例乙", False)


@pytest.mark.parametrize(
    "text",
    ["", "市文明办主任", "今天", "记者", "新闻办公室召开新闻", "下一步的工作安排如下", "x" * 400],
)
def test_what_is_no_person(text):
    assert names.named(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市甲局局长示例甲、市乙局局长示例乙", ["示例甲", "示例乙"]),
        ("市甲局局长示例甲,市乙局副局长、一级调研员示例乙", ["示例甲", "示例乙"]),
        (
            "市甲局局长示例甲先生、市乙局局长示例乙女士和市丙局局长示例丙先生",
            ["示例甲", "示例乙", "示例丙"],
        ),
        ("市甲局局长示例甲；市乙局局长示例乙", ["示例甲", "示例乙"]),
    ],
)
def test_several_people_in_one_sentence(text, expected):
    assert [one.name for one in people.split_people(text)] == expected


def test_posts_of_one_person_are_kept_together():
    found = people.split_people("市委宣传部副部长、市文明办主任示例乙、市民政局副局长示例丙")

    assert [(one.post, one.name) for one in found] == [
        ("市委宣传部副部长、市文明办主任", "示例乙"),
        ("市民政局副局长", "示例丙"),
    ]
