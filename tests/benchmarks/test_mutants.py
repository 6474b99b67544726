"""What `make mutants` runs exists, and its report counts right."""

import ast
import tomllib
from pathlib import Path

import pytest

from benchmarks import mutants_report
from benchmarks.mutants import AREAS, ROOT
from benchmarks.mutants_report import Mutant, replace_section, section

RUNTIME = ROOT / "runtime" / "voxwire"

DIFFERENCE = """\
 def receive(self, seq):
-    self.last = seq
+    self.last = None
     return seq"""


def mutant(number: int, *, survived: bool = False, difference: str = "") -> Mutant:
    name = f"voxwire.sequence.xǁTrackerǁreceive__mutmut_{number}"
    return Mutant("sequence", name, True, survived, difference)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report and a list of equivalent mutants of our own."""
    monkeypatch.setattr(mutants_report, "REPORT", tmp_path / "report.md")
    monkeypatch.setattr(mutants_report, "EQUIVALENT", tmp_path / "equivalent.toml")
    (tmp_path / "equivalent.toml").write_text("", "utf-8")
    return tmp_path


@pytest.mark.parametrize("area", AREAS.values(), ids=AREAS)
def test_modules_and_tests_of_an_area_exist(area: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    modules, tests = area
    assert [pattern for pattern in modules if not list(RUNTIME.glob(pattern))] == []
    assert [test for test in tests if not (ROOT / test).exists()] == []


def test_equivalent_mutants_change_what_is_there() -> None:
    """An entry whose lines are gone from its function is to be deleted."""
    entries = tomllib.loads((ROOT / "benchmarks" / "mutants_equivalent.toml").read_text("utf-8"))[
        "equivalent"
    ]
    assert entries
    stale = []
    for entry in entries:
        there = lines_of(entry["module"], entry["function"])
        for was, _ in entry["changes"]:
            stale += [(entry["function"], line) for line in was.split("\n") if line not in there]
    assert stale == []


def lines_of(module: str, function: str) -> set[str]:
    """The lines of a function of a module, without their indentation; none when it is not there."""
    path = RUNTIME / f"{module}.py"
    if not path.exists():
        return set()
    text = path.read_text("utf-8")
    found: ast.AST = ast.parse(text)
    for name in function.split("."):
        named = [node for node in ast.iter_child_nodes(found) if getattr(node, "name", "") == name]
        if not named:
            return set()
        found = named[-1]
    return {line.strip() for line in (ast.get_source_segment(text, found) or "").splitlines()}


def test_names_of_functions() -> None:
    assert mutant(1).function == "Tracker.receive"
    plain = Mutant("codec", "voxwire.codec.x__decode_long__mutmut_12", True, False, "")
    assert plain.function == "_decode_long"


def test_a_section_counts_and_shows_survivors(files: Path) -> None:
    found = section("sequence", [mutant(1), mutant(2, survived=True, difference=DIFFERENCE)])
    assert found.summary == "2 mutants, 1 survive (50.0 %)"
    assert "| sequence | 2 | 0 | 0 | 1 | 50.0 % |" in found.text
    assert found.text.endswith(
        f"Survivors:\n\n`sequence`, `Tracker.receive`\n\n```diff\n{DIFFERENCE}\n```"
    )


def test_what_was_not_tested_does_not_count_and_is_said(files: Path) -> None:
    untested = mutant(3)._replace(was_tested=False)
    survivor = mutant(2, survived=True, difference=DIFFERENCE)
    found = section("sequence", [mutant(1), survivor, untested])
    assert found.summary == "3 mutants, 1 survive (50.0 %), 1 were not tested"
    assert "| sequence | 3 | 1 | 0 | 1 | 50.0 % |" in found.text
    assert "This area was not run completely: 1 mutants were not tested." in found.text


def test_every_module_of_checks_rules_sessions_and_frames_is_in_an_area() -> None:
    patterns = [pattern for area in AREAS.values() for pattern in area.modules]
    covered = {path for pattern in patterns for path in RUNTIME.glob(pattern)}
    modules = {
        path
        for folder in ("checks", "rules", "session", "wire")
        for path in RUNTIME.glob(f"{folder}/**/*.py")
    }
    assert {path.name for path in modules - covered} <= {"__init__.py"}


def test_equivalent_mutants_do_not_count(files: Path) -> None:
    (files / "equivalent.toml").write_text(
        '[[equivalent]]\nmodule = "sequence"\nfunction = "Tracker.receive"\nreason = "so it is"\n'
        'changes = [["self.last = seq", "self.last = None"]]\n',
        "utf-8",
    )
    found = section("sequence", [mutant(1), mutant(2, survived=True, difference=DIFFERENCE)])
    assert found.summary == "2 mutants, 0 survive (0.0 %)"
    assert "| sequence | 2 | 0 | 1 | 0 | 0.0 % |" in found.text
    assert "- `sequence`, `Tracker.receive`: so it is" in found.text


def test_a_cast_does_nothing(files: Path) -> None:
    for becomes, count in (('x = cast("ANY", y)', 0), ('x = cast("Any", None)', 1)):
        difference = f'-    x = cast("Any", y)\n+    {becomes}'
        found = section("sequence", [mutant(1), mutant(2, survived=True, difference=difference)])
        assert found.summary.startswith(f"2 mutants, {count} survive")


def test_sections_are_replaced_one_by_one(files: Path) -> None:
    order = ("sequence", "codec")
    for name, count in (("codec", 1), ("sequence", 2), ("codec", 3)):
        replace_section(name, section(name, [mutant(n) for n in range(count)]), order)
    lines = (files / "report.md").read_text("utf-8").splitlines()
    assert lines[0] == "# Mutants"
    assert [line for line in lines if line.startswith(("## ", "| sequence"))] == [
        "## sequence",
        "| sequence | 2 | 0 | 0 | 0 | 0.0 % |",
        "## codec",
        "| sequence | 3 | 0 | 0 | 0 | 0.0 % |",
    ]
