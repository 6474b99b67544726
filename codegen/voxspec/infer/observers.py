"""Finds what reads captures. It is of another package, which this one does not import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from importlib import metadata
from typing import Any, Final, Protocol, cast

GROUP: Final = "voxspec.observers"
"""The group of entry points by which packages offer an observer. Its name there is ``captures``."""

_NAME: Final = "captures"


class ObserverMissingError(Exception):
    """Nothing that is installed reads captures; the message says what to install."""


class Observer(Protocol):
    """Captures that are read several times."""

    def observe(self, type_key: str | None, payload_key: str | None) -> dict[str, Any]:
        """What the traffic says, as plain data."""
        ...

    def meetings(self, old: Any, new: Any) -> Iterator[dict[str, Any]]:
        """What of it another revision of its protocol would refuse; the last one says what was looked at.
        Both are the objects ``PROTOCOL`` of generated packages."""
        ...

    def frames(self) -> Iterator[tuple[str, str, object]]:
        """Every frame that is JSON: its place, its side, its value."""
        ...


class ObserverClass(Protocol):
    """Makes observers. ``formats`` are the names of formats that it reads, ``directed_formats`` those of which
    a user may say which way frames went."""

    formats: tuple[str, ...]
    directed_formats: tuple[str, ...]

    def __call__(
        self,
        sources: Sequence[str],
        *,
        format: str | None,  # noqa: A002
        direction: str | None,
        address: str | None,
        quiet: bool,
    ) -> AbstractContextManager[Observer]: ...


def observer_class() -> ObserverClass:
    """The observer of captures. Raises ObserverMissingError where none is installed."""
    for entry in metadata.entry_points(group=GROUP, name=_NAME):
        try:
            return cast("ObserverClass", entry.load())
        except ImportError as error:
            raise ObserverMissingError(
                f"what reads captures cannot be loaded ({error}): install vox-protocol anew, with "
                "all that it needs"
            ) from error
    raise ObserverMissingError(
        "nothing that is installed reads captures: install vox-protocol, whose voxwire does "
        "(pip install 'vox-protocol[spec]')"
    )
