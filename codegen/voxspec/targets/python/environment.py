"""The templates of generated Python."""

from __future__ import annotations

import functools

import jinja2

from voxspec.output.render import constant_literal, docstring, literal
from voxspec.output.templates import environment
from voxspec.targets.python.bounds import NAMES, bound
from voxspec.targets.python.types import tag_field, wide_name


@functools.cache  # what it has compiled is of use to the next protocol, too
def python_environment() -> jinja2.Environment:
    """The templates of generated Python, with filters that keep schema text from being code."""
    jinja = environment("python")
    jinja.globals["wide_name"] = wide_name
    jinja.globals["bounds"] = sorted(NAMES.values())
    jinja.filters["bound"] = bound
    jinja.filters["literal"] = literal
    jinja.filters["constant"] = constant_literal
    jinja.filters["tag_field"] = tag_field
    jinja.filters["docstring"] = docstring
    jinja.filters["tuple_of_strings"] = lambda names: (
        f"({', '.join(map(literal, names))},)" if names else "()"
    )
    return jinja
