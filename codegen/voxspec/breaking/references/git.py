"""Revisions in a git repository."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from voxspec.breaking.references.errors import NothingEarlierError, ReferenceNotFoundError
from voxspec.breaking.references.folder import PROTOCOL, of_folder, renamed_places
from voxspec.breaking.references.repository import Repository
from voxspec.breaking.revision import Revision

_PARTING: Final = "..."
"""Behind a revision: the commit at which what is checked out left it, as ``git diff main...`` has it."""


def is_in_repository(schema: Path) -> bool:
    """Whether a schema is in a repository that git reads."""
    try:
        Repository(schema)
    except ReferenceNotFoundError:
        return False
    return True


def knows(reference: str, schema: Path) -> bool:
    """Whether the repository that a schema is in, if there is one, has a revision of this name."""
    try:
        return Repository(schema).knows(_named(reference)[0])
    except ReferenceNotFoundError:
        return False


def of_git(reference: str, schema: Path) -> Revision:
    """The schema at a revision: ``main``, ``HEAD~3``, or with its folder then, ``v1.2:schema/v1``;
    ``main...`` is where what is checked out left ``main``."""
    repository = Repository(schema)
    named, path = _named(reference)
    commit = _commit(repository, reference, named)
    folder = repository.path if path is None else repository.folder(path)
    name = f"{reference.partition(':')[0]}:{folder}"
    if not repository.has_file(commit, f"{folder}/{PROTOCOL}".removeprefix("/")):
        _refuse(repository, commit, named, folder, is_said=path is not None)
    with tempfile.TemporaryDirectory(prefix="voxspec-") as temporary:
        root = Path(temporary) / (PurePosixPath(folder).name or "schema")
        root.mkdir()
        repository.write(commit, folder, root)
        with renamed_places(root, name):
            return of_folder(root, name)


def _named(reference: str) -> tuple[str, str | None]:
    """The revision in a reference, and the folder that stands behind it."""
    commit, colon, path = reference.partition(":")
    return commit.removesuffix(_PARTING), path if colon else None


def _commit(repository: Repository, reference: str, named: str) -> str:
    """The commit that is meant."""
    if not named:
        raise ReferenceNotFoundError(
            f"--against {reference!r} names no revision; it stands before the folder: HEAD:FOLDER"
        )
    if not repository.knows(named):
        remote, slash, _ = named.partition("/")
        if not repository.has_any("refs/") and not repository.knows("HEAD"):
            raise NothingEarlierError(f"there is no commit yet, and no {named}")
        if slash and named.endswith("/HEAD"):
            if not repository.has_fetched:
                raise NothingEarlierError(f"nothing was fetched from {remote} yet")
            raise ReferenceNotFoundError(
                f"git does not know the default branch of {remote}; git fetch {remote} and "
                f"git remote set-head {remote} --auto ask for it"
            )
        raise ReferenceNotFoundError(
            f"{reference} is no folder with a protocol.yaml, and git knows no revision {named!r}; "
            + _how_to_get(repository)
        )
    if not reference.partition(":")[0].endswith(_PARTING):
        return named
    commit = repository.parting(named)
    if commit is None:
        raise ReferenceNotFoundError(
            f"git knows no commit at which HEAD left {named}; "
            f"git fetch --unshallow gets what a shallow clone lacks"
        )
    return commit


def _how_to_get(repository: Repository) -> str:
    if repository.is_shallow:
        return "this clone is shallow, git fetch --unshallow --tags gets what it lacks"
    return "git log --all shows those that there are, git fetch gets others"


def _refuse(repository: Repository, commit: str, named: str, folder: str, *, is_said: bool) -> None:
    """Say that a folder has no schema in a commit: it is new, or was elsewhere."""
    folders = [
        PurePosixPath(name).parent.as_posix()
        for name in repository.names(commit)
        if PurePosixPath(name).name == PROTOCOL
    ]
    if (folder or ".") in folders:
        raise ReferenceNotFoundError(
            f"this clone lacks files of {named}:{folder}; git fetch --refetch gets them"
        )
    here = (repository.root / folder / PROTOCOL).resolve()
    gone = [one for one in folders if _is_gone(repository.root / one / PROTOCOL, here)]
    if not is_said and not gone:
        raise NothingEarlierError(f"there is no schema in {named}:{folder} yet")
    known = gone or folders or ["FOLDER"]
    raise ReferenceNotFoundError(
        f"there is no {PROTOCOL} in {named}:{folder}; say where the schema was: "
        + " or ".join(f"{named}:{'' if one == '.' else one}" for one in known[:3])
    )


def _is_gone(file: Path, here: Path) -> bool:
    """Whether a file is not where it was, or only a link to the one that is ``here``."""
    return not file.is_file() or file.resolve() == here
