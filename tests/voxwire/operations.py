"""A protocol of operations with ids, as GraphQL over WebSocket has them, and captures of it.

It has what Vox lacks: streams, heartbeats of the server, no greeting, no numbers, rates and timers of its
own.
"""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.voxspec.mini import BASE, UINT, Data, area, field
from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol

START = 1_795_376_354.0
KEYED = {"id": "required"}
REFUSED = {"close": 4401, "reason": "Unauthorized"}
TWICE = {"close": 4429, "reason": "Too many initialisation requests"}


def message(*examples: Data, properties: Data | None = None, **more: Any) -> Data:
    """A message; without properties it has no payload."""
    payload: Any = False if properties is None else {"type": "object", "properties": properties}
    shown = [{"summary": "One", **example} for example in examples or ({},)]
    return {"summary": "M", "description": "M.", "payload": payload, "examples": shown, **more}


def number(value: float, unit: str) -> Data:
    return {"value": value, "unit": unit, "description": "N."}


SESSION: Data = {
    "description": "A client asks for operations.",
    "roles": {
        "login": {"message": "client/connection_init"},
        "established": {"message": "server/connection_ack"},
        "heartbeat": {"message": "client/ping"},
        "heartbeat_answer": {"message": "server/pong"},
        "server_heartbeat": {"message": "server/ping"},
        "server_heartbeat_answer": {"message": "client/pong"},
    },
    "states": {
        "opened": {
            "description": "the client is to begin",
            "client": {"login": "asked", "heartbeat": "stays", "server_heartbeat_answer": "stays"},
            "server": {"heartbeat_answer": "stays", "server_heartbeat": "stays"},
            "client_otherwise": {"client/subscribe": REFUSED, "client/complete": "ignored"},
            "server_otherwise": {"any": {"close": 4004}},
        },
        "asked": {
            "description": "the server looks whom it lets in",
            "client": {"heartbeat": "stays", "server_heartbeat_answer": "stays"},
            "server": {
                "established": "on",
                "heartbeat_answer": "stays",
                "server_heartbeat": "stays",
            },
            "client_otherwise": {"login": TWICE, "client/subscribe": REFUSED},
            "server_otherwise": {"any": {"close": 4004}},
        },
        "on": {
            "description": "operations can run",
            "client": {
                "client/subscribe": "stays",
                "client/complete": "stays",
                "any": "stays",
                "heartbeat": "stays",
                "server_heartbeat_answer": "stays",
            },
            "server": {
                "any": "stays",
                "server/pause": "paused",
                "heartbeat_answer": "stays",
                "server_heartbeat": "stays",
            },
            "client_otherwise": {"login": TWICE},
            "server_otherwise": {"established": "ignored"},
        },
        "paused": {
            "description": "nothing may be asked for",
            "client": {
                "client/complete": "stays",
                "heartbeat": "stays",
                "server_heartbeat_answer": "stays",
            },
            "server": {
                "any": "stays",
                "server/go_on": "on",
                "heartbeat_answer": "stays",
                "server_heartbeat": "stays",
            },
            "client_otherwise": {"login": TWICE, "any": {"close": 4402}},
        },
    },
    "heartbeat": {"unasked_answers": True, "interval": number(3600, "s")},
    "server_heartbeat": {
        "interval": number(10, "s"),
        "missed_answers": {"value": 2, "unit": "heartbeats", "then": {"close": 4408}},
        "silence": {"value": 2, "unit": "intervals", "then": {"close": 4004}},
    },
    "rates": {
        "searches": {
            "counts": "client/search",
            "count": number(2, "searches"),
            "window": number(10, "s"),
            "then": {"close": 4430},
            "enforced": True,
        },
        "knocks": {
            "counts": "client/knock",
            "by": ["door"],
            "count": number(1, "knocks"),
            "window": number(5, "s"),
            "then": "ignored",
            "enforced": True,
        },
    },
    "streams": {
        "operation": {
            "key": "id",
            "opened_by": "client/subscribe",
            "items": ["server/next"],
            "ended_by": ["server/complete", "client/complete"],
            "duplicate": {"close": 4409},
            "description": "One operation.",
        }
    },
    "refusals": {"full": {"close": 4403, "reason": "Forbidden"}},
    "mistakes": {
        "of_client": {
            "not_json": {"close": 4400},
            "not_object": {"close": 4400},
            "payload_not_object": {"close": 4400},
            "unknown_type": {"close": 4400},
            "invalid": {"close": 4400},
            "out_of_place": {"close": 4400},
        },
        "of_server": {"out_of_place": {"close": 4004}, "invalid": {"close": 4004}},
    },
}

