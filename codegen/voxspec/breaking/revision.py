"""One state of a protocol: its model, and where each part of it stands in the schema files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from voxspec.findings import Place
from voxspec.load.source import Source
from voxspec.model import Protocol


@dataclass(frozen=True)
class Revision:
    """A protocol as it was at some time. ``name`` is what people called it: ``main``, ``schema/v1``.

    ``sources`` are its files by their path in the schema folder: ``types.yaml``,
    ``server/members.yaml``. Empty for one that was not read from schema files. ``folder`` is where
    they were read, if that is not what they are called by: places then begin with the name.
    ``is_partial``: it is from something that says what frames are made of, and nothing else.
    """

    name: str
    protocol: Protocol
    sources: Mapping[str, Source]
    folder: str = ""
    is_partial: bool = False

    def place(self, file: str, *path: str | int) -> Place:
        """Where the value at ``path`` of a file stands, or its nearest parent."""
        source = self.sources.get(file)
        if source is None:
            return Place(f"{self.name}/{file}" if self.sources else self.name)
        place = source.place(*path)
        if not self.folder:
            return place
        return replace(place, file=place.file.replace(self.folder, self.name, 1))
