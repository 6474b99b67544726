"""What messages are made of, as data.

A shape is an object of one of these classes of a generated package, told apart by the names of the classes:

- ``Plain``: ``kind`` is a JSON type, ``object`` with any keys, or ``any``;
- ``Values``: ``values``, and ``open`` where readers keep others;
- ``Items`` of ``item``, an array; ``Entries`` of ``value``, an object with free keys;
- ``Choice`` of ``arms`` that differ in their JSON type, null among them;
- ``Tagged`` by ``key``: ``records`` are names by the values there;
- ``Named``: ``name``, and ``open`` where readers keep any other shape;
- ``Record`` of ``keys``, which have a ``name``, a ``shape``, and are ``required`` or ``relayed``; ``extra``
  where others belong to it.
"""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any


class Shapes(typing.Protocol):
    """What the messages of a protocol are made of."""

    @property
    def client(self) -> Mapping[Any, Any]:
        """The frames of clients as records, by type, without their type and number."""

    @property
    def server(self) -> Mapping[Any, Any]: ...
    @property
    def types(self) -> Mapping[str, Any]:
        """What has a name."""
