"""Two revisions beside each other: compared, generated, and played by voxwire."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.conversations_compared.small import revision
from tests.voxspec.in_memory import importable
from tests.voxspec.mini import Data
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Age, Change
from voxspec.targets import python, strategies

PACKAGES: dict[Age, str] = {"old": "old_revision", "new": "new_revision"}


@dataclass(frozen=True)
class Made:
    """A revision and its generated package, imported."""

    revision: Revision
    known: Any
    """The protocol as one object, for voxwire."""


@contextmanager
def made(revised: Revision, age: Age, package: str = "") -> Iterator[Made]:
    """The package of a revision, importable meanwhile; of two of one name the first is there."""
    package = package or PACKAGES[age]
    protocol = replace(revised.protocol, package=package)
    files = {**python.TARGET.plan(protocol), **strategies.TARGET.plan(protocol)}
    with importable(files):
        module = importlib.import_module(f"{package}.{protocol.module}.protocol")
        importlib.import_module(f"{package}.{protocol.module}.strategies")
        try:
            yield Made(revised, module.PROTOCOL)
        finally:
            _forget()


def compared(folder: Path, old: Data, new: Data) -> list[Change]:
    """What is found between two states of the files."""
    revisions = (revision(folder, "old", old), revision(folder, "new", new))
    return [*compare_conversations(*revisions)]


def _forget() -> None:
    """voxwire keeps what it made of each protocol, of which there are thousands here."""
    for name in [name for name in sys.modules if name.split(".")[0] == "voxwire"]:
        for value in [*vars(sys.modules[name]).values()]:
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()
