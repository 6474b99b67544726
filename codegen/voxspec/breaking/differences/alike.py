"""Parts that only have another name: all that is said of them is the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from voxspec.breaking.differences.parts import EXAMPLES, Part
from voxspec.breaking.differences.spelling import key_of_schema

_OF_SESSION: Final = ("states", "timers", "rates", "streams")

_NAMES: Final = frozenset(map(key_of_schema, ("name", "member", "python_name")))
"""What a part is called, also in the models."""


def alike(old: Part, new: Part) -> dict[str, str]:
    """By their new subjects, the old names of types, examples and parts of the conversation that are
    called otherwise. Those that look the same as another one are nobody's."""
    found = {}
    for path, was, now in _lists(old, new):
        gone = [name for name in was.parts if name not in now.parts]
        added = [name for name in now.parts if name not in was.parts]
        before = [(name, _looks(was.parts[name], gone)) for name in gone]
        after = [(name, _looks(now.parts[name], added)) for name in added]
        for name, looks in after:
            same = [other for other, others in before if others == looks]
            if len(same) == 1 and sum(others == looks for _, others in after) == 1:
                found[f"{path}/{name}"] = same[0]
    return found


def _lists(old: Part, new: Part) -> Iterator[tuple[str, Part, Part]]:
    """The lists of two protocols in which something may be called otherwise."""
    for name in _OF_SESSION:
        was, now = (_inner(whole, "session", name) for whole in (old, new))
        if was and now:
            yield f"session/{name}", was, now
    yield "types", old.parts["types"], new.parts["types"]
    for side in ("client", "server"):
        for name, message in new.parts[side].parts.items():
            was = old.parts[side].parts.get(name)
            if was is not None:
                yield f"{side}/{name}", _examples(was), _examples(message)


def _examples(message: Part) -> Part:
    return Part(parts={n: one for n, one in message.parts.items() if n.startswith(EXAMPLES)})


def _inner(part: Part, *path: str) -> Part | None:
    for step in path:
        inner = part.parts.get(step)
        if inner is None:
            return None
        part = inner
    return part


@dataclass(frozen=True)
class _Looks:
    """What a part is without its name: ``None`` stands for a name that the other list does not have."""

    said: frozenset[tuple[str, str | None]]
    parts: frozenset[tuple[str, _Looks]]


def _looks(part: Part, names: Collection[str]) -> _Looks:
    said = (
        (fact, None if text in names else text)
        for fact, text in part.said.items()
        if fact not in _NAMES
    )
    parts = ((name, _looks(inner, names)) for name, inner in part.parts.items())
    return _Looks(frozenset(said), frozenset(parts))
