"""What a target is: the files that it plans, and what it makes of the dialect's keywords."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

ModelT = TypeVar("ModelT")


class UnhandledKeywordError(Exception):
    """A target says nothing of a keyword, or something of a word that is none."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of the dialect as one target sees them.

    ``written``: those that change what it writes. ``left_out``: those that do not, each with the
    reason why nobody misses them there.
    """

    written: frozenset[str]
    left_out: Mapping[str, str]

    def check(self, target: str, dialect: Iterable[str]) -> None:
        """Raise UnhandledKeywordError unless each keyword of the dialect is in one of the two."""
        known = {*dialect}
        said = self.written | self.left_out.keys()
        where = f"codegen/voxspec/targets/{target}/keywords.py"
        for word in sorted(known - said):
            raise UnhandledKeywordError(
                f'the target "{target}" does not handle the keyword "{word}": write what it means '
                f"there, or leave it out for a reason, and say so in {where}"
            )
        for word in sorted(said - known):
            raise UnhandledKeywordError(
                f'"{word}" in {where} is no keyword of the dialect in schema/meta'
            )
        for word in sorted(self.written & self.left_out.keys()):
            raise UnhandledKeywordError(f'"{word}" is both written and left out in {where}')


@dataclass(frozen=True, slots=True)
class Target(Generic[ModelT]):
    """``plan`` gives the files, path below the output folder to text, from the model alone."""

    plan: Callable[[ModelT], dict[str, str]]
    keywords: Keywords
