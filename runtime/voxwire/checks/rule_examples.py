"""An example for each rule about the conversation: what happens on the connection, in order.

``←`` is a message from the server, ``→`` one from the client, ``…`` anything that is in order.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SEQ_START": "→ identify  ← ready (seq 2)",
        "SEQ_GAP": "← message_create (seq 7)  ← message_create (seq 9)",
        "SEQ_DUPLICATE": "← message_create (seq 7)  ← message_create (seq 7)",
        "SEQ_REGRESSION": "← message_create (seq 7)  ← message_create (seq 4)",
        "ENDPOINT_QUERY": "wss://host/gateway?v=2&encoding=json",
        "COMPRESSION_MISSING": "connected with compress=zstd, then ← a text message",
        "COMPRESSION_UNASKED": "connected without compress, then ← a binary message",
        "HELLO_NOT_FIRST": "→ identify  ← ready",
        "HELLO_REPEATED": "← hello  → identify  ← ready  ← hello",
        "NOT_IDENTIFIED": "← hello  → typing",
        "IDENTIFY_REPEATED": "← hello  → identify  ← ready  → identify",
        "RESUME_REPEATED": "← hello  → identify  ← ready  → resume",
        "RESUME_LAST_SEQ": "… ← typing_start (seq 41), the connection drops, → resume (last_seq 45)",
        "READY_UNASKED": "← hello  → resume  ← ready",
        "RESUMED_UNASKED": "← hello  → identify  ← ready  ← resumed",
        "BEFORE_READY": "← hello  → identify  ← presence_update (seq 1)",
        "HEARTBEAT_LATE": "← hello (45 s)  … and no heartbeat in the next 67.5 s",
        "HEARTBEAT_ACK_MISSING": "→ heartbeat  … → heartbeat, and no heartbeat_ack in between",
        "HEARTBEAT_ACK_UNASKED": "→ heartbeat  ← heartbeat_ack  ← heartbeat_ack",
        "HEARTBEAT_NOT_GIVEN_UP": "→ heartbeat  → heartbeat  → heartbeat, and no heartbeat_ack",
        "RATE_MESSAGES": "→ presence_update, 121 times within 60 s",
        "RATE_TYPING": "→ typing (feed 5)  → typing (feed 5), 2 s later",
        "FRAME_AFTER_CLOSE": "… closed with 1000  ← typing_start",
        "CLOSE_CODE_UNEXPECTED": "← hello  → identify  ← ready  closed with 4005",
        "CLOSE_CODE_UNKNOWN": "… closed with 4999",
        "CLOSE_REASON_MISMATCH": "… closed with 4004 SESSION_EXPIRED",
        "CLOSE_MEANING": "… closed with 4007 SESSION_TIMEOUT",
    }
)
"""By rule id: every rule of the groups sequence and session."""
