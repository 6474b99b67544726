"""Whom a change breaks whose source code uses the models: judged by what the generated models offer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from tests.breaking.projects import project
from tests.breaking.rich_schema import load, schema
from tests.breaking.source_edits import edited
from tests.breaking.surfaces import Surface, broken, surface
from voxspec.breaking.compare import compare
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.revision import Revision
from voxspec.breaking.source import compare_source
from voxspec.breaking.verdict import Who

_FEW = settings.default is not None and settings.default.derandomize
"""Whether this is the run that is the same each time, and not the long one."""


def _seeds() -> Iterable[int]:
    return range(60) if _FEW else Random().sample(range(2**30), 1000)


def _said(tmp_path: Path, *edits: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """By an edit of the starter: rule, subject and words of what source code must be changed for."""
    made = project(tmp_path)
    old = of_folder(made.schema)
    made.edit(*edits)
    changes = compare(old, of_folder(made.schema))
    return [
        (change.rule, change.subject, effect.what)
        for change in changes
        for effect in change.effects
        if effect.who is Who.SOURCE
    ]


EDITS = {
    "the key of the payload": (
        [("protocol.yaml", "payload: {key: data,", "payload: {key: body,")],
        (
            "ENVELOPE_SAME_KEYS",
            "envelope/payload",
            "the attribute data of all frames is called body now",
        ),
    ),
    "the key of the number": (
        [("protocol.yaml", "key: seq\n", "key: n\n")],
        (
            "ENVELOPE_SAME_KEYS",
            "envelope/sequence",
            "the attribute seq of all frames is called n now",
        ),
    ),
    "a name in the models alone": (
        [("protocol.yaml", "payload: {key: data,", "payload: {key: data, x-name: body,")],
        (
            "ATTRIBUTE_SAME_NAME",
            "envelope/payload",
            "the attribute data of all frames is called body now",
        ),
    ),
    "an enum is closed": (
        [("types.yaml", "x-open: true", "x-open: false")],
        (
            "ENUM_CLOSED",
            "types/mood/x-open",
            "Mood cannot be made of values that it does not list any more, and has no is_known",
        ),
    ),
    "a payload comes": (
        [
            ("client/talk.yaml", "payload: false", "payload: {$ref: pinged}"),
            ("client/talk.yaml", "{summary: The only form}", "{summary: One, payload: {n: 1}}"),
            (
                "types.yaml",
                "  mood:\n",
                "  pinged:\n    description: P.\n    type: object\n    required: [n]\n"
                "    properties: {n: {type: integer, format: uint32, description: N.}}\n  mood:\n",
            ),
        ],
        (
            "MESSAGE_PAYLOAD_ADDED",
            "client/ping/payload",
            "PingFrame cannot be made without data any more",
        ),
    ),
    "a message has no number any more": (
        [
            (
                "server/talk.yaml",
                "audience: everybody in the room\n    seq: required",
                "audience: everybody in the room\n    seq: never",
            ),
            (
                "session.yaml",
                "{sequenced: stays, heart",
                "{server/said: stays, sequenced: stays, heart",
            ),
        ],
        ("MESSAGE_SAME_SEQ", "server/said/seq", "seq of SaidFrame is UnsetType and not int"),
    ),
    "a time in another unit": (
        [
            (
                "session.yaml",
                "value: 10\n    unit: s\n    limit",
                "value: 10000\n    unit: ms\n    limit",
            )
        ],
        (
            "LIMIT_SAME_UNIT",
            "limits/first_message_timeout",
            "limits.FIRST_MESSAGE_TIMEOUT counts ms and not s: its numbers are 1000 times as large",
        ),
    ),
}


@pytest.mark.parametrize(("edits", "said"), EDITS.values(), ids=EDITS)
def test_source_code_breaks(
    edits: list[tuple[str, str, str]], said: tuple[str, str, str], tmp_path: Path
) -> None:
    assert _said(tmp_path, *edits) == [said]


def test_a_scalar_of_another_type_is_said_once(tmp_path: Path) -> None:
    text = "    type: string\n    minLength: 1\n    maxLength: 32\n"
    edits = [
        ("types.yaml", text, "    type: boolean\n"),
        ("client/talk.yaml", "nickname: Ada", "nickname: true"),
        ("server/talk.yaml", "nickname: Ada", "nickname: true"),
    ]
    assert _said(tmp_path, *edits) == [
        ("FIELD_SAME_TYPE", "types/nickname", "Nickname is bool and not str")
    ]


def test_a_close_code_with_another_number_keeps_its_name(tmp_path: Path) -> None:
    edits = [
        ("close_codes.yaml", "4003:", "4013:"),
        ("session.yaml", "{close: 4003}", "{close: 4013}"),
    ]
    assert _said(tmp_path, *edits) == []


def test_messages_may_move_to_another_area(tmp_path: Path) -> None:
    made = project(tmp_path)
    old = of_folder(made.schema)
    path = made.schema / "client/talk.yaml"
    path.rename(path.with_name("chat.yaml"))
    made.edit(("client/chat.yaml", "area: talk", "area: chat"))
    assert compare(old, of_folder(made.schema)) == []


@pytest.mark.hypothesis
@pytest.mark.parametrize("part", range(4))
def test_what_models_offer_no_more_is_said_and_nothing_else(part: int, tmp_path: Path) -> None:
    files = schema()
    first = load(files, tmp_path / "first")
    assert first is not None
    offered = surface(first.protocol)
    judged = breaking = 0

    for seed in _seeds():
        other = load(edited(files, Random(4 * seed + part)), tmp_path / str(seed))
        if other is None:
            continue
        now = surface(other.protocol)
        for old, new in (((first, offered), (other, now)), ((other, now), (first, offered))):
            breaking += _judge(*old, *new, seed=4 * seed + part)
            judged += 1

    assert breaking > judged / 3 > 25


def _judge(old: Revision, before: Surface, new: Revision, after: Surface, *, seed: int) -> bool:
    """Whether something breaks: each of it is said by its name, and nothing is said beside it."""
    breaks = sorted({*broken(before, after)})
    said = [change.message for change in compare_source(old, new)]
    untold = [b for b in breaks if not any(_is_named(b, sentence) for sentence in said)]
    untrue = [sentence for sentence in said if not any(_is_named(b, sentence) for b in breaks)]
    assert (untold, untrue) == ([], []), (seed, untold, untrue, breaks, said)
    return bool(breaks)


def _is_named(broken_: tuple[str, str], sentence: str) -> bool:
    name, part = broken_
    return name in sentence or part in sentence if part else name in sentence
