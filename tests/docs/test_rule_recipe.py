"""The recipe of CONTRIBUTING.md for a rule of `voxwire validate`, followed on a copy."""

from __future__ import annotations

import textwrap

import pytest

from tests.docs.blocks import Key, all_blocks
from tests.docs.copies import Copy, copied

RECIPE = Key("Add or change a rule of `voxwire validate`", "python")
RULES = "runtime/voxwire/rules/sequence.py"
CHECK = "runtime/voxwire/checks/sequence_check.py"
PAGES = ("voxwire.report.rule_pages", "docs/rules")
NAME = "SEQ_OF_A_TEST"
"""Not the name in the recipe: somebody may have followed it."""


@pytest.fixture
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copied(tmp_path_factory.mktemp("recipe"))


def test_a_rule_is_added_as_the_recipe_says(copy: Copy) -> None:
    rule, check = (
        text.replace("SEQ_NOT_IN_DOUBLE", NAME) for text in all_blocks(RECIPE, "CONTRIBUTING.md")
    )
    with (copy.folder / RULES).open("a", encoding="utf-8") as file:
        file.write(f"\n{rule}")
    assert tried(copy) == {
        "test_every_rule_is_used",
        f"test_a_bad_example_breaks_its_rule_alone[{NAME}]",
        f"test_the_needs_and_the_culprit_of_a_rule_are_those_of_its_finding[{NAME}]",
        "test_the_pages_are_current",
        "test_there_is_a_page_for_each_rule",
    }
    check = textwrap.indent(check, 8 * " ").replace("\\", r"\\")
    copy.edit(CHECK, r"^    def _numbered\(.*\n", rf"\g<0>{check}")
    copy.edit(CHECK, r"^from voxwire\.rules\.sequence import ", rf"\g<0>{NAME}, ")
    assert tried(copy) == {"test_the_pages_are_current", "test_there_is_a_page_for_each_rule"}
    stale = copy.run(*PAGES, "--check")
    assert (stale.returncode, stale.stdout.splitlines()) == (
        1,
        [f"docs/rules/{name} is not what the rules say" for name in (f"{NAME}.md", "index.md")],
    )
    assert copy.run(*PAGES).returncode == 0
    assert tried(copy) == set()
    shown = copy.run("voxwire", "rules", NAME.lower())
    assert f"warning[{NAME}] seq 9007199254740993 is beyond 2^53\n" in shown.stdout


def test_a_rule_without_examples_is_noticed(copy: Copy) -> None:
    copy.edit(RULES, r"^    bad=on_session\(.*\(2, 3, 5\)\)\),\n", "    bad=None,\n")
    assert "test_every_rule_has_examples" in tried(copy)


def tried(copy: Copy) -> set[str]:
    """The names of the tests about rules that fail: those of all of them, and of the new one."""
    done = copy.run(
        "pytest",
        *(f"tests/voxwire/test_{name}.py" for name in ("rules", "rule_examples", "rule_pages")),
        "-q",
        "-rf",
        "-n0",
        "-pno:cacheprovider",
        *("-k", f"{NAME} or is_used or has_examples or pages_are_current or page_for_each"),
    )
    assert done.returncode in (0, 1), done.stdout
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    return {name.rpartition("::")[2] for name in failed}
