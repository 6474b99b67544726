"""Is a text small, shallow and UTF-8? Cheap answers for the many, exact ones for the few."""

import re
from itertools import accumulate
from typing import Final

from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE

SHALLOW_LENGTH: Final = 2 * MAX_DEPTH
"""A shorter text cannot nest too deeply: each level takes a bracket to open and one to close."""

SURELY_SMALL: Final = MAX_FRAME_SIZE // 4
"""Characters of a text that is within the limit even when each of them takes four bytes."""

_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BRACKET: Final = re.compile(r"[][{}]")
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def exceeds_size(data: bytes | str) -> bool:
    """Whether `data` has more bytes than the limit; of text, the bytes of its UTF-8 form count."""
    if isinstance(data, str) and SURELY_SMALL < len(data) <= MAX_FRAME_SIZE:
        return len(data.encode("utf-8", "surrogatepass")) > MAX_FRAME_SIZE
    return len(data) > MAX_FRAME_SIZE


def exceeds_depth(data: bytes | str) -> bool:
    """Whether arrays and objects in `data` nest deeper than the limit.

    Brackets in strings do not count; those behind a syntax error may.
    """
    if len(data) < SHALLOW_LENGTH:
        return False
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    # Taking out a few brackets needs a third of the time that counting them does: 0.3 of parsing the
    # frames of a server each of which has an embed of any JSON.
    most = MAX_DEPTH + 1
    without = raw.replace(b"{", b"", most).replace(b"[", b"", most)
    if len(raw) - len(without) <= MAX_DEPTH:
        return False
    text = data if isinstance(data, str) else str(data, "utf-8", "replace")
    brackets = _BRACKET.findall(_STRING.sub("", text))
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MAX_DEPTH
