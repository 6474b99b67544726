"""The exact way: the generated validators on parsed frames, which every other way is judged by."""

import gc
import time
from collections.abc import Callable, Sequence
from functools import partial

import orjson

from benchmarks.frames import server_frames
from benchmarks.measure import Spread, interleaved, ratios
from benchmarks.table import Table
from voxmodels.v1.protocol import PROTOCOL

ROUNDS = 25
REPEATS = 5
BASE = "orjson.loads"


def exact() -> Table:
    """Frames a second of the validators on dicts, and their time as a ratio to parsing these."""
    inputs = [frame.data for frame in server_frames()]
    parsed = [orjson.loads(data) for data in inputs]
    jobs: dict[str, Callable[[], float]] = {
        BASE: partial(_seconds, orjson.loads, inputs),
        "PROTOCOL.validate_server": partial(_seconds, PROTOCOL.validate_server, parsed),
    }
    seconds = interleaved(jobs, ROUNDS)
    return Table(
        ("takes", "frames/s", f"ratio to {BASE}"),
        [
            (
                name,
                Spread.of([len(inputs) / figure for figure in figures]).text(",.0f"),
                ratios(figures, seconds[BASE]).text(),
            )
            for name, figures in seconds.items()
        ],
    )


def _seconds(function: Callable[..., object], inputs: Sequence[object]) -> float:
    """Seconds that one pass over the inputs takes, from several in a row."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(REPEATS):
        for item in inputs:
            function(item)
    return (time.perf_counter() - start) / REPEATS


if __name__ == "__main__":
    print(exact().markdown())
