"""The recipes of CONTRIBUTING.md for the spec toolkit, followed on copies of the repository."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.docs.copies import Copy, copied
from voxspec.generate import TARGETS

LOAD = "codegen/voxspec/load"
TABLE = "tests/voxspec/keyword_samples.py"


@pytest.fixture
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copied(tmp_path_factory.mktemp("recipe"))


def test_a_keyword_is_added_as_the_recipe_says(copy: Copy) -> None:
    allow(copy)
    keep(copy)
    read(copy)
    for target in TARGETS:
        stopped = copy.run("voxspec", "generate")
        assert (stopped.returncode, stopped.stdout) == (2, "")
        assert f'"{target}" does not handle the keyword "x-see"' in stopped.stderr
        assert f"codegen/voxspec/targets/{target}/keywords.py" in stopped.stderr
        if target == "docs":
            write_in_docs(copy)
        else:
            leave_out(copy, target)
    done = copy.run("voxspec", "generate")
    assert (done.returncode, done.stderr) == (0, "")
    untried = tried(copy)
    assert untried.returncode == 1
    assert "test_there_is_a_sample_of_every_keyword" in untried.stdout
    copy.edit(
        TABLE,
        r'^    "x-unit": .*\n',
        r'\g<0>    "x-see": at_field(TEXT, {**TEXT, "x-see": "there"}),\n',
    )
    assert (tried(copy).returncode, tried(copy).stderr) == (0, "")
    copy.edit(
        "codegen/voxspec/targets/docs/fields.py", r"^        if field.see is not None:\n.*\n", ""
    )
    assert tried(copy).returncode == 1, "a target writes what it says that it writes"


def allow(copy: Copy) -> None:
    path = copy.folder / "schema/meta/expression.schema.json"
    document = json.loads(path.read_text("utf-8"))
    document["properties"]["x-see"] = {"type": "string", "description": "Where to read on."}
    path.write_text(json.dumps(document), "utf-8")


def keep(copy: Copy) -> None:
    copy.edit(
        "codegen/voxspec/model/definitions.py",
        r"^    null_default: bool = False\n",
        r"\g<0>    see: str | None = None\n",
    )


def read(copy: Copy) -> None:
    copy.edit(f"{LOAD}/keywords.py", r"\bx-unit x-sensitive\b", r"\g<0> x-see")
    copy.edit(f"{LOAD}/marks.py", r"^_OF_PROPERTIES = \(", r'\g<0>"x-see", ')
    copy.edit(
        f"{LOAD}/records.py",
        r'^( +)since=cast\("str \| None", expression.get\("since"\)\),\n',
        r'\g<0>\1see=cast("str | None", expression.get("x-see")),\n',
    )


def leave_out(copy: Copy, target: str) -> None:
    copy.edit(
        f"codegen/voxspec/targets/{target}/keywords.py",
        r"^    left_out=\{\n",
        r'\g<0>        "x-see": "it is for people, who read the documents",\n',
    )


def write_in_docs(copy: Copy) -> None:
    copy.edit("codegen/voxspec/targets/docs/keywords.py", r'"\$ref ', r"\g<0>x-see ")
    copy.edit(
        "codegen/voxspec/targets/docs/fields.py",
        r"^        if field.since is not None:\n",
        '        if field.see is not None:\n            yield f"See {prose(field.see)}."\n\\g<0>',
    )


def tried(copy: Copy) -> subprocess.CompletedProcess[str]:
    chosen = "x-see or x-unit or sample"
    tests = "tests/voxspec/test_keywords.py"
    return copy.run("pytest", "-q", "-n", "0", "-p", "no:cacheprovider", tests, "-k", chosen)


def test_a_target_is_added_as_the_recipe_says(copy: Copy) -> None:
    folder = copy.folder / "codegen/voxspec/targets/names"
    folder.mkdir()
    (folder / "target.py").write_text(
        "from voxspec.model import Protocol\n\n\n"
        "def plan(protocol: Protocol) -> dict[str, str]:\n"
        '    return {"names.txt": "".join(f"{m.type}\\n" for m in protocol.messages())}\n'
    )
    docs = copy.folder / "codegen/voxspec/targets/docs"
    for name in ("keywords.py", "__init__.py"):
        text = (docs / name).read_text("utf-8").replace("targets.docs", "targets.names")
        (folder / name).write_text(text, "utf-8")
    copy.edit(
        "codegen/voxspec/generate.py",
        r'^        "docs": docs.TARGET,\n',
        r'\g<0>"names": names.TARGET,\n',
    )
    copy.edit("codegen/voxspec/generate.py", r"^from voxspec.targets import ", r"\g<0>names, ")
    done = copy.run("voxspec", "generate")
    assert (done.returncode, done.stderr) == (0, "")
    names = (copy.folder / "generated/names.txt").read_text("utf-8").splitlines()
    assert "heartbeat" in names
    contract = "Targets know nothing of each other"
    assert f"{contract}, but all may show JSON Schema BROKEN" in import_contracts(copy)
    copy.edit("pyproject.toml", r'^layers = \["docs \| python', r'layers = ["docs | names | python')
    assert f"{contract}, but all may show JSON Schema KEPT" in import_contracts(copy)


def import_contracts(copy: Copy) -> str:
    """Each contract and whether it is kept."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    return copy.python("-c", program, "--no-cache").stdout
