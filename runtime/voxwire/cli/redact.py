"""``voxwire redact``: writes a capture without its secrets, so that it can be shown to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.cli.common import chosen_protocol, new_command
from voxwire.cli.rewriting import STATUS, add_rewriting, rewrite

if TYPE_CHECKING:
    import argparse

    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Write a capture with every value masked that the schema marks as secret (tokens, session ids, keys,
encrypted data, addresses), so that it can be shown to others. Rules, frames and places of what
`voxwire validate` finds stay the same. IN is a capture of any format, OUT a native one or HAR."""

_EPILOG: Final = f"""\
examples:
  voxwire redact session.ndjson public.ndjson          secrets
  voxwire redact --bodies session.har public.har.gz    what people wrote as well
  zstdcat session.ndjson.zst | voxwire redact --to native - - | less

what is masked:
  - values below the keys of secrets, in any message, known or not
  - the same values wherever else they occur in IN, before or after: under a misspelt key, in a text, in
    the address, in a close reason; and everything that looks like a token
  - user name, password and parameters of addresses, but for the protocol's own parameters
  - what cannot be read: lines and texts that are broken are masked whole, and stay as broken
  - keys of native lines that are not of the format are left out
  - with --bodies, below keys that the schema marks with x-words: texts of messages, previews, statuses

The same value has the same mask in all of OUT, so that a resumed session still has its id, and another
one in the next run: nobody can try out which value a mask stands for. A mask is as long as the value,
from 17 characters. Ids, names, times and sizes stay.

{STATUS}"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "mask the secrets of a capture"
    parser = new_command(commands, "redact", summary, _DESCRIPTION, _EPILOG, _run)
    add_rewriting(parser)
    parser.add_argument("--bodies", action="store_true", help="mask what people wrote, too")


def _run(options: argparse.Namespace) -> int:
    from voxwire.wire.redact import Redactor

    redactor = Redactor(protocol=chosen_protocol(options), words=options.bodies)
    return rewrite("redact", options, redactor)
