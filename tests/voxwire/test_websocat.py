"""What websocat writes."""

import itertools
from typing import NamedTuple

import pytest

from tests.voxwire.native import described
from tests.voxwire.reading_formats import (
    FORMATS,
    connection_lacks,
    findings,
    messages,
    read,
    rules,
)
from voxwire import CaptureError
from voxwire.capture import BadLine, Frame, Gap, Lacks

FOLDER = FORMATS / "websocat"
BARE = Lacks.START | Lacks.CLOSE | Lacks.CONTROL | Lacks.ADDRESS
HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'


def test_the_log_of_the_overlay() -> None:
    log = FOLDER / "log.txt"
    # Two lines were pasted at once, and went out as one message.
    assert rules(findings(log)) == [("JSON_INVALID", 75, "line 75", "client")]
    events = read(log)
    assert connection_lacks(events) == [BARE | Lacks.TIME]
    said = messages(events)
    assert len(said) == 78
    assert said[0] == ("s2c", HELLO, "line 1")
    assert said[11].data == '{"type":"server_update","d":{"name":"Tea Party \N{TEAPOT}"},"seq":10}'
    assert [(m.direction, str(m.data)[-1]) for m in said if m.direction == "c2s"] == [
        ("c2s", "\n")
    ] * 2


def test_times() -> None:
    path = FOLDER / "timestamp.txt"
    assert findings(path) == []
    events = read(path)
    assert connection_lacks(events) == [BARE | Lacks.CLIENT]
    frames = [event for event in events if isinstance(event, Frame)]
    assert len(frames) == 60
    assert (frames[0].ts, frames[0].direction, frames[0].data) == (1795664550.0699263, "s2c", HELLO)


def test_prefixes() -> None:
    path = FOLDER / "prefixes.txt"
    assert findings(path) == []
    events = read(path)
    assert connection_lacks(events) == [BARE | Lacks.CLIENT | Lacks.TIME]
    said = messages(events)
    assert len(said) == 60
    assert {type(message.data) for message in said} == {bytes}


def test_text_with_a_prefix_and_what_cannot_be_read() -> None:
    events = read(f"T:{HELLO}\nB:!\nT:half\nx\n")
    assert messages(events) == [("s2c", HELLO, "line 1")]
    _, _, gap, *bad = events
    assert isinstance(gap, Gap)
    assert gap.message == "line 2: a binary message is not in base64"
    assert [line.message for line in bad if isinstance(line, BadLine)] == [
        "line 3 is no JSON object or array",
        "line 4 has neither a time nor a prefix in front",
    ]


@pytest.mark.parametrize(
    ("line", "direction", "data"),
    [
        ('READ 2 "{}"', "s2c", "{}"),
        ('WRITE 3 "{}\\n"', "c2s", "{}\n"),
        (r'READ 6 "\"\\\'\t\r\n"', "s2c", "\"\\'\t\r\n"),
        (r'READ 4 "(\xb5/\xfd"', "s2c", b"(\xb5/\xfd"),
        (r'READ 4 "\u{1f375}"', "s2c", "\N{TEACUP WITHOUT HANDLE}"),
        ('{"a":1}READ 2 "{}"', "s2c", "{}"),
    ],
    ids=itertools.count(),
)
def test_lines_of_the_log(line: str, direction: str, data: str | bytes) -> None:
    events = read(f"[INFO  websocat::net_peer] Connected\n{line}\n", "websocat")
    assert messages(events) == [(direction, data, "line 2")]


@pytest.mark.parametrize("line", ['READ 3 "{}"', 'READ 2 "{', r'READ 2 "\q"', "READ 2"])
def test_lines_that_cannot_be_read(line: str) -> None:
    events = read(f'READ 2 "{{}}"\n{line}\nREAD 2 "[]"\n')
    assert [message.data for message in messages(events)] == ["{}", "[]"]
    gap = events[2]
    assert isinstance(gap, Gap)
    assert gap.message == "line 2: a message cannot be read"


def test_a_long_message_is_logged_in_pieces() -> None:
    whole = '"' + "a" * 140_000 + '"'
    pieces = [whole[at : at + 65_536] for at in range(0, len(whole), 65_536)]
    log = "".join(
        'READ {} "{}"\n'.format(len(piece), piece.replace('"', '\\"')) for piece in pieces
    )
    assert [message.data for message in messages(read(log))] == [whole]
    cut = read(log.split("\n")[0] + "\n")
    assert isinstance(cut[1], Gap)
    assert cut[1].message == "the log ends in the middle of a message"


def test_a_message_that_fills_the_buffer_is_whole() -> None:
    message = '{"a":"' + "a" * (65_536 - 8) + '"}'
    log = 'READ 65536 "{}"\n'.format(message.replace('"', '\\"')) + 'READ 2 "{}"\n'
    assert [one.data for one in messages(read(log))] == [message, "{}"]


def test_a_log_of_the_bytes_on_the_wire() -> None:
    log = 'WRITE 41 "GET /gateway?v=1&encoding=json HTTP/1.1\\r\\n"\n'
    with pytest.raises(CaptureError) as caught:
        read(log, "websocat")
    assert str(caught.value) == (
        "this is a log of bytes, not of messages: read it with --from websocat-raw, or put the overlay "
        "around the WebSocket, as in `websocat - log:ws://host/`"
    )


class Refused(NamedTuple):
    """A text that is none, and what is said of it."""

    text: str
    said: str


@pytest.mark.parametrize(
    "case",
    [
        Refused(
            "[DEBUG websocat::lints] Substituting StdioClass\n",
            "this is a log of websocat without messages, and no capture; put its "
            "overlay log: around the WebSocket",
        ),
        Refused(
            f"{HELLO}\n",
            "this is no capture: it looks like frames alone, as websocat and wscat print them; read them "
            "with --from wscat if wscat wrote them, and else with --from lines and --direction s2c, or c2s if "
            "the client sent them",
        ),
    ],
)
def test_what_is_refused_with_advice(case: Refused) -> None:
    with pytest.raises(CaptureError) as caught:
        read(case.text)
    assert str(caught.value).startswith(case.said)


def test_messages_without_line_ends() -> None:
    path = FOLDER / "without-line-ends.txt"
    assert findings(path, "lines", "s2c") == []
    assert len(messages(read(path, "lines", "s2c"))) == 76
    assert described(read(path, "lines", "s2c"))[1] == (1, 1, "s2c", HELLO)
