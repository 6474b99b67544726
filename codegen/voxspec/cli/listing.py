"""``voxspec list``: every message, as a table for people or JSON for programs."""

from __future__ import annotations

import argparse
import json
from typing import Any

from voxspec.model import Message
from voxspec.pipeline import load_protocol


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "list",
        parents=[source],
        help="list all messages",
        description="List every message with its direction, area and sequence policy.",
    )
    parser.add_argument(
        "--format",
        choices=["table", "json"],
        default="table",
        help="output form (default: %(default)s)",
    )
    parser.add_argument(
        "--direction", choices=["client", "server"], help="only messages sent by this side"
    )
    parser.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> int:
    protocol = load_protocol(options.schema)
    messages = list(protocol.messages(options.direction))
    if options.format == "json":
        print(json.dumps([_entry(message) for message in messages], indent=2, ensure_ascii=False))
        return 0
    rows = [("DIRECTION", "TYPE", "AREA", "SEQ", "SUMMARY")]
    rows += [(m.direction, m.text, m.area, m.seq, m.summary) for m in messages]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[4]]))
    counts = {d: sum(m.direction == d for m in messages) for d in ("client", "server")}
    parts = [f"{count} from the {d}" for d, count in counts.items() if count]
    print(f"\n{len(messages)} messages{': ' if parts else ''}{', '.join(parts)}")
    return 0


def _entry(message: Message) -> dict[str, object]:
    return {
        "type": message.type,
        "direction": message.direction,
        "area": message.area,
        "seq": message.seq,
        "summary": message.summary,
        "since": message.since,
        "deprecated": message.deprecated,
    }
