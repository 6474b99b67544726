"""The shape of what stood at one place: which kinds of JSON, how often, and within what bounds.

::

    shape = Shape()
    shape.add({"id": 1, "name": "Ada"}, budget)
    shape.add({"id": 2, "name": None}, budget)
    shape.plain()      # {"count": 2, "object": {"count": 2, "keys": {"id": …, "name": …}}}

Nothing in what :meth:`Shape.plain` gives looks like a secret.
"""

from __future__ import annotations

from typing import Any

from voxwire.shapes.budget import DEEPEST, MOST_KEYS, MOST_VARIANTS, Budget
from voxwire.shapes.scalars import Numbers, Texts
from voxwire.shapes.secrecy import is_secret_key, looks_secret


class Shape:
    """What stood at one place. `count` says how often anything did."""

    __slots__ = ("arrays", "booleans", "count", "integers", "nulls", "numbers", "objects", "texts")

    def __init__(self) -> None:
        self.count = 0
        self.nulls = 0
        self.booleans = 0
        self.integers: Numbers | None = None
        self.numbers: Numbers | None = None
        self.texts: Texts | None = None
        self.arrays: Arrays | None = None
        self.objects: Objects | None = None

    def add(self, value: Any, budget: Budget, depth: int = 0, *, is_secret: bool = False) -> None:
        """Another value stood there. `is_secret`: below a key that names a secret."""
        self.count += 1
        if value is None:
            self.nulls += 1
        elif isinstance(value, bool):
            self.booleans += 1
        elif isinstance(value, str):
            if self.texts is None:
                self.texts = Texts(is_secret)
            self.texts.add(value)
        elif isinstance(value, int):
            if self.integers is None:
                self.integers = Numbers(is_secret)
            self.integers.add(value)
        elif isinstance(value, float):
            if self.numbers is None:
                self.numbers = Numbers(is_secret)
            self.numbers.add(value)
        elif isinstance(value, list):
            if self.arrays is None:
                self.arrays = Arrays()
            self.arrays.add(value, budget, depth + 1, is_secret)
        else:
            if self.objects is None:
                self.objects = Objects()
            self.objects.add(value, budget, depth + 1, is_secret)

    def refine(self, value: Any, budget: Budget, depth: int = 0) -> None:
        """Look at a value once more, for what tells variants of objects apart; after
        :meth:`find_tags`."""
        if isinstance(value, list) and self.arrays is not None and self.arrays.items is not None:
            for item in value:
                self.arrays.items.refine(item, budget, depth + 1)
        elif isinstance(value, dict) and self.objects is not None:
            self.objects.refine(value, budget, depth + 1)

    def find_tags(self) -> bool:
        """Choose the keys by which objects may be told apart, here and below; False where there are
        none, so that no second look is needed."""
        found = self.arrays is not None and self.arrays.find_tags()
        return (self.objects is not None and self.objects.find_tags()) or found

    def merge(self, other: Shape) -> None:
        """Everything that stood at another place stood here as well."""
        self.count += other.count
        self.nulls += other.nulls
        self.booleans += other.booleans
        self.integers = _merged(self.integers, other.integers)
        self.numbers = _merged(self.numbers, other.numbers)
        self.texts = _merged(self.texts, other.texts)
        self.arrays = _merged(self.arrays, other.arrays)
        self.objects = _merged(self.objects, other.objects)

    def plain(self) -> dict[str, Any]:
        """As plain data; kinds that were not seen are not there."""
        kinds: dict[str, Any] = {
            "null": self.nulls,
            "boolean": self.booleans,
            "integer": self.integers and self.integers.plain(),
            "number": self.numbers and self.numbers.plain(),
            "string": self.texts and self.texts.plain(),
            "array": self.arrays and self.arrays.plain(),
            "object": self.objects and self.objects.plain(),
        }
        return {"count": self.count} | {kind: seen for kind, seen in kinds.items() if seen}


def _merged(one: Any, other: Any) -> Any:
    """Either, or both as the first of them."""
    if one is None or other is None:
        return one or other
    one.merge(other)
    return one


class Arrays:
    """Arrays at one place: how many items, and what these are."""

    __slots__ = ("count", "items", "longest", "shortest")

    def __init__(self) -> None:
        self.count = 0
        self.shortest = 0
        self.longest = 0
        self.items: Shape | None = None

    def add(self, value: list[Any], budget: Budget, depth: int, is_secret: bool) -> None:
        """Another array."""
        length = len(value)
        self.shortest = length if not self.count else min(self.shortest, length)
        self.longest = max(self.longest, length)
        self.count += 1
        if not value or depth > DEEPEST:
            return
        if self.items is None:
            if not budget.take():
                return
            self.items = Shape()
        for item in value:
            self.items.add(item, budget, depth, is_secret=is_secret)

    def find_tags(self) -> bool:
        """As that of a shape."""
        return self.items is not None and self.items.find_tags()

    def merge(self, other: Arrays) -> None:
        """As that of a shape."""
        self.count += other.count
        self.shortest = min(self.shortest, other.shortest)
        self.longest = max(self.longest, other.longest)
        self.items = _merged(self.items, other.items)

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        items = self.items.plain() if self.items is not None else None
        return {
            "count": self.count,
            "shortest": self.shortest,
            "longest": self.longest,
            "items": items,
        }


