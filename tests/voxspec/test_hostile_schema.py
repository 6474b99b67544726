"""Schema text that looks like code comes out as text, in every target."""

from __future__ import annotations

import ast
import importlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.tide import SCHEMA
from voxspec.findings import Findings, SchemaError
from voxspec.generate import plan
from voxspec.load.source import read
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol

HOSTILE = [
    "quotes \" and ' and \"\"\" and '''",
    "back\\slash \\n \\x41 \\N{BULLET} ends with \\",
    "{{ 7 * 7 }} {% raise %} {# gone #}",
    "*/ alert(1) /* ``` --- # | a | b |",
    "${PATH} $(id) `id` %s %(x)s {0} f'{x}'",
    "</script><img src=x onerror=alert(1)>",
    'ends with a quote"',
    '"""\nimport os  # a new line',
    "a\u2028b\u0085c\x0bd\re nul\x00ish",
]
BUG = "globals().__setitem__('hacked', True)"


def _poison(value: Any, text: str) -> Any:
    """The same schema, with ``text`` wherever prose may stand."""
    if isinstance(value, dict):
        return {
            key: text
            if key in {"description", "summary", "title", "note", "deprecated", "x-note"}
            and isinstance(item, str)
            else dict.fromkeys(item, text)
            if key == "x-enum-descriptions"
            else _poison(item, text)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_poison(item, text) for item in value]
    return value


def _write_hostile(folder: Path, text: str) -> Path:
    """A copy of the small protocol in which all prose is ``text``, written as JSON (which is YAML)."""
    target = Path(shutil.copytree(SCHEMA, folder / "schema"))
    for path in target.rglob("*.yaml"):
        source = read(path, path.name, Findings())
        assert source is not None
        said = text
        if path.name == "session.yaml":  # where a brace begins a placeholder
            said = text.replace("{", "{{").replace("}", "}}")
        path.write_text(json.dumps(_poison(source.data, said)), "utf-8")
    return target


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_prose_is_never_code(tmp_path: Path, text: str) -> None:
    files = plan(load_protocol(_write_hostile(tmp_path, text)))
    for path, content in files.items():
        if path.endswith(".py"):
            tree = ast.parse(content, path)
            assert _unexpected(tree) == [], path
        elif path.endswith(".json"):
            json.loads(content)
    folder = tmp_path / "out"
    apply(files, folder)
    sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module("tidemodels.v3.client.mooring")
        close = importlib.import_module("tidemodels.v3.close_codes")
        bundle = json.loads(files["jsonschema/v3/bundle.json"])
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.split(".")[0] == "tidemodels"]:
            del sys.modules[name]
    assert close.CloseCode.ADRIFT.meaning().description == text
    assert bundle["$defs"]["point"]["description"] == text
    assert " ".join(text.split()).rstrip(".") in " ".join((module.Moor.__doc__ or "").split())


def _unexpected(tree: ast.Module) -> list[str]:
    """Statements of a module that no template has: bare expressions, and the imports above."""
    found = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    ]
    imports = [node for node in tree.body if isinstance(node, ast.Import)]
    return found + [a.name for node in imports for a in node.names if a.name == "os"]


VALUES = ['a"', "b\\", "c{{ 7*7 }}", "d*/", "e'''", 'f"""', "g\nh", "i|", f"j{BUG}", "k\u2028"]


def test_values_and_patterns_are_never_code(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCHEMA, tmp_path / "schema"))
    types = folder / "types.yaml"
    values = ["red", "no", "two-tone", *VALUES]
    text = types.read_text("utf-8").replace("[red, 'no', two-tone]", json.dumps(values))
    start = text.index("x-enum-descriptions: {red")
    described = json.dumps({value: f"The value {value}" for value in values})
    end = text.index("\n", start)
    text = f"{text[:start]}x-enum-descriptions: {described}{text[end:]}"
    pattern = "^[A-Z\"'\\\\]"
    text = text.replace("pattern: '^[A-Z]'", f"pattern: {json.dumps(pattern)}")
    types.write_text(text, "utf-8")
    files = plan(load_protocol(folder))
    namespace: dict[str, Any] = {}
    source = files["tidemodels/v3/enums.py"]
    source = source.replace("from tidemodels._support import OpenStrEnum", "OpenStrEnum = object")
    exec(compile(source, "enums.py", "exec"), namespace)
    assert [member.value for member in namespace["Flag"]] == values
    assert "hacked" not in namespace
    schema = json.loads(files["jsonschema/v3/bundle.json"])["$defs"]
    assert schema["flag"]["enum"] == values
    assert schema["call_sign"]["pattern"] == "^[\"'A-Z\\\\]"  # the same set, in order


def test_values_that_leave_no_distinct_name_are_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCHEMA, tmp_path / "schema"))
    types = folder / "types.yaml"
    text = types.read_text("utf-8").replace("enum: [calm, gale]", "enum: ['\"', '|']")
    text = text.replace("{calm: No wind., gale: Much wind.}", "{'\"': A quote., '|': A bar.}")
    types.write_text(text, "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    assert [f.rule for f in caught.value.findings][:1] == ["NO_PYTHON_NAME_COLLISION"]
