"""Runs the command in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from voxwire.cli import main

if TYPE_CHECKING:
    import pytest


class Ran(NamedTuple):
    """What a run left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Command:
    """A command whose output is seen."""

    def __init__(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._name = name
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        try:
            status = main([self._name, *map(str, arguments)])
        except SystemExit as error:
            status = int(str(error.code))
        written = self._capsys.readouterr()
        return Ran(status, written.out, written.err)
