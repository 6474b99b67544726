"""The rules about changes, each with why it matters, what to do instead, and an example that is its test."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voxspec.breaking.rules import connection, conversation, fields, messages, source, types
from voxspec.breaking.rules.rule import BreakingRule, Edit, Group

__all__ = ["RULES", "BreakingRule", "Edit", "Group"]

RULES: Final[Mapping[str, BreakingRule]] = MappingProxyType(
    {
        rule.id: rule
        for rules in (
            fields.RULES,
            types.RULES,
            messages.RULES,
            connection.RULES,
            conversation.RULES,
            source.RULES,
        )
        for rule in rules
    }
)
"""All of them, by id, in the order in which they are shown."""
