"""The address that a client of a revision connects to."""

from __future__ import annotations

from collections.abc import Mapping

from voxspec.model import Endpoint


def address(
    endpoint: Endpoint, values: Mapping[str, str] | None = None, without: str | None = None
) -> str:
    """The endpoint with the parameters that it requires, or with others and ``without`` one."""
    given = {p.name: p.values[0] if p.values else "…" for p in endpoint.parameters if p.required}
    given |= values or {}
    query = "&".join(f"{name}={value}" for name, value in given.items() if name != without)
    return f"{endpoint.url}{'?' if query else ''}{query}"
