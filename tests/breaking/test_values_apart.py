"""Values that are told apart, as many as a type has."""

import pytest

from tests.conversations_compared.small import files, revision
from voxspec.breaking.frames.apart import values_apart
from voxspec.model import IntegerType, Protocol, Use


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Protocol:
    return revision(tmp_path_factory.mktemp("apart"), "old", files()).protocol


@pytest.mark.parametrize(
    ("low", "high", "most", "values", "is_all"),
    [
        (0, 3, 9, (1, 2, 3, 0), True),
        (0, 3, 2, (1, 2), False),
        (-3, 0, 9, (0, -1, -2, -3), True),
        (5, 6, 9, (5, 6), True),
        (-(2**63), 2**63 - 1, 3, (1, 2, 3), False),
    ],
)
def test_integers_are_told_apart_as_far_as_there_are(
    protocol: Protocol, low: int, high: int, most: int, values: tuple[int, ...], is_all: bool
) -> None:
    apart = values_apart(protocol, Use(IntegerType("int64", low, high)), most)
    assert (apart.values, apart.is_all) == (values, is_all)
