"""Rules about session.yaml: how a conversation goes has to hang together."""

from __future__ import annotations

from voxspec.rules.parts import part, session
from voxspec.rules.rule import Category, Rule


def _rule(id: str, sentence: str, *, why: str, fix: str, bad: str, good: str) -> Rule:  # noqa: A002
    """One of them: all are asked for whenever a schema is read."""
    return Rule(
        id=id,
        category=Category.BASIC,
        is_loaded=True,
        sentence=sentence,
        why=why,
        fix=fix,
        bad=(session(bad),),
        good=(session(good),),
    )


SESSION_NAME_KNOWN = _rule(
    "SESSION_NAME_KNOWN",
    "What session.yaml names exists: messages, roles, states, timers, parameters.",
    why="A name that nothing has says nothing.",
    fix="Correct the name, or define what it stands for.",
    bad="states:\n  talking:\n    client: {client/shout: stays}",
    good="states:\n  talking:\n    client: {client/say: stays}",
)

SESSION_SENDER = _rule(
    "SESSION_SENDER",
    "A message stands in session.yaml under the side that sends it.",
    why="The other side never sends it.",
    fix="Move it to the side that sends it.",
    bad="states:\n  talking:\n    client: {server/said: stays}",
    good="states:\n  talking:\n    server: {server/said: stays}",
)

SESSION_ONE_MEANING = _rule(
    "SESSION_ONE_MEANING",
    "A state says one thing of a message, a message has one role, a rule one id.",
    why="Of two meanings a reader would take the one that it sees first.",
    fix="Keep one of them.",
    bad="states:\n  talking:\n    client: {client/ping: stays}",
    good="states:\n  talking:\n    client: {client/say: stays}",
)

SESSION_FIELD_FITS = _rule(
    "SESSION_FIELD_FITS",
    "The fields that session.yaml names exist, and are what their part asks for.",
    why="A runtime reads them: the token, the interval of heartbeats, the number of the last message.",
    fix="Name a field of the message that has the type which the finding asks for.",
    bad="roles:\n  login: {token: tokn}",
    good="roles:\n  login: {token: token}",
)

SESSION_CODE_LISTED = _rule(
    "SESSION_CODE_LISTED",
    "Close codes in session.yaml are listed ones that a side can send.",
    why="Who gets the code looks it up in close_codes.yaml to know what to do.",
    fix="List the code there, or take one that is listed.",
    bad="refusals:\n  malformed: {close: 4900}",
    good="refusals:\n  malformed: {close: 4000}",
)

SESSION_UNIT = _rule(
    "SESSION_UNIT",
    "A number in session.yaml has a unit that measures what it is.",
    why="Ten of something else are no time.",
    fix="Write one of the units that the finding names.",
    bad="heartbeat:\n  missed_answers: {unit: intervals}",
    good="heartbeat:\n  missed_answers: {unit: heartbeats}",
)

SESSION_NUMBERS_AGREE = _rule(
    "SESSION_NUMBERS_AGREE",
    "The numbers in session.yaml do not contradict each other.",
    why="A server that waits for less than one interval closes before a heartbeat can come.",
    fix="Correct one of the numbers.",
    bad="heartbeat:\n  silence: {value: 1}",
    good="heartbeat:\n  silence: {value: 3}",
)

SESSION_SEQUENCE = _rule(
    "SESSION_SEQUENCE",
    "What is about numbered messages stands where messages are numbered.",
    why="Only servers number their messages, and only where the envelope has a number.",
    fix="Name the messages by what else they are, or number them.",
    bad="states:\n  talking:\n    client: {sequenced: stays}",
    good="states:\n  talking:\n    server: {sequenced: stays}",
)

SESSION_PARTS_FIT = _rule(
    "SESSION_PARTS_FIT",
    "A part of session.yaml has the roles and fields that it is about.",
    why="What is said of a message that plays no part would never happen.",
    fix="Give the role to a message, name the field, or delete the part.",
    bad="refusals:\n  subprotocol: {close: 4000}",
    good="refusals:\n  login: {close: 4002}",
)

SESSION_PLACEHOLDER = _rule(
    "SESSION_PLACEHOLDER",
    "A {name} in a sentence leads to what a sentence can hold.",
    why="People would read the braces.",
    fix="Correct the path; the head of schema/meta/session.schema.json says how they are written.",
    bad="timers:\n  first_message: {description: 'Time that a client has for {logon}.'}",
    good="timers:\n  first_message: {description: 'Time that a client has for {login}.'}",
)

