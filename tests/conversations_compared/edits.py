"""Random edits of how a conversation goes: those that change nothing, and any others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from tests.voxspec.mini import Data

Draw = Callable[[st.SearchStrategy[Any]], Any]
Edit = Callable[[Draw, Data], object]

SIDES = ("client", "server")
_UNITS = {"ms": 0.001, "s": 1, "min": 60}


# --- Edits that change nothing ----------------------------------------------------------------


def rename_state(draw: Draw, session: Data) -> None:
    """A state has another name, wherever it is named."""
    old = draw(st.sampled_from([*session["states"]]))
    new = draw(st.sampled_from(["waiting", "settled", "halfway"]))
    if new not in session["states"]:
        renamed_in(session, old, new)


def renamed_in(session: Data, old: str, new: str) -> None:
    session["states"] = {
        new if name == old else name: state for name, state in session["states"].items()
    }
    for state in session["states"].values():
        for side in SIDES:
            for row, after in state.get(side, {}).items():
                state[side][row] = new if after == old else after


def reorder(draw: Draw, session: Data) -> None:
    """The states stand in another order, but for the first."""
    first, *rest = session["states"].items()
    session["states"] = dict([first, *draw(st.permutations(rest))])


def reorder_rows(draw: Draw, session: Data) -> None:
    """The rows of a state stand in another order."""
    state = _state(draw, session)
    for side in SIDES:
        if side in state:
            state[side] = dict(draw(st.permutations([*state[side].items()])))


def name_messages(draw: Draw, session: Data) -> None:
    """Rows call messages by their names and not by their roles."""
    state = _state(draw, session)
    for table in ("client", "server", "client_otherwise", "server_otherwise"):
        if table in state:
            state[table] = {
                session["roles"].get(row, {}).get("message", row): entry
                for row, entry in state[table].items()
            }


def say_stays(draw: Draw, session: Data) -> None:
    """A row that stays names its own state."""
    name = draw(st.sampled_from([*session["states"]]))
    state = session["states"][name]
    for side in SIDES:
        for row, after in state.get(side, {}).items():
            state[side][row] = name if after == "stays" else after


def other_units(draw: Draw, session: Data) -> None:
    """A time is written in another unit."""
    times = [*session["timers"].values(), session["resume"]["lifetime"]]
    times += [rate["window"] for rate in session["rates"].values()]
    time = draw(st.sampled_from(times))
    unit = draw(st.sampled_from([*_UNITS]))
    time["value"] = time["value"] * _UNITS[time["unit"]] / _UNITS[unit]
    time["unit"] = unit


def name_limit(draw: Draw, session: Data) -> None:
    """A number gets a name among the limits."""
    entry = draw(
        st.sampled_from([next(iter(session["timers"].values())), session["resume"]["lifetime"]])
    )
    entry |= {
        "limit": f"limit_{draw(st.sampled_from('abc'))}{len(str(entry))}",
        "description": "L.",
    }


def split_state(draw: Draw, session: Data) -> None:
    """A state to which several rows lead becomes two that are alike, and one row leads to the other."""
    leading: dict[str, list[tuple[Data, str]]] = {}
    for name, state in session["states"].items():
        for side in SIDES:
            for row, after in state.get(side, {}).items():
                if after not in (name, "stays"):
                    leading.setdefault(after, []).append((state[side], row))
    several = [name for name, rows in leading.items() if len(rows) > 1]
    old = draw(st.sampled_from([*several, ""]))
    new = f"{old}_too"
    if old and new not in session["states"]:
        rows, row = draw(st.sampled_from(leading[old]))
        session["states"][new] = copy.deepcopy(session["states"][old])
        rows[row] = new


def rename_timer(draw: Draw, session: Data) -> None:
    """A timer has another name."""
    old = draw(st.sampled_from([*session["timers"]]))
    new = f"{old}_too"
    session["timers"] = {
        new if name == old else name: timer for name, timer in session["timers"].items()
    }
    for state in session["states"].values():
        if "timers" in state:
            state["timers"] = [new if name == old else name for name in state["timers"]]


HARMLESS: tuple[Edit, ...] = (
    rename_state,
    reorder,
    reorder_rows,
    name_messages,
    say_stays,
    other_units,
    name_limit,
    split_state,
    rename_timer,
)


# --- Edits of any kind ------------------------------------------------------------------------

Rows = dict[str, tuple[str, ...]]
"""What the tables of each side may name."""

ROWS: Rows = {
    "client": ("login", "resume", "heartbeat", "any", "client/say", "client/look", "client/wave"),
    "server": (
        "established",
        "resumed",
        "heartbeat_answer",
        "complaint",
        "sequenced",
        "any",
        "server/said",
        "server/notice",
    ),
}
"""Those of the small protocol."""

_REACTIONS = ("ignored", {"close": 4003}, {"close": 4005}, {"close": 4000})


def remove_row(draw: Draw, session: Data) -> None:
    """A state does not allow something any more."""
    state = _state(draw, session)
    side = draw(st.sampled_from(SIDES))
    if state.get(side):
        state[side].pop(draw(st.sampled_from([*state[side]])))
        if not state[side]:
            state.pop(side)


def adding(rows: Rows) -> Edit:
    """A state allows something more."""

    def add_row(draw: Draw, session: Data) -> None:
        state = _state(draw, session)
        side = draw(st.sampled_from(SIDES))
        row = draw(st.sampled_from(rows[side]))
        state.get(f"{side}_otherwise", {}).pop(row, None)
        after = draw(st.sampled_from(["stays", "stays", *session["states"]]))
        if _is_beat(session, row):
            after = "stays"
        state.setdefault(side, {}).setdefault(row, after)

    return add_row


def redirect(draw: Draw, session: Data) -> None:
    """A row leads elsewhere."""
    state = _state(draw, session)
    side = draw(st.sampled_from(SIDES))
    rows = [row for row in state.get(side, {}) if not _is_beat(session, row)]
    if rows:
        state[side][draw(st.sampled_from(rows))] = draw(st.sampled_from([*session["states"]]))


def _is_beat(session: Data, row: str) -> bool:
    """Whether it is a heartbeat or an answer: both ends send them by themselves, and go nowhere by it."""
    beats = {
        name: role["message"] for name, role in session["roles"].items() if "heartbeat" in name
    }
    return row in beats or row in beats.values()


def refusing(rows: Rows) -> Edit:
    """A state refuses something in a way of its own."""

    def refuse(draw: Draw, session: Data) -> None:
        state = _state(draw, session)
        side = draw(st.sampled_from(SIDES))
        row = draw(st.sampled_from(rows[side]))
        state.get(side, {}).pop(row, None)
        codes = {then["close"] for then in _closes(session)}
        thens = ["ignored", *({"close": code} for code in sorted(codes))]
        state.setdefault(f"{side}_otherwise", {})[row] = draw(st.sampled_from(thens))

    return refuse


def _closes(value: Any) -> Iterator[Data]:
    """Every close in a session."""
    if isinstance(value, dict):
        if "close" in value:
            yield value
        for part in value.values():
            yield from _closes(part)


def swap_states(draw: Draw, session: Data) -> None:
    """Two states have each other's names: nothing but names, or the first one is another."""
    one, two = draw(st.permutations([*session["states"]]))[:2]
    renamed_in(session, one, "between")
    renamed_in(session, two, one)
    renamed_in(session, "between", two)


