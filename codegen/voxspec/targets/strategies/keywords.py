"""Keywords as the strategies see them: what changes which values are drawn, or broken."""

from __future__ import annotations

from voxspec.output.target import Keywords

KEYWORDS = Keywords(
    written=frozenset(
        "exclusiveMinimum exclusiveMaximum contentEncoding x-any-json x-flags "
        "$ref type format minimum maximum minLength maxLength pattern const enum x-open items "
        "minItems maxItems properties additionalProperties required oneOf if then else "
        "x-extra x-published-null x-relayed x-max-json-length x-json-form message.summary "
        "message.seq message.payload message.payload_optional message.published envelope.type envelope.payload "
        "envelope.sequence message.x-name envelope.keys envelope.closed message.keys".split()
    ),
    left_out={
        **dict.fromkeys(
            "x-lint-ignore message.x-lint-ignore".split(),
            "it is said to those who check the schema, and not of what is described",
        ),
        "x-reserved": "there are no such keys or values; it is for those who change the schema",
        **dict.fromkeys(
            "x-enum-descriptions description x-note deprecated since message.description "
            "message.since message.deprecated message.note message.audience "
            "envelope.description envelope.note".split(),
            "words about values; the models have them",
        ),
        **dict.fromkeys(
            "x-enum-names x-name x-one-of-name".split(),
            "what is drawn has the names of the wire",
        ),
        "published": "keys that only published pages show are unknown keys, which are drawn anyway",
        **dict.fromkeys(
            "x-unit x-sensitive x-words".split(),
            "says nothing of which values there are",
        ),
        **dict.fromkeys(
            "examples default message.examples".split(),
            "strategies draw all values alike",
        ),
    },
)
