"""Close codes that are what they were, under another number."""

from __future__ import annotations

from voxspec.model import CloseCode, Protocol


def renumbered(old: Protocol, new: Protocol) -> dict[int, CloseCode]:
    """By the old number, the new code of the same name after which clients do the same.

    Neither number is a code of the other revision.
    """
    before = {code.code: code for code in old.close_codes}
    after = {code.name: code for code in new.close_codes if code.code not in before}
    numbers = {code.code for code in new.close_codes}
    return {
        number: after[code.name]
        for number, code in before.items()
        if number not in numbers and code.name in after and _same(code, after[code.name])
    }


def _same(old: CloseCode, new: CloseCode) -> bool:
    reasons = [{one.reason: (one.recovery, one.delay) for one in c.reasons} for c in (old, new)]
    return (old.recovery, old.delay) == (new.recovery, new.delay) and reasons[0] == reasons[1]
