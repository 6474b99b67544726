"""What there is to say of frames that are beyond doubt but for keys that nobody knows.

A newer server may put a new key into every frame. The exact way takes 50 µs for each, and says the same of
all that are laid out alike: a key that is not known is noted by its name, whatever its value is, and the
hint looks at no more than the names of the other keys. So it is asked once for each layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.rules.open_values import UNKNOWN_FIELD
from voxwire.wire.bounds import exceeds_depth
from voxwire.wire.codec import TYPED_DECODER_ERRORS
from voxwire.wire.explain import explain
from voxwire.wire.strict_json import pointer_step, string_count

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, Problem

_MOST_LAYOUTS: Final = 1000
"""Layouts that are remembered: a peer may make up any number."""

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode


class UnknownKeys:
    """Knows what the exact way says of unknown keys in frames of the server of one protocol, on the top
    level of a frame and of its payload."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._protocol: Final = protocol
        self._payload: Final = protocol.envelope.payload_attribute
        self._payload_key: Final = protocol.envelope.payload_key
        self._layouts: Final[dict[tuple[Any, ...], tuple[Problem, ...]]] = {}
        self._known: Final[dict[type, frozenset[str]]] = {}

    def problems(self, frame: msgspec.Struct, data: bytes, encoded: bytes) -> tuple[Problem, ...]:
        """All that the exact way says of `data`; nothing where it has to be asked.

        `frame` is what its twin made of it, and `encoded` is that as JSON. Without the keys that are not
        known, the two must be the same JSON, and `data` must be JSON in which no key is repeated.
        """
        if exceeds_depth(data):
            return ()
        try:
            value = _decode(data)
            if not _is_same(_encode(value), data):
                return ()
            unknown, layout = self._taken_out(frame, value)
            if not unknown or not _is_same(_encode(value), encoded):
                return ()
        except TYPED_DECODER_ERRORS:
            return ()
        problems = self._layouts.get(layout)
        if problems is None and len(self._layouts) < _MOST_LAYOUTS:
            problems = self._layouts[layout] = self._asked(data, unknown)
        return problems or ()

    def _taken_out(
        self, frame: msgspec.Struct, value: dict[str, Any]
    ) -> tuple[list[str], tuple[Any, ...]]:
        """Take the keys that are not known out of a value; their pointers, and how it was laid out."""
        layout: list[Any] = [type(frame), *value]
        pointers: list[str] = []
        payload = None if self._payload is None else getattr(frame, self._payload, None)
        if isinstance(payload, msgspec.Struct):
            holder = value[self._payload_key]  # type: ignore[index]  # there is one if there is a payload
            layout += [type(payload), *holder]
            at = pointer_step(self._payload_key)  # type: ignore[arg-type]
            pointers += [at + pointer_step(key) for key in self._take_out(payload, holder)]
        pointers += map(pointer_step, self._take_out(frame, value))
        return pointers, tuple(layout)

    def _take_out(self, record: msgspec.Struct, holder: dict[str, Any]) -> list[str]:
        kind = type(record)
        known = self._known.get(kind)
        if known is None:
            tag = kind.__struct_config__.tag_field
            tags = () if tag is None else (tag,)
            known = self._known[kind] = frozenset((*kind.__struct_encode_fields__, *tags))
        unknown = [key for key in holder if key not in known]
        for key in unknown:
            del holder[key]
        return unknown

    def _asked(self, data: bytes, pointers: list[str]) -> tuple[Problem, ...]:
        """What the exact way says, if it is that these keys are not known; else nothing."""
        problems = explain(data, "server", self._protocol).problems
        found = [(problem.rule, problem.pointer) for problem in problems]
        return problems if found == [(UNKNOWN_FIELD.id, at) for at in pointers] else ()


def _is_same(data: bytes, other: bytes) -> bool:
    """Whether two JSON texts of one value are the same, so that none of its keys was dropped."""
    return data == other or string_count(data) == string_count(other)
