"""Keywords as the documents see them."""

from __future__ import annotations

from voxspec.output.target import Keywords

KEYWORDS = Keywords(
    written=frozenset(
        "exclusiveMinimum exclusiveMaximum contentEncoding x-any-json x-flags x-enum-names "
        "$ref type format minimum maximum minLength maxLength pattern const enum x-open "
        "x-enum-descriptions items minItems maxItems properties additionalProperties required "
        "oneOf if then else x-one-of-name x-extra published description x-unit x-sensitive "
        "x-note x-published-null x-relayed x-max-json-length x-json-form default deprecated "
        "since message.summary message.description message.seq message.payload "
        "message.payload_optional message.examples message.since message.deprecated "
        "message.note message.audience message.published envelope.type envelope.payload "
        "envelope.sequence message.x-name envelope.keys envelope.closed message.keys envelope.description envelope.note".split()
    ),
    left_out={
        **dict.fromkeys(
            "x-lint-ignore message.x-lint-ignore".split(),
            "it is said to those who check the schema, and not of what is described",
        ),
        "x-reserved": "there are no such keys or values; it is for those who change the schema",
        "x-words": "it is for those who redact captures, and the models tell them",
        "x-name": "people read the names of the wire",
        "examples": "they are checked when the schema is read; the examples of messages are shown",
    },
)
