"""A small protocol made by hand, with one of everything that a target must handle.

It is a lamp controller: the hub (server) reports, the remote (client) asks. The envelope's keys
differ from every real protocol's, so that a target cannot have them built in.
"""

from __future__ import annotations

from voxspec import model as m
from voxspec.model import session as s
from voxspec.model.naming import attribute, class_name

LAMP_ID = m.NamedType("lamp_id")


def field(
    name: str,
    kind: m.Type | m.Use,
    *,
    required: bool = False,
    description: str = "A value.",
    note: str | None = None,
    deprecated: str | None = None,
    since: str | None = None,
    published_null: bool = False,
    default: m.JsonValue = None,
) -> m.Field:
    use = kind if isinstance(kind, m.Use) else m.Use(kind)
    said = (description, note, deprecated, since, published_null, default)
    return m.Field(name, attribute(name), use, required, *said)


def record(
    name: str,
    *fields: m.Field,
    extra: bool = False,
    exactly_one_of: tuple[tuple[str, ...], ...] = (),
    required_when: tuple[m.RequiredWhen, ...] = (),
    published: tuple[m.PublishedName, ...] = (),
    tag: str | None = None,
    note: str | None = None,
) -> m.Record:
    rules = (extra, exactly_one_of, required_when, published, tag, note)
    return m.Record(name, class_name(name), f"The {name} record.", fields, *rules)


def message(
    kind: str,
    direction: m.Direction,
    payload: m.Record | m.NamedType | None,
    *examples: m.JsonValue,
    area: str = "lamps",
    seq: m.SeqPolicy = "never",
    absent_example: bool = False,
    optional: bool = False,
    nullable: bool = False,
    since: str | None = None,
    deprecated: str | None = None,
    note: str | None = None,
    published: tuple[m.PublishedName, ...] = (),
) -> m.Message:
    shown = [m.Example(f"Example {n}", value, True) for n, value in enumerate(examples, 1)]
    if absent_example:
        shown.append(m.Example("Without payload", None, False))
    return m.Message(
        kind,
        kind,
        direction,
        area,
        class_name(kind),
        f"{class_name(kind)}Frame",
        f"The {kind} message",
        f"Says {kind}.",
        seq,
        payload,
        optional,
        nullable,
        tuple(shown),
        since,
        deprecated,
        note,
        published,
    )


TYPES: tuple[m.NamedDefinition, ...] = (
    m.Scalar(
        "lamp_id",
        "LampId",
        "Id of a lamp.",
        m.Use(m.IntegerType("uint64", 0, 2**64 - 1)),
        note="Published pages call it an index.",
    ),
    m.Scalar("maybe_name", "MaybeName", "A name or null.", m.Use(m.StringType(), nullable=True)),
    m.Enum(
        "mood",
        "Mood",
        "A mood, freely extended.",
        (m.EnumValue("calm", "CALM", "Soft light."), m.EnumValue("wild", "WILD", "Bright light.")),
        open=True,
    ),
    m.Enum(
        "power",
        "Power",
        "A state of power.",
        (m.EnumValue("on", "ON", "Lit."), m.EnumValue("off", "OFF", "Dark.")),
        open=False,
    ),
    record(
        "shade",
        field("red", m.IntegerType("int32", 0, 255), required=True),
        field("glow", m.NumberType()),
    ),
    record(
        "turned",
        field("kind", m.ConstType("turned"), required=True),
        field("power", m.NamedType("power"), required=True),
        tag="kind",
    ),
    record(
        "painted",
        field("kind", m.ConstType("painted"), required=True),
        field("shade", m.NamedType("shade"), required=True),
        tag="kind",
    ),
    m.Union("happening", "Happening", "What happened to a lamp.", "kind", ("turned", "painted")),
)

LAMP_REPORT = record(
    "lamp_report",
    field("lamp", LAMP_ID, required=True),
    field("label", m.Use(m.StringType(1, 8, "^[a-z]+$"), nullable=True), required=True),
    field("mood", m.NamedType("mood")),
    field("power", m.Use(m.NamedType("power"), nullable=True)),
    field("level", m.Use(m.IntegerType("uint32", 0, 100), unit="ms"), default=5),
    field("lit", m.BooleanType(), deprecated="Use power.", since="2"),
    field("name", m.NamedType("maybe_name")),
    field("shades", m.ArrayType(m.Use(m.NamedType("shade")), 1, 2)),
    field("tags", m.MapType(m.Use(m.StringType()))),
    field("raw", m.Use(m.AnyObjectType(), max_json_length=20, sensitive=True)),
    field("shade", m.NamedType("shade", open=True)),
    field(
        "look",
        m.Use(
            m.ChoiceType((m.Use(m.StringType(None, 4)), m.Use(m.NamedType("shade")))),
            nullable=True,
        ),
    ),
    field(
        "room",
        m.Use(LAMP_ID, nullable=True),
        published_null=True,
        note="Published pages show null.",
    ),
    published=(m.PublishedName("index", "lamp"), m.PublishedName("colour")),
)

