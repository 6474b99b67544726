"""`make bench`: runs all benchmarks and writes their results into README.md beside this file."""

import importlib.metadata
import os
import platform
import tempfile
from pathlib import Path

from benchmarks import pydantic_models
from benchmarks.bulk import ROUNDS as BULK_ROUNDS
from benchmarks.bulk import bulk
from benchmarks.decode import ROUNDS as DECODE_ROUNDS
from benchmarks.decode import decoding
from benchmarks.startup import ROUNDS as STARTUP_ROUNDS
from benchmarks.startup import startup
from benchmarks.table import replace_results

LIBRARIES = ("msgspec", "orjson", "pydantic", "jsonschema-rs", "jsonschema")


def main() -> None:
    """Measure, print and write the results."""
    with tempfile.TemporaryDirectory() as folder:
        module = pydantic_models.generate(Path(folder))
        print("Decoding frames …", flush=True)
        decode_table = decoding(pydantic_models.job(module))
        print("Starting processes …", flush=True)
        startup_table = startup(module)
    print("Checking a long capture …", flush=True)
    bulk_table, capture = bulk()
    results = "\n\n".join(
        [
            machine(),
            "### Reading a frame",
            f"Time as a ratio to `orjson.loads` in the same round: median (lowest-highest) of "
            f"{DECODE_ROUNDS} rounds.",
            decode_table.markdown(),
            "### Start-up",
            f"Milliseconds: median (lowest-highest) of {STARTUP_ROUNDS} rounds.",
            startup_table.markdown(),
            "### A long capture",
            f"{capture}, one process each, its start included: median (lowest-highest) of "
            f"{BULK_ROUNDS} rounds.",
            bulk_table.markdown(),
        ]
    )
    print(results)
    replace_results(Path(__file__).parent / "README.md", results)


def machine() -> str:
    """One line about the machine and the libraries."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    return (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}) with "
        f"{platform.python_implementation()} {platform.python_version()}; {versions}."
    )


if __name__ == "__main__":
    main()
