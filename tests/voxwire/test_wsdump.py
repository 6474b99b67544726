"""What wsdump shows, the program of websocket-client."""

import itertools

import pytest

from tests.voxwire.reading_formats import FORMATS, connection_lacks, findings, messages, read
from voxwire.capture import Gap, Lacks

BARE = Lacks.START | Lacks.CLOSE | Lacks.CONTROL | Lacks.ADDRESS | Lacks.TIME
STARTED = "Press Ctrl+C to quit\n"


def test_what_it_shows() -> None:
    path = FORMATS / "websocket-client" / "wsdump.txt"
    assert findings(path) == []
    events = read(path)
    assert connection_lacks(events) == [BARE | Lacks.CLIENT]
    said = messages(events)
    assert len(said) == 59
    assert said[0] == ("s2c", '{"type":"hello","d":{"heartbeat_interval":45000}}', "line 2")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (f"{STARTED}< {{}}\n", "{}"),
        (f"{STARTED}> \x1b[2K\x1b[E\x1b[34m< text: {{}}\x1b[39m\n", "{}"),
        (f"{STARTED}< 0.5: binary: b'(\\xb5/\\xfd'\n", b"(\xb5/\xfd"),
        (f"{STARTED}> {{}}\n< ping: b''\n< close: None\n< [1]\n", "[1]"),
        ("0.068: text: {}\n", "{}"),
        ("binary: b'a'\n", b"a"),
    ],
    ids=itertools.count(),
)
def test_lines(text: str, data: str | bytes) -> None:
    (message,) = messages(read(text))
    assert (message.direction, message.data) == ("s2c", data)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("< binary: b'", "line 2: a binary message cannot be read"),
        ("< cont: a", "line 2: a message is shown in parts"),
    ],
)
def test_what_cannot_be_read(line: str, said: str) -> None:
    gap = read(f"{STARTED}{line}\n< {{}}\n")[1]
    assert isinstance(gap, Gap)
    assert gap.message == said
