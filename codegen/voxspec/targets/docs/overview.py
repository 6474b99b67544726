"""The index and the pages about the connection: endpoint, session, close codes, permissions."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.model import Area, CloseCode, Direction, Envelope, FurtherKey, Message, Protocol
from voxspec.model.frame_examples import example_frames
from voxspec.targets.docs.fields import Fields
from voxspec.targets.docs.markdown import (
    Markdown,
    NameLink,
    anchor,
    block,
    code,
    json_block,
    listing,
    prose,
)
from voxspec.targets.docs.notes import disagreements_page
from voxspec.targets.docs.site import (
    ARROWS,
    CLOSE_CODES,
    DIRECTIONS,
    DISAGREEMENTS,
    ENDPOINT,
    INDEX,
    PERMISSIONS,
    SESSION,
    TYPES,
    Site,
    area_path,
    label,
    page_path,
)

SENDERS: dict[Direction, str] = {"server": "From the server", "client": "From the client"}


def index_page(site: Site) -> dict[str, object]:
    """What the template of the index needs."""
    protocol = site.protocol
    link = site.names(INDEX)
    both = [m for m in protocol.messages("server") if ("client", m.text) in site.messages]
    return {
        "title": prose(protocol.title),
        "version": protocol.version,
        "summary": prose(protocol.summary, link),
        "description": block(protocol.description, link),
        "contents": list(_contents(site)),
        "envelope": _envelope(site),
        "directions": [_direction(site, direction) for direction in DIRECTIONS],
        "both": [_both(site, message) for message in both],
        "sequence": None
        if protocol.envelope.sequence is None
        else code(protocol.envelope.sequence.key),
        "limits": [
            (
                code(limit.constant),
                str(limit.value),
                prose(limit.unit),
                _noted(prose(limit.description, link), limit.note, link),
            )
            for limit in protocol.limits
        ],
    }


def _noted(text: Markdown, note: str | None, link: NameLink) -> Markdown:
    """A cell of a table with its note."""
    return text if note is None else Markdown(f"{text}<br>**Note:** {prose(note, link)}")


def _contents(site: Site) -> Iterator[tuple[Markdown, str]]:
    """The other pages and what is on them."""
    protocol = site.protocol
    if protocol.endpoint is not None or protocol.session.compression is not None:
        yield anchor(Markdown("Connecting"), ENDPOINT), ", ".join(_about_connecting(protocol))
    if protocol.session.is_stated:
        yield anchor(Markdown("Session"), SESSION), "what happens in which order"
    if protocol.close_codes:
        yield anchor(Markdown("Close codes"), CLOSE_CODES), "why a connection ends, what to do then"
    if protocol.permissions:
        yield anchor(Markdown("Permissions"), PERMISSIONS), "names and bits"
    yield anchor(Markdown("Types"), TYPES), "ids, times, enums and records that messages share"
    for page in protocol.pages:
        yield anchor(prose(page.title), page_path(page)), ""
    if disagreements_page(site)["groups"]:
        yield (
            anchor(Markdown("Disagreements"), DISAGREEMENTS),
            "where published pages and the wire differ",
        )
    bundle = site.page(INDEX, f"../../jsonschema/{protocol.module}/bundle.json")
    yield anchor(Markdown("JSON Schema"), bundle), "all of it for machines"


def _about_connecting(protocol: Protocol) -> Iterator[str]:
    """What the endpoint's page is about."""
    endpoint = protocol.endpoint
    if endpoint is not None:
        yield "address"
        if endpoint.subprotocols:
            yield "subprotocols"
        if endpoint.parameters:
            yield "parameters"
    if protocol.session.compression is not None:
        yield "compression"


def _envelope(site: Site) -> dict[str, object]:
    """The keys of a frame, and a frame that has all of them."""
    envelope = site.protocol.envelope
    link = site.names(INDEX)
    fields = Fields(site, INDEX, link)
    full = [
        message
        for message in site.protocol.messages()
        if message.seq == "required" or (envelope.sequence is None and _has_all(envelope, message))
    ]
    shown = [frame for message in full[:1] for frame in example_frames(envelope, message)[:1]]
    types = "integer" if site.protocol.has_integer_types else "string"
    keys = [(code(envelope.type.key), types, prose(envelope.type.description, link))]
    if (payload := envelope.payload) is not None:
        keys.append((code(payload.key), _payload_kind(site), prose(payload.description, link)))
    if (sequence := envelope.sequence) is not None:
        number = fields.type(sequence.use, inner=True)
        keys.append((code(sequence.key), number, prose(sequence.description, link)))
    keys += [_further(site, fields, further, link) for further in envelope.further]
    return {
        "description": block(envelope.description, link),
        "keys": keys,
        "rules": list(_envelope_rules(envelope)),
        "example": json_block(shown[0]) if shown else None,
        "note": None if envelope.note is None else prose(envelope.note, link),
    }


def _payload_kind(site: Site) -> Markdown:
    """What payloads are, in a word or two."""
    protocol = site.protocol
    messages = [message for message in protocol.messages() if message.payload is not None]
    is_object = all(protocol.payload_shape(message) is not None for message in messages)
    return Markdown("object" if is_object else "as the message says")


def _has_all(envelope: Envelope, message: Message) -> bool:
    """Whether frames of a message can have every key of the envelope."""
    return message.payload is not None and len(message.keys) == len(envelope.further)


