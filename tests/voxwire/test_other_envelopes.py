"""The codec of protocols in other envelopes than Vox has: flat frames, further keys, integers as types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.envelopes import ID, PAYLOAD, RIGHT, message, protocol
from tests.voxspec.mini import Data, field, generated, module_of
from voxwire.errors import DecodeError, EncodeError
from voxwire.wire.codec import Codec


@contextmanager
def _coded(files: Data, folder: Path) -> Iterator[tuple[Any, Any]]:
    """The models of a schema and their codec."""
    with generated(files, folder) as mini:
        made = module_of(mini, "protocol").PROTOCOL
        assert made.session is made.session  # imported while the package can be
        yield mini.models, Codec.of(made)


def test_further_keys_go_with_a_payload(tmp_path: Path) -> None:
    with _coded(RIGHT["operations with ids"], tmp_path) as (models, codec):
        payload = models.client.Subscribe(query="q")
        data = codec.encode(payload, id="1")
        assert data == b'{"type":"subscribe","id":"1","payload":{"query":"q"}}'
        frame = codec.decode_client(data)
        assert frame == models.client.SubscribeFrame(id="1", payload=payload)
        assert codec.encode(frame) == data
        with pytest.raises(EncodeError, match=r"^subscribe needs id$"):
            codec.encode(payload)
        with pytest.raises(EncodeError, match=r"^ping carries no id$"):
            codec.encode(models.client.Ping(), id="1")
        with pytest.raises(EncodeError, match=r"^FIELD_TYPE: /id: "):
            codec.encode(payload, id=1)
        with pytest.raises(EncodeError, match=r"^id go with a payload; a frame has its own$"):
            codec.encode(frame, id="2")
        with pytest.raises(DecodeError) as caught:
            codec.decode_client('{"type":"ping","id":"1"}')
        assert [(p.rule, p.pointer) for p in caught.value.problems] == [("KEY_FORBIDDEN", "/id")]


def test_flat_frames_get_their_number_and_keys(tmp_path: Path) -> None:
    with _coded(RIGHT["flat frames with all that there is"], tmp_path) as (models, codec):
        tick = models.server.Tick(ts=5, number=1, n=3)
        assert codec.encode(tick) == '{"type":"tick","ts":5,"№":1,"n":3}'.encode()
        data = codec.encode(tick, 7, trace="t")
        assert data == '{"type":"tick","ts":5,"trace-id":"t","№":7,"n":3}'.encode()
        assert codec.decode_server(data) == models.server.Tick(ts=5, number=7, n=3, trace="t")
        with pytest.raises(EncodeError, match=r"^choose carries no number$"):
            codec.encode(models.client.Choose(a="x"), 7)
        with pytest.raises(EncodeError, match=r"^tick carries no by$"):
            codec.encode(tick, by=1)


def test_integers_are_types(tmp_path: Path) -> None:
    with _coded(RIGHT["types that are integers"], tmp_path) as (models, codec):
        assert codec.encode(models.server.Message7(n=1), 3) == b'{"type":-7,"d":{"n":1},"s":3}'
        assert codec.decode_client('{"type":2}') == models.client.HelloFrame()
        assert codec.decode_client('{"type":3}').type == 3
        with pytest.raises(DecodeError) as caught:
            codec.decode_client('{"type":"2"}')
        assert [p.rule for p in caught.value.problems] == ["TYPE_INVALID"]


def test_json_in_a_further_key_nests_no_deeper_than_elsewhere(tmp_path: Path) -> None:
    free = {"id": {**ID["id"], "schema": {"type": "object"}, "presence": "optional"}}
    files = protocol(
        {"a": message({"n": field()}, {"payload": {"n": ""}})}, {}, payload=PAYLOAD, keys=free
    )
    with _coded(files, tmp_path) as (_, codec):
        for depth, rules in ((100, []), (200, ["JSON_TOO_DEEP"])):
            value: Any = []
            for _level in range(depth):
                value = [value]
            text = json.dumps({"type": "a", "payload": {"n": ""}, "id": {"k": value}})
            try:
                codec.decode_client(text)
                found = []
            except DecodeError as error:
                found = [p.rule for p in error.problems]
            assert found == rules
