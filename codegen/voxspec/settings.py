"""``[tool.voxspec]`` of pyproject.toml: where it is, and what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voxspec.near import near_or_known

_FILE = "pyproject.toml"
_SECTIONS = ("lint", "breaking")
"""The tables that there are: commands with settings."""


class SettingsError(Exception):
    """Settings that cannot be used: the message has a line for each mistake, with its place."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The table of a command. ``path`` is the file, None where no file has one."""

    path: Path | None = None
    table: Mapping[str, object] = field(default_factory=dict)

    def mistake(self, key: str, said: str) -> str:
        """A line about a key of the file."""
        return f"{self.path}: {key}: {said}"


def settings_for(command: str, folder: Path) -> Settings:
    """The settings of a command: of the nearest file above a schema folder that has some of voxspec,
    or else above the current folder. Raises SettingsError."""
    for start in (folder.resolve(), Path.cwd()):
        for above in (start, *start.parents):
            path = above / _FILE
            table = _table(path) if path.is_file() else None
            if table is not None:
                return Settings(path, _section(path, table, command))
    return Settings()


def _table(path: Path) -> Mapping[str, object] | None:
    """The whole table of voxspec; None where there is none."""
    try:
        text = path.read_bytes().decode("utf-8")
        if "voxspec" not in text:
            return None  # files of other programs need not be right
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except RecursionError:
        raise SettingsError(f"{path}: is nested too deeply to be read") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is no valid TOML: {error}") from None
    tool = data.get("tool")
    if not isinstance(tool, dict) or "voxspec" not in tool:
        return None
    table = tool["voxspec"]
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: tool.voxspec: is no table; write [tool.voxspec.lint]")
    return table


def _section(path: Path, table: Mapping[str, object], command: str) -> Mapping[str, object]:
    unknown = [key for key in table if key not in _SECTIONS]
    if unknown:
        raise SettingsError(
            "\n".join(unknown_keys(Settings(path), "tool.voxspec", unknown, _SECTIONS))
        )
    section = table.get(command, {})
    if not isinstance(section, dict):
        raise SettingsError(f"{path}: tool.voxspec.{command}: is no table")
    return section


def unknown_keys(
    settings: Settings, table: str, unknown: Iterable[str], known: Iterable[str]
) -> list[str]:
    """Lines about keys that a table does not have."""
    hints = {key: near_or_known(key, known) for key in unknown}
    return [settings.mistake(f"{table}.{key}", f"unknown key; {hints[key]}") for key in hints]
