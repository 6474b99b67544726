"""The traffic of captures as one JSON object, for programs; ``docs/commands.md`` describes every key.

``version`` changes when a key goes away or changes its meaning; new keys may come at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.report.addresses import shown_address

if TYPE_CHECKING:
    from voxwire.analysis.distribution import Distribution
    from voxwire.analysis.statistics import ConnectionCount, Traffic
    from voxwire.protocol import AnyProtocol

VERSION: Final = 1
"""Of the format."""


def traffic_json(traffic: Traffic, protocol: AnyProtocol) -> str:
    """One line of JSON."""
    value = {
        "version": VERSION,
        "files": traffic.files,
        "frames": traffic.frames,
        "broken": traffic.broken,
        "undecompressed": traffic.undecompressed,
        "types": [
            {"direction": one.direction, "type": one.type, "bytes": _spread(one.sizes)}
            for one in traffic.types
        ],
        "connections": [_connection(one, protocol) for one in traffic.connections],
        "compression": {
            way: {"compressed": traffic.compressed[way], "decompressed": traffic.decompressed[way]}
            for way in ("s2c", "c2s")
        },
        "heartbeats": [
            {
                "type": name,
                "count": count,
                "round_trip_microseconds": _spread(traffic.round_trips[name]),
            }
            for name, count in traffic.heartbeats.items()
        ],
    }
    return f"{msgspec.json.encode(value).decode()}\n"


def _spread(distribution: Distribution) -> dict[str, int] | None:
    spread = distribution.spread()
    if spread is None:
        return None
    return {
        "count": spread.count,
        "total": spread.total,
        "min": spread.least,
        "median": spread.median,
        "p95": spread.p95,
        "max": spread.most,
    }


def _connection(one: ConnectionCount, protocol: AnyProtocol) -> dict[str, Any]:
    connection = one.connection
    url = connection.url
    return {
        "file": one.file,
        "connection": one.number,
        "url": None if url is None else shown_address(url, protocol),
        "subprotocol": connection.subprotocol,
        "not_recorded": connection.lacks.names,
        "started": connection.started if one.is_timed else None,
        "seconds": one.seconds,
        "frames": one.frames,
        "peak": one.peak if one.is_timed else None,
        "gaps": one.gaps,
        "seq": msgspec.structs.asdict(one.numbers),
        "ending": one.ending,
        "close": None if one.close is None else {"code": one.close[0], "reason": one.close[1]},
    }
