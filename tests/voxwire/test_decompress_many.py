"""Many messages together: what is decompressed is what one by one would be, the rest is left alone."""

from __future__ import annotations

import random

import pytest
import zstandard

from voxwire.errors import CompressionError
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire import decompress_many
from voxwire.wire.compression import Compressor, Decompressor
from voxwire.wire.decompress_many import ManyDecompressor

TEXT = b'{"type":"heartbeat_ack"}'
GOOD = Compressor().compress(TEXT)
ODD = {
    "nothing": b"",
    "no zstd": b"{}",
    "magic alone": GOOD[:4],
    "cut off": GOOD[:-1],
    "something after it": GOOD + b"x",
    "two in one": GOOD + GOOD,
    "an empty one after it": GOOD + Compressor().compress(b""),
    "empty": Compressor().compress(b""),
    "no size": zstandard.ZstdCompressor(write_content_size=False).compress(TEXT),
    "skippable": b"\x50\x2a\x4d\x18\x01\x00\x00\x00x",
    "skippable before it": b"\x50\x2a\x4d\x18\x01\x00\x00\x00x" + GOOD,
    "too large": Compressor().compress(bytes(MAX_FRAME_SIZE + 1)),
    "declares more than it has": b"\x28\xb5\x2f\xfd\x20\xff" + GOOD[6:],
    "damaged": GOOD[:6] + b"\xff" + GOOD[7:],
    "a dictionary": zstandard.ZstdCompressor(
        dict_data=zstandard.ZstdCompressionDict(b"heartbeat_ack" * 20)
    ).compress(TEXT),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_left_alone(odd: bytes) -> None:
    found = ManyDecompressor().decompress([GOOD, odd, GOOD, odd])
    assert found[0] == found[2] == TEXT
    for content in (found[1], found[3]):
        if content is not None:
            assert content == Decompressor().decompress(odd)


def test_what_is_refused_is_left_alone() -> None:
    for odd in ODD.values():
        try:
            Decompressor().decompress(odd)
        except CompressionError:
            assert ManyDecompressor().decompress([odd]) == [None]


def test_the_largest_message() -> None:
    content = bytes(MAX_FRAME_SIZE)
    assert ManyDecompressor().decompress([Compressor().compress(content)]) == [content]


def test_bombs_are_not_decompressed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = Compressor().compress(bytes(MAX_FRAME_SIZE))
    found = ManyDecompressor().decompress([bomb] * 8)
    assert found == [bytes(MAX_FRAME_SIZE)] * 8
    assert ManyDecompressor().decompress([bomb] * 9) == [None] * 9
    monkeypatch.setattr(decompress_many, "_MOST", len(TEXT))
    assert ManyDecompressor().decompress([GOOD]) == [TEXT]
    assert ManyDecompressor().decompress([GOOD, GOOD]) == [None, None]


def test_none_at_all() -> None:
    assert ManyDecompressor().decompress([]) == []


def test_any_mixture() -> None:
    chance = random.Random(0)
    for _ in range(200):
        messages = [chance.choice([GOOD, *ODD.values()]) for _ in range(chance.randrange(1, 30))]
        for message, content in zip(messages, ManyDecompressor().decompress(messages), strict=True):
            if content is not None:
                assert content == Decompressor().decompress(message)
            else:
                assert message != GOOD
