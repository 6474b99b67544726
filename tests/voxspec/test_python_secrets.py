"""The table of secrets finds what the schema marks, wherever it is nested."""

from __future__ import annotations

import dataclasses

from tests.voxspec.handmade import LAMP_ID, PROTOCOL, field, message, record
from voxspec import model as m
from voxspec.targets.python.secrets import secret_keys, secrets_of

SECRET = m.Use(m.StringType(), sensitive=True)


def protocol(*fields: m.Field, types: tuple[m.NamedDefinition, ...] = ()) -> m.Protocol:
    """The lamp hub with one more client message, ``unlock``, that has these fields."""
    unlock = message("unlock", "client", record("unlock", *fields))
    area = m.Area("locks", "Locks", "What is locked.", "client", (unlock,))
    return dataclasses.replace(PROTOCOL, types=PROTOCOL.types + types, areas=(area,))


def pointers(made: m.Protocol) -> tuple[str, ...]:
    return {view.type: view.pointers for view in secrets_of(made, "client")}.get("unlock", ())


def test_messages_without_secrets_are_left_out() -> None:
    assert [view.type for view in secrets_of(PROTOCOL, "server")] == ["lamp_report"]
    assert secrets_of(PROTOCOL, "client") == []
    assert secret_keys(PROTOCOL) == ["raw"]


def test_fields_under_the_payload_key() -> None:
    made = protocol(field("pin", SECRET), field("lamp", LAMP_ID), field("a/b~c", SECRET))
    assert pointers(made) == ("/data/pin", "/data/a~1b~0c")
    assert secret_keys(made) == ["a/b~c", "pin"]


def test_arrays_and_maps_of_secrets() -> None:
    made = protocol(
        field("pins", m.ArrayType(SECRET)),
        field("by_room", m.MapType(m.Use(m.ArrayType(SECRET)))),
    )
    assert pointers(made) == ("/data/pins/*", "/data/by_room/*/*")
    assert secret_keys(made) == ["by_room", "pins"]


def test_secrets_of_named_types() -> None:
    types = (
        m.Scalar("pin", "Pin", "A number.", SECRET),
        record("left", field("kind", m.ConstType("left")), field("code", SECRET), tag="kind"),
        record("right", field("kind", m.ConstType("right")), field("word", SECRET), tag="kind"),
        m.Union("side", "Side", "One of two.", "kind", ("left", "right")),
    )
    made = protocol(
        field("pin", m.NamedType("pin")),
        field("side", m.NamedType("side")),
        field("or_text", m.ChoiceType((m.Use(m.StringType()), m.Use(m.NamedType("left"))))),
        types=types,
    )
    assert pointers(made) == (
        "/data/pin",
        "/data/side/code",
        "/data/side/word",
        "/data/or_text/code",
    )


def test_a_type_that_holds_itself() -> None:
    tree = record(
        "tree", field("word", SECRET), field("below", m.ArrayType(m.Use(m.NamedType("tree"))))
    )
    made = protocol(field("tree", m.NamedType("tree")), types=(tree,))
    assert pointers(made) == ("/data/tree/word",)
    assert secret_keys(made) == ["word"]


def test_published_names_of_secrets_are_keys_too() -> None:
    unlock = record(
        "unlock",
        field("pin", SECRET),
        field("lamp", LAMP_ID),
        published=(m.PublishedName("code", "pin"), m.PublishedName("bulb", "lamp")),
    )
    area = m.Area("l", "L", "Locks.", "client", (message("unlock", "client", unlock),))
    assert secret_keys(dataclasses.replace(PROTOCOL, areas=(area,))) == ["code", "pin"]
