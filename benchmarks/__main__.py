"""`make bench`: runs all benchmarks and writes their results into README.md beside this file."""

import importlib.metadata
import os
import platform
import tempfile
from pathlib import Path

from benchmarks import (
    bulk,
    decode,
    exact,
    frames,
    generating,
    live,
    live_server,
    odd_frames,
    pydantic_models,
    readers,
    session,
    startup,
    strategies,
)
from benchmarks.table import Table, replace_results

LIBRARIES = ("msgspec", "orjson", "pydantic", "jsonschema-rs", "jsonschema", "websockets")


def main() -> None:
    """Measure, print and write the results."""
    with tempfile.TemporaryDirectory() as folder:
        module = pydantic_models.generate(Path(folder))
        print("Reading frames …", flush=True)
        decode_table = decode.decoding(pydantic_models.job(module))
        odd_table = odd_frames.odd_frames()
        compressed_table = odd_frames.compressed_frames()
        wrong_table = odd_frames.wrong_frames()
        encode_table = odd_frames.encoding()
        print("Starting processes …", flush=True)
        startup_table = startup.startup(module)
    print("Following sessions …", flush=True)
    session_table = session.session()
    print("Checking a long capture …", flush=True)
    bulk_table, other_table, capture = bulk.bulk()
    print("Reading captures of other tools …", flush=True)
    readers_table = readers.own_readers()
    print("Receiving from a server …", flush=True)
    live_table = live.live()
    print("Generating from larger schemas …", flush=True)
    generating_table = generating.generating()
    print("Checking parsed frames …", flush=True)
    exact_table = exact.exact()
    print("Drawing payloads …", flush=True)
    strategies_table = strategies.drawing()
    sections = [
        machine(),
        section(
            "Reading a frame",
            "Time as a ratio to `orjson.loads` in the same round",
            decode.ROUNDS,
            decode_table,
        ),
        section(
            "Frames that are not as usual",
            "Time of `decode_server` as a ratio to `orjson.loads` of the same frames in the same round",
            odd_frames.ROUNDS,
            odd_table,
        ),
        section(
            "Compressed frames",
            "Time as a ratio to `zstandard` and `orjson.loads` in the same round",
            odd_frames.ROUNDS,
            compressed_table,
        ),
        section(
            "Frames that are wrong",
            "Microseconds until the error with all findings is raised",
            odd_frames.ROUNDS,
            wrong_table,
        ),
        section(
            "Writing a frame",
            "Time of encoding payloads as a ratio to `orjson.dumps` of the same frames as dicts",
            odd_frames.ROUNDS,
            encode_table,
        ),
        section(
            "A parsed frame",
            f"The generated validators on {len(frames.server_frames()):,} dicts",
            exact.ROUNDS,
            exact_table,
        ),
        section(
            "Following a session",
            "Time of `ClientConnection.receive` as a ratio to decoding alone",
            session.ROUNDS,
            session_table,
        ),
        section("Start-up", "Milliseconds in fresh processes", startup.ROUNDS, startup_table),
        section(
            "A long capture",
            f"{capture}, a process for each reading of it, its start included",
            bulk.ROUNDS,
            bulk_table,
        ),
        section(
            "Other long captures",
            f"As many frames, beside the bare loop over the plain capture, {capture}",
            bulk.ROUNDS,
            other_table,
        ),
        section(
            "Captures of other tools",
            f"All {readers.FRAMES + 1:,} messages of one connection, the start of the process excluded, and the "
            "processor's time for them as a ratio to `orjson.loads` of the messages alone",
            readers.OWN_ROUNDS,
            readers_table,
        ),
        section(
            "A live connection",
            f"{live_server.FRAMES:,} frames from a server in another process, as fast as they are taken",
            live.ROUNDS,
            live_table,
        ),
        section(
            "Generating",
            "Fresh processes that have nothing to write, the formatting of all generated code included",
            generating.ROUNDS,
            generating_table,
        ),
        section(
            "Drawing payloads",
            f"A test under `@given` that does nothing, {strategies.EXAMPLES} examples in each round",
            strategies.ROUNDS,
            strategies_table,
        ),
    ]
    results = "\n\n".join(sections)
    print(results)
    replace_results(Path(__file__).parent / "README.md", results)


def machine() -> str:
    """One line about the machine and the libraries."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    return (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}) with "
        f"{platform.python_implementation()} {platform.python_version()}; {versions}."
    )


def section(title: str, measured: str, rounds: int, table: Table) -> str:
    """A heading, what the figures are, and the figures."""
    figures = f"median (quartiles) of {rounds} rounds"
    return f"### {title}\n\n{measured}: {figures}.\n\n{table.markdown()}"


if __name__ == "__main__":
    main()
