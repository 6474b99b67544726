"""A progress bar over the bytes of the files, on a terminal only."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO, cast

from voxwire.capture import Advance, size_on_disk
from voxwire.capture.storage import LOCAL
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from rich.console import Console

    from voxwire.capture.storage import Storage

_WORTH_A_BAR: Final = 4_000_000
"""Bytes that take long enough to read for a bar to be seen."""


class Progress(NamedTuple):
    """`advance` is to be told of bytes read, None when nobody is interested; `out` is where lines can
    be written while the bar is shown."""

    advance: Advance | None
    out: TextIO


@contextmanager
def progress_over(
    names: Sequence[str], out: TextIO, storage: Storage = LOCAL, *, is_wanted: bool = True
) -> Iterator[Progress]:
    """Show a bar for the files `names` while the context lasts, if somebody is there to see it."""
    terminal = next((stream for stream in (out, sys.stderr) if stream.isatty()), None)
    if not is_wanted or terminal is None or (total := _size(names, storage)) < _WORTH_A_BAR:
        yield Progress(None, out)
        return
    from rich import progress
    from rich.console import Console

    console = Console(file=terminal)
    bar = progress.Progress(
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with bar:
        task = bar.add_task("", total=total)
        writer = cast("TextIO", _AboveBar(console)) if terminal is out else out
        yield Progress(lambda count: bar.advance(task, count), writer)


def _size(names: Sequence[str], storage: Storage) -> int:
    """The bytes of all files of which they are known."""
    if storage is LOCAL:
        return sum(map(size_on_disk, names))
    total = 0
    for name in names:
        with suppress(CaptureError, OSError):  # which is said when the file is read
            total += storage.size(name)
    return total


class _AboveBar(io.TextIOBase):
    """Writes whole lines to the terminal that shows the bar, without disturbing it."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        from rich.text import Text

        self._console.print(Text.from_ansi(text.rstrip("\n")), soft_wrap=True)
        return len(text)
