"""Every rule that a finding can name, by id: collected from the modules of their groups.

``voxwire rules`` prints this, and a finding never has a rule that is not here. What a rule is called in
generated validators, which know no more of it than its id, becomes the rule here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voxwire.rules import (
    agreement,
    capture_format,
    closing,
    compression,
    envelope,
    fields,
    heartbeats,
    json_text,
    open_values,
    order,
    rates,
    sequence,
    streams,
)
from voxwire.rules.rule import Rule

MODULES: Final = (
    capture_format,
    compression,
    json_text,
    envelope,
    fields,
    open_values,
    sequence,
    agreement,
    order,
    heartbeats,
    rates,
    streams,
    closing,
)
"""Where rules stand, in the order in which a frame is looked at."""

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.id: rule
        for module in MODULES
        for rule in vars(module).values()
        if isinstance(rule, Rule)
    }
)
"""All rules by id, in the order in which a frame is looked at."""
