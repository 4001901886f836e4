"""The catalogue: every string of the source is in it, in Chinese, and compiled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
HOME = Path("locale/zh_Hans/LC_MESSAGES")
APART = ("locale", ".venv", ".git", "var", "static", "tests", "docs")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(ROOT / HOME / "django.po"))


def key(entry):
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def said(entry):
    return entry.msgstr_plural or entry.msgstr


def test_nothing_is_missing_and_nothing_is_guessed(catalogue):
    wanted = [entry for entry in catalogue if not entry.obsolete]

    assert [entry.msgid for entry in wanted if not entry.translated()] == []
    assert [entry.msgid for entry in wanted if entry.fuzzy] == []
    assert len(wanted) > 100


def test_the_compiled_catalogue_says_the_same(catalogue):
    compiled = polib.mofile(str(ROOT / HOME / "django.mo"))

    written = {key(entry): said(entry) for entry in catalogue if not entry.obsolete}
    assert {key(entry): said(entry) for entry in compiled} == written


def test_every_string_of_the_source_is_in_the_catalogue(catalogue, tmp_path):
    assert shutil.which("xgettext"), "gettext is missing: apt install gettext"
    copy = tmp_path / "source"
    shutil.copytree(ROOT, copy, ignore=lambda where, names: ignored(where, names))
    (copy / HOME).mkdir(parents=True)

    subprocess.run(
        [
            *[sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans"],
            *["--no-location", "--no-wrap", "-v0"],
        ],
        cwd=copy,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "", "PYTHONPATH": ""},
        check=True,
    )

    collected = {key(entry) for entry in polib.pofile(str(copy / HOME / "django.po"))}
    kept = {key(entry) for entry in catalogue if not entry.obsolete}
    assert collected - kept == set(), "run: make messages"
    assert kept - collected == set(), "run: make messages"


def ignored(where, names):
    return [name for name in names if Path(where) == ROOT and name in APART]


def test_placeholders_survive_translation(catalogue):
    names = re.compile(r"%\((\w+)\)[sd]|%[sd]|{(\w*)}")

    def placeholders(text):
        return sorted(match.group(0) for match in names.finditer(text))

    broken = [
        entry.msgid
        for entry in catalogue
        if not entry.obsolete and not entry.msgid_plural
        if placeholders(entry.msgid) != placeholders(entry.msgstr)
    ]
    assert broken == []


def test_the_chinese_uses_full_width_punctuation_beside_chinese(catalogue):
    half = re.compile(r"[\u4e00-\u9fff][,;:?!](?:\s|$|[\u4e00-\u9fff])")

    assert [entry.msgstr for entry in catalogue if half.search(entry.msgstr)] == []
