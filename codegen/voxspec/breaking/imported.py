"""The generated code of a revision, imported from memory: it judges what its side would take."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import sys
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from types import CodeType, ModuleType
from typing import Any, cast
from typing import Protocol as Shape

from voxspec.model import Direction, JsonValue, Protocol
from voxspec.output.support import support_files
from voxspec.targets import python, strategies
from voxspec.targets.python import validators
from voxspec.targets.python.environment import python_environment

_NUMBERS = itertools.count(1)


class Problem(Shape):
    """What a generated validator says of a frame."""

    rule: str
    severity: str
    pointer: str
    message: str
    expected: str


class MissingToolError(RuntimeError):
    """Something that comparing revisions needs is not installed."""


class Generated:
    """The validators of a revision, and its whole package when that is asked for.

    Nothing is written to a disk, and nothing of it is there for others to import but under its own
    made-up name, as long as this object is there: who needs thousands of them keeps none.
    """

    def __init__(self, protocol: Protocol) -> None:
        number = next(_NUMBERS)
        self._judging = replace(protocol, package=f"voxspec_judge_{number}")
        self._whole = replace(protocol, package=f"voxspec_revision_{number}")
        for made in (self._judging, self._whole):
            weakref.finalize(self, _forget, made.package)

    def problems(self, direction: Direction, frame: JsonValue) -> list[Problem]:
        """All that the readers of a direction have to say of a frame."""
        check = self._client if direction == "client" else self._server
        return cast("list[Problem]", check(frame))

    def errors(self, direction: Direction, frame: JsonValue) -> list[Problem]:
        """What they refuse in it."""
        return [found for found in self.problems(direction, frame) if found.severity == "error"]

    @cached_property
    def _client(self) -> Any:
        return self._validate.client_frame

    @cached_property
    def _server(self) -> Any:
        return self._validate.server_frame

    @cached_property
    def _validate(self) -> ModuleType:
        """The validators alone: the models that stand beside them take much longer to make."""
        protocol = self._judging
        package = protocol.package
        support = support_files("python", protocol.name, {"python": package})
        files = {
            f"{package}/__init__.py": "",
            f"{package}/{protocol.module}/__init__.py": "",
            **{f"{package}/{name}": text for name, text in support.items()},
            **validators.plan(protocol, python_environment()),
        }
        _offer(files)
        return _imported(f"{package}.{protocol.module}.validate")

    @cached_property
    def strategies(self) -> ModuleType:
        """The strategies, with the models that they are made for."""
        protocol = self._whole
        _offer({**python.TARGET.plan(protocol), **strategies.TARGET.plan(protocol)})
        return _imported(f"{protocol.package}.{protocol.module}.strategies")

    @cached_property
    def protocol(self) -> Any:
        """The protocol object of the package."""
        self.strategies  # noqa: B018 - which offers the package
        name = f"{self._whole.package}.{self._whole.module}.protocol"
        return _imported(name).PROTOCOL


@lru_cache(maxsize=8)
def generated(protocol: Protocol) -> Generated:
    """What is generated of a protocol, made once."""
    return Generated(protocol)


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == name.split(".", maxsplit=1)[0]:
            raise
        raise MissingToolError(
            f"{error.name} is not installed; install the extra: vox-protocol[breaking]"
        ) from error


def _offer(files: Mapping[str, str]) -> None:
    sys.meta_path.insert(0, _Finder(files))


def _forget(package: str) -> None:
    """Let go of a package and of what finds it."""
    for finder in [*sys.meta_path]:
        if isinstance(finder, _Finder) and finder.has(package):
            sys.meta_path.remove(finder)
    for name in [*sys.modules]:
        if name == package or name.startswith(f"{package}."):
            del sys.modules[name]


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds modules by their texts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._paths = {_module(path): path for path in files if path.endswith(".py")}
        self._files = files

    def has(self, package: str) -> bool:
        """Whether this finds the modules of a package."""
        return package in self._paths

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        return importlib.util.spec_from_loader(fullname, self) if fullname in self._paths else None

    def is_package(self, fullname: str) -> bool:
        return self._paths[fullname].endswith("/__init__.py")

    def get_source(self, fullname: str) -> str:
        return self._files[self._paths[fullname]]

    def get_code(self, fullname: str) -> CodeType:
        path = self._paths[fullname]
        code = compile(self._files[path], f"<{path}>", "exec", dont_inherit=True)
        assert isinstance(code, CodeType)
        return code


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
