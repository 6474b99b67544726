"""On what occasion a connection is closed, in words, by where session.yaml says it."""

from __future__ import annotations

from typing import Final

Path = tuple[str, ...]

REFUSED: Final = {
    "subprotocol": "a client that does not offer the subprotocol",
    "login": "a login for a reason of its own",
    "token": "a login with a token that it does not take",
    "version": "a version that it does not speak",
    "malformed": "a login with a value of a wrong type",
    "full": "a login while it is full",
    "internal": "a client when its own code fails",
}
"""What a server refuses for each of its refusals."""

_RESUMES: Final = {
    "too_old": "for a resume that misses too much",
    "gone": "for a resume of a session that is gone",
    "unnamed": "for a resume that names no session or no token",
    "other_user": "for a resume with the token of another user",
    "taken_over": "when another connection resumes the session",
}


def occasion(path: Path) -> str:
    """Words that follow "closes": ``when the time "answer" is over``."""
    match path:
        case ("timers", name, _):
            return f'when the time "{name}" is over'
        case (_, "missed_answers", _):
            return "when its heartbeats stay without an answer"
        case (_, "silence", _):
            return "when no heartbeat comes"
        case ("resume", name):
            return _RESUMES[name]
        case ("refusals", name):
            return f"for {REFUSED[name]}"
        case ("refusals", name, _):
            return f"when the quota of {name} is used up"
        case ("rates", name, _):
            return f'for more than the rate "{name}" lets through'
        case ("streams", name, _):
            return f'for a stream "{name}" under a key that is in use'
    raise AssertionError(path)
