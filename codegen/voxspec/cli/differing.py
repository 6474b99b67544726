"""``voxspec diff`` and ``voxspec changelog``: what is another than it was, breaking or not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from voxspec.cli.overwriting import overwritten
from voxspec.findings import SchemaError
from voxspec.report.style import printable

if TYPE_CHECKING:
    from voxspec.breaking.differences.marked import Marked
    from voxspec.breaking.revision import Revision
    from voxspec.breaking.verdict import Change

_REF: Final = """\
REF is a folder of schema files, a git revision, or an installed package of models, as `voxspec breaking`
takes them; a bundle of JSON Schema does not say enough.
"""

_DIFF_EXAMPLES: Final = """\

examples:
  voxspec diff --against main
  voxspec diff --against v1.2:schema/v1 --format json -o diff.json
"""

_CHANGELOG_EXAMPLES: Final = """\

examples:
  voxspec changelog --against v1.2
  voxspec changelog --against v1.2 -o CHANGES.md
"""

_STATUS: Final = """\

exit status:
"""

_NO_REFERENCE: Final = (
    "  2  the command line is wrong, or where REF leads is no schema, or one with mistakes\n"
)

Writer = Callable[["Revision", "Revision", "list[Marked]", "list[Change]"], Iterable[str]]


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add both subcommands."""
    diff = commands.add_parser(
        "diff",
        parents=[source],
        help="print everything that differs from an earlier schema",
        description="Print everything that differs from an earlier schema, descriptions and examples among\n"
        "it, and mark what breaks somebody.",
        epilog=f"{_REF}{_DIFF_EXAMPLES}{_STATUS}  0  nothing differs\n"
        f"  1  something does, or the schema files have mistakes\n{_NO_REFERENCE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    diff.add_argument(
        "--format", choices=("text", "json"), default="text", help="default: %(default)s"
    )
    diff.set_defaults(run=_diff)
    changelog = commands.add_parser(
        "changelog",
        parents=[source],
        help="write what is new since an earlier schema, as Markdown for people",
        description="Write what is new since an earlier schema, as Markdown: what breaks and for whom, what\n"
        "came, what went and what is another, message by message.",
        epilog=f"{_REF}{_CHANGELOG_EXAMPLES}{_STATUS}  0  it was written\n"
        f"  1  the schema files have mistakes\n{_NO_REFERENCE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    changelog.set_defaults(run=_changelog)
    for parser in (diff, changelog):
        parser.add_argument("--against", metavar="REF", required=True, help="the earlier schema")
        parser.add_argument(
            "-o", "--output", type=Path, metavar="FILE", help="write it there (default: print it)"
        )


def _diff(options: argparse.Namespace) -> int:
    from voxspec.breaking.differences.report import json_text, text_lines
    from voxspec.report.style import Style, style_for

    def written(
        old: Revision, new: Revision, found: list[Marked], _: list[Change]
    ) -> Iterable[str]:
        if options.format == "json":
            return [json_text(old, new, found)]
        style = Style() if options.output is not None else style_for(sys.stdout)
        return text_lines(old, new, found, style)

    count = _compared(options, written)
    return 2 if count is None else int(count > 0)


def _changelog(options: argparse.Namespace) -> int:
    from voxspec.breaking.differences.changelog import changelog

    return 2 if _compared(options, changelog) is None else 0


def _compared(options: argparse.Namespace, writer: Writer) -> int | None:
    """Compare and write; gives how much differs, None where there is nothing to compare with."""
    from voxspec.breaking.compare import compare
    from voxspec.breaking.differences import differing
    from voxspec.breaking.imported import MissingToolError
    from voxspec.breaking.references import ReferenceNotFoundError, find
    from voxspec.breaking.references.folder import of_folder

    output = () if options.output is None else (options.output,)
    said = overwritten(output, (options.schema, Path(options.against)))
    if said:
        _refuse(options, said)
        return None
    new = of_folder(options.schema)
    try:
        old = find(options.against, options.schema)
        if old.is_partial:
            _refuse(
                options,
                f"{old.name} is a bundle, which does not say everything: name a folder, "
                "a revision of git or a package",
            )
            return None
        changes = compare(old, new)
    except SchemaError as error:
        for finding in error.findings:
            print(printable(str(finding)), file=sys.stderr)
        _refuse(options, f"the schema of {options.against} has mistakes")
        return None
    except (ReferenceNotFoundError, MissingToolError) as error:
        _refuse(options, str(error))
        return None
    found = differing(old, new, changes)
    text = "".join(f"{line}\n" for line in writer(old, new, found, changes))
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_bytes(text.encode("utf-8", "backslashreplace"))
    return len(found)


def _refuse(options: argparse.Namespace, sentence: str) -> None:
    print(f"voxspec {options.command}: {sentence}", file=sys.stderr)
