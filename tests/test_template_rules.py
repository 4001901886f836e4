"""The rules that templates and styles keep: nothing inline, nothing foreign, nothing unused."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib import admin

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PUBLIC = [path for path in TEMPLATES if path.relative_to(ROOT / "templates").parts[0] != "admin"]
STATIC = sorted(
    path for path in (ROOT / "static").rglob("*.*") if path.suffix in (".css", ".js", ".svg")
)
PYTHON = [
    path
    for path in ROOT.glob("*/**/*.py")
    if path.relative_to(ROOT).parts[0] not in ("tests", ".venv", "var", "static")
]

LONG_TEMPLATES = {}

# Django finds these by their place: error pages, and the admin's own pages that we extend.
BY_PLACE = re.compile(
    r"^(400|403|403_csrf|404|410|500)\.html$|^admin/(civic|releases)/\w+/\w+\.html$"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def found(pattern: str, paths: list[Path]) -> list[str]:
    look = re.compile(pattern, re.I | re.S)
    return [
        f"{name_of(path)}: {hit.group(0)[:80]}"
        for path in paths
        for hit in look.finditer(path.read_text())
    ]


def test_public_templates_carry_no_inline_style_or_script():
    assert found(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", PUBLIC) == []
    assert found(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", PUBLIC) == []


def test_no_template_switches_escaping_off():
    assert found(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b", TEMPLATES) == []


def test_pages_and_styles_call_no_foreign_host():
    foreign = r"(?:src|srcset|action|data|poster)\s*=\s*[\"'](?:https?:)?//"

    assert found(foreign, TEMPLATES) == []
    assert found(r"<link\b[^>]*href=[\"'](?:https?:)?//", TEMPLATES) == []
    assert found(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//", STATIC) == []
    assert found(r"(?:fetch|import|open)\(\s*[\"'`](?:https?:)?//", STATIC) == []


def test_scripts_stay_within_the_content_policy():
    scripts = [path for path in STATIC if path.suffix == ".js"]

    assert found(r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write\(", scripts) == []


def test_every_template_is_used():
    everything = "".join(path.read_text() for path in TEMPLATES + PYTHON)
    stock = Path(admin.__file__).parent / "templates"

    unused = [
        name
        for path in TEMPLATES
        if (name := str(path.relative_to(ROOT / "templates")))
        if f'"{name}"' not in everything and f"'{name}'" not in everything
        if f'"{path.stem}"' not in everything  # "admin/civic/{template}.html"
        if not (stock / name).exists() and not BY_PLACE.match(name)
    ]
    assert unused == []


def test_every_static_file_is_used():
    everything = "".join(path.read_text() for path in TEMPLATES + PYTHON + STATIC)

    unused = [
        name_of(path)
        for path in STATIC
        if str(path.relative_to(ROOT / "static")) not in everything
        if path.name not in everything
    ]
    assert unused == []


def test_templates_stay_short_enough_to_be_one_thing():
    long = {name_of(path) for path in TEMPLATES if len(path.read_text().splitlines()) > 120}

    assert long == set(LONG_TEMPLATES)


def test_pages_that_people_see_speak_through_the_catalogue():
    """No Chinese stands in a template: what a reader sees comes from the catalogue."""
    plain = [
        f"{name_of(path)}: {line.strip()[:60]}"
        for path in TEMPLATES
        for line in re.sub(
            r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S
        ).splitlines()
        if re.search(r"[\u4e00-\u9fff]", line)
    ]

    assert plain == []
