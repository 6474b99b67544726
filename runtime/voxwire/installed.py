"""Finds protocols by name: those that packages offer, and any by its path.

A package offers its protocol as an entry point of the group ``voxwire.protocols``::

    [project.entry-points."voxwire.protocols"]
    tide = "tidemodels.v3.protocol:PROTOCOL"

A path is that of a module, ``tidemodels.v3``, or of an object in one, ``tidemodels.v3.protocol:PROTOCOL``.
It is looked for in the current directory first, so that a protocol can be used before it is installed.
"""

from __future__ import annotations

import difflib
import inspect
import re
import sys
from importlib import import_module, metadata
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from voxwire.default import protocol_or_vox
from voxwire.errors import VoxwireError

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol

GROUP: Final = "voxwire.protocols"
"""The group of entry points."""

VOX_NAME: Final = "vox"
"""What Vox's own protocol is called."""

_ATTRIBUTE: Final = "PROTOCOL"
_VERSION: Final = re.compile("v[0-9]+")


class ProtocolNotFoundError(VoxwireError):
    """There is no such protocol, or what is there is none."""


class Offer(NamedTuple):
    """A protocol that a package offers: its name, where it is, and what it was installed with."""

    name: str
    path: str
    distribution: str | None

    def load(self) -> AnyProtocol:
        """The protocol. Raises ProtocolNotFoundError when it cannot be imported or is none."""
        return _loaded(self.path)


def offered() -> tuple[Offer, ...]:
    """The protocols that installed packages offer, by name; of a name that is taken, the first."""
    offers: dict[str, Offer] = {}
    for entry in metadata.entry_points(group=GROUP):
        dist = entry.dist
        source = None if dist is None else f"{dist.name} {dist.version}"
        offers.setdefault(entry.name, Offer(entry.name, entry.value, source))
    return tuple(offers[name] for name in sorted(offers))


def protocol_named(name: str) -> AnyProtocol:
    """The protocol with this name or path. Raises ProtocolNotFoundError, which says what is wrong."""
    if name == VOX_NAME:
        return protocol_or_vox(None)
    for offer in offered():
        if offer.name == name:
            return offer.load()
    if any(mark in name for mark in ".:/\\"):
        return _loaded(name)
    known = sorted({VOX_NAME, *(offer.name for offer in offered())})
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"
    raise ProtocolNotFoundError(
        f"unknown protocol {name!r} ({advice}); it can also be the path of a package, such as "
        "package.v1 or package.v1.protocol:PROTOCOL"
    )


def _loaded(path: str) -> AnyProtocol:
    module_name, _, attribute = path.partition(":")
    if not all(map(str.isidentifier, module_name.split("."))):
        raise ProtocolNotFoundError(
            f"{path!r} is no path of a package; it is written with dots, such as package.v1 or "
            "package.v1.protocol:PROTOCOL"
        )
    module = _module(module_name)
    if attribute:
        found = _attribute(module, attribute)
    else:
        found = getattr(module, _ATTRIBUTE, None)
        if found is None and hasattr(module, "__path__"):  # a generated package, without the module
            found = getattr(_module(f"{module_name}.protocol"), _ATTRIBUTE, None)
        if found is None:
            raise ProtocolNotFoundError(f"the module {module_name} has no {_ATTRIBUTE}")
        attribute = _ATTRIBUTE
    lacks = _what_is_missing(found)
    if lacks:
        raise ProtocolNotFoundError(
            f"{module_name}:{attribute} is no protocol: it has no {', no '.join(lacks[:3])}; if "
            "voxspec made it, an older one did: generate it again"
        )
    return cast("AnyProtocol", found)


def _module(name: str) -> Any:
    """The module. What is in the current directory comes first, but for nothing that is imported
    later: a file there must not stand in for a module of the standard library."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            advice = (
                _other_versions(error.name)
                if "." in error.name
                else ", neither here nor in a folder of PYTHONPATH"
            )
            raise ProtocolNotFoundError(f"there is no module {error.name}{advice}") from None
        raise ProtocolNotFoundError(f"{name} cannot be imported: {error}") from error
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ProtocolNotFoundError(f"{name} cannot be imported: {what}") from error
    finally:
        sys.path.remove(here)


def _other_versions(missing: str) -> str:
    """Which versions a generated package has, where the one that is missing is not among them."""
    name, _, version = missing.rpartition(".")
    package = sys.modules.get(name)  # it was imported on the way to what is missing
    if package is None or _VERSION.fullmatch(version) is None:
        return ""
    others = sorted(
        (found.name for found in iter_modules(package.__path__) if _VERSION.fullmatch(found.name)),
        key=lambda found: int(found[1:]),
    )
    return f"; there is {' and '.join(f'{name}.{other}' for other in others)}" if others else ""


def _attribute(module: Any, path: str) -> Any:
    found = module
    for name in path.split("."):
        found = getattr(found, name, None)
        if found is None:
            raise ProtocolNotFoundError(f"the module {module.__name__} has no {path}")
    return found


def _what_is_missing(candidate: object) -> list[str]:
    """The members that a protocol has and `candidate` lacks. What is imported when it is first used
    is not looked into."""
    from voxwire.protocol import Endpoint, Envelope, Protocol

    missing = _missing(candidate, Protocol)
    for name, interface in (("envelope", Envelope), ("endpoint", Endpoint)):
        if name not in missing:
            part = getattr(candidate, name)
            missing += [f"{name}.{lacking}" for lacking in _missing(part, interface)]
    return missing


def _missing(candidate: object, interface: type) -> list[str]:
    members = (name for name in vars(interface) if not name.startswith("_"))
    absent = object()
    return [name for name in members if inspect.getattr_static(candidate, name, absent) is absent]
