"""What ``[tool.voxspec.lint]`` asks for, and what is wrong with how it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from voxspec.lint.choose import DEFAULT, Choice, chosen, mistake_in
from voxspec.settings import Settings, SettingsError, unknown_keys

_TABLE = "tool.voxspec.lint"
_KEYS = ("select", "ignore", "per-file-ignores")
_LIKE = 'write a list, such as ["STANDARD", "DOCS"]'


def choice_of(
    settings: Settings, select: Iterable[str] | None = None, ignore: Iterable[str] | None = None
) -> Choice:
    """The rules that are asked for; what a command line says takes the place of what the file says.

    Raises SettingsError with a line for each mistake in the file."""
    mistakes = [*_mistakes(settings)]
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    table = settings.table
    per_file = cast(dict[str, list[str]], table.get("per-file-ignores", {}))
    return chosen(
        cast(Iterable[str], table.get("select", DEFAULT)) if select is None else select,
        cast(Iterable[str], table.get("ignore", ())) if ignore is None else ignore,
        per_file.items(),
    )


def _mistakes(settings: Settings) -> Iterator[str]:
    table = settings.table
    yield from unknown_keys(settings, _TABLE, [k for k in table if k not in _KEYS], _KEYS)
    for key in ("select", "ignore"):
        if key in table:
            yield from _in_list(settings, f"{_TABLE}.{key}", table[key], is_ignored=key == "ignore")
    if table.get("select") == []:
        yield settings.mistake(f"{_TABLE}.select", "names no rule; leave it out for STANDARD")
    per_file = table.get("per-file-ignores", {})
    if not isinstance(per_file, dict):
        said = 'is no table; write {"client/*.yaml" = ["C2S_STRING_BOUNDED"]}'
        yield settings.mistake(f"{_TABLE}.per-file-ignores", said)
        return
    for pattern, names in per_file.items():
        key = f'{_TABLE}.per-file-ignores."{pattern}"'
        yield from _in_list(settings, key, names, is_ignored=True)


def _in_list(settings: Settings, key: str, value: object, *, is_ignored: bool) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        yield settings.mistake(key, f"is no list of rules and categories; {_LIKE}")
        return
    for name in value:
        said = mistake_in(name, is_ignored=is_ignored)
        if said:
            yield settings.mistake(key, said)
