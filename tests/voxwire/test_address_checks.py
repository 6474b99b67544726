"""What the address of a connection asks for, and what it gets."""

from pathlib import Path

import pytest

from tests.voxwire.native import (
    leave,
)
from tests.voxwire.session_lines import HELLO_TEXT, PLAIN, ZSTD, find, hello, identify, zstd


@pytest.mark.parametrize(
    ("url", "lines", "found"),
    [
        (ZSTD, [hello()], [("COMPRESSION_MISSING", 1)]),
        (PLAIN, [zstd(HELLO_TEXT)], [("COMPRESSION_UNASKED", 1)]),
        (ZSTD, [zstd(HELLO_TEXT)], []),
        (f"{PLAIN}&compress=ZSTD", [hello()], [("ENDPOINT_QUERY", None)]),
        ("wss://host/gateway?v=2", [hello()], [("ENDPOINT_QUERY", None)]),
        ("wss://host/gateway", [hello()], []),
        ("wss://host/gateway", [zstd(HELLO_TEXT)], []),
        ("wss://host/gateway?v=1", [zstd(HELLO_TEXT)], [("COMPRESSION_UNASKED", 1)]),
        (
            ZSTD,
            [zstd(HELLO_TEXT), identify(), zstd('{"type":"resumed","d":{"seq":3}}'), leave(4)],
            [("RESUMED_UNASKED", 3), ("COMPRESSION_MISSING", 4)],
        ),
    ],
)
def test_the_address_agrees_with_the_traffic(
    tmp_path: Path, url: str, lines: list[str], found: list[tuple[str, int | None]]
) -> None:
    assert find(tmp_path, *lines, url=url) == found


@pytest.mark.parametrize(
    ("url", "lines", "rules"),
    [
        (f"{PLAIN}&compress=none&compress=zstd", [zstd(HELLO_TEXT)], []),
        (f"{PLAIN}&compress=none&compress=zstd", [hello()], ["COMPRESSION_MISSING"]),
        (f"{PLAIN}&compress=zstd&compress=", [hello()], ["ENDPOINT_QUERY"]),
        (f"{PLAIN}&v=2", [hello()], ["ENDPOINT_QUERY"]),
        (f"{PLAIN}&v=2&v=1", [hello()], []),
    ],
)
def test_of_a_parameter_that_is_given_twice_the_last_counts(
    tmp_path: Path, url: str, lines: list[str], rules: list[str]
) -> None:
    assert [rule for rule, _ in find(tmp_path, *lines, url=url)] == rules
