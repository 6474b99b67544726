"""``voxspec generate`` and ``voxspec check``."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any

from voxspec.output.write import Changes, apply, compare
from voxspec.pipeline import load_protocol

_DIFF_LINES = 200
"""How many lines of diff --check shows before it only counts; a whole tree would bury the rest."""


_DIFF_WIDTH = 200
"""How much of a line of diff is shown: schema.json has whole files in one line."""


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add both subcommands."""
    parser = commands.add_parser(
        "generate",
        parents=[source],
        help="write all generated files",
        description="Write every generated file that changed, and delete those no longer made.",
        epilog="Only files that carry the generator's mark are overwritten or deleted.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("generated"),
        metavar="FOLDER",
        help="output folder (default: %(default)s)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 with a diff when anything is stale, missing or orphaned",
    )
    parser.set_defaults(run=_generate)
    check = commands.add_parser(
        "check",
        parents=[source],
        help="look for mistakes in the schema files",
        description="Load the schema files and report every mistake; write nothing.",
    )
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    protocol = load_protocol(options.schema)
    count = sum(1 for _ in protocol.messages())
    print(f"{protocol.title} v{protocol.version}: {count} messages, no mistakes")
    return 0


def _generate(options: argparse.Namespace) -> int:
    from voxspec.generate import plan  # the targets and Jinja are not needed elsewhere

    options.writes = not options.check
    files = plan(load_protocol(options.schema))
    if options.check:
        changes = compare(files, options.out)
        return _report_check(changes, options.schema, options.out)
    changes = apply(files, options.out)
    for path in changes.missing:
        print(f"new      {options.out / path}")
    for path in changes.stale:
        print(f"changed  {options.out / path}")
    for path in changes.orphans:
        print(f"deleted  {options.out / path}")
    print(
        f"{len(changes.missing) + len(changes.stale)} written, {len(changes.orphans)} deleted, "
        f"{changes.unchanged} unchanged"
    )
    return 0


def _report_check(changes: Changes, schema: Path, out: Path) -> int:
    if not changes:
        print(f"{changes.unchanged} generated files are current")
        return 0
    for path in changes.missing:
        print(f"missing  {out / path}")
    for path in changes.stale:
        print(f"stale    {out / path}")
    for path in changes.orphans:
        print(f"orphan   {out / path}")
    lines = [line for diff in changes.diffs.values() for line in diff.splitlines()]
    for line in lines[:_DIFF_LINES]:
        print(
            line
            if len(line) <= _DIFF_WIDTH
            else f"{line[:_DIFF_WIDTH]}… ({len(line):,} characters)"
        )
    if len(lines) > _DIFF_LINES:
        print(f"… {len(lines) - _DIFF_LINES} more lines of diff")
    run = shlex.join(["voxspec", "generate", "--schema", str(schema), "--out", str(out)])
    print(
        f"{len(changes.missing)} missing, {len(changes.stale)} stale, "
        f"{len(changes.orphans)} orphaned; run: {run}",
        file=sys.stderr,
    )
    return 1
