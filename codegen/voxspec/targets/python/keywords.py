"""Keywords as the models and validators see them."""

from __future__ import annotations

from voxspec.output.target import Keywords

KEYWORDS = Keywords(
    written=frozenset(
        "exclusiveMinimum exclusiveMaximum contentEncoding x-any-json x-flags "
        "$ref type format minimum maximum minLength maxLength pattern const enum x-open "
        "x-enum-descriptions x-enum-names x-name items minItems maxItems properties "
        "additionalProperties required oneOf if then else x-one-of-name x-extra published "
        "description x-unit x-sensitive x-words x-note x-published-null x-relayed x-max-json-length "
        "x-json-form deprecated message.summary message.description message.seq "
        "message.payload message.payload_optional message.deprecated message.note "
        "message.audience message.published envelope.type envelope.payload envelope.sequence message.x-name envelope.keys envelope.closed message.keys".split()
    ),
    left_out={
        **dict.fromkeys(
            "x-lint-ignore message.x-lint-ignore".split(),
            "it is said to those who check the schema, and not of what is described",
        ),
        "x-reserved": "there are no such keys or values; it is for those who change the schema",
        **dict.fromkeys(
            "examples message.examples".split(),
            "they are checked when the schema is read; the documents show those of messages",
        ),
        "default": "models say what the wire said: what is absent is UNSET",
        **dict.fromkeys(
            "since message.since".split(),
            "a package is of one version; the documents say since when something is there",
        ),
        **dict.fromkeys(
            "envelope.description envelope.note".split(),
            "frames are described one by one; the documents say what all have in common",
        ),
    },
)
