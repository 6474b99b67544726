"""A few messages of a type that show between them what it can hold."""

from __future__ import annotations

from typing import Any, Final

from voxwire.observation.envelope import kind_of

_MOST: Final = 3
_LONGEST_TEXT: Final = 200
_MOST_ITEMS: Final = 3
_DEEPEST: Final = 20
_MOST_PLACES: Final = 400


class Examples:
    """Keeps the first message, and others that have something which those before have not."""

    __slots__ = ("_places", "kept")

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        """Each as its parts: `payload` where it has one, `keys`."""
        self._places: set[tuple[str, ...]] = set()

    def offer(self, parts: dict[str, Any]) -> None:
        """Another message."""
        if len(self.kept) >= _MOST:
            return
        places: set[tuple[str, ...]] = set()
        _walk(parts, (), places)
        if not self.kept or not places <= self._places:
            self.kept.append(_shortened(parts, 0))
            self._places |= places


def _walk(value: Any, path: tuple[str, ...], places: set[tuple[str, ...]]) -> None:
    if len(places) >= _MOST_PLACES or len(path) > _DEEPEST:
        return
    places.add((*path, kind_of(value)))
    if isinstance(value, dict):
        for key, item in value.items():
            _walk(item, (*path, key), places)
    elif isinstance(value, list):
        for item in value[:_MOST_ITEMS]:
            _walk(item, (*path, "[]"), places)


def _shortened(value: Any, depth: int) -> Any:
    """A value of a size that people read; what is left out is missed by nobody who checks it."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT]}…"
    if isinstance(value, list):
        return (
            []
            if depth > _DEEPEST
            else [_shortened(item, depth + 1) for item in value[:_MOST_ITEMS]]
        )
    if isinstance(value, dict):
        return {key: _shortened(item, depth + 1) for key, item in value.items()}
    return value
