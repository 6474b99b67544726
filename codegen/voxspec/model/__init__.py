"""The model of a protocol: what the schema files say, resolved, immutable, free of YAML.

Built once by :mod:`voxspec.pipeline` and read by every target. Nothing in here is about a target
language, except the Python names that :mod:`voxspec.model.naming` decided once for all targets.

Shapes: a :data:`Type` says what a JSON value may be; a :class:`Use` is a type at a place (may it
be null, is it secret, what is its unit); a :class:`Field` is a use under a key.
"""

from voxspec.model.definitions import (
    Enum,
    EnumValue,
    Field,
    NamedDefinition,
    OneOf,
    PublishedName,
    Record,
    RequiredWhen,
    Scalar,
    Union,
)
from voxspec.model.gateway import (
    CloseCode,
    CloseReason,
    Endpoint,
    Envelope,
    EnvelopeKey,
    FurtherKey,
    Limit,
    Page,
    Parameter,
    Permission,
    Sequence,
)
from voxspec.model.messages import (
    Area,
    Example,
    Message,
)
from voxspec.model.protocol import (
    Protocol,
)
from voxspec.model.session import Session, SessionRule
from voxspec.model.types import (
    INT_BOUNDS,
    JSON_FORMS,
    AnyObjectType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Direction,
    IntegerType,
    IntFormat,
    JsonForm,
    JsonValue,
    MapType,
    NamedType,
    NumberType,
    Presence,
    Relay,
    SeqPolicy,
    Side,
    StringType,
    Type,
    Use,
)

__all__ = [
    "INT_BOUNDS",
    "JSON_FORMS",
    "AnyObjectType",
    "Area",
    "ArrayType",
    "BooleanType",
    "ChoiceType",
    "CloseCode",
    "CloseReason",
    "ConstType",
    "Direction",
    "Endpoint",
    "Enum",
    "EnumValue",
    "Envelope",
    "EnvelopeKey",
    "Example",
    "Field",
    "FurtherKey",
    "IntFormat",
    "IntegerType",
    "JsonForm",
    "JsonValue",
    "Limit",
    "MapType",
    "Message",
    "NamedDefinition",
    "NamedType",
    "NumberType",
    "OneOf",
    "Page",
    "Parameter",
    "Permission",
    "Presence",
    "Protocol",
    "PublishedName",
    "Record",
    "Relay",
    "RequiredWhen",
    "Scalar",
    "SeqPolicy",
    "Sequence",
    "Session",
    "SessionRule",
    "Side",
    "StringType",
    "Type",
    "Union",
    "Use",
]
