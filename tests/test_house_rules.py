"""The rules of the house that a machine can check: storeys, sizes, doors, names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.db.migrations.loader import MigrationLoader
from importlinter.cli import lint_imports

from civic.publishing import Publishable

ROOT = Path(settings.BASE_DIR)
STOREYS = [
    "civic",
    "volunteers",
    "campaigns",
    "evaluations",
    "rectification",
    "participation",
    "releases",
    "portal",
]
SOURCES = sorted(path for app in STOREYS for path in (ROOT / app).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Longer than a file of the house should be, and why.
LONG_FILES = {
    "civic/settings.py": "one list of all settings, read from top to bottom",
    "civic/publishing.py": "the abstract text and its steps: one state, changed by one _step()",
    "civic/steps.py": "the table of steps with what each asks for; half of it is wording",
    "civic/search.py": "one index, in the words of two databases side by side",
    "civic/exports.py": "the sole writer of sheets; the workbook itself is in civic/xlsx.py",
    "releases/releases.py": "one table with all a step asks of it; parts have own modules",
}
LONG_FUNCTIONS: dict[str, str] = {}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def by_hand(path: Path) -> bool:
    return "migrations" not in path.parts


# Storeys


def test_foreign_keys_point_at_storeys_below_or_the_same():
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in STOREYS
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_label in STOREYS
        if STOREYS.index(field.related_model._meta.app_label) > STOREYS.index(model._meta.app_label)
    ]

    assert upward == []


def test_imports_keep_to_the_storeys(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    assert lint_imports(cache_dir=None) == 0, capsys.readouterr().out


def top_level_imports(path: Path) -> set[str]:
    """Modules of the house that this one needs in order to be imported."""
    found: set[str] = set()
    todo = list(ast.parse(path.read_text()).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.If | ast.Try | ast.With):
            todo += node.body
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def test_no_module_needs_itself_by_a_detour():
    modules = {module_of(path): path for path in SOURCES if by_hand(path)}
    needs = {
        name: {one for one in top_level_imports(path) if one in modules and one != name}
        # A package's __init__ that gathers its modules is their door, not their neighbour.
        - {name.rpartition(".")[0]}
        for name, path in modules.items()
    }
    done: set[str] = set()
    cycles: list[str] = []

    def walk(name: str, trail: list[str]) -> None:
        if name in trail:
            cycles.append(" → ".join([*trail[trail.index(name) :], name]))
        elif name not in done:
            for other in sorted(needs[name]):
                walk(other, [*trail, name])
            done.add(name)

    for name in sorted(needs):
        walk(name, [])
    assert cycles == []


@pytest.mark.django_db
def test_each_app_has_one_last_migration():
    graph = MigrationLoader(None).graph

    leaves = [(app, name) for app, name in graph.leaf_nodes() if app in STOREYS]
    assert sorted({app for app, _ in leaves}) == sorted(app for app, _ in leaves)


def test_every_publishable_reads_what_is_live_in_the_same_words():
    publishables = [model for model in apps.get_models() if issubclass(model, Publishable)]

    without = [model for model in publishables if not hasattr(model.objects.none(), "live")]
    assert [model._meta.label for model in publishables] != []
    assert without == []


# Words and sizes


def test_every_module_says_what_it_is():
    silent = [
        name_of(path)
        for path in SOURCES + TESTS
        if by_hand(path) and path.read_text().strip()
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_no_module_is_named_after_nothing():
    nothing = {"utils", "util", "helpers", "helper", "common", "misc", "base_utils"}

    assert [name_of(path) for path in SOURCES + TESTS if path.stem in nothing] == []


def test_files_stay_short_enough_to_be_one_thing():
    long = {name_of(path) for path in SOURCES if by_hand(path) and lines_of(path) > 300}

    assert long == set(LONG_FILES)


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_functions_stay_short_enough_to_be_read_at_once():
    long = {
        f"{name_of(path)}:{node.name}"
        for path in SOURCES
        if by_hand(path)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 40
    }

    assert long == set(LONG_FUNCTIONS)


def test_every_requirement_says_why_it_is_there():
    silent = [
        line
        for path in ROOT.glob("requirements*.txt")
        for line in path.read_text().splitlines()
        if line and not line.startswith(("#", "-r ")) and not re.search(r"==\S+\s+# \S", line)
    ]

    assert silent == []


def test_every_package_has_its_licence_named():
    named = (ROOT / "docs/third-party.md").read_text().lower()

    pins = [
        package.lower()
        for path in ROOT.glob("requirements*.txt")
        for package in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", path.read_text(), re.M)
    ]
    assert [package for package in pins if package not in named] == []
    assert "django" in pins


# Dangers have one door each


def test_text_is_marked_safe_in_one_module_only():
    danger = re.compile(r"mark_safe|SafeString|__html__|safestring")

    knows = [name_of(path) for path in SOURCES if danger.search(path.read_text())]
    assert knows == ["civic/richtext.py"]


def test_no_sql_is_put_together_from_text():
    danger = re.compile(r"\.extra\(|RawSQL\(f|\.raw\(f")

    assert [name_of(path) for path in SOURCES if danger.search(path.read_text())] == []


# Doors that README and docs promise


PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_command_in_the_papers_exists():
    known = set(get_commands()) | {"rqworker"}  # django-rq's, there when TASKS_BACKEND=rq

    named = {
        (paper.name, command)
        for paper in PAPERS
        for command in re.findall(r"manage\.py ([a-z_]+)", paper.read_text())
    }
    assert {pair for pair in named if pair[1] not in known} == set()
    assert ("README.md", "import_release") in named


def test_every_make_target_in_the_papers_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))

    named = {
        (paper.name, target)
        for paper in PAPERS
        for target in re.findall(r"`make ([a-z]+)", paper.read_text())
    }
    assert {pair for pair in named if pair[1] not in targets} == set()


def test_every_file_in_the_papers_exists():
    missing = [
        f"{paper.name}: {target}"
        for paper in PAPERS
        for target in re.findall(
            r"`((?:docs|civic|releases|portal|tests|templates|static)/[\w./-]+\.\w+)`",
            paper.read_text(),
        )
        + re.findall(r"\]\(((?!http|#)[^)]+)\)", paper.read_text())
        if not (ROOT / target).exists() and not (paper.parent / target).exists()
    ]

    assert missing == []


def test_every_setting_in_readme_is_read_from_the_environment():
    code = "".join(path.read_text() for path in SOURCES)
    table = (ROOT / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0]

    named = set(re.findall(r"`([A-Z][A-Z_]{3,})`", "".join(re.findall(r"^\|.*?\|", table, re.M))))
    assert {name for name in named if f'"{name}"' not in code} == set()
    assert "DATABASE_URL" in named
