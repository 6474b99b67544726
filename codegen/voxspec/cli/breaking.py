"""``voxspec breaking``: what a change of the schema breaks, for whom, and by which frame."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from voxspec.breaking import as_json, text
from voxspec.breaking.verdict import Category, Change
from voxspec.findings import SchemaError

_CATEGORIES = (Category.CLIENT, Category.SERVER, Category.SESSION, Category.SOURCE)
_EPILOG = """\
REF is a folder of schema files, or a revision of the git repository that the schema is in: main, v1.2,
HEAD~3; with the folder that it was in then, if that was another: v1.2:schema/v1. It may also be an
installed package of models (voxmodels, voxmodels.v1), or a bundle.json of the JSON Schema that was made
from it, which says less.

categories:
  CLIENT   clients that are out there break with a new server
  SERVER   new clients break with servers that are out there
  SESSION  a conversation that one side may hold is refused by the other
  SOURCE   source code that uses the generated models must be changed
  NOTE     nothing breaks; some meaning is lost, or people should know

exit codes: 0 nothing of the chosen categories, 1 something of them (also where it is unknown) or
mistakes in the schema files, 2 wrong usage, or no schema where REF leads
"""


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "breaking",
        parents=[source],
        help="say what changes break, for whom, and by which frame",
        description="Compare the schema with an earlier one: what breaks, for whom, and what proves it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--against", metavar="REF", required=True, help="the earlier schema, see below"
    )
    parser.add_argument(
        "--select",
        "--category",
        type=_categories,
        default=_CATEGORIES,
        metavar="CATEGORY,…",
        help="what to fail on (default: all but NOTE)",
    )
    parser.add_argument(
        "--all", action="store_true", help="also list what is only of other categories"
    )
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="output form (default: %(default)s)",
    )
    parser.add_argument(
        "--proofs",
        type=Path,
        metavar="FILE",
        help="write the frames that prove something to FILE, one a line",
    )
    parser.set_defaults(run=_breaking)


def _categories(given: str) -> tuple[Category, ...]:
    names = [name.strip().upper() for name in given.split(",") if name.strip()]
    for name in names:
        if name not in Category.__members__:
            known = ", ".join(Category)
            raise argparse.ArgumentTypeError(f"no category is called {name!r}; known are {known}")
    return tuple(Category(name) for name in names)


def _breaking(options: argparse.Namespace) -> int:
    from voxspec.breaking.compare import compare  # which needs the targets, and others do not
    from voxspec.breaking.imported import MissingToolError
    from voxspec.breaking.references import ReferenceNotFoundError, find
    from voxspec.breaking.references.bundle import UNSAID
    from voxspec.breaking.references.folder import of_folder

    new = of_folder(options.schema)
    try:
        old = find(options.against, options.schema)
        if old.is_partial:
            print(f"{old.name} does not say, so not compared: {UNSAID}", file=sys.stderr)
        changes = compare(old, new)
    except (ReferenceNotFoundError, MissingToolError) as error:
        print(f"voxspec: {error}", file=sys.stderr)
        return 2
    except SchemaError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)
        print(f"voxspec: the schema of {options.against} has mistakes", file=sys.stderr)
        return 2
    if options.proofs is not None:
        lines = "".join(f"{line}\n" for line in as_json.proof_lines(changes))
        options.proofs.write_text(lines, "utf-8")
    _print(changes, options)
    return int(any(change.categories & {*options.select} for change in changes))


def _print(changes: list[Change], options: argparse.Namespace) -> None:
    shown = [c for c in changes if options.all or c.categories & {*options.select}]
    if options.format == "json":
        print(json.dumps([*map(as_json.change_object, shown)], indent=2, ensure_ascii=False))
        return
    for line in text.lines(shown):
        print(line)
    if shown:
        print()
    print(text.summary(changes, options.select))
