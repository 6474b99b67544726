"""Revisions that lie in a folder."""

from __future__ import annotations

from pathlib import Path

from voxspec.breaking.revision import Revision
from voxspec.pipeline import load_with_sources


def of_folder(folder: Path, name: str | None = None) -> Revision:
    """The revision in a folder of schema files, called like it or as ``name`` says.

    Raises SchemaError for mistakes in the files.
    """
    protocol, sources = load_with_sources(folder)
    if name is None:
        return Revision(folder.as_posix(), protocol, sources)
    return Revision(name, protocol, sources, folder=folder.as_posix())
