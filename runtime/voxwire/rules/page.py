"""Writes ``docs/rules.md``: ``python -m voxwire.rules.page > docs/rules.md``."""

from collections.abc import Iterator, Mapping
from typing import Final

from voxwire.rules.blame import Culprit
from voxwire.rules.registry import RULES

_HEAD = """\
<!-- Written by `python -m voxwire.rules.page`; do not edit. -->
# Rules of `voxwire validate`

Every finding names one of these rules. Errors break the protocol; notes are what readers must \
accept, and those marked * become errors with `--strict`. `--select` and `--ignore` take the ids, \
`--no-session` leaves out the group *session*. In the examples ← is a message from the server and → \
one from the client.

*To blame* is whose mistake it is, where a capture shows it: the side that sent the frame, the client, \
the server, the capture itself, or the author, which is the client that wrote what is in the frame; in \
a server's frame that is another client, whose words the server relays. A rule that needs what a \
capture does not hold is off for that connection: the other side, the start, times that can be \
trusted. What one cause brings about again and again is listed once on a connection and then counted.
"""

_TO_BLAME: Final[Mapping[Culprit | None, str]] = {
    None: "",
    "sender": "the sender",
    "author": "the author",
    "client": "the client",
    "server": "the server",
    "capture": "the capture",
}


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_groups(), ""])


def _groups() -> Iterator[str]:
    group = ""
    for rule in RULES.values():
        if rule.group != group:
            if group:
                yield ""
            group = rule.group
            yield f"## {'JSON' if group == 'json' else group.capitalize()}\n"
            yield "| rule | severity | to blame | meaning | example |"
            yield "|---|---|---|---|---|"
        star = "*" if rule.strict else ""
        yield (
            f"| `{rule.id}` | {rule.severity}{star} | {_TO_BLAME[rule.culprit]} | {rule.meaning} "
            f"| {rule.example} |"
        )


if __name__ == "__main__":
    print(page(), end="")
