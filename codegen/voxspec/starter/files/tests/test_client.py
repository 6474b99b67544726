"""A client of your own is tested against the mock server of the fixture, as this one of the toolkit."""

import asyncio
from typing import Any

from starter_name.v1 import client
from starter_name.v1.protocol import PROTOCOL


def test_it_says_hello(vox_gateway: Any) -> None:
    asyncio.run(say_hello(vox_gateway.url))
    said = vox_gateway.wait_for("say")
    assert said.data == client.Say(text="Hello")
    vox_gateway.assert_no_findings()


async def say_hello(url: str) -> None:
    """Join, say hello, and leave."""
    from voxwire.live import connect

    login = client.Join(token="example-token", nickname="Ada")
    async with connect(url, protocol=PROTOCOL, login=login) as connection:
        await connection.send(client.Say(text="Hello"))
