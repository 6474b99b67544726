"""What bits and integers mean: a new name is none of the wire, and a new meaning is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conversations_compared.small import files, message, revision
from tests.voxspec.mini import Data, field
from voxspec.breaking.compare import compare
from voxspec.breaking.verdict import Category, Change

CLIENT, SERVER, SOURCE = Category.CLIENT, Category.SERVER, Category.SOURCE
WIRE = {CLIENT, SERVER}

Said = tuple[str, str, set[Category]]


def found(old: Data, new: Data, folder: Path) -> list[Change]:
    changes = compare(revision(folder, "old", old), revision(folder, "new", new))
    return [change for change in changes if change.rule != "VERSION_BUMPED_ON_BREAK"]


def told(changes: list[Change]) -> list[Said]:
    return [(change.rule, change.subject, {*change.categories}) for change in changes]


def flagged(**flags: tuple[int, str]) -> Data:
    made = files()
    bits = {name: {"bit": bit, "description": said} for name, (bit, said) in flags.items()}
    rights = {"description": "R.", "type": "integer", "format": "uint32", "x-flags": bits}
    made["types.yaml"] = {"types": {"rights": rights}}
    return _shown(made, "rights", 1)


def numbered(*values: tuple[int, str, str]) -> Data:
    made = files()
    made["types.yaml"] = {
        "types": {
            "rank": {
                "description": "R.",
                "type": "integer",
                "format": "uint32",
                "x-open": True,
                "enum": [number for number, _, _ in values],
                "x-enum-names": {number: name for number, name, _ in values},
                "x-enum-descriptions": {number: said for number, _, said in values},
            }
        }
    }
    return _shown(made, "rank", 1)


def _shown(made: Data, name: str, value: Any) -> Data:
    """The type in one message of the server."""
    shown = message({"what": field({"$ref": name})}, {"what": value}, seq="required")
    made["server/main.yaml"]["messages"]["said"] = shown
    return made


def permitted(**bits: tuple[int, str]) -> Data:
    made = files()
    listed = {name: {"bit": bit, "description": said} for name, (bit, said) in bits.items()}
    made["permissions.yaml"] = {"description": "P.", "permissions": listed}
    return made


# --- Flags ----------------------------------------------------------------------------------------


def test_a_flag_that_is_called_otherwise(tmp_path: Path) -> None:
    """The bit is what is on the wire."""
    old = flagged(read=(0, "Read."), draw=(1, "Take money out."))
    new = flagged(read=(0, "Read."), payout=(1, "Take money out."))
    (change,) = found(old, new, tmp_path)
    assert change.message == "Rights.DRAW is called PAYOUT now"
    assert told([change]) == [("ENUM_MEMBER_SAME_NAME", "types/rights/flags/draw", {SOURCE})]


def test_a_bit_that_is_another_flag(tmp_path: Path) -> None:
    old = flagged(read=(0, "Read."), draw=(1, "Take money out."))
    new = flagged(read=(0, "Read."), fee=(1, "Pay less."))
    (change,) = found(old, new, tmp_path)
    assert told([change]) == [("FLAG_SAME_BIT", "types/rights/flags/draw", WIRE | {SOURCE})]
    assert change.message == 'bit 1 of rights is "fee" now and was "draw"'
    assert [effect.what for effect in change.effects] == [
        'bit 1 is "draw" to the old end and "fee" to the new one',
        'bit 1 is "draw" to the old end and "fee" to the new one',
        "Rights.DRAW is called FEE now",
    ]


def test_a_flag_that_is_gone_and_another_that_is_new(tmp_path: Path) -> None:
    old, new = flagged(a=(0, "A."), b=(1, "B.")), flagged(a=(0, "A."), c=(2, "C."))
    assert told(found(old, new, tmp_path)) == [
        ("FLAG_REMOVED", "types/rights/flags/b", {SOURCE}),
        ("FLAG_ADDED", "types/rights/flags/c", {Category.NOTE}),
    ]


# --- Permissions ----------------------------------------------------------------------------------


def test_permissions_go_by_their_bits_as_well(tmp_path: Path) -> None:
    old = permitted(SPEAK=(0, "Talk."), BAN=(1, "Send away."))
    called = permitted(SPEAK=(0, "Talk."), EXPEL=(1, "Send away."))
    (change,) = found(old, called, tmp_path)
    assert told([change]) == [("ENUM_MEMBER_SAME_NAME", "permissions/BAN", {SOURCE})]
    assert change.message == "Permission.BAN is called EXPEL now"
    other = permitted(SPEAK=(0, "Talk."), INVITE=(1, "Ask in."))
    (change,) = found(old, other, tmp_path)
    assert told([change]) == [("PERMISSION_SAME_BIT", "permissions/BAN", WIRE | {SOURCE})]
    assert change.message == "bit 1 is the permission INVITE now and was BAN"


# --- Enums of integers ----------------------------------------------------------------------------


def test_an_integer_that_is_called_otherwise(tmp_path: Path) -> None:
    old = numbered((1, "good", "Good."), (2, "gold", "Better."))
    for name, said in (("best", "Better."), ("golden", "Best.")):
        (change,) = found(old, numbered((1, "good", "Good."), (2, name, said)), tmp_path)
        assert told([change]) == [("ENUM_MEMBER_SAME_NAME", "types/rank/values/2", {SOURCE})]


def test_integers_that_mean_what_others_meant(tmp_path: Path) -> None:
    """Who is of the other revision takes the one for the other."""
    old = numbered((1, "denied", "Not allowed."), (2, "busy", "Too much to do."))
    new = numbered((1, "busy", "Too much to do."), (2, "denied", "Not allowed."))
    changes = found(old, new, tmp_path)
    assert told(changes) == [
        ("ENUM_VALUE_SAME_NAME", "types/rank/values/1", WIRE | {SOURCE}),
        ("ENUM_VALUE_SAME_NAME", "types/rank/values/2", WIRE | {SOURCE}),
    ]
    assert changes[0].message == "1 of rank means BUSY now and meant DENIED"


def test_an_integer_that_means_another_thing(tmp_path: Path) -> None:
    old = numbered((1, "good", "Good."), (2, "denied", "Not allowed."))
    new = numbered((1, "good", "Good."), (2, "full", "No room."))
    (change,) = found(old, new, tmp_path)
    assert told([change]) == [("ENUM_VALUE_SAME_NAME", "types/rank/values/2", WIRE | {SOURCE})]
    assert [effect.what for effect in change.effects[:2]] == [
        "2 means DENIED to the old end and FULL to the new one"
    ] * 2


# --- What is gone stands where it stood -----------------------------------------------------------


def test_a_limit_that_is_gone_with_its_number(tmp_path: Path) -> None:
    """It was named in session.yaml, beside the number."""
    old = files()
    old["session.yaml"]["rates"]["looks"]["count"] |= {"limit": "look_rate", "description": "L."}
    new = files()
    new["session.yaml"]["rates"].pop("looks")
    (change,) = [c for c in found(old, new, tmp_path) if c.subject == "limits/look_rate"]
    assert change.message == "limits.LOOK_RATE is gone"
    assert Path(change.where.file).name == "session.yaml"


def test_a_key_of_the_envelope_that_is_gone(tmp_path: Path) -> None:
    def keyed(*, there: bool) -> Data:
        made = files()
        if there:
            made["protocol.yaml"]["envelope"]["keys"] = {
                "id": {
                    "direction": "client",
                    "presence": "optional",
                    "schema": {"type": "string"},
                    "description": "I.",
                }
            }
        return made

    changes = found(keyed(there=True), keyed(there=False), tmp_path)
    (change,) = [c for c in changes if c.subject == "envelope/keys/id"]
    assert change.message == 'frames have no "id" any more'
    assert (change.was, change.now) == ("optional", "")


def test_a_key_that_a_message_has_no_longer(tmp_path: Path) -> None:
    """Others have it, so that its frame has the attribute still, and never a value of it."""

    def keyed(*names: str) -> Data:
        made = files()
        made["protocol.yaml"]["envelope"]["keys"] = {
            "id": {
                "direction": "client",
                "presence": "forbidden",
                "schema": {"type": "string"},
                "description": "I.",
            }
        }
        for name in names:
            entry = made["client/main.yaml"]["messages"][name]
            entry["keys"] = {"id": "required"}
            entry["examples"][0]["keys"] = {"id": "a"}
        return made

    (change,) = found(keyed("wave", "look"), keyed("look"), tmp_path)
    assert change.subject == "client/wave/keys/id"
    assert change.effects[-1].what == "id of WaveFrame is UnsetType and not str"
