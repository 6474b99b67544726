"""Copies of Vox's schema with something changed, and what comes of them."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from tests.voxwire_session.wire import half
from voxspec.output.formatting import format_python
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol
from voxspec.targets import docs, python, strategies
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.session import (
    ClientConnection,
    ClientSession,
    ServerConnection,
    ServerSession,
    ServerSessions,
    Transmit,
)
from voxwire.wire.codec import Codec

SCHEMA = Path(__file__).parents[2] / "schema" / "v1"
URL = "wss://host/gateway?v=1&encoding=json"
TOKEN = "vox_sess_made_up"
INTERVAL = 45.0
START = 1_700_000_000.0
"""When every capture begins, as Unix time."""

Change = tuple[str, str]
"""A piece of a file that is there once, and what it becomes."""


@dataclass(frozen=True)
class Edited:
    """What is made of a schema: its package, imported, and its pages."""

    package: str
    files: Mapping[str, str]

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.v1.{name}")

    @property
    def protocol(self) -> Any:
        return self.module("protocol").PROTOCOL

    @property
    def client(self) -> Any:
        """The client's messages."""
        return self.module("client")

    @property
    def server(self) -> Any:
        """The server's messages."""
        return self.module("server")

    @property
    def limits(self) -> Any:
        return self.module("limits")

    def state(self, name: str) -> Any:
        return self.protocol.session.states[name]

    def page(self, name: str) -> str:
        """A page of the reference."""
        return self.files[f"docs/v1/{name}.md"]

    def text(self, frame: object, seq: int | None = None) -> str:
        """A frame as a peer would send it."""
        encoded: bytes = Codec.of(self.protocol).encode(cast("Any", frame), seq)
        return encoded.decode()

    # --- Both ends ----------------------------------------------------------------------------

    def ready(self) -> Any:
        return self.server.Ready(
            session_id="sess_0123456789abcdef",
            user_id=7,
            display_name="Ada",
            server_name="Tea Party",
            protocol_version=1,
            capabilities=(),
        )

    def leave(self, user_id: int = 7) -> Any:
        """A short numbered message."""
        return self.server.MemberLeave(user_id=user_id)

    def client_end(self, **session: Any) -> Any:
        """A client whose transport has just opened."""
        begun: Any = ClientSession(TOKEN, random=half, protocol=self.protocol, **session)
        connection: Any = ClientConnection(begun, URL)
        connection.opened(0.0)
        return connection

    def server_end(self, **options: Any) -> Any:
        """A server that has greeted."""
        connection: Any = ServerConnection(URL, protocol=self.protocol, **options)
        connection.opened(0.0)
        return connection

    def session(self) -> ServerSession[Any]:
        """A new session, as a server keeps it."""
        return ServerSessions(protocol=self.protocol).start(self.ready())

    def in_session(self, **options: Any) -> tuple[Any, Any]:
        """Both ends with a session under way, as they are at the time 0."""
        peer = self.client_end()
        end: Any = ServerConnection(URL, protocol=self.protocol, **options)
        (greeting,) = end.opened(0.0)
        _, login = peer.receive(greeting.message, 0.0)
        end.receive(login.message, 0.0)
        for event in end.accept(self.session(), 0.0):
            assert isinstance(event, Transmit)
            peer.receive(event.message, 0.0)
        return peer, end

    # --- Captures -----------------------------------------------------------------------------

    def findings(self, folder: Path, *lines: dict[str, Any]) -> list[tuple[str, int | None]]:
        """Rule and frame of each finding in a capture of these lines."""
        return [(f.rule.id, f.frame) for f in self.check(folder, *lines)]

    def check(self, folder: Path, *lines: dict[str, Any]) -> list[Any]:
        """The findings in a capture of these lines."""
        path = folder / "capture.ndjson"
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
        check = CaptureCheck(
            str(path), Selection(), Statistics(), Sessions(), protocol=self.protocol
        )
        return list(check.findings())

    def begun(self) -> list[dict[str, Any]]:
        """A capture up to ready: a header and three frames."""
        return [
            header(),
            s2c({"type": "hello", "d": {"heartbeat_interval": int(INTERVAL * 1000)}}),
            c2s({"type": "identify", "d": {"token": TOKEN}}),
            s2c(json.loads(self.text(self.ready(), 1))),
        ]


def header(seconds: float = 0.0) -> dict[str, Any]:
    return {"url": URL, "ts": START + seconds}


def s2c(frame: object, seconds: float = 1.0) -> dict[str, Any]:
    return {"ts": START + seconds, "dir": "s2c", "opcode": "text", "text": json.dumps(frame)}


def c2s(frame: object, seconds: float = 1.0) -> dict[str, Any]:
    return s2c(frame, seconds) | {"dir": "c2s"}


def closed(code: int, reason: str = "", seconds: float = 1.0) -> dict[str, Any]:
    close = {"code": code, "reason": reason, "by": "server"}
    return {"close": close, "ts": START + seconds}


@contextmanager
def edited(
    folder: Path, package: str, changes: Mapping[str, tuple[Change, ...]]
) -> Iterator[Edited]:
    """A copy of the schema with changes in its files, generated as `package` and importable meanwhile.

    Its name is another, too, so that nobody takes it for Vox.
    """
    schema, output = folder / "schema", folder / "generated"
    shutil.copytree(SCHEMA, schema)
    named = (
        ("name: vox-gateway", f"name: {package}"),
        ("package: voxmodels", f"package: {package}"),
    )
    for name, pieces in {
        **changes,
        "protocol.yaml": (*named, *changes.get("protocol.yaml", ())),
    }.items():
        path = schema / name
        text = path.read_text("utf-8")
        for old, new in pieces:
            assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    protocol = load_protocol(schema)
    files: dict[str, str] = {}
    for target in (python.TARGET, strategies.TARGET, docs.TARGET):
        files |= target.plan(protocol)
    files = format_python(files)
    apply(files, output)
    sys.path.insert(0, str(output))
    try:
        yield Edited(package, files)
    finally:
        sys.path.remove(str(output))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]
