"""Where something stands in a frame, and in what the frame is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voxspec.breaking.revision import Revision
from voxspec.findings import Place
from voxspec.model import Direction


@dataclass(frozen=True, slots=True)
class Payload:
    """From a frame to its payload; where frames are flat, it is the frame itself."""


@dataclass(frozen=True, slots=True)
class FrameKey:
    """From a frame to the value of a key of the envelope."""

    name: str


@dataclass(frozen=True, slots=True)
class Key:
    """From a record to the value of a field."""

    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """From an array to any of its items."""


@dataclass(frozen=True, slots=True)
class Value:
    """From a map to any of its values."""


@dataclass(frozen=True, slots=True)
class Option:
    """From a choice to the option of a JSON type: options differ in that."""

    kind: str


@dataclass(frozen=True, slots=True)
class Variant:
    """From a union to the record with this constant under the tag."""

    tag: str | int | bool


Step = Payload | FrameKey | Key | Item | Value | Option | Variant
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Where something is written in the schema files of a revision."""

    file: str
    path: tuple[str | int, ...]

    def below(self, *path: str | int) -> Written:
        return replace(self, path=(*self.path, *path))


@dataclass(frozen=True, slots=True)
class TypePair:
    """A named type, by its names in the old and in the new revision."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class MessagePair:
    """A message of a side, by its types in the old and in the new revision."""

    direction: Direction
    old: str | int
    new: str | int


Owner = TypePair | MessagePair


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in both revisions: ``steps`` from the frames of a message, or from a named type.

    ``subject`` is what changes call it.
    """

    owner: Owner
    subject: str
    old: Written
    new: Written
    steps: Steps = ()

    def to(self, step: Step, *path: str | int, named: str = "") -> Spot:
        """A place inside, written at ``path`` below this one."""
        return replace(
            self,
            subject=f"{self.subject}/{named}" if named else self.subject,
            old=self.old.below(*path),
            new=self.new.below(*path),
            steps=(*self.steps, step),
        )

    def called(self, *words: str) -> Spot:
        """The same place, for something that is said of it."""
        return replace(self, subject="/".join((self.subject, *words)))

    def within(self, *path: str | int) -> Spot:
        """The same place, where something that is said of it is written."""
        return replace(self, old=self.old.below(*path), new=self.new.below(*path))

    def place(self, old: Revision, new: Revision, *, gone: bool = False) -> Place:
        """Where it stands, in the new files; in the old ones if it is not there any more."""
        revision, written = (old, self.old) if gone else (new, self.new)
        return revision.place(written.file, *written.path)
