"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from voxspec.breaking.report import github, json_report, markdown, sarif, text
from voxspec.breaking.result import Result
from voxspec.report.style import Style

Format: TypeAlias = Callable[[Result, Style], Iterable[str]]
"""Gives the lines of a report; where people look at it in a terminal, with colours."""

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "text": text.lines,
        "json": lambda result, _: json_report.lines(result),
        "sarif": lambda result, _: sarif.lines(result),
        "github": lambda result, _: github.lines(result),
        "markdown": lambda result, _: markdown.lines(result),
    }
)
