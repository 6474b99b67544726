"""One difference between two revisions, and how it is tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.imported import Problem
from voxspec.breaking.verdict import Age, Verdict
from voxspec.model import Field, JsonValue, Message, Record, Use

Shape = Use | Field | Record | Message
Candidates = Callable[[Builder, Age, Message], Iterable[JsonValue]]
"""Values that may show a difference, made by the builder of the writer, which is old or new."""

Concerns = Callable[[Problem, str], bool]
"""Whether what a reader says is about a difference at this JSON Pointer."""


def at_or_below(problem: Problem, pointer: str) -> bool:
    """Whether a problem is of a value or of something in it."""
    return problem.pointer == pointer or problem.pointer.startswith(f"{pointer}/")


@dataclass(frozen=True, slots=True)
class Trial:
    """How a difference is tried out on frames.

    ``old`` and ``new`` are what the place allows but for this difference and no other; with
    ``alone``, a value shows the difference only if it is refused by these, and what they prove to
    be compatible is compatible. Without them only frames and whole messages tell. ``crossed`` is by
    writer its whole type, and the same with this difference alone: what that takes of the first is
    not this difference's fault. ``safe`` are the writers whose values are beyond doubt where JSON
    Schema cannot say so. ``misread``: no reader refuses a value, but the old and the new end mean
    different things by it.
    """

    candidates: Candidates
    concerns: Concerns = at_or_below
    old: Shape | None = None
    new: Shape | None = None
    alone: bool = True
    crossed: Mapping[Age, tuple[Shape, Shape]] = field(default_factory=dict)
    safe: frozenset[Age] = frozenset()
    misread: str = ""
    passed_over: Mapping[str, Verdict] | None = None
    """Given where it is about the type of the message, which not both ends know, and not about what else
    is in its frames. What a reader does then, its revision says; for the crossings in which it passes over
    the message, such as ``client/old`` by their writers, this is how bad that is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that differs. Without a trial nothing of it is on the wire."""

    rule: str
    spot: Spot
    message: str
    was: str = ""
    now: str = ""
    trial: Trial | None = None
    gone: bool = False
    hint: str = ""
    exact: str = ""
    """What tells it from others of the same words."""
    loses: tuple[str, ...] = field(default=())
    """Where meaning is lost although nothing is refused: crossings, as ``client/old`` by their
    writers."""
    missed: tuple[str, ...] = field(default=())
    """The same where the writer does not send what the reader may look for."""
    lost: str = ""
    """What is lost then; empty where the reader does not know it."""
