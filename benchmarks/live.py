"""Receiving frames from a real connection: the live client beside a bare loop on the same server."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson
import zstandard
from websockets.asyncio.client import connect as open_websocket

from benchmarks.live_server import FRAMES
from benchmarks.measure import Spread, interleaved, ratios
from benchmarks.table import Table
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.live import connect

ROUNDS = 15
BARE = "a bare websockets loop, `json.loads`"
_TOKEN = "vox_sess_benchmark"
_PLAIN = "gateway?v=1&encoding=json"


def live() -> Table:
    """Frames in a second, plain and compressed, and the ratios to the bare loop."""
    with _server() as address:
        columns = [_column(f"{address}/{_PLAIN}{query}") for query in ("", "&compress=zstd")]
    return Table(
        ("receives with", "gives", "plain, frames/s", "ratio", "zstd, frames/s", "ratio"),
        [(name, _GIVES[name], *columns[0][name], *columns[1][name]) for name in columns[0]],
    )


_GIVES = {
    BARE: "dicts, nothing checked",
    "a bare websockets loop, `orjson.loads`": "dicts, nothing checked",
    "`voxwire.live.connect`": "typed frames; every rule checked; a session that lasts",
}


def _column(url: str) -> dict[str, tuple[str, str]]:
    """For each contender its frames per second, and how many times the bare loop's those are."""
    names = list(_GIVES)
    jobs = {
        names[0]: partial(_frames_per_second, _bare, url, json.loads),
        names[1]: partial(_frames_per_second, _bare, url, orjson.loads),
        names[2]: partial(_frames_per_second, _ours, url),
    }
    rates = interleaved(jobs, ROUNDS)
    return {
        name: (Spread.of(figures).text(",.0f"), ratios(figures, rates[BARE]).text())
        for name, figures in rates.items()
    }


def _frames_per_second(contender: Any, *arguments: Any) -> float:
    return FRAMES / asyncio.run(contender(*arguments))


async def _bare(url: str, loads: Any) -> float:
    """Seconds that a loop without any session takes for all frames."""
    decompress = zstandard.ZstdDecompressor().decompress
    async with open_websocket(
        url, compression=None, ping_interval=None, max_size=MAX_FRAME_SIZE
    ) as websocket:
        await websocket.recv()
        await websocket.send(json.dumps({"type": "identify", "d": {"token": _TOKEN}}))
        await websocket.recv()
        start = time.perf_counter()
        count = 0
        if "zstd" in url:
            async for message in websocket:
                loads(decompress(message))
                count += 1
        else:
            async for message in websocket:
                loads(message)
                count += 1
        return _checked(count, start)


async def _ours(url: str) -> float:
    """Seconds that the live client takes for all frames."""
    async with connect(url, _TOKEN) as gateway:
        start = time.perf_counter()
        count = 0
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
    command = [sys.executable, "-m", "benchmarks.live_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"ws://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
