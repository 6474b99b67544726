"""`make mutants`: changes the runtime in one small place at a time, and sees whether a test notices.

    python -m benchmarks.mutants [--workers N] [--fresh] [--only MODULE …] [AREA …]

mutmut makes the mutants and runs, for each, those tests of its area that reach the changed function. What
was noticed is remembered in `.mutants/`, so that a run can be stopped and started again; changed
functions and survivors are tested anew, and `--fresh` begins from nothing. ``--only checks/clock`` tests
the mutants of that module of an area; the report says how many others were never tested. The sections of the areas
that were run are replaced in `mutants.md` beside this file. A process may take 4 GiB of memory; a mutant
whose tests take ten times as long as usual counts as noticed.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import mutants_report
from benchmarks.mutants_report import Mutant

ROOT: Final = Path(__file__).parents[1]
WORK: Final = ROOT / ".mutants"
MEMORY: Final = 4 * 1024**3
MUTMUT: Final = str(Path(sys.executable).with_name("mutmut"))

SURVIVED: Final = frozenset((0, 5, 33))
"""mutmut's exit codes of a mutant that no test fails with, or that no test reaches."""

NOTICED: Final = frozenset((1, 3, -9, -11, 24, -24, 36, 152))
"""Those of one that a test fails with, that crashes or that takes too long. With any other code, such as
that of an id which pytest does not find again, the mutant was not tested."""


class Area(NamedTuple):
    """Modules below ``runtime/voxwire``, as patterns, and the tests that concern them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


AREAS: Final = {
    "sequence": Area(("session/sequence.py",), ("tests/voxwire/test_sequence.py",)),
    "compression": Area(
        ("wire/compression.py", "wire/decompress_many.py"),
        ("tests/voxwire/test_compression.py", "tests/voxwire/test_decompress_many.py"),
    ),
    "codec": Area(
        (
            "wire/codec.py",
            "wire/encoding.py",
            "wire/payloads.py",
            "wire/explain.py",
            "wire/mistakes.py",
            "wire/text_payloads.py",
            "wire/typed_frames.py",
        ),
        (
            "tests/protocols/test_codec.py",
            "tests/protocols/test_further_keys.py",
            "tests/voxwire/test_decoding.py",
            "tests/voxwire/test_encoding.py",
            "tests/voxwire/test_exact_way.py",
            "tests/voxwire/test_explained.py",
            "tests/voxwire/test_mistakes.py",
            "tests/voxwire/test_redact_text_payloads.py",
            "tests/voxwire/test_relayed.py",
            "tests/voxwire/test_shared_payloads.py",
            "tests/voxwire/test_wide_integers.py",
        ),
    ),
    "strict_json": Area(
        ("wire/bounds.py", "wire/strict_json.py"),
        (
            "tests/voxwire/test_bounds.py",
            "tests/voxwire/test_strict_json.py",
            "tests/voxwire/test_strict_json_messages.py",
        ),
    ),
    "open_fields": Area(
        ("wire/open_fields.py",),
        ("tests/voxwire/test_frame_check.py", "tests/voxwire/test_open_fields.py"),
    ),
    "redact": Area(
        ("masking.py", "wire/json_scan.py", "wire/redact.py", "wire/word_mask.py"),
        (
            "tests/voxwire/test_json_scan.py",
            "tests/voxwire/test_masking.py",
            "tests/voxwire/test_redact.py",
            "tests/voxwire/test_redact_command.py",
        ),
    ),
    "session": Area(
        (
            "wire/envelope.py",
            *(
                f"session/{name}.py"
                for name in (
                    "allowance",
                    "backoff",
                    "beats",
                    "client",
                    "client_receiving",
                    "client_session",
                    "connection",
                    "endpoint",
                    "events",
                    "greeting",
                    "heartbeats",
                    "lenient",
                    "login",
                    "machine",
                    "messages",
                    "rates",
                    "recovery",
                    "replay",
                    "server",
                    "server_receiving",
                    "situation",
                    "streams",
                    "timers",
                )
            ),
        ),
        tuple(
            f"tests/voxwire_session/test_{name}.py"
            for name in (
                "absence",
                "changed_tables",
                "client",
                "client_calls",
                "close_codes",
                "in_full",
                "lenient",
                "machine",
                "operations",
                "pair",
                "recovery",
                "robustness",
                "server",
                "server_resume",
                "tables",
                "tide",
                "timing",
            )
        ),
    ),
    "session_checks": Area(
        ("checks/session/*.py",),
        (
            "tests/voxwire/test_address_checks.py",
            "tests/voxwire/test_capture_memory.py",
            "tests/voxwire/test_close_checks.py",
            "tests/voxwire/test_findings_in_full.py",
            "tests/voxwire/test_heartbeat_checks.py",
            "tests/voxwire/test_incomplete_captures.py",
            "tests/voxwire/test_login_checks.py",
            "tests/voxwire/test_other_conversations.py",
            "tests/voxwire/test_repetitions.py",
            "tests/voxwire/test_resume_checks.py",
            "tests/voxwire/test_session_checks.py",
            "tests/voxwire/test_session_memory.py",
            "tests/voxwire/test_unreadable_in_conversation.py",
        ),
    ),
    "quick_checks": Area(
        ("checks/quick/*.py",),
        (
            "tests/voxwire/test_bulk.py",
            "tests/voxwire/test_bulk_elsewhere.py",
            "tests/voxwire/test_bulk_parts.py",
            "tests/properties/test_quick_ways.py",
        ),
    ),
    "checks": Area(
        ("rules/*.py", "checks/*.py"),
        (
            "tests/voxwire/test_address_checks.py",
            "tests/voxwire/test_capture_failures.py",
            "tests/voxwire/test_capture_memory.py",
            "tests/voxwire/test_check_failures.py",
            "tests/voxwire/test_clock_of_a_connection.py",
            "tests/voxwire/test_close_checks.py",
            "tests/voxwire/test_counted_findings.py",
            "tests/voxwire/test_file_order.py",
            "tests/voxwire/test_findings_in_full.py",
            "tests/voxwire/test_frame_check.py",
            "tests/voxwire/test_heartbeat_checks.py",
            "tests/voxwire/test_login_checks.py",
            "tests/voxwire/test_repetitions.py",
            "tests/voxwire/test_resume_checks.py",
            "tests/voxwire/test_sequence_check.py",
            "tests/voxwire/test_session_checks.py",
            "tests/voxwire/test_unreadable_in_conversation.py",
            "tests/voxwire/test_waiting_findings.py",
        ),
    ),
}


def main() -> None:
    """Run the areas that the command line names, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("areas", nargs="*", metavar="AREA", help=", ".join(AREAS))
    parser.add_argument("--workers", type=int, default=1, help="processes at a time (1)")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    parser.add_argument("--only", action="append", metavar="MODULE", default=[])
    options = parser.parse_args()
    unknown = sorted(set(options.areas) - AREAS.keys())
    if unknown:
        parser.error(f"there is no area {', '.join(unknown)}; there are {', '.join(AREAS)}")
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in options.areas or AREAS:
        print(f"{name}: ", end="", flush=True)
        folder = WORK / name
        if options.fresh:
            shutil.rmtree(folder, ignore_errors=True)
        run(AREAS[name], folder, options.workers, options.only)
        section = mutants_report.section(name, list(mutants(folder)))
        mutants_report.replace_section(name, section, AREAS)
        print(section.summary)


