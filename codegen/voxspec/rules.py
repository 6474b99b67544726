"""The rules for schema files, by id: what each one asks for. Ids are stable."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RULES: Mapping[str, str] = MappingProxyType(
    {
        "SCHEMA_PARSES": "Every file is UTF-8, valid YAML, one mapping, no key twice.",
        "METASCHEMA_VALID": "Every file has the structure that the dialect's JSON Schema states.",
        "NO_UNKNOWN_KEYWORD": "Only the dialect's keywords are used.",
        "KEYWORD_APPLIES": "A keyword stands only beside the type that it applies to.",
        "REF_RESOLVES": "Every $ref names an entry of types.yaml.",
        "REF_NO_CYCLE": "Types do not refer to each other in a circle.",
        "REF_NOT_DEEP": "Types stand in each other at most 40 levels deep.",
        "TYPE_EXPLICIT": "Every value states its type or refers to a named one.",
        "TYPE_USED": "Every named type is used by some message.",
        "INT_HAS_WIDTH": "Every integer states its width, and its bounds lie within it.",
        "BOUNDS_ORDERED": "A minimum is not above its maximum, and they leave some value.",
        "PATTERN_PORTABLE": "A pattern is one of ECMA-262 that every target can match alike.",
        "ENUM_IS_NAMED": "Enums are defined in types.yaml, not in place.",
        "ENUM_NO_DUPLICATE": "An enum lists each value once.",
        "ENUM_OPENNESS_STATED": "An enum says whether readers keep unknown values.",
        "NO_INLINE_NESTED_OBJECT": "Records inside others are defined in types.yaml.",
        "CHOICE_IS_CLEAR": "The options of a choice differ in their JSON type.",
        "UNION_HAS_TAG": "Variants of a union share one property with distinct constants.",
        "REQUIRED_IN_PROPERTIES": "Keys that rules name are among the properties.",
        "ONEOF_MEMBERS_OPTIONAL": "Keys that depend on a rule are not required as well.",
        "PAYLOAD_IS_OBJECT": "A payload is a record or a tagged union; beside the type, a record.",
        "SEQ_POLICY_STATED": "Messages say whether they are numbered; client ones are not.",
        "KEY_READABLE": "Keys hold no quotation mark, backslash or control character.",
        "ENVELOPE_KEYS_DIFFER": "The keys of the envelope differ, also from fields beside the type.",
        "ENVELOPE_KEY_KNOWN": "Messages name only the envelope's further keys that their side has.",
        "AREA_MATCHES_FILE": "A message file is called like its area.",
        "FILE_NAME_FITS": "What becomes a file can be one, beside the others, on every system.",
        "MESSAGE_TYPE_PLAIN": "Types of messages are all text, or all integers of 64 bits.",
        "MESSAGE_NAME_UNIQUE_PER_DIRECTION": "A type is defined once per direction.",
        "CLASS_NAME_UNIQUE": "No two definitions become the same Python class.",
        "NO_PYTHON_NAME_COLLISION": "No two keys or values become the same Python name.",
        "CLOSE_CODE_POSSIBLE": "Close codes are those that connections can end with.",
        "CLOSE_CODE_UNIQUE": "Close codes have distinct names.",
        "PERMISSION_BIT_UNIQUE": "Permissions have distinct bits.",
        "DESCRIPTION_FIELD": "Every type and field has a description.",
        "DESCRIPTION_ENUM_VALUE": "Every value of an enum has a description.",
        "EXAMPLE_VALID": "Every example is valid for its message.",
    }
)
