"""No module needs itself to be imported: no circles of imports, those for types alone included.

The modules are read, not run, so that an import inside a function or below TYPE_CHECKING counts as
much as one at the top.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "voxmodels": ROOT / "generated",
    "voxspec": ROOT / "codegen",
    "voxwire": ROOT / "runtime",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_never_lead_back(package: str) -> None:
    graph = imports(PACKAGES[package], package)
    assert circle(graph) == []


def test_imports_of_any_kind_are_found(tmp_path: Path) -> None:
    (tmp_path / "toy" / "inner").mkdir(parents=True)
    texts = {
        "__init__.py": "import json\nfrom toy.first import name\n",
        "first.py": "import toy.second\nfrom . import third, nothing\n",
        "second.py": "if TYPE_CHECKING:\n    from toy.inner.deep import name\n",
        "third.py": "def later():\n    from toy import inner, second\n",
        "inner/__init__.py": "from .deep import name\n",
        "inner/deep.py": "from ..first import name\nfrom ..second import name\n",
    }
    for path, text in texts.items():
        (tmp_path / "toy" / path).write_text(text)
    graph = imports(tmp_path, "toy")
    assert graph == {
        "toy": ["toy.first"],
        "toy.first": ["toy.second", "toy.third", "toy"],
        "toy.inner": ["toy.inner.deep"],
        "toy.inner.deep": ["toy.first", "toy.second"],
        "toy.second": ["toy.inner.deep"],
        "toy.third": ["toy.inner", "toy.second"],
    }
    found = circle({**graph, "toy.first": []})
    assert sorted({*found}) == ["toy.inner.deep", "toy.second"]
    assert (found[0], len(found)) == (found[-1], 3)


def imports(folder: Path, package: str) -> dict[str, list[str]]:
    """The modules of a package, each with those that it imports."""
    modules = {name_of(path, folder): path for path in sorted((folder / package).rglob("*.py"))}
    return {
        name: list(dict.fromkeys(t for t in imported(path, name, modules) if t != name))
        for name, path in modules.items()
    }


def name_of(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, name: str, modules: Mapping[str, Path]) -> Iterator[str]:
    """What a module imports of ``modules``; what is imported from a package may be a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                own = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
                source = ".".join([*own[: len(own) - node.level + 1], *filter(None, [source])])
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                if inner in modules:
                    yield inner
                elif source in modules:
                    yield source


def circle(graph: Mapping[str, list[str]]) -> list[str]:
    """A circle of the graph, its first member at both ends; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [*reversed(error.args[1])]
    return []
