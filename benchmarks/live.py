"""Receiving frames from a real connection: the live client beside bare loops on the same server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import orjson
import zstandard
from websockets.asyncio.client import connect as open_websocket

from benchmarks.live_server import FRAMES
from benchmarks.measure import Spread, interleaved, ratios
from benchmarks.table import Table
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.live.client.gateway import connect

ROUNDS = 15
_TOKEN = "vox_sess_benchmark"
_PLAIN = "gateway?v=1&encoding=json"
_COMPRESSED = f"{_PLAIN}&compress=zstd"


class Contender(NamedTuple):
    """A way to receive frames. `seconds` is how long it takes for all that a server at a url sends."""

    name: str
    gives: str
    seconds: Callable[[str], Awaitable[float]]


def live() -> Table:
    """Frames in a second, plain and compressed, and the ratios to the first of the bare loops."""
    with _server() as address:
        plain = _rates(f"{address}/{_PLAIN}")
        compressed = _rates(f"{address}/{_COMPRESSED}")
    return Table(
        ("receives with", "gives", "plain, frames/s", "ratio", "zstd, frames/s", "ratio"),
        [(c.name, c.gives, *plain[c.name], *compressed[c.name]) for c in _CONTENDERS],
    )


def _rates(url: str) -> dict[str, tuple[str, str]]:
    """For each contender its frames per second, and how many times those of the first it is."""
    jobs = {contender.name: partial(_rate, contender, url) for contender in _CONTENDERS}
    rates = interleaved(jobs, ROUNDS)
    base = rates[_CONTENDERS[0].name]
    return {
        name: (Spread.of(figures).text(",.0f"), ratios(figures, base).text())
        for name, figures in rates.items()
    }


def _rate(contender: Contender, url: str) -> float:
    async def run() -> float:
        return await contender.seconds(url)

    return FRAMES / asyncio.run(run())


async def _bare(loads: Callable[[str | bytes], Any], url: str) -> float:
    """A loop that has no session, checks nothing and ends with the connection."""
    decompress = zstandard.ZstdDecompressor().decompress
    count = 0
    async with open_websocket(
        url, compression=None, ping_interval=None, max_size=MAX_FRAME_SIZE
    ) as websocket:
        await websocket.recv()
        await websocket.send(json.dumps({"type": "identify", "d": {"token": _TOKEN}}))
        await websocket.recv()
        start = time.perf_counter()
        if url.endswith(_COMPRESSED):
            async for message in websocket:
                loads(decompress(message))  # type: ignore[arg-type]
                count += 1
        else:
            async for message in websocket:
                loads(message)
                count += 1
        return _checked(count, start)


async def _client(url: str) -> float:
    """The live client."""
    count = 0
    async with connect(url, _TOKEN) as gateway:
        start = time.perf_counter()
        async for _ in gateway:
            count += 1
            if count == FRAMES:
                break
        return _checked(count, start)


def _checked(count: int, start: float) -> float:
    seconds = time.perf_counter() - start
    if count != FRAMES:
        raise RuntimeError(f"{count} frames arrived, not {FRAMES}")
    return seconds


@contextmanager
def _server() -> Iterator[str]:
    """A server in a process of its own; its address."""
    command = [sys.executable, "-m", "benchmarks.live_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"ws://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


_CONTENDERS = (
    Contender(
        "a bare websockets loop with json.loads",
        "dicts, nothing checked",
        partial(_bare, json.loads),
    ),
    Contender(
        "a bare websockets loop with orjson.loads",
        "dicts, nothing checked",
        partial(_bare, orjson.loads),
    ),
    Contender(
        "voxwire.live.connect",
        "typed frames, every rule checked; a session that lasts",
        _client,
    ),
)
