"""The examples of rules as whole schemas: each is a part of the starter's, with something besides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from voxspec.findings import Findings
from voxspec.lint.choose import Choice, chosen
from voxspec.lint.run import Linted, lint
from voxspec.load.source import Source, parse
from voxspec.rules import Part, Rule
from voxspec.starter import files


def asked(rule: Rule) -> Choice:
    """The rules that examples of a rule are held to: the usual ones, and those beside it."""
    return chosen(("STANDARD", rule.category.value), ())


def linted(rule: Rule, parts: Iterable[Part]) -> Linted:
    """What is found in a schema with these parts."""
    with TemporaryDirectory() as folder:
        write(parts, Path(folder))
        return lint(Path(folder), asked(rule))


def write(parts: Iterable[Part], folder: Path) -> None:
    """The schema files of an example."""
    for name, text in texts(parts).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def texts(parts: Iterable[Part]) -> dict[str, str]:
    """The same by their names."""
    found = {name: _read(text) for name, text in _starter().items()}
    said = dict(_starter())
    for part in parts:
        if part.is_whole:
            said[part.file] = f"{part.text}\n"
            continue
        more = _read(part.text)
        before = found.get(part.file, Source(part.file, {}))
        data = _merged(before.data, more.data)
        found[part.file] = Source(part.file, data, numbers=before.numbers | more.numbers)
        said[part.file] = f"{_written(found[part.file], data, ())}\n"
    return said


@cache
def _starter() -> Mapping[str, str]:
    """The schema files of a starter."""
    return {
        name.removeprefix("schema/"): text
        for name, text in files("example").items()
        if name.startswith("schema/")
    }


def _read(text: str) -> Source:
    findings = Findings()
    source = parse(text, "", findings)
    if source is None or findings:
        raise ValueError(f"an example is no YAML: {findings.items}")
    return source


def _merged(old: Any, new: Any) -> Any:
    """What stands in both, the new one first; what is null there is left out."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    merged = {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def _written(source: Source, value: Any, path: tuple[str | int, ...]) -> str:
    """A value as JSON, which is YAML as well, but for keys that are numbers."""
    if isinstance(value, dict):
        entries = (
            f"{key if (*path, key) in source.numbers else json.dumps(key)}: "
            f"{_written(source, inner, (*path, key))}"
            for key, inner in value.items()
        )
        return f"{{{', '.join(entries)}}}"
    return json.dumps(value, ensure_ascii=False)
