"""Findings about schema files: what is wrong, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a schema file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake in a schema file. ``rule`` is a stable id listed in ``voxspec.rules``."""

    rule: str
    message: str
    where: Place
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.where}: {self.severity}[{self.rule}] {self.message}{hint}"


@dataclass(slots=True)
class Findings:
    """Collects findings, so that a run reports all mistakes and not the first only."""

    items: list[Finding] = field(default_factory=list)

    def error(self, rule: str, message: str, where: Place, hint: str = "") -> None:
        self.items.append(Finding(rule, message, where, hint))

    def __bool__(self) -> bool:
        return bool(self.items)

    def sorted(self) -> list[Finding]:
        """The findings by place, without the same one twice."""
        return sorted(set(self.items), key=lambda f: (f.where, f.rule, f.message))


class SchemaError(Exception):
    """The schema files have mistakes; ``findings`` holds all of them, by place."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(f"{len(findings)} mistakes in the schema files")
