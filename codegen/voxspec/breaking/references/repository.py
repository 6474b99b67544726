"""A git repository, read from its objects: neither the work tree nor the index is touched."""

from __future__ import annotations

import os
import posixpath
import subprocess
from pathlib import Path, PurePosixPath
from typing import Final

from voxspec.breaking.references.errors import ReferenceNotFoundError

_LINK: Final = "120000"
"""The mode of symbolic links."""

_DEPTH: Final = 2
"""So many folders down schema files lie, with the one of the schema."""

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
        self.root = Path(os.fsdecode(top.stdout.rstrip(b"\n"))).resolve()
        self.path = _without_dot(self._at.resolve().relative_to(self.root).as_posix())
        """Where the schema is in it; empty for the root."""

    def knows(self, revision: str) -> bool:
        """Whether a revision names a commit."""
        if not revision or "\0" in revision:
            return False
        peeled = f"{revision}^{{commit}}"
        return self._run("rev-parse", "--verify", "--quiet", "--end-of-options", peeled) is not None

    def parting(self, revision: str) -> str | None:
        """The commit at which what is checked out left a revision, if there is one."""
        found = self._run("merge-base", self._id(revision), "HEAD")
        return None if found is None else found.decode().strip()

    def folder(self, path: str) -> str:
        """A folder that stands behind a revision: from the root, or as git has it, with ``./`` or ``../``
        from where one is. Empty for the root itself."""
        if path in (".", "..") or path.startswith(("./", "../")):
            there = Path(os.path.normpath(Path.cwd() / path)).resolve()
            if not there.is_relative_to(self.root):
                return path
            path = there.relative_to(self.root).as_posix()
        return _without_dot(posixpath.normpath(path.strip("/")))

    @property
    def is_shallow(self) -> bool:
        """Whether commits were left out when it was fetched."""
        return self._run("rev-parse", "--is-shallow-repository") == b"true\n"

    @property
    def has_fetched(self) -> bool:
        """Whether something of it is from elsewhere, also where no branch of a remote leads to it."""
        return self.has_any("refs/remotes/") or self.is_shallow or self.knows("FETCH_HEAD")

    def has_any(self, pattern: str) -> bool:
        """Whether there is a branch, tag or the like whose name begins so."""
        return bool(self._run("for-each-ref", "--count=1", pattern))

    def names(self, commit: str) -> list[str]:
        """The paths of all files in a commit."""
        listed = self._read("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._id(commit))
        return listed.decode("utf-8", "surrogateescape").split("\0")[:-1]

    def has_file(self, commit: str, path: str) -> bool:
        """Whether a path leads to a file in a commit, over links as well."""
        return self._followed(commit, path)[0] == "blob"

    def write(self, commit: str, folder: str, into: Path, depth: int = _DEPTH) -> None:
        """Write the files that a folder had in a commit into another one.

        In the place of a link stands what it leads to in the same commit; one that leads elsewhere
        leads nowhere. Raises ReferenceNotFoundError where git lacks something of it.
        """
        _, tree = self._followed(commit, folder)
        for entry in self._read("ls-tree", "-z", "--full-tree", tree).split(b"\0")[:-1]:
            head, _, name = entry.partition(b"\t")
            mode, kind, found = head.decode().split()
            inner = f"{folder}/{name.decode('utf-8', 'surrogateescape')}".removeprefix("/")
            path = into / PurePosixPath(inner).name
            if kind == "commit":
                raise ReferenceNotFoundError(
                    f"{inner} of {commit} is a submodule, so that its files are in another "
                    f"repository; name a folder of schema files with --against"
                )
            if mode == _LINK:
                kind, found = self._followed(commit, inner)
            if kind == "blob":
                path.write_bytes(self._read("cat-file", "blob", found))
            elif kind != "tree":
                path.symlink_to("nowhere")
            elif depth > 1:
                path.mkdir()
                self.write(commit, inner, path, depth - 1)

    def _followed(self, commit: str, path: str) -> tuple[str, str]:
        """What a path leads to in a commit: ``blob`` or ``tree``, and its name; two empty texts where it
        leads nowhere."""
        if path.split("/", maxsplit=1)[0] == "..":
            return "", ""  # git has nothing to say of what is outside
        asked = f"{self._id(commit)}:{path}\n".encode("utf-8", "surrogateescape")
        told = self._read("cat-file", "--batch-check", "--follow-symlinks", asked=asked)
        name, _, said = told.decode("utf-8", "replace").partition("\n")[0].partition(" ")
        kind = said.partition(" ")[0]
        return (kind, name) if kind in ("blob", "tree") else ("", "")

    def _id(self, revision: str) -> str:
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        assert found is not None
        return found.decode().strip()

    def _run(self, *arguments: str) -> bytes | None:
        """What git prints, None where it fails."""
        done = self._git(*arguments)
        return done.stdout if done.returncode == 0 else None

    def _read(self, *arguments: str, asked: bytes = b"") -> bytes:
        """What git prints of something that is there, as it should be able to."""
        done = self._git(*arguments, asked=asked)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
            raise ReferenceNotFoundError(
                f"git cannot read all of the earlier schema: {said or 'it does not say why'}"
            )
        return done.stdout

    def _git(self, *arguments: str, asked: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = ["git", "-C", str(self._at), *arguments]
        environment = {**self._environment, "LC_ALL": "C"}
        return subprocess.run(
            command, input=asked, capture_output=True, check=False, env=environment
        )


def _without_dot(folder: str) -> str:
    return "" if folder == "." else folder
