"""JSON that was seen where no schema says what it is: which types, keys and values there were, and how often.

Memory is bounded: of objects with very many keys the values are taken together, as those of a map.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Literal, TypeAlias, cast

Kind: TypeAlias = Literal["string", "integer", "number", "boolean", "null", "array", "object"]

_KINDS: Final[dict[type, Kind]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    list: "array",
    dict: "object",
}
_MOST_KEYS: Final = 50
"""Keys of one object beyond which they are taken for data."""

_DEEPEST: Final = 16


def kind_of(value: object) -> Kind:
    """What JSON calls the type of a parsed value; integers are numbers without a fraction."""
    return _KINDS[type(value)]


class Observed:
    """All values that were seen at one place."""

    def __init__(self, depth: int = 0) -> None:
        self.count = 0
        self.kinds: Final[Counter[Kind]] = Counter()
        self.least: int | None = None
        """The least integer."""
        self.most: int | None = None
        self.keys: dict[str, Observed] | None = {}
        """The values of objects by key; None where there are too many."""
        self.values: Observed | None = None
        """The values of all keys together, where there are too many."""
        self.items: Observed | None = None
        """The items of arrays."""
        self._depth: Final = depth

    def add(self, value: Any) -> None:
        """One more."""
        kind = kind_of(value)
        self.count += 1
        self.kinds[kind] += 1
        if kind == "integer":
            self.least = value if self.least is None else min(self.least, value)
            self.most = value if self.most is None else max(self.most, value)
        elif self._depth >= _DEEPEST:
            return
        elif kind == "array":
            for item in value:
                if self.items is None:
                    self.items = Observed(self._depth + 1)
                self.items.add(item)
        elif kind == "object":
            self._add_object(cast("dict[str, Any]", value))

    def _add_object(self, value: dict[str, Any]) -> None:
        for key, inner in value.items():
            if self.keys is None:
                break
            if key not in self.keys and len(self.keys) >= _MOST_KEYS:
                self._forget_keys()
                break
            self.keys.setdefault(key, Observed(self._depth + 1)).add(inner)
        if self.keys is None:
            assert self.values is not None
            for inner in value.values():
                self.values.add(inner)

    def _forget_keys(self) -> None:
        """From now on keys are data; what was seen of their values is not known any more."""
        self.keys = None
        self.values = Observed(self._depth + 1)
