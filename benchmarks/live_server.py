"""A gateway that sends the same frames to every client as fast as it takes them, then closes.

    python -m benchmarks.live_server

It prints its port and serves until its standard input ends. The bytes on the wire are made before
anyone connects, so that a client waits for itself alone.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator

from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Close, Frame, Opcode

from benchmarks.frames import server_frames
from voxmodels.v1 import registry, server
from voxwire import Compressor, encode
from voxwire.session import is_compressed

FRAMES = 50_000
_CHUNK = 65_536


def messages() -> Iterator[bytes]:
    """The JSON of ready and of FRAMES frames: those of the example captures, numbered anew."""
    ready = server.Ready(
        session_id="sess_1",
        user_id=1,
        display_name="Ada",
        server_name="Benchmark",
        protocol_version=1,
        capabilities=(),
    )
    yield encode(ready, 1)
    sequenced = [
        json.loads(frame.data)
        for frame in server_frames()
        if frame.type != "ready" and registry.SERVER[frame.type].seq == "required"
    ]
    for number in range(FRAMES):
        frame = sequenced[number % len(sequenced)] | {"seq": number + 2}
        yield json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


def on_the_wire(texts: Iterable[bytes], compressed: bool) -> bytes:
    """Messages as WebSocket frames, one after the other, and a close."""
    compress = Compressor().compress
    parts = [
        Frame(Opcode.BINARY, compress(text)) if compressed else Frame(Opcode.TEXT, text)
        for text in texts
    ]
    parts.append(Frame(Opcode.CLOSE, Close(1000, "").serialize()))
    return b"".join(part.serialize(mask=False) for part in parts)


async def main() -> None:
    """Serve."""
    texts = list(messages())
    streams = {compressed: on_the_wire(texts, compressed) for compressed in (False, True)}
    hello = encode(server.Hello(heartbeat_interval=45_000))

    async def handle(connection: ServerConnection) -> None:
        assert connection.request is not None
        compressed = is_compressed(connection.request.path)
        await connection.send(Compressor().compress(hello) if compressed else hello.decode())
        await connection.recv()
        stream = memoryview(streams[compressed])
        for start in range(0, len(stream), _CHUNK):
            connection.transport.write(stream[start : start + _CHUNK])
            await connection.drain()
        await connection.wait_closed()

    async with serve(handle, "127.0.0.1", 0, compression=None) as listening:
        print(next(iter(listening.sockets)).getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
