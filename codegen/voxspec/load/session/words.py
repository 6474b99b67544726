"""Numbers as people say them in sentences."""

from __future__ import annotations

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
SECONDS: dict[str, float] = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
"""The units of time, with the seconds in one."""

_UNITS = {"ms": "millisecond", "s": "second", "min": "minute", "h": "hour"}
_WHOLE: dict[tuple[str, float], str] = {
    ("s", 60): "a minute",
    ("s", 3600): "an hour",
    ("min", 60): "an hour",
}


def spelled(number: int | float) -> str:
    """``two``, ``one and a half``; digits where words would be long."""
    whole, rest = divmod(number, 1)
    if whole < len(_SMALL) and rest == 0:
        return _SMALL[int(whole)]
    if 0 < whole < len(_SMALL) and rest == 0.5:
        return f"{_SMALL[int(whole)]} and a half"
    return f"{number:g}"


def times(number: int | float) -> str:
    """``once``, ``twice``, ``three times``."""
    if number in (1, 2):
        return "once" if number == 1 else "twice"
    return f"{spelled(number)} times"


def ordinal_after(number: int) -> str:
    """What comes after so many: ``a sixth`` after 5, ``an eleventh`` after 10."""
    following = number + 1
    if following < len(_ORDINALS):
        word = _ORDINALS[following]
    elif following % 100 in (11, 12, 13):
        word = f"{following}th"
    else:
        word = f"{following}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(following % 10, 'th') }"
    is_vowel = word[0] in "aeiou8" or (word.startswith(("11th", "18th")))
    return f"{'an' if is_vowel else 'a'} {word}"


def unit_word(unit: str, number: int | float) -> str:
    """``seconds`` for s; a unit that is a word already stays as it is."""
    if unit not in _UNITS:
        return unit
    return _UNITS[unit] if number == 1 else f"{_UNITS[unit]}s"


def span(number: int | float, unit: str) -> str:
    """A time: ``a minute``, ``a second``, ``an hour``, or ``90 seconds``."""
    if number == 1 and unit in _UNITS:
        return f"{'an' if unit == 'h' else 'a'} {_UNITS[unit]}"
    return _WHOLE.get((unit, number)) or f"{number:g} {unit_word(unit, number)}"
