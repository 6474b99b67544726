"""Which proxy a connection goes through, and what is wrong with it, without ever showing its address.

The address of a proxy usually holds a password, and a mistyped one holds it where no parser looks for
it. So no part of it is shown anywhere: a proxy is named by the variable that it comes from.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "ws": ("ws", "socks", "https", "http"),
    "wss": ("wss", "socks", "https"),
}
"""For each scheme of a gateway, whose ``…_proxy`` is looked at, in this order: that of the
``websockets`` library, which follows RFC 6455, section 4.1."""

_SCHEMES: Final = ("http", "https", "socks5h", "socks5", "socks4a", "socks4")


class ProxyError(Exception):
    """A proxy is at fault, not the server behind it. The text says how, and shows nothing of its
    address."""

    def __init__(self, name: str, problem: str, *, is_timeout: bool = False) -> None:
        """`name` is that of the variable."""
        super().__init__(f"the proxy ({name}) {problem}")
        self.is_timeout = is_timeout
        """Whether it did not answer in time."""


class Proxy(NamedTuple):
    """A proxy: the variable that names it, and its address, which its repr does not show."""

    name: str
    address: str
    has_login: bool

    def __repr__(self) -> str:
        return f"<Proxy of {self.name}>"


def proxy_for(url: str) -> Proxy | None:
    """The proxy for a ``ws://`` or ``wss://`` address, as the environment or the system says.

    None for this machine itself, for what ``no_proxy`` lists, and where no proxy is set. Raises
    ProxyError when the address of the proxy is not valid.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    if is_loopback(host) or proxy_bypass(f"{host}:{port}"):
        return None
    settings = getproxies()
    for scheme in _VARIABLES[parts.scheme]:
        address = settings.get(scheme)
        if address:
            return _checked(f"{scheme}_proxy", address)
    return None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself (RFC 6761, section 6.3).

    >>> is_loopback("LocalHost"), is_loopback("127.1.2.3"), is_loopback("localhost.example.org")
    (True, True, False)
    """
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    with suppress(ValueError):
        address = ip_address(name.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return address.is_loopback
    with suppress(OSError, ValueError):  # 127.1, which resolvers take for 127.0.0.1
        return socket.inet_aton(name)[0] == 127
    return False


def _checked(name: str, address: str) -> Proxy:
    """The proxy at `address`. Everything that the library would complain about, quoting it, is found
    here before."""
    problem, has_login = _problem(address)
    if problem is not None:
        raise ProxyError(name, f"has an address that is not valid: {problem}")
    if name == "socks_proxy" and address.lower().startswith("http:"):
        address = f"socks5h{address[4:]}"  # how some systems write the address of a SOCKS proxy
    return Proxy(name, address, has_login)


def _problem(address: str) -> tuple[str | None, bool]:
    """What is wrong with the address of a proxy, and whether it has a user and a password."""
    if any(character.isspace() or not character.isprintable() for character in address):
        return "it holds a space or a control character", False
    if "://" not in address:
        return "it does not begin with http:// or another scheme", False
    parts, has_port = _split(address)
    if parts is None:
        return "its host is no host", False
    if parts.scheme not in _SCHEMES:
        return f"its scheme is none of {', '.join(_SCHEMES)}", False
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return "something follows the port; write / ? # in a password as %2F %3F %23", False
    if not has_port:
        return "its port is no number from 1 to 65535", False
    if not parts.hostname:
        return "it names no host", False
    if parts.username is None:
        return None, False
    if parts.password is None:
        return "it has a user but no password; write user:password@", False
    try:
        user = unquote(parts.username, errors="strict")
        unquote(parts.password, errors="strict")
    except UnicodeDecodeError:
        return "its user or password is not UTF-8 when it is percent-decoded", False
    return ("its user holds a colon" if ":" in user else None), True


def _split(address: str) -> tuple[SplitResult | None, bool]:
    """The parts of an address, None when it has none; and whether its port is one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None, False
    try:
        return parts, parts.port != 0
    except ValueError:
        return parts, False
