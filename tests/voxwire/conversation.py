"""Lines of a conversation, made in few words, and what is found in it."""

from pathlib import Path

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import START, c2s, capture, header, s2c
from voxwire.checks import Finding

SESSION = "sess_0123456789abcdef"


def at(seconds: float) -> dict[str, float]:
    return {"ts": START + seconds}


def hello(seconds: float = 1, interval: int = 45_000) -> str:
    return s2c({"type": "hello", "d": {"heartbeat_interval": interval}}, **at(seconds))


def identify(seconds: float = 1) -> str:
    return c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}}, **at(seconds))


def ready(seconds: float = 1, session: str = SESSION) -> str:
    payload = {
        "session_id": session,
        "user_id": 1,
        "display_name": "a",
        "server_name": "b",
        "protocol_version": 1,
        "capabilities": ["voice"],
    }
    return s2c({"type": "ready", "d": payload, "seq": 1}, **at(seconds))


def resume(last_seq: int, seconds: float = 1, session: str = SESSION) -> str:
    payload = {"token": "vox_sess_abcdefgh", "session_id": session, "last_seq": last_seq}
    return c2s({"type": "resume", "d": payload}, **at(seconds))


def resumed(seq: int, seconds: float = 1) -> str:
    return s2c({"type": "resumed", "d": {"seq": seq}}, **at(seconds))


def leave(seq: int, seconds: float = 1) -> str:
    return s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": seq}, **at(seconds))


def beat(seconds: float = 1) -> str:
    return c2s({"type": "heartbeat"}, **at(seconds))


def ack(seconds: float = 1) -> str:
    return s2c({"type": "heartbeat_ack"}, **at(seconds))


def begun() -> list[str]:
    """A connection up to ready, with a header: three frames."""
    return [header(), hello(), identify(), ready()]


def find(folder: Path, *lines: str) -> list[Finding]:
    path = folder / "capture.ndjson"
    path.write_bytes(capture(*lines))
    return check_conversation(path)


def rules(findings: list[Finding]) -> list[tuple[str, int | None]]:
    """Rule and frame of each."""
    return [(finding.rule, finding.frame) for finding in findings]
