"""Frames that are not as usual: what a client meets when the server is newer, or wrong."""

import json
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import orjson
import zstandard

import voxwire
from benchmarks.frames import Frame, server_frames
from benchmarks.measure import Spread, interleaved, ratios, repeats_for
from benchmarks.table import Table
from voxwire.vox import VOX
from voxwire.wire.codec import Codec

ROUNDS = 25
BAR = "1.60"


def odd_frames() -> Table:
    """Time of decoding frames that all have something odd, as a ratio to parsing them."""
    frames = server_frames()
    of_type = {kind: [f for f in frames if f.type == kind] for kind in {f.type for f in frames}}
    messages, presences = of_type["message_create"], of_type["presence_update"]
    reactions = of_type["message_reaction_add"]
    inputs: dict[str, tuple[list[bytes | str], str]] = {
        "as they are, `bytes`": ([f.data for f in frames], "1.05"),
        "as they are, `str`": ([f.data.decode() for f in frames], "1.05"),
        "an unknown key in each": ([_with(f, new_key=1) for f in frames], BAR),
        "an unknown status in each": ([_with(f, status="brb") for f in presences], BAR),
        "an id above 2^63 in each": (
            [_with(f, msg_id=2**63 + 5) for f in (*messages, *reactions)],
            BAR,
        ),
        "an embed that is no object in each": ([_with(f, embed=[1, 2]) for f in messages], BAR),
        "an embed of another shape in each": (
            [_with(f, embed={"title": 5}) for f in messages],
            BAR,
        ),
    }
    rows = []
    for name, (data, bar) in inputs.items():
        ratio, base = _ratio(data)
        rows.append((name, f"{len(data):,}", f"{base * 1e6:.2f}", ratio.text(), bar))
    return Table(("frames", "number", "orjson.loads, µs", "decode_server", "bar"), rows)


def compressed_frames() -> Table:
    """Time of decompressing and decoding, as a ratio to zstandard and orjson alone."""
    compress = voxwire.Compressor().compress
    frames = [compress(frame.data) for frame in server_frames()]
    expand = zstandard.ZstdDecompressor().decompress
    decompress, decode = voxwire.Decompressor().decompress, Codec(VOX).decode_server
    base, ours = "zstandard, orjson.loads", "voxwire.Decompressor, decode_server"
    jobs: dict[str, Callable[[Any], object]] = {
        base: lambda data: orjson.loads(expand(data)),
        ours: lambda data: decode(decompress(data)),
    }
    seconds = interleaved(
        {name: partial(_seconds, job, frames) for name, job in jobs.items()}, ROUNDS
    )
    microseconds = Spread.of(seconds[base]).median / len(frames) * 1e6
    return Table(
        ("reads a compressed frame with", "number", "ratio", "bar"),
        [
            (base, f"{len(frames):,}", f"1.00 = {microseconds:.2f} µs", ""),
            (ours, f"{len(frames):,}", ratios(seconds[ours], seconds[base]).text(), "1.05"),
        ],
    )


def wrong_frames() -> Table:
    """Microseconds until the error with all findings is there."""
    (message, *_) = (f for f in server_frames() if f.type == "message_create")
    inputs = {
        "a wrong type": _with(message, author_id="1"),
        "a missing field": _with(message, timestamp=None),
        "no JSON": message.data[:-5],
        "no UTF-8": message.data.replace(b'"body"', b'"b\xffdy"'),
    }
    jobs = {name: partial(_seconds, _refused, [data]) for name, data in inputs.items()}
    seconds = interleaved(jobs, ROUNDS)
    rows = [
        (name, Spread.of([figure * 1e6 for figure in figures]).text(".1f"), "40")
        for name, figures in seconds.items()
    ]
    return Table(("a frame with", "DecodeError after, µs", "bar"), rows)


def encoding() -> Table:
    """Time of encoding payloads as a ratio to orjson.dumps of the same dicts."""
    made = [
        (frame.d, frame.seq, orjson.loads(found.data))
        for found in server_frames()
        for frame in (voxwire.decode_server(found.data),)
        if isinstance(getattr(frame, "seq", None), int)
    ]
    encode: Any = voxwire.encode
    jobs: dict[str, Callable[[Any], object]] = {
        "orjson.dumps": lambda item: orjson.dumps(item[2]),
        "encode, validate=False": lambda item: encode(item[0], item[1], validate=False),
        "encode": lambda item: encode(item[0], item[1]),
    }
    seconds = interleaved(
        {name: partial(_seconds, job, made) for name, job in jobs.items()}, ROUNDS
    )
    bars = {"encode, validate=False": "0.70", "encode": "1.50"}
    rows = [
        (name, ratios(figures, seconds["orjson.dumps"]).text(), bars.get(name, ""))
        for name, figures in seconds.items()
    ]
    return Table(("writes a frame with", "ratio", "bar"), rows)


def _with(frame: Frame, **further: Any) -> bytes:
    value = json.loads(frame.data)
    value["d"] = {**value.get("d", {}), **further}
    return json.dumps(value).encode()


def _ratio(data: list[bytes | str]) -> tuple[Spread, float]:
    decode: Any = Codec(VOX).decode_server  # one that remembers nothing of other rows
    jobs: dict[str, Callable[[], float]] = {
        "base": partial(_seconds, orjson.loads, data),
        "decode": partial(_seconds, decode, data),
    }
    seconds = interleaved(jobs, ROUNDS)
    return ratios(seconds["decode"], seconds["base"]), Spread.of(seconds["base"]).median / len(data)


def _seconds(job: Callable[[Any], object], items: list[Any]) -> float:
    def one_pass() -> float:
        start = perf_counter()
        for item in items:
            job(item)
        return perf_counter() - start

    repeats = repeats_for(one_pass(), 0.01)
    return min(one_pass() for _ in range(repeats))


def _refused(data: bytes) -> None:
    try:
        voxwire.decode_server(data)
    except voxwire.DecodeError:
        return
    raise RuntimeError("the frame is not wrong")
