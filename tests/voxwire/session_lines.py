"""Lines of captures of a conversation, and what is found in them."""

from pathlib import Path

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import (
    START,
    binary,
    c2s,
    capture,
    header,
    ready,
    s2c,
)
from voxwire.wire.compression import Compressor

PLAIN = "wss://host/gateway?v=1&encoding=json"
ZSTD = f"{PLAIN}&compress=zstd"
INTERVAL = 1000


def at(seconds: float) -> dict[str, float]:
    return {"ts": START + seconds}


def hello(seconds: float = 1) -> str:
    return s2c({"type": "hello", "d": {"heartbeat_interval": INTERVAL}}, **at(seconds))


def identify(seconds: float = 1) -> str:
    return c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}}, **at(seconds))


def beat(seconds: float = 1) -> str:
    return c2s({"type": "heartbeat"}, **at(seconds))


def ack(seconds: float = 1) -> str:
    return s2c({"type": "heartbeat_ack"}, **at(seconds))


def typing(feed: int, seconds: float = 1) -> str:
    return c2s({"type": "typing", "d": {"feed_id": feed}}, **at(seconds))


def zstd(frame: str) -> str:
    return binary(Compressor().compress(frame.encode()))


HELLO_TEXT = '{"type":"hello","d":{"heartbeat_interval":1000}}'
ERROR = s2c({"type": "error", "d": {"code": "INVALID_STATUS", "message": "no"}})
BEGUN = [hello(), identify(), ready()]
STATUS = c2s({"type": "presence_update", "d": {"status": "idle"}})


def find(tmp_path: Path, *lines: str, url: str = PLAIN) -> list[tuple[str, int | None]]:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(url=url), *lines))
    return [(f.rule, f.frame) for f in check_conversation(path)]
