"""Support code: plain Python of ``voxspec.support`` as it is copied into a generated package."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib import resources

from voxspec.output.render import header

_ROOT = "voxspec.support"


def support_files(
    folder: str, protocol: str, homes: Mapping[str, str], *, but: Collection[str] = ()
) -> dict[str, str]:
    """The modules in ``folder`` with their generated header: file name to text.

    ``homes``: what each folder of the support code is called in the package; imports follow it.
    ``but``: files that only stand for those that the protocol's schema makes.
    """
    first = f"# {header(f'{protocol}, the support code of voxspec')}\n"
    return {
        file.name: first + _moved(file.read_text("utf-8"), homes)
        for file in sorted(
            (resources.files("voxspec") / "support" / folder).iterdir(), key=lambda file: file.name
        )
        if file.name.endswith(".py") and file.name not in {"__init__.py", *but}
    }


def _moved(text: str, homes: Mapping[str, str]) -> str:
    """``text`` with its imports of other support code led to where that is copied."""
    return re.sub(
        rf"^( *from ){re.escape(_ROOT)}\.(\w+)",
        lambda found: found[1] + homes[found[2]],
        text,
        flags=re.MULTILINE,
    )
