"""docs/security.md against the tree: each threat says what stands against it, and each test that it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SAID = ("wants", "by", "against", "tests", "left")
FEWEST = 2


def threats(page):
    """The threats of the page by their heading: what is said of each, by its word."""
    parts = re.split(r"^### ", page.partition("## Threats\n")[2].partition("\n## ")[0], flags=re.MULTILINE)[1:]
    return {
        part.splitlines()[0]: dict(re.findall(r"^- \*\*(\w+)\*\* (.+)$", part, flags=re.MULTILINE)) for part in parts
    }


def not_there(named):
    """Of tests by path and name those that the tree does not hold."""
    defined = {}
    for path, name in named:
        if path not in defined:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8")) if (ROOT / path).is_file() else ast.parse("")
            defined[path] = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if name not in defined[path]:
            yield f"{path}::{name}"


PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = threats(PAGE)


def test_the_page_names_those_who_could_want_something():
    wanted = [
        "trafficker",
        "official",
        "journalist",
        "register",
        "page",
        "disk",
        "dependency",
        "administrator",
        "engineer",
    ]
    assert [who for who in wanted if not any(who in heading for heading in THREATS)] == []
    assert [heading.split()[0] for heading in THREATS] == [f"T{number}" for number in range(1, len(THREATS) + 1)]


@pytest.mark.parametrize("threat", THREATS)
def test_each_threat_says_what_is_wanted_by_which_way_what_stands_against_it_and_what_is_left(threat):
    assert tuple(THREATS[threat]) == SAID
    assert len(NAMED.findall(THREATS[threat]["tests"])) >= FEWEST


def test_each_test_that_the_page_names_is_there():
    named = NAMED.findall(PAGE)
    assert len(named) > FEWEST * len(THREATS)
    assert list(not_there(named)) == []
    # A name that is only written in backquotes like a test's would not be looked up.
    assert PAGE.count("::test_") == len(named)


def test_a_test_that_is_not_there_would_be_told():
    own = "tests/test_security.py"
    named = [(own, "test_a_test_that_is_not_there_would_be_told"), (own, "test_nothing"), ("tests/none.py", "test_one")]
    assert list(not_there(named)) == ["tests/test_security.py::test_nothing", "tests/none.py::test_one"]


PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[\w.+!]+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
REMARK = re.compile(r"\s*#.*")


def unsound(lines):
    """Lines of a lock that are no pinned package, no hash of one and no remark; packages without a hash."""
    needs_hash = False
    for number, line in enumerate([*lines, "# end"], start=1):
        is_hash = bool(HASH.fullmatch(line))
        if needs_hash and not is_hash:
            yield f"{number}: a hash is missing"
        if is_hash:
            needs_hash = line.endswith("\\")
        else:
            needs_hash = bool(PINNED.fullmatch(line))
            if not (needs_hash or REMARK.fullmatch(line) or not line):
                yield f"{number}: {line}"


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_every_lock_pins_each_package_to_one_version_with_hashes_and_names_no_place(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert any(PINNED.fullmatch(line) for line in lines)
    assert list(unsound(lines)) == []


@pytest.mark.parametrize(
    "line",
    [
        "pandas>=2.2",
        "pandas==2.3.3",
        "pandas @ https://elsewhere.example/pandas.whl",
        "git+https://elsewhere.example/pandas",
        "-r other.txt",
        "--extra-" + "index" + "-url https://elsewhere.example/",
        "    --hash=md5:0123456789abcdef",
    ],
)
def test_a_line_that_opens_another_way_in_is_found(line):
    sound = ["pandas==2.3.3 \\", f"    --hash=sha256:{'0' * 64}", "    # via weerzien"]
    assert list(unsound(sound)) == []
    assert list(unsound([*sound, line])) == [f"4: {line}"]


def test_a_package_without_a_hash_is_found():
    assert list(unsound(["pandas==2.3.3 \\", "# via weerzien"])) == ["2: a hash is missing"]
