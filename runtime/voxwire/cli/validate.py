"""``voxwire validate``: checks captured traffic and says what is wrong with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TextIO

from voxwire.capture.remote import Anywhere, expanded, is_remote
from voxwire.capture.storage import LOCAL
from voxwire.checks import Selection, Sessions, Statistics
from voxwire.checks.bulk import checks
from voxwire.checks.file_order import in_order_of_time
from voxwire.cli import exit_codes
from voxwire.cli.cluster import ENGINES, ClusterError, cluster
from voxwire.cli.common import (
    add_protocol,
    add_reading,
    chosen_protocol,
    chosen_reading,
    chosen_types,
    count,
    jobs,
    known_rules,
    new_command,
    refuse,
    united,
)
from voxwire.cli.jobs import Workers, default_jobs, processes
from voxwire.cli.output import is_coloured, is_one_of, opened_output
from voxwire.cli.progress import progress_over
from voxwire.cli.reading_files import knows_nothing
from voxwire.cli.validate_reports import (
    add_format,
    has_table,
    new_report,
    opened_page,
    refuse_what_does_not_fit,
)
from voxwire.errors import CaptureError
from voxwire.report.style import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from voxwire.cli.common import Commands
    from voxwire.protocol import AnyProtocol
    from voxwire.report.html.html_report import HtmlReport

_DESCRIPTION: Final = """\
Check captured gateway traffic: the line format, JSON, compression, direction, every field of every
message, the order of the sequence numbers, and the conversation: hello, identify, resume, heartbeats,
rates and close codes. Files are captures in the native format (one JSON object a line) or in another one
that `voxwire formats` lists, plain, compressed with gzip or zstd, or in a zip archive; - is standard
input. A session that goes on in another file is followed there: files are read in the order of their
times."""

_EPILOG: Final = """\
examples:
  voxwire validate capture.ndjson                     one line a finding, then a summary
  voxwire validate --only message_create *.ndjson.zst one message type, several files
  voxwire validate --format json -o report.json capture.ndjson
  voxwire validate --format sarif -o report.sarif captures/*.har
  voxwire validate --html report.html capture.ndjson  a page for a browser, with the frames
  voxwire validate --jobs 4 long.ndjson               four processes; the output is the same
  voxwire validate session.har                        what a browser exported
  voxwire validate --engine dask --scheduler tcp://host:8786 's3://bucket/2026/**/*.ndjson.zst'
  zstdcat capture.ndjson.zst | voxwire validate --strict --quiet -

the format of a capture, one JSON object a line:
  {"url": "wss://host/gateway?v=1&encoding=json", "ts": 1795380000.25}
      a header starts a connection; ts is Unix time in seconds
  {"ts": 1795380000.5, "dir": "s2c", "opcode": "text", "text": "{\\"type\\":\\"heartbeat_ack\\"}"}
      a frame: dir is s2c (server to client) or c2s (client to server)
  {"ts": 1795380000.75, "dir": "s2c", "opcode": "binary", "b64": "KLUv/SAYwQAA"}
      a binary frame, in base64
  {"close": {"code": 1000, "reason": ""}, "ts": 1795380060.0}
      the end of a connection, if it was seen
  Any line may have a "conn", a text that tells interleaved connections apart.

exit status:
  0  nothing found, or notes only
  1  errors or warnings were found
  2  the command line is wrong
  3  a file could not be read; what could be read was checked"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    parser = new_command(
        commands, "validate", "check captured traffic", _DESCRIPTION, _EPILOG, _run
    )
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="a capture; - is standard input")
    add_protocol(parser)
    add(
        "-j",
        "--jobs",
        metavar="N",
        type=jobs,
        help="check with N processes; by default with one, or for much with one for each core",
    )
    machines = parser.add_argument_group(
        "on many machines",
        "Needs the extra [cluster], as do files at addresses (s3://bucket/**/*.ndjson.zst), which are "
        "read without --engine, too.",
    ).add_argument
    machines(
        "--engine",
        choices=ENGINES,
        help="have the workers of a cluster look at the files, which they find by the same names",
    )
    machines("--scheduler", metavar="ADDRESS", help="where the cluster is, such as tcp://host:8786")
    add_reading(parser, with_direction=False)
    what = parser.add_argument_group("what to report").add_argument
    what(
        "--strict",
        action="store_true",
        help="unknown message types, fields and enum values are errors instead of notes",
    )
    what(
        "--no-session",
        action="store_true",
        help="check each frame and the sequence numbers, but not the conversation",
    )
    what(
        "--select",
        metavar="RULE[,…]",
        action="append",
        type=known_rules,
        help="only these rules; `voxwire rules` lists them",
    )
    what("--ignore", metavar="RULE[,…]", action="append", type=known_rules, help="not these rules")
    what(
        "--only",
        metavar="TYPE[,…]",
        action="append",
        help="only frames of these message types",
    )
    what(
        "--direction",
        choices=("s2c", "c2s"),
        help="only frames from the server (s2c) or from the client (c2s); with --from lines, all went so",
    )
    how = parser.add_argument_group("how to report it").add_argument
    add_format(how)
    how(
        "--html",
        metavar="FILE",
        help="also write one page for a browser there, with the frames, a timeline and what the traffic "
        "covers; it needs no network, and is made in one process (--jobs and --engine do not go with it)",
    )
    how("-o", "--output", metavar="FILE", help="write the report there, not to standard output")
    how(
        "--max-findings",
        metavar="N",
        type=count,
        help="list the first N findings; the summary counts all",
    )
    how(
        "-q",
        "--quiet",
        action="store_true",
        help="text and github without a summary, and no progress bar",
    )


