"""Names given on the command line, checked: an unknown one gets a did-you-mean and exit status 2."""

import argparse
import difflib
from collections.abc import Iterable

from voxmodels.v1.registry import CLIENT, SERVER
from voxwire.checks import RULES, Rule


def known_rules(text: str) -> frozenset[Rule]:
    """One or more rule ids, separated by commas, in any case."""
    ids = _known(text.upper(), RULES, "rule", "see `voxwire rules`")
    return frozenset(RULES[id_] for id_ in ids)


def known_types(text: str) -> frozenset[str]:
    """One or more message types, separated by commas."""
    return _known(text, {*SERVER, *CLIENT}, "message type", "see the protocol's reference")


def count(text: str) -> int:
    """A number from 0 upwards."""
    if not text.isdecimal() or not text.isascii():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 upwards")
    return int(text)


def host(text: str) -> str:
    """The name or the address of a host, IPv6 in brackets or not. What is none is not shown: it may
    be the address of something else, with a password."""
    from voxwire.live.target import is_host

    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not is_host(bare):
        raise argparse.ArgumentTypeError("this is neither the name nor the address of a host")
    return bare


def _known(text: str, known: Iterable[str], kind: str, otherwise: str) -> frozenset[str]:
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError(f"no {kind} is named")
    for name in sorted(names):
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            advice = f"did you mean {near[0]!r}?" if near else otherwise
            raise argparse.ArgumentTypeError(f"unknown {kind} {name!r} ({advice})")
    return names
