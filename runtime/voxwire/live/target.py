"""Addresses of gateways, and what a client of a recorder asks for (RFC 9112, section 3.2)."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv6Address
from typing import Final, NamedTuple, Self
from urllib.parse import SplitResult, urlsplit

_FORMS: Final = "a path such as /gateway?v=1, or a whole address such as http://host/gateway?v=1"
_REQUEST_SCHEMES: Final = ("http", "https", "ws", "wss")


class Target(NamedTuple):
    """The address that a recorder forwards to.

    >>> Target.parse("wss://host/gateway").url("/?v=1")
    'wss://host/gateway?v=1'
    """

    origin: str
    path: str
    query: str

    @classmethod
    def parse(cls, address: str) -> Self:
        """The target at a ``ws://`` or ``wss://`` address.

        Raises ValueError in words, which show nothing of the address: it may hold a password or a
        token in a place where it does not belong.
        """
        parts = _split(address)
        if parts.scheme not in ("ws", "wss"):
            raise ValueError("the address must begin with ws:// or wss://")
        if "@" in parts.netloc:
            raise ValueError(
                "the address must not hold a user name or password; "
                "a client that needs one sends an Authorization header"
            )
        _check_host(parts)
        if parts.fragment:
            raise ValueError("the address must not have a fragment (#)")
        return cls(f"{parts.scheme}://{parts.netloc}", parts.path or "/", parts.query)

    def url(self, requested: str) -> str:
        """Where a client that requested this target, a path and query, is connected to.

        The client decides: only where it gives no path, or no query, the target's own is used. It may
        also request a whole address, as clients of proxies do; scheme and host of that say nothing, as
        the Host header does not, since everything is forwarded to this target. Raises ValueError, in
        words without the address, for what is neither.
        """
        path, query = path_and_query(requested)
        path = self.path if path in ("", "/") else path
        query = query or self.query
        return f"{self.origin}{path}?{query}" if query else f"{self.origin}{path}"


def path_and_query(requested: str) -> tuple[str, str]:
    """The two parts of a request target in origin-form or absolute-form.

    Raises ValueError, in words without the target, for what is neither.

    >>> path_and_query("/gateway?v=1"), path_and_query("http://host/gateway?v=1")
    (('/gateway', 'v=1'), ('/gateway', 'v=1'))
    """
    if "#" in requested:
        raise ValueError(f"the request target must not have a fragment (#); expected {_FORMS}")
    if requested.startswith("/"):  # origin-form, also if it begins with //, which is a path here
        path, _, query = requested.partition("?")
        return path, query
    scheme, separator, _ = requested.partition("://")
    if not separator:
        raise ValueError(f"the request target names no path; expected {_FORMS}")
    if scheme.lower() not in _REQUEST_SCHEMES:
        raise ValueError(
            "the scheme of the request target is none of "
            f"{', '.join(_REQUEST_SCHEMES)}; expected {_FORMS}"
        )
    parts = _split(requested)
    if "@" in parts.netloc:  # RFC 9110, section 4.2.4
        raise ValueError("the request target must not hold a user name or password")
    _check_host(parts)
    return parts.path, parts.query


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        problem = "the address names no valid host"
    raise ValueError(problem)  # out here, since the error above quotes the address


def is_host(host: str) -> bool:
    """Whether it can be the name of a host, or its address.

    A login whose ``:`` and ``@`` are percent-encoded may stand where the host does, and is none.

    >>> is_host("chat.example.org"), is_host("::1"), is_host("user%3Aword%40host"), is_host("")
    (True, True, False, False)
    """
    if ":" in host:
        with suppress(ValueError):
            return IPv6Address(host).version == 6
        return False
    if not all(character.isalnum() or character in "-._" for character in host):
        return False
    with suppress(UnicodeError):  # an empty label, or one that is too long
        return bool(host.encode("idna"))
    return False


def _check_host(parts: SplitResult) -> None:
    host = parts.hostname
    if not host:
        raise ValueError("the address names no host")
    if not is_host(host):
        raise ValueError("the address names no valid host")
    try:
        is_port = parts.port != 0
    except ValueError:
        is_port = False
    if not is_port:
        raise ValueError("the port of the address is no number from 1 to 65535")
