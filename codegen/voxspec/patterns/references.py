"""References of patterns to their own groups: which mean the same in every dialect."""

from __future__ import annotations

from voxspec.patterns.errors import PatternError
from voxspec.patterns.tree import Back, Either, Group, Look, Node, Repeat, Sequence


def check_references(node: Node) -> None:
    """Each reference is to a group that has its text by then, in every dialect.

    Python and ECMA-262 differ in what a group without a text matches, and in look-behinds.
    """

    def visit(node: Node, done: frozenset[int], behind: bool) -> frozenset[int]:
        """The groups that surely have a text after ``node``, when ``done`` have one before."""
        match node:
            case Back(number=number):
                if behind or number not in done:
                    raise PatternError(
                        f"\\{number} may stand where group {number} has no text",
                        "refer to a group that stands before and is never left out",
                    )
            case Group(item=item, number=number):
                return visit(item, done, behind) | {number}
            case Sequence(items=items):
                for item in items:
                    done = visit(item, done, behind)
            case Either(options=options):
                after = [visit(option, done, behind) for option in options]
                return frozenset.intersection(*after)
            case Repeat(item=item, low=low):
                after_once = visit(item, done, behind)
                return after_once if low else done
            case Look(item=item, behind=backwards, negative=negative):
                inner = visit(item, done, behind or backwards)
                return done if negative else inner
        return done

    visit(node, frozenset(), False)
