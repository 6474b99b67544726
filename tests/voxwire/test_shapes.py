"""Objects that another client gave: those of the usual shape become objects of their class."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from voxmodels._support import EXTRA_KEY, shaped, with_extra
from voxmodels.v1.types import Activity, CustomStatus, Embed

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 5, 2**63, 2**64, 1.0, 1.5, "", "playing", "x", [], [1], ["a"],
    [{"name": "n", "value": "v"}], {}, {"a": 1}, {"url": "u"},
)  # fmt: skip


@pytest.mark.parametrize("model", [Activity, CustomStatus, Embed])
def test_exactly_what_a_decoder_takes_has_the_usual_shape(model: type[msgspec.Struct]) -> None:
    """What is refused at a glance is refused by a decoder, too, and by the glance nothing else is."""
    taken = 0
    for key in (*model.__struct_encode_fields__, "another"):
        for value in VALUES:
            given = {key: value}
            try:
                expected: Any = with_extra(given, model)
                taken += 1
            except msgspec.ValidationError:
                expected = given
            assert type(shaped(given, model)) is type(expected), (key, value)
            assert shaped(given, model) == expected
    assert 0 < taken < len(VALUES) * len(model.__struct_encode_fields__)


@pytest.mark.parametrize("value", VALUES)
def test_the_name_of_the_further_keys_is_one_of_them(value: Any) -> None:
    assert shaped({EXTRA_KEY: value}, Activity) == Activity(extra={EXTRA_KEY: value})


@pytest.mark.parametrize("value", [None, True, 5, "Chess", [{"name": "n"}]])
def test_what_is_no_object_stays_as_it_came(value: object) -> None:
    assert shaped(value, Activity) is value
