"""Revisions that lie in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from voxspec.breaking.revision import Revision
from voxspec.findings import Finding, SchemaError
from voxspec.pipeline import load_with_sources

PROTOCOL: Final = "protocol.yaml"
"""The file that each folder of schema files has."""


def of_folder(folder: Path, name: str | None = None) -> Revision:
    """The revision in a folder of schema files, called like it or as ``name`` says.

    Raises SchemaError for mistakes in the files.
    """
    protocol, sources = load_with_sources(folder)
    if name is None:
        return Revision(folder.as_posix(), protocol, sources)
    return Revision(name, protocol, sources, folder=folder.as_posix())


@contextmanager
def renamed_places(folder: Path, name: str) -> Iterator[None]:
    """Mistakes in a folder that is there for a moment are told as of what people call it."""
    try:
        yield
    except SchemaError as error:
        raise SchemaError([_moved(finding, folder, name) for finding in error.findings]) from None


def _moved(finding: Finding, folder: Path, name: str) -> Finding:
    file = finding.where.file.replace(folder.as_posix(), name, 1)
    return replace(finding, where=replace(finding.where, file=file))
