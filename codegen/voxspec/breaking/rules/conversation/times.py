"""Rules about times and amounts: timers, heartbeats, rates, quotas, how long a session is kept."""

from __future__ import annotations

from typing import Final

from voxspec.breaking.rules.conversation.made import rule, session

SESSION_TIMER_SAME: Final = rule(
    "SESSION_TIMER_SAME",
    "One side waits for another time",
    "Who still has time by its own revision is closed by the other one.",
    "Lengthen the time of the side that waits first, and shorten that of the other later.",
    session("first_message: {value: 30", "first_message: {value: 10"),
)
HEARTBEAT_SAME_UNIT: Final = rule(
    "HEARTBEAT_SAME_UNIT",
    "The interval of heartbeats is said in another unit",
    "The same number means a thousand times as much, or as little: clients flood or fall silent.",
    "Keep the unit, or say the interval in a new field.",
    session("{field: every, unit: ms}", "{field: every, unit: s}"),
    session("default: {value: 30000, unit: ms}", "default: {value: 30, unit: s}"),
)
SESSION_HEARTBEAT_SAME: Final = rule(
    "SESSION_HEARTBEAT_SAME",
    "Heartbeats are due sooner, or the patience for them is another",
    "Who sends a heartbeat each interval of its own revision is taken for dead by the other one, if that waits for less. Clients and servers that are out there may be late by as much as their revision says: less patience breaks them as well. Who is yet to be written is told, and beats once an interval.",
    "Let servers be patient for longer than any client that is out there waits between two heartbeats.",
    session(", heartbeat_interval: {field: every, unit: ms}}", "}"),
    session("{from: greeting, default: {value: 30000, unit: ms}}", "{value: 10, unit: s}"),
)
SESSION_MISSED_ANSWERS_SAME: Final = rule(
    "SESSION_MISSED_ANSWERS_SAME",
    "Another number of heartbeats may go unanswered",
    "Who answers every heartbeat is not hurt, but has less time where fewer may go unanswered. Who has no answers is given up by the other one.",
    "Answer every heartbeat before the next one is due.",
    session("missed_answers: {value: 2", "missed_answers: {value: 1"),
)
SESSION_HEARTBEAT_MANNERS: Final = rule(
    "SESSION_HEARTBEAT_MANNERS",
    "Heartbeats are sent or answered in another manner",
    "No connection ends by it, but somebody may count on the manner of its own revision.",
    "Nothing has to be done, where nobody looks at it.",
    session("first: regular", "first: jittered"),
)
SESSION_RESUME_WINDOW_SAME: Final = rule(
    "SESSION_RESUME_WINDOW_SAME",
    "A session can be resumed for another time, or from another distance",
    "A client that comes back in time by its own revision is refused, and has to start anew.",
    "Keep at least as much on servers as any client that is out there counts on.",
    session("buffer: {value: 1000", "buffer: {value: 100"),
    session("reach: {value: 999", "reach: {value: 99"),
)
SESSION_BUFFERED_SAME: Final = rule(
    "SESSION_BUFFERED_SAME",
    "Messages of the time without a connection are kept, or are not",
    "A client that counts on them misses messages without knowing it.",
    "Let clients load what they may have missed, whatever the server keeps.",
    session("buffered_while_away: true", "buffered_while_away: false"),
)
SESSION_RETRIES_SAME: Final = rule(
    "SESSION_RETRIES_SAME",
    "Clients try to resume another number of times",
    "Nobody is hurt; servers see more resumes, or fewer.",
    "Nothing has to be done.",
    session("attempts_without_progress: {value: 3", "attempts_without_progress: {value: 5"),
)
SESSION_RATE_SAME: Final = rule(
    "SESSION_RATE_SAME",
    "A client may send another number of messages in a time",
    "A client that keeps to the rate of its own revision goes over the other one: it loses the connection, or what it says is not heard. So does a client that goes over a rate which its own revision does not enforce or passes over, where the other one is stricter.",
    "Let servers put up with the old rate until no client goes by it.",
    session("count: {value: 2, unit: messages}", "count: {value: 1, unit: messages}"),
)
SESSION_QUOTA_SAME: Final = rule(
    "SESSION_QUOTA_SAME",
    "A user or an address may have another number of something",
    "Who has as many as its own revision lets it have is refused.",
    "Let servers put up with the old number until no client counts on it.",
    session("count: {value: 5, unit: sessions}", "count: {value: 2, unit: sessions}"),
)
SESSION_BACKOFF_SAME: Final = rule(
    "SESSION_BACKOFF_SAME",
    "Clients wait for other times before they connect again",
    "Nobody is refused for it; servers see clients come back sooner or later than before.",
    "Nothing has to be done, unless many clients come back at once.",
    session("initial: {value: 1,", "initial: {value: 5,"),
)
