"""Captures in zip archives: which members are captures, what belongs to them, and what is refused."""

from __future__ import annotations

import gzip
import io
import pickle
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.voxwire.browser_files import FORMATS, events_of, in_short
from tests.voxwire.mapped import Here, found_in
from tests.voxwire.native import PLAIN, c2s, capture, header, leave
from tests.voxwire.test_har import LINES, URL, attached, entry, har, message
from voxwire import CaptureError
from voxwire.capture import (
    NATIVE,
    BadLine,
    Frame,
    Opened,
    Reading,
    detected_capture,
    of_the_gateway,
    read_capture,
)
from voxwire.capture.gateway import Others
from voxwire.capture.storage import LOCAL
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.default import protocol_or_vox
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from pathlib import Path


TRACE = FORMATS / "playwright-trace" / "trace.zip"


def zipped(method: int = zipfile.ZIP_DEFLATED, /, **members: bytes) -> bytes:
    """An archive; of the names, ``__`` stands for a slash and ``_`` for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def refusal(data: bytes, reading: Reading | None = None) -> str:
    with pytest.raises(CaptureError) as caught:
        events_of(data, reading)
    return str(caught.value)


HAR = har(entry(message("a")))
TWO = capture(header(), leave(1), c2s("x"))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_the_only_capture_is_read_as_if_it_lay_there(method: int) -> None:
    for name, content in (("x_har", HAR), ("x_ndjson", TWO), ("folder__x", TWO)):
        data = zipped(method, **{name: content, "notes_txt": b"Hello world\n"})
        assert in_short(events_of(data)) == in_short(events_of(content))
    assert detected_capture(io.BytesIO(zipped(x=TWO))).format is NATIVE


def test_a_member_may_be_compressed_itself() -> None:
    data = zipped(x_ndjson_gz=gzip.compress(TWO))
    assert in_short(events_of(data)) == in_short(events_of(TWO))


def test_several_captures_have_their_names(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(zipped(a_har=HAR, notes_txt=b"Hello\n", below__b_ndjson=TWO))
    events = list(read_capture(str(file)))
    assert in_short(events) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", "a"),
        ("opened", 2, "wss://host/gateway?v=1&encoding=json", True),
        *((2, number, *rest) for _, number, *rest in in_short(events_of(TWO))[1:]),
    ]
    members = [e.connection.member for e in events if isinstance(e, Opened)]
    assert members == ["a.har", "below/b.ndjson"]
    check = CaptureCheck(str(file), Selection(), Statistics(), Sessions())
    found = [(f.file, f.connection, str(f.rule)) for f in check.findings()]
    assert (f"{file}/a.har", 1, "JSON_INVALID") in found
    assert (f"{file}/below/b.ndjson", 2, "JSON_INVALID") in found
    assert check.failure is None


def test_of_each_member_the_connections_to_the_gateway_are_taken() -> None:
    chat = entry(message("b"), request={"url": "wss://host/chat"})
    native = capture(header(url="wss://host/elsewhere"), leave(1))
    data = zipped(a_har=har(chat, entry(message("a"))), b_ndjson=native)
    others = Others()
    found = detected_capture(io.BytesIO(data))
    events = list(of_the_gateway(found, protocol_or_vox(None), Reading(), others))
    opened = [e.connection for e in events if isinstance(e, Opened)]
    assert [(c.number, c.url) for c in opened] == [(1, URL), (2, "wss://host/elsewhere")]
    assert others.connections == 1


def test_one_that_is_damaged_does_not_take_the_others_with_it() -> None:
    events = events_of(zipped(a_har=HAR[:-30], b_har=har(), c_ndjson=TWO))
    bad = [event.message for event in events if isinstance(event, BadLine)]
    cut = len(HAR) - 30
    assert bad == [
        f"a.har: entry 1 is cut off at byte {cut}",
        "b.har: the HAR holds no WebSocket connection",
    ]
    assert in_short(events)[-1] == (2, 2, "c2s", "x")


def test_the_format_can_be_named() -> None:
    data = zipped(a_har=HAR, b_ndjson=TWO)
    assert in_short(events_of(zipped(a=HAR), Reading(format="har"))) == in_short(events_of(HAR))
    assert [e[0] for e in in_short(events_of(data, Reading(format="native")))].count("opened") == 1


def test_attached_files_are_found_in_the_archive_and_are_no_captures(tmp_path: Path) -> None:
    name = "0123456789abcdef0123456789abcdef.jsonl"
    with open(attached(tmp_path, name, LINES), "rb") as file:  # noqa: PTH123
        content = file.read()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("har.har", content)
        archive.writestr(name, LINES)
        archive.writestr("89abcdef0123456789abcdef0123456789abcdef.json", HAR)
        archive.writestr("__MACOSX/._har.har", HAR)
    assert in_short(events_of(packed.getvalue())) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", "a"),
        (1, 2, "s2c", "b"),
    ]


def test_a_trace_from_standard_input_and_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = in_short(read_capture(str(TRACE)))
    assert len(whole) == 45
    stdin = io.BytesIO(TRACE.read_bytes())

    class Pipe:
        """Standard input that can be read once and not searched."""

        buffer = type("Once", (), {"read": staticmethod(lambda size: stdin.read(min(size, 7)))})()

    monkeypatch.setattr("sys.stdin", Pipe())
    assert in_short(read_capture("-")) == whole
    with zipfile.ZipFile(TRACE) as archive:
        archive.extractall(tmp_path)
    assert in_short(read_capture(str(tmp_path / "trace.network"))) == whole


def test_archives_are_looked_at_elsewhere_with_the_same_findings(tmp_path: Path) -> None:
    for members in ({"a_har": HAR, "b_ndjson": TWO}, {"a_har": HAR}):
        file = tmp_path / f"{len(members)}.zip"
        file.write_bytes(zipped(**members))
        found = found_in([str(file)])
        assert found[0]
        assert found_in([str(file)], Here()) == found


def test_the_files_of_this_machine_are_those_of_this_machine_in_other_processes() -> None:
    assert pickle.loads(pickle.dumps(LOCAL)) is LOCAL


# --- What cannot be read beside what can ------------------------------------------------------


def wrong(data: bytes) -> list[str]:
    """What is wrong with parts of an archive, of which two frames in the member ``z`` are read."""
    events = events_of(data)
    assert [event.data for event in events if isinstance(event, Frame)][-1] == "x"
    bad = [event for event in events if isinstance(event, BadLine)]
    assert {event.rule for event in bad} <= {CAPTURE_PART_INVALID}
    return [event.message for event in bad]


def with_method(data: bytes, method: int) -> bytes:
    """The same, of which the first member is said to be compressed so."""
    file = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        file[file.index(magic) + offset] = method
    return bytes(file)


def test_a_member_that_cannot_be_read_is_a_finding_beside_those_that_can() -> None:
    for name in ("a", "a_ndjson", "a_har", "a_txt"):
        shown = name.replace("_", ".")
        packed = zipped(**{name: TWO, "z_ndjson": TWO})
        assert wrong(encrypted(packed)) == [
            f"{shown}: it is encrypted; unpack the archive with its password"
        ]
        assert wrong(with_method(packed, 93)) == [
            f"{shown}: it is compressed in a way that is not read (method 93); unpack the archive, and name "
            "the captures in it"
        ]
        stored = zipped(zipfile.ZIP_STORED, **{name: TWO, "z_ndjson": TWO})
        assert wrong(stored.replace(b"host", b"hurt", 1)) == [
            f"{shown}: it is damaged in the archive: its checksum is wrong"
        ]
        assert wrong(with_method(stored, zipfile.ZIP_DEFLATED)) == [
            f"{shown}: it is damaged in the archive: it cannot be decompressed"
        ]


def test_a_member_that_is_damaged_far_behind_its_start() -> None:
    long = capture(header(), *(leave(number) for number in range(1, 2000)))
    data = zipped(zipfile.ZIP_STORED, a=long, z=TWO).replace(b'\\"seq\\": 1999', b'\\"seq\\": 1998')
    assert wrong(data) == ["a: it is damaged in the archive: its checksum is wrong"]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_member_that_is_damaged_anywhere(method: int, at: int) -> None:
    data = bytearray(zipped(method, a=TWO, z=TWO))
    start = 31 + at
    data[start : start + 7] = bytes(byte ^ 0xA5 for byte in data[start : start + 7])
    (said,) = wrong(bytes(data))
    assert said.startswith("a: it is damaged in the archive: ")


def test_a_member_whose_own_compression_is_damaged() -> None:
    packed = gzip.compress(TWO)
    assert wrong(zipped(a_gz=packed[:-3], z=TWO)) == [
        "a.gz: the compressed file is cut off: it ends in the middle of a gzip member"
    ]
    assert wrong(zipped(a_gz=packed[:12], z=TWO)) == [
        "a.gz: the compressed file is cut off: it ends in the middle of a gzip member"
    ]


def test_a_member_that_may_hold_captures_is_a_finding() -> None:
    for content, what in (
        (zipped(a_har=HAR), "a zip archive"),
        (TWO.decode().encode("utf-16"), "UTF-16 text"),
        (b"BZh91AY&SY", "a file compressed with bzip2"),
        (gzip.compress(gzip.compress(TWO)), "a file that was compressed twice"),
    ):
        (said,) = wrong(zipped(a=content, z=TWO))
        assert said.startswith(f"a: this is {what}, which is not read as it is; ")


def test_a_member_that_only_its_name_calls_a_capture_is_a_finding() -> None:
    for name in ("a_ndjson", "a_HAR", "a_jsonl_gz", "a_pcapng"):
        shown = name.replace("_", ".")
        (said,) = wrong(zipped(**{name: b"Hello\n", "z": TWO}))
        assert said.startswith(f"{shown}: this is no capture: it looks like text of another kind")
        assert wrong(zipped(**{name: b"", "z": TWO})) == [f"{shown}: it is empty"]
    assert wrong(zipped(a_txt=b"Hello\n", b_png=b"\x89PNG\r\n\x1a\n", c=b"", z=TWO)) == []


def test_a_member_of_another_size_than_the_archive_says() -> None:
    packed = zipped(zipfile.ZIP_STORED, a=TWO, z=TWO)
    place = packed.index(b"PK\x01\x02")
    said = "a: it is damaged in the archive: it has another size than the table of contents says"
    data = bytearray(packed)
    data[place + 24 : place + 28] = bytes(4)
    assert wrong(bytes(data)) == [said]
    data = bytearray(packed)
    data[place + 16 : place + 24] = bytes(8)  # its checksum, and how many bytes it takes
    assert wrong(bytes(data)) == [said, f"byte 31: {UNLISTED}"]


def test_members_of_the_same_name_are_all_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", TWO)
        for content in (HAR, TWO):
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("a", content)
    opened = [e for e in events_of(packed.getvalue()) if isinstance(e, Opened)]
    assert [e.connection.member for e in opened] == ["a (1)", "a (2)", "a"]


UNLISTED = (
    "there is more in the archive than its table of contents lists, as where archives stand in a row; unpack what "
    "zip -FF finds, and name the captures in it"
)


def test_members_that_the_table_of_contents_does_not_list() -> None:
    first, last = zipped(a=TWO), zipped(b=HAR, z=TWO)
    assert wrong(first + last) == [f"byte 0: {UNLISTED}"]
    cut_off = first[:-30]
    assert wrong(last + cut_off) == [f"byte {len(last)}: {UNLISTED}"]
    place = last.index(b"PK\x01\x02")
    offset = last.index(place.to_bytes(4, "little"), place)  # which the end says
    more = (place + len(cut_off)).to_bytes(4, "little")
    between = last[:place] + cut_off + last[place:offset] + more + last[offset + 4 :]
    assert wrong(between) == [f"byte {place}: {UNLISTED}"]
    lost = bytearray(zipped(zipfile.ZIP_STORED, a=TWO, z=TWO))
    start = lost.index(b"PK\x01\x02") + 16
    lost[start : start + 12] = bytes(12)  # of which the table says nothing but the name
    assert wrong(bytes(lost)) == [f"byte 31: {UNLISTED}"]
    (said,) = wrong(zipped(zipfile.ZIP_STORED, b=first, z=TWO))  # which is listed
    assert said.startswith("b: this is a zip archive, which is not read as it is")
    assert refusal(first + zipped(b=b"Hello\n")).endswith(UNLISTED)


def test_what_is_attached_is_known_by_its_name_alone() -> None:
    data = zipped(resources__a_ndjson=TWO, z_har=har(entry(message("x"))))
    opened = [e for e in events_of(data) if isinstance(e, Opened)]
    assert [e.connection.member for e in opened] == ["resources/a.ndjson", "z.har"]


def test_what_was_not_recorded_is_said_of_the_format_of_each_member(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(zipped(a_har=HAR, b_ndjson=TWO))
    statistics = Statistics()
    assert [*CaptureCheck(str(file), Selection(), statistics, Sessions()).findings()]
    assert [*statistics.lacks] == ["har"]


# --- What is refused --------------------------------------------------------------------------


def test_a_fiddler_archive() -> None:
    data = zipped(raw__1_c_txt=b"x", raw__1_s_txt=b"x")
    renamed = data.replace(b"raw/1.c.txt", b"raw/1_c.txt")
    assert refusal(renamed) == (
        "this is an archive of Fiddler (.saz): how WebSocket messages are written in it is "
        "documented nowhere; export the sessions as a HAR (File, Export Sessions, HTTPArchive), or "
        "record the traffic with `voxwire record`"
    )


def encrypted(data: bytes) -> bytes:
    """The same, with the flag that says so."""
    file = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        file[file.index(magic) + offset] |= 1
    return bytes(file)


def test_an_encrypted_member() -> None:
    assert refusal(encrypted(zipped(a_har=HAR))) == (
        "the zip archive holds no capture: a.har: it is encrypted; unpack the archive with its "
        "password"
    )


def test_an_unknown_compression() -> None:
    data = bytearray(zipped(a_har=HAR))
    for magic, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(magic) + offset] = 93
    assert refusal(bytes(data)) == (
        "the zip archive holds no capture: a.har: it is compressed in a way that is not read (method "
        "93); unpack the archive, and name the captures in it"
    )


@pytest.mark.parametrize("cut", [5, 100, -1, -23])
def test_an_archive_that_is_cut_off(cut: int) -> None:
    assert refusal(zipped(a_har=HAR)[:cut]) == (
        "the zip archive is damaged or cut off: its table of contents cannot be read; copy it again, "
        "or repair it with zip -FF"
    )


def test_a_wrong_checksum() -> None:
    data = zipped(zipfile.ZIP_STORED, a_har=HAR).replace(b'"a"', b'"b"')
    assert refusal(data) == (
        "the zip archive holds no capture: a.har: it is damaged in the archive: its checksum is wrong"
    )


def test_a_checksum_that_shows_at_the_end() -> None:
    many = har(entry(*[message(f"{number:0100}") for number in range(2000)]))
    data = zipped(zipfile.ZIP_STORED, a_har=many).replace(b'01999"', b'01998"')
    assert refusal(data) == "it is damaged in the archive: its checksum is wrong"


def test_nothing_in_it() -> None:
    assert refusal(zipped()) == "the zip archive is empty"
    assert (
        refusal(zipped(x=b"", folder__=b"", Thumbs_db=b"x")) == "the zip archive holds no capture"
    )
    said = refusal(zipped(a=b"Hello\n", b=b"Hello\n", c=b"Hello\n", d=b"Hello\n", e=b"Hello\n"))
    assert said.startswith(
        "the zip archive holds no capture: a: this is no capture: it looks like "
    )
    assert said.endswith("; and 2 more")


def test_an_archive_in_an_archive() -> None:
    said = refusal(zipped(a_zip=zipped(a_har=HAR)))
    assert said.startswith("the zip archive holds no capture: a.zip: this is a zip archive, ")


def test_a_member_without_a_name() -> None:
    data = zipped(a=b"x", b_har=HAR)
    nameless = data.replace(b"PK\x01\x02", b"PK\x01\x02", 1)
    place = nameless.index(b"PK\x01\x02")
    broken = bytearray(nameless)
    broken[place + 28 : place + 30] = b"\0\0"  # the length of the name
    broken[place + 30 : place + 32] = b"\1\0"  # which is extra data now
    with suppress(CaptureError):
        events_of(bytes(broken))


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voxwire.capture.archives.MAX_MEMBERS", 2)
    assert in_short(events_of(zipped(a=b"x", b_har=HAR)))
    assert refusal(zipped(a=b"x", b_har=HAR, c=b"x")) == (
        "the zip archive has 3 files, and at most 2 are looked at; unpack it, and name the captures "
        "in it"
    )


def test_what_grows_out_of_all_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voxwire.capture.input.MAX_UNPACKED", 100_000)
    bomb = har(entry(message("a"))) + b" " * 3_000_000
    for data in (zipped(a_har=bomb), gzip.compress(bomb)):
        assert "when they were decompressed, and no capture is" in refusal(data)
    fair = har(entry(*[message(f"{number:x}{number**9:x}") for number in range(3000)]))
    for data in (zipped(a_har=fair), gzip.compress(fair)):
        assert len(events_of(data)) == 3001


def test_no_room_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, _data: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("voxwire.capture.input._IN_MEMORY", 10)
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/tmp")
    assert refusal(HAR) == (
        "it cannot be copied to a temporary file in /tmp: No space left on device; TMPDIR names "
        "another folder"
    )


def test_no_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("voxwire.capture.input._IN_MEMORY", 10)
    monkeypatch.setattr("tempfile.TemporaryFile", fails)
    assert refusal(HAR) == (
        "no temporary file can be made for it: No usable temporary directory found; TMPDIR names a "
        "folder for them"
    )


def test_all_of_a_file_is_read_for_who_shows_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for content in (HAR, gzip.compress(HAR), zipped(a_har=HAR), zipped(a_har=HAR, b_ndjson=TWO)):
        file.write_bytes(content)
        read: list[int] = []
        assert list(read_capture(str(file), read.append))
        assert sum(read) == len(content)


def test_plain_captures_are_what_they_were() -> None:
    assert in_short(events_of(PLAIN))[0][0] == "opened"
