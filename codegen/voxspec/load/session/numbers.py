"""The numbers of session.yaml: their units, and those that have a name among the limits."""

from __future__ import annotations

from typing import cast

from voxspec.load.session.lookup import Data, Lookup
from voxspec.load.session.prose import Prose
from voxspec.load.session.words import SECONDS
from voxspec.load.yaml_values import Path_
from voxspec.model import Limit, naming
from voxspec.model.session import Number


class Numbers:
    """Reads numbers, and gathers the limits among them."""

    def __init__(self, lookup: Lookup, prose: Prose) -> None:
        self._lookup = lookup
        self._prose = prose
        self.limits: list[Limit] = []

    def number(self, *path: str | int, window: Number | None = None) -> Number:
        """The number at ``path``, and its name among the limits if it has one.

        ``window`` is the time in which it is counted, which a limit says beside its unit.
        """
        data = cast(Data, self._lookup.at(path))
        value, unit = data["value"], data["unit"]
        limit = None
        if "limit" in data:
            per = f"/{window.value:g} {window.unit}" if window is not None else ""
            limit = Limit(
                data["limit"],
                naming.constant(data["limit"]),
                value,
                f"{unit}{per}",
                self._prose.at(*path, "description"),
                self._prose.at(*path, "note") or None,
            )
            self._add_limit(limit, path)
        seconds = SECONDS[unit] * value if unit in SECONDS else None
        return Number(value, unit, seconds, limit, self._prose.at(*path, "description"))

    def time(self, *path: str | int) -> Number:
        """The number at ``path``, which is a time."""
        number = self.number(*path)
        if number.seconds is None:
            self._wrong_unit(number, path, f"write one of {', '.join(SECONDS)}", "a time")
        return number

    def count(self, *path: str | int, unit: str = "", window: Number | None = None) -> Number:
        """The number at ``path``, which counts things: whole ones, unless their ``unit`` is given."""
        number = self.number(*path, window=window)
        if unit and number.unit != unit:
            self._wrong_unit(number, path, f"write {unit}", f"a number of {unit}")
        elif number.seconds is not None:
            self._wrong_unit(number, path, "write what is counted", "a number of things")
        if unit != "intervals" and not isinstance(number.value, int):
            said = f'"{path[-1]}" counts whole things, and {number.value} is none'
            self._lookup.error(
                "SESSION_NUMBERS_AGREE", said, self._lookup.source.place(*path, "value")
            )
        return number

    def _wrong_unit(self, number: Number, path: Path_, hint: str, what: str) -> None:
        said = f'"{path[-1]}" is {what}, which "{number.unit}" does not measure'
        self._lookup.error("SESSION_UNIT", said, self._lookup.source.place(*path, "unit"), hint)

    def _add_limit(self, limit: Limit, path: Path_) -> None:
        taken = [*self._lookup.protocol.limits, *self.limits]
        same = next((other for other in taken if other.constant == limit.constant), None)
        if same is not None:
            self._lookup.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{limit.name}" and "{same.name}" both become the Python name "{limit.constant}"',
                self._lookup.source.place(*path, "limit"),
                "give one of them another name",
            )
        self.limits.append(limit)
