"""Counterexamples that nobody thought of: frames drawn from the strategies of their writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from voxspec.breaking.frames.declared import declared
from voxspec.breaking.frames.values import Object
from voxspec.breaking.imported import Generated, MissingToolError
from voxspec.load.session.resolve import anything_goes
from voxspec.model import Message, Protocol
from voxspec.model.walk import definitions

_DRAWS = 300
"""Frames that are drawn of a message before nothing is said of it."""


def search(protocol: Protocol, message: Message, shows: Callable[[Object], bool]) -> Object | None:
    """A small frame of a message for which ``shows`` holds; None where none was found.

    The same frames are drawn each time.
    """
    try:
        import hypothesis
        from hypothesis.errors import NoSuchExample
    except ModuleNotFoundError as error:
        raise MissingToolError(
            f"{error.name} is not installed; install the extra: vox-protocol[breaking]"
        ) from error
    from random import Random

    settings = hypothesis.settings(
        max_examples=_DRAWS,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
        suppress_health_check=[
            hypothesis.HealthCheck.data_too_large,
            hypothesis.HealthCheck.filter_too_much,
            hypothesis.HealthCheck.large_base_example,
            hypothesis.HealthCheck.nested_given,
            hypothesis.HealthCheck.too_slow,
        ],
    )
    generated = Generated(alone(protocol, message))
    strategies: Any = generated.strategies
    frames = getattr(strategies, f"{message.direction}_wire")()

    def is_shown(frame: Object) -> bool:
        return shows(declared(protocol, message, frame))

    try:
        found = hypothesis.find(frames, is_shown, settings=settings, random=Random(0))
    except NoSuchExample:
        return None
    return declared(protocol, message, found)


def alone(protocol: Protocol, message: Message) -> Protocol:
    """The protocol with one message and what that is made of: its code is made quickly."""
    shapes = [field.use.type for field in message.keys]
    if protocol.envelope.sequence is not None:
        shapes.append(protocol.envelope.sequence.use.type)
    shapes += [further.field.use.type for further in protocol.envelope.further]
    parts = [*shapes, *([] if message.payload is None else [message.payload])]
    needed = {d.name for shape in parts for d in definitions(protocol, shape)}
    area = next(
        area
        for area in protocol.areas_of(message.direction)
        if any(one.type == message.type for one in area.messages)
    )
    areas = (replace(area, messages=(message,)),)
    return replace(
        protocol,
        endpoint=None,
        limits=(),
        session=anything_goes(areas),
        close_codes=(),
        permissions=(),
        types=tuple(named for named in protocol.types if named.name in needed),
        areas=areas,
    )