class Objects:
    """Objects at one place: their keys, each with its shape and so with how often it was there.

    Where keys are no names (there are too many, or they look like secrets), they are a map: `values`
    is then what stands under any of them.
    """

    __slots__ = ("count", "is_cut", "keys", "tagged", "values")

    def __init__(self) -> None:
        self.count = 0
        self.is_cut = False
        """Whether something in it was not looked into."""
        self.keys: dict[str, Shape] = {}
        self.values: Shape | None = None
        self.tagged: dict[str, dict[str, Shape]] = {}
        """The objects apart, by a key and its value."""

    def add(self, value: dict[str, Any], budget: Budget, depth: int, is_secret: bool) -> None:
        """Another object."""
        self.count += 1
        if depth > DEEPEST:
            self.is_cut = True
            return
        for key, item in value.items():
            shape = self._shape(key, budget)
            if shape is None:
                self.is_cut = True
            else:
                shape.add(item, budget, depth, is_secret=is_secret or is_secret_key(key))

    def _shape(self, key: str, budget: Budget) -> Shape | None:
        """Where what stands under `key` is kept; None where there is no room."""
        if self.values is not None:
            return self.values
        shape = self.keys.get(key)
        if shape is not None:
            return shape
        if len(self.keys) >= MOST_KEYS or looks_secret(key):
            return self._fold()
        if not budget.take():
            return None
        shape = self.keys[key] = Shape()
        return shape

    def _fold(self) -> Shape:
        """From now on it is a map."""
        self.values = Shape()
        for shape in self.keys.values():
            self.values.merge(shape)
        self.keys = {}
        return self.values

    def find_tags(self) -> bool:
        """As that of a shape: a key is a candidate when it is always a word, one of a few, and other
        keys come and go."""
        below = [shape.find_tags() for shape in self.keys.values()]
        if self.values is not None:
            below.append(self.values.find_tags())
        comes_and_goes = sum(shape.count < self.count for shape in self.keys.values())
        if comes_and_goes >= 2:
            candidates = [key for key, shape in self.keys.items() if self._may_tag(shape)]
            self.tagged = {key: {} for key in candidates}
        return bool(self.tagged) or any(below)

    def _may_tag(self, shape: Shape) -> bool:
        texts = shape.texts
        if texts is None or texts.count != shape.count or shape.count < self.count:
            return False
        return texts.values is not None and 2 <= len(texts.values) <= MOST_VARIANTS

    def refine(self, value: dict[str, Any], budget: Budget, depth: int) -> None:
        """As that of a shape."""
        for key, by_value in self.tagged.items():
            tag = value.get(key)
            if not isinstance(tag, str):
                continue
            if tag not in by_value and budget.take():
                by_value[tag] = Shape()
            if tag in by_value:
                by_value[tag].add(value, budget, depth - 1)
        for key, item in value.items():
            shape = self.keys.get(key) or self.values
            if shape is not None:
                shape.refine(item, budget, depth)

    def merge(self, other: Objects) -> None:
        """As that of a shape."""
        self.count += other.count
        self.is_cut = self.is_cut or other.is_cut
        if other.values is not None and self.values is None:
            self._fold()
        for key, shape in other.keys.items():
            if self.values is None and key not in self.keys and len(self.keys) >= MOST_KEYS:
                self._fold()
            if self.values is not None:
                self.values.merge(shape)
            elif key in self.keys:
                self.keys[key].merge(shape)
            else:
                self.keys[key] = shape
        if other.values is not None and self.values is not None:
            self.values.merge(other.values)

    def tag(self) -> str | None:
        """The key that tells variants apart: each of them was seen more than once, and always had a key
        that the other never had. None where no key does."""
        for key, by_value in self.tagged.items():
            shapes = [shape.objects for shape in by_value.values() if shape.objects is not None]
            if len(shapes) >= 2 and all(
                _has_own(one, other) for one in shapes for other in shapes if one is not other
            ):
                return key
        return None

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        found: dict[str, Any] = {"count": self.count, "cut": self.is_cut}
        if self.values is not None:
            return found | {"values": self.values.plain()}
        found["keys"] = {key: shape.plain() for key, shape in self.keys.items()}
        tag = self.tag()
        if tag is not None:
            variants = {value: shape.plain() for value, shape in self.tagged[tag].items()}
            found["variants"] = {"key": tag, "shapes": variants}
        return found


def _has_own(one: Objects, other: Objects) -> bool:
    """Whether it always has a key that the other never has."""
    always = (key for key, shape in one.keys.items() if shape.count == one.count)
    return one.count >= 2 and any(key not in other.keys for key in always)
