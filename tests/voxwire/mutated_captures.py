"""The example captures with some frames changed, and some lines broken."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Final

import zstandard

from tests.voxwire.mutated_frames import mutated

EXAMPLES: Final = sorted(Path("examples/captures").glob("*.ndjson"))


def mutated_capture(seed: int) -> bytes:
    """One of the examples, in which one frame of ten and one line of a hundred are not what they were."""
    dice = random.Random(seed)
    lines = dice.choice(EXAMPLES).read_text("utf-8").split("\n")[:-1]
    changed = (_line(line, dice) for line in lines)
    return "".join(f"{line}\n" for line in changed).encode("utf-8", "replace")


def _line(line: str, dice: random.Random) -> str:
    record = json.loads(line)
    if dice.random() < 0.1 and record.get("dir"):
        packed = base64.b64decode(record.get("b64", ""))
        text = record.get("text") or zstandard.ZstdDecompressor().decompress(packed).decode()
        if text.startswith("{") and text.endswith("}") and text != "{}" and _is_json(text):
            data = mutated(text, dice)
            is_text = record["opcode"] == "text" and isinstance(data, str)
            record = {key: record[key] for key in ("ts", "dir")}
            if is_text:
                record |= {"opcode": "text", "text": data}
            else:
                content = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
                packed = zstandard.ZstdCompressor().compress(content)
                record |= {"opcode": "binary", "b64": base64.b64encode(packed).decode()}
        line = json.dumps(record, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.01:
        place = dice.randrange(len(line))
        line = line[:place] + dice.choice(("", '"', "}", "\0")) + line[place + 1 :]
    return line


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
