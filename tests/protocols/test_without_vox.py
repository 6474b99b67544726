"""The runtime without Vox: nothing but two places in it knows Vox's models.

Each test runs in a process in which ``voxmodels`` cannot be imported, with Tide's package instead.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.protocols.test_captures import capture

ROOT = Path(__file__).parents[2]
CONTRACT = "The runtime knows no message: it takes its protocol, and Vox's is in one place"

BLOCKED = """
import builtins, fnmatch, sys

sys.path.insert(0, {folder!r})
STILL_ALLOWED = {allowed!r}
imported = builtins.__import__

def checked(name, globals=None, locals=None, fromlist=(), level=0):
    if name.split(".")[0] == "voxmodels":
        importer = (globals or {{}}).get("__name__", "")
        if not any(fnmatch.fnmatchcase(importer, pattern) for pattern in STILL_ALLOWED):
            raise ModuleNotFoundError(f"{{importer}} imports {{name}}", name="voxmodels")
    return imported(name, globals, locals, fromlist, level)

builtins.__import__ = checked
"""


def allowed() -> list[str]:
    """Who may import the models, by the contract, but for Vox's own two places. With somebody left,
    what he leads to may, too."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contract = next(c for c in contracts["contracts"] if c["name"] == CONTRACT)
    importers = [line.split(" -> ")[0] for line in contract["ignore_imports"]]
    own = ["voxwire.vox", "voxwire.live.mock.vox.**"]
    assert importers[:2] == own
    left = [importer.replace("**", "*") for importer in importers[2:]]
    return [*left, "voxwire.vox", "voxwire.live.mock.vox.*", "voxmodels*"] if left else []


def run(tide_folder: Path, code: str, *arguments: str) -> str:
    script = BLOCKED.format(folder=str(tide_folder), allowed=allowed()) + code
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


EVERY_MODULE = """
import importlib, pkgutil
import voxwire

own = ("voxwire.vox", "voxwire.live.mock.vox", "voxwire.__main__")
count = 0
for module in pkgutil.walk_packages(voxwire.__path__, "voxwire."):
    if not module.name.startswith(own):
        importlib.import_module(module.name)
        count += 1
print(count > 100)
"""


def test_every_module_can_be_imported(tide_folder: Path) -> None:
    assert run(tide_folder, EVERY_MODULE) == "True\n"


FRAMES = """
from tidemodels.v3.protocol import PROTOCOL
from voxwire.errors import DecodeError
from voxwire.wire.codec import Codec
from voxwire.wire.compression import Compressor, Decompressor
from voxwire.wire.envelope import salvage
from voxwire.wire.redact import Redactor

codec = Codec.of(PROTOCOL)
text = '{"op":"moor","data":{"call_sign":"ABBA","phrase":"open","by":"red","berth":1}}'
frame = codec.decode_client(text)
print(frame.data.call_sign, codec.encode(frame).decode() == text)
print(Decompressor(protocol=PROTOCOL).decompress(Compressor().compress(text.encode())).decode() == text)
try:
    codec.decode_client('{"op":"moor"}')
except DecodeError as error:
    print(error)
print(salvage('{"op":"bell","from":0}', PROTOCOL))
print("open" in Redactor(bytes(32), protocol=PROTOCOL).json(text))
print("voxmodels" in sys.modules)
"""


def test_frames_are_decoded_and_encoded(tide_folder: Path) -> None:
    assert run(tide_folder, FRAMES).splitlines() == [
        "ABBA True",
        "True",
        'PAYLOAD_MISSING: the frame lacks its payload "data"',
        "Parts(type='bell', seq=0, payload=None)",
        "False",
        "False",
    ]


CAPTURE = """
from tidemodels.v3.protocol import PROTOCOL
from voxwire.capture import read_frames
from voxwire.cli import main

for read in read_frames(sys.argv[1], protocol=PROTOCOL):
    print(read.direction, read.frame is not None)
print(main(["validate", "--protocol", "tidemodels.v3", "-q", sys.argv[1]]))
"""


def test_a_capture_is_read_and_checked(tide_folder: Path, tmp_path: Path) -> None:
    moor = {"op": "moor", "data": {"call_sign": "ABBA", "phrase": "o", "by": "red", "berth": 1}}
    path = capture(tmp_path, ("c2s", moor), ("s2c", {"op": "moored", "data": {}}))
    lines = run(tide_folder, CAPTURE, path).splitlines()
    assert lines[:2] == ["c2s True", "s2c False"]
    assert [line.partition(" s2c ")[2].partition(" (")[0] for line in lines[2:-1]] == [
        'moored /data error[FIELD_MISSING] "data" lacks "berth"'
    ]
    assert lines[-1] == "1"
