"""Names for generated code, all decided here: one name for one thing in every target.

What schema files name must not shadow what a generated module needs for itself. The tables of taken
names below say what that is, by the kind of name; a test reads the generated modules and holds the
tables to them. A taken name gets an underscore at its end, as a keyword does.
"""

from __future__ import annotations

import keyword
import re

_ATTRIBUTES = frozenset(
    "classmethod cls extra str int isinstance bool float tuple dict list object msgspec dataclasses "
    "types enums property".split()
)
"""What the body of a generated class needs for itself."""

_ENVELOPE = _ATTRIBUTES | frozenset("from_wire to_wire".split())
"""The same for the classes of frames."""

_CLASSES = frozenset(
    "AlwaysFalse AlwaysTrue Annotated Any ClassVar ClientFrame CloseCode Frame JsonValue Literal "
    "Meta Model OpenFlags OpenIntEnum OpenStrEnum Permission "
    "Recovery Relayed Self ServerFrame TypeAlias UNSET UnknownFrame UnsetType UnusualText "
    "ValueError".split()
)
"""Classes and aliases of the modules in which the schema's classes are defined or offered."""

_FUNCTIONS = frozenset(
    "annotations at bool check checks dict expected float frozenset int isinstance list null object "
    "out secret shared str value".split()
)
"""What validators and strategies use beside the functions that are called like messages or types."""

_SHAPES = frozenset(
    "ANY_JSON ANY_OBJECT BOOLEAN INT32 INT64 NULL NUMBER STRING UINT32 UINT64".split()
)
"""The shapes that the strategies define themselves."""

_VALIDATOR_MODULES = frozenset({"client_frame", "server_frame"})
"""The functions of the module that imports all validators."""

_WORD = re.compile(r"[A-Za-z0-9]+")

_MESSAGE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
"""A type of messages that is a name already."""

_MESSAGE_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
"""A word of any other type: ``connectionAck`` has two, ``room.open`` too."""


def message(type_: str | int) -> str:
    """``room.open`` → ``room_open``, ``connectionAck`` → ``connection_ack``, 7 → ``message_7``.

    What classes, functions and files of the message are called after. A type that is a name already
    stays as it is.
    """
    text = str(type_)
    if _MESSAGE.match(text):
        return text
    name = "_".join(word.lower() for word in _MESSAGE_WORD.findall(text)) or "unnamed"
    return f"message_{name}" if name[0].isdigit() else name


def class_name(name: str) -> str:
    """``message_create`` → ``MessageCreate``."""
    text = _camel(name)
    return f"{text}_" if keyword.iskeyword(text) or text in _CLASSES else text


def frame_name(name: str) -> str:
    """``message_create`` → ``MessageCreateFrame``."""
    return f"{_camel(name)}Frame"


def _camel(name: str) -> str:
    text = "".join(word[:1].upper() + word[1:] for word in _WORD.findall(name)) or "Unnamed"
    return f"N{text}" if text[0].isdigit() else text


def case_name(attribute: str, choice: str) -> str:
    """The class of a choice's value: ``feed_id``, ``destination`` → ``FeedDestination``."""
    return class_name(f"{attribute.removesuffix('_id') or attribute}_{choice}")


def attribute(name: str) -> str:
    """The Python attribute for a wire key: the key itself where Python allows it.

    Other characters become underscores, underscores in front go, a capital in front becomes small
    (capitals are classes), and keywords and names that a class body needs get one at the end.
    """
    return _free(_snake(name), _ATTRIBUTES)


def envelope_attribute(key: str) -> str:
    """The attribute of a frame for a key of the envelope."""
    return _free(_snake(key), _ENVELOPE)


def function(name: str) -> str:
    """The function that checks or draws what a message or type is called."""
    return _free(_snake(name), _FUNCTIONS)


def module(name: str) -> str:
    """A module name for an area."""
    return _free(_snake(name, "area").lower(), frozenset())


def validator_module(direction: str, area: str) -> str:
    """The module of an area's validators."""
    return _free(f"{direction}_{module(area)}", _VALIDATOR_MODULES)


def _snake(name: str, empty: str = "field") -> str:
    text = re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_")
    text = text[:1].lower() + text[1:] or empty
    return f"{empty}_{text}" if text[0].isdigit() else text


def _free(text: str, taken: frozenset[str]) -> str:
    return f"{text}_" if keyword.iskeyword(text) or text in taken else text


def constant(name: str) -> str:
    """``message_rate`` → ``MESSAGE_RATE``; also the member name of an enum's value."""
    text = "_".join(_WORD.findall(name)).upper() or "EMPTY"
    return f"V{text}" if text[0].isdigit() else text


def shape(name: str) -> str:
    """The constant that holds the shape of a message or type, for strategies."""
    return _free(constant(name), _SHAPES)


def permission(name: str) -> str:
    """The member name of a permission: its name, which is in capitals already."""
    return f"V{name}" if name[0].isdigit() else name


def unlike(name: str, taken: frozenset[str]) -> str:
    """The name of an alias, with underscores at its end that make it differ from every class."""
    while name in taken or name in _CLASSES:
        name += "_"
    return name
