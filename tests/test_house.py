"""The house rules: who knows Airflow, how long a file may be, what no tracked file holds, what the README names."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("connectors", "expectations", "linkage", "monitoring", "dags")
LONGEST_FILE = 300
LONGEST_FUNCTION = 50

# Longer than the rule, and why. Keys are "path" or "path::function".
LONGER = {
    "connectors/interpreting.py": "one short reader for each kind of column, looked up side by side",
}


def tracked_files() -> list[Path]:
    """Return what is or will be in the repository; without git (a source archive), every file in the rooms."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return sorted(path for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*.*") if path.is_file())
    return sorted({ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()})


FILES = tracked_files()
MODULES = [path for path in FILES if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ROOMS]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).split(".")[0])
    return found


def test_only_dags_knows_airflow():
    assert [name_of(path) for path in MODULES if "airflow" in imports_of(path) and "dags" not in path.parts] == []


def test_a_room_imports_only_from_rooms_before_it():
    for path in MODULES:
        room = path.relative_to(ROOT).parts[0]
        later = set(ROOMS[ROOMS.index(room) + 1 :])
        assert not imports_of(path) & later, name_of(path)


def test_great_expectations_is_never_imported_at_the_top():
    for path in MODULES:
        top = {
            name
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)])
        }
        assert not any(name.startswith("great_expectations") for name in top), name_of(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_are_short_enough_to_read(path):
    text = path.read_text()
    if name_of(path) not in LONGER:
        assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION or f"{name_of(path)}::{node.name}" in LONGER, f"{node.name}: {length}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_public_thing_says_what_it_is_for(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_exceptions_to_the_length_rule_still_exist_and_have_a_reason():
    for name, reason in LONGER.items():
        assert (ROOT / name.split("::")[0]).is_file()
        assert len(reason) > 20


def test_no_module_has_a_name_that_says_nothing():
    drawers = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [name_of(path) for path in MODULES if path.stem in drawers] == []


# Put together from parts, so that this file does not match itself.
FORBIDDEN = {
    "a package index address": re.compile("index" + r"[-_]url|find" + r"-links|https?://\S+/" + "simple", re.I),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:" + "home|Users|root|work" + r")/[a-z]"),
}
TEXT = {".py", ".toml", ".md", ".txt", ".lock", ".cfg", ".mako", ".sql", ".in", ".yml", ".yaml", ""}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what):
    found = [
        f"{name_of(path)}:{number}"
        for path in FILES
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []


def test_register_exports_are_never_tracked():
    assert [name_of(path) for path in FILES if path.suffix in {".csv", ".parquet", ".xlsx", ".db"}] == []


def test_the_lock_holds_a_hash_for_every_package():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pinned = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9].*==", line)]
    assert len(pinned) > 100
    assert all(lines[number + 1].strip().startswith("--hash=sha256:") for number in pinned)


def test_every_bound_says_why():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    bounds = [line for line in lines if re.match(r'\s+"[a-z][\w\[\]-]*[<>=]=?', line)]
    assert len(bounds) > 15
    assert [line for line in bounds if "#" not in line] == []


def test_every_command_is_in_the_readme():
    from dags.command import weerzien

    readme = (ROOT / "README.md").read_text()
    assert [name for name in weerzien.commands if f"weerzien {name}" not in readme] == []


def test_every_register_is_in_the_readme():
    from connectors.register import REGISTERS

    readme = (ROOT / "README.md").read_text()
    assert [name for name in REGISTERS if name not in readme] == []
