"""The tables of names that generated modules need, held to the generated modules themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.voxspec import tide
from tests.voxspec.awkward import snake
from voxspec.model import Protocol, naming
from voxspec.output.formatting import format_python
from voxspec.pipeline import load_protocol
from voxspec.targets import python, strategies
from voxspec.targets.strategies.shapes import HOMES

ROOT = Path(__file__).parents[2]
SCHEMAS = [ROOT / "schema" / "v1", tide.SCHEMA, ROOT / "tests" / "strategies" / "corners"]


class _Generated:
    """A protocol and the modules that are generated from it, as trees."""

    def __init__(self, schema: Path) -> None:
        self.protocol = load_protocol(schema)
        root = f"{self.protocol.package}/{self.protocol.module}/"
        texts = {**python.plan(self.protocol), **strategies.plan(self.protocol)}
        self.trees = {
            path.removeprefix(root): ast.parse(text)
            for path, text in format_python(texts).items()
            if path.startswith(root)
        }

    def modules(self, *patterns: str) -> Iterator[ast.Module]:
        """The modules whose paths have one of these forms."""
        for pattern in patterns:
            found = [tree for path, tree in self.trees.items() if fnmatch(path, pattern)]
            assert found
            yield from found


@pytest.fixture(scope="module", params=SCHEMAS, ids=lambda path: path.parent.name)
def made(request: pytest.FixtureRequest) -> _Generated:
    return _Generated(request.param)


def _bound(module: ast.Module) -> set[str]:
    """The names that a module binds at its top level."""
    found: set[str] = set()
    for node in _top(module.body):
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {alias.asname or alias.name for alias in names}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def _top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from _top([*node.body, *node.orelse])


def _used(node: ast.AST) -> set[str]:
    """The names that are read, and the arguments that functions have."""
    names = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    return names | {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}


def _in_class_bodies(module: ast.Module) -> set[str]:
    """The names that class bodies read while they are made: annotations, defaults, decorators."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef):
                    parts = [*item.decorator_list, item.args, item.returns]
                    found |= {
                        n.id
                        for part in parts
                        if part is not None
                        for n in ast.walk(part)
                        if isinstance(n, ast.Name)
                    }
                elif isinstance(item, ast.AnnAssign):
                    parts = [item.annotation, item.value]
                    found |= {n for part in parts if part is not None for n in _used(part)}
    return found


def _classes_of(protocol: Protocol) -> set[str]:
    """The classes and aliases that a schema brings along."""
    names = {*protocol.class_names}
    ends = {f"{name}{end}" for name in names for end in ("Value", "OrJson")}
    return names | ends | {f"Wide{name}" for name in names}


def _starts_small(names: set[str]) -> set[str]:
    return {name for name in names if name[:1].islower()}


def test_attributes(made: _Generated) -> None:
    needed: set[str] = set()
    for module in made.modules("types.py", "client/?*.py", "server/?*.py"):
        needed |= _in_class_bodies(module)
    assert {name for name in _starts_small(needed) if naming.attribute(name) == name} == set()
    assert {"str", "dict", "tuple"} <= needed
    (frames,) = made.modules("frames.py")
    needed |= _in_class_bodies(frames)
    needed |= {
        item.name
        for node in ast.walk(frames)
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.FunctionDef)
    }
    free = {name for name in _starts_small(needed) if naming.envelope_attribute(name) == name}
    assert free == set()


def test_classes(made: _Generated) -> None:
    own = _classes_of(made.protocol)
    needed: set[str] = set()
    for module in made.modules("types.py", "enums.py", "client/*.py", "server/*.py"):
        needed |= _bound(module) | _used(module)
    for module in made.modules("__init__.py"):
        needed |= _bound(module)
    fixed = {name for name in needed - own if re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)}
    assert {name for name in fixed if naming.class_name(snake(name)) == name} == set()
    assert {"Literal", "Frame", "Model", "UnsetType", "ServerFrame", "JsonValue"} <= fixed


def test_functions(made: _Generated) -> None:
    protocol = made.protocol
    own = {naming.function(d.name) for d in protocol.types}
    own |= {naming.function(message.name) for message in protocol.messages()}
    own |= {naming.module(area.name) for area in protocol.areas}
    needed: set[str] = set()
    patterns = ("validators/[cs]*.py", "strategies/client/*.py", "strategies/server/*.py")
    for module in made.modules(*patterns):
        needed |= _bound(module) | _used(module)
    fixed = _starts_small(needed) - own - {"area", "message"}  # a comprehension has these alone
    assert {name for name in fixed if naming.function(name) == name} == set()
    assert {"check", "value", "isinstance", "shared"} <= fixed


def test_validator_modules(made: _Generated) -> None:
    (module,) = made.modules("validate.py")
    areas = {naming.validator_module(a.direction, a.name) for a in made.protocol.areas}
    sides = [name.partition("_") for name in (_bound(module) | _used(module)) - areas]
    fixed = {(side, rest) for side, _, rest in sides if side in ("client", "server") and rest}
    assert fixed == {("client", "frame"), ("server", "frame")}
    for side, rest in fixed:
        assert naming.validator_module(side, rest) == f"{side}_{rest}_"


def test_shapes(made: _Generated) -> None:
    names = [d.name for d in made.protocol.types]
    own = {naming.shape(name) for name in (*names, *(m.name for m in made.protocol.messages()))}
    patterns = ("strategies/_types.py", "strategies/client/?*.py", "strategies/server/?*.py")
    fixed: set[str] = set()
    for module in made.modules(*patterns):
        fixed |= _bound(module) | _used(module)
    (shapes,) = made.modules("strategies/_shapes.py")
    offered = _bound(shapes) & {name for names in HOMES.values() for name in names}
    fixed = {name for name in (fixed - own) | offered if name.isupper() and name[0] != "_"}
    fixed -= {"MESSAGES"}  # it stands beside functions alone, which are never in capitals
    assert {name for name in fixed if naming.shape(name.lower()) == name} == set()
    assert {"STRING", "ANY_OBJECT"} <= fixed
