"""Close codes that take each other's numbers, or each other's names."""

from __future__ import annotations

from pathlib import Path

from tests.breaking.projects import project
from voxspec.breaking.compare import compare
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.verdict import Category, Change, Verdict, Who

FILE = "close_codes.yaml"
SILENT = "4003: {name: SILENT, recovery: identify"
ANSWER = "4004: {name: NO_ANSWER, recovery: identify"
MOVED = (
    (FILE, SILENT, f"4004{SILENT[4:]}"),
    (FILE, "\n  4004: {name: NO_", "\n  4003: {name: NO_"),
)
FOLLOWED = (
    ("session.yaml", "then: {close: 4003}", "then: {close: 4009}"),
    (
        "session.yaml",
        "restarts: true\n    then: {close: 4004}",
        "restarts: true\n    then: {close: 4003}",
    ),
    (
        "session.yaml",
        "heartbeats in a row after which a client closes.\n    then: {close: 4004}",
        "heartbeats in a row after which a client closes.\n    then: {close: 4003}",
    ),
    ("session.yaml", "then: {close: 4009}", "then: {close: 4004}"),
)


def changes(tmp_path: Path, *edits: tuple[str, str, str]) -> list[Change]:
    made = project(tmp_path)
    old = of_folder(made.schema)
    made.edit(*edits)
    found = compare(old, of_folder(made.schema))
    return [change for change in found if change.rule != "VERSION_BUMPED_ON_BREAK"]


def test_numbers_that_are_exchanged_are_one_finding(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, *MOVED, *FOLLOWED)
    assert (change.rule, change.subject) == ("CLOSE_CODE_SAME_MEANING", "close_codes/4003")
    assert change.message == (
        "close codes have each other's numbers: 4003 means NO_ANSWER and 4004 means SILENT"
    )
    assert (change.was, change.now) == (
        "4003 SILENT, 4004 NO_ANSWER",
        "4003 NO_ANSWER, 4004 SILENT",
    )
    assert change.categories == {Category.CLIENT, Category.SERVER}


def test_names_that_are_exchanged_mean_another_thing_to_source_code(tmp_path: Path) -> None:
    found = changes(
        tmp_path,
        (FILE, "name: SILENT", "name: TEMPORARY"),
        (FILE, "name: NO_ANSWER", "name: SILENT"),
        (FILE, "name: TEMPORARY", "name: NO_ANSWER"),
    )
    assert {change.rule: change.categories for change in found} == {
        "CLOSE_CODE_RENAMED": {Category.SOURCE}
    }
    said = [e.what for change in found for e in change.effects if e.who is Who.SOURCE]
    assert said == [
        "CloseCode.SILENT means another thing now, and what it meant is called NO_ANSWER",
        "CloseCode.NO_ANSWER means another thing now, and what it meant is called SILENT",
    ]


def test_an_exchange_hides_no_other_recovery(tmp_path: Path) -> None:
    moved = (
        FILE,
        "4004: {name: SILENT, recovery: identify",
        "4004: {name: SILENT, recovery: fatal",
    )
    found = changes(tmp_path, *MOVED, moved, *FOLLOWED)
    subjects = {change.subject for change in found if change.rule == "CLOSE_CODE_SAME_MEANING"}
    assert subjects == {"close_codes/4003", "close_codes/4004"}
    assert all(
        e.verdict is Verdict.BREAKS for c in found for e in c.effects if c.subject in subjects
    )
