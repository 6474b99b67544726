"""``voxwire protocols``: the protocols that --protocol takes."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import new_command, say
from voxwire.cli.output import is_coloured
from voxwire.report.style import Style, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxwire.cli.common import Commands
    from voxwire.installed import Offer
    from voxwire.protocol import AnyProtocol

_DESCRIPTION: Final = """\
List the protocols that installed packages offer: the name that --protocol takes, what the protocol is
called, its version, its package, and what it was installed with."""

_EPILOG: Final = """\
examples:
  voxwire protocols             all that installed packages offer
  voxwire protocols package.v1  the one of a package that is in the current directory
  voxwire validate --protocol package.v1 capture.ndjson

--protocol also takes the path of a package that offers none, such as package.v1, or of the object in
it, package.v1.protocol:PROTOCOL. It is looked for in the current directory first."""

_HEADINGS: Final = ("name", "title", "version", "package", "from")


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    parser = new_command(commands, "protocols", "list the protocols", _DESCRIPTION, _EPILOG, _run)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these, names or paths")


def _run(options: argparse.Namespace) -> int:
    from voxwire.installed import offered

    offers = offered()
    names: Sequence[str] = options.names or tuple(offer.name for offer in offers)
    found = [_row(name, offers) for name in names]
    rows = [row for row in found if row is not None]
    if rows:
        _print([_HEADINGS, *rows])
    if len(rows) == len(names):
        return exit_codes.CLEAN
    return exit_codes.USAGE if options.names else exit_codes.FINDINGS


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    """A table, the first row its head."""
    style = Style(is_coloured(sys.stdout))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for index, row in enumerate(rows):
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        line = "  ".join(cells).rstrip()
        print(style.paint(line, "dim") if index == 0 else line)


def _row(name: str, offers: Sequence[Offer]) -> tuple[str, ...] | None:
    """What is known of a protocol; None, after saying why, of what is none."""
    from voxwire.installed import ProtocolNotFoundError, protocol_named

    try:
        protocol = protocol_named(name)
    except ProtocolNotFoundError as error:
        say("protocols", str(error))
        return None
    by_name = {offer.name: offer.distribution for offer in offers}
    source = by_name.get(name) or _source_of(protocol, offers) or "no installed package"
    cells = (name, protocol.title, str(protocol.version), protocol.package, source)
    return tuple(map(printable, cells))


def _source_of(protocol: AnyProtocol, offers: Sequence[Offer]) -> str | None:
    """What a protocol that was asked for by its path was installed with."""
    from voxwire.installed import ProtocolNotFoundError

    for offer in offers:
        with suppress(ProtocolNotFoundError):  # one that is broken is not this one
            if offer.load() is protocol:
                return offer.distribution
    return None
