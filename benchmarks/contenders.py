"""What decodes or checks a frame: each takes the bytes of one JSON frame, as a socket gives them."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import orjson

import voxwire
from benchmarks import handwritten, json_schemas

Job = Callable[[bytes], object]


class Contender(NamedTuple):
    """One way to read a frame."""

    name: str
    gives: str
    """What one has afterwards, and what was checked on the way."""
    job: Job
    types: frozenset[str] | None = None
    """The message types that it knows; None for all."""


BASE = "orjson.loads"


def contenders(pydantic_job: Job) -> list[Contender]:
    """All ways to read a server frame, the base first."""
    return [
        Contender(BASE, "dicts, nothing checked", orjson.loads),
        Contender(
            "hand-written msgspec Structs",
            "typed objects; types and required fields checked",
            msgspec.json.Decoder(handwritten.Frame).decode,
            handwritten.TYPES,
        ),
        Contender(
            "voxwire.decode_server",
            "typed objects; every rule of the protocol checked",
            voxwire.decode_server,
        ),
        Contender(
            "pydantic",
            "typed objects; the rules that its generator understands checked",
            pydantic_job,
        ),
        Contender("jsonschema-rs", "dicts; every rule checked", _jsonschema_rs_job()),
        Contender("jsonschema", "dicts; every rule checked", _jsonschema_job()),
    ]


def _jsonschema_rs_job() -> Job:
    valid_for = {
        name: validator.is_valid
        for name, validator in json_schemas.compiled_server_schemas().items()
    }

    def job(data: bytes) -> object:
        frame = orjson.loads(data)
        if not valid_for[frame["type"]](frame):
            raise ValueError("not valid")
        return frame

    return job


def _jsonschema_job() -> Job:
    valid_for = {
        name: validator.is_valid
        for name, validator in json_schemas.interpreted_server_schemas().items()
    }

    def job(data: bytes) -> object:
        frame = orjson.loads(data)
        if not valid_for[frame["type"]](frame):
            raise ValueError("not valid")
        return frame

    return job
