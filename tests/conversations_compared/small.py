"""A small protocol with all that a conversation can have, as data that tests change."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.voxspec.mini import UINT, Data, area, field, schema, write
from voxspec.breaking.revision import Revision
from voxspec.pipeline import load_with_sources

_NUMBERS = itertools.count()

SESSION: Data = {
    "description": "A client is welcomed, joins, and then both talk.",
    "roles": {
        "greeting": {
            "message": "server/welcome",
            "heartbeat_interval": {"field": "every", "unit": "ms"},
        },
        "login": {
            "message": "client/join",
            "token": "token",
            "version": {"field": "version", "when_absent": 1},
        },
        "resume": {
            "message": "client/rejoin",
            "token": "token",
            "session": "session",
            "last_seq": "last",
        },
        "established": {"message": "server/joined", "session": "session"},
        "resumed": {"message": "server/rejoined", "last_seq": "last"},
        "heartbeat": {"message": "client/ping"},
        "heartbeat_answer": {"message": "server/pong"},
        "complaint": {"message": "server/refused"},
    },
    "states": {
        "connected": {
            "description": "the server is to greet",
            "timers": ["answer"],
            "server": {"greeting": "greeted"},
        },
        "greeted": {
            "description": "the client is to join",
            "timers": ["first_message"],
            "client": {"login": "joining", "resume": "rejoining"},
            "server": {"complaint": "stays"},
            "client_otherwise": {"any": {"close": 4003}},
        },
        "joining": {
            "description": "the server decides",
            "timers": ["answer"],
            "client": {"heartbeat": "stays"},
            "server": {"established": "talking", "heartbeat_answer": "stays", "complaint": "stays"},
            "client_otherwise": {
                "login": {"close": 4005},
                "resume": "ignored",
                "any": {"close": 4003},
            },
        },
        "rejoining": {
            "description": "the server replays",
            "timers": ["answer"],
            "client": {"heartbeat": "stays"},
            "server": {
                "resumed": "talking",
                "sequenced": "stays",
                "heartbeat_answer": "stays",
                "complaint": "stays",
            },
            "client_otherwise": {
                "login": {"close": 4005},
                "resume": "ignored",
                "any": {"close": 4003},
            },
        },
        "talking": {
            "description": "both talk",
            "client": {"heartbeat": "stays", "any": "stays"},
            "server": {"sequenced": "stays", "heartbeat_answer": "stays", "complaint": "stays"},
            "client_otherwise": {"login": {"close": 4005}, "resume": "ignored"},
        },
    },
    "timers": {
        "first_message": {
            "value": 30,
            "unit": "s",
            "waits_for": "client",
            "then": {"close": 4003},
        },
        "answer": {
            "value": 40,
            "unit": "s",
            "waits_for": "server",
            "restarts": True,
            "then": {"close": 4000},
        },
    },
    "heartbeat": {
        "interval": {"from": "greeting", "default": {"value": 60000, "unit": "ms"}},
        "first": "jittered",
        "missed_answers": {"value": 2, "unit": "heartbeats", "then": {"close": 4000}},
        "silence": {"value": 2, "unit": "intervals", "then": {"close": 4007}},
    },
    "resume": {
        "lifetime": {"value": 300, "unit": "s"},
        "buffer": {"value": 10, "unit": "messages"},
        "reach": {"value": 9, "unit": "messages"},
        "too_old": {"close": 4010},
        "gone": {"close": 4009},
        "unnamed": {"close": 4004},
        "other_user": {"close": 4004},
        "taken_over": {"close": 4009},
        "buffered_while_away": False,
        "attempts_without_progress": {"value": 3, "unit": "resumes"},
    },
    "rates": {
        "all": {
            "counts": "client/any",
            "count": {"value": 20, "unit": "messages"},
            "window": {"value": 10, "unit": "s"},
            "then": {"close": 4006},
            "enforced": True,
        },
        "looks": {
            "counts": "client/look",
            "by": ["place"],
            "count": {"value": 2, "unit": "messages"},
            "window": {"value": 5, "unit": "s"},
            "then": "ignored",
            "enforced": True,
        },
    },
    "refusals": {
        "token": {"close": 4004},
        "malformed": {"close": 4000},
        "sessions": {
            "count": {"value": 5, "unit": "sessions"},
            "by": "address",
            "then": {"close": 4006},
        },
    },
    "backoff": {
        "initial": {"value": 1, "unit": "s"},
        "maximum": {"value": 60, "unit": "s"},
        "factor": 2,
        "spread": 0.5,
    },
    "mistakes": {
        "of_client": {
            "not_json": {"close": 4000},
            "not_object": {"close": 4000},
            "payload_not_object": {"close": 4000},
            "binary": {"close": 4000},
            "unknown_type": "ignored",
            "invalid": "ignored",
            "out_of_place": {"close": 4003},
        },
        "of_server": {
            "not_json": {"close": 4000},
            "not_object": {"close": 4000},
            "payload_not_object": {"close": 4000},
            "binary": {"close": 4000},
            "unknown_type": "ignored",
            "invalid": "ignored",
            "out_of_place": {"close": 4001},
        },
    },
    "tokens": [{"shown": "tok_", "masked": "[a-z]+", "description": "A token."}],
}

_CODES = {
    4000: "identify",
    4001: "identify",
    4003: "identify",
    4004: "fatal",
    4005: "identify",
    4006: "identify",
    4007: "resume",
    4009: "identify",
    4010: "identify",
}

_SESSION = {"type": "string", "minLength": 1}


def files() -> Data:
    """The schema files."""
    made = schema()
    made["client/main.yaml"] = area(
        "main",
        join=message({"token": field(), "version": field(UINT)}, {"token": "tok_abc"}),
        rejoin=message(
            {
                "token": field(),
                "session": field(_SESSION),
                "last": field(UINT),
                "alias": field(_SESSION),
            },
            {"token": "tok_abc", "session": "s1", "last": 1},
        ),
        ping=message({}, {}),
        say=message({"text": field()}, {"text": "hello"}),
        look=message({"place": field(UINT)}, {"place": 1}),
        wave=message({}, {}),
    )
    made["server/main.yaml"] = area(
        "main",
        welcome=message({"every": field(UINT)}, {"every": 60000}, all_=False),
        joined=message({"session": field(_SESSION)}, {"session": "s1"}, seq="required"),
        rejoined=message({"last": field(UINT)}, {"last": 1}),
        pong=message({}, {}),
        refused=message({"why": field()}, {"why": "no"}),
        said=message({"text": field()}, {"text": "hi"}, seq="required"),
        left=message({"who": field(UINT)}, {"who": 7}, seq="required"),
        notice=message({"text": field()}, {"text": "hear"}, seq="required"),
    )
    made["close_codes.yaml"] = {
        "description": "Codes.",
        "close_codes": {
            str(code): {"name": f"CODE_{code}", "recovery": recovery, "description": "C."}
            for code, recovery in _CODES.items()
        },
    }
    made["protocol.yaml"]["endpoint"] = {
        "url": "wss://host/",
        "description": "E.",
        "parameters": {
            "compress": {
                "required": False,
                "values": ["zstd"],
                "description": "C.",
                "when_absent": "None.",
            }
        },
    }
    made["session.yaml"] = copy.deepcopy(SESSION)
    return made


def message(properties: Data, example: Data, seq: str = "never", *, all_: bool = True) -> Data:
    required = {"required": [*example]} if example and all_ else {}
    return {
        "summary": "A thing",
        "description": "A thing.",
        "seq": seq,
        "payload": {"type": "object", **required, "properties": properties},
        "examples": [{"summary": "One", "payload": example}],
    }


def revision(folder: Path, name: str, made: Data) -> Revision:
    """A revision of these files; SchemaError where they are wrong."""
    where = folder / f"{name}{next(_NUMBERS)}"
    protocol, sources = load_with_sources(write(made, where))
    return Revision(name, protocol, sources)


def changed(change: Callable[[Any], object]) -> Data:
    """The files with a change of the session, which gets its data."""
    made = files()
    change(made["session.yaml"])
    return made
