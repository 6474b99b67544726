"""``voxwire convert``: writes a capture of any format in the native one, or as HAR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.cli.common import chosen_protocol, new_command
from voxwire.cli.rewriting import STATUS, add_rewriting, rewrite

if TYPE_CHECKING:
    import argparse

    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Write a capture of any format that `voxwire formats` lists in the native one, which loses nothing, or as
HAR, which DevTools and other tools import. OUT appears when it is whole, and only you may read it."""

_EPILOG: Final = f"""\
examples:
  voxwire convert session.har session.ndjson.zst      native, compressed
  voxwire convert session.ndjson session.har          for DevTools: Network, import HAR
  voxwire convert --redact session.ndjson public.har  secrets masked, as by `voxwire redact`
  voxwire convert --all traffic.har traffic.ndjson    connections to others as well
  zstdcat session.ndjson.zst | voxwire convert --to har - - > session.har

A native capture that becomes a native one is copied line by line, whatever it holds. What the format of
IN did not record stands in the native file, and in HAR under keys that other tools pass over: rules that
need it stay off. How connections end has no place of its own in HAR: it is among the messages there, as errors.

{STATUS}"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "write a capture in another format"
    parser = new_command(commands, "convert", summary, _DESCRIPTION, _EPILOG, _run)
    add_rewriting(parser)
    parser.add_argument("--redact", action="store_true", help="mask secrets in OUT")


def _run(options: argparse.Namespace) -> int:
    if not options.redact:
        return rewrite("convert", options, None)
    from voxwire.wire.redact import Redactor

    return rewrite("convert", options, Redactor(protocol=chosen_protocol(options)))
