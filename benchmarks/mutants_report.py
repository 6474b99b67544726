"""What the mutants came to: a section of ``mutants.md`` for each area."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from benchmarks.table import Table

REPORT: Final = Path(__file__).with_name("mutants.md")
EQUIVALENT: Final = Path(__file__).with_name("mutants_equivalent.toml")

_Key: TypeAlias = tuple[str, str, tuple[str, str]]
"""A module, a function in it and a change of it."""

_WITHOUT_EFFECT: Final = (
    (re.compile(r'\bcast\((?:None|"[^"]*")'), "`cast` does nothing when the code runs"),
    (re.compile(r'"(?i:utf-8|utf-16|latin-1|ascii)"'), "names of encodings have no case"),
)
"""What can be changed anywhere without an effect, and why."""

_HEAD: Final = """\
# Mutants

`make mutants` changes the runtime in one small place at a time and runs the tests that concern the place. \
A mutant that no test notices survives. It is a behaviour that nothing holds, unless the mutant is \
equivalent: then it behaves as the original does, and [`mutants_equivalent.toml`](mutants_equivalent.toml) \
says why. Shares are of the mutants that were tested and are not equivalent. Constants of modules, decorated functions and \
properties are not mutated; tests of the bounds hold those.

Written by `python -m benchmarks.mutants`.
"""


class Mutant(NamedTuple):
    """One mutant. `difference` has lines that begin with ``-``, ``+`` or a space, of survivors only."""

    module: str
    name: str
    was_tested: bool
    survived: bool
    difference: str

    @property
    def function(self) -> str:
        """The function that was changed, with its class."""
        name = self.name.rpartition("__mutmut_")[0].rpartition(".")[2]
        return name[2:].replace("ǁ", ".") if name.startswith("xǁ") else name.removeprefix("x_")

    @property
    def change(self) -> tuple[str, str]:
        """What the changed lines said and what they say, without indentation."""
        lines = self.difference.splitlines()
        return _joined(lines, "-"), _joined(lines, "+")

    @property
    def without_effect(self) -> str:
        """Why the change makes no difference wherever it is made; "" if it may make one."""
        for pattern, why in _WITHOUT_EFFECT:
            was, becomes = (pattern.sub("…", text) for text in self.change)
            if was == becomes:
                return why
        return ""


class Section(NamedTuple):
    """The part of the report about one area, and its sum in one line."""

    text: str
    summary: str


def section(area: str, mutants: Sequence[Mutant]) -> Section:
    """The section of an area."""
    reasons = _reasons()
    known = {m.name: _reason(m, reasons) for m in mutants if m.survived}
    equivalent = [m for m in mutants if known.get(m.name)]
    survivors = [m for m in mutants if m.survived and not known[m.name]]
    modules = sorted({mutant.module for mutant in mutants})
    rows = [
        _row(
            module,
            *([m for m in some if m.module == module] for some in (mutants, equivalent, survivors)),
        )
        for module in modules
    ]
    if len(modules) > 1:
        rows.append(_row("all", list(mutants), equivalent, survivors))
    table = Table(("module", "mutants", "not tested", "equivalent", "survive", "share"), rows)
    parts = [f"## {area}", table.markdown()]
    untested = sum(not mutant.was_tested for mutant in mutants)
    if untested:
        parts.append(f"This area was not run completely: {untested} mutants were not tested.")
    if equivalent:
        listed = sorted({(m.module, m.function, known[m.name] or "") for m in equivalent})
        lines = [f"- `{module}`, `{function}`: {reason}" for module, function, reason in listed]
        parts.append("\n".join(["Equivalent:", "", *lines]))
    if survivors:
        parts.append("Survivors:")
        parts += [
            f"`{m.module}`, `{m.function}`\n\n```diff\n{m.difference}\n```" for m in survivors
        ]
    summary = f"{len(mutants)} mutants, {len(survivors)} survive ({rows[-1][-1]})"
    return Section(
        "\n\n".join(parts), f"{summary}, {untested} were not tested" if untested else summary
    )


def replace_section(area: str, new: Section, order: Iterable[str]) -> None:
    """Put `new` into the report in place of the area's old section; `order` is that of all areas."""
    text = REPORT.read_text("utf-8") if REPORT.exists() else ""
    found = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    sections = {part.partition("\n")[0].removeprefix("## "): part.rstrip("\n") for part in found}
    sections[area] = new.text
    kept = [sections[name] for name in order if name in sections]
    REPORT.write_text("\n\n".join([_HEAD.rstrip("\n"), *kept]) + "\n", "utf-8")


def _row(
    module: str, mutants: list[Mutant], equivalent: list[Mutant], survivors: list[Mutant]
) -> tuple[str, ...]:
    untested = sum(not mutant.was_tested for mutant in mutants)
    counted = len(mutants) - untested - len(equivalent)
    share = f"{100 * len(survivors) / counted:.1f} %" if counted else "–"
    counts = (len(mutants), untested, len(equivalent), len(survivors))
    return (module, *map(str, counts), share)


def _reasons() -> dict[_Key, str]:
    """Why a mutant is equivalent, by module, function and change."""
    with EQUIVALENT.open("rb") as file:
        entries = tomllib.load(file).get("equivalent", [])
    return {
        (entry["module"], entry["function"], (was, becomes)): entry["reason"]
        for entry in entries
        for was, becomes in entry["changes"]
    }


def _reason(mutant: Mutant, reasons: Mapping[_Key, str]) -> str | None:
    """Why a mutant is equivalent, if it is."""
    return mutant.without_effect or reasons.get((mutant.module, mutant.function, mutant.change))


def _joined(lines: Iterable[str], sign: str) -> str:
    return "\n".join(line[1:].strip() for line in lines if line.startswith(sign))
