"""The protocol that is meant where none is named: Vox's."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


def protocol_or_vox(protocol: AnyProtocol | None) -> AnyProtocol:
    """`protocol`, or Vox's where it is None. Its models are imported for those only who need them."""
    return _vox() if protocol is None else protocol


@cache
def _vox() -> AnyProtocol:
    return cast("AnyProtocol", import_module("voxwire.vox").VOX)
