"""A synchronous client of the gateway that tests run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from voxmodels.v1 import client
from voxwire import Decompressor, decode_server, encode

TIMEOUT = 120.0


def receive(socket: ClientConnection) -> Any:
    """The next frame."""
    message = socket.recv(timeout=TIMEOUT)
    return decode_server(
        Decompressor().decompress(message) if isinstance(message, bytes) else message
    )


@contextmanager
def logged_in(url: str) -> Iterator[ClientConnection]:
    """A synchronous client that has a session."""
    with connect(url) as socket:
        receive(socket)
        socket.send(encode(client.Identify(token="any")).decode())
        receive(socket)
        yield socket
