"""A git repository, read from its objects: neither the work tree nor the index is touched."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from voxspec.breaking.references.errors import ReferenceNotFoundError

_MOST_BYTES: Final = 4 * 1024 * 1024
"""As schema files are read: a larger one is none."""

_OF_HOOKS: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git tells its hooks, in a linked work tree: it counts from the folder that they begin in."""


class Repository:
    """The repository that a schema folder is in."""

    def __init__(self, schema: Path) -> None:
        self._at = schema if schema.is_dir() else Path()
        self._environment = {k: v for k, v in os.environ.items() if k not in _OF_HOOKS}
        try:
            top = self._git("rev-parse", "--show-toplevel")
        except FileNotFoundError:
            raise ReferenceNotFoundError(
                "git is not installed; name a folder of schema files with --against"
            ) from None
        if b"dubious ownership" in top.stderr:
            raise ReferenceNotFoundError(
                f"git does not read the repository of {schema}, which belongs to another user; "
                f"git config --global --add safe.directory FOLDER allows it"
            )
        if top.returncode:
            raise ReferenceNotFoundError(
                f"{schema} is in no git repository; name a folder of schema files with --against"
            )
        self.root = Path(top.stdout.decode().rstrip("\n")).resolve()
        self.path = self._at.resolve().relative_to(self.root).as_posix()
        """Where the schema is in it."""

    def knows(self, revision: str, kind: str = "commit") -> bool:
        """Whether a revision names an object of a kind."""
        if not revision:
            return False
        peeled = revision if kind == "tree" else f"{revision}^{{commit}}"
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", peeled)
        if found is None or kind == "commit":
            return found is not None
        return self._run("cat-file", "-t", found.decode().strip()) == b"tree\n"

    def parting(self, revision: str) -> str | None:
        """The commit at which what is checked out left a revision, if there is one."""
        found = self._run("merge-base", self._id(revision), "HEAD")
        return None if found is None else found.decode().strip()

    def folder(self, path: str) -> str:
        """A folder that stands behind a revision: from the root, or as git has it, with ``./`` or ``../``
        from where one is."""
        if path not in (".", "..") and not path.startswith(("./", "../")):
            return path.strip("/")
        there = Path(os.path.normpath(Path.cwd() / path)).resolve()
        return there.relative_to(self.root).as_posix() if there.is_relative_to(self.root) else path

    @property
    def is_shallow(self) -> bool:
        """Whether commits were left out when it was fetched."""
        return self._run("rev-parse", "--is-shallow-repository") == b"true\n"

    def has_any(self, pattern: str) -> bool:
        """Whether there is a branch, tag or the like whose name begins so."""
        return bool(self._run("for-each-ref", "--count=1", pattern))

    def names(self, commit: str) -> list[str]:
        """The paths of all files in a commit."""
        listed = self._run("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._id(commit))
        return (listed or b"").decode("utf-8", "surrogateescape").split("\0")[:-1]

    def write(self, tree: str, folder: Path) -> None:
        """Write the plain files of a tree into a folder."""
        for name, blob, size in self._files(tree):
            path = folder.joinpath(*PurePosixPath(name).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                b"" if size > _MOST_BYTES else self._run("cat-file", "blob", blob) or b""
            )

    def _files(self, tree: str) -> Iterator[tuple[str, str, int]]:
        listed = self._run("ls-tree", "-r", "-l", "-z", "--full-tree", self._id(tree)) or b""
        for entry in listed.split(b"\0"):
            if entry:
                head, _, name = entry.partition(b"\t")
                mode, kind, blob, size = head.split()
                if kind == b"blob" and mode != b"120000":
                    yield name.decode("utf-8", "surrogateescape"), blob.decode(), int(size)

    def _id(self, revision: str) -> str:
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        assert found is not None
        return found.decode().strip()

    def _run(self, *arguments: str) -> bytes | None:
        """What git prints, None where it fails."""
        done = self._git(*arguments)
        return done.stdout if done.returncode == 0 else None

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = ["git", "-C", str(self._at), *arguments]
        return subprocess.run(
            command, capture_output=True, check=False, env={**self._environment, "LC_ALL": "C"}
        )
