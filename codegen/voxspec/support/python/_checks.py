"""What generated validators are built on: all checks, and what they find."""

from __future__ import annotations

from voxspec.support.python._container_checks import any_object, array, json_length, mapping
from voxspec.support.python._enum_checks import flags, one_of, one_of_integers
from voxspec.support.python._problems import (
    Check,
    Problem,
    Problems,
    Severity,
    below,
    kind_of,
    name_of,
    near,
    quoted,
    shown,
)
from voxspec.support.python._record_checks import (
    exactly_one_of,
    further_keys,
    ignored_key,
    no_other_keys,
    payload,
    required,
    required_when,
    too_deep,
    unknown_keys,
    variant,
)
from voxspec.support.python._relayed_checks import (
    published_null,
    relayed,
    relayed_integer,
    shape,
    usually_there,
)
from voxspec.support.python._scalar_checks import (
    any_json,
    boolean,
    constant,
    integer,
    null_only,
    number,
    string,
)

__all__ = [
    "Check",
    "Problem",
    "Problems",
    "Severity",
    "any_json",
    "any_object",
    "array",
    "below",
    "boolean",
    "constant",
    "exactly_one_of",
    "flags",
    "further_keys",
    "ignored_key",
    "integer",
    "json_length",
    "kind_of",
    "mapping",
    "name_of",
    "near",
    "no_other_keys",
    "null_only",
    "number",
    "one_of",
    "one_of_integers",
    "payload",
    "published_null",
    "quoted",
    "relayed",
    "relayed_integer",
    "required",
    "required_when",
    "shape",
    "shown",
    "string",
    "too_deep",
    "unknown_keys",
    "usually_there",
    "variant",
]
