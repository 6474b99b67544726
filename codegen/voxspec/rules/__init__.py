"""The rules for schema files, by id: what each asks for, why, and what breaks and keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from voxspec.rules import basics, docs, names, reading, session, standard, strict, suppressions
from voxspec.rules.rule import SELECTED, Category, Part, Rule

_ALL = (
    *reading.ALL, *basics.ALL, *names.ALL, *suppressions.ALL, *session.ALL, *standard.ALL, *docs.ALL,
    *strict.ALL,
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _ALL})

__all__ = ["RULES", "SELECTED", "Category", "Part", "Rule"]
