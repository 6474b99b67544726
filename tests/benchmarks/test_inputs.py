"""What the benchmarks measure is what they say: their inputs, and the place of their results."""

import json
from pathlib import Path

import pytest

import voxwire
from benchmarks import bulk_loops, handwritten
from benchmarks.big_schema import SCHEMA, write_schema
from benchmarks.foreign_captures import WRITERS, write_foreign
from benchmarks.frames import most_frequent, server_frames
from benchmarks.make_capture import sent_messages, write_capture
from benchmarks.one_reading import HASHED, OURS, ours, read_once
from benchmarks.table import END, START, Table, replace_results
from voxspec.pipeline import load_protocol
from voxwire.cli import main

FRAMES = 3000


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("capture") / "long.ndjson"
    write_capture(path, FRAMES)
    return path


def test_the_long_capture_is_the_same_every_time(capture: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.ndjson"
    write_capture(again, FRAMES)
    assert again.read_bytes() == capture.read_bytes()


def test_the_long_capture_has_nothing_to_report(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--format", "json", str(capture)]) == 0
    summary = json.loads(capsys.readouterr().out)["summary"]
    counts = {key: summary[key] for key in ("frames", "errors", "warnings", "notes")}
    assert counts == {"frames": FRAMES + 1, "errors": 0, "warnings": 0, "notes": 0}


@pytest.mark.parametrize("loop", bulk_loops.LOOPS.values(), ids=bulk_loops.LOOPS.keys())
def test_the_loops_read_every_frame(loop: bulk_loops.Loop, capture: Path) -> None:
    assert loop(capture) == FRAMES


@pytest.mark.parametrize("name", WRITERS)
def test_a_capture_of_another_tool_holds_the_same(name: str, tmp_path: Path) -> None:
    plain, foreign, again = (tmp_path / file for file in ("plain", "foreign", "again"))
    write_capture(plain, 500)
    write_foreign(foreign, name, 500)
    write_foreign(again, name, 500)
    assert again.read_bytes() == foreign.read_bytes()
    read = read_once(name, OURS, foreign, plain, HASHED)
    assert read.frames == 501
    assert read == read_once(name, OURS, plain, foreign, HASHED)


def test_messages_are_those_of_the_long_capture(tmp_path: Path) -> None:
    write_capture(tmp_path / "plain", 500)
    sent = [(one.direction == "c2s", one.text) for one in sent_messages(500)]
    assert list(ours(tmp_path / "plain")) == sent


def test_the_handwritten_structs_are_the_most_frequent_types() -> None:
    frames = server_frames()
    assert len(frames) == 2933
    assert set(most_frequent(frames, len(handwritten.TYPES))) == handwritten.TYPES


def test_every_frame_that_is_decoded_is_known() -> None:
    assert not any(
        isinstance(voxwire.decode_server(frame.data), voxwire.UnknownFrame)
        for frame in server_frames()
    )


def test_results_replace_what_was_between_the_markers(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    table = Table(("name", "figure"), [("a", "1.00")]).markdown()
    replace_results(document, table)
    expected = (
        f"before\n{START}\n\n| name | figure |\n| --- | --- |\n| a | 1.00 |\n\n{END}\nafter\n"
    )
    assert document.read_text() == expected


def test_results_need_their_place(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text("nothing here\n")
    with pytest.raises(ValueError, match=r"README\.md has no place for results"):
        replace_results(document, "results")


def test_a_larger_schema_is_several_of_ours(tmp_path: Path) -> None:
    write_schema(tmp_path / "schema", 2)
    ours, larger = load_protocol(SCHEMA), load_protocol(tmp_path / "schema")
    assert len(larger.types) == 2 * len(ours.types)
    names = [(message.direction, message.text) for message in ours.messages()]
    copies = [(direction, f"{text}_2") for direction, text in names]
    assert sorted((m.direction, m.text) for m in larger.messages()) == sorted([*names, *copies])
    examples = {(m.direction, m.text): len(m.examples) for m in larger.messages()}
    assert [examples[name] for name in names] == [examples[copy] for copy in copies]
