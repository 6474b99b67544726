"""Settings that all tests share."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# Where Python is told to write no bytecode, each of the hundreds of processes that tests start would
# compile everything that it imports. Theirs is kept beside pytest's own cache then, and nothing is
# written into the folders of the sources.
_BYTECODE = Path(__file__).parents[1] / ".pytest_cache" / "bytecode"
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(_BYTECODE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from hypothesis import HealthCheck, settings  # noqa: E402 - it is kept there, too

# Whoever runs the tests may have to use a proxy; the tests talk to this machine alone, also with
# clients of libraries that would use it then. Tests of proxies set their own.
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]

# Everywhere: no deadline, because a slow machine is not a bug. The repeatable profile also draws the
# same examples in every run, so that a failure in one change was made by that change.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=1000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Bytecode of what tests wrote into temporary folders is of no use to the next run."""
    if not hasattr(session.config, "workerinput"):  # the workers of xdist are done by then
        temporary = Path(tempfile.gettempdir())
        shutil.rmtree(_BYTECODE / temporary.relative_to(temporary.anchor), ignore_errors=True)
