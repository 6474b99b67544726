"""What source code must be changed for, as a change."""

from __future__ import annotations

from collections.abc import Sequence

from voxspec.breaking.verdict import Change, Effect, Verdict, Who
from voxspec.findings import Place


def breaking(
    rule: str, subject: str, message: str, where: Place, was: str = "", now: str = ""
) -> Change:
    """Something that code names, gives or reads is not what it was."""
    effect = Effect(Who.SOURCE, Verdict.BREAKS, message)
    return Change(rule, subject, message, where, was, now, (effect,))


def classes(subject: str, was: Sequence[str], now: Sequence[str], where: Place) -> Change:
    """Classes that are gone, or, where there are as many new names, called otherwise."""
    noun, verb = ("class", "is") if len(was) == 1 else ("classes", "are")
    said = f"{verb} called {' and '.join(now)} now" if now else f"{verb} gone"
    return breaking(
        "CLASS_NO_DELETE",
        subject,
        f"the {noun} {' and '.join(was)} {said}",
        where,
        ", ".join(was),
        ", ".join(now),
    )


def attribute(subject: str, class_: str, was: str, now: str | None, where: Place) -> Change:
    """An attribute that is gone or called otherwise."""
    said = "is gone" if now is None else f"is called {now} now"
    return breaking(
        "ATTRIBUTE_SAME_NAME",
        subject,
        f"the attribute {was} of {class_} {said}",
        where,
        was,
        now or "",
    )


def attributes_gone(subject: str, class_: str, names: Sequence[str], where: Place) -> Change:
    """All attributes of a class, which is there without them."""
    noun, verb = ("attribute", "is") if len(names) == 1 else ("attributes", "are")
    said = f"the {noun} {' and '.join(names)} of {class_} {verb} gone"
    return breaking("ATTRIBUTE_SAME_NAME", subject, said, where, ", ".join(names))


def typed(subject: str, what: str, was: str, now: str, where: Place) -> Change:
    """Something that is of another type."""
    return breaking(
        "ATTRIBUTE_SAME_TYPE", subject, f"{what} is {now} and not {was}", where, was, now
    )


def needed(subject: str, class_: str, name: str, where: Place) -> Change:
    """A class that cannot be made without something that was not needed."""
    return breaking(
        "ATTRIBUTE_SAME_TYPE",
        subject,
        f"{class_} cannot be made without {name} any more",
        where,
        "",
        name,
    )


def member(subject: str, name: str, said: str, where: Place, was: str, now: str = "") -> Change:
    """A member of an enum, or a constant, that code cannot name as it did."""
    return breaking("ENUM_MEMBER_SAME_NAME", subject, f"{name} {said}", where, was, now)
