"""Where the output goes: standard output or a file, in colour only on a terminal."""

import errno
import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def is_coloured(out: TextIO) -> bool:
    """Whether `out` is a terminal that wants colours (see no-color.org)."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def opened_output(path: str | None) -> Iterator[TextIO]:
    """The file at `path`, or standard output for None or ``-``; UTF-8 both. Raises OSError."""
    if path is None or path == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        yield sys.stdout
    else:
        with Path(path).open("w", encoding="utf-8", newline="\n") as file:
            yield file


def expect_writable(path: str | None) -> None:
    """Notice before a long work that its output cannot be written, where that is plain: nothing is there,
    or touched, until it is written. Raises OSError."""
    if path is None or path == "-":
        return
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)


def is_one_of(path: str | None, others: Iterable[str]) -> bool:
    """Whether the output file is one of these, also by another name of it."""
    if path is None or path == "-":
        return False
    for other in others:
        try:
            if Path(path).samefile(other):
                return True
        except (OSError, ValueError):
            continue
    return False
