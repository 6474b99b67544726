"""The page about the dialect: what it shows as a whole can be written into a schema."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from tests.docs.blocks import ROOT, Key, all_blocks, the_block
from voxspec.cli.main import main
from voxspec.pipeline import load_as_far_as_possible, load_protocol

PAGE = "docs/dialect.md"
UNION = "  attachment:\n"


def test_close_codes_are_taken_as_shown(tmp_path: Path) -> None:
    assert main(["init", "my-chat", "--folder", str(tmp_path)]) == 0
    path = tmp_path / "schema" / "close_codes.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    shown = yaml.safe_load(the_block(Key("How a connection ends", "yaml"), PAGE))["close_codes"]
    data["close_codes"] |= shown
    path.write_text(yaml.safe_dump(data), "utf-8")
    loaded = load_as_far_as_possible(tmp_path / "schema")
    [finding] = (
        loaded.findings
    )  # the page says what resuming needs, which the starter does not have
    assert finding.rule == "CLOSE_CODE_RECOVERY"
    assert finding.message.startswith("4007 ")
    meta = json.loads((ROOT / "schema" / "meta" / "close_codes.schema.json").read_text("utf-8"))
    known = meta["properties"]["close_codes"]["additionalProperties"]["properties"]["recovery"][
        "enum"
    ]
    page = (ROOT / PAGE).read_text("utf-8")
    for recovery in known:
        assert f"\n| `{recovery}` | " in page


def test_a_union_is_taken_as_shown(tmp_path: Path) -> None:
    assert main(["init", "my-chat", "--folder", str(tmp_path)]) == 0
    path = tmp_path / "schema" / "types.yaml"
    [shown] = [
        text for text in all_blocks(Key("Payloads and fields", "yaml"), PAGE) if UNION in text
    ]
    path.write_text(path.read_text("utf-8") + shown.removeprefix("types:\n"), "utf-8")
    talk = tmp_path / "schema" / "client" / "talk.yaml"
    mood = "mood: {$ref: mood, description: How it is meant.}"
    more = "        with: {$ref: attachment, description: What comes with it.}"
    talk.write_text(talk.read_text("utf-8").replace(mood, f"{mood}\n{more}"), "utf-8")
    protocol = load_protocol(tmp_path / "schema")
    assert {"image", "poll", "attachment"} <= {type_.name for type_ in protocol.types}
