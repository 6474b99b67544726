"""Rules about times and amounts: timers, heartbeats, rates, quotas, and how long a session is kept."""

from __future__ import annotations

from typing import Final

from voxspec.breaking.conversation.rules.rule import Rule

SESSION_TIMER_SAME: Final = Rule(
    "SESSION_TIMER_SAME",
    headline="One side waits for another time",
    why="Who still has time by its own revision is closed by the other one.",
    fix="Lengthen the time of the side that waits first, and shorten that of the other later.",
    before="timers: {first_message: {value: 30, unit: s}}",
    after="timers: {first_message: {value: 10, unit: s}}",
)
HEARTBEAT_SAME_UNIT: Final = Rule(
    "HEARTBEAT_SAME_UNIT",
    headline="The interval of heartbeats is said in another unit",
    why="The same number means a thousand times as much, or as little: clients flood or fall silent.",
    fix="Keep the unit, or say the interval in a new field.",
    before="greeting: {heartbeat_interval: {field: heartbeat_interval, unit: ms}}",
    after="greeting: {heartbeat_interval: {field: heartbeat_interval, unit: s}}",
)
SESSION_HEARTBEAT_SAME: Final = Rule(
    "SESSION_HEARTBEAT_SAME",
    headline="Heartbeats are due sooner, or the patience for them is another",
    why="Who beats at the pace of its own revision is taken for dead by the other one.",
    fix="Let servers be patient for as long as any client that is out there may be silent.",
    before="heartbeat: {silence: {value: 1.5, unit: intervals}}",
    after="heartbeat: {silence: {value: 1.2, unit: intervals}}",
)
SESSION_MISSED_ANSWERS_SAME: Final = Rule(
    "SESSION_MISSED_ANSWERS_SAME",
    headline="Another number of heartbeats may go unanswered",
    why="Who leaves as many unanswered as its own revision puts up with is given up by the other one.",
    fix="Answer all that you can; raise the number of the side that beats first.",
    before="heartbeat: {missed_answers: {value: 2, unit: heartbeats}}",
    after="heartbeat: {missed_answers: {value: 1, unit: heartbeats}}",
)
SESSION_HEARTBEAT_MANNERS: Final = Rule(
    "SESSION_HEARTBEAT_MANNERS",
    headline="Heartbeats are sent or answered in another manner",
    why="No connection ends by it, but somebody may count on the manner of its own revision.",
    fix="Nothing has to be done, where nobody looks at it.",
    before="heartbeat: {first: regular}",
    after="heartbeat: {first: jittered}",
)
SESSION_RESUME_WINDOW_SAME: Final = Rule(
    "SESSION_RESUME_WINDOW_SAME",
    headline="A session can be resumed for another time, or from another distance",
    why="A client that comes back in time by its own revision is refused, and has to start anew.",
    fix="Keep at least as much on servers as any client that is out there counts on.",
    before="resume: {buffer: {value: 1000, unit: messages}, reach: {value: 999, unit: messages}}",
    after="resume: {buffer: {value: 100, unit: messages}, reach: {value: 99, unit: messages}}",
)
SESSION_BUFFERED_SAME: Final = Rule(
    "SESSION_BUFFERED_SAME",
    headline="Messages of the time without a connection are kept, or are not",
    why="A client that counts on them misses messages without knowing it.",
    fix="Let clients load what they may have missed, whatever the server keeps.",
    before="resume: {buffered_while_away: true}",
    after="resume: {buffered_while_away: false}",
)
SESSION_RETRIES_SAME: Final = Rule(
    "SESSION_RETRIES_SAME",
    headline="Clients try to resume another number of times",
    why="Nobody is hurt; servers see more resumes, or fewer.",
    fix="Nothing has to be done.",
    before="resume: {attempts_without_progress: {value: 3, unit: resumes}}",
    after="resume: {attempts_without_progress: {value: 5, unit: resumes}}",
)
SESSION_RATE_SAME: Final = Rule(
    "SESSION_RATE_SAME",
    headline="A client may send another number of messages in a time",
    why="A client that keeps to the rate of its own revision goes over the other one.",
    fix="Let servers put up with the old rate until no client goes by it.",
    before="rates: {typing: {count: {value: 2, unit: messages}, window: {value: 5, unit: s}}}",
    after="rates: {typing: {count: {value: 1, unit: messages}, window: {value: 5, unit: s}}}",
)
SESSION_QUOTA_SAME: Final = Rule(
    "SESSION_QUOTA_SAME",
    headline="A user or an address may have another number of something",
    why="Who has as many as its own revision lets it have is refused.",
    fix="Let servers put up with the old number until no client counts on it.",
    before="refusals: {sessions: {count: {value: 5, unit: sessions}}}",
    after="refusals: {sessions: {count: {value: 2, unit: sessions}}}",
)
SESSION_BACKOFF_SAME: Final = Rule(
    "SESSION_BACKOFF_SAME",
    headline="Clients wait for other times before they connect again",
    why="Nobody is refused for it; servers see clients come back sooner or later than before.",
    fix="Nothing has to be done, unless many clients come back at once.",
    before="backoff: {initial: {value: 1, unit: s}}",
    after="backoff: {initial: {value: 5, unit: s}}",
)
