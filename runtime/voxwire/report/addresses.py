"""Addresses of connections, for people: without user names, passwords and what a parameter may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from voxwire.masking import MASK, mask_secrets
from voxwire.report.style import printable

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol

_CREDENTIALS: Final = re.compile(r"(?<=//)[^/?#]*(?=@)")
_PARAMETER: Final = re.compile(r"([?&])([^=&#]*)=([^&#]*)")


def shown_address(url: str, protocol: AnyProtocol) -> str:
    """`url` as it may be shown: the protocol's own parameters say nothing secret, others may."""

    def shown(match: re.Match[str]) -> str:
        before, name, _ = match.groups()
        known = unquote_plus(name) in protocol.endpoint.parameters
        return match[0] if known else f"{before}{name}={MASK}"

    return printable(mask_secrets(_PARAMETER.sub(shown, _CREDENTIALS.sub(MASK, url))))
