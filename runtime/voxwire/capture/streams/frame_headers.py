"""Headers of WebSocket frames (RFC 6455, section 5.2), and whether some bytes begin with one."""

from __future__ import annotations

from typing import Final

CONTINUATION: Final = 0
TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8

OPCODES: Final = (CONTINUATION, TEXT, BINARY, CLOSE, 9, 10)
"""All kinds of frames that there are; the last two are ping and pong."""

FIN: Final = 0x80
RSV1: Final = 0x40
OPCODE: Final = 0x0F
MASKED: Final = 0x80
_RESERVED: Final = 0x70

_LONGEST_CONTROL: Final = 125
_LEAST_TO_TELL: Final = 16
"""Bytes of text in a frame whose end is not there, from which on they tell that it is one."""


def _is_first_byte(first: int) -> bool:
    """Whether a frame can begin so, RSV1 aside: control frames are whole, and nothing is reserved."""
    if first & _RESERVED & ~RSV1:
        return False
    opcode = first & OPCODE
    if opcode in (TEXT, BINARY):
        return True
    if first & RSV1:
        return False
    return opcode == CONTINUATION or (opcode in (8, 9, 10) and bool(first & FIN))


FIRST_BYTES: Final = frozenset(first for first in range(256) if _is_first_byte(first))
"""All that frames begin with when messages may be compressed."""
PLAIN_FIRST_BYTES: Final = frozenset(first for first in FIRST_BYTES if not first & RSV1)
"""The same when they are not."""


def unmasked(payload: bytes, key: bytes) -> bytes:
    """The payload of a client's frame (section 5.3)."""
    size = len(payload)
    mask = int.from_bytes((key * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(payload, "little") ^ mask).to_bytes(size, "little")


def begins_with_frames(
    data: bytes, first_bytes: frozenset[int], longest: int, *, is_masked: bool
) -> bool:
    """Whether `data` is certainly some frames of one side, so that reading may begin with it: the last one
    ends where it ends, or goes on after enough text."""
    at, end = 0, len(data)
    while at < end:
        if end - at < 2 or data[at] not in first_bytes:
            return False
        first, second = data[at], data[at + 1]
        if bool(second & MASKED) is not is_masked:
            return False
        length, start = second & 127, at + 2
        if length > _LONGEST_CONTROL:
            wide = 2 if length == 126 else 8
            length = int.from_bytes(data[start : start + wide], "big")
            start += wide
            least = 126 if wide == 2 else 1 << 16
            if start > end or not least <= length <= longest or first & OPCODE >= CLOSE:
                return False
        payload_at = start + 4 if is_masked else start
        at = payload_at + length
        payload = data[payload_at:at]
        if is_masked:
            payload = unmasked(payload, data[start:payload_at].ljust(4))
        if first & (RSV1 | OPCODE) == TEXT and not _is_text(
            payload, is_whole=first >= FIN and at <= end
        ):
            return False
        if at > end:
            return first & (RSV1 | OPCODE) == TEXT and len(payload) >= _LEAST_TO_TELL
    return end > 0


def _is_text(payload: bytes, *, is_whole: bool) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError as error:
        return not is_whole and error.end == len(payload) > error.start >= len(payload) - 3
    return True
