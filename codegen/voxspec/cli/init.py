"""``voxspec init``: a starter protocol in an empty folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from voxspec.output.write import apply
from voxspec.pipeline import load_protocol

_SHOWN: Final = 5
_OWN: Final = frozenset({".git", ".venv", ".idea", ".vscode", ".DS_Store"})
"""What may be in a folder that counts as empty."""

_EXAMPLES = """\
examples:
  voxspec init chat                  in the empty folder where you are
  voxspec init my-chat --folder new  in another one, which is made if need be
"""


def add(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "init",
        help="begin a protocol of your own",
        description="Write a small protocol into an empty folder: schema, Makefile, pyproject.toml, a capture\n"
        "and tests, and all that is generated from it. It works at once; change it from there.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="what the protocol is called, such as my-chat")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="where to write it; must be empty (default: here)",
    )
    parser.set_defaults(run=_init)


def _init(options: argparse.Namespace) -> int:
    from voxspec.generate import plan
    from voxspec.starter import StarterNameError, files

    folder: Path = options.folder
    try:
        texts = files(options.name)
    except StarterNameError as error:
        print(f"voxspec init: {error}", file=sys.stderr)
        return 2
    if folder.exists() and not folder.is_dir():
        print(f"voxspec init: {folder} is a file; name a folder", file=sys.stderr)
        return 2
    there = _contents(folder)
    if there:
        more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
        print(
            f"voxspec init: {folder.resolve()} is not empty: it has {', '.join(there[:_SHOWN])}{more}; "
            "nothing was written. Go to an empty folder, or name one with --folder",
            file=sys.stderr,
        )
        return 2
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    changes = apply(plan(load_protocol(folder / "schema")), folder / "generated")
    where = "" if folder == Path() else f"cd {folder} && "
    print(
        f"{len(texts)} files of the protocol {options.name}, and {len(changes.missing)} made from it"
    )
    print(
        f"next: {where}make (it needs the extras spec, live and testing), and then read README.md"
    )
    return 0


def _contents(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if entry.name not in _OWN)
