"""Types that are called otherwise: one finding, whatever the new name is, and whatever is renamed with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.breaking.test_table import UINT, A, changes_of, of_side, payload, verdicts_of
from tests.voxspec.mini import Data, field, record
from voxspec.breaking.verdict import Change, Verdict, Who


def files(name: str, **types: Data) -> Data:
    """A message with a type."""
    return of_side("client", payload("a", a=field({"$ref": name})), types=types)


def said(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.rule, change.subject) for change in changes]


PLACE = record("x", x=field(UINT), y=A)


@pytest.mark.parametrize("name", ["places", "zebra"])
def test_a_type_with_another_name(name: str, tmp_path: Path) -> None:
    (change,) = changes_of(files("place", place=PLACE), files(name, **{name: PLACE}), tmp_path)
    assert (change.rule, change.subject) == ("TYPE_RENAMED", f"types/{name}")
    (effect,) = change.effects
    assert (effect.who, effect.verdict) == (Who.SOURCE, Verdict.BREAKS)
    assert effect.what == f"the class Place is called {name.title()} now"


def test_a_type_with_another_name_and_other_words(tmp_path: Path) -> None:
    after = {**PLACE, "description": "Another."}
    changes = changes_of(files("place", place=PLACE), files("zebra", zebra=after), tmp_path)
    assert said(changes) == [("TYPE_RENAMED", "types/zebra")]


def test_a_type_of_another_shape_is_another(tmp_path: Path) -> None:
    after = record("x", x=field(UINT), y=field(UINT))
    changes = changes_of(files("place", place=PLACE), files("zebra", zebra=after), tmp_path)
    assert {"TYPE_REMOVED", "TYPE_ADDED"} <= {change.rule for change in changes}


def test_a_type_that_stands_elsewhere_is_another(tmp_path: Path) -> None:
    """Of the same shape, but nothing that used the one uses the other."""
    both = payload("", a=field({"$ref": "place"}), b=field({"$ref": "zebra"}))
    kept = {"place": PLACE, "zebra": PLACE}
    old = of_side("client", payload("", a=field({"$ref": "place"})), types={"place": PLACE})
    new = of_side("client", payload("", b=field({"$ref": "zebra"})), types={"zebra": PLACE})
    assert "TYPE_REMOVED" in {change.rule for change in changes_of(old, new, tmp_path / "one")}
    changes = changes_of(of_side("client", both, types=kept), new, tmp_path / "two")
    assert ("TYPE_REMOVED", "types/place") in said(changes)


def test_a_record_and_what_it_is_made_of(tmp_path: Path) -> None:
    def made(outer: str, inner: str) -> Data:
        tree = record("x", x=field({"$ref": inner}), below=field({"$ref": outer}))
        tree["required"] = ["x"]
        return files(outer, **{outer: tree, inner: {**UINT, "description": "I."}})

    changes = changes_of(made("tree", "number"), made("zebra", "quux"), tmp_path)
    assert said(changes) == [("TYPE_RENAMED", "types/zebra"), ("TYPE_RENAMED", "types/quux")]


@pytest.mark.parametrize("relayed", [True, "int64"])
def test_of_what_a_server_passes_on(relayed: object, tmp_path: Path) -> None:
    def made(name: str) -> Data:
        fields = payload("a", a=field({"$ref": name}, **{"x-relayed": relayed}))
        return of_side("server", fields, types={name: {**UINT, "description": "I."}})

    changes = changes_of(made("room_id"), made("zebra"), tmp_path)
    assert said(changes) == [("TYPE_RENAMED", "types/zebra")]


def test_wider_integers_that_a_server_passes_on(tmp_path: Path) -> None:
    """What is usual says how two differ of which any integer may come."""

    def made(width: str) -> Data:
        usual = field({"type": "integer", "format": width}, **{"x-relayed": "int64"})
        return of_side("server", payload("a", a=usual))

    (change,) = changes_of(made("uint32"), made("uint64"), tmp_path)
    assert (change.was, change.now) == (
        "uint32 or any integer that a client gave",
        "uint64 or any integer that a client gave",
    )
    assert (change.rule, verdicts_of(change)) == ("FIELD_TYPE_WIDENED", (Verdict.BREAKS, None))
    assert changes_of(made("uint32"), made("uint32"), tmp_path / "same") == []


def test_a_type_that_is_also_passed_on_is_said_once(tmp_path: Path) -> None:
    def made(width: str) -> Data:
        number: Data = {"type": "integer", "format": width, "description": "I."}
        fields = payload("a", a=field({"$ref": "number"}))
        files = of_side("server", fields, types={"number": number})
        passed = payload("b", b=field({"$ref": "number"}, **{"x-relayed": "int64"}))
        messages = files["server/main.yaml"]["messages"]
        messages["more"] = {**messages["thing"], "payload": passed}
        return files

    (change,) = changes_of(made("uint32"), made("uint64"), tmp_path)
    assert (change.rule, change.subject) == ("FIELD_INT_WIDTH_GROWS", "types/number")
    assert change.reaches == ("server/thing", "server/more")
