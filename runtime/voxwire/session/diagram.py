"""The page docs/session-states.md, drawn from the tables: ``python -m voxwire.session.diagram``."""

from collections.abc import Iterable, Iterator

from voxmodels.v1 import registry
from voxwire.session.client_session import MAX_FRUITLESS_RESUMES, MAX_UNREADABLE_CONNECTIONS
from voxwire.session.states import (
    CLOSE_CODES,
    IGNORED,
    TRANSITIONS,
    ClientMessage,
    FrameClass,
    Sender,
    ServerMessage,
    State,
)

_INTRODUCTION = """\
<!-- Written by `python -m voxwire.session.diagram` from runtime/voxwire/session/states.py. -->
# States of a connection

Both ends of a connection run the same machine. A frame moves the sender when it is sent and the
receiver when it is received, so both are in the same state whenever nothing is in flight. The rules
behind it are on the page [Session](../generated/docs/v1/session.md).
"""

_ABSENCE = f"""\
## What a client misses while it is away

A resume replays what was sent to the connection that ended. What happens while nobody is connected gets
no number and is never sent, so that no gap tells of it. `SessionResumed.away` says for how many seconds
the client was away; load over REST what may have changed meanwhile. With `resume_within` a client begins
a new session after a longer absence, and `SessionStarted.lost` says that one ended.

Two things end a session from the client's side: a replay that cannot be read, and
{MAX_FRUITLESS_RESUMES} resumes in a row that brought no new message. After {MAX_UNREADABLE_CONNECTIONS} connections in a row that ended because of what
the server sent, and on none of which a heartbeat was answered, the client does not come back at all.
"""

_OPEN = [s for s in State if s not in (State.CONNECTING, State.CLOSING, State.CLOSED)]


def page() -> str:
    """The whole page in Markdown."""
    sections = [
        _INTRODUCTION,
        "```mermaid\n" + diagram() + "\n```\n",
        "## What each state allows\n",
        _table(("state", "meaning", "server may send", "client may send"), _legal_rows()),
        "## What happens to the rest\n",
        "A client closes with 4000 after a server message that is not due. A server answers a client"
        "\nmessage that is not due like this:\n",
        _table(("state", "client message", "answer"), _illegal_rows()),
        _ABSENCE,
    ]
    return "\n".join(sections)


def diagram() -> str:
    """The machine as a Mermaid state diagram."""
    changes = [
        f"        {state.name} --> {after.name}: {_name(frame)}"
        for state, row in TRANSITIONS.items()
        for frame, after in row.items()
        if after is not state
    ]
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {State.CONNECTING.name}",
        f"    {State.CONNECTING.name} --> {State.CONNECTED.name}: the transport opens",
        "    state open {",
        *changes,
        "    }",
        f"    open --> {State.CLOSING.name}: this side closes",
        f"    open --> {State.CLOSED.name}: the transport ends",
        f"    {State.CLOSING.name} --> {State.CLOSED.name}: the transport ends",
        f"    {State.CONNECTING.name} --> {State.CLOSED.name}: it does not open",
        f"    {State.CLOSED.name} --> [*]",
    ]
    return "\n".join(lines)


def _legal_rows() -> Iterator[tuple[str, ...]]:
    for state, row in TRANSITIONS.items():
        by_server = (_name(frame) for frame in row if _sender(frame) == "server")
        by_client = (_name(frame) for frame in row if _sender(frame) == "client")
        yield f"`{state.name}`", state.value, _listed(by_server), _listed(by_client)


def _illegal_rows() -> Iterator[tuple[str, ...]]:
    for state in _OPEN:
        for frame in sorted(IGNORED.get(state, ()), key=_name):
            yield f"`{state.name}`", _name(frame), "passes over it"
        for frame, code in CLOSE_CODES.get(state, {}).items():
            yield f"`{state.name}`", _name(frame), f"closes with {code.value} {code.name}"


def _sender(frame: FrameClass) -> Sender:
    if frame in (ServerMessage, ClientMessage):
        return "server" if frame is ServerMessage else "client"
    return registry.BY_FRAME[frame].direction


def _name(frame: FrameClass) -> str:
    if frame in (ServerMessage, ClientMessage):
        return "any other sequenced" if frame is ServerMessage else "any other"
    return registry.BY_FRAME[frame].type


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
