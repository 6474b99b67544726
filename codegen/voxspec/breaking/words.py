"""Numbers, amounts and values, as changes say them."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Final

from voxspec.model import JsonValue

SECONDS: Final = {
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
}
"""By units of time, how many seconds each is, exactly."""


def json_text(value: JsonValue) -> str:
    """A value as one line of JSON, in letters where they can be shown."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else json.dumps(value, separators=(",", ":"))


def digits(value: float) -> str:
    """A number with all its digits, and none that says nothing: "2" and "0.5"."""
    return str(int(value) if value == int(value) else value)


def amount(value: float, unit: str) -> str:
    """Such as "5 heartbeats", "1 heartbeat" and "30 s"."""
    is_counted = len(unit) > 2 and unit.endswith("s")
    return f"{digits(value)} {unit[:-1] if value == 1 and is_counted else unit}"
