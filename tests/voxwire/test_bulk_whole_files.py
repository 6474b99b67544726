"""Files that are looked at as a whole, compressed or of another format: the same as when they are read here."""

from __future__ import annotations

import io
import json
import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.mapped import PACKED, Here, found_in
from tests.voxwire.native import EXAMPLES, capture
from tests.voxwire.test_bulk import BEGUN, member
from tests.voxwire.test_bulk_elsewhere import Bucket, KilledError
from voxwire.capture import (
    BadLine,
    CaptureEvent,
    Closed,
    Connection,
    Frame,
    Gap,
    Lacks,
    Opened,
    Place,
    Reading,
    read_capture,
)
from voxwire.checks.quick import division, whole
from voxwire.checks.quick.as_native import as_native
from voxwire.checks.quick.whole import summarize_file
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID
from voxwire.vox import VOX

ALL = sorted(EXAMPLES.glob("*.ndjson"))


def as_har(path: Path) -> bytes:
    """A capture as a browser would export it."""
    entries: dict[Connection, dict[str, Any]] = {}
    for event in read_capture(path):
        if isinstance(event, Opened):
            entries[event.connection] = {
                "startedDateTime": f"2026-11-22T19:39:{len(entries) % 60:02}Z",
                "request": {"url": event.connection.url or "wss://host/gateway"},
                "response": {"status": 101},
                "_webSocketMessages": [],
            }
        elif isinstance(event, Frame):
            is_text = isinstance(event.data, str)
            entries[event.connection]["_webSocketMessages"].append(
                {
                    "type": "receive" if event.direction == "s2c" else "send",
                    "time": event.ts,
                    "opcode": 1 if is_text else 2,
                    "data": event.data if is_text else b64encode(event.data).decode(),  # type: ignore[arg-type]
                }
            )
    return json.dumps({"log": {"entries": list(entries.values())}}).encode()


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_har_file(path: Path, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(pack(as_har(path)))
    executor = Here()
    assert found_in([str(file)], executor) == found_in([str(file)])
    assert executor.parts == 1


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_compressed_capture(path: Path, pack: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(PACKED[pack](path.read_bytes()))
    executor = Here()
    assert found_in([str(file)], executor) == found_in([str(file)]) != found_in([])
    assert executor.parts == 1


def test_the_files_of_a_run_go_on_in_each_other(tmp_path: Path) -> None:
    names = []
    for number, path in enumerate(ALL):
        file = tmp_path / f"{number}"
        content = as_har(path) if number % 2 else path.read_bytes()
        file.write_bytes(list(PACKED.values())[number % 3](content))
        names.append(str(file))
    assert found_in(names, Here()) == found_in(names)


def test_damaged_files(tmp_path: Path) -> None:
    """What is found, and where it ends, stays the same."""
    draw = random.Random(9)
    sources = [pack(as_har(path)) for path in ALL[:4] for pack in PACKED.values()]
    sources += [PACKED[pack](path.read_bytes()) for path in ALL[:4] for pack in ("gzip", "zstd")]
    for number in range(120):
        content = bytearray(draw.choice(sources))
        for _ in range(draw.choice((0, 1, 3))):
            content[draw.randrange(len(content))] = draw.randrange(256)
        del content[draw.choice((len(content), draw.randrange(1, len(content)))) :]
        file = tmp_path / f"{number}"
        file.write_bytes(content)
        assert found_in([str(file)], Here()) == found_in([str(file)])


def test_a_file_that_is_lost(tmp_path: Path) -> None:
    class Engine(Here):
        def submit(
            self, function: Callable[..., Any], /, *given: Any, **options: Any
        ) -> Future[Any]:
            super().submit(function, *given, **options)
            lost: Future[Any] = Future()
            lost.set_exception(KilledError("4 workers died"))
            return lost

    file = tmp_path / "file"
    file.write_bytes(PACKED["zstd"](capture(*BEGUN, member(2))))
    found, *_ = found_in([str(file)], Engine())
    assert [(f.rule, f.message) for f in found] == [
        ("CAPTURE_UNREADABLE", "nobody looked at the file: KilledError: 4 workers died")
    ]


def test_long_files_are_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    content = as_har(ALL[0])
    file.write_bytes(content)
    for most, parts in ((len(content), 1), (len(content) - 1, 0)):
        monkeypatch.setattr(division, "MOST_WHOLE", most)
        executor = Here()
        assert found_in([str(file)], executor) == found_in([str(file)])
        assert executor.parts == parts


def test_where_there_is_too_much_to_say_the_file_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(as_har(ALL[0]))
    sizes = [sum(map(len, digest.others)) for digest in summary_of(str(file)).digests]
    monkeypatch.setattr(whole, "_MOST_OTHERS", sum(sizes))
    assert summarize_file(str(file), VOX, reading=Reading()) is not None
    monkeypatch.setattr(whole, "_MOST_OTHERS", sum(sizes) - 1)
    assert summarize_file(str(file), VOX, reading=Reading()) is None
    assert found_in([str(file)], Here()) == found_in([str(file)])


def summary_of(name: str) -> whole.FileSummary:
    summary = summarize_file(name, VOX, reading=Reading())
    assert summary is not None
    return summary


@pytest.mark.parametrize("size", [60, 700, 5000])
def test_digests_that_settle_nothing(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers that repeat from digest to digest: the lines are read once more."""
    file = tmp_path / "file"
    monkeypatch.setattr(whole, "DIGEST_SIZE", size)
    for content in (
        capture(*BEGUN, *map(member, range(2, 40)), *map(member, range(2, 40))),
        capture(*BEGUN, *(member(n) for n in range(2, 90) if n % 7)),
    ):
        file.write_bytes(content)
        har = tmp_path / "har"
        har.write_bytes(as_har(file))
        packed = tmp_path / "packed"
        packed.write_bytes(PACKED["gzip"](content))
        for name in (str(har), str(packed)):
            assert found_in([name], Here()) == found_in([name])


def test_a_file_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(as_har(ALL[0]))
    executor = Here()
    far, *counted = found_in(["far"], executor, storage=Bucket(far=file.read_bytes()))
    found, *counted_here = found_in([str(file)])
    assert [(f.rule, f.frame, f.location) for f in far] == [
        (f.rule, f.frame, f.location) for f in found
    ]
    assert counted == counted_here
    assert executor.parts == 1


# --- As lines -----------------------------------------------------------------------------------


def told() -> Iterator[CaptureEvent]:
    first = Connection(1, 5e8, "wss://host/a", "chat", Lacks.CLOSE | Lacks.CONTROL)
    second = Connection(2, 5e8 + 1, None, None, Lacks.ADDRESS | Lacks.TIME)
    yield Opened(first, has_header=True)
    yield Frame(first, 1, 5e8 + 2, "s2c", "text", Place("packet", 3))
    yield Opened(second, has_header=True)
    yield Frame(first, 2, 5e8 + 3, "c2s", b"\0bytes", Place("entry", 1, 2))
    yield Frame(second, 1, 5e8 + 1, "s2c", "no time")
    yield Gap(first, CAPTURE_GAP, "missing", "hint")
    yield BadLine(second, CAPTURE_PART_INVALID, "broken")
    yield Closed(first, 5e8 + 4, 4000, "why")


def test_events_as_lines_are_the_same_events() -> None:
    for which in ("placed", "plain"):
        lines = b"".join(line for some in as_native(told(), 50) for line in getattr(some, which))
        again = list(read_capture(io.BytesIO(lines)))
        assert [shown(event, which == "placed") for event in again] == [
            shown(event, which == "placed") for event in told()
        ]


def shown(event: CaptureEvent, is_placed: bool) -> tuple[Any, ...]:
    connection = event.connection
    values: list[Any] = [type(event), None if connection is None else connection.number]
    if isinstance(event, Opened):
        values += [connection and getattr(connection, name) for name in connection.__slots__]  # type: ignore[union-attr]
        values.remove(connection.frames)  # type: ignore[union-attr]
    for name in ("number", "direction", "data", "code", "reason", "rule", "message", "hint"):
        values.append(getattr(event, name, None))
    if isinstance(event, Frame):
        values.append(str(event.place) if is_placed else None)
        values.append(event.ts if connection is not None and connection.number == 1 else None)
    return tuple(values)


def test_what_comes_before_an_error_is_given() -> None:
    def events() -> Iterator[CaptureEvent]:
        yield from told()
        raise CaptureError("cut off")

    given = as_native(events(), 1_000_000)
    assert len(next(given).plain) == 8
    with pytest.raises(CaptureError, match=r"^cut off$"):
        next(given)


def test_half_a_surrogate_pair_is_no_line() -> None:
    connection = Connection(1, 5e8, "wss://host")
    with pytest.raises(UnicodeEncodeError):
        list(as_native([Frame(connection, 1, 5e8, "s2c", "\ud800")], 10))
