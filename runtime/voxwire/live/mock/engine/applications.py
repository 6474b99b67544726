"""Finds what a mock gateway of a protocol is for: by the name of the protocol, among installed packages."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Final

from voxwire.default import protocol_or_vox
from voxwire.live.mock.engine.application import Application

if TYPE_CHECKING:
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.protocol import AnyProtocol

GROUP: Final = "voxwire.applications"
"""The group of entry points."""


class ApplicationError(ValueError):
    """What a package offers for the mock of a protocol is no such thing, in words."""


def application_of(protocol: AnyProtocol) -> type[Application]:
    """The class of what serves the protocol: that of the package that offers one under its name, or the
    one that serves any. Raises ApplicationError for what cannot be used."""
    for entry in metadata.entry_points(group=GROUP):
        if entry.name == protocol.name:
            try:
                found = entry.load()
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                raise ApplicationError(f"{entry.value} cannot be imported: {what}") from error
            if not (isinstance(found, type) and issubclass(found, Application)):
                raise ApplicationError(f"{entry.value} is no class of {Application.__module__}")
            return found
    return Application


def chosen_application(options: MockOptions) -> Application:
    """What serves the protocol. Raises ValueError for permissions that it does not have."""
    protocol = protocol_or_vox(options.protocol)
    kind = application_of(protocol) if options.application is None else options.application
    for permission in options.denied:
        if permission not in kind.permissions:
            known = ", ".join(kind.permissions) or "none"
            raise ValueError(f"no permission {permission!r} can be denied; there are: {known}")
    return kind(protocol, options.denied)
