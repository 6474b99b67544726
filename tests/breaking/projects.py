"""A small project under version control, whose schema is changed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from voxspec.starter import files

OURS = (
    *("-c", "user.name=Ada", "-c", "user.email=ada@example.org"),
    *("-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main", "-c", "core.hooksPath=none"),
)

LOOSER = "client/talk.yaml", "required: [token, nickname]", "required: [token]"
"""The nickname may be left out: a client of today may do what servers of yesterday refuse."""
MOOD = (
    "client/talk.yaml",
    """\
      required: [text]
      properties:
        text: {type: string, minLength: 1, maxLength: 500, description: What is said.}
""",
    """\
      required: [text, mood]
      properties:
        text: {type: string, minLength: 1, maxLength: 500, description: What is said.}
""",
)
"""Clients have to say their mood."""
SHORTER = "client/talk.yaml", "maxLength: 500", "maxLength: 5"
"""What clients say is shorter."""
NO_MOOD = "server/talk.yaml", "required: [nickname, text]", "required: [nickname, text, mood]"
"""Servers have to pass the mood on."""
NOTE = (
    "client/talk.yaml",
    "mood: {$ref: mood, description: How it is meant.}",
    "mood: {$ref: mood, description: How it is meant.}\n"
    "        to: {type: string, description: Who is meant.}",
)
"""Clients may say one thing more."""


@dataclass(frozen=True)
class Project:
    """The folder of a starter protocol."""

    folder: Path

    @property
    def schema(self) -> Path:
        return self.folder / "schema"

    def edit(self, *edits: tuple[str, str, str]) -> None:
        """Replace, in files of the schema, what stands there once."""
        for name, before, after in edits:
            path = self.schema / name
            text = path.read_text("utf-8")
            assert text.count(before) == 1, f"{name} has {text.count(before)} times {before!r}"
            path.write_text(text.replace(before, after), "utf-8")

    def git(self, *arguments: str) -> str:
        """Run git there; gives what it prints."""
        done = subprocess.run(
            ["git", *OURS, *arguments],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self, subject: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)


def project(folder: Path) -> Project:
    """A starter protocol in a folder, committed on the branch main."""
    for name, text in files("my-chat").items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    made = Project(folder)
    made.git("init", "--quiet")
    made.commit("The beginning")
    return made
