"""Following a session: what ClientConnection.receive costs on top of decoding alone."""

import base64
import gc
import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import voxwire
from benchmarks.frames import CAPTURES
from benchmarks.measure import Spread, interleaved, ratios, repeats_for
from benchmarks.table import Table
from voxmodels.v1 import endpoint
from voxwire.session import ClientConnection, ClientSession

ROUNDS = 25
NOW = 0.0

Message = str | bytes


class Conversation(NamedTuple):
    """What one recorded client received: WebSocket messages as they came, hello first."""

    url: str
    resumed_after: int | None
    """The number after which it resumed; None when it identified."""
    messages: tuple[Message, ...]


def session() -> Table:
    """Time of a client's connection as a ratio to decoding alone, without and with compression."""
    recorded = [conversation(path) for path in sorted(CAPTURES.rglob("*.ndjson"))]
    every = [one for one in recorded if len(one.messages) > 1]
    plain = [in_plain(one) for one in every]
    compressed = [one for one in every if isinstance(one.messages[0], bytes)]
    columns = [_figures(plain), _figures(compressed)]
    counts = [sum(len(one.messages) for one in several) for several in (plain, compressed)]
    return Table(
        (
            "reads a message with",
            f"{counts[0]:,} text messages",
            f"{counts[1]:,} compressed messages",
        ),
        [
            ("voxwire.decode_server, after decompressing", columns[0][0], columns[1][0]),
            ("ClientConnection.receive", columns[0][1], columns[1][1]),
        ],
    )


def conversation(path: Path) -> Conversation:
    """The recorded connection of an example capture."""
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    first = json.loads(next(r["text"] for r in records if r.get("dir") == "c2s"))
    return Conversation(
        records[0]["url"],
        first["d"]["last_seq"] if first["type"] == "resume" else None,
        tuple(
            record["text"] if record["opcode"] == "text" else base64.b64decode(record["b64"])
            for record in records
            if record.get("dir") == "s2c"
        ),
    )


def in_plain(recorded: Conversation) -> Conversation:
    """The same conversation as if no compression had been asked for."""
    decompress = voxwire.Decompressor().decompress
    messages = tuple(
        message if isinstance(message, str) else decompress(message).decode()
        for message in recorded.messages
    )
    return recorded._replace(url=f"{endpoint.URL}?{endpoint.query()}", messages=messages)


def _figures(conversations: Sequence[Conversation]) -> tuple[str, str]:
    """The texts of both rows: the base's own time, and the ratio to it."""
    count = sum(len(one.messages) for one in conversations)
    repeats = repeats_for(_decoding_seconds(conversations, 1))
    seconds = interleaved(
        {
            "decoding": partial(_decoding_seconds, conversations, repeats),
            "session": partial(_session_seconds, conversations, repeats),
        },
        ROUNDS,
    )
    base = Spread.of(seconds["decoding"]).median / count
    ratio = ratios(seconds["session"], seconds["decoding"])
    return f"1.00 = {base * 1e6:.2f} µs", ratio.text()


def _decoding_seconds(conversations: Sequence[Conversation], repeats: int) -> float:
    """Seconds that decoding all messages takes, from `repeats` passes in a row."""
    decode = voxwire.decode_server
    decompress = voxwire.Decompressor().decompress
    texts = [m for one in conversations for m in one.messages if isinstance(m, str)]
    binaries = [m for one in conversations for m in one.messages if isinstance(m, bytes)]
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        for text in texts:
            decode(text)
        for binary in binaries:
            decode(decompress(binary))
    return (time.perf_counter() - start) / repeats


def _session_seconds(conversations: Sequence[Conversation], repeats: int) -> float:
    """Seconds that new connections take for all messages, from `repeats` passes in a row."""
    prepared = [(_connection(one), one.messages) for _ in range(repeats) for one in conversations]
    gc.collect()
    start = time.perf_counter()
    for connection, messages in prepared:
        receive = connection.receive
        for message in messages:
            receive(message, NOW)
    return (time.perf_counter() - start) / repeats


def _connection(recorded: Conversation) -> ClientConnection:
    """A client that is about to receive what the recorded one did."""
    login = ClientSession("token", random=lambda: 0.5)
    if recorded.resumed_after is not None:
        login.start("session", recorded.resumed_after)
    connection = ClientConnection(login, recorded.url)
    connection.opened(NOW)
    return connection


if __name__ == "__main__":
    print(session().markdown())
