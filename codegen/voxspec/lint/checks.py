"""Which check finds what breaks which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from voxspec.lint import history, names, numbers, prose, shapes
from voxspec.lint.found import Found
from voxspec.lint.schema import Schema

Check = Callable[[Schema], Iterator[Found]]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "MESSAGE_LOWER_SNAKE": names.messages,
        "FIELD_LOWER_SNAKE": names.fields,
        "ENUM_VALUE_LOWER_SNAKE": names.enum_values,
        "FILE_LOWER_SNAKE": names.files,
        "BIG_INT_MARKED": numbers.big_integers,
        "ID_USES_ID_TYPE": numbers.ids,
        "TIME_HAS_UNIT": numbers.times,
        "S2C_OBJECTS_OPEN": shapes.open_records,
        "C2S_STRING_BOUNDED": shapes.bounded_texts,
        "SECRET_MARKED": shapes.secrets,
        "RESERVED_NOT_USED": history.reserved,
        "DEPRECATED_HAS_REPLACEMENT": history.deprecated,
        "DESCRIPTION_MESSAGE": prose.descriptions,
        "EXAMPLE_PRESENT": prose.examples,
        "SINCE_PRESENT": history.since,
        "NO_ANY_OBJECT": shapes.any_objects,
        "NO_UNION_TYPES": shapes.union_types,
        "NO_FLOAT": numbers.fractions,
    }
)

MENDS: Mapping[str, Check] = MappingProxyType({"SEQ_POLICY_STATED": history.unnumbered})
"""What puts right what breaks a rule that reading asks for: found here again, in the same words."""