def run(area: Area, folder: Path, workers: int, only: Iterable[str] = ()) -> None:
    """Make the area's mutants in `folder` and test those that are new or survived before; of the modules
    `only`, where some are named, all."""
    prepare(area, folder)
    forget_survivors(folder)
    names = [f"voxwire.{module.replace('/', '.')}.*" for module in only]
    command = [MUTMUT, "run", "--max-children", str(workers), *names]
    log = folder / "log.txt"
    with log.open("wb") as output:
        done = subprocess.run(
            command, check=False, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    if done.returncode:
        sys.exit(f"mutmut ended with status {done.returncode}; what it said is in {log}")


def prepare(area: Area, folder: Path) -> None:
    """A project as mutmut wants it: the runtime is its ``src``, and its configuration is the area's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (
        ("src", "runtime"),
        *((same, same) for same in ("docs", "examples", "tests")),
    ):
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT / target, target_is_directory=True)
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    before, table, after = text.partition("[tool.mutmut]\n")
    if not table:
        raise ValueError("pyproject.toml has no table [tool.mutmut]")
    tests = [test for test in area.tests if (ROOT / test).exists()]
    modules = [f"src/voxwire/{module}" for module in area.modules]
    own = (
        f"only_mutate = {json.dumps(modules)}\n"
        f"pytest_add_cli_args_test_selection = {json.dumps(tests)}\n"
    )
    (folder / "pyproject.toml").write_text(f"{before}{table}{own}{after}", "utf-8")
    # Tests may have been deleted, and others may reach other functions than before.
    shutil.rmtree(folder / "mutants" / "tests", ignore_errors=True)
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)


def forget_survivors(folder: Path) -> None:
    """Let survivors be tested again, for there may be new tests, and what could not be tested."""
    for path in results(folder):
        known = json.loads(path.read_text("utf-8"))
        codes = known["exit_code_by_key"]
        for name, code in codes.items():
            if code not in NOTICED:
                codes[name] = None
        path.write_text(json.dumps(known), "utf-8")


def mutants(folder: Path) -> Iterator[Mutant]:
    """The area's mutants, survivors with what was changed."""
    for path in results(folder):
        module = path.relative_to(folder / "mutants" / "src" / "voxwire").as_posix()
        codes = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        for name, code in codes.items():
            survived = code in SURVIVED
            difference = shown(name, folder) if survived else ""
            was_tested = survived or code in NOTICED
            yield Mutant(module.removesuffix(".py.meta"), name, was_tested, survived, difference)


def shown(name: str, folder: Path) -> str:
    """The difference that a mutant makes to its function, without the head of the diff."""
    command = [MUTMUT, "show", name]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.partition("\n@@")[2].partition("\n")[2].rstrip("\n")


def results(folder: Path) -> Iterable[Path]:
    """mutmut's files of results."""
    return sorted((folder / "mutants" / "src" / "voxwire").rglob("*.py.meta"))


if __name__ == "__main__":
    main()
