"""What differs in where and how clients connect."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.connection.address import address
from voxspec.breaking.connection.effects import BOTH, breaks, client, loses, server
from voxspec.breaking.exact import exactly
from voxspec.breaking.revision import Revision
from voxspec.breaking.unknown_types import close_name
from voxspec.breaking.verdict import Change, Effect, Step, Who
from voxspec.findings import Place
from voxspec.model import Endpoint, Parameter, Protocol

_FILE = "protocol.yaml"


def endpoint(old: Revision, new: Revision) -> Iterator[Change]:
    """The address, its parameters with their values, the subprotocols, and compression."""
    before, after = old.protocol.endpoint, new.protocol.endpoint
    if before is None or after is None:
        return
    if before.url != after.url:
        yield Change(
            rule="ENDPOINT_SAME_URL",
            subject="endpoint/url",
            message=f"clients connect to {after.url} and not to {before.url}",
            where=new.place(_FILE, "endpoint", "url"),
            was=before.url,
            now=after.url,
            effects=tuple(
                breaks(
                    who,
                    _connects(before if client(who) == "old" else after),
                    f"{server(who)} servers are at {(before if server(who) == 'old' else after).url}",
                    by=client(who),
                )
                for who in BOTH
            ),
        )
    yield from _parameters(old, new, before, after)
    yield from _subprotocols(old, new, before, after)
    yield from _framing(old, new)


def _parameters(
    old: Revision, new: Revision, before: Endpoint, after: Endpoint
) -> Iterator[Change]:
    was = {parameter.name: parameter for parameter in before.parameters}
    now = {parameter.name: parameter for parameter in after.parameters}
    for name, parameter in now.items():
        where = new.place(_FILE, "endpoint", "parameters", name)
        if name not in was:
            yield _added(before, parameter, where)
        else:
            yield from _parameter(old, new, was[name], parameter, before, where)
    for name, parameter in was.items():
        if name not in now:
            yield _removed(after, parameter, old.place(_FILE, "endpoint", "parameters", name))


def _removed(after: Endpoint, parameter: Parameter, where: Place) -> Change:
    name = parameter.name
    effects = [loses(Who.OLD_CLIENTS, f"new servers pass over {name}")]
    if parameter.required:
        refusal = f'old servers require the parameter "{name}"'
        effects.append(breaks(Who.NEW_CLIENTS, _connects(after), refusal, by="new"))
    return Change(
        rule="QUERY_PARAM_REMOVED",
        subject=f"endpoint/{name}",
        message=f'the parameter "{name}" is none any more',
        where=where,
        was=name,
        effects=tuple(effects),
    )


def _added(before: Endpoint, parameter: Parameter, where: Place) -> Change:
    name = parameter.name
    if parameter.required:
        refusal = f'new servers require the parameter "{name}"'
        return Change(
            rule="QUERY_PARAM_NO_ADD_REQUIRED",
            subject=f"endpoint/{name}",
            message=f'the parameter "{name}" is required now',
            where=where,
            now="required",
            exact=exactly(parameter),
            effects=(breaks(Who.OLD_CLIENTS, _connects(before), refusal, by="old"),),
            hint="let it be optional, and say what its absence means",
        )
    return Change(
        rule="QUERY_PARAM_ADDED",
        subject=f"endpoint/{name}",
        message=f'there is a new parameter "{name}"',
        where=where,
        now="optional",
        exact=exactly(parameter),
        effects=(loses(Who.NEW_CLIENTS, f"old servers pass over {name}"),),
    )


def _parameter(
    old: Revision, new: Revision, was: Parameter, now: Parameter, before: Endpoint, where: Place
) -> Iterator[Change]:
    name = now.name
    if was.required != now.required:
        needed = now.required
        who = Who.OLD_CLIENTS if needed else Who.NEW_CLIENTS
        refusal = f'{server(who)} servers require the parameter "{name}"'
        yield Change(
            rule="QUERY_PARAM_NO_ADD_REQUIRED" if needed else "QUERY_PARAM_OPTIONAL",
            subject=f"endpoint/{name}/required",
            message=f'the parameter "{name}" is {"required now" if needed else "not required any more"}',
            where=where,
            was="required" if was.required else "optional",
            now="required" if needed else "optional",
            effects=(breaks(who, _connects(before, without=name), refusal, by=client(who)),),
        )
    for value in was.values:
        if value not in now.values:
            refusal = f"new servers do not know {name}={value}"
            yield Change(
                rule=_rule_of_value(old.protocol, new.protocol, was, now, value),
                subject=f"endpoint/{name}/{value}",
                message=f'the parameter "{name}" does not take the value any more: {value}',
                where=old.place(_FILE, "endpoint", "parameters", name, "values"),
                was=value,
                effects=(
                    breaks(Who.OLD_CLIENTS, _connects(before, {name: value}), refusal, by="old"),
                ),
            )
    for value in now.values:
        if value not in was.values:
            refusal = f"old servers do not know {name}={value}"
            yield Change(
                rule="QUERY_VALUE_ADDED",
                subject=f"endpoint/{name}/{value}",
                message=f'the parameter "{name}" has a new value: {value}',
                where=new.place(_FILE, "endpoint", "parameters", name, "values"),
                now=value,
                effects=(
                    breaks(Who.NEW_CLIENTS, _connects(before, {name: value}), refusal, by="new"),
                ),
            )


def _rule_of_value(old: Protocol, new: Protocol, was: Parameter, now: Parameter, value: str) -> str:
    """A value that is gone: a way of compression, the least version that is taken, or any other."""
    compression = old.session.compression
    if compression is not None and compression.parameter == was.name:
        return "COMPRESSION_NO_DELETE"
    is_version = str(old.version) in was.values and str(new.version) in now.values
    numbers = [other for other in now.values if other.isdecimal()]
    if is_version and value.isdecimal() and all(int(value) < int(other) for other in numbers):
        return "VERSION_MIN_NOT_RAISED"
    return "QUERY_VALUE_NO_DELETE"


def _connects(
    endpoint: Endpoint, values: dict[str, str] | None = None, without: str | None = None
) -> Step:
    url = address(endpoint, values, without)
    return Step(None, None, f"a client connects to {url}", url=url)


def _subprotocols(
    old: Revision, new: Revision, before: Endpoint, after: Endpoint
) -> Iterator[Change]:
    where = new.place(_FILE, "endpoint", "subprotocols")
    was, now = before.subprotocols, after.subprotocols
    for name in was:
        if name not in now:
            effects = [_not_spoken(Who.OLD_CLIENTS, name)]
            if not now:
                effects += _nothing_offered(Who.NEW_CLIENTS, old)
            yield Change(
                rule="SUBPROTOCOL_NO_DELETE",
                subject=f"endpoint/subprotocols/{name}",
                message=f"the subprotocol {name} is not spoken any more",
                where=where,
                was=name,
                effects=tuple(effects),
            )
    for name in now:
        if name not in was:
            effects = [_not_spoken(Who.NEW_CLIENTS, name)]
            if {*was} & {*now}:
                effects = [loses(Who.NEW_CLIENTS, f"old servers do not speak {name}")]
            if not was:
                effects = [*_nothing_offered(Who.OLD_CLIENTS, new), *effects]
            yield Change(
                rule="SUBPROTOCOL_ADDED",
                subject=f"endpoint/subprotocols/{name}",
                message=f"there is a new subprotocol {name}",
                where=where,
                now=name,
                effects=tuple(effects),
            )


def _not_spoken(who: Who, name: str) -> Effect:
    """A client that offers what the server does not speak: it goes away when nothing is chosen."""
    refusal = f"{server(who)} servers do not speak {name}"
    return breaks(who, f"a client offers the subprotocol {name}", refusal, by=client(who))


def _nothing_offered(who: Who, revision: Revision) -> Iterator[Effect]:
    """A client that knows no subprotocols, where servers refuse it for that."""
    then = revision.protocol.session.refusals.subprotocol
    if then is not None:
        refusal = f"{server(who)} servers close with {close_name(then)} where none is offered"
        yield breaks(who, "a client offers no subprotocol", refusal, by=client(who))


def _takes(revision: Revision, name: str, value: str) -> bool:
    endpoint = revision.protocol.endpoint
    parameters = endpoint.parameters if endpoint is not None else ()
    return any(parameter.name == name and value in parameter.values for parameter in parameters)


def _framing(old: Revision, new: Revision) -> Iterator[Change]:
    """What a value of the compression's parameter does to messages."""
    before, after = old.protocol.session.compression, new.protocol.session.compression
    if before is None or after is None:
        return
    ways = dict(before.server), dict(after.server)
    for value in dict.fromkeys((*ways[0], *ways[1])):
        if not _takes(old, before.parameter, value) or not _takes(new, after.parameter, value):
            continue
        was, now = (way.get(value, "none") for way in ways)
        if was != now:
            step = f"the server packs its messages for {before.parameter}={value}"
            yield Change(
                rule="COMPRESSION_SAME_FRAMING",
                subject=f"session/compression/{value}",
                message=f"{before.parameter}={value} means {now} and not {was}",
                where=new.place("session.yaml", "compression", "server", value),
                was=was,
                now=now,
                effects=tuple(
                    breaks(
                        who,
                        step,
                        f"{client(who)} clients unpack {was if client(who) == 'old' else now}",
                        by=server(who),
                    )
                    for who in BOTH
                ),
            )
