"""The plain data of shapes: merging it, and telling what an object is."""

from __future__ import annotations

import re
from typing import Any, Final

Shape = dict[str, Any]
"""``count``, and for each kind of JSON that was seen what is known of it."""

KINDS: Final = ("boolean", "integer", "number", "string", "array", "object")
"""The kinds of JSON but null."""

_ID: Final = re.compile(
    r"[0-9]+|[0-9a-fA-F]{8,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)
_UNREADABLE: Final = re.compile(r"[\"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MANY: Final = 8


def merged(one: Shape | None, other: Shape | None) -> Shape | None:
    """What stood at either of two places."""
    if one is None or other is None:
        return one or other
    result: Shape = {"count": one["count"] + other["count"]}
    for kind in ("null", "boolean"):
        total = one.get(kind, 0) + other.get(kind, 0)
        if total:
            result[kind] = total
    for kind, merge in _MERGES.items():
        if kind in one and kind in other:
            result[kind] = merge(one[kind], other[kind])
        elif kind in one or kind in other:
            result[kind] = one.get(kind) or other.get(kind)
    return result


def _numbers(one: Shape, other: Shape) -> Shape:
    return {
        "count": one["count"] + other["count"],
        "least": min(one["least"], other["least"]),
        "greatest": max(one["greatest"], other["greatest"]),
        "secret": one["secret"] or other["secret"],
    }


def _lengths(one: Shape, other: Shape) -> Shape:
    return {
        "count": one["count"] + other["count"],
        "shortest": min(one["shortest"], other["shortest"]),
        "longest": max(one["longest"], other["longest"]),
    }


def _texts(one: Shape, other: Shape) -> Shape:
    values = None
    if one["values"] is not None and other["values"] is not None:
        values = dict(one["values"])
        for value, count in other["values"].items():
            values[value] = values.get(value, 0) + count
    return _lengths(one, other) | {
        "values": values,
        "date_time": one["date_time"] and other["date_time"],
        "secret": one["secret"] or other["secret"],
    }


def _arrays(one: Shape, other: Shape) -> Shape:
    return _lengths(one, other) | {"items": merged(one["items"], other["items"])}


def merged_objects(one: Shape, other: Shape) -> Shape:
    """Objects of two places; variants only where both have them, by the same key."""
    result: Shape = {
        "count": one["count"] + other["count"],
        "cut": one["cut"] or other["cut"],
    }
    if "values" in one or "values" in other:
        return result | {"values": merged(values_of(one), values_of(other))}
    keys = dict(one["keys"])
    for key, shape in other["keys"].items():
        keys[key] = merged(keys.get(key), shape)
    result["keys"] = keys
    tags = [objects["variants"]["key"] for objects in (one, other) if "variants" in objects]
    if len(tags) == 2 and tags[0] == tags[1]:
        shapes = dict(one["variants"]["shapes"])
        for value, shape in other["variants"]["shapes"].items():
            shapes[value] = merged(shapes.get(value), shape)
        result["variants"] = {"key": tags[0], "shapes": shapes}
    return result


_MERGES: Final = {
    "integer": _numbers,
    "number": _numbers,
    "string": _texts,
    "array": _arrays,
    "object": merged_objects,
}


def values_of(objects: Shape) -> Shape | None:
    """What stands under any key."""
    if "values" in objects:
        found: Shape | None = objects["values"]
        return found
    result = None
    for shape in objects["keys"].values():
        result = merged(result, shape)
    return result


def is_map(objects: Shape) -> bool:
    """Whether keys are no names: they are ids, or come and go without end, or no reader takes them."""
    if "values" in objects:
        return True
    keys: dict[str, Shape] = objects["keys"]
    if not keys:
        return False
    if all(map(_ID.fullmatch, keys)) or any(not is_readable(key) for key in keys):
        return True
    kinds = {tuple(kind for kind in KINDS if kind in shape) for shape in keys.values()}
    often = max(shape["count"] for shape in keys.values())
    return len(keys) >= _MANY and len(kinds) == 1 and often * 3 <= objects["count"]


def is_readable(key: str) -> bool:
    """Whether generated models can read a key."""
    return _UNREADABLE.search(key) is None