CODES = {
    4004: "BAD_SERVER",
    4400: "BAD_REQUEST",
    4401: "UNAUTHORIZED",
    4402: "PAUSED",
    4403: "FORBIDDEN",
    4408: "NO_ANSWER",
    4409: "DUPLICATE",
    4429: "TWICE",
    4430: "TOO_OFTEN",
    4500: "FAILED",
}


def schema() -> Data:
    """The files of the protocol."""
    files: Data = {"protocol.yaml": copy.deepcopy(BASE["protocol.yaml"]), "session.yaml": SESSION}
    files["protocol.yaml"]["envelope"] = {
        "description": "E.",
        "type": {"key": "type", "description": "T."},
        "payload": {"key": "payload", "description": "P."},
        "keys": {
            "id": {
                "direction": "both",
                "description": "Which operation.",
                "schema": {"type": "string", "minLength": 1},
            }
        },
    }
    files["close_codes.yaml"] = {
        "description": "Codes.",
        "close_codes": {
            str(code): {"name": name, "recovery": "identify", "description": f"{name}."}
            for code, name in CODES.items()
        },
    }
    files["client/main.yaml"] = area(
        "main",
        connection_init=message(),
        ping=message(),
        pong=message(),
        search=message(),
        knock=message({"payload": {"door": 1}}, properties={"door": field(UINT)}),
        subscribe=message({"keys": {"id": "7"}}, keys=KEYED),
        complete=message({"keys": {"id": "1"}}, keys=KEYED),
    )
    files["server/main.yaml"] = area(
        "main",
        connection_ack=message(),
        ping=message(),
        pong=message(),
        pause=message(),
        go_on=message(),
        next=message({"keys": {"id": "1"}}, keys=KEYED),
        complete=message({"keys": {"id": "1"}}, keys=KEYED),
    )
    return files


def only_what_is_said(files: Data) -> Data:
    """Without the messages that have no place in the conversation."""
    roles = files["session.yaml"]["roles"]
    said = {role["message"] for role in roles.values()}
    for state in files["session.yaml"]["states"].values():
        said |= {*state.get("client", {}), *state.get("server", {})}
    for side in ("client", "server"):
        messages = files[f"{side}/main.yaml"]["messages"]
        kept = {type_: entry for type_, entry in messages.items() if f"{side}/{type_}" in said}
        files[f"{side}/main.yaml"]["messages"] = kept
    return files


def conversation(told: str) -> bytes:
    """A capture in which happens what is told: ``>type``, ``<type``, ``>type:id``, ``+5`` for seconds that
    pass, ``!4400`` for the end, ``>{`` for what is no JSON, ``head`` for a header."""
    time = START
    lines: list[Data] = []
    for word in told.split():
        if word == "head":
            lines.append({"url": "ws://host/graphql"})
        elif word.startswith("+"):
            time += float(word[1:])
            continue
        elif word.startswith("!"):
            lines.append({"close": {"code": int(word[1:]), "reason": ""}})
        else:
            lines.append(_frame(word))
        lines[-1]["ts"] = time
        time = round(time + 0.01, 3)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _frame(word: str) -> Data:
    type_, _, key = word[1:].partition(":")
    frame: Data = {"type": type_}
    if key and type_ == "knock":
        frame["payload"] = {"door": int(key)}
    elif key:
        frame["id"] = key
    text = type_ if type_ == "{" else json.dumps(frame)
    direction = "s2c" if word[0] == "<" else "c2s"
    return {"dir": direction, "opcode": "text", "text": text}


def check(data: bytes, protocol: AnyProtocol) -> list[Finding]:
    """All findings of a capture."""
    check = CaptureCheck("c.ndjson", Selection(), Statistics(), Sessions(), protocol=protocol)
    return list(check.findings_in(read_capture(io.BytesIO(data))))


def check_file(path: Path, protocol: AnyProtocol) -> list[Finding]:
    """All findings of a file."""
    return list(
        CaptureCheck(str(path), Selection(), Statistics(), Sessions(), protocol=protocol).findings()
    )
