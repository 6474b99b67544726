"""Revisions in a git repository, read from its objects: neither the work tree nor the index is touched."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from voxspec.breaking.references.errors import ReferenceNotFoundError
from voxspec.breaking.references.folder import of_folder, renamed_places
from voxspec.breaking.revision import Revision

_MOST_BYTES = 4 * 1024 * 1024
"""As schema files are read: a larger one is none."""


def knows(reference: str, schema: Path) -> bool:
    """Whether the repository that a schema is in, if there is one, has a revision of this name."""
    try:
        return _Repository(schema).knows(reference.partition(":")[0])
    except ReferenceNotFoundError:
        return False


def of_git(reference: str, schema: Path) -> Revision:
    """The schema at a revision: ``main``, ``HEAD~3``, or with its folder then, ``v1.2:schema/v1``."""
    repository = _Repository(schema)
    commit, colon, path = reference.partition(":")
    if not repository.knows(commit):
        raise ReferenceNotFoundError(
            f"{reference} is no folder with a protocol.yaml, and git knows no revision {commit!r}; "
            f"git log --all shows those that there are, git fetch gets others"
        )
    folder = path.strip("/") if colon else repository.path
    tree = f"{commit}:{folder}" if folder not in ("", ".") else f"{commit}^{{tree}}"
    if not repository.knows(tree, "tree"):
        raise ReferenceNotFoundError(
            f"there is no folder {folder} in {commit}; if the schema was elsewhere then, say where: "
            f"{commit}:FOLDER"
        )
    name = f"{commit}:{folder}"
    with tempfile.TemporaryDirectory(prefix="voxspec-") as temporary:
        root = Path(temporary) / (PurePosixPath(folder).name or "schema")
        root.mkdir()
        repository.write(tree, root)
        if not (root / "protocol.yaml").is_file():
            raise ReferenceNotFoundError(
                f"there is no protocol.yaml in {name}; say where the schema was: {commit}:FOLDER"
            )
        with renamed_places(root, name):
            return of_folder(root, name)


class _Repository:
    """The repository that a schema folder is in."""

    def __init__(self, schema: Path) -> None:
        self._at = schema if schema.is_dir() else Path()
        try:
            top = self._run("rev-parse", "--show-toplevel")
        except FileNotFoundError:
            raise ReferenceNotFoundError(
                "git is not installed; name a folder of schema files with --against"
            ) from None
        if top is None:
            raise ReferenceNotFoundError(
                f"{schema} is in no git repository; name a folder of schema files with --against"
            )
        root = Path(top.decode().rstrip("\n")).resolve()
        self.path = self._at.resolve().relative_to(root).as_posix()
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
        command = ["git", "-C", str(self._at), *arguments]
        done = subprocess.run(command, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None
