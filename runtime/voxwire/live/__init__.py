"""Real connections, on the ``websockets`` library: the extra ``live``. The rest never imports this.

::

    async with voxwire.live.connect("wss://chat.example.org", token) as gateway:
        async for frame in gateway: ...

The library is imported when one of these names is used. Without it they raise ImportError, which says
what to install.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voxwire.live.client.events import (
        Disconnected,
        GatewayClosedError,
        GatewayEvent,
        GatewayUnreachableError,
    )
    from voxwire.live.client.gateway import Gateway, connect

__all__ = [
    "Disconnected",
    "Gateway",
    "GatewayClosedError",
    "GatewayEvent",
    "GatewayUnreachableError",
    "connect",
]

MISSING: Final = "websockets is not installed: pip install 'vox-protocol[live]'"
"""What to do when the library is not there."""

_MODULES: Final = {
    "Disconnected": "voxwire.live.client.events",
    "Gateway": "voxwire.live.client.gateway",
    "GatewayClosedError": "voxwire.live.client.events",
    "GatewayEvent": "voxwire.live.client.events",
    "GatewayUnreachableError": "voxwire.live.client.events",
    "connect": "voxwire.live.client.gateway",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_MODULES[name]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "websockets":
            raise
        raise ImportError(MISSING, name="websockets") from error
