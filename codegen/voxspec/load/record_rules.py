"""Rules between the keys of a record: exactly one of some, and keys that go with a value."""

from __future__ import annotations

from typing import cast

from voxspec.findings import Findings
from voxspec.load.json_types import Expression
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import Constant, RequiredWhen
from voxspec.near import did_you_mean


def exactly_one_of(
    source: Source,
    path: Path_,
    expression: Expression,
    known: list[str],
    required: set[str],
    findings: Findings,
) -> tuple[tuple[str, ...], ...]:
    """Which keys exclude each other, one of them being there; findings for groups that say less."""
    branches = cast(list[Expression], expression.get("oneOf", []))
    names = []
    for index, branch in enumerate(branches):
        place = (*path, "oneOf", index)
        listed = branch.get("required")
        if not isinstance(listed, list) or set(branch) != {"required"}:
            findings.error(
                "KEYWORD_APPLIES",
                "in a record, oneOf says which of its keys exclude each other",
                source.place(*place),
                "write every branch as {required: [key]}",
            )
            continue
        key = str(listed[0])
        known_key(source, (*place, "required", 0), key, known, findings)
        if key in required:
            findings.error(
                "ONEOF_MEMBERS_OPTIONAL",
                f'"{key}" is one of several and cannot be required as well',
                source.place(*place),
            )
        if key in names:
            findings.error(
                "KEYWORD_APPLIES", f'"{key}" is listed twice', source.place(*place, "required", 0)
            )
        names.append(key)
    return (tuple(names),) if names else ()


def required_when(
    source: Source,
    path: Path_,
    expression: Expression,
    known: list[str],
    required: set[str],
    choices: set[str],
    findings: Findings,
) -> tuple[RequiredWhen, ...]:
    """What must be there when a key has a value; findings for conditions that no record can meet."""
    if "if" not in expression:
        return ()
    condition = cast(dict[str, dict[str, dict[str, Constant]]], expression["if"])
    ((key, constant),) = condition["properties"].items()
    known_key(source, (*path, "if", "properties", key), key, known, findings)
    if list(condition["required"]) != [key]:
        findings.error(
            "REQUIRED_IN_PROPERTIES",
            f'"if" must also require "{key}"',
            source.place(*path, "if", "required"),
            "without it the condition holds when the key is absent",
        )
    then = cast(dict[str, list[str]], expression["then"])["required"]
    for index, name in enumerate(then):
        known_key(source, (*path, "then", "required", index), name, known, findings)
        if name in required:
            findings.error(
                "ONEOF_MEMBERS_OPTIONAL",
                f'"{name}" is always required already',
                source.place(*path, "then", "required", index),
            )
        if name == key or name in choices:
            said = "is there when the condition holds" if name == key else "is one of several"
            findings.error(
                "KEYWORD_APPLIES",
                f'"{name}" {said}, so that no condition can require it',
                source.place(*path, "then", "required", index),
            )
    otherwise = cast("dict[str, dict[str, list[str]]] | None", expression.get("else"))
    if otherwise is not None and set(otherwise["not"]["required"]) != set(then):
        findings.error(
            "REQUIRED_IN_PROPERTIES",
            '"else" must name the same keys as "then"',
            source.place(*path, "else"),
        )
    return (RequiredWhen(key, constant["const"], tuple(then), otherwise is not None),)


def known_key(source: Source, path: Path_, key: str, known: list[str], findings: Findings) -> None:
    """A finding for a rule about a key that the record does not have."""
    if key not in known:
        findings.error(
            "REQUIRED_IN_PROPERTIES",
            f'"{key}" is not among the properties',
            source.place(*path),
            did_you_mean(key, known),
        )
