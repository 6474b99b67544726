"""Where the values of a YAML text end: what is needed to take one out and leave the rest as it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

import yaml

from voxspec.findings import Place
from voxspec.load.yaml_values import Path_


class Offsets:
    """Positions in a text, by line and column."""

    def __init__(self, text: str) -> None:
        self.text = text
        lengths = [len(line) + 1 for line in text.split("\n")]
        self._starts = [0, *accumulate(lengths)]

    def at(self, line: int, column: int) -> int:
        """The position of a line and column that count from 1."""
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def of(self, place: Place) -> int:
        """The position of a place."""
        return self.at(place.line, place.column)

    def line_start(self, position: int) -> int:
        """Where the line of a position begins."""
        return self.text.rfind("\n", 0, position) + 1

    def line_end(self, position: int) -> int:
        """Where the line after that of a position begins."""
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1


def ends(offsets: Offsets) -> dict[Path_, int]:
    """The position after each value, by its path; of values in blocks, after the last one in them."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = iter(yaml.parse(offsets.text, Loader=loader))
    found: dict[Path_, int] = {}
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            _value(next(events), events, (), offsets, found)
    return found


def _value(
    event: yaml.Event,
    events: Iterator[yaml.Event],
    path: Path_,
    offsets: Offsets,
    found: dict[Path_, int],
) -> int:
    end = _end(event, offsets)
    if isinstance(event, yaml.SequenceStartEvent):
        index = 0
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            end = _value(inner, events, (*path, index), offsets, found)
            index += 1
        end = _end(inner, offsets) if event.flow_style else end
    elif isinstance(event, yaml.MappingStartEvent):
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            assert isinstance(key, yaml.ScalarEvent)
            end = _value(next(events), events, (*path, str(key.value)), offsets, found)
        end = _end(key, offsets) if event.flow_style else end
    found[path] = end
    return end


def _end(event: yaml.Event, offsets: Offsets) -> int:
    """Where an event ends. Texts in blocks end where the next line begins, which is not theirs."""
    mark = event.end_mark
    assert mark is not None
    end = offsets.at(mark.line + 1, mark.column + 1)
    if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">"):
        return len(offsets.text[:end].rstrip())
    return end
