"""Limits of protocol.yaml: what is another, and what only moves into the conversation."""

from __future__ import annotations

from pathlib import Path

from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.connection.limits import limits
from voxspec.breaking.verdict import Category


def stated() -> Data:
    """The files with a limit that stands in protocol.yaml."""
    made = files()
    made["protocol.yaml"]["limits"] = {
        "kept": {"value": 9, "unit": "messages", "description": "K."}
    }
    return made


def played() -> Data:
    """The files with the same limit as a number of the conversation."""
    made = files()
    made["session.yaml"]["resume"]["reach"] |= {"limit": "kept", "description": "K."}
    return made


def found(old: Data, new: Data, folder: Path) -> list[tuple[str, str, set[Category]]]:
    changes = limits(revision(folder, "old", old), revision(folder, "new", new))
    return [(change.rule, change.subject, {*change.categories}) for change in changes]


def test_a_limit_that_moves_into_the_conversation_is_neither_gone_nor_new(tmp_path: Path) -> None:
    assert found(stated(), played(), tmp_path) == []
    assert found(played(), stated(), tmp_path) == []


def test_a_limit_that_comes_or_goes(tmp_path: Path) -> None:
    note = {Category.NOTE}
    assert found(stated(), files(), tmp_path) == [("LIMIT_REMOVED", "limits/kept", note)]
    assert found(files(), stated(), tmp_path) == [("LIMIT_ADDED", "limits/kept", note)]


def test_a_limit_that_is_another(tmp_path: Path) -> None:
    lower = stated()
    lower["protocol.yaml"]["limits"]["kept"]["value"] = 8
    client, note = {Category.CLIENT}, {Category.NOTE}
    assert found(stated(), lower, tmp_path) == [
        ("SIZE_OR_RATE_LIMIT_LOWERED", "limits/kept", client)
    ]
    assert found(lower, stated(), tmp_path) == [("LIMIT_RAISED", "limits/kept", note)]


def test_a_time_in_another_unit_breaks_clients_only_where_it_is_shorter(tmp_path: Path) -> None:
    def timed(value: int, unit: str) -> Data:
        made = stated()
        made["protocol.yaml"]["limits"]["kept"] |= {"value": value, "unit": unit}
        return made

    client, note = {Category.CLIENT}, {Category.NOTE}
    for value, hurt in ((1999, client), (2000, note), (2001, note)):
        assert found(timed(2, "s"), timed(value, "ms"), tmp_path) == [
            ("LIMIT_SAME_UNIT", "limits/kept", hurt)
        ]
