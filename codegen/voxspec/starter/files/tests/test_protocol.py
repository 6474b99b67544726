"""The protocol as it is generated: frames go through the codec unchanged, and the captures are clean."""

from pathlib import Path

import pytest
from hypothesis import given
from voxwire.cli import main
from voxwire.wire.codec import Codec

from starter_name.v1 import client, frames, server, strategies
from starter_name.v1.protocol import PROTOCOL

CODEC: Codec[frames.ClientFrame, frames.ServerFrame, frames.UnknownFrame] = Codec.of(PROTOCOL)
CAPTURES = sorted((Path(__file__).parent.parent / "captures").glob("*.ndjson"))


@given(strategies.server_frames())
def test_what_a_server_sends_is_read_as_it_was(frame: frames.ServerFrame) -> None:
    assert CODEC.decode_server(CODEC.encode(frame)) == frame


@given(strategies.client_frames())
def test_what_a_client_sends_is_read_as_it_was(frame: frames.ClientFrame) -> None:
    assert CODEC.decode_client(CODEC.encode(frame)) == frame


def test_a_message_on_the_wire() -> None:
    said = server.Said(nickname="Ada", text="Hello")
    text = b'{"type":"said","data":{"nickname":"Ada","text":"Hello"},"seq":2}'
    assert CODEC.encode(said, 2) == text
    assert CODEC.decode_server(text) == server.SaidFrame(data=said, seq=2)
    assert CODEC.encode(client.Say(text="Hi")) == b'{"type":"say","data":{"text":"Hi"}}'


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_the_captures_are_clean(capture: Path) -> None:
    assert main(["validate", "--protocol", "starter_name.v1", "--strict", str(capture)]) == 0
