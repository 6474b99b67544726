"""Finding what a reference means."""

from __future__ import annotations

from pathlib import Path

from voxspec.breaking.references.bundle import of_bundle
from voxspec.breaking.references.errors import ReferenceNotFoundError
from voxspec.breaking.references.folder import PROTOCOL, of_folder
from voxspec.breaking.references.git import is_in_repository, knows, of_git
from voxspec.breaking.references.package import is_package, of_package
from voxspec.breaking.revision import Revision


def find(reference: str, schema: Path) -> Revision:
    """The revision that ``reference`` names; ``schema`` is the folder that is compared with it.

    Of things with the same name a folder of schema files comes first, then a git revision, then a file,
    which is a bundle of JSON Schema, then an installed package.
    Raises ReferenceNotFoundError with what was looked for, SchemaError for mistakes in the schema.
    """
    path = Path(reference)
    if (path / PROTOCOL).is_file():
        return of_folder(path)
    if path.is_dir() and not (_may_be_revision(reference) and is_in_repository(schema)):
        raise ReferenceNotFoundError(f"there is no {PROTOCOL} in the folder {reference}")
    is_known = knows(reference, schema)
    if path.is_file() and not is_known:
        return of_bundle(path)
    if is_package(reference) and not is_known:
        return of_package(reference)
    return of_git(reference, schema)


def _may_be_revision(reference: str) -> bool:
    """Whether a folder's name can be a branch's as well: ``main``, but not ``./main``."""
    return not reference.startswith((".", "/")) and not reference.endswith("/")
