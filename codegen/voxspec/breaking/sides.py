"""Who writes and who reads, where one end is older than the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from voxspec.breaking.verdict import Age, Who
from voxspec.model import Direction


@dataclass(frozen=True, slots=True)
class Crossing:
    """Frames of a direction between an old and a new end: who writes them, and who is hurt."""

    direction: Direction
    who: Who
    writer: Age

    @property
    def reader(self) -> Age:
        return "old" if self.writer == "new" else "new"

    @property
    def name(self) -> str:
        """Whose frames they are, in short: ``client/old``."""
        return f"{self.direction}/{self.writer}"

    @property
    def refusal(self) -> str:
        """What happens where the reader refuses."""
        return f"{self.readers} refuse what {self.writers} send"

    @property
    def writers(self) -> str:
        """Those who send: "old clients"."""
        return f"{self.writer} {'clients' if self.direction == 'client' else 'servers'}"

    @property
    def readers(self) -> str:
        """Those who get it: "new servers"."""
        return f"{self.reader} {'servers' if self.direction == 'client' else 'clients'}"


CROSSINGS: Final = (
    Crossing("client", Who.OLD_CLIENTS, "old"),
    Crossing("client", Who.NEW_CLIENTS, "new"),
    Crossing("server", Who.OLD_CLIENTS, "new"),
    Crossing("server", Who.NEW_CLIENTS, "old"),
)
