"""What programs write on one line, as it was before."""

import pytest

from voxwire.capture.escapes import unescaped_bytes

EVERY = bytes(range(256))


def test_all_bytes_that_python_writes() -> None:
    assert unescaped_bytes(repr(EVERY)[2:-1].encode()) == EVERY


@pytest.mark.parametrize(
    ("written", "data"),
    [
        (rb"\0", b"\0"),
        (rb"\x4f\0\"", b'O\0"'),
        (rb"\u{1f388}\n", "\N{BALLOON}\n".encode()),
        (b"\xc3\xa9\\t", "\N{LATIN SMALL LETTER E WITH ACUTE}\t".encode()),
    ],
)
def test_what_rust_writes(written: bytes, data: bytes) -> None:
    assert unescaped_bytes(written) == data


@pytest.mark.parametrize(
    "written",
    [rb"\q", rb"\101", rb"\u0041", rb"\N{BALLOON}", rb"\x4", rb"\a", b"\\\n", b"\\"],
)
def test_escapes_of_neither(written: bytes) -> None:
    with pytest.raises(ValueError, match="it has an escape that does not exist"):
        unescaped_bytes(written)
