"""The press conference of 20 November 2020 as it was pasted: structure by position and count."""

import json
from functools import cache

from django.core.management import call_command

from civic import richtext
from releases.transcripts import from_file
from tests.releases.transcripts.given import FILE


@cache
def lines():
    """The lines of the file, by number from 1."""
    return dict(enumerate(FILE.read_text(encoding="utf-8").split("\n"), start=1))


@cache
def found():
    return from_file(FILE.read_bytes(), FILE.name)


def line(number):
    return lines()[number].strip()


def lead():
    """The sentences of the lead."""
    return line(16).split("。")


def test_head_is_read_from_its_lines():
    assert found().title == line(8)
    assert found().original_title == line(210).partition("《")[2].removesuffix("》")
    assert found().source == line(12).partition(":")[2]
    assert found().writer == line(10)
    assert found().time.isoformat() == "2020-11-20T19:25:00+08:00"
    assert found().kind == "conference"


def test_one_host_and_three_speakers_with_their_posts():
    presenting = lead()[1].partition("就我市")[0]
    hosting = lead()[2].partition("主持发布会")[0]

    assert ",".join(one.post + one.name for one in found().speakers) == presenting
    assert [len(one.name) for one in found().speakers] == [2, 3, 3]
    assert found().host.post + found().host.name == hosting
    assert len(found().host.name) == 3


def test_two_questions_with_outlets_and_answerers():
    asked = found().questions

    assert [one.outlet for one in asked] == ["晋城市新闻传媒集团", "山西日报"]
    assert [f"{one.outlet}记者:{one.text}" for one in asked] == [line(164), line(176)]
    assert [[f"{a.post}{a.name}:" for a in one.answers] for one in asked] == [
        [line(166)],
        [line(178)],
    ]


def test_answers_hold_every_paragraph_below_them():
    def between(first, last):
        return [line(n).removeprefix("• ") for n in range(first, last + 1) if line(n)]

    answers = [one.answers[0].body for one in found().questions]

    assert [richtext.plain(body).split("\n") for body in answers] == [
        between(168, 174),
        between(180, 206),
    ]


def test_three_bullets_stay_a_list():
    assert found().lists == [[line(n).removeprefix("• ") for n in (184, 186, 188)]]
    assert found().questions[1].answers[0].body.count("<li>") == 3


def test_aspects_are_headings():
    short = [
        text.strip()
        for text in lines().values()
        if text.startswith("在") and text.strip().endswith("方面")
    ]

    assert [one["text"] for one in found().headings] == short
    assert len(short) == 5


def test_the_repeated_sentence_is_kept_twice():
    sentence = next(part for part in line(148).split("。") if "公众号发布10万+" in part)

    assert found().body.count(sentence.split(",")[0]) == 2


def test_chrome_is_left_out_and_listed():
    assert [one.line for one in found().dropped] == [
        *(1, 2, 4, 6, 13, 14, 208, 212, 214, 215, 216, 217, 218, 220, 222, 224, 226, 228, 230, 232)
    ]


def test_every_line_is_accounted_for():
    written = {number for number, text in lines().items() if text.strip()}

    assert set(found().uses) == written


def test_joined_lines_are_noted():
    notes = [one for one in found().doubts if one.field == "body"]

    assert len(notes) == 1
    assert notes[0].what.count("；") == 9


def test_the_command_prints_the_structure(capsys):
    call_command("import_release", str(FILE))

    printed = json.loads(capsys.readouterr().out)
    counts = printed["counts"]
    assert [counts[name] for name in ("hosts", "speakers", "questions", "answerers")] == [
        1,
        3,
        2,
        2,
    ]
    assert printed["time"] == "2020-11-20T19:25:00+08:00"
    assert [len(items) for items in printed["lists"]] == [3]
