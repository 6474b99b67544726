"""Every message in every direction, and how many examples a property gets for each."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import settings

from tests.properties.judges import Judges
from voxmodels.v1 import registry, validate
from voxwire import DecodeError, decode_client, decode_server

Direction = Literal["client", "server"]

_SCHEMAS = Path(__file__).parents[2] / "generated" / "jsonschema" / "v1"


class Named(NamedTuple):
    """A message: four names exist in both directions."""

    direction: Direction
    type: str


MESSAGES = tuple(
    Named(info.direction, info.type)
    for infos in (registry.CLIENT, registry.SERVER)
    for info in infos.values()
)

each_message = pytest.mark.parametrize(
    "message", MESSAGES, ids=[f"{message.direction}-{message.type}" for message in MESSAGES]
)


def examples(share: float) -> settings:
    """Settings for a property that is tried on each message: a share of the profile's examples."""
    return settings(max_examples=max(1, round(settings().max_examples * share)))


def decode(direction: Direction, data: bytes | str) -> Any:
    """Decode what this side sent."""
    return decode_server(data) if direction == "server" else decode_client(data)


@functools.cache
def judges(message: Named) -> Judges:
    """The three judges of a message."""
    path = _SCHEMAS / message.direction / f"{message.type}.json"
    return Judges(
        decode=functools.partial(decode, message.direction),
        refusals=(DecodeError,),
        validate=getattr(validate, f"{message.direction}_frame"),
        schema=json.loads(path.read_text(encoding="utf-8")),
    )
