"""One change of the small protocol for each kind that is found, with whom it hurts in both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conversations_compared.small import files
from tests.voxspec.mini import Data

Change = Callable[[Data], object]


@dataclass(frozen=True)
class Case:
    """A change of the files, what is found, and how the other way round is found."""

    name: str
    change: Change
    rule: str
    subject: str
    back: str = ""
    """The rule of the way back, where that is another one."""

    def files(self) -> Data:
        """The files with the change."""
        made = files()
        self.change(made)
        return made


def _session(change: Callable[[Any], object]) -> Change:
    return lambda made: change(made["session.yaml"])


def _state(name: str, change: Callable[[Any], object]) -> Change:
    return lambda made: change(made["session.yaml"]["states"][name])


def _number(value: float, *path: str) -> Change:
    def change(made: Data) -> None:
        entry = made["session.yaml"]
        for step in path:
            entry = entry[step]
        entry["value"] = value

    return change


def _in_seconds(made: Data) -> None:
    made["session.yaml"]["roles"]["greeting"]["heartbeat_interval"]["unit"] = "s"
    made["session.yaml"]["heartbeat"]["interval"]["default"] = {"value": 60, "unit": "s"}


def _another_field(made: Data) -> None:
    """The session is named in a field that was there before."""
    made["session.yaml"]["roles"]["resume"]["session"] = "alias"


def _another_absence(made: Data) -> None:
    made["session.yaml"]["roles"]["login"]["version"]["when_absent"] = 2


def _another_complaint(session: Data) -> None:
    """It is a message that states named before, too."""
    session["roles"]["complaint"]["message"] = "server/notice"
    for state in session["states"].values():
        if "complaint" in state.get("server", {}):
            state["server"]["server/refused"] = state["server"].pop("complaint")
        if "sequenced" in state.get("server", {}):
            state["server"]["complaint"] = "stays"


def _unstated(made: Data) -> None:
    """All may be said at any time, and nothing can be resumed."""
    made.pop("session.yaml")
    for code in made["close_codes.yaml"]["close_codes"].values():
        code["recovery"] = code["recovery"].replace("resume", "identify")


def _compress(made: Data) -> None:
    made["session.yaml"]["compression"] = {
        "parameter": "compress",
        "server": {"zstd": "zstd"},
        "client": "none",
        "description": "C.",
    }


CASES = (
    Case(
        "a message is not allowed any more",
        _state("joining", lambda state: state.pop("client")),
        "SESSION_MOVE_NO_DELETE",
        "session/states/joining/client/ping",
        "SESSION_MOVE_ADDED",
    ),
    Case(
        "one of those that any stands for is passed over",
        _state("talking", lambda s: s["client_otherwise"].update({"client/wave": "ignored"})),
        "SESSION_MOVE_NO_DELETE",
        "session/states/talking/client/wave",
        "SESSION_MOVE_ADDED",
    ),
    Case(
        "all that sequenced stands for is not allowed any more",
        _state("rejoining", lambda state: state["server"].pop("sequenced")),
        "SESSION_MOVE_NO_DELETE",
        "session/states/rejoining/server/sequenced",
        "SESSION_MOVE_ADDED",
    ),
    Case(
        "the client of the new revision passes over a message of the server",
        _state(
            "joining",
            lambda s: (
                s["server"].pop("complaint"),
                s.update(server_otherwise={"complaint": "ignored"}),
            ),
        ),
        "SESSION_MOVE_NO_DELETE",
        "session/states/joining/server/refused",
        "SESSION_MOVE_ADDED",
    ),
    Case(
        "a message leads elsewhere",
        _state("joining", lambda state: state["server"].update(established="rejoining")),
        "SESSION_SAME_COURSE",
        "session/states/joining/server/joined",
    ),
    Case(
        "what is refused is refused in another way",
        _state("talking", lambda s: s["client_otherwise"].update(resume={"close": 4005})),
        "SESSION_REACTION_SAME",
        "session/states/talking/client_otherwise/rejoin",
    ),
    Case(
        "unknown types end the connection",
        _session(lambda s: s["mistakes"]["of_client"].update(unknown_type={"close": 4000})),
        "SESSION_MISTAKES_SAME",
        "session/mistakes/of_client/unknown_type",
    ),
    Case(
        "invalid messages end the connection",
        _session(lambda s: s["mistakes"]["of_server"].update(invalid={"close": 4000})),
        "SESSION_MISTAKES_SAME",
        "session/mistakes/of_server/invalid",
    ),
    Case(
        "binary messages are read",
        _session(lambda s: s["mistakes"]["of_client"].update(binary="read")),
        "SESSION_MISTAKES_SAME",
        "session/mistakes/of_client/binary",
    ),
    Case(
        "an empty payload counts as none",
        _session(lambda s: s["mistakes"]["of_client"].update(empty_payload_is_none=True)),
        "SESSION_MISTAKES_SAME",
        "session/mistakes/of_client/empty_payload_is_none",
    ),
    Case(
        "the client has less time",
        _number(10, "timers", "first_message"),
        "SESSION_TIMER_SAME",
        "session/timers/first_message",
    ),
    Case(
        "the server has more time",
        _number(400, "timers", "answer"),
        "SESSION_TIMER_SAME",
        "session/timers/answer",
    ),
    Case(
        "the greeting says seconds",
        _in_seconds,
        "HEARTBEAT_SAME_UNIT",
        "session/roles/greeting/heartbeat_interval",
    ),
    Case(
        "the server is less patient",
        _number(1.5, "heartbeat", "silence"),
        "SESSION_HEARTBEAT_SAME",
        "session/heartbeat/silence",
    ),
    Case(
        "the interval does not come from the greeting",
        _session(
            lambda s: (
                s["roles"]["greeting"].pop("heartbeat_interval"),
                s["heartbeat"].update(interval={"value": 20, "unit": "s"}),
            )
        ),
        "SESSION_HEARTBEAT_SAME",
        "session/heartbeat/interval",
    ),
    Case(
        "there are no heartbeats",
        _session(lambda s: (s["roles"]["greeting"].pop("heartbeat_interval"), s.pop("heartbeat"))),
        "SESSION_HEARTBEAT_SAME",
        "session/heartbeat",
    ),
    Case(
        "the client is less patient",
        _number(1, "heartbeat", "missed_answers"),
        "SESSION_MISSED_ANSWERS_SAME",
        "session/heartbeat/missed_answers",
    ),
    Case(
        "the first heartbeat is regular",
        _session(lambda s: s["heartbeat"].update(first="regular")),
        "SESSION_HEARTBEAT_MANNERS",
        "session/heartbeat/first",
    ),
    Case(
        "answers may come unasked",
        _session(lambda s: s["heartbeat"].update(unasked_answers=True)),
        "SESSION_HEARTBEAT_MANNERS",
        "session/heartbeat/unasked_answers",
    ),
    Case(
        "sessions live shorter",
        _number(60, "resume", "lifetime"),
        "SESSION_RESUME_WINDOW_SAME",
        "session/resume/lifetime",
    ),
    Case(
        "less is kept",
        lambda made: made["session.yaml"]["resume"].update(
            buffer={"value": 5, "unit": "messages"}, reach={"value": 4, "unit": "messages"}
        ),
        "SESSION_RESUME_WINDOW_SAME",
        "session/resume/reach",
    ),
    Case(
        "messages of the time away are kept",
        _session(lambda s: s["resume"].update(buffered_while_away=True)),
        "SESSION_BUFFERED_SAME",
        "session/resume/buffered_while_away",
    ),
    Case(
        "clients try more often",
        _number(5, "resume", "attempts_without_progress"),
        "SESSION_RETRIES_SAME",
        "session/resume/attempts_without_progress",
    ),
    Case(
        "a client may send less",
        _number(5, "rates", "all", "count"),
        "SESSION_RATE_SAME",
        "session/rates/all",
    ),
    Case(
        "a client may send as much in a longer time",
        _number(25, "rates", "all", "window"),
        "SESSION_RATE_SAME",
        "session/rates/all",
    ),
    Case(
        "places are counted together",
        _session(lambda s: s["rates"]["looks"].pop("by")),
        "SESSION_RATE_SAME",
        "session/rates/looks",
    ),
    Case(
        "a rate is gone",
        _session(lambda s: s["rates"].pop("all")),
        "SESSION_RATE_SAME",
        "session/rates/all",
    ),
    Case(
        "nobody enforces a rate, and it is lower",
        _session(
            lambda s: s["rates"]["all"].update(
                enforced=False, count={"value": 5, "unit": "messages"}
            )
        ),
        "SESSION_RATE_SAME",
        "session/rates/all",
    ),
    Case(
        "an address may have fewer sessions",
        _number(2, "refusals", "sessions", "count"),
        "SESSION_QUOTA_SAME",
        "session/refusals/sessions",
    ),
    Case(
        "a full server refuses",
        _session(lambda s: s["refusals"].update(full={"close": 4006})),
        "SESSION_REFUSAL_SAME",
        "session/refusals/full",
    ),
    Case(
        "what is gone closes with a code after which clients give up",
        _session(lambda s: s["resume"].update(gone={"close": 4004})),
        "SESSION_CLOSE_CODE_SAME_RECOVERY",
        "session/resume/gone",
    ),
    Case(
        "a wrong token closes with a code after which clients log in again",
        _session(lambda s: s["refusals"].update(token={"close": 4003})),
        "SESSION_CLOSE_CODE_SAME_RECOVERY",
        "session/refusals/token",
    ),
    Case(
        "silence closes with a code after which clients give up",
        _session(lambda s: s["heartbeat"]["silence"].update(then={"close": 4004})),
        "SESSION_CLOSE_CODE_SAME_RECOVERY",
        "session/heartbeat/silence/then",
    ),
    Case(
        "a timer closes with another code that means as much",
        _session(lambda s: s["timers"]["first_message"].update(then={"close": 4000})),
        "SESSION_CLOSE_CODE_SAME",
        "session/timers/first_message/then",
    ),
    Case(
        "another message is the complaint",
        _session(_another_complaint),
        "SESSION_ROLE_SAME",
        "session/roles/complaint",
    ),
    Case(
        "something else names the session",
        _another_field,
        "SESSION_ROLE_SAME_FIELD",
        "session/roles/resume/session",
    ),
    Case(
        "messages can be compressed",
        _compress,
        "SESSION_COMPRESSION_ADDED",
        "session/compression/server/zstd",
        "SESSION_COMPRESSION_NO_DELETE",
    ),
    Case(
        "no version means another",
        _another_absence,
        "SESSION_ROLE_SAME_ABSENCE",
        "session/roles/login/version",
    ),
    Case(
        "clients wait longer",
        _number(5, "backoff", "initial"),
        "SESSION_BACKOFF_SAME",
        "session/backoff",
    ),
    Case(
        "other tokens",
        _session(lambda s: s["tokens"][0].update(shown="key_")),
        "SESSION_TOKENS_SAME",
        "session/tokens",
    ),
    Case(
        "there is no session.yaml",
        _unstated,
        "SESSION_STATED",
        "session",
    ),
)
