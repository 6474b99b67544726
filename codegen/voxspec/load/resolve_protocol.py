"""Resolving protocol.yaml, close_codes.yaml and permissions.yaml, and assembling the model."""

from __future__ import annotations

from typing import Any, cast

from voxspec.findings import Findings
from voxspec.load.session.resolve import anything_goes
from voxspec.load.source import Source
from voxspec.model import (
    Area,
    CloseCode,
    CloseReason,
    Endpoint,
    Envelope,
    Limit,
    NamedDefinition,
    Page,
    Parameter,
    Permission,
    Protocol,
    naming,
)

# The data has passed the dialect's meta-schema, so its shape is known here.
_Data = dict[str, Any]

_POSSIBLE_CODES = frozenset({*range(1000, 1016), *range(3000, 5000)} - {1004})
"""What a connection can be seen to end with (RFC 6455 section 7.4): 1006 is seen, though not sent."""


def assemble(
    source: Source,
    close_codes: Source | None,
    permissions: Source | None,
    types: tuple[NamedDefinition, ...],
    areas: tuple[Area, ...],
    envelope: Envelope,
    findings: Findings,
) -> Protocol:
    """The whole model."""
    data = cast(_Data, source.data)
    codes_data = cast(_Data, close_codes.data) if close_codes else {}
    bits_data = cast(_Data, permissions.data) if permissions else {}
    endpoint = data.get("endpoint")
    return Protocol(
        name=data["name"],
        title=data["title"],
        version=data["version"],
        summary=data["summary"],
        description=data["description"],
        package=data["python"]["package"],
        endpoint=_endpoint(endpoint) if endpoint else None,
        envelope=envelope,
        limits=_limits(source, data.get("limits", {}), findings),
        session=anything_goes(areas),
        pages=tuple(
            Page(name, page["title"], page["body"]) for name, page in data.get("pages", {}).items()
        ),
        close_codes_description=codes_data.get("description", ""),
        close_codes=_close_codes(close_codes, codes_data, findings),
        permissions_description=bits_data.get("description", ""),
        permissions=_permissions(permissions, bits_data, findings),
        types=types,
        areas=areas,
    )


def _endpoint(data: _Data) -> Endpoint:
    return Endpoint(
        data["url"],
        data["description"],
        tuple(
            Parameter(
                name,
                entry["required"],
                tuple(entry["values"]),
                entry["description"],
                entry["when_absent"],
            )
            for name, entry in data.get("parameters", {}).items()
        ),
        tuple(data.get("subprotocols", ())),
    )


def _limits(source: Source, data: _Data, findings: Findings) -> tuple[Limit, ...]:
    limits = []
    seen: dict[str, str] = {}
    for name, entry in data.items():
        constant = naming.constant(name)
        if constant in seen:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{name}" and "{seen[constant]}" both become the Python name "{constant}"',
                source.key_place("limits", name),
                "give one of them another name",
            )
        seen[constant] = name
        limits.append(
            Limit(
                name,
                constant,
                entry["value"],
                entry["unit"],
                entry["description"],
                entry.get("note"),
            )
        )
    return tuple(limits)


def _close_codes(source: Source | None, data: _Data, findings: Findings) -> tuple[CloseCode, ...]:
    codes = []
    names: dict[str, str] = {}
    for code, entry in data.get("close_codes", {}).items():
        if entry["name"] in names and source is not None:
            findings.error(
                "CLOSE_CODE_UNIQUE",
                f'{code} and {names[entry["name"]]} have the same name "{entry["name"]}"',
                source.place("close_codes", code, "name"),
            )
        names[entry["name"]] = code
        if int(code) not in _POSSIBLE_CODES and source is not None:
            findings.error(
                "CLOSE_CODE_POSSIBLE",
                f"no connection ends with the code {code}",
                source.key_place("close_codes", code),
                "codes of a protocol are 4000 to 4999; RFC 6455 has 1000 to 1015, libraries 3000 to 3999",
            )
        reasons = tuple(
            CloseReason(r, v["recovery"], v.get("delay", False), v["description"])
            for r, v in entry.get("reasons", {}).items()
        )
        codes.append(
            CloseCode(
                int(code),
                entry["name"],
                entry["recovery"],
                entry.get("delay", False),
                entry["description"],
                reasons,
                entry.get("note"),
                entry.get("reason"),
            )
        )
    return tuple(codes)


def check_recovery(source: Source | None, protocol: Protocol, findings: Findings) -> None:
    """Find the codes and reasons after which clients are to resume what they cannot."""
    if source is None or protocol.session.role("resume") is not None:
        return
    for code in protocol.close_codes:
        path = ("close_codes", str(code.code))
        told: list[tuple[tuple[str, ...], str]] = [(path, code.recovery)]
        told += [((*path, "reasons", each.reason), each.recovery) for each in code.reasons]
        for where, recovery in told:
            if recovery == "resume":
                findings.error(
                    "CLOSE_CODE_RECOVERY",
                    f"{code.code} tells clients to resume, but no message has the role resume",
                    source.place(*where, "recovery"),
                    "write identify to let them connect again, or name the resume in session.yaml",
                )


def _permissions(source: Source | None, data: _Data, findings: Findings) -> tuple[Permission, ...]:
    permissions: list[Permission] = []
    bits: dict[int, str] = {}
    for name, entry in data.get("permissions", {}).items():
        if entry["bit"] in bits and source is not None:
            findings.error(
                "PERMISSION_BIT_UNIQUE",
                f'"{name}" and "{bits[entry["bit"]]}" are both bit {entry["bit"]}',
                source.place("permissions", name, "bit"),
            )
        bits[entry["bit"]] = name
        permission = Permission(name, entry["bit"], entry["description"], entry.get("note"))
        same = next((p.name for p in permissions if p.member == permission.member), None)
        if same is not None and source is not None:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{name}" and "{same}" both become the Python name "{permission.member}"',
                source.key_place("permissions", name),
                "give one of them another name",
            )
        permissions.append(permission)
    return tuple(permissions)