def _further(
    site: Site, fields: Fields, further: FurtherKey, link: NameLink
) -> tuple[Markdown, str, Markdown]:
    """The row of a further key: which frames have it stands before what it means."""
    field = further.field
    kind = fields.type(field.use, inner=True)
    side = "" if further.side == "both" else f"Of frames that the {further.side} sends. "
    said = f"{side}{_presence(site, further)}{field.description}"
    meaning = _noted(prose(said, link), field.note, link)
    return code(field.name), Markdown(f"{kind} or null" if field.use.nullable else kind), meaning


def _presence(site: Site, further: FurtherKey) -> str:
    """Whether the messages that can have a further key must have it; nothing where all must."""
    found = set()
    for message in site.protocol.messages():
        if further.fits(message.direction):
            own = [key for key in message.keys if key.name == further.field.name]
            found.add(own[0].required if own else None)
    if found <= {True}:
        return ""
    return "Optional. " if found == {False} else "Optional: each message says whether it has it. "


def _envelope_rules(envelope: Envelope) -> Iterator[Markdown]:
    """What the keys alone do not say."""
    if envelope.is_flat:
        beside = code(envelope.type.key)
        yield Markdown(f"Frames are flat: the fields of a message stand beside {beside}.")
    if envelope.closed:
        yield Markdown("A key that a message is not known to have is an error.")
    elif envelope.is_flat or envelope.further:
        yield Markdown("Readers pass over keys that no message here has.")


def _direction(site: Site, direction: Direction) -> dict[str, object]:
    areas = [area for area in site.protocol.areas_of(direction) if area.messages]
    return {
        "title": SENDERS[direction],
        "count": sum(len(area.messages) for area in areas),
        "areas": [(_area_link(area), _messages(site, area)) for area in areas],
        "rows": [
            (
                site.message_link(INDEX, message),
                _area_link(area),
                "yes" if message.seq == "required" else "no",
                prose(message.summary, site.names(INDEX, message)),
            )
            for area in areas
            for message in area.messages
        ],
    }


def _area_link(area: Area) -> Markdown:
    return anchor(prose(area.title), area_path(area))


def _messages(site: Site, area: Area) -> Markdown:
    return Markdown(", ".join(site.message_link(INDEX, message) for message in area.messages))


def _both(site: Site, message: Message) -> tuple[Markdown, Markdown]:
    """A name of both directions, with a link to each."""
    links = (
        anchor(Markdown(ARROWS[side]), site.message(INDEX, side, message.text))
        for side in DIRECTIONS
    )
    return label(message), listing(links)


def endpoint_page(site: Site) -> dict[str, object]:
    """What the template of the endpoint's page needs."""
    link = site.names(ENDPOINT)
    endpoint, compression = site.protocol.endpoint, site.protocol.session.compression
    return {
        "index": site.page(ENDPOINT, INDEX),
        "endpoint": None
        if endpoint is None
        else {
            "url": code(endpoint.url),
            "description": block(endpoint.description, link),
            "subprotocols": listing(map(code, endpoint.subprotocols), "or"),
            "parameters": [
                (
                    code(parameter.name),
                    "yes" if parameter.required else "no",
                    listing(map(code, parameter.values), "or"),
                    prose(parameter.description, link),
                    prose(parameter.when_absent, link),
                )
                for parameter in endpoint.parameters
            ],
        },
        "compression": None if compression is None else block(compression.description, link),
    }


RECOVERY = {
    "resume": "resume the session",
    "identify": "start a new session",
    "fatal": "do not reconnect",
}
_WITHOUT_SESSIONS = {**RECOVERY, "identify": "connect again"}
"""Where nothing can be resumed, each connection begins anew anyway."""


def close_codes_page(site: Site) -> dict[str, object]:
    """What the template of the close codes' page needs."""
    link = site.names(CLOSE_CODES)
    return {
        "index": site.page(CLOSE_CODES, INDEX),
        "description": block(site.protocol.close_codes_description, link),
        "rows": [row for entry in site.protocol.close_codes for row in _close_code(site, entry)],
    }


def _close_code(site: Site, entry: CloseCode) -> Iterator[tuple[str, Markdown, str, str]]:
    """A row for the code, and one for each reason that changes its meaning."""
    link = site.names(CLOSE_CODES)
    meaning = _noted(prose(entry.description, link), entry.note, link)
    name = code(entry.name)
    if entry.reason is not None:
        name = Markdown(f"{name}, sent with the reason {code(entry.reason)}")
    yield str(entry.code), name, _recovery(site, entry.recovery, entry.delay), meaning
    for reason in entry.reasons:
        name = Markdown(f"with reason {code(reason.reason)}")
        meaning = prose(reason.description, link)
        yield str(entry.code), name, _recovery(site, reason.recovery, reason.delay), meaning


def _recovery(site: Site, recovery: str, delay: bool) -> str:
    has_sessions = site.protocol.session.role("resume") is not None
    said = (RECOVERY if has_sessions else _WITHOUT_SESSIONS)[recovery]
    return said + (" after a delay" if delay else "")


def permissions_page(site: Site) -> dict[str, object]:
    """What the template of the permissions' page needs."""
    link = site.names(PERMISSIONS)
    return {
        "index": site.page(PERMISSIONS, INDEX),
        "description": block(site.protocol.permissions_description, link),
        "rows": [
            (
                code(permission.name),
                str(permission.bit),
                code(hex(1 << permission.bit)),
                _noted(prose(permission.description, link), permission.note, link),
            )
            for permission in site.protocol.permissions
        ],
    }
