"""Every limit that the runtime applies to what it reads, each with its reason.

All of them are checked before anything of that size is allocated.
"""

from typing import Final

MAX_FRAME_SIZE: Final = 1_048_576
"""Longest frame in bytes of JSON, after decompression.

1 MiB is the default ``max_size`` of the ``websockets`` library, so a longer message would already
end the connection of a client that uses it. The longest recorded frame has 48 KB.
"""

MAX_DEPTH: Final = 128
"""Deepest nesting of arrays and objects in a frame.

128 is the limit of serde_json, which many servers parse with. The protocol itself needs 6 levels;
the rest is room for embeds and parameters that users supply. It keeps every parser and walker far
away from Python's recursion limit.
"""

MAX_NUMBER_LENGTH: Final = 4300
"""Longest number in characters. Python itself refuses to convert longer integers, because the time
it takes grows with the square of the length (CVE-2020-10735)."""

MAX_LINE_SIZE: Final = 8 * MAX_FRAME_SIZE
"""Longest line of a capture in bytes. A frame can grow by a factor of six when all of its characters
are escaped (``\\u001f``), and a third in base64; the rest is room for the other keys of the line."""

MAX_ZSTD_WINDOW: Final = 8_388_608
"""Largest window, in bytes, that a zstd stream may ask for.

The window is memory that the decompressor holds. 8 MiB is what RFC 8878 (section 3.1.1.1.2) tells
decoders to support, and what ``zstd -19`` uses; ``--ultra`` and ``--long`` ask for more.
"""

MAX_UNPACKED: Final = 1_073_741_824
"""Bytes that a compressed file or a member of an archive may become in a temporary file, whatever its own
size is. Beyond them :data:`MAX_UNPACKED_RATIO` holds, so that a small file does not fill the disk."""

MAX_UNPACKED_RATIO: Final = 200
"""How many times its own size such a file may become. JSON of traffic is compressed to a tenth, or to a
fiftieth where messages are alike; deflate cannot go beyond 1032."""

MAX_MEMBERS: Final = 10_000
"""Files in an archive that are looked at."""

MAX_REASON_SIZE: Final = 123
"""Longest close reason in bytes of UTF-8: a control frame has at most 125 bytes, and two of them are
the code (RFC 6455, section 5.5)."""
