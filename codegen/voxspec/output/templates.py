"""Templates: they see the model, never YAML."""

from __future__ import annotations

import jinja2


def environment(target: str) -> jinja2.Environment:
    """The environment of a target: its templates, strict about unknown names."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(f"voxspec.targets.{target}"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
