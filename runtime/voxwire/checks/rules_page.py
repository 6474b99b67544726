"""Writes ``docs/rules.md``: ``python -m voxwire.checks.rules_page > docs/rules.md``."""

from collections.abc import Iterator

from voxwire.checks.rule_examples import EXAMPLES
from voxwire.checks.rules import RULES

_HEAD = """\
<!-- Written by `python -m voxwire.checks.rules_page`; do not edit. -->
# Rules of `voxwire validate`

Every finding names one of these rules. Errors break the protocol; notes are what readers must \
accept, and those marked * become errors with `--strict`. `--select` and `--ignore` take the ids, \
`--no-session` leaves out the group *session*. In the examples ← is a message from the server and → \
one from the client.
"""


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
            yield f"## {group.capitalize()}\n"
            yield "| rule | severity | meaning | example |"
            yield "|---|---|---|---|"
        example = EXAMPLES.get(rule.id, "")
        star = "*" if rule.strict else ""
        yield f"| `{rule.id}` | {rule.severity}{star} | {rule.meaning} | {example} |"


if __name__ == "__main__":
    print(page(), end="")
