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


def exchanged(old: Protocol, new: Protocol) -> tuple[tuple[int, ...], ...]:
    """Numbers that codes have taken from each other, with all that they mean: each is one that another had."""
    before = {code.code: code for code in old.close_codes}
    after = {code.name: code for code in new.close_codes}
    to = {
        number: after[code.name].code
        for number, code in before.items()
        if code.name in after
        and after[code.name].code != number
        and after[code.name].description == code.description
        and _same(code, after[code.name])
    }
    found: list[tuple[int, ...]] = []
    for number in sorted(to):
        circle = [number]
        while (following := to.get(circle[-1], number)) not in circle:
            circle.append(following)
        is_whole = to.get(circle[-1]) == number
        if is_whole and not any(number in one for one in found):
            found.append(tuple(circle))
    return tuple(found)


def alike(old: Protocol, new: Protocol) -> dict[int, int]:
    """By the old number of a code, the new one, where clients do the same after either."""
    moved = {number: code.code for number, code in renumbered(old, new).items()}
    codes = {code.code: code for code in (*new.close_codes, *old.close_codes)}
    for circle in exchanged(old, new):
        if all(_same(codes[circle[0]], codes[number]) for number in circle[1:]):
            moved |= dict(zip(circle, (*circle[1:], circle[0]), strict=True))
    return moved


def _same(old: CloseCode, new: CloseCode) -> bool:
    reasons = [{one.reason: (one.recovery, one.delay) for one in c.reasons} for c in (old, new)]
    return (old.recovery, old.delay) == (new.recovery, new.delay) and reasons[0] == reasons[1]
