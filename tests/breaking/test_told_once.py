"""What one edit does is said once, where it was made: tags of unions, names of fields, first numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_table import (
    BREAKS,
    LOSES,
    TEXT,
    UINT,
    A,
    assert_one,
    changes_of,
    of_side,
    payload,
)
from tests.voxspec.mini import Data, enum, field, record, union
from voxspec.breaking.verdict import Change, ConversationProof, FrameProof

SIDES = pytest.mark.parametrize("side", ["client", "server"])


def part(constant: str, key: str = "kind", /, **fields: Data) -> Data:
    tag = {"type": "string", "const": constant, "description": "T."}
    return record(key, *fields, **{key: tag, **fields})


def parts(side: str, first: Data, second: Data) -> Data:
    """A schema with a union of two records."""
    types = {"one": first, "two": second, "part": union("one", "two")}
    return of_side(side, payload("part", part=field({"$ref": "part"})), types=types)


def rules(changes: list[Change]) -> dict[str, str]:
    return {change.subject: change.rule for change in changes}


@SIDES
def test_another_constant_of_a_variant(side: str, tmp_path: Path) -> None:
    old, new = (parts(side, part(name, size=field(UINT)), part("text")) for name in ("file", "doc"))
    (change,) = changes_of(old, new, tmp_path)
    assert_one([change], "UNION_VARIANT_SAME_NAME", "types/part/file", (BREAKS, BREAKS))
    assert (change.was, change.now) == ('"file"', '"doc"')
    assert change.reaches == (f"{side}/thing",)
    assert Path(change.where.file).name == "types.yaml"


@SIDES
@pytest.mark.parametrize("is_open", [False, True])
def test_another_name_of_a_value(side: str, is_open: bool, tmp_path: Path) -> None:
    def made(value: str) -> Data:
        colour = {**enum("red", value), "x-open": is_open}
        return of_side(side, payload("a", a=field({"$ref": "e"})), types={"e": colour})

    (change,) = changes_of(made("blue"), made("azure"), tmp_path)
    verdict = LOSES if is_open else BREAKS
    assert_one([change], "ENUM_VALUE_SAME_NAME", "types/e/values/blue", (verdict, verdict))
    assert (change.was, change.now) == ('"blue"', '"azure"')


def test_a_value_that_means_another_thing_is_another(tmp_path: Path) -> None:
    def made(value: str, said: str) -> Data:
        colour = {**enum("red", value)}
        colour["x-enum-descriptions"] = {"red": "R.", value: said}
        return of_side("client", payload("a", a=field({"$ref": "e"})), types={"e": colour})

    changes = changes_of(made("blue", "Sky."), made("green", "Grass."), tmp_path)
    assert rules(changes) == {
        "types/e/values/blue": "ENUM_VALUE_REMOVED",
        "types/e/values/green": "ENUM_VALUE_ADDED",
    }


@SIDES
@pytest.mark.parametrize("key", ["sort", "kinds"])
def test_another_name_of_a_tag(side: str, key: str, tmp_path: Path) -> None:
    old, new = (parts(side, part("file", name), part("text", name)) for name in ("kind", key))
    (change,) = changes_of(old, new, tmp_path)
    assert_one([change], "FIELD_SAME_NAME", "types/part/kind", (BREAKS, BREAKS))
    assert (change.was, change.now) == ("kind", key)
    assert change.reaches == (f"{side}/thing",)


def test_another_tag_with_other_constants(tmp_path: Path) -> None:
    old = parts("client", part("file"), part("text"))
    new = parts("client", part("f", "sort"), part("t", "sort"))
    assert rules(changes_of(old, new, tmp_path)) == {"types/part/tag": "UNION_SAME_TAG"}


def test_a_tag_that_was_there_already_is_not_renamed(tmp_path: Path) -> None:
    text = field(TEXT)
    old = parts("client", part("file", sort=text), part("text", sort=text))
    new = parts("client", part("file", "sort"), part("text", "sort"))
    assert rules(changes_of(old, new, tmp_path)) == {
        "types/part/tag": "UNION_SAME_TAG",
        "types/one/sort": "FIELD_TYPE_NARROWED",
        "types/two/sort": "FIELD_TYPE_NARROWED",
    }
    old = parts("client", part("file"), part("text"))
    new = parts("client", part("file", "sort", kind=text), part("text", "sort", kind=text))
    assert rules(changes_of(old, new, tmp_path / "kept")) == {
        "types/part/tag": "UNION_SAME_TAG",
        "types/one/kind": "FIELD_TYPE_WIDENED",
        "types/two/kind": "FIELD_TYPE_WIDENED",
    }


def test_constants_of_two_unions(tmp_path: Path) -> None:
    def both(first: str, second: str) -> Data:
        types = {
            "one": part(first),
            "two": part("text"),
            "part": union("one", "two"),
            "three": part(second),
            "four": part("b"),
            "more": union("three", "four"),
        }
        used = payload("part more", part=field({"$ref": "part"}), more=field({"$ref": "more"}))
        return of_side("client", used, types=types)

    assert rules(changes_of(both("file", "a"), both("doc", "c"), tmp_path)) == {
        "types/part/file": "UNION_VARIANT_SAME_NAME",
        "types/more/a": "UNION_VARIANT_SAME_NAME",
    }


@SIDES
@pytest.mark.parametrize("name", ["message_text", "words"])
def test_another_name_of_a_field(side: str, name: str, tmp_path: Path) -> None:
    old = of_side(side, payload("text to", text=A, to=A))
    new = of_side(side, payload(f"{name} to", **{name: A}, to=A))
    (change,) = changes_of(old, new, tmp_path)
    assert_one([change], "FIELD_SAME_NAME", f"{side}/thing/text", (BREAKS, BREAKS))
    assert change.hint == (
        f'leave "text" and add "{name}" beside it as an optional field, or let its name be another '
        "in the models alone (x-name)"
    )


@pytest.mark.parametrize(
    "after",
    [
        payload("words", words=field(UINT)),
        payload("", words=A),
        payload("words more", words=A, more=A),
    ],
    ids=["another type", "optional", "two of them"],
)
def test_no_other_name_of_a_field(after: Data, tmp_path: Path) -> None:
    changes = changes_of(
        of_side("client", payload("text", text=A)), of_side("client", after), tmp_path
    )
    assert rules(changes)["client/thing/text"] == "FIELD_NO_DELETE_REQUIRED"
    assert "client/thing/words" in rules(changes)


def test_a_near_name_of_another_shape_is_another_field(tmp_path: Path) -> None:
    old = of_side("client", payload("text to", text=A, to=A))
    new = of_side("client", payload("texts more to", texts=field(UINT), more=A, to=A))
    found = rules(changes_of(old, new, tmp_path))
    assert found["client/thing/text"] == "FIELD_NO_DELETE_REQUIRED"
    assert found["client/thing/texts"] == "FIELD_NO_ADD_REQUIRED"


# --- Sequence numbers -----------------------------------------------------------------------------


def numbered(first: int = 1, **schema: Any) -> Data:
    """A schema in which two messages of the server have numbers."""
    files = of_side("server", payload("a", a=field(TEXT)), seq="required")
    messages = files["server/main.yaml"]["messages"]
    messages["more"] = {**messages["thing"], "summary": "M"}
    sequence = files["protocol.yaml"]["envelope"]["sequence"]
    sequence["first"] = first
    sequence["schema"] = {"type": "integer", "format": "int64", "minimum": first, **schema}
    return files


@pytest.mark.parametrize("firsts", [(1, 0), (0, 1)])
def test_another_first_number(firsts: tuple[int, int], tmp_path: Path) -> None:
    old, new = map(numbered, firsts)
    (change,) = changes_of(old, new, tmp_path)
    assert_one([change], "SEQ_SAME_START", "envelope/sequence/first", (BREAKS, BREAKS))
    proofs = [effect.proof for effect in change.effects]
    shown = [proof.steps[-1].frame for proof in proofs if isinstance(proof, ConversationProof)]
    assert [frame["seq"] for frame in shown if isinstance(frame, dict)] == [*firsts[::-1]]


def test_numbers_of_another_width(tmp_path: Path) -> None:
    (change,) = changes_of(numbered(format="uint32"), numbered(), tmp_path)
    assert_one([change], "FIELD_INT_WIDTH_GROWS", "envelope/sequence", (BREAKS, None))
    assert change.reaches == ("server/thing", "server/more")
    proof = change.effects[0].proof
    assert isinstance(proof, FrameProof)
    assert proof.frame == {"type": "thing", "d": {"a": ""}, "seq": 2**32}
