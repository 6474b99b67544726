"""The login of a command line: a token, or the whole payload as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


def needs_token(protocol: AnyProtocol) -> bool:
    """Whether nobody can log in without a token."""
    login = protocol.session.roles.login
    if login is None or login.token is None:
        return False
    payload = protocol.by_frame[login.frame].payload
    if payload is None:
        return False
    names = {field.name for field in msgspec.structs.fields(payload) if field.required}
    return login.token.attribute in names


def login_of(text: str, token: str, protocol: AnyProtocol) -> object:
    """The payload of the login that `text`, JSON, says, with the token in its place.

    Raises ValueError, in words that show nothing of it, for what is no login of the protocol.
    """
    role = protocol.session.roles.login
    if role is None:
        raise ValueError(f"the protocol {protocol.name} has no login")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise ValueError("the login is no JSON") from None
    if token and role.token is not None and isinstance(value, dict):
        value = {**value, role.token.key: token}
    payload = protocol.by_frame[role.frame].payload
    if payload is None:
        return value
    try:
        return cast("object", msgspec.convert(value, protocol.wide.get(payload, payload)))
    except msgspec.ValidationError:
        said = _what_is_wrong(value, protocol)
        raise ValueError(f"the login is not valid: {said}") from None


def check_login(login: object, token: str, protocol: AnyProtocol) -> None:
    """See that the client can log in so, before anything connects.

    Raises ValueError, in words that show nothing of it, when a field is missing or not allowed.
    """
    from voxwire.errors import EncodeError
    from voxwire.session.client_session import ClientSession
    from voxwire.wire.codec import Codec

    try:
        session = ClientSession(token, random=lambda: 0.0, login=login, protocol=protocol)
    except ValueError as error:
        raise ValueError(f"{error}; --login takes it") from None
    message = session.first_message()
    if message is None:
        return
    try:
        Codec.of(protocol).encode(message)
    except EncodeError as error:
        raise ValueError(f"the login is not valid: {error}") from None


def _what_is_wrong(payload: object, protocol: AnyProtocol) -> str:
    """Which field of a login breaks which rule, and what is expected there; shows nothing of it."""
    from voxwire.errors import summarized

    envelope, role = protocol.envelope, protocol.session.roles.login
    assert role is not None, "there is a login that is wrong"
    frame: dict[str, Any] = {envelope.type_key: role.type}
    if envelope.payload_key is not None:
        frame[envelope.payload_key] = payload
    elif isinstance(payload, dict):
        frame = {**payload, **frame}
    else:
        return f"it must be an object with the fields of {role.type}"
    problems = [
        protocol.problem(
            rule=problem.rule,
            severity=problem.severity,
            pointer=problem.pointer,
            message=_without_value(problem.message),
            expected=problem.expected,
            hint=problem.hint,
        )
        for problem in protocol.validate_client(frame)
        if problem.severity == "error"
    ]
    return summarized(problems) if problems else f"it is no payload of {role.type}"


def _without_value(message: str) -> str:
    """What is expected, without what was found instead: it may be a secret in the wrong place."""
    return message.partition("; got ")[0]
