"""CONTRIBUTING.md is true: its recipe, followed on a copy, the files and the packages that it names."""

from __future__ import annotations

import re

import pytest

from tests.docs.blocks import ROOT, Key, all_blocks
from tests.docs.copies import Copy, copied

RECIPE = Key("Add or change a message", "yaml")
COUNTING = (
    "tests/benchmarks/test_inputs.py",
    "tests/docs/test_links.py",
    "tests/packaging/test_import_contract.py",
    "tests/voxspec/test_cli.py::test_list_as_json_has_every_message_of_the_schema",
    "tests/voxspec/test_jsonschema_real.py",
    "tests/voxwire_live/test_mock_sources.py",
)
"""The fast ones among the tests that count messages, or go through all of them."""

NEW = "message_of_a_test"
"""The name of the new message: whoever follows the recipe may have added the documented one."""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of the repository that has one message more."""
    copy = copied(tmp_path_factory.mktemp("message"))
    first_line, _, message = all_blocks(RECIPE, "CONTRIBUTING.md")[0].partition("\n")
    assert first_line.startswith("messages: ")
    message, renamed = re.subn(r"^  [a-z_]+:$", f"  {NEW}:", message, flags=re.MULTILINE)
    assert renamed == 1
    with (copy.folder / "schema/v1/server/messages.yaml").open("a", encoding="utf-8") as area:
        area.write(f"\n{message}")
    return copy


def test_a_new_message_is_generated_and_counted(changed: Copy) -> None:
    before = changed.run("voxspec", "generate", "--check")
    assert before.returncode == 1
    assert f"{NEW}.json" in before.stdout + before.stderr
    assert changed.run("voxspec", "generate").returncode == 0
    after = changed.run("voxspec", "generate", "--check")
    assert (after.returncode, after.stderr) == (0, "")
    tests = changed.run("pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *COUNTING)
    assert tests.returncode == 0, tests.stdout


def test_every_keyword_of_the_dialect_is_explained() -> None:
    files = (ROOT / "schema" / "meta").glob("*.json")
    keywords = {
        word for file in files for word in re.findall(r'"(x-[a-z-]+)":', file.read_text("utf-8"))
    }
    assert {"x-relayed", "x-one-of-name"} <= keywords
    table = (ROOT / "docs" / "dialect.md").read_text("utf-8").partition("| keyword |")[2]
    assert set(re.findall(r"`(x-[a-z-]+)`", table.partition("\n\n")[0])) == keywords


def test_the_files_that_the_documents_name_exist() -> None:
    named = [
        path
        for document in ("README.md", "CONTRIBUTING.md")
        for path in re.findall(
            r"`(?:\.venv/bin/pytest )?((?:tests|docs|schema|codegen|generated|runtime|benchmarks"
            r"|examples)/[a-z_/.-]*)`",
            (ROOT / document).read_text("utf-8"),
        )
    ]
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_dependency_has_its_reason() -> None:
    pinned, _, _ = (
        (ROOT / "requirements-dev.txt").read_text("utf-8").partition("# What the packages")
    )
    packages = {_normal(line.partition("==")[0]) for line in pinned.splitlines() if "==" in line}
    assert "msgspec" in packages
    rows = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Dependencies")[2]
    explained = {_normal(word) for word in re.findall(r"[A-Za-z][\w.-]+", rows)}
    assert packages - explained == set()


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package.lower())
