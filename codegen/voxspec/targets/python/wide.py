"""The classes of the modules ``_wide``: those that take integers above 63 bits, see :mod:`.widths`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.model import Direction, Enum, Flags, Message, Protocol, Record
from voxspec.model.circles import ordered
from voxspec.targets.python.classes import FieldView, field_view, record_view
from voxspec.targets.python.enums import enum_names
from voxspec.targets.python.frames import (
    flat_view,
    frame_view,
    numbered,
    payload_view,
)
from voxspec.targets.python.types import Spelling, wide_name
from voxspec.targets.python.widths import Widths


@dataclass(frozen=True, slots=True)
class WideView:
    """A class of which some fields are not those of the ``usual`` one; its objects become objects of
    that as soon as the ``checks`` have passed."""

    name: str
    usual: str
    fields: tuple[FieldView, ...]
    checks: tuple[str, ...]


def has_wide(protocol: Protocol, widths: Widths, direction: Direction) -> bool:
    """Whether frames of a side may hold such integers."""
    return any(map(widths.has_wide_frame, protocol.messages(direction)))


def wide_types(protocol: Protocol, widths: Widths) -> dict[str, object] | None:
    """The module of shared records; None when there are none."""
    spelling = Spelling(protocol, widths, wide=True)
    views = [
        _record(record, spelling)
        for record in ordered(protocol.types)
        if isinstance(record, Record) and widths.is_wide(record)
    ]
    return _module(protocol, spelling, views) if views else None


def wide_frames(protocol: Protocol, widths: Widths, direction: Direction) -> dict[str, object]:
    """The module of the payloads and frames of a side."""
    spelling = Spelling(protocol, widths, wide=True)
    views = [
        view
        for message in protocol.messages(direction)
        if widths.has_wide_frame(message)
        for view in _message(message, spelling)
    ]
    own = {name for m in protocol.messages(direction) for name in (m.python_name, m.frame_name)}
    return _module(protocol, spelling, views, own)


def _module(
    protocol: Protocol, spelling: Spelling, views: list[WideView], beside: set[str] | None = None
) -> dict[str, object]:
    """What a module says: ``usual`` and ``wide`` are names from others, ``beside`` those of the side."""
    here = {view.name for view in views}
    code = " ".join(
        text for view in views for text in (*view.checks, *(f.annotation for f in view.fields))
    )
    named = {*re.findall(r"\w+", code), *(view.usual for view in views)}
    usual = named & (beside or set())
    records = {d.python_name for d in protocol.types if not isinstance(d, Enum | Flags)}
    others = ((named & records) | spelling.names) - usual - {"JsonValue"}
    wide = {wide_name(protocol, name) for name in records} & named
    return {
        "views": views,
        "beside": sorted(usual),
        "enums": sorted(named & enum_names(protocol)),
        "types": sorted(others - enum_names(protocol) - here),
        "wide": sorted(wide - here),
    }


def _message(message: Message, spelling: Spelling) -> Iterator[WideView]:
    protocol, widths = spelling.protocol, spelling.widths
    envelope = protocol.envelope
    keys = [*message.keys, *numbered(message, envelope)]
    fields = [field_view(field, spelling) for field in keys if widths.is_wide(field.use.type)]
    if envelope.is_flat:
        if isinstance(message.payload, Record):
            fields += _fields(message.payload, spelling)
        yield WideView(
            wide_name(protocol, message.python_name),
            message.python_name,
            _undocumented(fields),
            flat_view(message, envelope, spelling, doc="").checks,
        )
        return
    payload = message.payload
    if payload is not None and envelope.payload is not None and widths.is_wide(payload):
        name = wide_name(protocol, message.python_name)
        if isinstance(payload, Record):
            yield _record(payload, spelling)
        else:
            name = spelling.type(payload)
        fields.append(payload_view(message, envelope.payload, name))
    checks = frame_view(message, envelope, spelling, doc="").checks
    name = wide_name(protocol, message.frame_name)
    yield WideView(name, message.frame_name, _undocumented(fields), checks)


def _record(record: Record, spelling: Spelling) -> WideView:
    checks = record_view(record, spelling, doc="").checks
    name = wide_name(spelling.protocol, record.python_name)
    return WideView(name, record.python_name, _undocumented(_fields(record, spelling)), checks)


def _fields(record: Record, spelling: Spelling) -> list[FieldView]:
    return [
        field_view(field, spelling)
        for field in record.fields
        if spelling.widths.is_wide(field.use.type)
    ]


def _undocumented(fields: list[FieldView]) -> tuple[FieldView, ...]:
    return tuple(
        FieldView(field.attribute, field.annotation, field.default, "") for field in fields
    )