CHOOSE = record(
    "choose",
    field("lamp", LAMP_ID),
    field("group", LAMP_ID),
    field("how", m.StringType(), required=True),
    field("key", m.StringType()),
    exactly_one_of=(("lamp", "group"),),
    required_when=(m.RequiredWhen("how", "locked", ("key",), otherwise_absent=True),),
)

SERVER = m.Area(
    "lamps",
    "Lamps",
    "What lamps do.",
    "server",
    (
        message(
            "welcome",
            "server",
            record("welcome", field("version", m.IntegerType("uint32", 0, 2**32 - 1))),
            {"version": 1},
            {},
            note="Published pages show a count.",
            published=(m.PublishedName("n", envelope=True),),
        ),
        message("pulse", "server", None, absent_example=True),
        message(
            "lamp_report",
            "server",
            LAMP_REPORT,
            {"lamp": 2**64 - 1, "label": None},
            {
                "lamp": 1,
                "label": "desk",
                "mood": "sleepy",
                "power": None,
                "level": 100,
                "lit": True,
                "name": None,
                "shades": [{"red": 255, "glow": 0.5}],
                "tags": {"any": "text"},
                "raw": {"a": [1, None]},
                "shade": [1, 2],
                "look": {"red": 1},
                "room": None,
                "unheard": "of",
            },
            seq="required",
        ),
        message(
            "event",
            "server",
            m.NamedType("happening"),
            {"kind": "turned", "power": "on"},
            {"kind": "painted", "shade": {"red": 7}},
            seq="required",
        ),
    ),
)

CLIENT = m.Area(
    "lamps",
    "Lamps",
    "What remotes ask.",
    "client",
    (
        message(
            "choose",
            "client",
            CHOOSE,
            {"lamp": 1, "how": "open"},
            {"group": 1, "how": "locked", "key": "k"},
        ),
        message(
            "poke",
            "client",
            record("poke", extra=True),
            {},
            None,
            absent_example=True,
            optional=True,
            nullable=True,
            deprecated="Use choose.",
            since="1",
        ),
        message("event", "client", m.NamedType("shade"), {"red": 3}),
    ),
)

SESSION = s.Session(
    states=(
        s.State(
            "open",
            "OPEN",
            "the lamp listens",
            client=(s.Move(s.StandIn("client", "any"), "open"),),
            server=(s.Move(s.StandIn("server", "any"), "open"),),
            rules=(s.SessionRule("first", "The hub speaks first", "It sends welcome."),),
        ),
    ),
    compression=s.Compression("squeeze", (("yes", "zstd"),), "None at all."),
    is_stated=True,
)

PROTOCOL = m.Protocol(
    name="lamp-hub",
    title="Lamp hub protocol",
    version=3,
    summary="Lamps and remotes",
    description="A hub tells remotes what its lamps do.",
    package="lampmodels",
    endpoint=m.Endpoint(
        "ws://hub/lamps",
        "Where remotes connect.",
        (m.Parameter("level", True, ("low", "high"), "How much to hear.", "Refused."),),
    ),
    envelope=m.Envelope(
        m.EnvelopeKey("op", "op", "What the frame is."),
        m.EnvelopeKey("data", "data", "What it says."),
        m.Sequence("n", "n", "Its number.", m.Use(m.IntegerType("int64", 1, 2**63 - 1)), 1),
        "A frame has these keys.",
        "Published pages show four.",
    ),
    limits=(m.Limit("rate", "RATE", 20, "messages/s", "How fast a remote may send."),),
    session=SESSION,
    pages=(m.Page("wall_switch", "Wall switches", "Some *Markdown*.\n\n| a | b |\n|---|---|\n"),),
    close_codes_description="Why a hub hangs up.",
    close_codes=(
        m.CloseCode(
            4001,
            "DARK",
            "resume",
            False,
            "The lights went out.",
            (m.CloseReason("FUSE", "fatal", True, "For good."),),
            "Published pages say 4002.",
        ),
    ),
    permissions_description="Who may do what.",
    permissions=(m.Permission("TURN", 0, "Turn lamps.", "Published pages say bit 1."),),
    types=TYPES,
    areas=(SERVER, CLIENT),
)
