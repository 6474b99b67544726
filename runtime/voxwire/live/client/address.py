"""The address of a gateway, completed with what the protocol asks for (protocol section 1)."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from voxmodels.v1 import endpoint
from voxwire.live.target import Target

_PATH: Final = urlsplit(endpoint.URL).path
_COMPRESSION: Final = "compress"


def gateway_url(address: str, compress: bool | None = None) -> str:
    """The whole address for a ``ws://`` or ``wss://`` address of a server or of its gateway.

    Path and parameters that are given stay; what is missing is added. `compress` turns compression of
    server frames on or off; None leaves that to the parameters of the address, and turns it on if
    there are none. Raises ValueError in words.

    >>> gateway_url("wss://host")
    'wss://host/gateway?v=1&encoding=json&compress=zstd'
    >>> gateway_url("wss://host/gateway?v=1", compress=False)
    'wss://host/gateway?v=1&encoding=json'
    """
    target = Target.parse(address)
    given = parse_qsl(target.query, keep_blank_values=True)
    if compress is None:
        compress = not given
    else:
        given = [(name, value) for name, value in given if name != _COMPRESSION]
    wanted = endpoint.query(compress="zstd") if compress else endpoint.query()
    added = [(name, value) for name, value in parse_qsl(wanted) if name not in dict(given)]
    path = _PATH if target.path == "/" else target.path
    return f"{target.origin}{path}?{urlencode([*given, *added])}"
