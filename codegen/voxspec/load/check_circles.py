"""Types that hold themselves: what may, so that every value ends and every target can write it."""

from __future__ import annotations

from voxspec.findings import Findings
from voxspec.load.source import Source
from voxspec.model import NamedDefinition, Record
from voxspec.model.circles import circles, levels
from voxspec.model.walk import references, uses

MOST_DEEP = 40
"""How many levels of types may stand in each other: Python's own limit allows each a few calls."""


def check_circles(
    source: Source, definitions: dict[str, NamedDefinition], findings: Findings
) -> None:
    """Findings for circles that no target can write, and for types too deep in each other."""
    edges = {name: [r.name for r in references(d)] for name, d in definitions.items()}
    aliases = {n: e for n, e in edges.items() if not isinstance(definitions[n], Record)}
    before = len(findings.items)
    _check_aliases(source, aliases, findings)
    if len(findings.items) == before:
        _check_ends(source, definitions, findings)
        _check_secrets(source, definitions, findings)
    _check_depth(source, edges, findings)


def _check_aliases(source: Source, edges: dict[str, list[str]], findings: Findings) -> None:
    """A name without keys, such as that of an array, cannot stand for itself."""
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            findings.error(
                "REF_NO_CYCLE",
                "types refer to each other in a circle: " + " → ".join((*trail, name)),
                source.key_place("types", name),
                "only a record can hold itself: put one into the circle",
            )
        elif name in edges and name not in done:
            for target in edges[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def _check_ends(
    source: Source, definitions: dict[str, NamedDefinition], findings: Findings
) -> None:
    circle_of = circles(definitions.values())
    endless = circle_of.keys() - levels(definitions.values()).keys()
    for name in definitions:
        if name in endless:
            findings.error(
                "REF_NO_CYCLE",
                f'no value of "{name}" can end: each holds another one',
                source.key_place("types", name),
                "make a key of the circle optional, or let it be null or an empty array",
            )


def _check_secrets(
    source: Source, definitions: dict[str, NamedDefinition], findings: Findings
) -> None:
    for name in circles(definitions.values()):
        if _holds_secret(definitions, name):
            findings.error(
                "KEYWORD_APPLIES",
                f'"{name}" holds itself, and a value with x-sensitive',
                source.key_place("types", name),
                "secrets are found by their place, and this one has no end of places; "
                "give the secret a place outside the circle",
            )


def _holds_secret(definitions: dict[str, NamedDefinition], name: str) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen or current not in definitions:
            continue
        seen.add(current)
        if any(use.sensitive for use in uses(definitions[current])):
            return True
        waiting += (reference.name for reference in references(definitions[current]))
    return False


def _check_depth(source: Source, edges: dict[str, list[str]], findings: Findings) -> None:
    depths: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> int:
        """How many types deep the references of a type go; a circle counts once."""
        if name in trail:
            return 0
        if name in depths or name not in edges:
            return depths.get(name, 0)
        if len(trail) > MOST_DEEP:
            return 1
        inner = [visit(target, (*trail, name)) for target in edges[name]]
        depths[name] = 1 + max(inner, default=0)
        return depths[name]

    for name in edges:
        if visit(name, ()) > MOST_DEEP:
            findings.error(
                "REF_NOT_DEEP",
                f'"{name}" refers to types more than {MOST_DEEP} levels deep',
                source.key_place("types", name),
                "readers of such values give up at some depth; put fewer types into each other",
            )
            return
