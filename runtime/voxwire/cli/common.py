"""What commands share: how they are added, the options that several have, and how they say no.

A name that is not known gets a did-you-mean and exit status 2.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from voxwire.cli import exit_codes
from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from voxwire.capture.reading import Reading
    from voxwire.protocol import AnyProtocol
    from voxwire.rules.rule import Rule

    _T = TypeVar("_T")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = "Callable[[argparse.Namespace], int]"

_LIVE_LIBRARY: Final = "websockets"

_MOST_JOBS: Final = 61
"""Processes that one can wait for on every system."""


def new_command(
    commands: Commands, name: str, summary: str, description: str, epilog: str, run: Run
) -> argparse.ArgumentParser:
    """Add a command; its options are still to come."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, refuse=parser.error)
    return parser


def add_protocol(parser: argparse.ArgumentParser) -> None:
    """Add the option that says whose messages these are."""
    parser.add_argument(
        "--protocol",
        metavar="NAME",
        type=partial(_protocol, parser),
        help="the protocol: one that `voxwire protocols` lists, or the path of its package, such as "
        "package.v1 (vox unless given)",
    )


def add_reading(parser: argparse.ArgumentParser, *, with_direction: bool = True) -> None:
    """Add the options that say how captures are read, but not `with_direction` where the command has a
    --direction that says more."""
    group = parser.add_argument_group("how to read it")
    group.add_argument(
        "--from",
        dest="from_format",
        metavar="NAME",
        type=known_format,
        help="the format, one that `voxwire formats` lists; by default the content tells it",
    )
    group.add_argument(
        "--all",
        dest="everything",
        action="store_true",
        help="take every WebSocket connection of a browser or a machine, not only the gateway's",
    )
    if with_direction:
        group.add_argument(
            "--direction",
            choices=("s2c", "c2s"),
            help="which way messages went, with --from of a format that does not say it, such as lines",
        )
        parser.set_defaults(run=partial(_run_directed, parser.get_default("run")))


def _run_directed(run: Run, options: argparse.Namespace) -> int:
    """Run a command, unless nobody would heed its --direction, which is refused."""
    if options.direction is not None:
        from voxwire.capture.formats.registry import DIRECTED

        if options.from_format not in DIRECTED:
            options.refuse(
                "argument --direction: it says which way messages went where the format does not, with "
                f"--from {' or '.join(DIRECTED)}; `voxwire validate` and `inspect` choose frames by it"
            )
    return run(options)


def chosen_reading(options: argparse.Namespace) -> Reading:
    """How captures are to be read."""
    from voxwire.capture.reading import Reading

    direction = getattr(options, "direction", None)
    return Reading(options.from_format, direction, options.everything)


def chosen_protocol(options: argparse.Namespace) -> AnyProtocol:
    """The protocol that was asked for, or Vox's."""
    return protocol_or_vox(options.protocol)


def chosen_types(options: argparse.Namespace) -> frozenset[str] | None:
    """The message types that --only names, None where it is not given. Ends the program when the
    protocol has no such type."""
    if options.only is None:
        return None
    protocol = chosen_protocol(options)
    known = {str(type_) for type_ in (*protocol.server, *protocol.client)}
    try:
        chosen = [
            _known(text, known, "message type", "see the protocol's reference")
            for text in options.only
        ]
    except argparse.ArgumentTypeError as error:
        options.refuse(f"argument --only: {error}")
        raise
    return frozenset[str]().union(*chosen)


def united(choices: Sequence[frozenset[_T]] | None) -> frozenset[_T] | None:
    """What an option that may be given several times chooses; None where it is not given."""
    return None if choices is None else frozenset().union(*choices)


def known_rules(text: str) -> frozenset[Rule]:
    """One or more rule ids, separated by commas, in any case."""
    from voxwire.rules.registry import RULES

    ids = _known(text.upper(), RULES, "rule", "see `voxwire rules`")
    return frozenset(RULES[id_] for id_ in ids)


def known_format(text: str) -> str:
    """The name of a format."""
    from voxwire.capture.formats.registry import BY_NAME

    (name,) = _known(text.lower(), BY_NAME, "format", "see `voxwire formats`")
    return name


def count(text: str) -> int:
    """A number from 0 upwards."""
    if not text.isdecimal() or not text.isascii():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 upwards")
    return int(text)


def percent(text: str) -> float:
    """A number from 0 to 100."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100")
    return number


def jobs(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST_JOBS}")
    return int(text)


def host(text: str) -> str:
    """The name or the address of a host, IPv6 in brackets or not. What is none is not shown: it may
    be the address of something else, with a password."""
    from voxwire.live.target import is_host

    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not is_host(bare):
        raise argparse.ArgumentTypeError("this is neither the name nor the address of a host")
    return bare


def line(command: str, sentence: str) -> str:
    """The line on standard error that says `sentence`, without secrets."""
    from voxwire.masking import mask_secrets
    from voxwire.report.style import printable

    return f"voxwire {command}: {printable(mask_secrets(sentence))}\n"


def say(command: str, sentence: str) -> None:
    """Say it at once: for what comes before an event loop, or after it."""
    print(line(command, sentence), end="", file=sys.stderr, flush=True)


def refuse(command: str, sentence: str) -> int:
    """Say why the command line is wrong; gives the exit status."""
    say(command, sentence)
    return exit_codes.USAGE


def is_missing_live_extra(error: ModuleNotFoundError) -> bool:
    """Whether it is the library of the extra ``live`` that could not be imported."""
    return (error.name or "").partition(".")[0] == _LIVE_LIBRARY


def _protocol(parser: argparse.ArgumentParser, text: str) -> AnyProtocol:
    from voxwire.installed import ProtocolNotFoundError, protocol_named

    try:
        return protocol_named(text)
    except ProtocolNotFoundError as error:
        # By itself: how the command is used would stand before the answer, and is another question.
        command = parser.prog.rpartition(" ")[2]
        parser.exit(exit_codes.USAGE, line(command, str(error)))


def _known(text: str, known: Iterable[str], kind: str, otherwise: str) -> frozenset[str]:
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError(f"no {kind} is named")
    for name in sorted(names):
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, list(known), n=1)
            advice = f"did you mean {near[0]!r}?" if near else otherwise
            raise argparse.ArgumentTypeError(f"unknown {kind} {name!r} ({advice})")
    return names
