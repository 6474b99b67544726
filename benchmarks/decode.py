"""Reading one frame: every contender on the server frames of the example captures."""

from functools import partial

from benchmarks import handwritten
from benchmarks.contenders import BASE, Contender, Job, contenders
from benchmarks.frames import Frame, most_frequent, server_frames
from benchmarks.measure import Spread, interleaved, loop_seconds, ratios, repeats_for
from benchmarks.table import Table

ROUNDS = 25


def decoding(pydantic_job: Job) -> Table:
    """Time of every contender as a ratio to parsing alone, on all frames and on the frequent ones."""
    frames = server_frames()
    if set(most_frequent(frames, len(handwritten.TYPES))) != handwritten.TYPES:
        raise RuntimeError("handwritten.py no longer has the most frequent message types")
    frequent = [frame for frame in frames if frame.type in handwritten.TYPES]
    candidates = contenders(pydantic_job)
    every = _ratios([c for c in candidates if c.types is None], frames)
    some = _ratios(candidates, frequent)
    columns = f"{len(frames):,} frames, all types", f"{len(frequent):,} frames, 12 types"
    return Table(
        ("reads a frame with", "gives", *columns),
        [(c.name, c.gives, every.get(c.name, "–"), some[c.name]) for c in candidates],
    )


def _ratios(candidates: list[Contender], frames: list[Frame]) -> dict[str, str]:
    """Each contender's text for the table: its ratio to the base, and the base's own time."""
    inputs = [frame.data for frame in frames]
    repeats = {c.name: repeats_for(loop_seconds(c.job, inputs, 1)) for c in candidates}
    jobs = {c.name: partial(loop_seconds, c.job, inputs, repeats[c.name]) for c in candidates}
    seconds = interleaved(jobs, ROUNDS)
    base = Spread.of(seconds[BASE]).median / len(inputs)
    texts = {name: ratios(figures, seconds[BASE]).text() for name, figures in seconds.items()}
    return texts | {BASE: f"1.00 = {base * 1e6:.2f} µs"}
