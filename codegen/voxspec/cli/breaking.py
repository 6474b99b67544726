"""``voxspec breaking``: what a change of the schema breaks, for whom, and by which frame."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from voxspec.breaking.accepted import FILE, day
from voxspec.breaking.verdict import Category

_FORMATS: Final = ("text", "json", "sarif", "github", "markdown")

_DESCRIPTION: Final = """\
Compare the schema with an earlier one: what breaks, for whom, and what proves it."""

_EPILOG: Final = f"""\
REF is a folder of schema files, or a revision of the git repository that the schema is in: main, v1.2,
HEAD~3. main... is the commit at which your branch left main. v1.2:schema/v1 names the folder that the
schema was in then, if that was another. REF may also be an installed package of models (voxmodels,
voxmodels.v1), or a bundle.json of the JSON Schema that was made from it, which says less.

categories:
  CLIENT   clients that are out there break with a new server
  SERVER   new clients break with servers that are out there
  SESSION  a conversation that one side may hold is refused by the other
  SOURCE   source code that uses the generated models must be changed
  NOTE     nothing breaks; some meaning is lost, or people should know

examples:
  voxspec breaking --against main
  voxspec breaking --against v1.2 --select CLIENT,SESSION --format github
  voxspec breaking --against main --write markdown=summary.md --write sarif=breaking.sarif
  voxspec breaking --against main --captures archive/*.ndjson.zst
  voxspec breaking --against main --accept 3f2a90c41b7de865 --reason 'nobody sends it' --until 2026-12-31

Breaks that were accepted stand in {FILE} of the project that the schema is in (beside its
pyproject.toml, or at the root of its repository), or in the file of --accepted: only others fail, and so
does one whose day is over. [tool.voxspec.breaking] in pyproject.toml can have `select`, a list of
categories, and `accepted`, the file.

exit status:
  0  nothing of the chosen categories that is not accepted
  1  something of them, also where it is unknown; or mistakes in the schema files
  2  the command line is wrong, where REF leads is no schema or one with mistakes, or the file of accepted
     breaks is wrong
  3  a capture is empty, could not be read to its end, or is of another protocol, and nothing else failed
"""


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "breaking",
        parents=[source],
        help="say what changes break, for whom, and by which frame",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option = parser.add_argument
    option("--against", metavar="REF", required=True, help="the earlier schema, see below")
    option(
        "--may-be-new",
        action="store_true",
        help="pass where there is no earlier schema: REF has none yet, or there is no commit",
    )
    option(
        "--select",
        "--category",
        type=_categories,
        metavar="CATEGORY,…",
        help="what to fail on (default: all but NOTE)",
    )
    option("--all", action="store_true", help="also list what is only of other categories")
    option(
        "--format", choices=_FORMATS, default="text", help="of the output (default: %(default)s)"
    )
    option(
        "--write",
        type=_written,
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="also write a report of everything to FILE; may be given several times",
    )
    option(
        "--proofs", type=Path, metavar="FILE", help="write what proves something to FILE, a capture"
    )
    accepting = parser.add_argument_group("accepted breaks")
    option = accepting.add_argument
    option(
        "--accepted",
        type=Path,
        metavar="FILE",
        help=f"where they stand (default: {FILE} of the project that the schema is in)",
    )
    option(
        "--accept",
        action="append",
        default=[],
        metavar="FINGERPRINT",
        help="write a break there; may be given several times, needs the two below",
    )
    option("--reason", type=_reason, metavar="TEXT", help="why it does no harm")
    option("--until", type=_until, metavar="DATE", help="up to which day, such as 2026-12-31")
    captures = parser.add_argument_group("recorded traffic")
    option = captures.add_argument
    option(
        "--captures",
        nargs="+",
        default=[],
        metavar="FILE",
        help="count what of it would have been hit, in any format that `voxwire formats` lists",
    )
    option("--from", dest="capture_format", metavar="NAME", help="the format of the captures")
    option(
        "--direction",
        choices=["c2s", "s2c"],
        help="which way frames went, where a format is silent",
    )
    option("-q", "--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(run=_run, refuse=parser.error)


def _run(options: argparse.Namespace) -> int:
    from voxspec.cli.breaking_run import run  # which needs the targets, and others do not

    if bool(options.accept) != (options.reason is not None) or bool(options.accept) != (
        options.until is not None
    ):
        options.refuse("--accept, --reason and --until are given together")
    return run(options)


def _categories(given: str) -> tuple[Category, ...]:
    names = [name.strip().upper() for name in given.split(",") if name.strip()]
    for name in names:
        if name not in Category.__members__:
            known = ", ".join(Category)
            raise argparse.ArgumentTypeError(f"no category is called {name!r}; known are {known}")
    if not names:
        raise argparse.ArgumentTypeError("names no category; leave it out for all but NOTE")
    return tuple(Category(name) for name in names)


def _written(given: str) -> tuple[str, Path]:
    name, equals, file = given.partition("=")
    if not equals or not file or name not in _FORMATS:
        raise argparse.ArgumentTypeError(
            f"{given!r} is no FORMAT=FILE, with a format of {', '.join(_FORMATS)}"
        )
    return name, Path(file)


def _reason(given: str) -> str:
    if not given.strip():
        raise argparse.ArgumentTypeError("it says nothing")
    try:
        given.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("it is not UTF-8") from None
    return given.strip()


def _until(given: str) -> Any:
    found = day(given)
    if found is None:
        raise argparse.ArgumentTypeError(f"{given!r} is no day such as 2026-12-31")
    return found
