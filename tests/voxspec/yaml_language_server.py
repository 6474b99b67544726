"""Asks the YAML language server what it has against a file, as an editor does."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "yaml_server"
PROGRAM: Final = FOLDER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


class YamlServer:
    """A server that runs. Messages are JSON behind a header with their length."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._id = 0

    def diagnostics(self, path: Path) -> list[tuple[int, str]]:
        """The mistakes in a file: line, counted from 1, and sentence."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": path.read_text("utf-8")}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while True:
            message = self._received()
            if message.get("method") != "textDocument/publishDiagnostics":
                self._answer(message)
            elif message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
                return [(one["range"]["start"]["line"] + 1, one["message"]) for one in found]

    def hover(self, path: Path, line: int, character: int) -> str:
        """What it says of a place, counted from 1."""
        position = {"line": line - 1, "character": character - 1}
        params = {"textDocument": {"uri": path.as_uri()}, "position": position}
        found = self.ask("textDocument/hover", params)
        return "" if found is None else str(found["contents"]["value"])

    def ask(self, method: str, params: object) -> Any:
        self._id += 1
        self._send({"id": self._id, "method": method, "params": params})
        while True:
            message = self._received()
            if message.get("id") == self._id and "method" not in message:
                return message["result"]
            self._answer(message)

    def tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _answer(self, message: dict[str, Any]) -> None:
        """What the server asks for, an editor without settings has not."""
        if "id" in message and "method" in message:
            asked = (
                message["params"].get("items") if isinstance(message.get("params"), dict) else None
            )
            result = None if asked is None else [None for _ in asked]
            self._send({"id": message["id"], "result": result})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _received(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline().strip()) or not length:
            assert self._process.poll() is None, "the server ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        found: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return found


@contextmanager
def yaml_server(folder: Path) -> Iterator[YamlServer]:
    """A server for the files in a folder."""
    pipe = subprocess.PIPE
    with subprocess.Popen(["node", PROGRAM, "--stdio"], stdin=pipe, stdout=pipe) as process:
        server = YamlServer(process)
        try:
            server.ask(
                "initialize",
                {
                    "processId": None,
                    "rootUri": folder.as_uri(),
                    "capabilities": {"workspace": {"configuration": True}},
                },
            )
            server.tell("initialized", {})
            yield server
        finally:
            process.kill()
