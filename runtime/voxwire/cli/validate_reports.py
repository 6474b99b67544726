"""The formats of ``voxwire validate --format``. Only the one that is asked for is imported."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.cli.common import chosen_protocol
from voxwire.cli.output import is_one_of, opened_output

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from voxwire.report.html.html_report import HtmlReport
    from voxwire.report.writer import Report


class _Format(NamedTuple):
    """`lists_all` is whether it lists every finding, so that the first N can be asked for."""

    summary: str
    make: Callable[[argparse.Namespace, TextIO, bool], Report]
    lists_all: bool = True


def new_report(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    """The report that the options ask for, written to `out`."""
    return _FORMATS[options.format].make(options, out, is_in_colour)


def add_format(add: Callable[..., argparse.Action]) -> None:
    """Add the options that say how a report is written."""
    listed = "; ".join(f"{name}: {format_.summary}" for name, format_ in _FORMATS.items())
    add("--format", choices=tuple(_FORMATS), default="text", metavar="NAME", help=listed)
    add(
        "--root",
        metavar="FOLDER",
        help="paths in sarif, github, gitlab and markdown are relative to this folder, by default "
        "the current one; take the root of the repository",
    )


def refuse_what_does_not_fit(options: argparse.Namespace) -> None:
    """End the program where options contradict the format."""
    if options.max_findings is not None and not _FORMATS[options.format].lists_all:
        options.refuse(
            f"argument --max-findings: not with --format {options.format}, which chooses the "
            "findings that it has room for"
        )
    if options.html is None:
        return
    report = options.output or "-"
    is_same = Path(options.html).absolute() == Path(report).absolute()
    if options.html == "-" or is_same or is_one_of(options.html, [report]):
        options.refuse("argument --html: the page is a file of its own")
    if options.jobs not in (None, 1) or options.engine is not None:
        options.refuse(
            "argument --html: every frame is looked at here; leave --jobs and --engine out"
        )


def has_table(options: argparse.Namespace) -> bool:
    """Whether somebody reads how many frames of each type there were."""
    return options.html is not None or options.format != "text" or not options.quiet


@contextmanager
def opened_page(options: argparse.Namespace) -> Iterator[HtmlReport | None]:
    """The page of --html, whose file stays open meanwhile; None without one. Raises OSError."""
    if options.html is None:
        yield None
        return
    from voxwire.report.html.html_report import HtmlReport

    with opened_output(options.html) as out:
        yield HtmlReport(out, chosen_protocol(options))


def _text(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    from voxwire.report.style import Style
    from voxwire.report.text_report import TextReport

    return TextReport(out, Style(is_in_colour), has_summary=not options.quiet)


def _json(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del options, is_in_colour
    from voxwire.report.json_report import JsonReport

    return JsonReport(out)


def _json_lines(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del options, is_in_colour
    from voxwire.report.json_report import JsonLinesReport

    return JsonLinesReport(out)


def _sarif(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del is_in_colour
    from voxwire.report.places import Root
    from voxwire.report.sarif_report import SarifReport

    return SarifReport(out, Root(options.root))


def _github(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del is_in_colour
    from voxwire.report.github_report import GithubReport
    from voxwire.report.places import Root

    return GithubReport(out, Root(options.root), has_summary=not options.quiet)


def _gitlab(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del is_in_colour
    from voxwire.report.gitlab_report import GitlabReport
    from voxwire.report.places import Root

    return GitlabReport(out, Root(options.root))


def _junit(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del options, is_in_colour
    from voxwire.report.junit_report import JunitReport

    return JunitReport(out)


def _markdown(options: argparse.Namespace, out: TextIO, is_in_colour: bool) -> Report:
    del is_in_colour
    from voxwire.report.markdown_report import MarkdownReport
    from voxwire.report.places import Root

    return MarkdownReport(out, Root(options.root))


_FORMATS: Final = {
    "text": _Format("one line a finding, then a summary (default)", _text),
    "json": _Format("one object", _json),
    "jsonl": _Format("one object a line", _json_lines),
    "sarif": _Format("SARIF 2.1.0, for code scanning", _sarif),
    "github": _Format("annotations of GitHub Actions", _github, lists_all=False),
    "gitlab": _Format("a code quality report of GitLab", _gitlab),
    "junit": _Format("JUnit XML, a test case for each connection", _junit, lists_all=False),
    "markdown": _Format("a comment for a review", _markdown, lists_all=False),
}
