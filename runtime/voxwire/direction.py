"""Which way a frame goes."""

from typing import Literal

Direction = Literal["s2c", "c2s"]
"""``s2c``: from the server to the client; ``c2s``: from the client to the server."""
