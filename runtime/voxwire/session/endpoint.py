"""Whether a connection is compressed: its address decides."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


def is_compressed(url: str, protocol: AnyProtocol | None = None) -> bool:
    """Whether server frames are compressed on a connection to `url`, an address or its path and query.

    Only the exact value turns compression on. Of a parameter that is given twice the last counts.

    >>> is_compressed("wss://host/gateway?v=1&encoding=json&compress=zstd")
    True
    >>> is_compressed("/gateway?compress=ZSTD")
    False
    """
    compression = protocol_or_vox(protocol).session.compression
    if compression is None:
        return False
    if compression.parameter not in url and "%" not in url and "+" not in url:
        return False  # nor is it there in another spelling; most addresses are done here
    given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return given.get(compression.parameter) in compression.values
