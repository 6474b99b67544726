"""Names that other schemas may have and generated code must put up with.

Most are read from generated modules themselves: whatever such a module calls its own, or takes from
Python, can be the name of a message, type, field, area or value somewhere.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.voxspec.tide import GOLDEN

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")


def identifiers(texts: Iterable[str]) -> set[str]:
    """Every identifier of some modules."""
    found: set[str] = set()
    for text in texts:
        for node in ast.walk(ast.parse(text)):
            found |= set(_names(node))
    return found


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield from name.split(".")
            yield other or ""


def snake(name: str) -> str:
    """The name of a message or type that would become this name."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|\W", "_", name)
    return re.sub("__+", "_", words).strip("_").lower()


def _python_files() -> list[str]:
    support = Path(__file__).parents[2] / "generated" / "voxmodels"
    files = [*GOLDEN.rglob("*.py"), support / "_checks.py", support / "_support.py"]
    return [path.read_text("utf-8") for path in sorted(files)]


_ALL = identifiers(_python_files()) | set(dir(builtins)) | set(keyword.kwlist)
NAMES = sorted(
    {
        *(name for name in map(snake, _ALL) if _SNAKE.match(name)),
        *("cargo_value", "pennant_or_json", "foo", "foo_frame", "x", "x_set", "x_keys", "x_value"),
        *("x_published", "x_or_json", "x_frame", "x_type", "a1", "a_1", "a_b", "u_n_s_e_t"),
        *("match", "case", "type", "frame", "client", "server", "self", "cls", "mro", "extra"),
        *("int32", "uint64", "any_object", "string", "number", "boolean", "server_frame_type"),
    }
)
"""Names that a message or type can have."""

KEYS = [
    *NAMES,
    *("", "2x", "@2x", "_", "__class__", "__init__", "a-b", "a.b", "a b", "A", "a", "Class", "é"),
    *(
        "g🎮",
        "🎮",
        "名前",
        "年齢",
        "/~",
        "'",
        "{{ x }}",
        "$ref",
        "list_",
        "\u2028",
        "\x7f",
        "%s",
        "{}",
    ),
    *("type", "d", "seq", "#", "*", "x" * 300, "None", "ＡＢＣ"),
]
"""Keys of objects and values of enums."""

AREAS = [
    *("main", "Main", "my-area", "my_area", "frame", "class", "Import", "2d", "a b", "é", "名前"),
    *("shared", "types", "__init__", "index", "msgspec", "check", "a.b", "#1", "(x)"),
]
"""Names of areas."""
