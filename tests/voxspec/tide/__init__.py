"""A second, small protocol: other names, other envelope keys, nothing in common with the first."""

from pathlib import Path

SCHEMA = Path(__file__).parent / "schema"
GOLDEN = Path(__file__).parent / "golden"
