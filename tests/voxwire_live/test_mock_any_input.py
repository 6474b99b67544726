"""Whatever a client sends: a running mock closes with a code of the protocol, or goes on; it never fails.

Every field of every client message takes a JSON value of every kind, also inside of its values, and
messages are broken, bent and made up. Nothing here says what a message looks like: the registry does.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.voxwire_live.mocked import Notebook, Setup
from tests.voxwire_live.raw_client import HEARTBEAT, KINDS, RawClient, raw_client
from voxmodels.v1 import registry, strategies
from voxwire.live.mock.engine.gateway import MockGateway, mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.session import FailedLogins

TYPES = [info.type for info in registry.CLIENT.values()]

CODES = {4000, 4002, 4003, 4004, 4005, 4009, 4010, 4011}
"""What a client that sends odd things may be closed with. 1011 is what a server's own failure gives."""

PATIENCE = 120.0
"""Seconds after which a test has failed. It takes a few."""


@asynccontextmanager
async def mock() -> AsyncIterator[Setup]:
    """A gateway that never fails: that is looked at in the end."""
    notebook = Notebook()
    async with mock_gateway(MockOptions(), notebook) as gateway:
        gateway._logins._failed = FailedLogins(limit=1_000_000)  # type: ignore[misc]
        yield Setup(gateway, notebook)
        async with raw_client(Setup(gateway, notebook), "last") as client:
            assert not isinstance(await client.answers('{"type":"presence_update"}'), int)
        assert_healthy(gateway)
        gateway.check.flush()
    assert [line for line in notebook.sentences if "bug" in line] == []


def assert_healthy(gateway: MockGateway) -> None:
    assert gateway.failures == []


def as_text(wire: object) -> str:
    """JSON as a lenient server reads it: NaN and infinities are written as such."""
    return json.dumps(wire)


def fullest(type_: str) -> dict[str, Any]:
    """A valid message of this type that has many fields."""
    fields = {name for payload in registry.CLIENT[type_].payloads for name in fields_of(payload)}
    best: dict[str, Any] = {}
    for count in range(len(fields), -1, -1):
        try:
            best = find(
                strategies.client_wire(type_),
                lambda wire, count=count: len(fields & set(wire.get("d") or {})) >= count,  # type: ignore[misc]
                settings=settings(max_examples=200, database=None, derandomize=True),
            )
        except Exception:  # a rule forbids so many at once
            continue
        break
    return best


def fields_of(payload: type) -> tuple[str, ...]:
    names: tuple[str, ...] = payload.__struct_fields__  # type: ignore[attr-defined]
    return tuple(name for name in names if name != "extra")


def odd_messages(type_: str) -> Iterator[str]:
    """Valid messages of a type, with one value of every kind in every place."""
    base = fullest(type_)
    yield as_text(base)
    names = {name for payload in registry.CLIENT[type_].payloads for name in fields_of(payload)}
    values = [json.loads(text) for text in KINDS.values()]
    for place in [("type",), ("d",), ("seq",), ("own",), *places(base, sorted(names))]:
        yield as_text(changed(base, place, None, remove=True))
        for value in values:
            yield as_text(changed(base, place, value))


def places(base: dict[str, Any], names: list[str]) -> Iterator[tuple[str, ...]]:
    """The fields of a message, and what may be in them."""
    d = base.get("d") or {}
    for name in names:
        yield ("d", name)
        inner = d.get(name)
        known = inner if isinstance(inner, dict) else {}
        for key in {*known, "text", "type", "own"}:
            yield ("d", name, key)


def changed(
    base: dict[str, Any], place: tuple[str, ...], value: object, *, remove: bool = False
) -> object:
    wire: Any = copy.deepcopy(base)
    target = wire
    for key in place[:-1]:
        if not isinstance(target.get(key), dict):
            target[key] = {}
        target = target[key]
    if remove:
        target.pop(place[-1], None)
    else:
        target[place[-1]] = value
    return wire


@pytest.mark.parametrize("type_", TYPES)
def test_every_field_takes_every_kind_of_value(
    type_: str, caplog: pytest.LogCaptureFixture
) -> None:
    texts = list(odd_messages(type_))

    async def test() -> None:
        async with mock() as setup:
            for text in texts:
                async with raw_client(setup) as client:
                    first = await client.first_answer(text)
                    assert first in {"ready", "resumed", *CODES}, text
            later = [text for text in texts if '"type": "' in text]
            while later:
                async with raw_client(setup, "one") as client:
                    while later:
                        got = await client.answers(text := later.pop())
                        if isinstance(got, int):
                            assert got in CODES, text
                            break

    with caplog.at_level(logging.WARNING):
        asyncio.run(asyncio.wait_for(test(), PATIENCE))
    assert caplog.records == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def bent(draw: st.DrawFn) -> str:
    """A valid message with any JSON in any place, or without what was there."""
    wire = draw(strategies.client_wire())
    d = wire.get("d")
    target = d if isinstance(d, dict) and d and draw(st.booleans()) else wire
    key = draw(st.sampled_from(sorted(target)) | st.text(max_size=5))
    if draw(st.booleans()):
        target[key] = draw(JSON)
    else:
        target.pop(key, None)
    return as_text(wire)


ANY_TEXT = st.one_of(
    bent(),
    strategies.client_wire().map(as_text),
    *(
        strategies.near_misses("client", type_).map(lambda miss: as_text(miss.frame))
        for type_ in TYPES
    ),
    strategies.server_wire().map(as_text),
    strategies.unknown_wire().map(as_text),
    JSON.map(as_text),
    st.text(),
)


@settings(max_examples=max(60, settings().max_examples // 2))
@given(st.lists(ANY_TEXT | st.binary(max_size=20), max_size=15), st.booleans())
def test_no_conversation_makes_it_fail(messages: list[str | bytes], has_session: bool) -> None:
    async def test() -> None:
        async with (
            mock() as setup,
            connect(setup.gateway.url(), max_size=None, max_queue=None) as socket,
        ):
            client = RawClient(socket)
            await client.next()
            if has_session:
                await client.identify()
            try:
                for message in messages:
                    text = (
                        message
                        if isinstance(message, bytes)
                        else message.encode("utf-8", "replace")
                    )
                    await socket.send(text, text=isinstance(message, str))
                await socket.send(HEARTBEAT)
                while (await client.next())["type"] != "heartbeat_ack":
                    pass
            except ConnectionClosed:
                assert socket.close_code in CODES

    asyncio.run(asyncio.wait_for(test(), PATIENCE))


def test_the_kinds_are_all_that_json_has() -> None:
    values = [json.loads(text) for text in KINDS.values()]
    assert {type(value) for value in values} == {type(None), bool, int, float, str, list, dict}
    assert any(isinstance(value, float) and math.isnan(value) for value in values)
