"""What a live client logs, under ``voxwire.live.client``: its news, in sentences without secrets."""

from __future__ import annotations

import logging
from math import isfinite
from typing import TYPE_CHECKING, Final

from voxwire.errors import summarized
from voxwire.live.client.events import Disconnected
from voxwire.masking import mask_secrets
from voxwire.session import (
    FrameInvalid,
    FrameRepeated,
    HelloReceived,
    SessionResumed,
    SessionStarted,
)
from voxwire.session.messages import type_of, value_of
from voxwire.session.sequence import Gap, WrongStart

if TYPE_CHECKING:
    from voxwire.live.client.events import News
    from voxwire.protocol import AnyProtocol

_LOGGER: Final = logging.getLogger("voxwire.live.client")
_LOGGER.addHandler(logging.NullHandler())  # nothing is printed unless the program sets logging up


def log_news(news: News, protocol: AnyProtocol) -> None:
    """Log what a program may want to know later. Answers to heartbeats are not."""
    sentence = in_words(news, protocol)
    if sentence:
        is_fault = isinstance(news, Gap | WrongStart | FrameRepeated | FrameInvalid)
        _LOGGER.log(logging.WARNING if is_fault else logging.INFO, "%s", sentence)


def in_words(news: News, protocol: AnyProtocol) -> str:
    """News in a sentence; an empty text for what is not worth one."""
    match news:
        case HelloReceived(heartbeat_interval=seconds):
            return (
                f"connected; heartbeats every {seconds:g} s" if isfinite(seconds) else "connected"
            )
        case SessionStarted(ready=ready, lost=lost):
            how = "; the session before could not be resumed, and messages are missing"
            return mask_secrets(f"session started{_whose(ready, protocol)}{how if lost else ''}")
        case SessionResumed(replayed=count, away=away):
            late = f"session resumed; {_messages(count)} came late"
            if away is None:
                return late
            return f"{late}, and what happened in the {away:.1f} s without a connection never comes"
        case Gap(first_missing=first, last_missing=last):
            return f"{_messages(last - first + 1)} missing: seq {first} to {last}"
        case WrongStart(seq=seq):
            return f"the session began with seq {seq} instead of {protocol.envelope.first_seq}"
        case FrameRepeated(frame=frame, finding=finding):
            return mask_secrets(f"a {type_of(frame, protocol)} came again with seq {finding.seq}")
        case FrameInvalid(problems=problems, type=name):
            return mask_secrets(f"a {name or 'message'} is not valid: {summarized(problems)}")
        case Disconnected(code=code, reason=reason, description=what, delay=delay):
            close = f"{code} {reason}".rstrip()
            what = what.rstrip(".")
            return f"disconnected ({close}): {what}; connecting again in {delay:.1f} s"
    return ""


def _whose(ready: object, protocol: AnyProtocol) -> str:
    """Where and as whom a session began, as far as the server said it."""
    role = protocol.session.roles.established
    if role is None:
        return ""
    fields = (" on {}", role.server_name), (" as {}", role.user_name), (" (user {})", role.user)
    said = ((words, value_of(ready, field)) for words, field in fields)
    return "".join(words.format(value) for words, value in said if value is not None)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
