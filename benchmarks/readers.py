"""The readers of captures that other tools wrote, beside who else reads such files.

    python -m venv readers && . readers/bin/activate
    pip install -e . orjson ijson dpkt wsproto scapy mitmproxy
    python -m benchmarks.readers

Nothing else of the project needs any of it; a peer that is not installed is left out. `make bench` measures
our own readers alone. The files are written by :mod:`benchmarks.foreign_captures`, and each reader has to give
exactly their messages, or nothing is measured. `--memory` reads files of different lengths instead. The names
of formats behind it choose some.
"""

import argparse
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from benchmarks.foreign_captures import WRITERS, write_foreign
from benchmarks.make_capture import sent_messages
from benchmarks.measure import Spread, interleaved, ratios
from benchmarks.one_reading import HASHED, OURS, PARSED, WATCHED, Reading, reading
from benchmarks.reader_peers import PEERS
from benchmarks.table import Table

FRAMES = 20_000
ROUNDS = 5
OWN_ROUNDS = 3
"""Rounds of `make bench`, where our readers are alone."""
FEW = 100
"""Frames of the files that are read to import everything."""
_MODULES = {"scapy and wsproto": "scapy", "dpkt and wsproto": "dpkt", "mitmproxy.io": "mitmproxy"}
"""What has to be installed for a peer, where its name does not begin with it."""


class Files(NamedTuple):
    """A capture in all formats."""

    folder: Path
    frames: int

    def path(self, format_: str) -> Path:
        """The file of a format."""
        return self.folder / f"{self.frames}-{format_}"

    @classmethod
    def written(cls, folder: Path, formats: Iterable[str], frames: int) -> "Files":
        """Write them, and one with the messages alone."""
        files = cls(folder, frames)
        for name in formats:
            write_foreign(files.path(name), name, frames)
        messages = [sent.text.encode() + b"\n" for sent in sent_messages(frames)]
        files.path(PARSED).write_bytes(b"".join(messages))
        return files


def own_readers() -> Table:
    """What our readers take for each format."""
    head, rows = _table(dict.fromkeys(WRITERS, (OURS,)), OWN_ROUNDS, FRAMES)
    at = head.index("reader")
    return Table((*head[:at], *head[at + 1 :]), [(*row[:at], *row[at + 1 :]) for row in rows])


def all_readers(formats: Iterable[str], rounds: int, frames: int) -> Table:
    """The same, with those that are installed of the peers."""
    readers = {name: (OURS, *filter(_is_there, PEERS.get(name, ()))) for name in formats}
    return _table(readers, rounds, frames)


def _is_there(peer: str) -> bool:
    return find_spec(_MODULES.get(peer, peer.partition(".")[0])) is not None


def _table(readers: Mapping[str, tuple[str, ...]], rounds: int, frames: int) -> Table:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short = Files.written(folder, readers, FEW)
        files = Files.written(folder, readers, frames)
        sizes = {format_: files.path(format_).stat().st_size / 1e6 for format_ in readers}
        pairs = [(format_, reader) for format_, names in readers.items() for reader in names]
        check_messages(pairs, files, short)
        jobs = {
            _name(*pair): partial(reading, *pair, files.path(pair[0]), short.path(pair[0]))
            for pair in [(PARSED, PARSED), *pairs]
        }
        results = interleaved(jobs, rounds)
    base = [one.seconds for one in results[_name(PARSED, PARSED)]]
    rows = [
        (format_, f"{sizes[format_]:.0f}", reader, *_cells(results[_name(format_, reader)], base))
        for format_, reader in pairs
    ]
    return Table(("format", "MB", "reader", "frames/s", "ratio", "peak memory, MB"), rows)


def _name(format_: str, reader: str) -> str:
    return f"{format_} with {reader}"


def _cells(readings: list[Reading], base: list[float]) -> tuple[str, str, str]:
    seconds = [one.seconds for one in readings]
    speed = Spread.of([one.frames / one.seconds for one in readings])
    memory = max(one.peak for one in readings)
    return speed.text(",.0f"), ratios(seconds, base).text(".1f"), f"{memory:.0f}"


def check_messages(pairs: Iterable[tuple[str, str]], files: Files, short: Files) -> None:
    """End with a word about it where a reader gives other messages than others, or not all of them."""
    digests = {}
    for format_, reader in pairs:
        read = reading(format_, reader, files.path(format_), short.path(format_), HASHED)
        if read.frames != files.frames + 1:
            raise SystemExit(f"{format_}, {reader}: {read.frames} of {files.frames + 1} frames")
        digests[format_, reader] = read.digest
    if len(set(digests.values())) > 1:
        raise SystemExit(f"not all readers give the same messages: {digests}")


def memory(formats: Iterable[str], lengths: tuple[int, int]) -> Table:
    """Peak memory of our readers for a short file and a long one."""
    formats = tuple(formats)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        few = Files.written(Path(name), formats, FEW)
        files = [Files.written(Path(name), formats, frames) for frames in lengths]
        for format_ in formats:
            cells = []
            for one in files:
                path = one.path(format_)
                read = reading(format_, OURS, path, few.path(format_), WATCHED)
                cells += [f"{path.stat().st_size / 1e6:.0f}", f"{read.own:.1f}", f"{read.peak:.0f}"]
            rows.append((format_, *cells))
    head = ("MB", "own memory, MB", "with mapped files, MB")
    return Table(
        ("format", *(f"{frames:,} frames: {cell}" for frames in lengths for cell in head)), rows
    )


def main() -> None:
    """Measure the readers that are installed."""
    parser = argparse.ArgumentParser(description="Measure readers of captures.")
    parser.add_argument("formats", nargs="*", default=list(WRITERS), metavar="FORMAT")
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    if arguments.memory:
        table = memory(arguments.formats, (arguments.frames, 10 * arguments.frames))
    else:
        table = all_readers(arguments.formats, arguments.rounds, arguments.frames)
    print(table.markdown())


if __name__ == "__main__":
    main()
