"""The loops that bulk validation is compared with, each over every server frame of one capture.

    python -m benchmarks.bulk_loops msgspec|jsonschema-rs FILE

They check payloads and nothing else: no order of seq, no report, no second look at unknown fields.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

Loop = Callable[[Path], int]
"""Reads a capture and gives the number of server frames in it."""


def msgspec_loop(path: Path) -> int:
    """Decode each line, then the frame in it, into the typed models with bare msgspec decoders."""
    import msgspec

    from voxmodels.v1 import frames

    class Line(msgspec.Struct):
        dir: str = ""
        text: str = ""

    line_decoder = msgspec.json.Decoder(Line)
    frame_decoder = msgspec.json.Decoder(frames.ServerFrame)
    count = 0
    with path.open("rb") as lines:
        for line in lines:
            record = line_decoder.decode(line)
            if record.dir == "s2c":
                frame_decoder.decode(record.text)
                count += 1
    return count


def jsonschema_rs_loop(path: Path) -> int:
    """Parse each line and the frame in it, then ask the JSON Schema of that frame's type."""
    import orjson

    from benchmarks.json_schemas import compiled_server_schemas

    valid_for = {name: validator.is_valid for name, validator in compiled_server_schemas().items()}
    count = 0
    with path.open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            if record.get("dir") == "s2c":
                frame = orjson.loads(record["text"])
                if not valid_for[frame["type"]](frame):
                    raise ValueError(f"frame {count} is not valid")
                count += 1
    return count


LOOPS: Mapping[str, Loop] = {"msgspec": msgspec_loop, "jsonschema-rs": jsonschema_rs_loop}

if __name__ == "__main__":
    print(LOOPS[sys.argv[1]](Path(sys.argv[2])))
