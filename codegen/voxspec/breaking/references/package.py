"""Revisions that an installed package of models was made from: the schema files lie in it."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path, PurePosixPath

from voxspec.breaking.references.errors import ReferenceNotFoundError
from voxspec.breaking.references.folder import PROTOCOL, of_folder, renamed_places
from voxspec.breaking.revision import Revision

_NAME = re.compile(r"[A-Za-z_]\w*(\.v\d+)?\Z")
_FILE = "schema.json"


def is_package(reference: str) -> bool:
    """Whether a package of this name can be imported here; nothing of it is."""
    return _NAME.match(reference) is not None and _folder(reference) is not None


def of_package(reference: str) -> Revision:
    """The schema of an installed package, ``voxmodels``, or of one version of it, ``voxmodels.v1``."""
    folder = _folder(reference)
    assert folder is not None
    package, _, version = reference.partition(".")
    found = sorted(folder.glob(f"{version or 'v*'}/{_FILE}"), key=_number)
    if not found:
        raise ReferenceNotFoundError(
            f"the installed package {package} has no schema in it{f' for {version}' if version else ''}: "
            f"it was not made by voxspec, or before packages carried their schema; generate it anew, or "
            f"name the revision that it was made from, or a bundle.json of its JSON Schema"
        )
    file = found[-1]
    name = f"{package}.{file.parent.name}"
    with tempfile.TemporaryDirectory(prefix="voxspec-") as temporary:
        root = Path(temporary) / file.parent.name
        for path, text in _texts(file, name).items():
            target = root.joinpath(*PurePosixPath(path).parts)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")
            except (FileExistsError, IsADirectoryError, NotADirectoryError, ValueError):
                raise _strange(file, name, path) from None
        with renamed_places(root, name):
            return of_folder(root, name)


def _texts(file: Path, name: str) -> dict[str, str]:
    """The schema files. Their names come from a file, and lead nowhere but into the folder."""
    try:
        files = json.loads(file.read_text("utf-8"))["files"]
    except (ValueError, KeyError, TypeError, RecursionError):
        files = None
    if not isinstance(files, dict) or PROTOCOL not in files:
        raise ReferenceNotFoundError(f"{file} of {name} holds no schema files; install it anew")
    for path, text in files.items():
        parts = PurePosixPath(path).parts
        if not isinstance(text, str) or path.startswith("/") or ".." in parts or "\\" in path:
            raise _strange(file, name, path)
    return files


def _strange(file: Path, name: str, path: str) -> ReferenceNotFoundError:
    return ReferenceNotFoundError(f"{file} of {name} holds a file {path!r}; install it anew")


def _folder(reference: str) -> Path | None:
    """Where a package lies, as import would find it."""
    package = reference.partition(".")[0]
    for entry in sys.path:
        folder = Path(entry or ".") / package
        if (folder / "__init__.py").is_file():
            return folder
    return _by_finders(package)


def _by_finders(package: str) -> Path | None:
    """The same for packages that are installed to be edited, which lie elsewhere."""
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except ValueError:  # of what runs here, __main__ among it
        return None
    places = [*(spec.submodule_search_locations or ())] if spec is not None else []
    return Path(places[0]) if places else None


def _number(file: Path) -> int:
    digits = file.parent.name.removeprefix("v")
    return int(digits) if digits.isdecimal() else -1
