"""Whether a connection is compressed: its address decides (protocol section 1)."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from voxmodels.v1.endpoint import PARAMETERS

_PARAMETER: Final = "compress"


def is_compressed(url: str) -> bool:
    """Whether server frames are compressed on a connection to `url`, an address or its path and query.

    Only the exact value turns compression on. Of a parameter that is given twice the last counts.

    >>> is_compressed("wss://host/gateway?v=1&encoding=json&compress=zstd")
    True
    >>> is_compressed("/gateway?compress=ZSTD")
    False
    """
    given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)).get(_PARAMETER)
    return given in PARAMETERS[_PARAMETER].values
