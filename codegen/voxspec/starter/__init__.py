"""A starter: a small protocol in a folder of its own, from which a new one grows.

Its files lie in ``files/`` as they are written, but for its name: it is ``starter-name`` there.
"""

from __future__ import annotations

import keyword
import re
import sys
from importlib import metadata, resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from voxspec.editors import META, meta_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_RENAMED: Final = {"gitignore": ".gitignore"}
"""Files that would mean something where they lie."""

_TAKEN: Final = frozenset({"vox", "voxmodels", "voxspec", "voxwire", "tests", "docs"})

_PROTOCOLS: Final = "voxwire.protocols"
"""The group of entry points by which packages offer protocols."""


class StarterNameError(ValueError):
    """A name that no protocol can have; the message says why, and what can."""


def package_of(name: str) -> str:
    """The Python package of a protocol called `name`. Raises StarterNameError for what cannot be one."""
    if not _NAME.fullmatch(name):
        raise StarterNameError(
            f'"{name}" is no name for a protocol: it is made of small letters, digits and single '
            "hyphens, and begins with a letter, such as chat or my-chat"
        )
    package = name.replace("-", "_")
    taken = _taken_by(name, package)
    if taken is not None:
        raise StarterNameError(f'"{name}" is {taken}: take another, such as my-{name}')
    return package


def _taken_by(name: str, package: str) -> str | None:
    """What has the name already, so that one of the two would hide the other; None where nothing has."""
    if keyword.iskeyword(package):
        return "a word of Python, which no package can be called"
    if package in sys.stdlib_module_names:
        return "a module of Python's standard library, which the generated package would hide"
    if package in _TAKEN:
        return "needed by vox-protocol or by the starter itself"
    if any(entry.name == name for entry in metadata.entry_points(group=_PROTOCOLS)):
        return "an installed protocol, which --protocol would mean"
    found = find_spec(package)
    if found is not None and found.origin is not None:
        return "an installed package, which the generated one would hide"
    return None


def files(name: str) -> dict[str, str]:
    """The files of a starter for the protocol `name`: path, relative to its folder, to text."""
    words = {
        "starter-name": name,
        "starter_name": package_of(name),
        "Starter name": name.replace("-", " ").capitalize(),
    }
    root = resources.files("voxspec") / "starter" / "files"
    texts = {path: _filled(text, words) for path, text in sorted(_texts(root))}
    return texts | {f"schema/{META}/{name}": text for name, text in meta_schemas().items()}


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _texts(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        path = prefix + _RENAMED.get(entry.name, entry.name)
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _texts(entry, f"{path}/")
        elif not entry.name.endswith(".pyc"):
            yield path, entry.read_text("utf-8")