def list_timers(draw: Draw, session: Data) -> None:
    """Other timers run in a state."""
    state = _state(draw, session)
    timers = draw(st.sets(st.sampled_from([*session["timers"]])))
    state.pop("timers", None)
    if timers:
        state["timers"] = sorted(timers)


def set_number(draw: Draw, session: Data) -> None:
    """A time or an amount is another."""
    numbers = [
        *session["timers"].values(),
        session["heartbeat"]["silence"],
        session["heartbeat"]["missed_answers"],
        session["resume"]["lifetime"],
        *(rate[part] for rate in session["rates"].values() for part in ("count", "window")),
    ]
    entry = draw(st.sampled_from(numbers))
    factor = draw(st.sampled_from((0.5, 0.8, 1.5, 2, 3)))
    value = entry["value"] * factor
    whole = entry["unit"] in ("heartbeats", "messages")
    entry["value"] = max(1, round(value)) if whole else value
    if entry["unit"] == "intervals":
        entry["value"] = max(1.25, value)


def set_reach(draw: Draw, session: Data) -> None:
    """Another number of messages is kept."""
    kept = draw(st.sampled_from((2, 5, 10, 12)))
    session["resume"]["buffer"]["value"] = kept
    session["resume"]["reach"]["value"] = kept - draw(st.sampled_from((0, 1)))


