"""A small protocol with a conversation that has every part, written from data."""

from __future__ import annotations

import copy
from typing import Any

from tests.voxspec.mini import BASE, UINT, Data, area, field, message

_TEXT: Data = {"type": "string"}


def _said(properties: Data, example: Data, **more: Any) -> Data:
    return message(properties, example, seq="never", **more)


def _close(code: int) -> Data:
    return {"close": code}


def _number(value: float, unit: str, **more: Any) -> Data:
    return {"value": value, "unit": unit, **more}


SESSION: Data = {
    "description": "All of it.",
    "roles": {
        "greeting": {
            "message": "server/hello",
            "heartbeat_interval": {"field": "every", "unit": "ms"},
        },
        "login": {
            "message": "client/login",
            "token": "key",
            "version": {"field": "version", "when_absent": 1},
            "capabilities": "can",
        },
        "resume": {
            "message": "client/back",
            "token": "key",
            "session": "session",
            "last_seq": "last",
        },
        "established": {"message": "server/welcome", "session": "session", "user": "user"},
        "resumed": {"message": "server/again", "last_seq": "last"},
        "heartbeat": {"message": "client/beat"},
        "heartbeat_answer": {"message": "server/heard"},
        "complaint": {"message": "server/no"},
    },
    "states": {
        "fresh": {
            "description": "fresh",
            "timers": ["hurry"],
            "server": {"greeting": "greeted"},
        },
        "greeted": {
            "description": "greeted",
            "timers": ["hurry"],
            "client": {"login": "asked", "resume": "returning"},
            "server": {"complaint": "stays"},
            "client_otherwise": {"any": _close(4001)},
            "rules": [
                {
                    "id": "first",
                    "title": "{login} first",
                    "text": "Within {timers.hurry}, or {timers.hurry.then} {timers.hurry.then.name}.",
                    "note": "The guide has {greeting}.",
                }
            ],
        },
        "asked": {
            "description": "asked",
            "client": {"heartbeat": "stays"},
            "server": {"established": "on", "heartbeat_answer": "stays"},
        },
        "returning": {
            "description": "returning",
            "server": {"resumed": "on", "sequenced": "stays"},
        },
        "on": {
            "description": "on",
            "client": {"heartbeat": "stays", "any": "stays"},
            "server": {"sequenced": "stays", "heartbeat_answer": "stays", "complaint": "stays"},
            "client_otherwise": {"login": _close(4002), "resume": "ignored"},
        },
    },
    "timers": {
        "hurry": _number(30, "s", waits_for="server", then=_close(4001)),
    },
    "heartbeat": {
        "interval": {"from": "greeting", "default": _number(45, "s")},
        "missed_answers": _number(2, "heartbeats", then=_close(4001)),
        "silence": _number(1.5, "intervals", then=_close(4001)),
    },
    "sequence": {"rules": [{"id": "numbers", "title": "Numbers", "text": "They rise."}]},
    "resume": {
        "lifetime": _number(5, "min"),
        "buffer": _number(100, "messages", limit="kept", description="What is kept."),
        "reach": _number(99, "messages"),
        "too_old": _close(4002),
        "gone": _close(4002),
        "unnamed": _close(4002),
        "other_user": _close(4002),
        "taken_over": _close(4002),
        "buffered_while_away": True,
        "attempts_without_progress": _number(3, "resumes"),
    },
    "rates": {
        "asks": {
            "counts": "client/ask",
            "by": ["id"],
            "count": _number(5, "messages", limit="pace", description="How many."),
            "window": _number(1, "min"),
            "then": "ignored",
            "enforced": True,
        }
    },
    "refusals": {
        "token": _close(4002),
        "version": _close(4002),
        "malformed": _close(4001),
        "full": _close(4001),
        "failures": {
            "count": _number(10, "failures"),
            "window": _number(1, "h"),
            "by": "address",
            "then": {"close": 4001, "reason": "SLOWER"},
        },
        "sessions": {"count": _number(5, "sessions"), "by": "user", "then": _close(4001)},
    },
    "backoff": {
        "initial": _number(500, "ms"),
        "maximum": _number(1, "min"),
        "factor": 1.5,
        "spread": 0.25,
    },
    "mistakes": {"of_client": {"not_json": _close(4001), "unknown_type_published": _close(4002)}},
    "compression": {
        "parameter": "pack",
        "server": {"yes": "zstd"},
        "client": "none",
        "description": "Packed.",
    },
    "tokens": [{"shown": "anchor_", "masked": "[a-z]{4,}", "description": "A key."}],
}

FILES: Data = copy.deepcopy(BASE)
FILES["protocol.yaml"]["endpoint"] = {
    "url": "wss://host/",
    "description": "There.",
    "parameters": {
        "pack": {
            "required": False,
            "values": ["yes"],
            "description": "Packing.",
            "when_absent": "None.",
        }
    },
}
FILES["close_codes.yaml"] = {
    "description": "Codes.",
    "close_codes": {
        "1006": {"name": "LOST", "recovery": "resume", "description": "Lost."},
        "4001": {"name": "BAD", "recovery": "fatal", "description": "Bad."},
        "4002": {"name": "WORSE", "recovery": "identify", "description": "Worse."},
    },
}
FILES["client/talk.yaml"] = area(
    "talk",
    login=_said(
        {
            "key": field(),
            "version": {**UINT, "default": 1, "description": "V."},
            "can": {"type": "array", "items": _TEXT, "description": "C."},
        },
        {"key": "k"},
    ),
    back=_said(
        {"key": field(), "session": field(), "last": field(UINT)},
        {"key": "k", "session": "s", "last": 3},
    ),
    beat=_said({}, {}),
)
FILES["server/talk.yaml"] = area(
    "talk",
    hello=_said({"every": field(UINT), "lamp": field({**UINT, "x-unit": "pixels"})}, {"every": 1}),
    welcome=message({"session": field(), "user": field(UINT)}, {"session": "s", "user": 7}),
    again=_said({"last": field(UINT)}, {"last": 3}),
    heard={**_said({}, {}), "payload": False, "examples": [{"summary": "Bare"}]},
    no=_said({"why": field()}, {"why": "no"}),
    news=message({"text": field()}, {"text": "n"}),
)
FILES["session.yaml"] = SESSION


def changed(*changes: tuple[str, Any], **files: Data) -> Data:
    """The protocol with values at dotted paths of session.yaml replaced; None deletes.

    ``files``: areas in place of others, by name, such as ``server_talk``.
    """
    result = copy.deepcopy(FILES)
    for path, value in changes:
        *parents, last = path.split(".")
        at: Any = result["session.yaml"]
        for step in parents:
            at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
        if value is None:
            del at[last]
        else:
            at[last] = value
    for name, content in files.items():
        result[f"{name.replace('_', '/', 1)}.yaml"] = content
    return result