SESSION_STATE_REACHED = _rule(
    "SESSION_STATE_REACHED",
    "Every state is one that a conversation can get to.",
    why="What it says never happens.",
    fix="Let a message lead to it, or delete it.",
    bad="""
        states:
          asleep:
            description: nobody talks
            client: {client/say: talking}
    """,
    good="""
        states:
          talking:
            client: {client/say: asleep}
          asleep:
            description: nobody talks
            client: {heartbeat: talking}
            server: {heartbeat_answer: stays}
    """,
)

SESSION_NO_DEAD_END = _rule(
    "SESSION_NO_DEAD_END",
    "From every state a conversation can go on, and what is asked be answered.",
    why="Both sides would wait for each other.",
    fix="Allow the messages that lead on, or the answer.",
    bad="""
        states:
          talking:
            client: {client/say: silent}
          silent: {description: nothing may be said}
    """,
    good="""
        states:
          talking:
            client: {client/say: answering}
          answering:
            description: the server speaks
            server: {server/said: talking}
    """,
)

SESSION_MESSAGE_PLACED = _rule(
    "SESSION_MESSAGE_PLACED",
    "Every message has its place in some state.",
    why="A message that no state allows can never be sent.",
    fix="Allow it in a state by its name, by its role, or with any.",
    bad="states:\n  talking:\n    server:\n      complaint:  # left out",
    good="states:\n  talking:\n    server:\n      complaint: stays",
)

SESSION_TIMER_USED = _rule(
    "SESSION_TIMER_USED",
    "Every timer runs in some state, and waits for what can come there.",
    why="A timer that never runs never ends anything.",
    fix="List it under timers of a state, or delete it.",
    bad="""
        timers:
          patience:
            value: 5
            unit: s
            description: Time that a client has for a word.
            waits_for: client
            then: {close: 4001}
    """,
    good="""
        states:
          greeted:
            timers: [first_message, patience]
        timers:
          patience:
            value: 5
            unit: s
            description: Time that a client has for a word.
            waits_for: client
            then: {close: 4001}
    """,
)

SESSION_STREAM = Rule(
    id="SESSION_STREAM",
    category=Category.BASIC,
    is_loaded=True,
    sentence="A stream's messages all carry its key, and it can be opened and ended.",
    why="A message without the key belongs to no stream.",
    fix="Let the messages have the key in the envelope, and name what opens and ends the stream.",
    bad=(
        part("protocol.yaml", "envelope:\n  keys:\n    id: {direction: both, description: Which one., schema: {type: string, maxLength: 9}}"),
        session("streams:\n  talk:\n    {key: id, opened_by: client/say, items: [server/said], ended_by: [server/refused], duplicate: {close: 4000}, description: A talk.}"),
    ),
    good=(
        part("protocol.yaml", "envelope:\n  keys:\n    id: {direction: both, description: Which one., schema: {type: string, maxLength: 9}}"),
        part("client/talk.yaml", "messages:\n  say:\n    keys: {id: required}\n    examples: [{summary: One, keys: {id: a}, payload: {text: Hello}}]"),
        part("server/talk.yaml", "messages:\n  said:\n    keys: {id: required}\n    examples: [{summary: One, keys: {id: a}, payload: {nickname: Ada, text: Hello}}]\n"
        "  refused:\n    keys: {id: required}\n    examples: [{summary: One, keys: {id: a}, payload: {why: Too long.}}]"),
        session("streams:\n  talk:\n    {key: id, opened_by: client/say, items: [server/said], ended_by: [server/refused], duplicate: {close: 4000}, description: A talk.}"),
    ),
)  # fmt: skip

ALL = (
    SESSION_NAME_KNOWN, SESSION_SENDER, SESSION_ONE_MEANING, SESSION_FIELD_FITS, SESSION_CODE_LISTED,
    SESSION_UNIT, SESSION_NUMBERS_AGREE, SESSION_SEQUENCE, SESSION_PARTS_FIT, SESSION_PLACEHOLDER,
    SESSION_STATE_REACHED, SESSION_NO_DEAD_END, SESSION_MESSAGE_PLACED, SESSION_TIMER_USED,
    SESSION_STREAM,
)  # fmt: skip
