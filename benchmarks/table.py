"""Tables in Markdown, and the part of a document that holds them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

START = "<!-- results: written by make bench -->"
END = "<!-- end of results -->"


class Table(NamedTuple):
    """A table: its head, then rows of as many cells."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """The table in Markdown, without a last line break."""
        return "\n".join([_row(self.head), _row("---" for _ in self.head), *map(_row, self.rows)])


def replace_results(document: Path, results: str) -> None:
    """Put new text between the two markers of a document; raises ValueError without them."""
    text = document.read_text("utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"{document.name} has no place for results")
    document.write_text(f"{before}{START}\n\n{results}\n\n{END}{after}", "utf-8")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
