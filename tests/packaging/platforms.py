"""What platforms bring along: this repository as they fetch it, and the repository of somebody's protocol."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.breaking.projects import OURS, Project, project
from tests.docs.copies import copied

PATIENCE = 600
"""Seconds after which a process has failed; none is near them."""


@dataclass(frozen=True)
class Ran:
    """What a process left behind."""

    status: int
    out: str
    err: str


def bash(script: str, folder: Path, environment: Mapping[str, str], *options: str) -> Ran:
    """Run a script as platforms do: with nothing of ours in its environment but what is given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PYTHON", "VIRTUAL_ENV", "COV_", "PRE_COMMIT", "CI"))
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", *options, "-c", script],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def fetched(folder: Path) -> Path:
    """This repository as a platform fetches it: one commit of everything that is tracked."""
    copy = copied(folder).folder
    for arguments in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "As it is"),
    ):
        subprocess.run(["git", *OURS, *arguments], cwd=copy, check=True, capture_output=True)
    return copy


def cloned(folder: Path) -> Project:
    """A clone of a protocol's repository, whose origin has the branch main."""
    (folder / "origin").mkdir(parents=True)
    origin = project(folder / "origin")
    origin.git("clone", "--quiet", ".", str(folder / "clone"))
    return Project(folder / "clone")


def with_capture(ours: Project, text: str) -> None:
    """A capture in which a client says something."""
    lines = (ours.folder / "captures" / "hello.ndjson").read_text("utf-8").splitlines()
    frame = json.dumps({"type": "say", "data": {"text": text}})
    line = {"ts": 1795380002.0, "dir": "c2s", "opcode": "text", "text": frame}
    wrong = ours.folder / "captures" / "wrong.ndjson"
    wrong.write_text("\n".join([*lines[:4], json.dumps(line), ""]), "utf-8")
