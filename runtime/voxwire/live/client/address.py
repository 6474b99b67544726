"""The address of a gateway, completed with what the protocol's endpoint asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from voxwire.default import protocol_or_vox
from voxwire.live.target import Target

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


def gateway_url(
    address: str, compress: bool | None = None, protocol: AnyProtocol | None = None
) -> str:
    """The whole address for a ``ws://`` or ``wss://`` address of a server or of its gateway.

    Path and parameters that are given stay; what is missing is added. `compress` turns compression of
    server frames on or off; None leaves that to the parameters of the address, and turns it on if
    there are none. Raises ValueError in words.

    >>> gateway_url("wss://host")
    'wss://host/gateway?v=1&encoding=json&compress=zstd'
    >>> gateway_url("wss://host/gateway?v=1", compress=False)
    'wss://host/gateway?v=1&encoding=json'
    """
    spoken = protocol_or_vox(protocol)
    target = Target.parse(address)
    given = parse_qsl(target.query, keep_blank_values=True)
    compression = spoken.session.compression
    wanted = {}
    if compression is None:
        if compress:
            raise ValueError(f"the protocol {spoken.name} has no compression")
    elif (not given) if compress is None else compress:
        wanted[compression.parameter] = next(iter(compression.values))
    if compression is not None and compress is not None:
        given = [(name, value) for name, value in given if name != compression.parameter]
    added = parse_qsl(spoken.endpoint.query(**wanted))
    query = urlencode(
        [*given, *((name, value) for name, value in added if name not in dict(given))]
    )
    path = (urlsplit(spoken.endpoint.url or "").path or "/") if target.path == "/" else target.path
    return f"{target.origin}{path}?{query}" if query else f"{target.origin}{path}"
