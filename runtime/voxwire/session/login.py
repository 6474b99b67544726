"""The login of a client: as it was given, or made of what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from voxwire.errors import LocalProtocolError
from voxwire.session.messages import made, with_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxwire.protocol import AnyProtocol, Role


def check_login(
    protocol: AnyProtocol, *, token: str, login: object, version: int, capabilities: Sequence[str]
) -> None:
    """Raises ValueError when a login has to be given and is not, or is one that no frame can hold."""
    role = protocol.session.roles.login
    if role is None and login is not None:
        raise ValueError(f"{protocol.title} has no login")
    if role is not None and (login is not None or not _is_enough(protocol)):
        try:
            made_login(
                protocol, role, token=token, login=login, version=version, capabilities=capabilities
            )
        except LocalProtocolError as error:
            raise ValueError(f"give the whole login: {error}") from None


def made_login(
    protocol: AnyProtocol,
    role: Role,
    *,
    token: str,
    login: object,
    version: int,
    capabilities: Sequence[str],
) -> Struct:
    """The message. `login` is the whole of it, where its fields were given: the token still takes its
    place in it. None makes it of the others."""
    values: dict[str, Any] = {}
    if role.token is not None and (token or login is None):
        values[role.token.attribute] = token
    if login is None:
        if role.version is not None:
            values[role.version.attribute] = version
        if role.capabilities is not None and capabilities:
            values[role.capabilities.attribute] = capabilities
        return made(protocol, role, values)
    if isinstance(login, Mapping) and role.token is not None and token:
        login = {**login, role.token.key: token}
    if isinstance(login, Struct):
        return with_values(login, values, protocol)
    frame: Struct = protocol.envelope.framed(protocol.by_frame[role.frame], login)
    return frame


@cache
def _is_enough(protocol: AnyProtocol) -> bool:
    """Whether what every session knows makes a whole login."""
    role = protocol.session.roles.login
    assert role is not None, "nobody asks where there is none"
    known = ((role.token, ""), (role.version, protocol.version))
    try:
        made(protocol, role, {field.attribute: value for field, value in known if field})
    except LocalProtocolError:
        return False
    return True
