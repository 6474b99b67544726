"""What clients do after a close, as their own revision says."""

from __future__ import annotations

from voxspec.breaking.conversation.machine import Machine
from voxspec.model import CloseCode
from voxspec.model.session import Close


def recovery(client: Machine, then: Close) -> str:
    """What a client of this revision does after a close: after a code that its protocol does not list,
    as after a lost connection."""
    code = listed(client, then.number)
    if code is None:
        return "identify" if client.message_of("resume") is None else "resume"
    reason = next((one for one in code.reasons if one.reason == then.reason), None)
    return code.recovery if reason is None else reason.recovery


def recovers(client: Machine, then: Close, *, has_session: bool) -> str:
    """The same where there is a session to go on with, or none: who resumes logs in then."""
    does = recovery(client, then)
    return "identify" if does == "resume" and not has_session else does


def recovery_words(client: Machine, does: str, *, has_session: bool) -> str:
    """What a client does after a close, as far as its protocol has such a thing."""
    begins = "starts a new session" if has_session else "logs in again"
    if client.message_of("login") is None:
        begins = "connects again"
    return {"resume": "resumes", "identify": begins, "fatal": "gives up"}[does]


def listed(client: Machine, number: int) -> CloseCode | None:
    """The close code of this number, if a revision has it."""
    return next((code for code in client.protocol.close_codes if code.code == number), None)