def _run(options: argparse.Namespace) -> int:
    refuse_what_does_not_fit(options)
    for output in (options.output, options.html):
        if is_one_of(output, options.files):
            print(
                f"voxwire: the report would overwrite {output}, which is to be checked",
                file=sys.stderr,
            )
            return exit_codes.USAGE
    if (options.engine is None) is not (options.scheduler is None):
        options.refuse("--engine and --scheduler go together")
    if options.engine is not None and options.jobs is not None:
        options.refuse("--jobs is for this machine, --engine for others: give one of them")
    try:
        names = _names(options.files)
        protocol = chosen_protocol(options)
        with (
            opened_output(options.output) as out,
            opened_page(options) as page,
            _workers(options, names, protocol) as workers,
        ):
            return _validate(options, names, workers, out, page)
    except (CaptureError, ClusterError) as error:
        return refuse("validate", str(error))


def _names(files: Sequence[str]) -> Sequence[str]:
    """The files, with patterns of addresses replaced by what they fit. Raises CaptureError."""
    if not any(map(is_remote, files)):
        return files
    return expanded(files)


def _workers(
    options: argparse.Namespace, names: Sequence[str], protocol: AnyProtocol
) -> AbstractContextManager[Workers]:
    """Who looks at the files."""
    if options.engine is None:
        jobs_ = 1 if options.html else options.jobs or default_jobs(names)
        return processes(jobs_, protocol)
    return cluster(options.scheduler, protocol)


def _validate(
    options: argparse.Namespace,
    names: Sequence[str],
    workers: Workers,
    out: TextIO,
    page: HtmlReport | None,
) -> int:
    selection = Selection(
        rules=united(options.select),
        ignored=united(options.ignore) or frozenset(),
        types=chosen_types(options),
        direction=options.direction,
        strict=options.strict,
    )
    protocol = chosen_protocol(options)
    statistics = Statistics(counts_frames=has_table(options))
    sessions = None if options.no_session else Sessions()
    unreadable = False
    listed = left_out = 0
    storage = Anywhere() if any(map(is_remote, names)) else LOCAL
    if sessions is not None:
        elsewhere = None if options.engine is None else workers.executor
        names = in_order_of_time(names, storage=storage, executor=elsewhere)
    with progress_over(names, out, storage, is_wanted=not options.quiet) as progress:
        report = new_report(options, progress.out, is_coloured(out))
        for check in checks(
            names,
            workers.executor,
            workers=workers.at_a_time,
            protocol=protocol,
            selection=selection,
            statistics=statistics,
            sessions=sessions,
            storage=storage,
            reading=chosen_reading(options),
            part_size=workers.part_size,
            observer=page,
        ):
            for finding in check.findings(progress.advance):
                if page is not None:
                    page.finding(finding)
                if options.max_findings is None or listed < options.max_findings:
                    listed += 1
                    report.finding(finding)
                else:
                    left_out += 1
            if check.failure is not None:
                unreadable = True
                if page is not None:
                    page.cut(check.file)
                if not out.isatty():  # else the finding has just been seen
                    why = printable(f"cannot read {check.file}: {check.failure}")
                    print(f"voxwire: {why}", file=sys.stderr)
    report.finish(statistics, left_out)
    if page is not None:
        page.finish(statistics, left_out)
    if selection.types is None and _knows_nothing_of(statistics, protocol):
        print(
            f"voxwire: {knows_nothing(protocol)}; if the capture is of another protocol, name it with "
            "--protocol (`voxwire protocols` lists them)",
            file=sys.stderr,
        )
    if unreadable:
        return exit_codes.UNREADABLE
    found = statistics.by_severity
    return exit_codes.FINDINGS if found["error"] or found["warning"] else exit_codes.CLEAN


def _knows_nothing_of(statistics: Statistics, protocol: AnyProtocol) -> bool:
    """Whether there are frames that say what they are, and none is anything that `protocol` knows."""
    known = {str(type_) for types in (protocol.client, protocol.server) for type_ in types}
    types = [row.type for row in statistics.rows if row.type is not None]
    return bool(types) and known.isdisjoint(types)
