"""What ``voxspec breaking`` takes of ``[tool.voxspec.breaking]``, where options say nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voxspec.breaking.accepted import FILE
from voxspec.breaking.result import ALL
from voxspec.breaking.verdict import Category
from voxspec.near import near_or_known
from voxspec.settings import Settings, SettingsError, settings_for, unknown_keys

_KEYS: Final = ("select", "accepted")
_TABLE: Final = "tool.voxspec.breaking"


@dataclass(frozen=True, slots=True)
class BreakingSettings:
    """What to fail on, and where accepted breaks stand. ``is_asked_for``: an option says where, so that
    there must be a file; where settings or nobody says it, none is there before the first entry.
    """

    select: frozenset[Category]
    accepted: Path
    is_asked_for: bool


def breaking_settings(
    schema: Path, select: tuple[Category, ...] | None, accepted: Path | None
) -> BreakingSettings:
    """What options say, or else the settings, or else what is usual. Raises SettingsError."""
    settings = settings_for("breaking", schema)
    mistakes = unknown_keys(
        settings, _TABLE, [key for key in settings.table if key not in _KEYS], _KEYS
    )
    chosen = _select(settings, mistakes)
    file = settings.table.get("accepted")
    if file is not None and (not isinstance(file, str) or not file):
        mistakes.append(settings.mistake(f"{_TABLE}.accepted", "is no name of a file"))
        file = None
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    usual = _from_here(_project_of(schema) / FILE)
    if file is not None and settings.path is not None:
        usual = _from_here(settings.path.parent / str(file))
    return BreakingSettings(
        chosen if select is None else frozenset(select), accepted or usual, accepted is not None
    )


def _select(settings: Settings, mistakes: list[str]) -> frozenset[Category]:
    listed = settings.table.get("select")
    if listed is None:
        return ALL
    key = f"{_TABLE}.select"
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        mistakes.append(settings.mistake(key, 'is no list of categories; write ["CLIENT"]'))
        return ALL
    if not listed:
        mistakes.append(settings.mistake(key, "names no category; leave it out for all but NOTE"))
    found = set()
    for name in listed:
        if name in Category.__members__:
            found.add(Category(name))
        else:
            hint = near_or_known(name, Category)
            mistakes.append(settings.mistake(key, f"no category is called {name!r}; {hint}"))
    return frozenset(found)


def _project_of(schema: Path) -> Path:
    """The folder of the project that a schema is in: the nearest one above that is a repository or has a
    pyproject.toml, or else the current folder."""
    for above in schema.resolve().parents:
        if any((above / mark).exists() for mark in (".git", "pyproject.toml")):
            return above
    return Path.cwd()


def _from_here(path: Path) -> Path:
    """A file as people call it where they are."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
