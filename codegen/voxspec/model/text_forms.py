"""Kinds of text that have a name: what exactly they are, as patterns, and what messages call them."""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model.types import TextForm

_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = (
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
_TIME = "(?:[01][0-9]|2[0-3]):(?:[0-5][0-9]:[0-5][0-9]|59:60)(?:\\.[0-9]+)?"
_OFFSET = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"


@dataclass(frozen=True, slots=True)
class Form:
    """``pattern`` holds for the whole text; ``near`` are texts that almost have the form."""

    pattern: str
    said: str
    near: tuple[str, ...]


FORMS: dict[TextForm, Form] = {
    # RFC 3339, section 5.6: with leap years, and a second 60 only at the end of an hour.
    "date-time": Form(
        f"^{_DATE}[Tt]{_TIME}{_OFFSET}$",
        "a date and time of RFC 3339, such as 2026-01-31T12:00:00Z",
        (
            "2026-01-31",
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00",
            "2026-02-29T12:00:00Z",
            "1900-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00Z\n",
        ),
    ),
    # RFC 4648, section 4. Bits of the last character that no byte uses may be anything, as section 3.5
    # leaves to readers: the standard library's strict reading, msgspec and most others pass over them.
    "base64": Form(
        "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        "base64 with its padding",
        ("QUI", "QUI=\n", "QQ=", "Q===", "QU-_", "QUJD=", "QQ==QQ==", "QU JD"),
    ),
}
