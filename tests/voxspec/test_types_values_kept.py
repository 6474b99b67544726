"""Enums and flags keep what they do not know, and secrets are masked whatever they are."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from tests.voxspec.mini import (
    generated,
)
from tests.voxspec.value_types import RIGHT, VALUES, frame


def test_enums_of_integers_keep_what_they_do_not_know(tmp_path: Path) -> None:
    with generated(RIGHT["enums of integers"], tmp_path) as mini:
        thing = mini.decode(
            "server", frame({**dict.fromkeys("abe", 0), "c": 5, "d": 1, "e": [], "f": 1})
        ).d
        assert (thing.a, thing.b, thing.d) == (
            mini.models.Closed.N0,
            mini.models.Open.N0,
            mini.models.Open.N1,
        )
        new = mini.models.Open(7)
        assert (new, new.name, new.is_known, mini.models.Open(1).is_known) == (
            7,
            "UNKNOWN",
            False,
            True,
        )
        assert len(mini.models.Open) == 2
        for value in (-1, 2**32):
            with pytest.raises(ValueError, match=f"{value} is not a valid Open"):
                mini.models.Open(value)
        with pytest.raises(ValueError, match="7 is not a valid Closed"):
            mini.models.Closed(7)


def test_flags_keep_bits_that_they_do_not_know(tmp_path: Path) -> None:
    with generated(RIGHT["flags"], tmp_path) as mini:
        kind = mini.models.F
        some = mini.decode("server", frame({"a": 35, "b": 0, "c": None})).d.a
        assert (type(some), some, some.unknown, some.is_known) == (kind, 35, 2, False)
        assert [*some] == [kind.SPEAK, kind.HEAR]
        assert kind.HEAR in some
        assert kind.SPEAK | kind.HEAR == 33
        assert ~kind.SPEAK == kind.HEAR
        assert repr(some) == "<F: 35 (SPEAK|HEAR)>"
        assert repr(kind(0)) == "<F: 0>"
        assert (copy.copy(some), pickle.loads(pickle.dumps(kind.SPEAK))) == (some, kind.SPEAK)
        for value in (-1, 2**32):
            with pytest.raises(ValueError, match=f"{value} is not a valid F"):
                kind(value)


def test_values_that_come_are_not_remembered(tmp_path: Path) -> None:
    """A peer can send any number of them."""
    with generated(RIGHT["flags"], tmp_path) as mini:
        before = len(mini.models.F._value2member_map_)
        for value in range(100, 200):
            mini.decode("server", frame({"a": value, "b": value, "c": None}))
        assert len(mini.models.F._value2member_map_) == before


def test_secrets_are_masked_whatever_they_are(tmp_path: Path) -> None:
    with generated(RIGHT["secrets"], tmp_path) as mini:
        thing = mini.decode("server", frame(VALUES)).d
        assert repr(thing) == (
            "Thing(any='***', int_='***', true='***', closed='***', open='***', flags='***', "
            "number='***', date='***', list_='***')"
        )
        wrong = {
            **VALUES,
            "open": 4711,
            "flags": 4712,
            "number": -4713,
            "date": "4714",
            "int": 4715,
        }
        problems = mini.validate.server_frame(frame(wrong))
        assert [p.pointer for p in problems] == [
            "/d/int",
            "/d/open",
            "/d/flags",
            "/d/number",
            "/d/date",
        ]
        assert not any("471" in str(problem) for problem in problems)
