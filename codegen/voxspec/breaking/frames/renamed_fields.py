"""Which fields of a record are called otherwise in another revision of it."""

from __future__ import annotations

from collections.abc import Sequence

from voxspec.breaking.frames.names import bare, renamed
from voxspec.model import Field


def renamed_fields(gone: Sequence[Field], added: Sequence[Field]) -> dict[int, Field]:
    """By the ``id`` of a field that is gone, the one that it is now: of the same shape, and as needed.

    Of several the one with the nearest name; where one went and one came, its name may be any.
    """
    if len(gone) == len(added) == 1 and bare(gone[0]) == bare(added[0]):
        return {id(gone[0]): added[0]}
    return renamed(gone, added, lambda field: field.name, lambda a, b: bare(a) == bare(b))
