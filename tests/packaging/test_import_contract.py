"""The models are a leaf: importing them loads the standard library, msgspec and themselves."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "generated" / "voxmodels"
ALLOWED = sys.stdlib_module_names | {"msgspec", "voxmodels"}
MODULES = sorted(MODELS.rglob("*.py"))


def test_there_are_modules_to_check() -> None:
    assert MODELS / "v1" / "__init__.py" in MODULES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(MODELS)))
def test_imports(path: Path) -> None:
    allowed = ALLOWED | {"hypothesis"} if _is_strategies(path) else ALLOWED
    tree = ast.parse(path.read_text("utf-8"))
    assert {name for name in _imported(tree) if name not in allowed} == set()


@pytest.mark.parametrize("module", ["voxmodels.v1", "voxmodels.v1.validate"])
def test_importing_the_models_loads_nothing_else(module: str) -> None:
    program = (  # msgspec first: what it imports, such as typing_extensions, is its own affair
        f"import sys; import msgspec; before = set(sys.modules); import {module}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    assert set(done.stdout.split()) - ALLOWED == set()


def _is_strategies(path: Path) -> bool:
    relative = path.relative_to(MODELS).with_suffix("").parts
    return relative[1:2] == ("strategies",)


def _imported(tree: ast.AST) -> Iterator[str]:
    """The top-level packages that a module imports; relative imports stay inside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            yield node.module.partition(".")[0]


def test_importing_the_checks_loads_no_protocol() -> None:
    """Their protocol is known when a capture is checked."""
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, voxwire.checks.bulk; print(*sorted(n for n in sys.modules if 'models' in n))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "\n"
