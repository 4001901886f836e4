"""`manage.py import_release FILE`."""

import json

import pytest
from django.core.management import CommandError, call_command

from releases.models import Channel, Release
from tests import make
from tests.releases.transcripts import layouts

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "实录.txt"
    path.write_text(layouts.FULL_RECORD, encoding="utf-8")
    return path


def printed(capsys):
    return json.loads(capsys.readouterr().out)


def test_it_prints_what_it_recognised_and_saves_nothing(file, capsys):
    call_command("import_release", str(file))

    found = printed(capsys)
    assert found["kind"] == "conference"
    assert found["published"] == "2026-03-05 15:40"
    assert found["host"]["name"] == "示例甲"
    assert [one["name"] for one in found["speakers"]] == ["示例乙", "示例丙"]
    assert [one["outlet"] for one in found["questions"]] == ["示例日报", "示例晚报"]
    assert found["counts"] == {
        "hosts": 1,
        "speakers": 2,
        "questions": 2,
        "answers": 3,
        "answerers": 2,
        "headings": 0,
        "lists": 0,
        "list_items": 0,
        "tables": 0,
        "pictures": 0,
        "doubts": len(found["doubts"]),
        "dropped": 0,
    }
    assert Release.objects.count() == 0


def test_save_makes_the_draft_and_names_its_address(file, capsys):
    channel = make.channel(type=Channel.Type.CONFERENCE)
    person = make.user("editor")

    call_command("import_release", str(file), "--save", "--by", person.username)

    release = Release.objects.get()
    assert (release.channel, release.unit, release.created_by) == (channel, person.unit, person)
    assert release.get_admin_url() in capsys.readouterr().err


def test_channel_and_unit_can_be_named(file):
    make.channel()
    channel, unit = make.channel(slug="special"), make.unit("示例中心")

    call_command(
        "import_release", str(file), "--save", "--channel", "special", "--unit", "示例中心"
    )

    release = Release.objects.get()
    assert (release.channel, release.unit, release.created_by) == (channel, unit, None)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"PK broken"),
        ("a.txt", b""),
        ("a.exe", b"MZ"),
        ("a.html", b"<html></html>"),
        ("missing.txt", None),
    ],
)
def test_an_unreadable_file_is_refused_in_one_sentence(tmp_path, name, data):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(CommandError, match=name) as caught:
        call_command("import_release", str(path))

    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 1


@pytest.mark.parametrize("path", ["/", "/proc", "a\x00b.txt"])
def test_what_is_no_file_is_refused(path):
    with pytest.raises(CommandError):
        call_command("import_release", path)


@pytest.mark.parametrize(
    "options", [["--by", "nobody"], ["--channel", "none"], ["--unit", "none"], []]
)
def test_unknown_names_are_refused_and_nothing_is_saved(file, options):
    if options:
        make.channel(type=Channel.Type.CONFERENCE)
        make.unit()

    with pytest.raises(CommandError):
        call_command("import_release", str(file), "--save", *options)

    assert Release.objects.count() == 0


def test_a_person_without_the_right_cannot_save_by_the_command(file):
    make.channel()
    person = make.user("reviewer_1")

    with pytest.raises(CommandError):
        call_command("import_release", str(file), "--save", "--by", person.username)

    assert Release.objects.count() == 0
