"""What a fresh process pays: importing the models."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measure import Spread, interleaved
from benchmarks.process import python_seconds
from benchmarks.table import Table

ROUNDS = 15


def startup(pydantic_module: Path) -> Table:
    """Milliseconds of each import, in fresh processes."""
    imports = {
        "`import voxmodels.v1` (every message)": "import voxmodels.v1",
        "`import voxwire`": "import voxwire",
        "`import msgspec`": "import msgspec",
        "import of the generated pydantic models": (
            f"import sys; sys.path.insert(0, {str(pydantic_module.parent)!r}); "
            f"import {pydantic_module.stem}"
        ),
    }
    for statement in imports.values():
        python_seconds(statement)  # so that the compiled modules are on disk
    jobs: dict[str, Callable[[], float]] = {
        name: partial(python_seconds, statement) for name, statement in imports.items()
    }
    seconds = interleaved(jobs, ROUNDS)
    return Table(
        ("in a fresh process", "ms"),
        [
            (name, Spread.of([figure * 1000 for figure in figures]).text(".0f"))
            for name, figures in seconds.items()
        ],
    )
