"""The jobs of benchmarks.compare, run in a process of their own for each of the two checkouts.

    python benchmarks/compare_jobs.py JOB INPUTS

answers every line on stdin, a number of passes, with the seconds that they took. With `--once PASSES`
it makes these and ends, for whoever counts the instructions of the process. Only what both checkouts
have may be used here: the public API.
"""

import base64
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Job = Callable[[int], float]
"""Makes so many passes; gives the seconds that they took, what had to be prepared excluded."""

NOW = 0.0
URL = "wss://127.0.0.1/gateway?v=1&encoding=json"
IDENTIFY = '{"type":"identify","d":{"token":"vox_sess_example","protocol_version":1}}'
PLAIN_MESSAGES = 2000


def timed(one_pass: Callable[[], object]) -> Job:
    """The job of a pass that needs nothing new each time."""

    def job(passes: int) -> float:
        start = time.perf_counter()
        for _ in range(passes):
            one_pass()
        return time.perf_counter() - start

    return job


def decode(inputs: Path) -> Job:
    """Decode every server frame of the example captures."""
    from voxwire import decode_server

    frames = _frames(inputs, "s2c")

    def one_pass() -> None:
        for frame in frames:
            decode_server(frame)

    return timed(one_pass)


def encode(inputs: Path) -> Job:
    """Encode every payload of the example captures, and decode it again, as servers do."""
    from voxwire import decode_server
    from voxwire import encode as encode_payload

    frames: list[Any] = [decode_server(frame) for frame in _frames(inputs, "s2c")]
    payloads = [
        (frame.d, frame.seq) for frame in frames if type(getattr(frame, "seq", None)) is int
    ]

    def one_pass() -> None:
        for payload, seq in payloads:
            encode_payload(payload, seq)

    return timed(one_pass)


def client_messages(inputs: Path) -> Job:
    """Receive plain messages in a session that is under way."""
    client, opening, frames = _client(), _opening(inputs), _plain_numbered(inputs)
    texts = [_numbered(frames[index % len(frames)], index + 2) for index in range(PLAIN_MESSAGES)]

    def prepared() -> tuple[Any, list[str]]:
        connection = client()
        for text in opening:
            connection.receive(text, NOW)
        return connection, texts

    return _receiving(prepared)


def client_handshake(inputs: Path) -> Job:
    """Make a client's session and connection, and log in."""
    client, opening = _client(), _opening(inputs)

    def one_pass() -> None:
        connection = client()
        for text in opening:
            connection.receive(text, NOW)

    return timed(one_pass)


def server_messages(_: Path) -> Job:
    """Receive what a client says in a session that is under way."""
    from voxwire.session import ServerConnection, ServerSession

    ready = _ready()
    text = '{"type":"presence_update","d":{"status":"online"}}'

    def prepared() -> tuple[Any, list[str]]:
        connection = ServerConnection(URL)
        connection.opened(NOW)
        connection.receive(IDENTIFY, NOW)
        connection.accept(ServerSession(ready), NOW)
        return connection, [text] * PLAIN_MESSAGES

    return _receiving(prepared)


def server_handshake(_: Path) -> Job:
    """Make a server's connection and session, and accept a login."""
    from voxwire.session import ServerConnection, ServerSession

    ready = _ready()

    def one_pass() -> None:
        connection = ServerConnection(URL)
        connection.opened(NOW)
        connection.receive(IDENTIFY, NOW)
        connection.accept(ServerSession(ready), NOW)

    return timed(one_pass)


def _ready() -> Any:
    """What the server answers a login with."""
    return _models().server.Ready(
        session_id="s",
        user_id=1,
        display_name="n",
        server_name="n",
        protocol_version=1,
        capabilities=(),
    )


def skim(inputs: Path) -> Job:
    """Check a long capture of plain frames, as `voxwire validate` does."""
    return _checking([str(inputs / "long.ndjson")], has_sessions=True)


def checks(inputs: Path) -> Job:
    """Check the example captures, the conversation left out."""
    return _checking(_captures(inputs), has_sessions=False)


def conversations(inputs: Path) -> Job:
    """Check the example captures, the conversation included."""
    return _checking(_captures(inputs), has_sessions=True)


JOBS: Mapping[str, Callable[[Path], Job]] = {
    "decode": decode,
    "encode": encode,
    "client-messages": client_messages,
    "client-handshake": client_handshake,
    "server-messages": server_messages,
    "server-handshake": server_handshake,
    "skim": skim,
    "checks": checks,
    "conversations": conversations,
}


# --- What they are made of --------------------------------------------------------------------


def _models() -> Any:
    import voxmodels.v1

    return voxmodels.v1


def _client() -> Callable[[], Any]:
    from voxwire.session import ClientConnection, ClientSession

    def client() -> Any:
        connection = ClientConnection(ClientSession("token", random=lambda: 0.5), URL)
        connection.opened(NOW)
        return connection

    return client


def _receiving(prepared: Callable[[], tuple[Any, list[str]]]) -> Job:
    def job(passes: int) -> float:
        seconds = 0.0
        for _ in range(passes):
            connection, messages = prepared()
            receive = connection.receive
            start = time.perf_counter()
            for message in messages:
                receive(message, NOW)
            seconds += time.perf_counter() - start
        return seconds

    return job


def _checking(names: list[str], *, has_sessions: bool) -> Job:
    from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics

    def one_pass() -> None:
        statistics, sessions = Statistics(), Sessions() if has_sessions else None
        for name in names:
            for _ in CaptureCheck(name, Selection(), statistics, sessions).findings():
                pass

    return timed(one_pass)


def _captures(inputs: Path) -> list[str]:
    return [str(path) for path in sorted((inputs / "captures").glob("*.ndjson"))]


def _records(inputs: Path) -> Iterator[dict[str, Any]]:
    for name in _captures(inputs):
        for line in Path(name).read_text(encoding="utf-8").split("\n")[:-1]:
            record = json.loads(line)
            if "dir" in record:
                yield record


def _frames(inputs: Path, direction: str) -> list[bytes]:
    import zstandard

    decompress = zstandard.ZstdDecompressor().decompress
    return [
        record["text"].encode()
        if record["opcode"] == "text"
        else decompress(base64.b64decode(record["b64"]))
        for record in _records(inputs)
        if record["dir"] == direction and record["opcode"] in ("text", "binary")
    ]


def _of_type(inputs: Path, *types: str) -> list[dict[str, Any]]:
    frames = [json.loads(frame) for frame in _frames(inputs, "s2c")]
    return [next(frame for frame in frames if frame["type"] == type_) for type_ in types]


def _opening(inputs: Path) -> list[str]:
    hello, ready = _of_type(inputs, "hello", "ready")
    return [_text(hello), _numbered(ready, 1)]


def _plain_numbered(inputs: Path) -> list[dict[str, Any]]:
    frames = [json.loads(frame) for frame in _frames(inputs, "s2c")]
    return [frame for frame in frames if "seq" in frame and frame["type"] != "ready"]


def _numbered(frame: dict[str, Any], seq: int) -> str:
    return _text(frame | {"seq": seq})


def _text(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Make the passes that are asked for."""
    job = JOBS[sys.argv[1]](Path(sys.argv[2]))
    if sys.argv[3:4] == ["--once"]:
        job(int(sys.argv[4]))
        return
    job(1)
    print("ready", flush=True)
    for line in sys.stdin:
        gc.collect()
        print(job(int(line)), flush=True)


if __name__ == "__main__":
    main()
