"""Generated validators: straight-line checks that report every problem of a frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from voxspec.model import Area, Message, NamedType, Protocol, Record, naming
from voxspec.model.resolved import sequence_type
from voxspec.output.render import header, literal
from voxspec.targets.python.validator_calls import Calls
from voxspec.targets.python.validator_functions import Writer

if TYPE_CHECKING:
    import jinja2


def plan(protocol: Protocol, jinja: jinja2.Environment) -> dict[str, str]:
    """The validators of a package and the module that dispatches to them."""
    root = f"{protocol.package}/{protocol.module}"

    def render(template: str, source: str, **values: object) -> str:
        return jinja.get_template(f"{template}.py.j2").render(
            header=header(f"{protocol.name} v{protocol.version}, {source}"),
            package=protocol.package,
            module=protocol.module,
            envelope=protocol.envelope,
            **values,
        )

    files = {
        f"{root}/validators/__init__.py": render("validators_package", "the schema files"),
    }
    if protocol.types:
        files[f"{root}/validators/shared.py"] = render(
            "validators",
            "types.yaml",
            doc="Checks of the shared types.",
            needs_shared=False,
            definitions=list(map(Writer(protocol, "").named, protocol.types)),
        )
    modules = []
    for area in protocol.areas:
        writer = Writer(protocol, "shared.")
        definitions = [
            writer.payload(message, message.payload)
            if isinstance(message.payload, Record)
            else writer.other_payload(message)
            for message in area.messages
            if isinstance(message.payload, Record) or is_no_object(protocol, message)
        ]
        if definitions:
            modules.append(module_name(area))
            files[f"{root}/validators/{module_name(area)}.py"] = render(
                "validators",
                f"{area.direction}/{area.name}.yaml",
                doc=f"Checks of the payloads of {area.direction} messages: {area.title}.",
                needs_shared=bool(protocol.types),
                definitions=definitions,
            )
    files[f"{root}/validate.py"] = render(
        "validate",
        "client/*.yaml and server/*.yaml",
        modules=sorted({*modules, *(["shared"] if protocol.types else [])}),
        sides=[
            {
                "direction": direction,
                "messages": [
                    _dispatch(protocol, message) for message in protocol.messages(direction)
                ],
            }
            for direction in ("client", "server")
        ],
        sequence=sequence_type(protocol),
        type_of_types="int" if protocol.has_integer_types else "str",
        ignores=any(message.ignored for message in protocol.messages()),
        further=[
            (further.field.name, Calls(protocol, "shared.").function(further.field.use, ""))
            for further in protocol.envelope.further
        ],
        has_others=any(is_no_object(protocol, message) for message in protocol.messages()),
    )
    return files


def module_name(area: Area) -> str:
    """The module of an area's validators."""
    return naming.validator_module(area.direction, area.name)


def is_no_object(protocol: Protocol, message: Message) -> bool:
    """Whether a message has a payload that need not be an object with known keys."""
    return message.payload is not None and protocol.payload_shape(message) is None


def _dispatch(protocol: Protocol, message: Message) -> dict[str, object]:
    function = ""
    is_other = is_no_object(protocol, message)
    if isinstance(message.payload, Record) or is_other:
        area = naming.validator_module(message.direction, message.area)
        function = f"{area}.{naming.function(message.name)}"
    elif isinstance(message.payload, NamedType):
        function = f"shared.{naming.function(message.payload.name)}"
    envelope = protocol.envelope
    keys = ", ".join(f"{literal(key.name)}: {key.required}" for key in message.keys)
    given = {
        "": function,
        "optional=True": bool(envelope.payload) and message.payload_optional,
        "nullable=True": bool(envelope.payload) and message.payload_nullable,
        "numbered=True": message.seq == "required",
        f"tolerated={_names(message.tolerated_keys)}": message.tolerated_keys,
        f"keys={{{keys}}}": keys,
        "is_object=False": is_other,
        f"ignored={_names(message.ignored)}": message.ignored,
    }
    arguments = [code or function for code, there in given.items() if there]
    return {"type": message.type, "arguments": arguments}


def _names(keys: Iterable[str]) -> str:
    return f"frozenset({{{', '.join(map(literal, keys))}}})"
