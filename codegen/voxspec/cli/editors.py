"""``voxspec editors``: schema files that editors complete and check while they are written."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any, Final

from voxspec.editors import META, meta_schemas, modeline, schema_files, with_modeline
from voxspec.report.text import counted

_DESCRIPTION: Final = """\
Write a line at the head of each schema file that names the JSON Schema of its kind, and that JSON Schema
into the folder .meta beside them. Editors with the YAML language server (VS Code with its YAML extension,
Neovim, Helix, Emacs and others) then complete keys, show what they mean and mark mistakes."""

_EXAMPLES: Final = """\
examples:
  voxspec editors --schema schema                    for the files in schema/
  voxspec editors --schema schema --check            exit 1 where something is missing or old
  voxspec editors --schema schema --meta tools/meta  the JSON Schema lies there already
"""


_WORDS: Final = 3
"""Of a line that editors read: the sign of a comment, their name and the way."""


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "editors",
        parents=[source],
        help="let editors complete and check schema files",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--meta",
        type=Path,
        metavar="FOLDER",
        help="a folder that has the JSON Schema already; it is not written to",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 for what is old"
    )
    parser.set_defaults(run=_editors)


def _editors(options: argparse.Namespace) -> int:
    folder: Path = options.schema
    files = list(schema_files(folder))
    if not files:
        print(f"voxspec editors: there is no schema file in {folder}", file=sys.stderr)
        return 2
    meta: Path = options.meta or folder / META
    texts = {meta / name: text.encode() for name, text in meta_schemas().items()}
    missing = [path.name for path in texts if not path.is_file()]
    if options.meta is not None and missing:
        print(f"voxspec editors: {meta} has no {missing[0]}", file=sys.stderr)
        return 2
    lines = {path: modeline(path, kind, meta) for path, kind in files}
    if any(len(line.split()) > _WORDS for line in lines.values()):
        said = "editors read the way to it up to a space; take a folder without"
        print(f"voxspec editors: {meta}: {said}", file=sys.stderr)
        return 2
    wanted = {} if options.meta is not None else texts
    wanted |= {path: with_modeline(path.read_bytes(), line) for path, line in lines.items()}
    old = [path for path, data in wanted.items() if not path.is_file() or path.read_bytes() != data]
    for path in old:
        print(f"{'old' if options.check else 'written'}  {path}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[path])
    if options.check and old:
        verb = "is" if len(old) == 1 else "are"
        there = [] if options.meta is None else ["--meta", str(meta)]
        run = shlex.join(["voxspec", "editors", "--schema", str(folder), *there])
        print(f"{counted(len(old), 'file')} {verb} old; run: {run}", file=sys.stderr)
        return 1
    verb = "names" if len(files) == 1 else "name"
    print(f"{counted(len(files), 'schema file')} {verb} the JSON Schema of the dialect in {meta}")
    return 0
