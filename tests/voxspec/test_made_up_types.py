"""A kind of type that a target forgets stops the generator, whatever target it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from tests.voxspec.mini import field, schema, write
from voxspec.generate import TARGETS
from voxspec.model import Field, Protocol, Record, Type, Use
from voxspec.pipeline import load_protocol


@dataclass(frozen=True, slots=True)
class MadeUpType:
    """A type that no target knows."""


@dataclass(frozen=True, slots=True)
class MadeUpDefinition:
    """A type with a name that no target knows."""

    name: str = "made_up"
    python_name: str = "MadeUp"
    description: str = "Made up."
    note: str | None = None


@pytest.fixture
def protocol(tmp_path: Any) -> Protocol:
    types = {"t": {"type": "object", "properties": {"a": field()}, "description": "T."}}
    files = schema({"e": field(), "f": field({"$ref": "t"})}, {}, types=types)
    return load_protocol(write(files, tmp_path))


@pytest.mark.parametrize("target", TARGETS)
def test_a_type_that_a_target_does_not_know(target: str, protocol: Protocol) -> None:
    TARGETS[target].plan(protocol)
    (area,) = protocol.areas_of("server")
    (message,) = area.messages
    assert isinstance(message.payload, Record)
    made_up = Field("g", "g", Use(cast(Type, MadeUpType())), True, "Made up.")
    payload = replace(message.payload, fields=(*message.payload.fields, made_up))
    changed = replace(area, messages=(replace(message, payload=payload),))
    with pytest.raises(AssertionError, match="MadeUpType"):
        TARGETS[target].plan(replace(protocol, areas=(*protocol.areas_of("client"), changed)))


@pytest.mark.parametrize("target", TARGETS)
def test_a_definition_that_a_target_does_not_know(target: str, protocol: Protocol) -> None:
    types = (*protocol.types, cast(Record, MadeUpDefinition()))
    with pytest.raises(AssertionError, match="MadeUpDefinition"):
        TARGETS[target].plan(replace(protocol, types=types))
