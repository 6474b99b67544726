"""Messages that the wire tells by integers: which one is which, their names say."""

from __future__ import annotations

from pathlib import Path

from tests.conversations_compared.small import revision
from tests.voxspec.mini import UINT, Data, area, field, message, schema
from voxspec.breaking.compare import compare
from voxspec.breaking.verdict import Category, Change, Who


def numbered(**numbers: int) -> Data:
    """Messages of servers under these numbers, each with a field of its own."""
    made = schema()
    made.pop("client/main.yaml")
    made["server/main.yaml"] = area("main")
    made["server/main.yaml"]["messages"] = {
        number: message({name: field(UINT)}, {name: 1}, seq="never", **{"x-name": name})
        for name, number in numbers.items()
    }
    return made


def found(old: Data, new: Data, folder: Path) -> list[Change]:
    changes = compare(revision(folder, "old", old), revision(folder, "new", new))
    return [change for change in changes if change.rule != "VERSION_BUMPED_ON_BREAK"]


def test_a_message_under_another_number(tmp_path: Path) -> None:
    """Its class is the same, and so is what source code does with it."""
    (change,) = found(numbered(tea=1, cake=14), numbered(tea=1, cake=4), tmp_path)
    assert (change.rule, change.subject) == ("MESSAGE_SAME_NAME", "server/4")
    assert change.message == 'the message "cake" of the server is 4 now and was 14'
    assert change.categories == {Category.CLIENT, Category.SERVER}


def test_near_numbers_are_no_near_names(tmp_path: Path) -> None:
    old, new = numbered(tea=1, cake=14), numbered(tea=1, pie=4)
    cake = old["server/main.yaml"]["messages"][14]
    new["server/main.yaml"]["messages"][4] = {**cake, "x-name": "pie", "summary": "Another thing"}
    assert {change.rule for change in found(old, new, tmp_path)} == {
        "MESSAGE_ADDED",
        "MESSAGE_NO_DELETE",
    }


def test_a_message_that_is_another_one_under_another_number(tmp_path: Path) -> None:
    """Of its class only what differs is told to source code: the class is there."""
    new = numbered(tea=1, cake=4)
    inner = new["server/main.yaml"]["messages"][4]["payload"]
    inner["properties"]["size"] = field(UINT)
    changes = found(numbered(tea=1, cake=14), new, tmp_path)
    assert [change.rule for change in changes] == ["MESSAGE_NO_DELETE", "MESSAGE_ADDED"]
    assert not any(effect.who is Who.SOURCE for change in changes for effect in change.effects)


def test_messages_that_have_each_other_s_numbers(tmp_path: Path) -> None:
    """Frames break, and no source code: each class offers what it offered."""
    changes = found(numbered(tea=1, cake=2), numbered(tea=2, cake=1), tmp_path)
    wire = {Category.CLIENT, Category.SERVER}
    assert {category for change in changes for category in change.categories} == wire
