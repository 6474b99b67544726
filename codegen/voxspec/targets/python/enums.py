"""Views of the classes of enums and flags."""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model import Enum, Flags, Protocol
from voxspec.output.render import constant_literal
from voxspec.targets.python.docstrings import with_note


@dataclass(frozen=True, slots=True)
class EnumView:
    """One class of named values: ``members`` are names with the code of their value and a doc."""

    name: str
    bases: str
    doc: str
    members: tuple[tuple[str, str, str], ...]


def enum_view(definition: Enum | Flags) -> EnumView:
    """The class of an enum or of flags."""
    doc = definition.description
    base = open_base(definition)
    if isinstance(definition, Flags):
        doc += "\n\nReaders keep bits that have no name here."
        bases = f"{base}, most={definition.integer.maximum:#x}"
        members = [(f.member, f"1 << {f.bit}", f.description) for f in definition.flags]
    else:
        members = [
            (value.member, constant_literal(value.value), value.description)
            for value in definition.values
        ]
        bases = base or ("enum.StrEnum" if definition.integer is None else "enum.IntEnum")
        if definition.open:
            doc += "\n\nOpen: readers keep other values."
        if definition.open and definition.integer is not None:
            low, high = definition.integer.minimum, definition.integer.maximum
            bases += f", least={low}, most={high}"
    return EnumView(definition.python_name, bases, with_note(doc, definition.note), tuple(members))


def open_base(definition: Enum | Flags) -> str:
    """The class that keeps values which are not listed; "" when the enum is closed."""
    if isinstance(definition, Flags):
        return "OpenFlags"
    if not definition.open:
        return ""
    return "OpenStrEnum" if definition.integer is None else "OpenIntEnum"


def enum_names(protocol: Protocol) -> set[str]:
    """The Python names of all of them."""
    return {d.python_name for d in protocol.types if isinstance(d, Enum | Flags)}
