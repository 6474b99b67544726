"""Packages that are imported from their texts: what is generated for one test is never on a disk."""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import CodeType, ModuleType


@contextmanager
def importable(files: Mapping[str, str]) -> Iterator[None]:
    """The Python files can be imported by their paths, and are forgotten at the end."""
    finder = _Finder(files)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in finder.paths.keys() & sys.modules.keys():
            del sys.modules[name]


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.paths = {module_name(path): path for path in files if path.endswith(".py")}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname in self.paths else None

    def is_package(self, fullname: str) -> bool:
        return self.paths[fullname].endswith("/__init__.py")

    def get_source(self, fullname: str) -> str:
        return self.files[self.paths[fullname]]

    def get_code(self, fullname: str) -> CodeType:
        return _compiled(self.get_source(fullname), self.paths[fullname])


def module_name(path: str) -> str:
    """What a file of a package is imported as."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@functools.lru_cache(maxsize=500)
def _compiled(text: str, path: str) -> CodeType:
    """Much is the same in all packages of one name."""
    code = compile(text, path, "exec", dont_inherit=True)
    assert isinstance(code, CodeType)
    return code