def set_mistake(draw: Draw, session: Data) -> None:
    """A receiver takes a mistake otherwise."""
    side = draw(st.sampled_from(("of_client", "of_server")))
    name = draw(st.sampled_from(("unknown_type", "out_of_place", "invalid")))
    session["mistakes"][side][name] = draw(st.sampled_from(_REACTIONS))


def set_enforced(draw: Draw, session: Data) -> None:
    """A rate is enforced, or is not any more."""
    rate = session["rates"][draw(st.sampled_from([*session["rates"]]))]
    rate["enforced"] = not rate["enforced"]


def of_states(rows: Rows) -> tuple[Edit, ...]:
    """Edits of the states of any protocol."""
    often = (remove_row, adding(rows), redirect, refusing(rows))
    return (*often, *often, swap_states)


ANY: tuple[Edit, ...] = (
    *HARMLESS,
    *of_states(ROWS),
    list_timers,
    set_number,
    set_number,
    set_reach,
    set_mistake,
    set_enforced,
)


# --- Edits of messages ------------------------------------------------------------------------

_NEW_NAMES = ("zeal", "quiver", "joins", "pings", "saids", "nod")
"""Names near to those of the small protocol, and others."""


def rename_message(draw: Draw, files: Data) -> None:
    """A message is called otherwise, wherever it is named."""
    side = draw(st.sampled_from(SIDES))
    messages = files[f"{side}/main.yaml"]["messages"]
    old, new = draw(st.sampled_from([*messages])), draw(st.sampled_from(_NEW_NAMES))
    if new in messages:
        return
    files[f"{side}/main.yaml"]["messages"] = {
        new if name == old else name: message for name, message in messages.items()
    }
    named = {f"{side}/{old}": f"{side}/{new}"}
    files["session.yaml"] = _named_otherwise(files["session.yaml"], named)


def _named_otherwise(value: Any, named: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {named.get(key, key): _named_otherwise(inner, named) for key, inner in value.items()}
    if isinstance(value, list):
        return [_named_otherwise(inner, named) for inner in value]
    return named.get(value, value) if isinstance(value, str) else value


def add_message(draw: Draw, files: Data) -> None:
    """A side sends something more, somewhere or wherever anything may be sent."""
    side, name = draw(st.sampled_from(SIDES)), draw(st.sampled_from(_NEW_NAMES))
    added = copy.deepcopy(files["client/main.yaml"]["messages"].get("wave"))
    if added is None:
        return
    added["seq"] = "required" if side == "server" and draw(st.booleans()) else "never"
    files[f"{side}/main.yaml"]["messages"].setdefault(name, added)
    if draw(st.booleans()):
        states = files["session.yaml"]["states"]
        state = states[draw(st.sampled_from([*states]))]
        state.setdefault(side, {})[f"{side}/{name}"] = draw(st.sampled_from(["stays", *states]))


def remove_message(draw: Draw, files: Data) -> None:
    """A message is gone; what names it makes no protocol then."""
    side = draw(st.sampled_from(SIDES))
    names = {"client": ("say", "wave"), "server": ("said", "left", "notice")}[side]
    files[f"{side}/main.yaml"]["messages"].pop(draw(st.sampled_from(names)), None)


def refuse_unknown(draw: Draw, files: Data) -> None:
    """A receiver closes for types that it does not know."""
    side = draw(st.sampled_from(("of_client", "of_server")))
    files["session.yaml"]["mistakes"][side]["unknown_type"] = {"close": 4000}


OF_MESSAGES: tuple[Edit, ...] = (
    rename_message,
    rename_message,
    add_message,
    remove_message,
    refuse_unknown,
)
"""Edits of the files, and not of the session alone."""


def edited(draw: Draw, files: Data, kinds: tuple[Edit, ...]) -> None:
    """One edit of the session, or a few."""
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(kinds))(draw, files["session.yaml"])


def _state(draw: Draw, session: Data) -> Data:
    state: Data = session["states"][draw(st.sampled_from([*session["states"]]))]
    return state
